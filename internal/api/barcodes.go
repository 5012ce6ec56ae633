package api

import (
	"context"
	"net/http"
	"reflect"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) barcodes() {
	get(s, reads, "/v1/products/{sku}/barcodes", "list-barcodes", "List the further codes of a product, in the order in which they were bound", tagMaster, func(ctx context.Context, in *struct {
		SKU string `path:"sku" doc:"SKU or GTIN."`
		Paging
	}) (List[app.Barcode], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.Barcode]{}, err
		}
		items, err := s.app.Barcodes(ctx, in.SKU, after, in.Limit)
		return pageOf(items, in.Paging, app.Barcode.ID), err
	})
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/products/{sku}/barcodes", OperationID: "bind-barcode", Summary: "Bind a code to a product or to one of its packaging levels, or take it off",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusCreated}
	writes(s, manages, op, smallBody, s.changeSchema(reflect.TypeFor[stock.BarcodeDraft](), []string{"product"}), func(in *SKUPath, text string) (stock.Body, error) {
		// Who may bind a code that nobody knows is asked here, once rights exist: everybody who may write, until then.
		d := &stock.BarcodeDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("product", &d.Product, in.SKU)
	})
}
