package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// packed gathers by which GTINs the packaging levels of a changed product are found.
func (s *saver) packed(p *stock.Product) {
	if s.packaged == nil {
		s.packaged = map[int64]*stock.Product{}
	}
	s.packaged[p.ID] = p // the last change in a batch counts
}

// packagings writes the GTINs of the levels in the place of those that stood.
func (s *saver) packagings() error {
	var products, gtins rowset
	for id, p := range s.packaged {
		products.add(id)
		for _, level := range p.Packaging {
			if level.GTIN != "" {
				gtins.add(level.GTIN, id)
			}
		}
	}
	if err := s.put(&products, `DELETE FROM packaging_gtin WHERE product IN (SELECT id FROM @rows($1: id int))`); err != nil {
		return err
	}
	return s.put(&gtins, `INSERT INTO packaging_gtin (gtin, product) SELECT * FROM @rows($1: gtin text, product int)`)
}

// comparePackaging checks that the levels' GTINs find the products that have them, and nothing else.
func (a *auditor) comparePackaging() error {
	want := map[string]int64{}
	if err := a.each(`SELECT p.id, p.packaging FROM product p WHERE p.packaging <> ''`, func(r *sql.Rows) error {
		var id int64
		var text string
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		levels, fault := stock.ParsePackaging(text)
		if fault != nil {
			a.find("row", record("product", id), "its packaging cannot be read: %s", fault.Detail)
		}
		for _, level := range levels {
			if level.GTIN != "" {
				want[level.GTIN] = id
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := a.each(`SELECT g.gtin, g.product FROM packaging_gtin g`, func(r *sql.Rows) error {
		var gtin string
		var id int64
		if err := r.Scan(&gtin, &id); err != nil {
			return err
		}
		if want[gtin] != id {
			a.find("row", record("product", id), "it is found by GTIN %s, which none of its packaging levels has", gtin)
		}
		delete(want, gtin)
		return nil
	}); err != nil {
		return err
	}
	for gtin, id := range want {
		a.find("row", record("product", id), "its packaging level with GTIN %s is not found by it", gtin)
	}
	return nil
}

// CodesThatLostZeros finds, of names that are digits and of the GTINs they may be short of zeros for, those that are no SKU while the
// GTIN is known.
func (s *Store) CodesThatLostZeros(ctx context.Context, gtins map[string]string) (map[string]string, error) {
	var set rowset
	for name, gtin := range gtins {
		set.add(name, gtin)
	}
	found := map[string]string{}
	err := s.query(ctx, `SELECT n.name, n.gtin FROM @rows($1: name text, gtin text) n WHERE NOT EXISTS (SELECT 1 FROM product p WHERE p.sku = n.name)
		AND (EXISTS (SELECT 1 FROM product p WHERE p.gtin = n.gtin) OR EXISTS (SELECT 1 FROM packaging_gtin g WHERE g.gtin = n.gtin))`, []any{set.text()}, func(r *sql.Rows) error {
		var name, gtin string
		err := r.Scan(&name, &gtin)
		found[name] = gtin
		return err
	})
	return found, err
}
