package store

import (
	"cmp"
	"database/sql"
	"fmt"

	"clew/internal/stock"
)

// compare orders changes by slot and span.
func (c change) compare(d change) int {
	return cmp.Or(compareSlots(c.Slot, d.Slot), cmp.Compare(c.span, d.span))
}

func (c change) String() string {
	return fmt.Sprintf("product %d, lot %d at place %d in span %d", c.Product, c.Lot, c.Place, c.span)
}

// comparePasts checks what is kept of the past against the items: both are walked in the same order, adding up.
func (a *auditor) comparePasts() error {
	order := a.changed.inOrder()
	var slot stock.Slot
	var sum stock.Balance
	// next adds what changed up to a key; what it passes over has no row of its own.
	next := func(key change) {
		for len(order) > 0 && order[0].compare(key) <= 0 {
			if order[0].Slot != slot {
				slot, sum = order[0].Slot, stock.Balance{}
			}
			d := a.changed[order[0]]
			sum.Quantity, sum.Second = sum.Quantity+d.Quantity, sum.Second+d.Second
			if order[0] != key && d != (stock.Balance{}) {
				a.find("change", order[0].String(), "its row is missing: the items say that %s (%s) was there", sum.Quantity, sum.Second)
			}
			order = order[1:]
		}
		if key.Slot != slot {
			slot, sum = key.Slot, stock.Balance{}
		}
	}
	err := a.each(`SELECT product, lot, place, span, quantity, second FROM balance_past ORDER BY product, lot, place, span`, func(r *sql.Rows) error {
		var key change
		var got stock.Balance
		if err := r.Scan(&key.Product, &key.Lot, &key.Place, &key.span, &got.Quantity, &got.Second); err != nil {
			return err
		}
		if next(key); got != sum {
			a.find("change", key.String(), "%s (%s) is said to have been there, the items say %s (%s)", got.Quantity, got.Second, sum.Quantity, sum.Second)
		}
		return nil
	})
	if err != nil {
		return err
	}
	next(change{forever, stock.Slot{Product: forever}})
	return a.compareLives()
}

// compareLives checks from when until when balances were: by their rows and by today's balances, which were checked before.
func (a *auditor) compareLives() error {
	lives, err := a.number(`SELECT COUNT(*) FROM (SELECT DISTINCT x.product, x.lot, x.place FROM balance_past x) d`)
	if err != nil {
		return err
	}
	const rows = `FROM balance_past x WHERE x.product = k.product AND x.lot = k.lot AND x.place = k.place`
	err = a.each(`SELECT k.product, k.lot, k.place, k.site, k.first_span, k.last_span, COALESCE((SELECT MIN(x.span) `+rows+`), 0), COALESCE((SELECT MAX(x.span) `+rows+`), 0),
			CASE WHEN b.product IS NULL THEN 0 ELSE 1 END
		FROM balance_life k LEFT JOIN balance b ON b.product = k.product AND b.lot = k.lot AND b.place = k.place`, func(r *sql.Rows) error {
		var key change
		var site, first, last, from, until int64
		var there bool
		if err := r.Scan(&key.Product, &key.Lot, &key.Place, &site, &first, &last, &from, &until, &there); err != nil {
			return err
		}
		if lives--; there {
			until = forever
		}
		if key.span = first; first != from || last != until || site != a.places[key.Place].real() {
			a.find("change", key.String(), "it is said to have been there until span %d at site %d, from span %d until %d and site %d is right", last, site, from, until, a.places[key.Place].real())
		}
		return nil
	})
	if err == nil && lives != 0 {
		a.find("change", "the lives of balances", "%d are missing", lives)
	}
	return err
}

// real is the site of a location, else 0.
func (p placeFact) real() int64 {
	if p.kind == stock.PlaceLocation {
		return p.site
	}
	return 0
}
