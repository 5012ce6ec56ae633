package store

import (
	"cmp"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// nearAgain finds the items in whose place corrections put goods of the frontier. Corrections are few: those of units are gone
// through, and in a ledger without any nothing is read.
func (t *Tracer) nearAgain(near *nearSide, from trace.Frontier) error {
	if !t.corrected {
		return nil
	}
	near.of = from
	role, _ := t.role()
	var done []int64 // the items that put them there, which are of no group
	if len(from.Lots) > 0 {
		err := t.query(t.ctx, `SELECT i.id, i.about FROM @rows($1: lot int) r CROSS JOIN item i WHERE i.lot = r.lot AND i.flags >= 16 AND i.role = $2`,
			[]any{ids(from.Lots.All()), int(role)}, func(r *sql.Rows) error {
				var id, about int64
				err := r.Scan(&id, &about)
				done, near.again = append(done, id), append(near.again, about)
				return err
			})
		if err != nil {
			return err
		}
		slices.Sort(done)
		near.lots = slices.DeleteFunc(near.lots, func(id int64) bool { _, again := slices.BinarySearch(done, id); return again })
	}
	if len(from.Units) > 0 {
		err := t.query(t.ctx, `SELECT i.about, i.units FROM item i WHERE i.flags >= 16 AND i.role = $1 AND i.units IS NOT NULL`, []any{int(role)}, func(r *sql.Rows) error {
			var about int64
			var blob sql.RawBytes
			if err := r.Scan(&about, &blob); err != nil {
				return err
			}
			units, err := unpack(blob)
			if len(shared(units, from.Units)) > 0 {
				near.again = append(near.again, about)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	slices.Sort(near.again)
	near.again = slices.Compact(near.again)
	return nil
}

// stand gives the near side what stands in the place of items: as far as it is of the frontier.
func (n *nearSide) stand(again map[int64][]trace.Goods) {
	for _, id := range n.again {
		for _, g := range again[id] {
			it := trace.Item{ID: id, Goods: g}
			switch {
			case g.Lot != 0 && n.of.Lots.Contains(g.Lot):
				it.Units = nil // it is the lot that is followed
			case len(g.Units) > 0:
				it.Units = shared(g.Units, n.of.Units)
				it.Quantity = stock.Units(it.Units.Count())
			default:
				continue
			}
			if it.Quantity > 0 {
				n.given = append(n.given, it)
			}
		}
	}
	slices.SortStableFunc(n.given, func(a, b trace.Item) int { return cmp.Compare(a.ID, b.ID) })
}
