package store

import "clew/internal/stock"

// A span of time is what balance_change sums changes by: 2^31 milliseconds, near 25 days, from spanStart on. Months would need a
// calendar in SQL; nobody sees spans.
const (
	spanLength = 1 << 31
	spanStart  = -2048 * spanLength // in 1830, before all times that are taken
)

func spanOf(t stock.Time) int64 { return (int64(t) - spanStart) / spanLength }

// spanEnd is the last millisecond of a span.
func spanEnd(span int64) stock.Time { return stock.Time(spanStart + (span+1)*spanLength - 1) }

type change struct {
	span int64
	stock.Slot
}

// spanSums sums what items bring to slots, by the span in which they took effect.
type spanSums map[change]stock.Balance

func (c spanSums) add(span int64, it *stock.Item, place, sign int64) {
	key := change{span, stock.Slot{Product: it.Product, Lot: it.Lot, Place: place}}
	sum := c[key]
	sum.Quantity += stock.Quantity(sign) * it.Quantity
	if it.Second != nil {
		sum.Second += stock.Quantity(sign) * *it.Second
	}
	c[key] = sum
}

// change notes what an item did to locations.
func (s *saver) change(e *stock.Entry, it *stock.Item) {
	if s.changed == nil {
		s.changed = spanSums{}
	}
	span := spanOf(e.Effective(it))
	if s.state.Places[it.From].Real() {
		s.changed.add(span, it, it.From, -1)
	}
	if s.state.Places[it.To].Real() {
		s.changed.add(span, it, it.To, 1)
	}
}

// changes adds what the batch did to what the spans hold.
func (s *saver) changes() error {
	var set rowset
	for key, sum := range s.changed {
		if sum != (stock.Balance{}) {
			set.add(key.span, key.Product, key.Lot, key.Place, s.state.Places[key.Place].Site, int64(sum.Quantity), int64(sum.Second))
		}
	}
	return s.put(&set, `INSERT INTO balance_change (span, product, lot, place, site, quantity, second)
		SELECT * FROM @rows($1: span int, product int, lot int, place int, site int, quantity int, second int)
		WHERE true ON CONFLICT (span, product, lot, place) DO UPDATE SET quantity = balance_change.quantity + excluded.quantity, second = balance_change.second + excluded.second`)
}
