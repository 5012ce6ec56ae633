package sim

import (
	"context"
	"database/sql"
	"fmt"

	"clew/internal/stock"
	"clew/internal/store"
)

// check holds the store against its invariants and the model, twice: as it is, and after reopening.
func (h *history) check(ctx context.Context) error {
	for _, when := range []string{"", "after reopening: "} {
		if when != "" {
			h.store.Close()
			if err := h.open(ctx); err != nil {
				return err
			}
		}
		if err := h.whole(ctx); err != nil {
			return fmt.Errorf("%s%w", when, err)
		}
	}
	return h.resend(ctx)
}

func (h *history) whole(ctx context.Context) error {
	report, err := h.store.Verify(ctx, nil)
	if err != nil {
		return err
	}
	if !report.Whole() {
		return fmt.Errorf("verify: %s", report.Problems)
	}
	return h.same(ctx)
}

// same compares the tables with the model, not trusting the store's own verification.
func (h *history) same(ctx context.Context) error {
	db, err := tablesOf(h.Ledger)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, step := range []func(context.Context, *sql.DB) error{h.sameGoods, h.sameUnits, h.samePast, h.sameLots, h.sameRest, func(ctx context.Context, _ *sql.DB) error { return h.recall(ctx) }, h.leaves} {
		if err := step(ctx, db); err != nil {
			return err
		}
	}
	return nil
}

func each(ctx context.Context, db *sql.DB, text string, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sameGoods: every balance is the model's, none real is below zero, all places together hold nothing.
func (h *history) sameGoods(ctx context.Context, db *sql.DB) error {
	seen, sums := 0, map[[2]int64]stock.Quantity{}
	err := each(ctx, db, `SELECT product, lot, place, quantity FROM balance WHERE quantity <> 0`, func(r *sql.Rows) error {
		var slot stock.Slot
		var quantity stock.Quantity
		if err := r.Scan(&slot.Product, &slot.Lot, &slot.Place, &quantity); err != nil {
			return err
		}
		seen++
		sums[[2]int64{slot.Product, slot.Lot}] += quantity
		at := h.m.places[slot.Place]
		if quantity < 0 && at.Real() {
			return fmt.Errorf("negative stock: %s of %+v", quantity, slot)
		}
		if want := h.m.goods[slot]; quantity != want {
			return fmt.Errorf("balance %+v is %s, the model says %s", slot, quantity, want)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if seen != len(h.m.goods) {
		return fmt.Errorf("%d balances, the model has %d", seen, len(h.m.goods))
	}
	for goods, sum := range sums {
		if sum != 0 {
			return fmt.Errorf("product %d, lot %d: all places together hold %s", goods[0], goods[1], sum)
		}
	}
	return nil
}

// sameUnits: every unit is where the model put it, in one place only.
func (h *history) sameUnits(ctx context.Context, db *sql.DB) error {
	seen := map[string]bool{}
	err := each(ctx, db, `SELECT id, product, serial, lot, place, holds FROM unit`, func(r *sql.Rows) error {
		var id, product, lot, place int64
		var holds int
		var serial string
		if err := r.Scan(&id, &product, &serial, &lot, &place, &holds); err != nil {
			return err
		}
		u, name := h.m.units[id], fmt.Sprint(product, "|", serial)
		if seen[name] {
			return fmt.Errorf("unit %s is in two places", name)
		}
		seen[name] = true
		if u == nil || u.serial != serial || u.product != product || u.lot != lot || u.at != place || u.holds != holds {
			return fmt.Errorf("unit %d (%s) is of lot %d at place %d with %d holds, the model says %+v", id, serial, lot, place, holds, u)
		}
		return nil
	})
	if err == nil && len(seen) != len(h.m.units) {
		err = fmt.Errorf("%d units, the model has %d", len(seen), len(h.m.units))
	}
	return err
}

// sameRest: as many entries, holds and open exceptions as in the model.
func (h *history) sameRest(ctx context.Context, db *sql.DB) error {
	for _, t := range []struct {
		what string
		want int64
	}{
		{"MAX(id) FROM entry", h.m.lastID},
		{"COUNT(*) FROM entry", h.m.lastID},
		{"COUNT(*) FROM hold WHERE released = 0", int64(len(h.m.holds))},
		{"COUNT(*) FROM exception WHERE resolved = 0", int64(len(h.m.open))},
		{"COUNT(*) FROM entry WHERE client_key IS NOT NULL", int64(len(h.m.keys))},
		{"COUNT(*) FROM late_entry", int64(h.m.late)},
		{"COUNT(*) FROM detail", int64(h.m.details)},
		{"COALESCE(SUM(tracking), 0) FROM product", h.m.tracked()},
		{"COALESCE(SUM(m.value), 0) FROM measured m WHERE NOT EXISTS (SELECT 1 FROM measured o JOIN inspection n ON n.entry = o.entry JOIN inspection i ON i.lot = n.lot AND i.entry = m.entry WHERE o.name = m.name AND (o.entry > m.entry OR o.entry = m.entry AND o.line > m.line))", h.m.measures()},
		{"COALESCE(SUM(until), 0) FROM closing WHERE entry IN (SELECT MAX(entry) FROM closing GROUP BY site)", h.m.closes()},
	} {
		err := each(ctx, db, "SELECT "+t.what, func(r *sql.Rows) error {
			var got int64
			if err := r.Scan(&got); err != nil {
				return err
			}
			if got != t.want {
				return fmt.Errorf("%s: %d, the model says %d", t.what, got, t.want)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *history) leaves(ctx context.Context, db *sql.DB) (err error) {
	h.result.Leaves, err = leafHash(func(hash func([]byte) error) error {
		return each(ctx, db, `SELECT leaf FROM entry ORDER BY id`, func(r *sql.Rows) error {
			var leaf sql.RawBytes
			if err := r.Scan(&leaf); err != nil {
				return err
			}
			return hash(leaf)
		})
	})
	return err
}

// resend sends the last requests once more, as a client does that lost the answers: none may be recorded twice.
func (h *history) resend(ctx context.Context) error {
	for _, c := range h.draw.sent {
		used, ok := h.m.keys[c.draft.Key]
		if !ok {
			continue
		}
		out, err := h.post.Post(ctx, c.draft)
		if err != nil {
			return err
		}
		if used.Hash == c.draft.Hash && (out[0].Entry != used.Entry || !out[0].Replayed) {
			return fmt.Errorf("key %s: sent again, entry %d became %+v", c.draft.Key, used.Entry, out[0])
		}
	}
	return nil
}

var _ Poster = (*store.Store)(nil)
