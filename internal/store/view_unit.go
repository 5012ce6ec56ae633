package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/trace"
)

// fate tells where a unit is after some items, in the order of the log, and of which lot it is: where it came to as often as it left
// all others. What was recorded late may not fit to what had happened by then; of several such places the last one counts. Since is
// the last entry of a unit of which nothing stands: it is still called of the lot that it was of, and of what that is found to be.
func fate(deeds []stock.Deed) (place, lot, since int64) {
	net := map[int64]int{}
	for _, d := range deeds {
		if net[d.To]++; !d.Born {
			net[d.From]--
		}
	}
	for _, d := range slices.Backward(deeds) {
		if net[d.To] > 0 {
			place = d.To
			break
		}
	}
	stood := stock.Stood(deeds)
	if len(stood) == 0 {
		last := deeds[len(deeds)-1]
		return place, last.Lot, last.Entry
	}
	return place, slices.MaxFunc(stood, func(a, b stock.Deed) int { return cmp.Compare(a.Since, b.Since) }).Lot, 0
}

// lotsFoundSince gives units of which nothing stands the lots that theirs were found to be, from an entry on. No item says so: what
// was taken back is not done again. Where that is undone they keep the lot, as stock leaves it.
func (v *View) lotsFoundSince(ctx context.Context, since map[*stock.Unit]int64) error {
	type found struct{ entry, lot int64 }
	made, ask := map[int64][]found{}, map[int64]struct{}{}
	for u := range since {
		if u.Lot != 0 {
			ask[u.Lot] = struct{}{}
		}
	}
	for len(ask) > 0 {
		set := ids(maps.Keys(ask))
		for id := range ask {
			made[id] = nil
		}
		clear(ask)
		err := v.query(ctx, `SELECT c.lot, c.entry, c.after FROM @rows($1: id int) r CROSS JOIN correction c WHERE c.lot = r.id AND c.lot > 0 AND c.entry <= $2 AND c.field = 'same_as'
			AND c.after <> '' ORDER BY c.entry, c.line`, []any{set, v.known()}, func(r *sql.Rows) error {
			var lot int64
			var f found
			err := r.Scan(&lot, &f.entry, &f.lot)
			made[lot] = append(made[lot], f)
			return err
		})
		if err != nil {
			return err
		}
		for _, list := range made {
			for _, f := range list {
				if _, asked := made[f.lot]; !asked {
					ask[f.lot] = struct{}{}
				}
			}
		}
	}
	for u, from := range since {
		for {
			next := slices.IndexFunc(made[u.Lot], func(f found) bool { return f.entry >= from })
			if next < 0 {
				break
			}
			f := made[u.Lot][next]
			u.Lot, from = f.lot, f.entry+1
		}
	}
	return nil
}

// unitsThen tells what units were, in the order given; those that were not yet there are left out.
func (v *View) unitsThen(ctx context.Context, units []*stock.Unit) ([]*stock.Unit, error) {
	if v.past == nil || len(units) == 0 {
		return units, nil
	}
	var set rowset
	var ids []int64
	for _, u := range units {
		set.ints(u.ID)
		ids = append(ids, u.ID)
	}
	deeds := map[int64][]stock.Deed{}
	err := v.query(ctx, `SELECT u.unit, i.id, i.entry, i.about, i.lot, i.from_place, i.to_place, i.flags FROM @rows($1: id int) r CROSS JOIN item_unit u CROSS JOIN item i CROSS JOIN entry e
		WHERE u.unit = r.id AND i.id = u.item AND e.id = i.entry AND i.entry <= $2 AND COALESCE(i.effective_at, e.occurred_at) <= $3
		ORDER BY u.unit, i.id`, []any{set.text(), v.past.known, int64(v.past.at)}, func(r *sql.Rows) error {
		var unit, flags int64
		d := stock.Deed{Item: stock.Item{Quantity: stock.One}}
		err := r.Scan(&unit, &d.ID, &d.Entry, &d.About, &d.Lot, &d.From, &d.To, &flags)
		d.Born, d.Again = flags&flagBorn != 0, flags&flagAgain != 0
		deeds[unit] = append(deeds[unit], d)
		return err
	})
	if err != nil {
		return nil, err
	}
	held, err := v.HoldsOfUnits(ctx, stock.RunsOf(ids))
	if err != nil {
		return nil, err
	}
	var out []*stock.Unit
	since := map[*stock.Unit]int64{}
	for _, u := range units {
		if len(deeds[u.ID]) == 0 {
			continue
		}
		var last int64
		if u.Place, u.Lot, last = fate(deeds[u.ID]); last > 0 {
			since[u] = last
		}
		u.Holds = 0
		for _, h := range held {
			if h.Hold.Units.Contains(u.ID) {
				u.Holds++
			}
		}
		out = append(out, u)
	}
	if err := v.lotsFoundSince(ctx, since); err != nil {
		return nil, err
	}
	if err := v.serialsThen(ctx, out); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(out, func(u *stock.Unit) bool { return strings.HasPrefix(u.Serial, " ") }), nil // found to be another by then
}

// Units lists units in the order they were born, as they were: where they were then, and of which lot.
func (v *View) Units(ctx context.Context, f UnitFilter) ([]*stock.Unit, error) {
	if v.past == nil {
		return v.Store.Units(ctx, f)
	}
	limit := min(max(f.Limit, 1), 1000)
	all := UnitFilter{Product: f.Product, Serial: f.Serial, After: f.After, Limit: 1000, once: v.known() < stock.MaxID}
	var at stock.Runs
	if f.Place != 0 {
		var err error
		if at, err = v.unitsEver(ctx, f.Place); err != nil {
			return nil, err
		}
	}
	var out []*stock.Unit
	for {
		var some []*stock.Unit
		var err error
		if f.Place != 0 {
			some, err = v.Store.UnitsOf(ctx, at, all.After, all.Limit)
		} else {
			some, err = v.Store.Units(ctx, all)
		}
		if err != nil {
			return nil, err
		}
		n := len(some)
		if n > 0 {
			all.After = some[n-1].ID
		}
		then, err := v.unitsThen(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, u := range then {
			if (f.Place == 0 || u.Place == f.Place) && (f.Lot == 0 || u.Lot == f.Lot) && (f.Product == 0 || u.Product == f.Product) &&
				(f.Serial == "" || u.Serial == f.Serial || v.once(ctx, u, f.Serial)) {
				out = append(out, u)
			}
		}
		if n < all.Limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
	}
}

// unitsEver are the units that are at a place, and those that left it by what does not count.
func (v *View) unitsEver(ctx context.Context, place int64) (stock.Runs, error) {
	var ids []int64
	err := v.query(ctx, `SELECT u.id FROM unit u WHERE u.place = $1`, []any{place}, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := stock.RunsOf(ids)
	const of = ` AND e.items > 0 AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND i.effective_at IS NULL AND i.from_place = $3 AND i.units IS NOT NULL`
	err = v.query(ctx, `SELECT i.units FROM entry e CROSS JOIN item i WHERE e.occurred_at > $1`+of+`
		UNION ALL SELECT i.units FROM entry e CROSS JOIN item i WHERE e.id > $2 AND e.occurred_at <= $1`+of+`
		UNION ALL SELECT i.units FROM item i WHERE i.effective_at > 0 AND (i.effective_at > $1 OR i.entry > $2) AND i.from_place = $3 AND i.units IS NOT NULL`,
		[]any{int64(v.past.at), v.past.known, place}, func(r *sql.Rows) error {
			var blob sql.RawBytes
			if err := r.Scan(&blob); err != nil {
				return err
			}
			units, err := unpack(blob)
			out = append(out, units...)
			return err
		})
	slices.SortFunc(out, func(a, b stock.Run) int { return cmp.Compare(a.First, b.First) })
	merged := out[:0]
	for _, run := range out {
		if n := len(merged); n > 0 && run.First <= merged[n-1].Last+1 {
			merged[n-1].Last = max(merged[n-1].Last, run.Last)
			continue
		}
		merged = append(merged, run)
	}
	return merged, err
}

// whereThen tells place by place where goods were: lots by their balances, units by the items they were in.
func (v *View) whereThen(ctx context.Context, goods []trace.Goods, visit func(Whereabouts)) error {
	var lots, units rowset
	for i, g := range goods {
		switch {
		case len(g.Units) > 0:
			addRuns(&units, i, g.Units)
		case g.Lot != 0:
			lots.ints(int64(i), g.Product, g.Lot)
		}
	}
	type key struct {
		of    int
		place int64
	}
	sums := map[key]stock.Quantity{}
	add := func(r *sql.Rows) error {
		var k key
		var quantity stock.Quantity
		err := r.Scan(&k.of, &k.place, &quantity)
		sums[k] += quantity
		return err
	}
	if lots.n > 0 {
		err := v.query(ctx, `SELECT r.i, k.place, COALESCE((SELECT x.quantity FROM balance_past x WHERE x.product = k.product AND x.lot = k.lot AND x.place = k.place AND x.span < $2
				ORDER BY x.span DESC LIMIT 1), 0) FROM @rows($1: i int, product int, lot int) r CROSS JOIN balance_life k CROSS JOIN place p
			WHERE k.product = r.product AND k.lot = r.lot AND k.first_span < $2 AND k.last_span >= $2 AND p.id = k.place AND p.kind <> $3`,
			[]any{lots.text(), v.past.span, int(stock.PlaceProduction)}, add)
		if err != nil {
			return err
		}
		args := append(v.past.args(0), lots.text(), int(stock.PlaceProduction))
		err = v.query(ctx, `WITH `+parts+`, r AS MATERIALIZED (SELECT * FROM @rows($6: i int, product int, lot int))
			SELECT r.i, p.id, CASE WHEN p.id = u.to_place THEN u.quantity ELSE -u.quantity END FROM parts u JOIN r ON r.lot = u.lot AND r.product = u.product
				CROSS JOIN place p WHERE p.id IN (u.from_place, u.to_place) AND p.kind <> $7`, args, add)
		if err != nil {
			return err
		}
		for k, quantity := range sums {
			if quantity > 0 {
				visit(Whereabouts{Of: k.of, Place: k.place, Quantity: quantity})
			}
		}
	}
	if units.n == 0 {
		return nil
	}
	args := []any{units.text()}
	where := v.items("i", &args)
	return v.query(ctx, `WITH u AS MATERIALIZED (SELECT r.i, x.item, COUNT(*) AS n FROM @rows($1: i int, first int, last int) r CROSS JOIN item_unit x
			WHERE x.unit BETWEEN r.first AND r.last GROUP BY r.i, x.item)
		SELECT u.i, p.id, CAST(SUM(CASE WHEN p.id = i.to_place THEN u.n WHEN i.flags % 2 = 1 THEN 0 ELSE -u.n END) AS BIGINT)
		FROM u CROSS JOIN item i CROSS JOIN place p WHERE i.id = u.item AND p.id IN (i.from_place, i.to_place)`+where+` GROUP BY u.i, p.id ORDER BY 1, 2`, args, func(r *sql.Rows) error {
		var w Whereabouts
		if err := r.Scan(&w.Of, &w.Place, &w.Units); err != nil {
			return err
		}
		if w.Quantity = stock.Units(w.Units); w.Units > 0 {
			visit(w)
		}
		return nil
	})
}
