package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
	"clew/internal/trace"
)

// tookBackOfSame is what was taken back, and not done again, of the lots that were ever found to be one of these: no item of its own lot
// names such a unit, and yet it is of that lot now.
const tookBackOfSame = `(WITH RECURSIVE w AS (SELECT r.id AS root, r.id AS lot FROM @rows($1: id int) r
		UNION SELECT w.root, c.lot FROM w JOIN correction c ON c.after = CAST(w.lot AS TEXT) AND c.field = 'same_as' AND c.lot > 0)
	SELECT DISTINCT lot FROM w WHERE lot <> root) r CROSS JOIN item i ON i.lot = r.lot AND i.lot > 0 AND i.about > 0 AND i.flags < 16 AND i.units IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM item a WHERE a.about = i.about AND a.about > 0 AND a.entry = i.entry AND a.flags >= 16 AND a.units = i.units)`

// deeds loads what corrections of goods may touch: all items of a lot, or of a unit, and those that a correction to be undone is
// about, with those about the same.
func (l *loader) deeds() error {
	if len(l.needs.LotDeeds)+len(l.needs.UnitDeeds)+len(l.needs.Undone) == 0 {
		return nil
	}
	products := map[int64]struct{}{}
	load := func(text string, set *rowset) error {
		if set.n == 0 {
			return nil
		}
		left := 2*stock.MaxCorrected + 1 - len(l.s.Deeds)
		return l.each(l.ctx, `SELECT DISTINCT `+itemColumns+`, e.occurred_at, e.site FROM `+text+` JOIN entry e ON e.id = i.entry ORDER BY i.id LIMIT $2`, []any{set.text(), left}, func(r *sql.Rows) error {
			var d stock.Deed
			var occurred stock.Time
			var site int64
			var err error
			if d.Item, d.Entry, err = scanItem(r, &occurred, &site); err != nil {
				return err
			}
			d.When = (&stock.Entry{OccurredAt: occurred}).Effective(&d.Item)
			l.s.LoadDeed(d)
			products[d.Product] = struct{}{}
			l.sites[site] = struct{}{}
			l.touch(&d.Item)
			return nil
		})
	}
	var lots, units, undone, moved rowset
	for pair := range l.needs.LotDeeds {
		if p := l.productOf(pair.In); p != nil {
			key := stock.LotKey{Product: p.ID, Code: pair.Name}
			if lot := l.s.LotCodes[key]; lot != nil {
				lots.add(lot.ID)
			}
			for _, a := range l.s.Aliases[key] {
				lots.add(a.Lot)
			}
		}
	}
	for pair := range l.needs.UnitDeeds {
		if p := l.productOf(pair.In); p != nil {
			for _, u := range l.s.Serials[p.ID] {
				units.add(u.ID)
			}
		}
	}
	for id := range l.needs.Undone {
		undone.add(id)
		if e := l.s.Entries[id]; e != nil && e.Kind == stock.KindCorrection {
			for _, it := range e.Items {
				addRunsOf(&moved, it.Units)
			}
		}
	}
	if err := l.undoneNames(&undone); err != nil {
		return err
	}
	for id := range l.needs.Undone {
		if e := l.s.Entries[id]; e != nil {
			for _, c := range e.Corrections {
				if c.Lot != 0 && c.Field == "same_as" && c.After == "" {
					lots.add(c.Lot) // it would be another again, with all that was booked as its own since
				}
			}
		}
	}
	for _, step := range []struct {
		text string
		set  *rowset
	}{
		{`@rows($1: id int) r CROSS JOIN item i ON i.lot = r.id AND i.lot > 0`, &lots},
		{tookBackOfSame, &lots},
		{`@rows($1: id int) r CROSS JOIN item_unit u ON u.unit = r.id CROSS JOIN item i ON i.id = u.item`, &units},
		{`(SELECT DISTINCT c.about AS id FROM @rows($1: id int) r CROSS JOIN entry e ON e.id = r.id CROSS JOIN item c ON c.id BETWEEN e.first_item AND e.first_item + e.items - 1 WHERE c.about > 0) r
			CROSS JOIN item i ON i.id = r.id`, &undone},
		{`(SELECT DISTINCT c.about AS id FROM @rows($1: id int) r CROSS JOIN entry e ON e.id = r.id CROSS JOIN item c ON c.id BETWEEN e.first_item AND e.first_item + e.items - 1 WHERE c.about > 0) r
			CROSS JOIN item i ON i.about = r.id AND i.about > 0`, &undone},
		{`@rows($1: first int, last int) r CROSS JOIN item_unit u ON u.unit BETWEEN r.first AND r.last CROSS JOIN item i ON i.id = u.item`, &moved},
	} {
		if err := load(step.text, step.set); err != nil {
			return err
		}
	}
	for range 2 { // also the lots that these were found to be
		if err := l.lotIDs(); err != nil {
			return err
		}
	}
	for _, d := range l.s.Deeds {
		l.touchBoth(&d.Item)
	}
	if err := l.unitHolds(); err != nil {
		return err
	}
	if err := l.productIDs(products); err != nil {
		return err
	}
	return l.siteIDs()
}

func addRunsOf(set *rowset, runs stock.Runs) {
	for _, run := range runs {
		set.add(run.First, run.Last)
	}
}

// touchBoth asks for the goods of an item at both of its ends, of its own lot and of those that a correction may give it.
func (l *loader) touchBoth(it *stock.Item) {
	for _, place := range []int64{it.From, it.To} {
		l.places[place] = struct{}{}
		l.put = append(l.put, stock.Slot{Product: it.Product, Lot: it.Lot, Place: place})
		for id, lot := range l.s.Lots {
			if lot.Product == it.Product && id != it.Lot {
				l.put = append(l.put, stock.Slot{Product: it.Product, Lot: id, Place: place})
			}
		}
	}
}

// undoneNames loads the lots and units that corrections to be undone gave other names, and those that have the names now.
func (l *loader) undoneNames(undone *rowset) error {
	if undone.n == 0 {
		return nil
	}
	args := []any{undone.text()}
	if err := l.each(l.ctx, `SELECT `+correctionColumns+` FROM @rows($1: id int) r CROSS JOIN correction c ON c.entry = r.id ORDER BY c.entry, c.line`, args, func(r *sql.Rows) error {
		entry, c, err := scanCorrection(r)
		if e := l.s.Entries[entry]; e != nil && err == nil && e.Kind == stock.KindCorrection {
			e.Corrections = append(e.Corrections, c)
		}
		return err
	}); err != nil {
		return err
	}
	if err := l.each(l.ctx, `SELECT DISTINCT `+lotColumns+` FROM @rows($1: id int) r CROSS JOIN correction c ON c.entry = r.id CROSS JOIN lot w ON w.id = c.lot
		CROSS JOIN lot l ON l.id = w.id OR l.product = w.product AND l.code = c.before WHERE c.lot > 0`, args, l.lot); err != nil {
		return err
	}
	return l.each(l.ctx, `SELECT DISTINCT `+unitColumns+` FROM @rows($1: id int) r CROSS JOIN correction c ON c.entry = r.id CROSS JOIN unit w ON w.id = c.unit
		CROSS JOIN unit u ON u.id = w.id OR u.serial = c.before AND u.product = w.product WHERE c.unit > 0`, args, l.unit)
}

// unitHolds loads the holds on the units that a correction may find to be others, and all the numbers that those had.
func (l *loader) unitHolds() error {
	held, named := false, rowset{}
	for _, u := range l.s.Units {
		held = held || u.Holds > 0
		named.add(u.ID)
	}
	if len(l.needs.UnitDeeds) > 0 && named.n > 0 {
		seen := map[[2]any]bool{}
		for key, units := range l.s.FormerSerials {
			for _, id := range units {
				seen[[2]any{key.Code, id}] = true
			}
		}
		if err := l.each(l.ctx, `SELECT DISTINCT c.unit, u.product, c.before FROM @rows($1: id int) r CROSS JOIN correction c ON c.unit = r.id AND c.unit > 0 JOIN unit u ON u.id = c.unit`,
			[]any{named.text()}, func(r *sql.Rows) error {
				var id, product int64
				var serial string
				err := r.Scan(&id, &product, &serial)
				if !seen[[2]any{serial, id}] {
					l.s.LoadFormerSerial(product, serial, id)
				}
				return err
			}); err != nil {
			return err
		}
	}
	if !held || len(l.needs.UnitDeeds)+len(l.needs.Undone) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT h.id, h.lot, h.place, h.units, h.released, `+shownText+` FROM hold h
		LEFT JOIN erasable t ON t.entry = h.id AND t.field = 'reason' WHERE h.released = 0 AND h.units IS NOT NULL`, nil, func(r *sql.Rows) error {
		var reason string
		h, err := scanHold(r, &reason)
		if err != nil || l.s.Holds[h.ID] != nil {
			return err
		}
		for _, u := range l.s.Units {
			if u.Holds > 0 && h.Units.Contains(u.ID) {
				h.Reason = reason
				l.s.Holds[h.ID] = h
				l.units = l.units.Union(h.Units)
				return nil
			}
		}
		return nil
	})
}

// corrected puts right what entries moved: what corrections took back of their items and did again in their place.
func (s *Store) corrected(ctx context.Context, entries string, in, out []trace.Goods) ([]trace.Goods, []trace.Goods, error) {
	err := s.query(ctx, `SELECT b.product, b.lot, b.quantity, b.units, b.role, b.flags FROM @rows($1: id int) r CROSS JOIN entry e ON e.id = r.id
		CROSS JOIN item b ON b.about BETWEEN e.first_item AND e.first_item + e.items - 1 AND b.about > 0 JOIN entry k ON k.id = b.entry AND k.kind = $2
		WHERE e.items > 0 ORDER BY b.id`, []any{entries, int(stock.KindCorrection)}, func(r *sql.Rows) error {
		var g trace.Goods
		var blob []byte
		var role stock.ItemRole
		var flags int64
		err := r.Scan(&g.Product, &g.Lot, &g.Quantity, &blob, &role, &flags)
		if err == nil {
			g.Units, err = unpack(blob)
		}
		for _, side := range []struct {
			goods *[]trace.Goods
			not   stock.ItemRole
		}{{&in, stock.Output}, {&out, stock.Input}} {
			if role != side.not {
				*side.goods = exchanged(*side.goods, g, flags&flagAgain != 0)
			}
		}
		return err
	})
	return in, out, err
}

// exchanged adds goods to a sum, or takes them off it.
func exchanged(sum []trace.Goods, g trace.Goods, again bool) []trace.Goods {
	if again {
		return trace.Sum(append(sum, g))
	}
	for i := range sum {
		if sum[i].Product == g.Product && sum[i].Lot == g.Lot {
			if !sum[i].Less(trace.Reversed{Quantity: g.Quantity, Units: g.Units}) {
				return append(sum[:i:i], sum[i+1:]...)
			}
			break
		}
	}
	return sum
}

// formerUnits finds the units that had a serial number until it was corrected, and those that another of that number was found to be,
// unless that was undone.
func formerUnits(serial string) string {
	return `SELECT c.unit FROM correction c WHERE c.before = ` + serial + ` AND c.unit > 0 AND (c.field <> 'same_as' OR NOT EXISTS (SELECT 1 FROM unit v JOIN unit o
		ON o.serial = c.before AND o.product = v.product WHERE v.id = c.unit))`
}

// aliasStands leaves out codes that a lot (l) got from one that was found to be it, where that was undone and the code names that
// one again.
const aliasStands = `(a.partner > 0 OR NOT EXISTS (SELECT 1 FROM lot o WHERE o.code = a.code AND o.product = l.product) OR NOT EXISTS (SELECT 1 FROM entry u WHERE u.about = a.entry
	AND u.about > 0 AND u.kind = 35))`

// StandingOfLot is what stands of all that was booked as a lot's, up to so many items.
func (s *Store) StandingOfLot(ctx context.Context, lot int64, most int) (items []stock.Deed, more bool, err error) {
	return s.standingOf(ctx, `FROM item i JOIN entry e ON e.id = i.entry WHERE i.lot = $1 AND i.lot > 0`, lot, nil, most)
}

// StandingOfUnit is what stands of all that was booked as a unit's, and how many entries moved it.
func (s *Store) StandingOfUnit(ctx context.Context, unit int64, most int) (items []stock.Deed, more bool, movements int64, err error) {
	err = s.query(ctx, `SELECT COUNT(DISTINCT i.entry) FROM item_unit u JOIN item i ON i.id = u.item WHERE u.unit = $1`, []any{unit}, func(r *sql.Rows) error { return r.Scan(&movements) })
	if err == nil {
		items, more, err = s.standingOf(ctx, `FROM item_unit u JOIN item i ON i.id = u.item JOIN entry e ON e.id = i.entry WHERE u.unit = $1`, unit, stock.RunsOf([]int64{unit}), most)
	}
	return items, more, movements, err
}

func (s *Store) standingOf(ctx context.Context, from string, id int64, only stock.Runs, most int) ([]stock.Deed, bool, error) {
	const read = 20_000 // items read to find those that stand
	deeds, err := list(ctx, s, `SELECT `+itemColumns+`, e.occurred_at `+from+` ORDER BY i.id LIMIT $2`, []any{id, read}, func(r *sql.Rows) (d stock.Deed, err error) {
		var occurred stock.Time
		d.Item, d.Entry, err = scanItem(r, &occurred)
		d.When = (&stock.Entry{OccurredAt: occurred}).Effective(&d.Item)
		if only != nil {
			d.Units, d.Quantity, d.Second = only, stock.One, nil
		}
		return d, err
	})
	out := stock.Stood(deeds)
	return out[:min(len(out), most)], len(out) > most || len(deeds) == read, err
}
