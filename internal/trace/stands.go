package trace

import "clew/internal/stock"

// Stands is what stands in the place of an item: itself, less what was reversed or found to be other goods, and these.
type Stands struct {
	lot   int64 // the item's own
	known bool
	Gone  Reversed
	Given []Goods
}

// Take notes that goods were taken back. The first that were are of the item itself.
func (s *Stands) Take(g Goods) {
	if !s.known {
		s.lot, s.known = g.Lot, true
	}
	for i := range s.Given {
		given := &s.Given[i]
		if given.Lot != g.Lot {
			continue
		}
		if len(g.Units) == 0 {
			given.Quantity -= g.Quantity
			continue
		}
		both := given.Units.Intersect(g.Units)
		given.Units, g.Units = given.Units.Minus(both), g.Units.Minus(both)
		given.Quantity = stock.Units(given.Units.Count())
		if len(g.Units) == 0 {
			return
		}
	}
	if g.Lot == s.lot {
		s.Gone.Quantity += g.Quantity
		s.Gone.Units = s.Gone.Units.Union(g.Units)
	}
}

// Give notes that goods were put in its place.
func (s *Stands) Give(g Goods) {
	if g.Lot == s.lot && len(g.Units) == 0 {
		s.Gone.Quantity -= g.Quantity
		return
	}
	if g.Lot == s.lot {
		back := s.Gone.Units.Intersect(g.Units)
		s.Gone.Units, g.Units = s.Gone.Units.Minus(back), g.Units.Minus(back)
		s.Gone.Quantity = stock.Units(s.Gone.Units.Count())
		if len(g.Units) == 0 {
			return
		}
		g.Quantity = stock.Units(g.Units.Count())
	}
	for i := range s.Given {
		if given := &s.Given[i]; given.Lot == g.Lot {
			given.Quantity += g.Quantity
			given.Units = given.Units.Union(g.Units)
			return
		}
	}
	s.Given = append(s.Given, g)
}

// Left are the other goods that stand there still.
func (s *Stands) Left() []Goods {
	var out []Goods
	for _, g := range s.Given {
		if g.Quantity > 0 {
			out = append(out, g)
		}
	}
	return out
}
