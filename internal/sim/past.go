package sim

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// counts reports whether an item counts at a moment.
func counts(when store.AsAt, e *stock.Entry, it *stock.Item) bool {
	return (when.Known == 0 || e.ID <= when.Known) && (when.At == 0 || e.Effective(it) <= when.At)
}

// sameUnitsThen asks where all units were at a moment: where they came to as often as they left it.
func (h *history) sameUnitsThen(ctx context.Context, when store.AsAt) error {
	net, last := map[int64]map[int64]int{}, map[int64][]int64{}
	for _, id := range h.m.moved {
		e := h.m.entries[id]
		for i := range e.Items {
			it := &e.Items[i]
			if !counts(when, e, it) {
				continue
			}
			for u := range it.Units.All() {
				if net[u] == nil {
					net[u] = map[int64]int{}
				}
				if net[u][it.To]++; !it.Born {
					net[u][it.From]--
				}
				last[u] = append(last[u], it.To)
			}
		}
	}
	past, err := h.store.View(ctx, when)
	if err != nil {
		return err
	}
	for _, sku := range serial {
		units, err := past.Units(ctx, store.UnitFilter{Product: h.m.products[sku].ID, Limit: 1000})
		if err != nil {
			return err
		}
		for _, u := range units {
			at := int64(0)
			for _, place := range last[u.ID] {
				if net[u.ID][place] > 0 {
					at = place
				}
			}
			if delete(net, u.ID); u.Place != at {
				return fmt.Errorf("unit %d as at %+v is at %d, the model says %d", u.ID, when, u.Place, at)
			}
			if u.ID%16 > 0 {
				continue
			}
			if there, err := past.Units(ctx, store.UnitFilter{Place: u.Place, Product: u.Product, After: u.ID - 1, Limit: 1}); err != nil || len(there) == 0 || there[0].ID != u.ID {
				return fmt.Errorf("unit %d as at %+v is not listed at %d: %v, %v", u.ID, when, at, there, err)
			}
		}
	}
	for u := range net {
		if stock.Nameless(h.m.serialThen(u, when.Known)) {
			continue // found to be another by then: lists name that one
		}
		if sku := h.m.skus[h.m.units[u].product]; sku == serial[0] || sku == serial[1] {
			return fmt.Errorf("unit %d as at %+v is not told", u, when)
		}
	}
	return nil
}

// serialThen is the serial number that a unit had when an entry was the newest; 0 for today.
func (m *model) serialThen(unit, known int64) string {
	for id := known + 1; known > 0 && id <= m.lastID; id++ {
		e := m.entries[id]
		for i := 0; e != nil && i < len(e.Corrections); i++ {
			if c := e.Corrections[i]; c.Unit == unit && c.Field == "serial" {
				return c.Before
			}
		}
	}
	return m.units[unit].serial
}

// node is a lot, or a unit as its negative.
type node int64

// shares are the goods that stand in the place of an item, by lot.
type shares map[int64]*stock.Item

// count takes in an item, or what was taken back of it or done again in its place.
func (s shares) count(it *stock.Item) {
	p := s[it.Lot]
	if p == nil {
		p = &stock.Item{}
		s[it.Lot] = p
	}
	if it.About == 0 || it.Again {
		p.Quantity, p.Units = p.Quantity+it.Quantity, p.Units.Union(it.Units)
	} else {
		p.Quantity, p.Units = p.Quantity-it.Quantity, p.Units.Minus(it.Units)
	}
}

func (s shares) nodes() (out []node) {
	for lot, p := range s {
		for u := range p.Units.All() {
			out = append(out, node(-u))
		}
		if len(p.Units) == 0 && lot != 0 && p.Quantity > 0 {
			out = append(out, node(lot))
		}
	}
	return out
}

// genealogy is the groups of what stands at a moment; tanks tells that some went through one.
func (m *model) genealogy(when store.AsAt) (groups map[[2]int64][2][]node, tanks bool) {
	stands := map[int64]shares{}
	groups = map[[2]int64][2][]node{}
	each := func(visit func(e *stock.Entry, it *stock.Item)) {
		for _, id := range m.moved {
			e := m.entries[id]
			for i := range e.Items {
				if it := &e.Items[i]; counts(when, e, it) {
					visit(e, it)
				}
			}
		}
	}
	each(func(_ *stock.Entry, it *stock.Item) {
		first := cmp.Or(it.About, it.ID)
		if stands[first] == nil {
			stands[first] = shares{}
		}
		stands[first].count(it)
		tanks = tanks || it.ToMix
	})
	each(func(e *stock.Entry, it *stock.Item) {
		if it.About != 0 || it.Role == stock.Plain {
			return
		}
		key := [2]int64{e.ID, int64(it.Group)}
		g := groups[key]
		side := 0
		if it.Role == stock.Output {
			side = 1
		}
		g[side] = append(g[side], stands[it.ID].nodes()...)
		groups[key] = g
	})
	return groups, tanks
}

// sameTrace walks from a random lot or unit, both ways, at a moment.
func (h *history) sameTrace(ctx context.Context, random *rand.Rand, when store.AsAt) error {
	past, err := h.store.View(ctx, when)
	if err != nil {
		return err
	}
	groups, tanks := h.m.genealogy(when)
	e := h.m.entries[h.m.moved[random.IntN(len(h.m.moved))]]
	it := &e.Items[random.IntN(len(e.Items))]
	start := trace.Goods{Product: it.Product, Lot: it.Lot, Quantity: it.Quantity}
	from := node(it.Lot)
	if len(it.Units) > 0 {
		start.Units, start.Quantity = stock.RunsOf([]int64{it.Units[0].First}), stock.One
		from = node(-it.Units[0].First)
	}
	if from == 0 {
		return nil
	}
	for side := range 2 { // 0: from inputs down, 1: from outputs up
		want := map[node]bool{from: true}
		for grew := true; grew; {
			grew = false
			for _, g := range groups {
				for _, near := range g[side] {
					if !want[near] {
						continue
					}
					for _, far := range g[1-side] {
						grew = grew || !want[far]
						want[far] = true
					}
				}
			}
		}
		walked, err := trace.Walk(ctx, []trace.Goods{start}, past.NewTracer(ctx, side == 1, 10).Step, trace.Options{})
		if err != nil {
			return err
		}
		delete(want, from)
		for id := range walked.Reached.Lots.All() {
			if !want[node(id)] && !tanks {
				return fmt.Errorf("the trace of %d as at %+v, up %v, leads to lot %d, in the model it does not", from, when, side == 1, id)
			}
			delete(want, node(id))
		}
		for id := range walked.Reached.Units.All() {
			if !want[node(-id)] && !tanks {
				return fmt.Errorf("the trace of %d as at %+v, up %v, leads to unit %d, in the model it does not", from, when, side == 1, id)
			}
			delete(want, node(-id))
		}
		if len(want) > 0 {
			return fmt.Errorf("the trace of %d as at %+v, up %v, lacks %v", from, when, side == 1, want)
		}
	}
	return nil
}
