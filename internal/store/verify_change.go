package store

import (
	"database/sql"
	"fmt"

	"clew/internal/stock"
)

// change recomputes what an item did to locations in the span in which it took effect.
func (a *auditor) change(e *stock.Entry, it *stock.Item) {
	span := spanOf(e.Effective(it))
	if at, known := a.places[it.From]; known && at.kind == stock.PlaceLocation {
		a.changed.add(span, it, it.From, -1)
	}
	if at, known := a.places[it.To]; known && at.kind == stock.PlaceLocation {
		a.changed.add(span, it, it.To, 1)
	}
}

// compareChanges checks the sums by span against the items.
func (a *auditor) compareChanges() error {
	name := func(key change) string {
		return fmt.Sprintf("product %d, lot %d at place %d in span %d", key.Product, key.Lot, key.Place, key.span)
	}
	err := a.each(`SELECT span, product, lot, place, site, quantity, second FROM balance_change`, func(r *sql.Rows) error {
		var key change
		var site int64
		var sum stock.Balance
		if err := r.Scan(&key.span, &key.Product, &key.Lot, &key.Place, &site, &sum.Quantity, &sum.Second); err != nil {
			return err
		}
		if want := a.changed[key]; sum != want || site != a.places[key.Place].site {
			a.find("change", name(key), "it changed by %s (%s) at site %d, the items say %s (%s)", sum.Quantity, sum.Second, site, want.Quantity, want.Second)
		}
		delete(a.changed, key)
		return nil
	})
	for key, want := range a.changed {
		if want != (stock.Balance{}) {
			a.find("change", name(key), "its sum is missing: the items say %s (%s)", want.Quantity, want.Second)
		}
	}
	return err
}
