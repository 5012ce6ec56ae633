package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Tracer reads the genealogy level by level, in one direction. It is made for one trace and is not safe for concurrent use.
//
// What crosses from the engine into Go, row by row and column by column, is most of what a trace costs. So of the near
// side only ids are read where that tells enough, the far side is read by ranges of ids, and the two are matched by the
// order of ids: the items of a group are adjacent, inputs first.
type Tracer struct {
	*Store
	ctx       context.Context
	up        bool
	most      int // links that a level lists
	mixed     []int64
	cleanings trace.Cleanings
	loaded    bool                     // mixed and cleanings are
	reversed  map[int64]trace.Reversed // of this level, by item
	reversals map[int64]struct{}       // the items that reverse them
	// First is how much of the lots of the first frontier is on the near side, less what was reversed.
	First stock.Quantity
	steps int
}

// NewTracer makes a tracer that goes up to what went in, or down to what became of it, and lists at most so many links a level.
func (s *Store) NewTracer(ctx context.Context, up bool, most int) *Tracer {
	return &Tracer{Store: s, ctx: ctx, up: up, most: most}
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
	drawn, err := t.far(c, near)
	if err != nil {
		return nil, err
	}
	if t.steps++; t.steps == 1 {
		t.First = c.NearQuantity()
	}
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

// near finds the items by which the frontier is in transformations, reversals among them.
func (t *Tracer) near(from trace.Frontier) ([]trace.Item, error) {
	items, err := t.nearLots(from.Lots)
	if err != nil || len(from.Units) == 0 {
		return items, err
	}
	units, err := t.nearUnits(from)
	return append(items, units...), err
}

func (t *Tracer) nearLots(lots stock.Runs) ([]trace.Item, error) {
	if len(lots) == 0 {
		return nil, nil
	}
	role, _ := t.role()
	var items []trace.Item
	err := t.query(t.ctx, `SELECT i.id, i.lot, CASE WHEN i.known = $3 THEN 0 - i.quantity ELSE i.quantity END FROM @rows($1: lot int) r
		CROSS JOIN item i WHERE i.lot = r.lot AND i.lot > 0 AND i.role = $2 AND i.about = 0`,
		[]any{ids(lots.All()), int(role), int(stock.Chosen)}, func(r *sql.Rows) error {
			var it trace.Item
			err := r.Scan(&it.ID, &it.Lot, &it.Quantity)
			if it.Quantity < 0 {
				it.Quantity, it.Chosen = -it.Quantity, true
			}
			items = append(items, it)
			return err
		})
	return items, err
}

// nearUnits finds the items of units, cut to the units of the frontier.
func (t *Tracer) nearUnits(from trace.Frontier) ([]trace.Item, error) {
	units, items, err := t.sample(from.Units)
	switch {
	case err != nil || units == 0:
		return nil, err
	case units >= 3*items:
		return t.nearRuns(from.Units)
	}
	return t.nearSingles(from)
}

// sample counts the first units that are in any item of the near side, and those items: do they have several units each?
func (t *Tracer) sample(units stock.Runs) (all, items int64, err error) {
	const sample = 256
	role, _ := t.role()
	err = t.query(t.ctx, `SELECT COUNT(*), COUNT(DISTINCT s.item) FROM (SELECT u.item FROM @rows($1: first int, last int) r
		CROSS JOIN item_unit u WHERE u.unit BETWEEN r.first AND r.last AND u.role = $2 LIMIT $3) s`,
		[]any{runsText(units), int(role), sample}, func(r *sql.Rows) error { return r.Scan(&all, &items) })
	return all, items, err
}

// nearRuns reads each item once, with its units.
func (t *Tracer) nearRuns(units stock.Runs) ([]trace.Item, error) {
	role, _ := t.role()
	var items []trace.Item
	err := t.query(t.ctx, `SELECT i.id, i.product, i.lot, i.units FROM item i WHERE i.id IN (SELECT u.item FROM @rows($1: first int, last int) r
		CROSS JOIN item_unit u WHERE u.unit BETWEEN r.first AND r.last AND u.role = $2) AND i.about = 0`,
		[]any{runsText(units), int(role)}, func(r *sql.Rows) error {
			var it trace.Item
			var blob sql.RawBytes
			if err := r.Scan(&it.ID, &it.Product, &it.Lot, &blob); err != nil {
				return err
			}
			all, err := unpack(blob)
			it.Units = all.Intersect(units)
			it.Quantity = stock.Units(it.Units.Count())
			items = append(items, it)
			return err
		})
	return items, err
}

// nearSingles reads only which item each unit was in: what the units are is known from the level before.
func (t *Tracer) nearSingles(from trace.Frontier) ([]trace.Item, error) {
	role, _ := t.role()
	type pair struct{ item, unit int64 }
	var pairs []pair
	err := t.query(t.ctx, `SELECT u.unit, u.item FROM @rows($1: first int, last int) r CROSS JOIN item_unit u
		WHERE u.unit BETWEEN r.first AND r.last AND u.role = $2`, []any{runsText(from.Units), int(role)}, func(r *sql.Rows) error {
		var p pair
		err := r.Scan(&p.unit, &p.item)
		pairs = append(pairs, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	order := func(a, b pair) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.unit, b.unit)) }
	if !slices.IsSortedFunc(pairs, order) {
		slices.SortFunc(pairs, order)
	}
	what := trace.IndexUnits(from.Goods)
	items := make([]trace.Item, 0, len(pairs))
	runs := make(stock.Runs, 0, len(pairs)) // one piece of memory for all
	for at := 0; at < len(pairs); {
		it, begin := trace.Item{ID: pairs[at].item}, len(runs)
		it.Product, it.Lot = what.Find(pairs[at].unit)
		for ; at < len(pairs) && pairs[at].item == it.ID; at++ {
			if n := len(runs); n > begin && runs[n-1].Last+1 == pairs[at].unit {
				runs[n-1].Last++
				continue
			}
			runs = append(runs, stock.Run{First: pairs[at].unit, Last: pairs[at].unit})
		}
		it.Units = runs[begin:len(runs):len(runs)]
		it.Quantity = stock.Units(it.Units.Count())
		items = append(items, it)
	}
	return items, nil
}

// farRow is an item of the far side as it is read: of a lot its negative, else its product.
type farRow struct {
	id, entry, goods int64
	quantity         stock.Quantity
	blob             sql.RawBytes
	marks            int64
	into             [6]any
}

func (row *farRow) item() (it trace.Item, err error) {
	it.ID, it.Entry, it.Quantity = row.id, row.entry, row.quantity
	if row.goods < 0 {
		it.Lot = -row.goods
	} else {
		it.Product = row.goods
	}
	it.Units, err = unpack(row.blob)
	it.Chosen = stock.Known(row.marks/32) == stock.Chosen
	return it, err
}

// columns are what is read of the row: how a lot was known, and whether it came out of a tank, is said of inputs only.
func (row *farRow) columns(up bool) []any {
	if row.into[0] == nil {
		row.into = [6]any{&row.id, &row.entry, &row.goods, &row.quantity, &row.blob, &row.marks}
	}
	if up {
		return row.into[:]
	}
	return row.into[:5]
}

// gap is how many ids a range may pass over: reading on costs less than seeking anew.
const gap = 32

// far reads the other side of the groups of the near items, and hands both to the collector. It returns the far items
// that came out of mixed places.
func (t *Tracer) far(c *trace.Collector, near []trace.Item) (drawn []int64, err error) {
	const atOnce = 20_000
	c.Near(near)
	if err := t.reversals64(c.Clusters(gap)); err != nil {
		return nil, err
	}
	c.Keep(func(it *trace.Item) bool {
		if _, reversal := t.reversals[it.ID]; reversal {
			return false
		}
		gone, ok := t.reversed[it.ID]
		return !ok || it.Less(gone)
	})
	var row farRow
	take := func(r *sql.Rows) error {
		if err := r.Scan(row.columns(t.up)...); err != nil {
			return err
		}
		it, err := row.item()
		if gone, ok := t.reversed[it.ID]; ok && !it.Less(gone) {
			c.Pass(it.ID)
			return err
		}
		watch := t.up && row.marks&flagFromMixed != 0 && it.Lot != 0 && len(it.Units) == 0
		if watch {
			drawn = append(drawn, it.ID)
		}
		c.Far(it, watch)
		return err
	}
	_, role := t.role()
	// The far side of the last group may lie behind the last near item, that of the first before the first.
	const columns = `SELECT i.id, i.entry, CASE WHEN i.lot > 0 THEN 0 - i.lot ELSE i.product END, i.quantity, i.units`
	text := columns + ` FROM @rows($1: first int, last int) r CROSS JOIN item n CROSS JOIN item i WHERE n.id = r.last AND i.id BETWEEN r.first AND
		(SELECT MAX(o.id) FROM item o WHERE o.entry = n.entry AND o.grp = n.grp AND o.role = $2 AND o.role > 0) AND i.role = $2 AND i.about = 0`
	if t.up {
		text = columns + `, i.known * 32 + i.flags FROM @rows($1: first int, last int) r CROSS JOIN item n CROSS JOIN item i WHERE n.id = r.first AND i.id BETWEEN
		(SELECT MIN(o.id) FROM item o WHERE o.entry = n.entry AND o.grp = n.grp AND o.role = $2 AND o.role > 0) AND r.last AND i.role = $2 AND i.about = 0`
	}
	for clusters := c.Clusters(gap); len(clusters) > 0; {
		n := min(len(clusters), atOnce)
		if err := t.query(t.ctx, text, []any{runsText(clusters[:n]), int(role)}, take); err != nil {
			return nil, err
		}
		clusters = clusters[n:]
	}
	return drawn, nil
}

// reversals64 finds what was taken back of the items in the ranges, and of those in the same entries. Reversals are few:
// 64 ranges that cover more than was asked for cost less than a look-up for each item.
func (t *Tracer) reversals64(ranges stock.Runs) error {
	t.reversed, t.reversals = map[int64]trace.Reversed{}, map[int64]struct{}{}
	if len(ranges) == 0 {
		return nil
	}
	var set rowset
	for size := (len(ranges) + 63) / 64; len(ranges) > 0; {
		n := min(size, len(ranges))
		set.add(ranges[0].First, ranges[n-1].Last)
		ranges = ranges[n:]
	}
	return t.query(t.ctx, `SELECT b.id, b.about, b.quantity, b.units FROM @rows($1: first int, last int) r CROSS JOIN item f CROSS JOIN item l
		CROSS JOIN entry a CROSS JOIN entry z CROSS JOIN item b WHERE f.id = r.first AND l.id = r.last AND a.id = f.entry AND z.id = l.entry
		AND b.about BETWEEN a.first_item AND z.first_item + z.items - 1 AND b.about > 0`, []any{set.text()}, func(r *sql.Rows) error {
		var id, item int64
		var quantity stock.Quantity
		var blob sql.RawBytes
		if err := r.Scan(&id, &item, &quantity, &blob); err != nil {
			return err
		}
		if _, again := t.reversals[id]; again {
			return nil
		}
		units, err := unpack(blob)
		t.reversals[id] = struct{}{}
		gone := t.reversed[item]
		gone.Quantity += quantity
		gone.Units = gone.Units.Union(units)
		t.reversed[item] = gone
		return err
	})
}

// complete fills in what was not read row by row: the products of lots, and the numbers of groups.
func (t *Tracer) complete(level *trace.Level) error {
	products := map[int64]int64{}
	if lots := level.Lots(); len(lots) > 0 {
		err := t.query(t.ctx, `SELECT l.id, l.product FROM @rows($1: first int, last int) r CROSS JOIN lot l WHERE l.id BETWEEN r.first AND r.last`,
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
	var set rowset
	for _, l := range level.Links {
		set.add(l.Item)
	}
	if set.n == 0 {
		return nil
	}
	groups := map[int64]int{}
	err := t.query(t.ctx, `SELECT i.id, i.grp FROM @rows($1: id int) r CROSS JOIN item i WHERE i.id = r.id`, []any{set.text()}, func(r *sql.Rows) error {
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
