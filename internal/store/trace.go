package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Tracer reads the genealogy level by level, in one direction. It is made for one trace and is not safe for concurrent use.
//
// Of the near side only ids are read where that tells enough, the far side is read by ranges of ids, and the two are matched
// by the order of ids: the items of a group are adjacent, inputs first.
type Tracer struct {
	*View
	ctx       context.Context
	up        bool
	most      int // links that a level lists
	mixed     []int64
	cleanings trace.Cleanings
	loaded    bool                     // mixed and cleanings are
	reversed  map[int64]trace.Reversed // of this level, by item
	reversals map[int64]struct{}       // the items that reverse them, or do them again
	again     map[int64][]trace.Goods  // what corrections put in the place of items of this level
	corrected bool                     // there is such an item in the ledger
	// First is how much of the lots of the first frontier is on the near side, less what was reversed.
	First stock.Quantity
	steps int
}

// NewTracer makes a tracer that goes up to what went in, or down to what became of it, and lists at most so many links a level.
func (v *View) NewTracer(ctx context.Context, up bool, most int) *Tracer {
	return &Tracer{View: v, ctx: ctx, up: up, most: most}
}

// Step finds the links of one level: a trace.Step.
func (t *Tracer) Step(ctx context.Context, from trace.Frontier) (*trace.Level, error) {
	t.ctx = ctx
	if err := t.mixedPlaces(); err != nil {
		return nil, err
	}
	near, err := t.near(from)
	if err != nil {
		return nil, err
	}
	c := trace.NewCollector(t.up, t.most, false)
	drawn, err := t.far(c, near, from.Lots)
	if err != nil {
		return nil, err
	}
	t.steps++
	if len(t.mixed) > 0 && t.up {
		c.Flush()
		if err := t.mixedUp(c, from.Nodes, drawn); err != nil {
			return nil, err
		}
	}
	level := c.Level()
	if len(t.mixed) > 0 && !t.up {
		more, err := t.mixedDown(from.Nodes)
		if err != nil {
			return nil, err
		}
		level.Join(more, t.most)
	}
	return level, t.complete(level)
}

// role is the side of the groups on which the frontier is, and the other.
func (t *Tracer) role() (near, far stock.ItemRole) {
	if t.up {
		return stock.Output, stock.Input
	}
	return stock.Input, stock.Output
}

// reversals64 finds what was taken back of the items in the ranges, and of those in the same entries, and what corrections put in
// their place. Reversals are few:
// 64 ranges that cover more than was asked for cost less than a look-up for each item.
func (t *Tracer) reversals64(ranges stock.Runs) error {
	t.reversed, t.reversals, t.again = map[int64]trace.Reversed{}, map[int64]struct{}{}, map[int64][]trace.Goods{}
	if len(ranges) == 0 {
		return nil
	}
	var set rowset
	for size := (len(ranges) + 63) / 64; len(ranges) > 0; {
		n := min(size, len(ranges))
		set.add(ranges[0].First, ranges[n-1].Last)
		ranges = ranges[n:]
	}
	stands := map[int64]*trace.Stands{}
	args := []any{set.text()}
	where := t.items("b", &args)
	err := t.query(t.ctx, `SELECT b.id, b.about, b.product, b.lot, b.quantity, b.units, b.known, b.flags FROM @rows($1: first int, last int) r CROSS JOIN item f CROSS JOIN item l
		CROSS JOIN entry a CROSS JOIN entry z CROSS JOIN item b WHERE f.id = r.first AND l.id = r.last AND a.id = f.entry AND z.id = l.entry
		AND b.about BETWEEN a.first_item AND z.first_item + z.items - 1 AND b.about > 0`+where+` ORDER BY b.id`, args, func(r *sql.Rows) error {
		var id, item, flags int64
		var g trace.Goods
		var known stock.Known
		var blob sql.RawBytes
		if err := r.Scan(&id, &item, &g.Product, &g.Lot, &g.Quantity, &blob, &known, &flags); err != nil {
			return err
		}
		if _, twice := t.reversals[id]; twice {
			return nil
		}
		t.reversals[id] = struct{}{}
		var err error
		g.Units, err = unpack(blob)
		g.Chosen = known == stock.Chosen
		if stands[item] == nil {
			stands[item] = &trace.Stands{}
		}
		if flags&flagAgain != 0 {
			stands[item].Give(g)
		} else {
			stands[item].Take(g)
		}
		return err
	})
	for item, s := range stands {
		t.reversed[item] = s.Gone
		if left := s.Left(); len(left) > 0 {
			t.again[item] = left
		}
	}
	return err
}

// complete fills in what was not read row by row: the products of lots, and the numbers of groups.
func (t *Tracer) complete(level *trace.Level) error {
	return t.Beside(t.ctx, func(ctx context.Context) error { return t.productsOf(ctx, level) }, func(ctx context.Context) error { return t.groupsOf(ctx, level) })
}

func (t *Tracer) productsOf(ctx context.Context, level *trace.Level) error {
	products := map[int64]int64{}
	if lots := level.Lots(); len(lots) > 0 {
		err := t.query(ctx, `SELECT l.id, l.product FROM @rows($1: first int, last int) r @each(lot l: l.id BETWEEN r.first AND r.last)`,
			[]any{runsText(lots)}, func(r *sql.Rows) error {
				var lot, product int64
				err := r.Scan(&lot, &product)
				products[lot] = product
				return err
			})
		if err != nil {
			return err
		}
		level.SetProducts(products)
	}
	return nil
}

func (t *Tracer) groupsOf(ctx context.Context, level *trace.Level) error {
	var set rowset
	for _, l := range level.Links {
		set.add(l.Item)
	}
	if set.n == 0 {
		return nil
	}
	groups := map[int64]int{}
	err := t.query(ctx, `SELECT i.id, i.grp FROM @rows($1: id int) r CROSS JOIN item i WHERE i.id = r.id`, []any{set.text()}, func(r *sql.Rows) error {
		var id int64
		var group int
		err := r.Scan(&id, &group)
		groups[id] = group
		return err
	})
	for i := range level.Links {
		level.Links[i].Group = groups[level.Links[i].Item]
	}
	return err
}
