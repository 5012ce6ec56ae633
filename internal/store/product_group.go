package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

const groupColumns = `g.id, g.entry, g.code, g.name, g.hold_when, g.supplier_licence, g.customer_licence, g.lot_format, g.serial_format, g.active`

func scanGroup(r *sql.Rows) (*stock.ProductGroup, error) {
	g := &stock.ProductGroup{}
	return g, r.Scan(&g.ID, &g.Entry, &g.Code, &g.Name, &g.HoldWhen, &g.SupplierLicence, &g.CustomerLicence, &g.LotFormat, &g.SerialFormat, &g.Active)
}

// groups loads the groups that are named, and those of the products loaded, whatever names the products.
func (l *loader) groups() error {
	of := map[int64]struct{}{}
	for _, p := range l.s.ProductIDs {
		if p.Group != 0 {
			of[p.Group] = struct{}{}
		}
	}
	if len(l.needs.Groups) == 0 && len(of) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+groupColumns+` FROM product_group g WHERE g.code IN (SELECT k FROM @rows($1: k text)) OR g.id IN (SELECT id FROM @rows($2: id int))`,
		[]any{names(maps.Keys(l.needs.Groups)), ids(maps.Keys(of))}, func(r *sql.Rows) error {
			g, err := scanGroup(r)
			if err == nil {
				l.s.LoadGroup(g)
			}
			return err
		})
}

const saveGroups = `INSERT INTO product_group (id, entry, code, name, hold_when, supplier_licence, customer_licence, lot_format, serial_format, active)
	SELECT * FROM @rows($1: id int, entry int, code text, name text, hold_when int, supplier_licence text, customer_licence text, lot_format int, serial_format int, active int)
	WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, hold_when = excluded.hold_when,
	supplier_licence = excluded.supplier_licence, customer_licence = excluded.customer_licence,
	lot_format = excluded.lot_format, serial_format = excluded.serial_format, active = excluded.active`

func (s *saver) groupRow(e *stock.Entry) {
	if g := e.GroupChange; g != nil && s.first(g.ID) {
		s.groups.add(g.ID, g.Entry, g.Code, g.Name, int(g.HoldWhen), g.SupplierLicence, g.CustomerLicence, g.LotFormat, g.SerialFormat, g.Active)
	}
}

// ProductGroups lists groups of products by code.
func (s *Store) ProductGroups(ctx context.Context, page Page) ([]*stock.ProductGroup, error) {
	return list(ctx, s, `SELECT `+groupColumns+` FROM product_group g WHERE g.code > $1
		AND ($2 = '%%' OR LOWER(g.code) LIKE $2 ESCAPE '\' OR LOWER(g.name) LIKE $2 ESCAPE '\') ORDER BY g.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanGroup)
}

// ProductGroup finds a group of products by code.
func (s *Store) ProductGroup(ctx context.Context, code string) (*stock.ProductGroup, error) {
	found, err := list(ctx, s, `SELECT `+groupColumns+` FROM product_group g WHERE g.code = $1`, []any{code}, scanGroup)
	return one(found, err, stock.CodeUnknownGroup, "product group", code)
}

// ProductsOf lists the products of a group by SKU.
func (s *Store) ProductsOf(ctx context.Context, group int64, page Page) ([]*stock.Product, error) {
	return list(ctx, s, `SELECT `+productColumns+` FROM product p WHERE p.product_group = $4 AND p.sku > $1
		AND ($2 = '%%' OR LOWER(p.sku) LIKE $2 ESCAPE '\' OR LOWER(p.name) LIKE $2 ESCAPE '\' OR p.gtin LIKE $2 ESCAPE '\') ORDER BY p.sku LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit(), group}, func(r *sql.Rows) (*stock.Product, error) { return scanProduct(r) })
}

// WantGroups asks for product groups by id.
func (n *Names) WantGroups(ids ...int64) { want(n.Groups, n.groups, ids) }
