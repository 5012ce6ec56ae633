package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"sort"

	"clew/internal/stock"
	"clew/internal/trace"
)

// nearSide is the frontier's side of the groups, kept narrow: it is as wide as the level. Of lots only the ids of their
// items are known, since what else they are comes by when the far side is read.
type nearSide struct {
	lots  []int64      // items of the frontier's lots
	items []trace.Item // items that were read in full
	pairs []pair       // items of units one by one
	what  trace.UnitIndex
	runs  stock.Runs   // memory for the units of pairs
	again []int64      // items in whose place corrections put goods of the frontier
	given []trace.Item // these goods, once they are read
	of    trace.Frontier
}

type pair struct{ item, unit int64 }

// near finds the items by which the frontier is in transformations, reversals among them.
func (t *Tracer) near(from trace.Frontier) (*nearSide, error) {
	near := &nearSide{}
	if err := t.nearLots(near, from.Lots); err != nil {
		return nil, err
	}
	if err := t.nearAgain(near, from); err != nil {
		return nil, err
	}
	if len(from.Units) == 0 {
		return near, nil
	}
	units, items, err := t.sample(from.Units)
	switch {
	case err != nil:
		return nil, err
	case units >= 3*items && units > 0:
		return near, t.nearRuns(near, from.Units)
	}
	near.what = trace.IndexUnits(from.Goods)
	return near, t.nearSingles(near, from.Units)
}

// nearLots reads ids from the index alone.
func (t *Tracer) nearLots(near *nearSide, lots stock.Runs) error {
	if len(lots) == 0 {
		return nil
	}
	role, _ := t.role()
	args := []any{ids(lots.All()), int(role)}
	where := t.items("i", &args)
	err := t.texts(t.ctx, `SELECT (SELECT string_agg(CAST(i.id AS TEXT), ',') FROM item i WHERE i.lot = r.lot AND i.lot > 0 AND i.role = $2`+where+`)
		FROM @rows($1: lot int) r`, args, func(f fields) error {
		for f.more() {
			id, _ := f.int()
			near.lots = append(near.lots, id)
		}
		return nil
	})
	slices.Sort(near.lots)
	return err
}

// sample looks at units here and there: how many items of the near side are they in, and how many items are these?
func (t *Tracer) sample(units stock.Runs) (all, items int64, err error) {
	const spots, width = 16, 64
	role, _ := t.role()
	var set rowset
	step := max(units.Count()/spots, width)
	spot, seen := int64(0), int64(0) // counted in units of the frontier
	for _, run := range units {
		next := seen + run.Last - run.First + 1
		for spot < next {
			end := min(spot+width, next)
			set.ints(run.First+max(spot, seen)-seen, run.First+end-1-seen)
			if spot+width > next {
				break
			}
			spot += step
		}
		seen = next
	}
	err = t.query(t.ctx, `SELECT COUNT(*), COUNT(DISTINCT u.item) FROM @rows($1: first int, last int) r
		@each(item_unit u: u.unit BETWEEN r.first AND r.last AND u.role = $2)`,
		[]any{set.text(), int(role)}, func(r *sql.Rows) error { return r.Scan(&all, &items) })
	return all, items, err
}

// nearRuns reads each item once, with its units.
func (t *Tracer) nearRuns(near *nearSide, units stock.Runs) error {
	role, _ := t.role()
	reads := pieces(units, t.up)
	err := inOrder(t.ctx, len(reads), func(ctx context.Context, i int) (items []trace.Item, err error) {
		args := []any{piecesText(reads[i]), int(role)}
		where := t.items("i", &args)
		return items, t.query(ctx, `SELECT i.id, i.product, i.lot, i.units FROM (SELECT DISTINCT u.item FROM @rows($1: first int, last int, edge int) r
			@each(item_unit u: u.unit BETWEEN r.first AND r.last AND u.role = $2)) k CROSS JOIN item i WHERE i.id = k.item AND i.about = 0`+where,
			args, func(r *sql.Rows) error {
				var it trace.Item
				var blob sql.RawBytes
				if err := r.Scan(&it.ID, &it.Product, &it.Lot, &blob); err != nil {
					return err
				}
				all, err := unpack(blob)
				it.Units = shared(all, units)
				it.Quantity = stock.Units(it.Units.Count())
				items = append(items, it)
				return err
			})
	}, func(items []trace.Item) error {
		near.items = append(near.items, items...)
		return nil
	})
	slices.SortFunc(near.items, func(a, b trace.Item) int { return cmp.Compare(a.ID, b.ID) })
	// An item whose units are in several reads was read as often.
	near.items = slices.CompactFunc(near.items, func(a, b trace.Item) bool { return a.ID == b.ID })
	return err
}

// shared is what few units and many have in common, without going through the many.
func shared(few, many stock.Runs) stock.Runs {
	if len(few) == 0 {
		return nil
	}
	from := sort.Search(len(many), func(i int) bool { return many[i].Last >= few[0].First })
	to := sort.Search(len(many), func(i int) bool { return many[i].First > few[len(few)-1].Last })
	return few.Intersect(many[from:max(from, to)])
}

// nearSingles reads only which item each unit was in: what the units are is known from the level before.
func (t *Tracer) nearSingles(near *nearSide, units stock.Runs) error {
	role, _ := t.role()
	reads := pieces(units, t.up)
	err := inOrder(t.ctx, len(reads), func(ctx context.Context, i int) (pairs []pair, err error) {
		pairs = make([]pair, 0, readIDs)
		args, where := []any{piecesText(reads[i]), int(role)}, ""
		if t.past != nil {
			where = ` AND EXISTS (SELECT 1 FROM item i WHERE i.id = u.item` + t.items("i", &args) + `)`
		}
		return pairs, t.texts(ctx, `SELECT (SELECT string_agg(concat_ws(' ', u.item, u.unit), ',') FROM item_unit u
			WHERE u.unit BETWEEN r.first AND r.last AND u.role = $2`+where+`) FROM @rows($1: first int, last int, edge int) r`,
			args, func(f fields) error {
				for f.more() {
					var p pair
					p.item, _ = f.int()
					p.unit, _ = f.int()
					pairs = append(pairs, p)
				}
				return nil
			})
	}, func(pairs []pair) error {
		near.pairs = append(near.pairs, pairs...)
		return nil
	})
	order := func(a, b pair) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.unit, b.unit)) }
	if !slices.IsSortedFunc(near.pairs, order) {
		slices.SortFunc(near.pairs, order)
	}
	return err
}

// clusters are ranges of ids in which all near items are.
func (n *nearSide) clusters() stock.Runs {
	ids := make([]int64, 0, len(n.pairs)+len(n.items))
	for i := range n.items {
		ids = append(ids, n.items[i].ID)
	}
	for i := range n.pairs {
		ids = append(ids, n.pairs[i].item)
	}
	for i := range n.given {
		ids = append(ids, n.given[i].ID)
	}
	ids = append(ids, n.again...)
	slices.Sort(ids)
	return trace.Clusters(n.lots, gap).Union(trace.Clusters(ids, gap))
}

// until takes the items up to an id off, in order.
func (n *nearSide) until(id int64, take func(it trace.Item, given bool)) {
	for len(n.given) > 0 && n.given[0].ID <= id {
		take(n.given[0], true)
		n.given = n.given[1:]
	}
	for len(n.items) > 0 && n.items[0].ID <= id {
		take(n.items[0], false)
		n.items = n.items[1:]
	}
	for len(n.pairs) > 0 && n.pairs[0].item <= id {
		take(n.nextPair(), false)
	}
}

// isLots takes the ids of lots' items up to one off, and reports whether it was among them.
func (n *nearSide) isLots(id int64) bool {
	for len(n.lots) > 0 && n.lots[0] < id {
		n.lots = n.lots[1:]
	}
	return len(n.lots) > 0 && n.lots[0] == id
}

// nextPair takes the next item off, with all of its units.
func (n *nearSide) nextPair() trace.Item {
	it := trace.Item{ID: n.pairs[0].item}
	it.Product, it.Lot = n.what.Find(n.pairs[0].unit)
	if len(n.runs) == cap(n.runs) {
		n.runs = make(stock.Runs, 0, pieceIDs)
	}
	begin := len(n.runs)
	for ; len(n.pairs) > 0 && n.pairs[0].item == it.ID; n.pairs = n.pairs[1:] {
		unit := n.pairs[0].unit
		if k := len(n.runs); k > begin && n.runs[k-1].Last+1 == unit {
			n.runs[k-1].Last++
			continue
		}
		n.runs = append(n.runs, stock.Run{First: unit, Last: unit})
	}
	it.Units = n.runs[begin:len(n.runs):len(n.runs)]
	it.Quantity = stock.Units(it.Units.Count())
	return it
}
