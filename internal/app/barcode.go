package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// Barcode is a further code of a product as it stands.
type Barcode struct {
	Code      string `json:"code"`
	Product   string `json:"product" doc:"SKU of the product."`
	Packaging string `json:"packaging,omitempty" doc:"The packaging level that it stands for."`
	Partner   string `json:"partner,omitempty" doc:"Whose code it is."`
	Shared    bool   `json:"shared,omitempty" doc:"It may stand for other products too."`
	Active    bool   `json:"active"`
	Entry     int64  `json:"entry,omitempty" doc:"The entry that last changed it."`

	id int64
}

// ID is what the next page of a list starts behind.
func (b Barcode) ID() int64 { return b.id }

func viewBarcode(b *stock.Barcode, n *store.Names) Barcode {
	out := Barcode{Code: b.Code, Packaging: b.Level, Partner: partnerCode(n, b.Partner), Shared: b.Shared, Active: b.Active, Entry: b.Entry, id: b.ID}
	if p := n.Products[b.Product]; p != nil {
		out.Product = p.SKU
	}
	return out
}

// Barcodes lists the further codes of a product, in the order in which they were bound.
func (a *App) Barcodes(ctx context.Context, product string, after int64, limit int) ([]Barcode, error) {
	p, err := a.Store.Product(ctx, product)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Barcodes(ctx, p.ID, after, limit)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	n.Products[p.ID] = p
	for _, b := range rows {
		n.WantPartners(b.Partner)
	}
	err = a.Store.LoadNames(ctx, n)
	return views(rows, func(b *stock.Barcode) Barcode { return viewBarcode(b, n) }), err
}

// barcodesOf writes the further codes of products into one cell each.
func (x *exporter) barcodesOf(products []*stock.Product) (map[int64]string, error) {
	codes, err := x.app.Store.BarcodesOf(x.ctx, products)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, list := range codes {
		for _, b := range list {
			n.WantPartners(b.Partner)
		}
	}
	if err := x.app.Store.LoadNames(x.ctx, n); err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for product, list := range codes {
		out[product] = joinList(views(list, func(b *stock.Barcode) string {
			return stock.BarcodeOf{Code: b.Code, Packaging: b.Level, Partner: partnerCode(n, b.Partner), Shared: b.Shared}.String()
		}))
	}
	return out, nil
}
