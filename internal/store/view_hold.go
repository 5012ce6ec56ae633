package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// HoldList lists holds in the order they were placed, as they were.
func (v *View) HoldList(ctx context.Context, f HoldFilter) ([]HoldRow, error) {
	if v.past == nil {
		return v.Store.HoldList(ctx, f)
	}
	limit := min(max(f.Limit, 1), 1000)
	var out []HoldRow
	for all := (HoldFilter{All: true, Lot: f.Lot, After: f.After, Limit: 1000}); ; {
		some, err := v.Store.HoldList(ctx, all)
		if err != nil {
			return nil, err
		}
		n := len(some)
		if n > 0 {
			all.After = some[n-1].Hold.ID
		}
		if some, err = v.holdsThen(ctx, some); err != nil {
			return nil, err
		}
		for _, h := range some {
			if f.All || h.Hold.Released == 0 {
				out = append(out, h)
			}
		}
		if n < all.Limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
	}
}

// holdsThen tells what holds were, without those that were not yet placed: one that was released since was active.
func (v *View) holdsThen(ctx context.Context, rows []HoldRow) ([]HoldRow, error) {
	var entries []int64
	var set rowset
	for _, r := range rows {
		entries = append(entries, r.Hold.ID)
		set.add(r.Hold.ID)
		if r.Hold.Released != 0 {
			entries = append(entries, r.Hold.Released)
		}
	}
	counts, err := v.Only(ctx, entries)
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	counted := map[int64]bool{}
	for _, id := range counts {
		counted[id] = true
	}
	lifted := map[int64]stock.Runs{}
	args := []any{set.text()}
	where := v.entries("e", &args)
	err = v.query(ctx, `SELECT u.hold, u.units FROM @rows($1: id int) r CROSS JOIN hold_unit u CROSS JOIN entry e WHERE u.hold = r.id AND u.entry <> u.hold AND e.id = u.entry`+where, args,
		func(r *sql.Rows) error {
			var hold int64
			var blob sql.RawBytes
			if err := r.Scan(&hold, &blob); err != nil {
				return err
			}
			units, err := unpack(blob)
			lifted[hold] = lifted[hold].Union(units)
			return err
		})
	if err != nil {
		return nil, err
	}
	var out []HoldRow
	for _, r := range rows {
		h := r.Hold
		if !counted[h.ID] {
			continue
		}
		if len(r.Units) > 0 {
			if h.Units = r.Units.Minus(lifted[h.ID]); len(h.Units) > 0 {
				h.Released = 0
			}
		} else if !counted[h.Released] {
			h.Released = 0
		}
		out = append(out, r)
	}
	return out, nil
}

// HoldsOfUnits lists the holds that were active and named any of the units.
func (v *View) HoldsOfUnits(ctx context.Context, units stock.Runs) ([]HoldRow, error) {
	if v.past == nil {
		return v.Store.HoldsOfUnits(ctx, units)
	}
	rows, err := list(ctx, v.Store, `SELECT h.id, h.lot, h.place, h.units, h.released, `+shownText+`, u.units FROM hold_unit u JOIN hold h ON h.id = u.entry
		LEFT JOIN erasable t ON t.entry = h.id AND t.field = 'reason' WHERE u.entry = u.hold AND h.id <= $1 ORDER BY h.id`, []any{v.past.known}, func(r *sql.Rows) (row HoldRow, err error) {
		var reason string
		var placed []byte
		if row.Hold, err = scanHold(r, &reason, &placed); err != nil {
			return row, err
		}
		row.Hold.Reason = reason
		row.Units, err = unpack(placed)
		return row, err
	})
	var named []HoldRow
	for _, r := range rows {
		if len(r.Units.Intersect(units)) > 0 {
			named = append(named, r)
		}
	}
	if err != nil || len(named) == 0 {
		return nil, err
	}
	named, err = v.holdsThen(ctx, named)
	var out []HoldRow
	for _, r := range named {
		if r.Hold.Released == 0 && len(r.Hold.Units.Intersect(units)) > 0 {
			out = append(out, r)
		}
	}
	return out, err
}

// LotsHeld tells which of some lots were on hold, everywhere or at a place.
func (v *View) LotsHeld(ctx context.Context, lots []int64) (map[int64]bool, error) {
	var set rowset
	for _, id := range lots {
		set.add(id)
	}
	out := map[int64]bool{}
	args := []any{set.text()}
	return out, v.query(ctx, `SELECT DISTINCT h.lot FROM @rows($1: id int) r CROSS JOIN hold h CROSS JOIN entry e WHERE h.lot = r.id AND h.lot > 0 AND e.id = h.id`+v.active(&args), args,
		func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			out[id] = true
			return err
		})
}

// active is a condition that hold h, of entry e, was placed and not released.
func (v *View) active(args *[]any) string {
	if v.past == nil {
		return ` AND h.released = 0`
	}
	return v.entries("e", args) + ` AND (h.released = 0 OR NOT EXISTS (SELECT 1 FROM entry z WHERE z.id = h.released` + v.entries("z", args) + `))`
}

// HeldPlaces are the places that a hold blocked as a whole.
func (v *View) HeldPlaces(ctx context.Context) (map[int64]bool, error) {
	out := map[int64]bool{}
	var args []any
	return out, v.query(ctx, `SELECT h.place FROM hold h CROSS JOIN entry e WHERE h.place > 0 AND h.lot = 0 AND e.id = h.id`+v.active(&args), args, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		out[id] = true
		return err
	})
}
