package trace

import (
	"cmp"
	"slices"
	"sort"

	"clew/internal/stock"
)

// NodesOf are the lots and units among goods.
func NodesOf(goods []Goods) Nodes {
	var lots []int64
	var units reached
	for _, g := range goods {
		switch {
		case len(g.Units) > 0:
			units.add(g.Units)
		case g.Lot != 0:
			lots = append(lots, g.Lot)
		}
	}
	return Nodes{Lots: stock.RunsOf(lots), Units: units.set()}
}

// UnitIndex tells of units what they are.
type UnitIndex []unitSpan

type unitSpan struct {
	stock.Run
	product, lot int64
}

// IndexUnits makes an index of the units among goods.
func IndexUnits(goods []Goods) UnitIndex {
	var out UnitIndex
	for _, g := range goods {
		for _, run := range g.Units {
			out = append(out, unitSpan{run, g.Product, g.Lot})
		}
	}
	slices.SortFunc(out, func(a, b unitSpan) int { return cmp.Compare(a.First, b.First) })
	return out
}

// Find returns the product and lot of a unit, or zeros.
func (x UnitIndex) Find(unit int64) (product, lot int64) {
	i := sort.Search(len(x), func(i int) bool { return x[i].Last >= unit })
	if i == len(x) || x[i].First > unit {
		return 0, 0
	}
	return x[i].product, x[i].lot
}
