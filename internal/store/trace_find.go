package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// Found is everything in the ledger that a code can mean.
type Found struct {
	Lots       []*stock.Lot
	Aliases    []FoundAlias
	Units      []*stock.Unit
	Products   []*stock.Product
	Partners   []*stock.Partner
	Sites      []*stock.Site
	Locations  []*stock.Place
	References []FoundReference
}

// FoundAlias is a lot that a partner knows by the code.
type FoundAlias struct {
	Lot     *stock.Lot
	Partner int64
}

// FoundReference is a paper of that code, and how many entries name it.
type FoundReference struct {
	Kind    string
	Entries int64
	Partner int64 // of the first entry
}

// mostMeanings is how many things of one kind a code is answered with.
const mostMeanings = 20

// foundWhere finds by one statement which kinds of things a code names; mostly it is one.
const foundWhere = `SELECT 0 WHERE EXISTS (SELECT 1 FROM lot l WHERE l.code = $1)
	UNION ALL SELECT 1 WHERE EXISTS (SELECT 1 FROM alias a WHERE a.code = $1)
	UNION ALL SELECT 2 WHERE EXISTS (SELECT 1 FROM unit u WHERE u.serial = $1) OR EXISTS (SELECT 1 FROM correction c WHERE c.before = $1 AND c.unit > 0)
	UNION ALL SELECT 3 WHERE EXISTS (SELECT 1 FROM product p WHERE p.sku = $1 OR p.gtin = $1 OR p.id = (SELECT g.product FROM packaging_gtin g WHERE g.gtin = $1))
	UNION ALL SELECT 4 WHERE EXISTS (SELECT 1 FROM partner p WHERE p.code = $1)
	UNION ALL SELECT 5 WHERE EXISTS (SELECT 1 FROM site s WHERE s.code = $1)
	UNION ALL SELECT 6 WHERE EXISTS (SELECT 1 FROM site s JOIN place p ON p.site = s.id AND p.kind = 0 AND (p.code = $1 OR s.code || '/' || p.code = $1) WHERE p.site > 0)
	UNION ALL SELECT 7 WHERE EXISTS (SELECT 1 FROM reference f WHERE f.code = $1)`

// Find looks a code up in every index of codes.
func (s *Store) Find(ctx context.Context, code string) (*Found, error) {
	f := &Found{}
	found := map[int]bool{}
	if err := s.query(ctx, foundWhere, []any{code}, func(r *sql.Rows) error {
		var kind int
		err := r.Scan(&kind)
		found[kind] = true
		return err
	}); err != nil {
		return nil, err
	}
	for kind, step := range []struct {
		text string
		scan func(*sql.Rows) error
	}{
		{`SELECT ` + lotColumns + ` FROM lot l WHERE l.code = $1 ORDER BY l.id LIMIT $2`, func(r *sql.Rows) error {
			l, err := scanLot(r)
			f.Lots = append(f.Lots, l)
			return err
		}},
		{`SELECT ` + lotColumns + `, a.partner FROM alias a JOIN lot l ON l.id = a.lot AND l.same_as = 0 WHERE a.code = $1 AND ` + aliasStands + ` ORDER BY l.id, a.partner LIMIT $2`, func(r *sql.Rows) error {
			var a FoundAlias
			var err error
			a.Lot, err = scanLot(r, &a.Partner)
			f.Aliases = append(f.Aliases, a)
			return err
		}},
		{`SELECT ` + unitColumns + ` FROM unit u WHERE u.id IN (SELECT o.id FROM unit o WHERE o.serial = $1 UNION ` + formerUnits("$1") + `) AND (u.serial = $1 OR u.serial NOT LIKE ' %') ORDER BY u.id LIMIT $2`, func(r *sql.Rows) error {
			u, err := scanUnit(r)
			f.Units = append(f.Units, u)
			return err
		}},
		{`SELECT ` + productColumns + ` FROM product p WHERE p.sku = $1 OR p.gtin = $1 OR p.id = (SELECT g.product FROM packaging_gtin g WHERE g.gtin = $1) ORDER BY p.id LIMIT $2`, func(r *sql.Rows) error {
			p, err := scanProduct(r)
			f.Products = append(f.Products, p)
			return err
		}},
		{`SELECT ` + partnerColumns + ` FROM partner p WHERE p.code = $1 LIMIT $2`, func(r *sql.Rows) error {
			p, err := scanPartner(r)
			f.Partners = append(f.Partners, p)
			return err
		}},
		{`SELECT ` + siteColumns + ` FROM site s WHERE s.code = $1 LIMIT $2`, func(r *sql.Rows) error {
			v, err := scanSite(r)
			f.Sites = append(f.Sites, v)
			return err
		}},
		{`SELECT ` + placeColumns + ` FROM site s JOIN place p ON p.site = s.id AND p.kind = 0 AND (p.code = $1 OR s.code || '/' || p.code = $1)
			WHERE p.site > 0 ORDER BY p.id LIMIT $2`, func(r *sql.Rows) error {
			p, err := scanPlace(r)
			f.Locations = append(f.Locations, p)
			return err
		}},
		{`SELECT f.kind, COUNT(*), MIN(e.partner) FROM reference f JOIN entry e ON e.id = f.entry WHERE f.code = $1 GROUP BY f.kind ORDER BY f.kind LIMIT $2`,
			func(r *sql.Rows) error {
				var v FoundReference
				err := r.Scan(&v.Kind, &v.Entries, &v.Partner)
				f.References = append(f.References, v)
				return err
			}},
	} {
		if !found[kind] {
			continue
		}
		if err := s.query(ctx, step.text, []any{code, mostMeanings}, step.scan); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Naming are the lots and units that open exceptions name, by exception.
type Naming struct {
	Exception int64
	Lot, Unit int64 // one of them
}

// OpenNamings lists what open exceptions name, at most so many.
func (v *View) OpenNamings(ctx context.Context, limit int) ([]Naming, error) {
	args := []any{limit}
	open := v.open(&args)
	return list(ctx, v.Store, `SELECT x.id, COALESCE(l.id, 0), COALESCE(u.id, 0) FROM exception x
		JOIN exception_subject s ON s.exception = x.id
		LEFT JOIN (SELECT l.id, l.code, p.sku, COALESCE(p.gtin, '') AS gtin FROM lot l JOIN product p ON p.id = l.product) l
			ON l.code = s.code AND s.subject IN (l.sku || '|' || s.code, l.gtin || '|' || s.code)
		LEFT JOIN (SELECT u.id, u.serial, p.sku, COALESCE(p.gtin, '') AS gtin FROM unit u JOIN product p ON p.id = u.product) u
			ON u.serial = s.code AND s.subject IN (u.sku || '|' || s.code, u.gtin || '|' || s.code)
		WHERE `+open+`
		UNION ALL SELECT x.id, a.lot, 0 FROM exception x JOIN exception_subject s ON s.exception = x.id JOIN alias a ON a.code = s.code AND a.partner = 0
			JOIN lot l ON l.id = a.lot JOIN product p ON p.id = l.product
			WHERE `+open+` AND s.subject IN (p.sku || '|' || s.code, COALESCE(p.gtin, '') || '|' || s.code)
		UNION ALL SELECT x.id, 0, c.unit FROM exception x JOIN exception_subject s ON s.exception = x.id JOIN correction c ON c.before = s.code AND c.unit > 0
			JOIN unit u ON u.id = c.unit JOIN product p ON p.id = u.product
			WHERE `+open+` AND s.subject IN (p.sku || '|' || s.code, COALESCE(p.gtin, '') || '|' || s.code) LIMIT $1`, args, func(r *sql.Rows) (n Naming, err error) { return n, r.Scan(&n.Exception, &n.Lot, &n.Unit) })
}

// open is a condition that exception x was kept and not resolved.
func (v *View) open(args *[]any) string {
	if v.past == nil {
		return `x.resolved = 0`
	}
	return `EXISTS (SELECT 1 FROM entry e WHERE e.id = x.id` + v.entries("e", args) + `)
		AND (x.resolved = 0 OR NOT EXISTS (SELECT 1 FROM entry z WHERE z.id = x.resolved` + v.entries("z", args) + `))`
}
