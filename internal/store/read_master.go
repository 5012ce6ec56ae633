package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"clew/internal/stock"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Page asks for a part of a list, in key order: those after a key, at most Limit of them.
type Page struct {
	After string
	Limit int
	Like  string // part of the key or name, case-insensitive; empty for all
}

func (p Page) limit() int { return min(max(p.Limit, 1), 1000) }

// like turns a search text into a LIKE pattern with its own marks escaped.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
}

// Products lists products by SKU.
func (s *Store) Products(ctx context.Context, page Page) ([]*stock.Product, error) {
	return list(ctx, s, `SELECT `+productColumns+` FROM product p WHERE p.sku > $1
		AND ($2 = '%%' OR LOWER(p.sku) LIKE $2 ESCAPE '\' OR LOWER(p.name) LIKE $2 ESCAPE '\' OR p.gtin LIKE $2 ESCAPE '\') ORDER BY p.sku LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, func(r *sql.Rows) (*stock.Product, error) { return scanProduct(r) })
}

// Product finds a product by SKU or GTIN.
func (s *Store) Product(ctx context.Context, name string) (*stock.Product, error) {
	found, err := list(ctx, s, `SELECT `+productColumns+` FROM product p WHERE p.sku = $1 OR p.gtin = $2
			OR p.id IN (SELECT g.product FROM packaging_gtin g WHERE g.gtin = $2) ORDER BY p.sku = $1 DESC LIMIT 1`,
		[]any{name, stock.NormalGTIN(name)}, func(r *sql.Rows) (*stock.Product, error) { return scanProduct(r) })
	return one(found, err, stock.CodeUnknownProduct, "product", name)
}

// Sites lists sites by code.
func (s *Store) Sites(ctx context.Context, page Page) ([]*stock.Site, error) {
	return list(ctx, s, `SELECT `+siteColumns+` FROM site s WHERE s.code > $1
		AND ($2 = '%%' OR LOWER(s.code) LIKE $2 ESCAPE '\' OR LOWER(s.name) LIKE $2 ESCAPE '\') ORDER BY s.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanSite)
}

// Site finds a site by code.
func (s *Store) Site(ctx context.Context, code string) (*stock.Site, error) {
	found, err := list(ctx, s, `SELECT `+siteColumns+` FROM site s WHERE s.code = $1`, []any{code}, scanSite)
	return one(found, err, stock.CodeUnknownSite, "site", code)
}

// Locations lists the locations of a site by code.
func (s *Store) Locations(ctx context.Context, site int64, page Page) ([]*stock.Place, error) {
	return list(ctx, s, `SELECT `+placeColumns+` FROM place p WHERE p.site = $1 AND p.kind = 0 AND p.code > $2
		AND ($3 = '%%' OR LOWER(p.code) LIKE $3 ESCAPE '\' OR LOWER(p.name) LIKE $3 ESCAPE '\') ORDER BY p.code LIMIT $4`,
		[]any{site, page.After, like(page.Like), page.limit()}, scanPlace)
}

// Location finds a location of a site by code.
func (s *Store) Location(ctx context.Context, site int64, code string) (*stock.Place, error) {
	found, err := list(ctx, s, `SELECT `+placeColumns+` FROM place p WHERE p.site = $1 AND p.kind = 0 AND p.code = $2`, []any{site, code}, scanPlace)
	return one(found, err, stock.CodeUnknownLocation, "location", code)
}

// Partners lists partners by code.
func (s *Store) Partners(ctx context.Context, page Page) ([]*stock.Partner, error) {
	return list(ctx, s, `SELECT `+partnerColumns+` FROM partner p WHERE p.code > $1
		AND ($2 = '%%' OR LOWER(p.code) LIKE $2 ESCAPE '\' OR LOWER(p.name) LIKE $2 ESCAPE '\') ORDER BY p.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanPartner)
}

// Partner finds a partner by code.
func (s *Store) Partner(ctx context.Context, code string) (*stock.Partner, error) {
	found, err := list(ctx, s, `SELECT `+partnerColumns+` FROM partner p WHERE p.code = $1`, []any{code}, scanPartner)
	return one(found, err, stock.CodeUnknownPartner, "partner", code)
}

// Addresses lists the addresses of partners.
func (s *Store) Addresses(ctx context.Context, partners []int64) ([]*stock.Place, error) {
	var set rowset
	for _, id := range partners {
		set.add(id)
	}
	return list(ctx, s, `SELECT `+placeColumns+` FROM @rows($1: id int) r JOIN place p ON p.partner = r.id AND p.partner > 0 ORDER BY p.partner, p.code`,
		[]any{set.text()}, scanPlace)
}

func list[T any](ctx context.Context, s *Store, text string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var out []T
	err := s.query(ctx, text, args, func(r *sql.Rows) error {
		row, err := scan(r)
		out = append(out, row)
		return err
	})
	return out, err
}

func one[T any](found []*T, err error, code, field, name string) (*T, error) {
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, stock.Errorf(stock.NotFound, code, field, "there is no %s %q", field, name)
	}
	return found[0], nil
}

// LicensedPartners lists the partners of which licences are known, by code.
func (s *Store) LicensedPartners(ctx context.Context, page Page) ([]*stock.Partner, error) {
	return list(ctx, s, `SELECT `+partnerColumns+` FROM partner p WHERE p.licences > '' AND p.code > $1 ORDER BY p.code LIMIT $2`,
		[]any{page.After, page.limit()}, scanPartner)
}
