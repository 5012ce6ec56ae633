package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

const barcodeColumns = `b.id, b.entry, b.code, b.product, b.level, b.partner, b.shared, b.active`

func scanBarcode(r *sql.Rows) (*stock.Barcode, error) {
	b := &stock.Barcode{}
	return b, r.Scan(&b.ID, &b.Entry, &b.Code, &b.Product, &b.Level, &b.Partner, &b.Shared, &b.Active)
}

// barcodes loads what the codes stand for, with the products, and the barcodes of the products whose levels change.
func (l *loader) barcodes() error {
	if len(l.needs.Barcodes) == 0 && len(l.needs.Labelled) == 0 {
		return nil
	}
	labelled := map[int64]struct{}{}
	for sku := range l.needs.Labelled {
		if p := l.s.Products[sku]; p != nil {
			labelled[p.ID] = struct{}{}
		}
	}
	missing := map[int64]struct{}{}
	if err := l.each(l.ctx, `SELECT `+barcodeColumns+` FROM barcode b WHERE b.key IN (SELECT k FROM @rows($1: k text)) OR b.product IN (SELECT id FROM @rows($2: id int)) AND b.level <> '' ORDER BY b.id`,
		[]any{names(maps.Keys(l.needs.Barcodes)), ids(maps.Keys(labelled))}, func(r *sql.Rows) error {
			b, err := scanBarcode(r)
			if err != nil {
				return err
			}
			l.s.LoadBarcode(b)
			if l.s.ProductIDs[b.Product] == nil {
				missing[b.Product] = struct{}{}
			}
			return nil
		}); err != nil || len(missing) == 0 {
		return err
	}
	return l.each(l.ctx, `SELECT `+productColumns+` FROM @rows($1: id int) r JOIN product p ON p.id = r.id`, []any{ids(maps.Keys(missing))}, func(r *sql.Rows) error {
		p, err := scanProduct(r)
		if err == nil {
			l.s.LoadProduct(p)
		}
		return err
	})
}

const saveBarcodes = `INSERT INTO barcode (id, entry, code, key, product, level, partner, shared, active)
	SELECT * FROM @rows($1: id int, entry int, code text, key text, product int, level text, partner int, shared int, active int)
	WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, level = excluded.level, shared = excluded.shared, active = excluded.active`

func (s *saver) barcodeRows(e *stock.Entry) {
	for _, b := range e.Barcodes {
		if !s.first(b.ID) {
			continue
		}
		s.barcodes.add(b.ID, b.Entry, b.Code, stock.BarcodeKey(b.Code), b.Product, b.Level, b.Partner, b.Shared, b.Active)
	}
}

// Barcodes lists the further codes of products that stand, by product and id; after is the id of the last one seen of a product.
func (s *Store) Barcodes(ctx context.Context, product, after int64, limit int) ([]*stock.Barcode, error) {
	return list(ctx, s, `SELECT `+barcodeColumns+` FROM barcode b WHERE b.product = $1 AND b.id > $2 AND b.active > 0 ORDER BY b.id LIMIT $3`,
		[]any{product, after, Page{Limit: limit}.limit()}, scanBarcode)
}

// BarcodesOf lists the further codes of many products, by product.
func (s *Store) BarcodesOf(ctx context.Context, products []*stock.Product) (map[int64][]*stock.Barcode, error) {
	var set rowset
	for _, p := range products {
		set.add(p.ID)
	}
	out := map[int64][]*stock.Barcode{}
	return out, s.query(ctx, `SELECT `+barcodeColumns+` FROM @rows($1: id int) r JOIN barcode b ON b.product = r.id AND b.active > 0 ORDER BY b.id`, []any{set.text()}, func(r *sql.Rows) error {
		b, err := scanBarcode(r)
		out[b.Product] = append(out[b.Product], b)
		return err
	})
}

// masterBarcode is the barcode that the entry bound or took off, as its row says where the entry was the last to change it.
func (a *auditor) masterBarcode(p *pageRows, e *pageEntry, v *stock.Barcode) *stock.Barcode {
	row := p.barcodes[v.ID]
	if row == nil {
		a.find("row", record("barcode", v.ID), "it is missing: entry %d is about it", e.ID)
	} else if a.current(e, record("barcode", v.ID), row.Entry) {
		v = row
	}
	a.fresh(v.ID)
	return v
}

// compareBarcodes checks that each barcode is found by the key that its code gives.
func (a *auditor) compareBarcodes() error {
	return a.each(`SELECT b.id, b.code, b.key FROM barcode b`, func(r *sql.Rows) error {
		var id int64
		var code, key string
		if err := r.Scan(&id, &code, &key); err != nil {
			return err
		}
		if want := stock.BarcodeKey(code); key != want {
			a.find("row", record("barcode", id), "it is found by %q, its code %q is found by %q", key, code, want)
		}
		return nil
	})
}
