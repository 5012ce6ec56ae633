package stock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// MaxCorrected is the most movements that one correction of goods may put right.
const MaxCorrected = 50_000

// exchange is a correction of goods being decided. Nothing is rewritten: for each item that is put right the entry takes back what
// stands in its place and does it again with other goods, both when the item took effect.
type exchange struct {
	*State
	e           *Entry
	back, again []Item
	deeds       []Deed // of the goods that were found wrong, to name what is in the way
}

// swap takes goods back and does the same again with those of a lot.
func (x *exchange) swap(part Deed, lot int64) {
	x.takeBack(part)
	x.doAgain(part, lot)
}

func (x *exchange) takeBack(part Deed) {
	it := part.about()
	it.From, it.To = it.To, it.From
	it.Noted = false
	x.back = append(x.back, it)
}

func (x *exchange) doAgain(part Deed, lot int64) {
	it := part.about()
	it.Lot, it.Again = lot, true
	x.again = append(x.again, it)
}

// about is an item like the one that stands, and about it.
func (d *Deed) about() Item {
	it := d.Item
	it.About, it.At = d.ID, d.When
	it.Born, it.Expected, it.Captured, it.Override, it.why = false, nil, "", "", ""
	return it
}

// post keeps the items: what is taken back from the last to the first, then what is done again from the first to the last, so that
// units go the way back that they came. Balances are judged by what the whole leaves.
func (x *exchange) post() *Error {
	slices.Reverse(x.back)
	items := append(x.back, x.again...)
	touched := map[Slot]struct{}{}
	for i := range items {
		it := &items[i]
		it.ID = x.take(&x.Next.Item)
		it.FromMix, it.ToMix = x.Places[it.From].Mixed, x.Places[it.To].Mixed
		if err := x.book(it, touched); err != nil {
			return err
		}
	}
	x.e.Items = items
	for i := range items {
		x.noteAbout(&items[i])
	}
	if err := x.enough(touched); err != nil {
		return err
	}
	if err := x.fitsTracking(items); err != nil {
		return err
	}
	return x.moveUnits()
}

// fitsTracking refuses to put right part of what was booked before the goods were told apart unit by unit: nobody knows which of the
// units are meant. The whole of a lot goes with its units.
func (x *exchange) fitsTracking(items []Item) *Error {
	net := map[Slot]Quantity{}
	for i := range items {
		if it := &items[i]; len(it.Units) == 0 && x.ProductIDs[it.Product].Tracking == TrackSerial {
			net[Slot{it.Product, it.Lot, it.From}] -= it.Quantity
			net[Slot{it.Product, it.Lot, it.To}] += it.Quantity
		}
	}
	for slot, quantity := range net {
		if at := x.Places[slot.Place]; quantity != 0 && (at.Real() || at.Kind == PlaceTransit) {
			return Errorf(Conflict, CodeTrackingChanged, "items",
				"some of these goods of %s were booked by quantity, and are told apart unit by unit by now: name today's units by the movements that they were in, or correct the whole lot",
				x.ProductIDs[slot.Product].SKU)
		}
	}
	return nil
}

// book adds an item to today's balances.
func (x *exchange) book(it *Item, touched map[Slot]struct{}) *Error {
	second := Quantity(0)
	if it.Second != nil {
		second = *it.Second
	}
	for _, side := range []struct {
		place int64
		sign  Quantity
	}{{it.From, -1}, {it.To, 1}} {
		slot := Slot{it.Product, it.Lot, side.place}
		have := x.Balances[slot]
		sum, ok := have.Quantity.Add(side.sign * it.Quantity)
		sums, fits := have.Second.Add(side.sign * second)
		if !ok || !fits {
			return Errorf(Invalid, CodeInvalidQuantity, "quantity", "the balance would pass the largest quantity that can be kept")
		}
		x.setBalance(slot, Balance{sum, sums})
		touched[slot] = struct{}{}
	}
	return nil
}

// enough refuses a correction that would leave less than nothing somewhere: then the goods went on from there, and the movements
// that took them on are to be named too.
func (x *exchange) enough(touched map[Slot]struct{}) *Error {
	var short []Slot
	for slot := range touched {
		if at := x.Places[slot.Place]; x.Balances[slot].Quantity < 0 && (at.Real() || at.Kind == PlaceTransit) {
			short = append(short, slot)
		}
	}
	if len(short) == 0 {
		return nil
	}
	slices.SortFunc(short, func(a, b Slot) int { return cmp.Or(cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Place, b.Place)) })
	slot := short[0]
	err := Errorf(Conflict, CodeInsufficientStock, "items", "%s of %s at %s would be %s: the goods went on from there, so name also the movements that took them",
		x.goods(&Item{Lot: slot.Lot}), x.ProductIDs[slot.Product].SKU, x.PlaceName(slot.Place), x.Balances[slot].Quantity)
	for _, d := range Stood(x.deeds) {
		if d.Lot == slot.Lot && d.From == slot.Place && len(err.About) < 50 {
			err.About = append(err.About, fmt.Sprintf("%d:%d", d.Entry, d.ID))
		}
	}
	return err
}

// Swapped are the units that a correction both takes back and does again in the place of an item, by that item: they stay where they
// are, under another lot.
func (e *Entry) Swapped() map[int64]Runs {
	back, out := map[int64]Runs{}, map[int64]Runs{}
	for i := range e.Items {
		it := &e.Items[i]
		switch {
		case len(it.Units) == 0 || it.About == 0:
		case !it.Again:
			back[it.About] = back[it.About].Union(it.Units)
		default:
			out[it.About] = out[it.About].Union(it.Units)
		}
	}
	maps.DeleteFunc(out, func(about int64, units Runs) bool {
		out[about] = units.Intersect(back[about])
		return len(out[about]) == 0
	})
	return out
}

// moveUnits gives swapped units their other lot, and takes the others the way that the items say.
func (x *exchange) moveUnits() *Error {
	swapped := x.e.Swapped()
	was := map[int64]int64{} // by item, the lot that its units are taken back from
	for i := range x.e.Items {
		it := &x.e.Items[i]
		if len(it.Units) == 0 {
			continue
		}
		if !it.Again {
			was[it.About] = it.Lot
		}
		rest := it.Units.Minus(swapped[it.About])
		for id := range rest.All() {
			if u := x.Units[id]; u.Place != it.From {
				err := Errorf(Conflict, CodeUnitElsewhere, "unit", "unit %s is at %s, not at %s, where entry %d would take it from", u.Serial, x.PlaceName(u.Place), x.PlaceName(it.From), x.e.ID)
				err.About = []string{u.Serial}
				return err
			}
		}
		if len(rest) > 0 {
			x.placeUnits(&Item{Product: it.Product, Lot: it.Lot, From: it.From, To: it.To, Units: rest})
		}
		if it.Again {
			x.relot(it.Product, swapped[it.About].Intersect(it.Units), was[it.About], it.Lot)
		}
	}
	return nil
}

// relot gives those of the units that are of a lot another.
func (x *exchange) relot(product int64, units Runs, from, to int64) {
	at := map[int64][]int64{}
	for id := range units.All() {
		if u := x.Units[id]; u.Lot == from {
			at[u.Place] = append(at[u.Place], id)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(at)) {
		x.placeUnits(&Item{Product: product, Lot: to, From: place, To: place, Units: RunsOf(at[place])})
	}
}

// carryHolds sees to it that nothing that was held becomes free: what holds a lot holds also the one that its goods are found to be
// of. Gone says that nothing of the lot is left, so that its own holds end.
func (s *State) carryHolds(e *Entry, from, to *Lot, gone bool) {
	for _, h := range s.LotHolds[from.ID] {
		covered := slices.ContainsFunc(s.LotHolds[to.ID], func(o *Hold) bool { return o.Place == 0 || o.Place == h.Place })
		if !covered {
			s.entail(e, &Hold{Lot: to.ID, Place: h.Place, Reason: cmp.Or(h.Reason, "held as lot "+from.Code)})
		}
		if gone {
			s.lifted(e, h, nil, carriedLot)
		}
	}
}

// Why a hold ends that a correction carried over.
const (
	carriedLot  = "the goods are of another lot, which is held"
	carriedUnit = "the unit is another one, which is held"
)

// Carried reports whether a release follows from a correction that carried the hold over.
func (e *Entry) Carried() bool {
	return e.Kind == KindRelease && len(e.Items) == 0 && (e.Reason == carriedLot || e.Reason == carriedUnit)
}

// lifted ends a hold, or takes units out of it, by an entry that follows from another.
func (s *State) lifted(e *Entry, h *Hold, units Runs, why string) {
	r := s.newEntry(KindRelease)
	r.OccurredAt, r.About, r.Reason = e.OccurredAt, h.ID, why
	next := *h
	if next.Units = h.Units.Minus(units); len(next.Units) == 0 {
		next.Released = r.ID
	}
	put(s, s.Holds, h.ID, &next)
	s.DirtyHolds[h.ID] = true
	r.Hold, r.Lifted = &next, units
	s.countHolds(units, -1)
	if next.Released != 0 && h.Lot != 0 {
		put(s, s.LotHolds, h.Lot, without(s.LotHolds[h.Lot], h))
	}
	e.follow = append(e.follow, r)
}

// entail keeps a hold that an entry entails, as an entry of its own behind it.
func (s *State) entail(by *Entry, h *Hold) {
	e := s.newEntry(KindHold)
	e.OccurredAt, e.Site, e.About, e.Reason = by.OccurredAt, by.Site, by.ID, h.Reason
	h.ID = e.ID
	e.Hold, e.Held = h, h.Units
	s.applyHold(h)
	by.follow = append(by.follow, e)
}
