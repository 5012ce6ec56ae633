package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// ProductGroup is a group of products as it stands.
type ProductGroup struct {
	Code            string   `json:"code"`
	Name            string   `json:"name"`
	HoldWhen        []string `json:"hold_on" doc:"Movements after which goods of the group's products start on hold."`
	SupplierLicence string   `json:"supplier_licence,omitempty" doc:"Kind of licence that a partner needs to deliver goods of the group."`
	CustomerLicence string   `json:"customer_licence,omitempty" doc:"Kind of licence that a partner needs to be shipped goods of the group."`
	LotFormat       string   `json:"lot_format,omitempty" doc:"The format of lot codes of its products that name none."`
	SerialFormat    string   `json:"serial_format,omitempty" doc:"The format of serial numbers of its products that name none."`
	Active          bool     `json:"active"`
	Entry           int64    `json:"entry,omitempty" doc:"The entry that last changed it."`
}

func viewGroup(g *stock.ProductGroup, n *store.Names) ProductGroup {
	return ProductGroup{Code: g.Code, Name: g.Name, HoldWhen: g.HoldWhen.Names(), SupplierLicence: g.SupplierLicence, CustomerLicence: g.CustomerLicence,
		LotFormat: formatCode(n, g.LotFormat), SerialFormat: formatCode(n, g.SerialFormat), Active: g.Active, Entry: g.Entry}
}

// ProductGroups lists groups of products by code.
func (a *App) ProductGroups(ctx context.Context, page store.Page) ([]ProductGroup, error) {
	rows, err := a.Store.ProductGroups(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewGroups(ctx, rows)
}

func (a *App) viewGroups(ctx context.Context, rows []*stock.ProductGroup) ([]ProductGroup, error) {
	n := store.NewNames()
	for _, g := range rows {
		n.WantFormats(g.LotFormat, g.SerialFormat)
	}
	err := a.Store.LoadNames(ctx, n)
	return views(rows, func(g *stock.ProductGroup) ProductGroup { return viewGroup(g, n) }), err
}

// ProductGroup shows one group of products.
func (a *App) ProductGroup(ctx context.Context, code string) (ProductGroup, error) {
	g, err := a.Store.ProductGroup(ctx, code)
	if err != nil {
		return ProductGroup{}, err
	}
	rows, err := a.viewGroups(ctx, []*stock.ProductGroup{g})
	if err != nil {
		return ProductGroup{}, err
	}
	return rows[0], nil
}

// ProductsOf lists the products of a group by SKU.
func (a *App) ProductsOf(ctx context.Context, group string, page store.Page) ([]Product, error) {
	g, err := a.Store.ProductGroup(ctx, group)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.ProductsOf(ctx, g.ID, page)
	if err != nil {
		return nil, err
	}
	return a.viewProducts(ctx, rows)
}

// viewProducts shows products with the codes of their groups.
func (a *App) viewProducts(ctx context.Context, rows []*stock.Product) ([]Product, error) {
	n, err := a.groupNames(ctx, rows)
	if err != nil {
		return nil, err
	}
	fields, err := a.Store.DetailsOf(ctx, stock.OnProduct, views(rows, func(p *stock.Product) int64 { return p.ID }))
	return views(rows, func(p *stock.Product) Product {
		out := viewProduct(p, n)
		out.Fields = fields[p.ID]
		return out
	}), err
}

func (a *App) groupNames(ctx context.Context, rows []*stock.Product) (*store.Names, error) {
	n := store.NewNames()
	for _, p := range rows {
		n.WantGroups(p.Group)
		n.WantFormats(p.LotFormat, p.SerialFormat)
	}
	return n, a.Store.LoadNames(ctx, n)
}

func groupCode(n *store.Names, id int64) string {
	if g := n.Groups[id]; g != nil {
		return g.Code
	}
	return ""
}

func (x *exporter) productGroups() error {
	if err := x.begin(tables["product-groups"], "entry"); err != nil {
		return err
	}
	return eachPage(func(after string) ([]ProductGroup, error) {
		return x.app.ProductGroups(x.ctx, store.Page{After: after, Limit: exportPage})
	}, func(g ProductGroup) (string, error) {
		return g.Code, x.row(cells{"code": g.Code, "name": g.Name, "hold_on": joinList(g.HoldWhen),
			"supplier_licence": g.SupplierLicence, "customer_licence": g.CustomerLicence, "lot_format": g.LotFormat, "serial_format": g.SerialFormat, "active": yes(g.Active), "x-entry": itoa(int(g.Entry))})
	})
}
