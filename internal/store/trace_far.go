package store

import (
	"cmp"
	"context"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// farRow is an item as it is read with the far side: mostly of the far side, but items of the frontier's lots too.
type farRow struct {
	trace.Item
	near  bool
	flags int64 // of inputs
}

// farText reads a text for each piece, of items as: id, entry, the product or else the negative of the lot, the units or else
// the negative of the quantity, and of inputs how they were known, times 32, with the flags. The far side of the last group
// may lie behind the last near item, that of the first before the first. Items of lots on the near side, and marks on the
// way down, are asked for only where the frontier has lots: that is a quarter of the price.
func farText(up, lots bool, counts string) string {
	const group = `FROM item n CROSS JOIN item o WHERE n.id = r.edge AND o.entry = n.entry AND o.grp = n.grp AND o.role = $2 AND o.role > 0`
	marks, ids, role := "", `r.first AND COALESCE((SELECT MAX(o.id) `+group+`), r.last)`, `i.role = $2`
	if up {
		ids = `COALESCE((SELECT MIN(o.id) ` + group + `), r.first) AND r.last`
	}
	if lots {
		role = `i.role > 0 AND (i.role = $2 OR i.lot BETWEEN $3 AND $4)`
	}
	if up || lots {
		marks = `, CASE WHEN i.role = 1 THEN i.known * 32 + i.flags END`
	}
	return `SELECT (SELECT string_agg(concat_ws(' ', i.id, i.entry, CASE WHEN i.lot > 0 THEN 0 - i.lot ELSE i.product END,
			CASE WHEN i.units IS NULL THEN CAST(0 - i.quantity AS TEXT) ELSE @hex(i.units) END` + marks + `), ',')
		FROM item i WHERE i.id BETWEEN ` + ids + ` AND ` + role + ` AND i.about = 0` + counts + `) FROM @rows($1: first int, last int, edge int) r ORDER BY r.first`
}

// parse reads the row, and its units into the arena.
func (row *farRow) parse(f *fields, up bool, arena *stock.Runs) (err error) {
	row.ID, _ = f.int()
	row.Entry, _ = f.int()
	goods, _ := f.int()
	if goods < 0 {
		row.Lot = -goods
	} else {
		row.Product = goods
	}
	what, end := f.next()
	if len(what) > 0 && what[0] == '-' {
		row.Quantity = stock.Quantity(-atoi(what))
	} else {
		row.Units, err = unitsOf(what, arena)
		row.Quantity = stock.Units(row.Units.Count())
	}
	if !end {
		marks, _ := f.int()
		row.flags = marks % 32
		row.Chosen = stock.Known(marks/32) == stock.Chosen
	}
	row.near = end == up // inputs have marks, and are the far side on the way up
	return err
}

// gap is how many ids a range may pass over: reading on costs less than seeking anew.
const gap = 32

// far reads the other side of the groups of the near items, and hands both to the collector. It returns the far items
// that came out of mixed places.
func (t *Tracer) far(c *trace.Collector, near *nearSide, lots stock.Runs) (drawn []int64, err error) {
	clusters := near.clusters()
	if err := t.reversals64(clusters); err != nil {
		return nil, err
	}
	near.stand(t.again)
	keep := func(it trace.Item, given bool) {
		if given || t.left(&it) {
			c.Near(it)
			if t.steps == 0 {
				t.First += it.Quantity
			}
		}
	}
	take := func(row *farRow) {
		near.until(row.ID, keep)
		if row.near {
			if near.isLots(row.ID) {
				row.Units = nil // it is the lot that is followed
				keep(row.Item, false)
			}
			return
		}
		stands := append([]trace.Goods{row.Goods}, t.again[row.ID]...)
		if gone, ok := t.reversed[row.ID]; ok && !stands[0].Less(gone) {
			stands = stands[1:]
		}
		if len(stands) == 0 {
			c.Pass(row.ID)
		}
		for _, g := range stands {
			it := row.Item
			it.Goods = g
			watch := t.up && row.flags&flagFromMixed != 0 && g.Lot != 0 && len(g.Units) == 0
			if watch {
				drawn = append(drawn, row.ID)
			}
			c.Far(it, watch)
		}
	}
	if err := t.farRows(clusters, lots, take); err != nil {
		return nil, err
	}
	near.until(stock.MaxID, keep)
	return drawn, nil
}

// left takes off the item what was reversed of it, and reports whether anything is left; reversals are not told.
func (t *Tracer) left(it *trace.Item) bool {
	if _, reversal := t.reversals[it.ID]; reversal {
		return false
	}
	gone, ok := t.reversed[it.ID]
	return !ok || it.Less(gone)
}

// farRows reads the items in the clusters and on to the ends of their groups, each once, in the order of ids.
func (t *Tracer) farRows(clusters, lots stock.Runs, take func(row *farRow)) error {
	_, role := t.role()
	args := []any{"", int(role)}
	if len(lots) > 0 {
		args = append(args, max(lots[0].First, 1), lots[len(lots)-1].Last)
	}
	text := farText(t.up, len(lots) > 0, t.items("i", &args))
	reads := pieces(clusters, t.up)
	last := int64(0)
	var rows []farRow // of one text; the memory is used again
	var arena stock.Runs
	return inOrder(t.ctx, len(reads), func(ctx context.Context, i int) (texts []fields, err error) {
		return texts, t.texts(ctx, text, append([]any{piecesText(reads[i])}, args[1:]...), func(f fields) error {
			texts = append(texts, slices.Clone(f))
			return nil
		})
	}, func(texts []fields) (err error) {
		for _, f := range texts {
			if rows, err = parseRows(rows[:0], f, t.up, &arena); err != nil {
				return err
			}
			for i := range rows {
				// A group that reaches past its cluster may be read again with the next.
				if row := &rows[i]; row.ID > last {
					last = row.ID
					take(row)
				}
			}
		}
		return nil
	})
}

// parseRows reads the rows of a text and puts them in the order of ids, in which an engine mostly writes them.
func parseRows(rows []farRow, f fields, up bool, arena *stock.Runs) ([]farRow, error) {
	sorted, last := true, int64(0)
	for f.more() {
		rows = append(rows, farRow{})
		row := &rows[len(rows)-1]
		if err := row.parse(&f, up, arena); err != nil {
			return nil, err
		}
		sorted, last = sorted && row.ID > last, row.ID
	}
	if !sorted {
		slices.SortFunc(rows, func(a, b farRow) int { return cmp.Compare(a.ID, b.ID) })
	}
	return rows, nil
}
