package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/stock"
)

// SKUPath names a product in a path.
type SKUPath struct {
	Call
	SKU string `path:"sku"`
}

// ProductSearch chooses products.
type ProductSearch struct {
	Search
	Group string `query:"group" maxLength:"60" doc:"Code of a product group: its products only."`
	Class string `query:"class" enum:"A,B,C" doc:"Only products of this class."`
}

func (s *server) products() {
	get(s, reads, "/v1/products", "list-products", "List products by SKU", tagMaster, func(ctx context.Context, in *ProductSearch) (List[app.Product], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Product]{}, err
		}
		var items []app.Product
		if in.Class != "" {
			items, err = s.app.ProductsInClass(ctx, in.Class, in.Group, page)
		} else if in.Group != "" {
			items, err = s.app.ProductsOf(ctx, in.Group, page)
		} else {
			items, err = s.app.Products(ctx, page)
		}
		return pageOf(items, in.Paging, func(p app.Product) string { return p.SKU }), err
	})
	get(s, reads, "/v1/products/{sku}", "get-product", "Show a product", tagMaster, func(ctx context.Context, in *struct {
		SKU string `path:"sku" doc:"SKU or GTIN."`
	}) (app.Product, error) {
		return s.app.Product(ctx, in.SKU)
	})
	creates(s, manages, "/v1/products", "create-product", "Create a product", func(d *stock.ProductDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.ProductDraft](s, manages, "/v1/products/{sku}", "change-product", "Change a product", []string{"sku"}, func(in *SKUPath, text string) (stock.Body, error) {
		d := &stock.ProductDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("sku", &d.SKU, in.SKU)
	})
	writes(s, manages, quality("/v1/products/{sku}/tracking", "change-tracking",
		"Change how the goods of a product are told apart: today's stock becomes lots or units; lowering needs zero stock. GET /v1/stock lists what is to be named"),
		largeBody, s.schemaOf(stock.TrackingDraft{}), func(in *SKUPath, text string) (stock.Body, error) {
			d := &stock.TrackingDraft{}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return d, agree("product", &d.Product, in.SKU)
		})
}
