package demo

import (
	"cmp"
	"math"
	"slices"

	"clew/internal/stock"
)

// lot is a lot as the demo's own books know it.
type lot struct {
	code string
	good stock.Date // last good day, 0 when it has none
	in   stock.Time
	seq  int
	size stock.Quantity // of a delivery
}

// stack is what is left of a lot on a shelf.
type stack struct {
	*lot
	left    stock.Quantity
	serials []string // of serial-tracked goods
}

// shelf is the stock of one product at one location, in the order in which the ledger's strategies take it.
type shelf struct{ stacks []*stack }

// portion is some of a lot, taken from a shelf.
type portion struct {
	*lot
	quantity stock.Quantity
	serials  []string
}

// bear makes a lot known to the books.
func (y *year) bear(code string, good stock.Date) *lot {
	y.lots++
	return &lot{code: code, good: good, in: y.now, seq: y.lots}
}

// put adds goods of a lot.
func (s *shelf) put(p portion) {
	for _, k := range s.stacks {
		if k.lot == p.lot {
			k.left += p.quantity
			k.serials = append(k.serials, p.serials...)
			return
		}
	}
	s.stacks = append(s.stacks, &stack{p.lot, p.quantity, slices.Clone(p.serials)})
	slices.SortStableFunc(s.stacks, func(a, b *stack) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.in, b.in), cmp.Compare(a.seq, b.seq))
	})
}

func (l *lot) rank() stock.Date {
	if l.good == 0 {
		return math.MaxInt32
	}
	return l.good
}

// free is how much may be used on a day.
func (s *shelf) free(day stock.Date) (sum stock.Quantity) {
	for _, k := range s.stacks {
		if k.rank() >= day {
			sum += k.left
		}
	}
	return sum
}

// take removes goods that are good on the day, earliest first; less than asked for when there is no more.
func (s *shelf) take(quantity stock.Quantity, day stock.Date) []portion {
	var out []portion
	for _, k := range s.stacks {
		if quantity <= 0 {
			break
		}
		if k.rank() < day {
			continue
		}
		out = append(out, k.cut(min(quantity, k.left)))
		quantity -= out[len(out)-1].quantity
	}
	s.tidy()
	return out
}

// old removes all goods whose last good day is before a day.
func (s *shelf) old(day stock.Date) []portion {
	var out []portion
	for _, k := range s.stacks {
		if k.rank() < day {
			out = append(out, k.cut(k.left))
		}
	}
	s.tidy()
	return out
}

// of removes some of one lot.
func (s *shelf) of(l *lot, quantity stock.Quantity) portion {
	for _, k := range s.stacks {
		if k.lot == l {
			p := k.cut(min(quantity, k.left))
			s.tidy()
			return p
		}
	}
	return portion{lot: l}
}

func (k *stack) cut(quantity stock.Quantity) portion {
	p := portion{lot: k.lot, quantity: quantity}
	if n := int(quantity / stock.One); k.serials != nil {
		p.serials = slices.Clone(k.serials[:n])
		k.serials = k.serials[n:]
	}
	k.left -= quantity
	return p
}

func (s *shelf) tidy() {
	s.stacks = slices.DeleteFunc(s.stacks, func(k *stack) bool { return k.left == 0 })
}

// shelves are the shelves of a business.
type shelves map[[3]string]*shelf

// at is the shelf of a product at a location of a site.
func (s shelves) at(site, location, sku string) *shelf {
	key := [3]string{site, location, sku}
	if s[key] == nil {
		s[key] = &shelf{}
	}
	return s[key]
}

// total sums portions.
func total(portions []portion) (sum stock.Quantity) {
	for _, p := range portions {
		sum += p.quantity
	}
	return sum
}
