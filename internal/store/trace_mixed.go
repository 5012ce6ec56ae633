package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// passage is an item that went into a mixed place, or came out of one.
type passage struct {
	trace.Item
	place int64
	at    stock.Time
	role  stock.ItemRole
	to    stock.PlaceKind // where it went
	again bool            // a correction put it there
}

// mixedPlaces loads the tanks and silos and when they were cleaned: few, and once for a trace.
func (t *Tracer) mixedPlaces() error {
	if t.loaded {
		return nil
	}
	t.loaded = true
	err := t.Beside(t.ctx, func(ctx context.Context) error {
		return t.query(ctx, `SELECT EXISTS (SELECT 1 FROM item i WHERE i.flags >= 16)`, nil, func(r *sql.Rows) error { return r.Scan(&t.corrected) })
	}, func(ctx context.Context) error {
		return t.query(ctx, `SELECT p.id FROM place p WHERE p.mixed = 1 UNION SELECT c.place FROM cleaning c ORDER BY 1`, nil, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			t.mixed = append(t.mixed, id)
			return err
		})
	})
	if err != nil || len(t.mixed) == 0 {
		return err
	}
	t.cleanings = trace.Cleanings{}
	var args []any
	where := t.entries("e", &args)
	return t.query(t.ctx, `SELECT c.place, e.occurred_at FROM cleaning c JOIN entry e ON e.id = c.entry`+where+` ORDER BY c.place, e.occurred_at`, args,
		func(r *sql.Rows) error {
			var place int64
			var at stock.Time
			err := r.Scan(&place, &at)
			t.cleanings[place] = append(t.cleanings[place], at)
			return err
		})
}

// The ways to find what passed a mixed place: $1 are rows of place and lot, or of place and a window of time.
const (
	putByLot      = `@rows($1: place int, lot int) r CROSS JOIN item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place WHERE i.to_place = r.place AND i.lot = r.lot`
	putByWindow   = `@rows($1: place int, first int, last int) r CROSS JOIN item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place WHERE i.to_place = r.place AND COALESCE(i.effective_at, e.occurred_at) BETWEEN r.first AND r.last`
	drawnByLot    = `@rows($1: place int, lot int) r CROSS JOIN item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place WHERE i.from_place = r.place AND i.lot = r.lot`
	drawnByWindow = `@rows($1: place int, first int, last int) r CROSS JOIN item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place WHERE i.from_place = r.place AND COALESCE(i.effective_at, e.occurred_at) BETWEEN r.first AND r.last`
	drawnByID     = `@rows($1: item int) r CROSS JOIN item i JOIN entry e ON e.id = i.entry JOIN place p ON p.id = i.to_place WHERE (i.id = r.item OR i.about = r.item AND i.about > 0)`
)

// passages reads what passed mixed places, in order, without what was reversed in full.
func (t *Tracer) passages(how string, set string) ([]passage, error) {
	place := "i.to_place"
	if how == drawnByLot || how == drawnByWindow || how == drawnByID {
		place = "i.from_place"
	}
	var out []passage
	args := []any{set}
	where := t.items("i", &args)
	err := t.query(t.ctx, `SELECT CASE WHEN i.about > 0 THEN i.about ELSE i.id END, CASE WHEN i.about > 0 THEN (SELECT a.entry FROM item a WHERE a.id = i.about) ELSE i.entry END,
		i.product, i.lot, i.quantity, `+place+`, COALESCE(i.effective_at, e.occurred_at), i.role, p.kind, i.about > 0 FROM `+how+`
		AND i.flags >= 4 AND (i.about = 0 OR i.flags >= 16) AND i.lot > 0 AND i.units IS NULL`+where+` ORDER BY i.id`, args, func(r *sql.Rows) error {
		var p passage
		err := r.Scan(&p.ID, &p.Entry, &p.Product, &p.Lot, &p.Quantity, &p.place, &p.at, &p.role, &p.to, &p.again)
		out = append(out, p)
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return t.standing(out)
}

// standing takes off the passages what was reversed or found to be other goods, and puts what stands in their place.
func (t *Tracer) standing(out []passage) ([]passage, error) {
	var asked rowset
	for i := range out {
		asked.add(out[i].ID)
	}
	stands := map[int64]*trace.Stands{}
	args := []any{asked.text()}
	where := t.items("b", &args)
	err := t.query(t.ctx, `SELECT b.about, b.product, b.lot, b.quantity, b.flags FROM (SELECT DISTINCT id FROM @rows($1: id int)) r
		CROSS JOIN item b WHERE b.about = r.id AND b.about > 0`+where+` ORDER BY b.id`,
		args, func(r *sql.Rows) error {
			var id, flags int64
			var g trace.Goods
			err := r.Scan(&id, &g.Product, &g.Lot, &g.Quantity, &flags)
			if stands[id] == nil {
				stands[id] = &trace.Stands{}
			}
			if flags&flagAgain != 0 {
				stands[id].Give(g)
			} else {
				stands[id].Take(g)
			}
			return err
		})
	left := out[:0]
	told := map[[2]int64]bool{} // what was put right twice is there once
	for _, p := range out {
		s := stands[p.ID]
		switch {
		case s == nil:
			left = append(left, p)
		case !p.again:
			if p.Less(s.Gone) {
				left = append(left, p)
			}
		case !told[[2]int64{p.ID, p.Lot}]:
			told[[2]int64{p.ID, p.Lot}] = true
			for _, g := range s.Left() {
				if g.Lot == p.Lot {
					p.Quantity = g.Quantity
					left = append(left, p)
				}
			}
		}
	}
	return left, err
}

func (t *Tracer) lotsAt(lots stock.Runs) string {
	var set rowset
	for _, place := range t.mixed {
		for lot := range lots.All() {
			set.add(place, lot)
		}
	}
	return set.text()
}

func windowsText(windows []trace.Window) string {
	var set rowset
	for _, w := range trace.Merge(windows) {
		set.add(w.Place, int64(w.From), int64(w.To))
	}
	return set.text()
}

// mixedUp links what came out of mixed places to all that went in before it, since the last cleaning: the inputs of
// transformations, and lots that were moved on or shipped from there.
func (t *Tracer) mixedUp(c *trace.Collector, from trace.Nodes, inputs []int64) error {
	var set rowset
	for _, id := range inputs {
		set.add(id)
	}
	used, err := t.passages(drawnByID, set.text())
	if err != nil {
		return err
	}
	moved, err := t.passages(drawnByLot, t.lotsAt(from.Lots))
	if err != nil {
		return err
	}
	moved = slices.DeleteFunc(moved, func(p passage) bool { return p.role != stock.Plain || p.to == stock.PlaceLoss })
	var windows []trace.Window
	for _, p := range append(slices.Clip(used), moved...) {
		windows = append(windows, t.cleanings.Before(p.place, p.at))
	}
	puts, err := t.passages(putByWindow, windowsText(windows))
	if err != nil {
		return err
	}
	for _, p := range used {
		t.mixedLink(c, p, putsIn(puts, t.cleanings.Before(p.place, p.at), p.Lot), c.NearOf(p.ID))
	}
	for _, p := range moved {
		t.mixedLink(c, p, putsIn(puts, t.cleanings.Before(p.place, p.at), p.Lot), []trace.Goods{p.Goods})
	}
	c.ReachFirst(putGoods(puts))
	return nil
}

func (t *Tracer) mixedLink(c *trace.Collector, p passage, in, out []trace.Goods) {
	if len(in) > 0 && len(out) > 0 {
		c.Add(trace.Link{Entry: p.Entry, Item: p.ID, Groups: 1, Place: p.place, Mixed: true, In: in, Out: out})
	}
}

// putsIn sums what went into a place in a window, but for one lot, which is linked as it is.
func putsIn(puts []passage, w trace.Window, but int64) []trace.Goods {
	var in []passage
	for _, p := range puts {
		if p.place == w.Place && p.at >= w.From && p.at <= w.To && p.Lot != but {
			in = append(in, p)
		}
	}
	return putGoods(in)
}

func putGoods(puts []passage) []trace.Goods {
	var goods []trace.Goods
	for _, p := range puts {
		goods = append(goods, p.Goods)
	}
	return trace.Sum(goods)
}

// mixedDown links lots that went into mixed places to all that came out after them, until the next cleaning.
func (t *Tracer) mixedDown(from trace.Nodes) (*trace.Level, error) {
	puts, err := t.passages(putByLot, t.lotsAt(from.Lots))
	if err != nil || len(puts) == 0 {
		return &trace.Level{}, err
	}
	var windows []trace.Window
	for _, p := range puts {
		windows = append(windows, t.cleanings.After(p.place, p.at))
	}
	out, err := t.passages(drawnByWindow, windowsText(windows))
	if err != nil {
		return nil, err
	}
	const enough = 10_000 // links are not told in full beyond so many; what they lead to is
	c := trace.NewCollector(false, t.most, true)
	var near []trace.Item
	tank := map[int64]int64{} // by the entry that drew from it
	for _, p := range out {
		in := t.putBefore(puts, p)
		tank[p.Entry] = p.place
		switch {
		case len(in) == 0 || p.to == stock.PlaceLoss:
		case p.role == stock.Input:
			if len(near) > enough {
				in = in[:1]
			}
			for _, g := range in {
				near = append(near, trace.Item{ID: p.ID, Entry: p.Entry, Goods: g})
			}
		case p.role == stock.Plain:
			t.mixedLink(c, p, in, []trace.Goods{p.Goods})
			c.Reach(p.Goods)
		}
	}
	slices.SortStableFunc(near, func(a, b trace.Item) int { return cmp.Compare(a.ID, b.ID) })
	if _, err := t.far(c, &nearSide{given: near}, nil); err != nil {
		return nil, err
	}
	level := c.Level()
	for i := range level.Links {
		if l := &level.Links[i]; l.Place == 0 {
			l.Place = tank[l.Entry]
		}
	}
	return level, nil
}

// putBefore sums the puts that an item drawn later may be of.
func (t *Tracer) putBefore(puts []passage, drawn passage) []trace.Goods {
	var in []passage
	for _, p := range puts {
		if w := t.cleanings.After(p.place, p.at); p.place == drawn.place && drawn.at >= w.From && drawn.at <= w.To && p.Lot != drawn.Lot {
			in = append(in, p)
		}
	}
	return putGoods(in)
}
