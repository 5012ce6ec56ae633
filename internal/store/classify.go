package store

import (
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
)

// lowBits is by what sums are taken apart, so that no sum of quantities is too large for the engine.
const lowBits = 1 << 20

// MovedIn sums what moved from one moment until before another, by product. What was taken back since counts off what it took back.
func (s *Store) MovedIn(ctx context.Context, from, until stock.Time) (map[int64]*stock.Moved, error) {
	out := map[int64]*stock.Moved{}
	of := func(product int64) *stock.Moved {
		if out[product] == nil {
			out[product] = &stock.Moved{}
		}
		return out[product]
	}
	err := s.query(ctx, `SELECT m.product, m.kind, m.role, m.back, COUNT(*), CAST(SUM(m.quantity / 1048576) AS BIGINT), CAST(SUM(m.quantity % 1048576) AS BIGINT)
		FROM (SELECT i.product, i.role, i.quantity, CASE WHEN i.about > 0 AND i.flags < 16 THEN 1 ELSE 0 END AS back,
				CASE WHEN i.about > 0 THEN COALESCE(w.kind, e.kind) ELSE e.kind END AS kind
			FROM entry e JOIN item i ON i.id >= e.first_item AND i.id < e.first_item + e.items
			LEFT JOIN item o ON o.id = i.about AND i.about > 0 LEFT JOIN entry w ON w.id = o.entry
			WHERE e.occurred_at >= $1 AND e.occurred_at < $2 AND e.items > 0) m
		GROUP BY m.product, m.kind, m.role, m.back`, []any{int64(from), int64(until)}, func(r *sql.Rows) error {
		var product, lines, high, low int64
		var kind stock.Kind
		var role stock.ItemRole
		var back bool
		err := r.Scan(&product, &kind, &role, &back, &lines, &high, &low)
		q := stock.MaxQuantity
		if sum := high + low/lowBits; sum < int64(stock.MaxQuantity)/lowBits {
			q = stock.Quantity(sum*lowBits + low%lowBits)
		}
		of(product).Add(kind, role, back, lines, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, s.heldIn(ctx, from, until, of)
}

// heldIn counts the holds that somebody placed on goods of a product; those with which goods began are about the entry that brought them.
func (s *Store) heldIn(ctx context.Context, from, until stock.Time, of func(int64) *stock.Moved) error {
	var units []int64
	err := s.query(ctx, `SELECT COALESCE(l.product, 0), u.units FROM entry e JOIN hold h ON h.id = e.id LEFT JOIN lot l ON l.id = h.lot LEFT JOIN hold_unit u ON u.entry = e.id
		WHERE e.kind = $1 AND e.about = 0 AND e.occurred_at >= $2 AND e.occurred_at < $3`, []any{int(stock.KindHold), int64(from), int64(until)}, func(r *sql.Rows) error {
		var product int64
		var blob []byte
		if err := r.Scan(&product, &blob); err != nil {
			return err
		}
		if product != 0 {
			of(product).Holds++
			return nil
		}
		runs, err := unpack(blob)
		if err == nil && len(runs) > 0 {
			units = append(units, runs[0].First)
		}
		return err
	})
	if err != nil || len(units) == 0 {
		return err
	}
	return s.query(ctx, `SELECT u.product, COUNT(*) FROM @rows($1: id int) r JOIN unit u ON u.id = r.id GROUP BY u.product`, []any{ids(slices.Values(units))}, func(r *sql.Rows) error {
		var product, n int64
		err := r.Scan(&product, &n)
		of(product).Holds += n
		return err
	})
}

// ProductsInClass lists the products of a class by SKU; group 0 is any.
func (s *Store) ProductsInClass(ctx context.Context, class stock.Class, group int64, page Page) ([]*stock.Product, error) {
	return list(ctx, s, `SELECT `+productColumns+` FROM product p WHERE p.class = $4 AND p.class > 0 AND ($5 = 0 OR p.product_group = $5) AND p.sku > $1
		AND ($2 = '%%' OR LOWER(p.sku) LIKE $2 ESCAPE '\' OR LOWER(p.name) LIKE $2 ESCAPE '\' OR p.gtin LIKE $2 ESCAPE '\') ORDER BY p.sku LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit(), int(class), group}, func(r *sql.Rows) (*stock.Product, error) { return scanProduct(r) })
}
