package trace

import (
	"cmp"
	"slices"

	"clew/internal/stock"
)

// Goods is a quantity of one product on a path: of a lot, of units, or of neither where the product is not tracked.
type Goods struct {
	Product  int64
	Lot      int64 // the lot, or the lot that the units belong to
	Units    stock.Runs
	Quantity stock.Quantity // of the items, never apportioned
	Chosen   bool           // the strategy picked the lot, and nobody looked
}

// Node reports whether the goods are told apart, so that a walk goes on from them.
func (g *Goods) Node() bool { return g.Lot != 0 || len(g.Units) > 0 }

// Nodes is a set of lots and units.
type Nodes struct {
	Lots  stock.Runs
	Units stock.Runs
}

// Empty reports whether the set has no node.
func (n Nodes) Empty() bool { return len(n.Lots) == 0 && len(n.Units) == 0 }

// Count is the number of lots and units in the set.
func (n Nodes) Count() int64 { return n.Lots.Count() + n.Units.Count() }

// Union returns the nodes that are in n or in m.
func (n Nodes) Union(m Nodes) Nodes {
	return Nodes{Lots: n.Lots.Union(m.Lots), Units: n.Units.Union(m.Units)}
}

// Minus returns the nodes that are in n and not in m.
func (n Nodes) Minus(m Nodes) Nodes {
	return Nodes{Lots: n.Lots.Minus(m.Lots), Units: n.Units.Minus(m.Units)}
}

// reached gathers runs that come in roughly ascending order, and makes a set of them at the end.
type reached struct {
	runs   stock.Runs
	jumble bool // a run started before the one before it ended
}

func (r *reached) add(units stock.Runs) {
	for _, run := range units {
		n := len(r.runs)
		switch {
		case n > 0 && run.First == r.runs[n-1].Last+1:
			r.runs[n-1].Last = run.Last
			continue
		case n > 0 && run.First <= r.runs[n-1].Last:
			r.jumble = true
		}
		r.runs = append(r.runs, run)
	}
}

func (r *reached) set() stock.Runs {
	if !r.jumble {
		return r.runs
	}
	slices.SortFunc(r.runs, func(a, b stock.Run) int { return cmp.Compare(a.First, b.First) })
	out := r.runs[:0]
	for _, run := range r.runs {
		if n := len(out); n > 0 && run.First <= out[n-1].Last+1 {
			out[n-1].Last = max(out[n-1].Last, run.Last)
			continue
		}
		out = append(out, run)
	}
	r.runs, r.jumble = out, false
	return out
}

// heap is what goods are summed by: the lot, or where there is none the product, since of a lot the product may not be known yet. A lot
// and some of its units are apart: goods that came to be told apart unit by unit lead to both.
type heap struct {
	product, lot int64
	units        bool
}

func heapOf(g *Goods) heap {
	if g.Lot != 0 {
		return heap{0, g.Lot, len(g.Units) > 0}
	}
	return heap{g.Product, 0, len(g.Units) > 0}
}

// pile sums goods by product and lot.
type pile struct {
	at    map[heap]int
	goods []Goods
	units []reached
}

func (p *pile) add(g Goods) {
	key := heapOf(&g)
	i, ok := p.at[key]
	if !ok {
		if p.at == nil {
			p.at = map[heap]int{}
		}
		i = len(p.goods)
		p.at[key] = i
		p.goods = append(p.goods, Goods{Product: g.Product, Lot: g.Lot})
		p.units = append(p.units, reached{})
	}
	if p.goods[i].Product == 0 {
		p.goods[i].Product = g.Product
	}
	p.goods[i].Quantity += g.Quantity
	p.goods[i].Chosen = p.goods[i].Chosen || g.Chosen
	if len(g.Units) > 0 {
		p.units[i].add(g.Units)
	}
}

// sums are the goods of the pile, each product and lot once, and once more for units.
func (p *pile) sums() []Goods {
	for i := range p.goods {
		if units := p.units[i].set(); len(units) > 0 {
			p.goods[i].Units = units
			p.goods[i].Quantity = stock.Units(units.Count())
		}
	}
	return p.goods
}

// Sum adds up goods by product and lot.
func Sum(goods []Goods) []Goods {
	var p pile
	for _, g := range goods {
		p.add(g)
	}
	return p.sums()
}
