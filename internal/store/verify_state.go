package store

import (
	"database/sql"

	"clew/internal/stock"
)

// apply moves the goods of an entry in the recomputed state, and checks that they were where it took them from.
func (a *auditor) apply(p *pageRows, e *pageEntry) error {
	swaps := a.swaps(e)
	for i := range e.Items {
		a.item(e, &e.Items[i], swaps)
		if err := a.oldLots(e, &e.Items[i]); err != nil {
			return err
		}
	}
	switch e.Kind {
	case stock.KindCorrection:
		a.exchanged(e)
	case stock.KindHold:
		a.hold(p, e)
	case stock.KindRelease:
		a.release(p, e)
	case stock.KindException:
		a.kept++
		a.open[e.ID] = struct{}{}
		if p.exceptions[e.ID] == nil {
			a.find("exception", record("exception", e.ID), "it is missing")
		}
	case stock.KindResolution:
		if _, open := a.open[e.About]; !open {
			a.find("exception", record("exception", e.About), "entry %d resolves it, but it was not open", e.ID)
		}
		delete(a.open, e.About)
		if x := p.exceptions[e.About]; x == nil || x.Resolved != e.ID {
			a.find("exception", record("exception", e.About), "entry %d resolves it, its row does not say so", e.ID)
		}
	case stock.KindCleaning:
		a.cleaned++
	case stock.KindTracking:
		a.tracked(e)
	}
	return nil
}

func (a *auditor) item(e *pageEntry, it *stock.Item, swaps *swaps) {
	a.report.Items++
	a.changed.take(e.Entry, it)
	if it.Quantity <= 0 || it.From == it.To || a.skus[it.Product] == "" {
		a.find("item", record("item", it.ID), "it moves %s of product %d from place %d to %d", it.Quantity, it.Product, it.From, it.To)
	}
	second := stock.Quantity(0)
	if it.Second != nil {
		second = *it.Second
	}
	left := a.shift(stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.From}, -it.Quantity, -second)
	if at, known := a.places[it.From]; !known {
		a.find("place", record("item", it.ID), "it comes from place %d, which does not exist", it.From)
	} else if left < 0 && swaps == nil && (at.kind == stock.PlaceLocation || at.kind == stock.PlaceTransit) {
		a.find("negative", record("item", it.ID), "it leaves %s at place %d (product %d, lot %d)", left, it.From, it.Product, it.Lot)
	}
	if _, known := a.places[it.To]; !known {
		a.find("place", record("item", it.ID), "it goes to place %d, which does not exist", it.To)
	}
	if it.FromMix != a.places[it.From].mixed || it.ToMix != a.places[it.To].mixed {
		a.find("mixed", record("item", it.ID), "it is not marked as its places say: mixed or not")
	}
	a.shift(stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.To}, it.Quantity, second)
	if len(it.Units) == 0 {
		return
	}
	n := it.Units.Count()
	a.report.UnitMoves += n
	if stock.Quantity(n)*stock.One != it.Quantity {
		a.find("item", record("item", it.ID), "it moves %s and names %d units", it.Quantity, n)
	}
	switch {
	case it.Born:
		a.bear(it)
	case swaps != nil:
		a.swap(it, swaps)
	default:
		a.move(it)
	}
}

// shift adds to a recomputed balance and answers what is then there.
func (a *auditor) shift(slot stock.Slot, quantity, second stock.Quantity) stock.Quantity {
	b := a.balances[slot]
	b.Quantity += quantity
	b.Second += second
	if b == (stock.Balance{}) {
		delete(a.balances, slot)
	} else {
		a.balances[slot] = b
	}
	return b.Quantity
}

func (a *auditor) bear(it *stock.Item) {
	for _, run := range it.Units {
		if run.First != a.next.Unit {
			a.find("unit", record("item", it.ID), "it bears units from %d on, the next one is %d", run.First, a.next.Unit)
		}
		// A wild id out of a damaged row must not take all memory.
		if run.First < a.next.Unit || run.Last > a.next.Unit+2*stock.MaxUnits {
			continue
		}
		for a.next.Unit <= run.Last {
			a.units = append(a.units, unitFate{place: uint32(it.To), lot: uint32(it.Lot), product: uint32(it.Product), history: digest(0, it)})
			a.next.Unit++
		}
		a.report.Units = a.next.Unit - 1
	}
}

func (a *auditor) move(it *stock.Item) {
	from, to, lot, product := uint32(it.From), uint32(it.To), uint32(it.Lot), uint32(it.Product)
	for _, run := range it.Units {
		for id := run.First; id <= run.Last; id++ {
			if id >= int64(len(a.units)) {
				a.find("chain", record("unit", id), "item %d moves it before it was born", it.ID)
				break
			}
			u := &a.units[id]
			if u.place != from {
				a.find("chain", record("unit", id), "item %d takes it from place %d, but it was at %d", it.ID, from, u.place)
			}
			// Only what comes out of a transformation can have another lot than before.
			if u.product != product || u.lot != lot && it.Role != stock.Output {
				a.find("chain", record("unit", id), "item %d says product %d and lot %d, it is of %d and %d", it.ID, product, lot, u.product, u.lot)
			}
			u.place, u.lot = to, lot
			u.history = digest(u.history, it)
		}
	}
}

// digest adds an item to the digest of a unit's history.
func digest(history uint64, it *stock.Item) uint64 { return digestItem(history, it.ID, int64(it.Role)) }

func digestItem(history uint64, item, role int64) uint64 {
	h := (history ^ uint64(item<<2|role)) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

func (a *auditor) hold(p *pageRows, e *pageEntry) {
	a.held++
	row := p.holds[e.ID]
	if row == nil {
		a.find("hold", record("hold", e.ID), "it is missing")
		row = &stock.Hold{}
	}
	if len(e.Held) > 0 && e.holdOf != e.ID {
		a.find("hold", record("entry", e.ID), "its units are listed for hold %d", e.holdOf)
	}
	a.holds[e.ID] = &stock.Hold{ID: e.ID, Lot: row.Lot, Place: row.Place, Units: e.Held}
	a.countHolds(e, e.Held, 1)
}

func (a *auditor) countHolds(e *pageEntry, units stock.Runs, by uint32) {
	for id := range units.All() {
		if id >= int64(len(a.units)) {
			a.find("hold", record("entry", e.ID), "it names unit %d before it was born", id)
			return
		}
		a.units[id].holds += by
	}
}

func (a *auditor) release(p *pageRows, e *pageEntry) {
	h := a.holds[e.About]
	if h == nil {
		if e.About != 0 && len(e.Lifted) > 0 || e.About != 0 && len(e.Items) == 0 {
			a.find("hold", record("hold", e.About), "entry %d releases it, but it was not active", e.ID)
		}
		return
	}
	if rest := h.Units.Minus(e.Lifted); len(h.Units) > 0 && h.Units.Count()-rest.Count() != e.Lifted.Count() || len(e.Lifted) > 0 && e.holdOf != h.ID {
		a.find("hold", record("entry", e.ID), "it lifts units that hold %d did not hold", h.ID)
	} else {
		h.Units = rest
	}
	a.countHolds(e, e.Lifted, ^uint32(0)) // one less
	if len(h.Units) > 0 {
		return
	}
	delete(a.holds, h.ID)
	if row := p.holds[h.ID]; row == nil || row.Released != e.ID || len(row.Units) > 0 {
		a.find("hold", record("hold", h.ID), "entry %d releases it, its row does not say so", e.ID)
	}
}

// oldLots gives units that a reversed transformation had put into another lot the one back with which they went in.
func (a *auditor) oldLots(e *pageEntry, it *stock.Item) error {
	if e.Kind != stock.KindReversal || it.Role != stock.Output || len(it.Units) == 0 {
		return nil
	}
	// What stands by then in the place of an input is the last that was done of it.
	return a.each(`SELECT i.lot, i.units FROM item n JOIN item i ON i.id = n.id OR i.about = n.id AND i.about > 0 AND i.flags >= 16 AND i.id < $5
		WHERE n.entry = $1 AND n.grp = $2 AND n.role = $3 AND n.product = $4 ORDER BY i.id`, func(r *sql.Rows) error {
		var lot int64
		var packed []byte
		if err := r.Scan(&lot, &packed); err != nil {
			return err
		}
		units, err := unpack(packed)
		for id := range units.Intersect(it.Units).All() {
			if id < int64(len(a.units)) {
				a.units[id].lot = uint32(lot)
			}
		}
		return err
	}, e.About, it.Group, int64(stock.Input), it.Product, it.ID)
}
