package app

import (
	"clew/internal/stock"
	"clew/internal/trace"
)

// mostGoods bounds the inputs, and the outputs, that one link lists.
const mostGoods = 50

// name reads what everything that will be shown is called.
func (t *tracing) name() error {
	var entries []int64
	var ends []int64 // units shown by serial
	goods := func(list []trace.Goods) {
		for _, g := range list[:min(len(list), mostGoods)] {
			ends = t.wantGoods(g, ends)
		}
	}
	for _, level := range append(t.up.Levels[:len(t.up.Levels):len(t.up.Levels)], t.down.Levels...) {
		for _, l := range level.Links {
			entries = append(entries, l.Entry)
			t.names.WantPlaces(l.Place)
			goods(l.In)
			goods(l.Out)
		}
	}
	for _, list := range append(t.upGoods[:len(t.upGoods):len(t.upGoods)], t.downGoods...) {
		for _, s := range list {
			ends = t.wantGoods(s.Goods, ends)
		}
	}
	goods(t.goods)
	for _, w := range append(t.sums.list(), t.now...) {
		t.names.WantProducts(w.product)
		t.names.WantPlaces(w.place)
	}
	for _, e := range t.events {
		entries = append(entries, e.Entry)
		t.names.WantProducts(e.Product)
		t.names.WantLots(e.Lot)
		t.names.WantPlaces(e.From, e.To)
	}
	for _, r := range t.received {
		t.names.WantProducts(r.Product)
		t.names.WantLots(r.Lot)
		t.names.WantPartners(r.Partner)
	}
	for _, d := range t.doubts {
		t.names.WantProducts(d.product)
		t.names.WantLots(d.lot)
		t.names.WantPlaces(d.place)
	}
	for _, h := range t.holds {
		t.names.WantLots(h.Hold.Lot)
		t.names.WantPlaces(h.Hold.Place)
		t.names.WantActors(h.Actor)
		ends = append(ends, firstIDs(h.Hold.Units)...)
	}
	for _, a := range t.aliases {
		t.names.WantPartners(a.Partner)
	}
	var err error
	if t.heads, err = t.Store.EntryHeads(t.ctx, entries); err != nil {
		return err
	}
	for _, e := range t.heads {
		t.names.WantActors(e.Actor)
		if e.File != nil {
			t.names.WantEntry(e)
			ends = append(ends, e.File.Unit)
		}
		for _, c := range e.Corrections {
			t.names.WantLots(c.Lot)
			t.names.WantUnits(c.Unit)
			t.names.WantPartners(c.Sources()...)
			t.names.WantLots(c.Lots()...)
		}
	}
	if err := t.past.LoadNames(t.ctx, t.names); err != nil {
		return err
	}
	if err := t.nameParents(); err != nil {
		return err
	}
	if err := t.dateUnknown(); err != nil {
		return err
	}
	return t.loadSerials(stock.RunsOf(ends))
}

// nameParents reads the locations that those of the goods lie in, since any of them may block.
func (t *tracing) nameParents() error {
	for missing := true; missing; {
		missing = false
		for _, w := range t.now {
			for p := t.names.Places[w.place]; p != nil && p.Parent != 0; p = t.names.Places[p.Parent] {
				if t.names.Places[p.Parent] == nil {
					t.names.WantPlaces(p.Parent)
					missing = true
					break
				}
			}
		}
		if !missing {
			break
		}
		if err := t.past.LoadNames(t.ctx, t.names); err != nil {
			return err
		}
	}
	return nil
}

func firstIDs(units stock.Runs) []int64 {
	var out []int64
	for id := range firstUnits(units, 100).All() {
		out = append(out, id)
	}
	return out
}

// wantGoods asks for the names of goods, and adds their first and last units to ends.
func (t *tracing) wantGoods(g trace.Goods, ends []int64) []int64 {
	t.names.WantProducts(g.Product)
	t.names.WantLots(g.Lot)
	if n := len(g.Units); n > 0 {
		ends = append(ends, g.Units[0].First, g.Units[n-1].Last)
	}
	return ends
}

func (t *tracing) loadSerials(units stock.Runs) error {
	t.serials = map[int64]string{}
	if t.unit != nil {
		t.serials[t.unit.ID] = t.unit.Serial
		units = units.Minus(stock.RunsOf([]int64{t.unit.ID}))
	}
	if len(units) == 0 {
		return nil
	}
	rows, err := t.past.UnitsOf(t.ctx, units, 0, int(units.Count()))
	for _, u := range rows {
		t.serials[u.ID] = u.Serial
	}
	return err
}
