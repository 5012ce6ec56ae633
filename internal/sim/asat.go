package sim

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"

	"clew/internal/stock"
	"clew/internal/store"
)

// samePast asks for stock, units and traces as at random moments, as known at random entries, and goes through all items by hand to
// compare.
func (h *history) samePast(ctx context.Context, _ *sql.DB) error {
	if len(h.m.moved) == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(h.Seed, 3))
	for range 12 {
		when, filter := h.question(random)
		want := h.m.asAt(when, filter)
		rows, err := h.store.StockAsAt(ctx, filter, when)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if got := want[r.Slot]; got != r.Balance.Quantity {
				return fmt.Errorf("stock %+v as at %+v: %+v is %s, the model says %s", filter, when, r.Slot, r.Balance.Quantity, got)
			}
			delete(want, r.Slot)
		}
		if len(want) > 0 {
			return fmt.Errorf("stock %+v as at %+v lacks %v", filter, when, want)
		}
		if err := h.sameTrace(ctx, random, when); err != nil {
			return err
		}
	}
	when, _ := h.question(random)
	return h.sameUnitsThen(ctx, when)
}

// question draws a moment, often the very one of an entry, and what of the stock is asked.
func (h *history) question(random *rand.Rand) (store.AsAt, store.StockFilter) {
	e := h.m.entries[h.m.moved[random.IntN(len(h.m.moved))]]
	var when store.AsAt
	if random.IntN(4) > 0 {
		when.At = e.OccurredAt - stock.Time(random.IntN(2))
	}
	if when.At == 0 || random.IntN(3) == 0 {
		when.Known = 1 + random.Int64N(h.m.lastID)
	}
	f := store.StockFilter{Virtual: random.IntN(3) == 0, Limit: 100_000}
	if random.IntN(2) == 0 {
		f.Product = e.Items[0].Product
	}
	if random.IntN(3) == 0 && !f.Virtual {
		f.Site = e.Site
	}
	return when, f
}

// asAt adds up the items that count.
func (m *model) asAt(when store.AsAt, f store.StockFilter) map[stock.Slot]stock.Quantity {
	goods := map[stock.Slot]stock.Quantity{}
	add := func(it *stock.Item, place int64, quantity stock.Quantity) {
		at := m.places[place]
		if f.Product != 0 && it.Product != f.Product || f.Site != 0 && at.Site != f.Site || !f.Virtual && !at.Real() {
			return
		}
		slot := stock.Slot{Product: it.Product, Lot: it.Lot, Place: place}
		if goods[slot] += quantity; goods[slot] == 0 {
			delete(goods, slot)
		}
	}
	for _, id := range m.moved {
		e := m.entries[id]
		for i := range e.Items {
			it := &e.Items[i]
			if counts(when, e, it) {
				add(it, it.From, -it.Quantity)
				add(it, it.To, it.Quantity)
			}
		}
	}
	return goods
}
