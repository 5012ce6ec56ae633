package store

import (
	"strconv"

	"clew/internal/stock"
)

// swaps are what a correction takes back and does again: units that it does both with stay where they are, under another lot.
type swaps struct {
	units map[int64]stock.Runs // by the item that they are taken back of
	was   map[int64]int64      // likewise, the lot that they are taken back from
}

// swaps are those of a correction; nil of other entries.
func (a *auditor) swaps(e *pageEntry) *swaps {
	if e.Kind != stock.KindCorrection || len(e.Items) == 0 {
		return nil
	}
	return &swaps{units: e.Swapped(), was: map[int64]int64{}}
}

// swap applies an item of a correction to its units.
func (a *auditor) swap(it *stock.Item, s *swaps) {
	both := s.units[it.About].Intersect(it.Units)
	if !it.Again {
		s.was[it.About] = it.Lot
	}
	for id := range it.Units.All() {
		if id >= int64(len(a.units)) {
			a.find("chain", record("unit", id), "item %d moves it before it was born", it.ID)
			return
		}
		u := &a.units[id]
		u.history = digest(u.history, it)
		switch {
		case !both.Contains(id):
			if u.place != uint32(it.From) || u.product != uint32(it.Product) {
				a.find("chain", record("unit", id), "item %d takes it from place %d, but it was at %d", it.ID, it.From, u.place)
			}
			u.place, u.lot = uint32(it.To), uint32(it.Lot)
		case it.Again && int64(u.lot) == s.was[it.About]:
			u.lot = uint32(it.Lot)
		}
	}
}

// exchanged checks that a correction left less than nothing nowhere, and that what it did again stands for what it took back: of the
// same product, between the same places, and no more of it, unless it undoes another, which may have taken back alone.
func (a *auditor) exchanged(e *pageEntry) {
	for _, c := range e.Corrections {
		if to, err := strconv.ParseUint(c.After, 10, 32); c.Field == "same_as" && c.Lot != 0 && err == nil {
			for i := range a.units { // also those that were taken back
				if int64(a.units[i].lot) == c.Lot {
					a.units[i].lot = uint32(to)
				}
			}
		}
	}
	type way struct{ product, from, to, at int64 }
	ways, sums := map[int64]way{}, map[int64]stock.Quantity{}
	for i := range e.Items {
		it := &e.Items[i]
		for _, place := range []int64{it.From, it.To} {
			left := a.balances[stock.Slot{Product: it.Product, Lot: it.Lot, Place: place}].Quantity
			if at := a.places[place]; left < 0 && (at.kind == stock.PlaceLocation || at.kind == stock.PlaceTransit) {
				a.find("negative", record("item", it.ID), "its correction leaves %s at place %d (product %d, lot %d)", left, place, it.Product, it.Lot)
			}
		}
		w := way{it.Product, it.To, it.From, int64(it.At)}
		if it.Again {
			w.from, w.to = it.From, it.To
			was, seen := ways[it.About]
			if sums[it.About] -= it.Quantity; e.About == 0 && sums[it.About] < 0 || seen && was != w {
				a.find("reversal", record("item", it.ID), "it does again what its correction did not take back so of item %d", it.About)
			}
			continue
		}
		if was, seen := ways[it.About]; it.About == 0 || seen && was != w {
			a.find("reversal", record("item", it.ID), "it is of a correction and takes back nothing")
		}
		ways[it.About] = w
		sums[it.About] += it.Quantity
	}
}

// firstIn is when the first goods of a newborn lot came: with its entry, or where a correction told it apart, with what it puts right.
func firstIn(e *stock.Entry, lot int64) stock.Time {
	if e.Kind != stock.KindCorrection {
		return e.OccurredAt
	}
	first := stock.Time(0)
	for i := range e.Items {
		if it := &e.Items[i]; it.Lot == lot && it.Again && (first == 0 || it.At < first) {
			first = it.At
		}
	}
	return first
}
