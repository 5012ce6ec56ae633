package store

import (
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Tracer reads the genealogy level by level, one direction at a time. It is made for one trace and is not safe for
// concurrent use.
type Tracer struct {
	*Store
	ctx       context.Context
	up        bool
	most      int // links that a level lists
	mixed     []int64
	cleanings trace.Cleanings
	loaded    bool                     // mixed and cleanings are
	reversed  map[int64]trace.Reversed // of the entries of this level, by item
}

// NewTracer makes a tracer that goes up to what went in, or down to what became of it, and lists at most so many links a level.
func (s *Store) NewTracer(ctx context.Context, up bool, most int) *Tracer {
	return &Tracer{Store: s, ctx: ctx, up: up, most: most}
}

// Step finds the links of one level: a trace.Step.
func (t *Tracer) Step(ctx context.Context, from trace.Nodes) (*trace.Level, error) {
	t.ctx = ctx
	if err := t.mixedPlaces(); err != nil {
		return nil, err
	}
	c := trace.NewCollector(t.up, t.most, false)
	if err := t.near(c, from); err != nil {
		return nil, err
	}
	var tanks []int64 // inputs that came out of mixed places
	if err := t.far(c, func(item int64) { tanks = append(tanks, item) }); err != nil {
		return nil, err
	}
	if len(t.mixed) == 0 {
		return c.Level(), nil
	}
	if t.up {
		if err := t.mixedUp(c, from, tanks); err != nil {
			return nil, err
		}
		return c.Level(), nil
	}
	level := c.Level()
	more, err := t.mixedDown(from)
	if err == nil && more != nil {
		level.Join(more, t.most)
	}
	return level, err
}

// role is the side of the groups on which the frontier is, and the other.
func (t *Tracer) role() (near, far stock.ItemRole) {
	if t.up {
		return stock.Output, stock.Input
	}
	return stock.Input, stock.Output
}

const traceColumns = `i.id, i.entry, i.part, i.product, i.lot, i.quantity, i.known, i.flags, i.units`

// traceRow is an item as a trace needs it.
type traceRow struct {
	id, entry, product, lot, known, flags int64
	part                                  int
	quantity                              stock.Quantity
	units                                 sql.RawBytes
}

func (r *traceRow) scan(rows *sql.Rows, more ...any) error {
	return rows.Scan(append([]any{&r.id, &r.entry, &r.part, &r.product, &r.lot, &r.quantity, &r.known, &r.flags, &r.units}, more...)...)
}

func (r *traceRow) item() (trace.Item, error) {
	units, err := unpack(r.units)
	return trace.Item{ID: r.id, Entry: r.entry, Group: r.part, Goods: trace.Goods{Product: r.product, Lot: r.lot, Units: units, Quantity: r.quantity,
		Chosen: stock.Known(r.known) == stock.Chosen}}, err
}

// near finds the items by which the frontier is in transformations. The items of units are found by unit, and cut to
// the units of the frontier; a unit's lot is no node of its own.
func (t *Tracer) near(c *trace.Collector, from trace.Nodes) error {
	role, _ := t.role()
	var items []trace.Item
	var row traceRow
	take := func(r *sql.Rows) error {
		if err := row.scan(r); err != nil {
			return err
		}
		it, err := row.item()
		items = append(items, it)
		return err
	}
	if len(from.Lots) > 0 {
		err := t.query(t.ctx, `SELECT `+traceColumns+` FROM @rows($1: lot int) r
			CROSS JOIN item i WHERE i.lot = r.lot AND i.lot > 0 AND i.role = $2 AND i.about = 0`, []any{ids(from.Lots.All()), int(role)}, take)
		if err != nil {
			return err
		}
	}
	if len(from.Units) > 0 {
		err := t.query(t.ctx, `SELECT `+traceColumns+` FROM item i WHERE i.id IN (SELECT u.item FROM @rows($1: first int, last int) r
			CROSS JOIN item_unit u WHERE u.unit BETWEEN r.first AND r.last AND u.role = $2) AND i.about = 0`,
			[]any{runsText(from.Units), int(role)}, take)
		if err != nil {
			return err
		}
	}
	var err error
	if t.reversed, err = t.reversals(items); err != nil {
		return err
	}
	items = slices.DeleteFunc(items, func(it trace.Item) bool {
		if gone, ok := t.reversed[it.ID]; ok && !it.Less(gone) {
			return true
		}
		return len(it.Units) > 0 && len(it.Units.Intersect(from.Units)) == 0
	})
	for i := range items {
		it := &items[i]
		if gone, ok := t.reversed[it.ID]; ok {
			it.Less(gone)
		}
		if len(it.Units) > 0 {
			it.Units = it.Units.Intersect(from.Units)
			it.Quantity = stock.Units(it.Units.Count())
		}
	}
	c.Near(items)
	return nil
}

// reversals finds what was taken back of the items of the entries that the given items are of.
func (t *Tracer) reversals(items []trace.Item) (map[int64]trace.Reversed, error) {
	const spans = 64
	entries := make([]int64, 0, min(len(items), 1024))
	for i := range items {
		if n := len(entries); n == 0 || entries[n-1] != items[i].Entry {
			entries = append(entries, items[i].Entry)
		}
	}
	if len(entries) == 0 {
		return nil, nil
	}
	slices.Sort(entries)
	entries = slices.Compact(entries)
	// Reversals are few, so that a range which covers many entries costs less than a look-up for each of them.
	var set rowset
	for size := (len(entries) + spans - 1) / spans; len(entries) > 0; {
		n := min(size, len(entries))
		set.add(entries[0], entries[n-1])
		entries = entries[n:]
	}
	out := map[int64]trace.Reversed{}
	err := t.query(t.ctx, `SELECT b.about, b.quantity, b.units FROM @rows($1: first int, last int) r
		CROSS JOIN entry a ON a.id = r.first CROSS JOIN entry z ON z.id = r.last
		CROSS JOIN item b ON b.about BETWEEN a.first_item AND z.first_item + z.items - 1 AND b.about > 0`, []any{set.text()}, func(r *sql.Rows) error {
		var item int64
		var quantity stock.Quantity
		var blob []byte
		if err := r.Scan(&item, &quantity, &blob); err != nil {
			return err
		}
		units, err := unpack(blob)
		gone := out[item]
		gone.Quantity += quantity
		gone.Units = gone.Units.Union(units)
		out[item] = gone
		return err
	})
	return out, err
}

// far reads the other side of the groups that near found, a bounded number of ranges in a statement.
func (t *Tracer) far(c *trace.Collector, drawn func(item int64)) error {
	const atOnce = 20_000
	_, role := t.role()
	groups := c.Groups()
	var row traceRow
	for len(groups) > 0 {
		n := min(len(groups), atOnce)
		var set rowset
		for _, g := range groups[:n] {
			set.add(g.Entry, g.First, g.Last)
		}
		groups = groups[n:]
		err := t.query(t.ctx, `SELECT `+traceColumns+` FROM @rows($1: entry int, first int, last int) r
			CROSS JOIN item i WHERE i.entry = r.entry AND i.part BETWEEN r.first AND r.last AND i.role = $2 AND i.role > 0 AND i.about = 0`,
			[]any{set.text(), int(role)}, func(r *sql.Rows) error {
				if err := row.scan(r); err != nil {
					return err
				}
				it, err := row.item()
				if err != nil {
					return err
				}
				if gone, ok := t.reversed[it.ID]; ok && !it.Less(gone) {
					return nil
				}
				c.Far(it)
				if row.flags&flagFromMixed != 0 && it.Lot != 0 && len(it.Units) == 0 {
					drawn(it.ID)
				}
				return nil
			})
		if err != nil {
			return err
		}
	}
	return nil
}
