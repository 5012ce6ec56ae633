package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// CostsAsAt reads what products cost as they stood at a moment, out of the entries that changed them; those that cost nothing then
// are absent.
func (s *Store) CostsAsAt(ctx context.Context, when AsAt) (map[int64]stock.Quantity, error) {
	at, known := when.At, when.Known
	if at == 0 {
		at = far
	}
	if known == 0 {
		known = int64(far)
	}
	costs := map[int64]stock.Quantity{}
	return costs, s.query(ctx, `SELECT e.leaf FROM entry e WHERE e.kind = 1 AND e.occurred_at <= $1 AND e.id <= $2 ORDER BY e.id`, []any{int64(at), known},
		func(r *sql.Rows) error {
			var leaf sql.RawBytes
			if err := r.Scan(&leaf); err != nil {
				return err
			}
			m, err := stock.MasterOf(leaf)
			if err != nil || m.Product == nil {
				return err
			}
			delete(costs, m.Product.ID)
			if m.Product.UnitCost != "" {
				costs[m.Product.ID], err = stock.ParseQuantity(m.Product.UnitCost)
			}
			return err
		})
}
