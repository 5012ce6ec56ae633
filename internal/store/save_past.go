package store

import (
	"database/sql"
	"maps"
	"slices"

	"clew/internal/stock"
)

// A span of time is what balance_past goes by: 2^21 milliseconds, 35 minutes, from spanStart on. Days would need a calendar in SQL, and
// each site has its own; nobody sees spans.
const (
	spanLength = 1 << 21
	spanStart  = -4_398_046_511_104 // in 1830, before all times that are taken
	// forever is the last span of a balance that is not empty.
	forever = 1 << 53
)

func spanOf(t stock.Time) int64 { return (int64(t) - spanStart) / spanLength }

// spanBegin is the first millisecond of a span.
func spanBegin(span int64) stock.Time { return stock.Time(spanStart + span*spanLength) }

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

// take notes what an item did to both places.
func (c spanSums) take(e *stock.Entry, it *stock.Item) {
	span := spanOf(e.Effective(it))
	c.add(span, it, it.From, -1)
	c.add(span, it, it.To, 1)
}

// pasts brings what balances were at the ends of spans up to date, after the balances themselves. Nearly always nothing is known of
// later spans: then the balance of today is what is there at the end. What has been overtaken changes the spans since too.
func (s *saver) pasts() error {
	late, err := s.overtaken()
	if err != nil {
		return err
	}
	var now, lives rowset
	for key, sum := range s.changed {
		if sum == (stock.Balance{}) {
			continue
		}
		if spans, ok := late[key.Slot]; ok {
			late[key.Slot] = append(spans, key.span)
			continue
		}
		now.ints(key.Product, key.Lot, key.Place, key.span)
		place := s.state.Places[key.Place]
		if !place.Real() || s.state.Before[key.Slot] == (stock.Balance{}) || s.state.Balances[key.Slot] == (stock.Balance{}) {
			lives.ints(key.Product, key.Lot, key.Place, siteOf(place), key.span)
		}
	}
	if err := s.put(&now, `INSERT INTO balance_past (product, lot, place, span, quantity, second)
		SELECT r.product, r.lot, r.place, r.span, COALESCE(b.quantity, 0), COALESCE(b.second, 0) FROM @rows($1: product int, lot int, place int, span int) r
		LEFT JOIN balance b ON b.product = r.product AND b.lot = r.lot AND b.place = r.place
		WHERE true ON CONFLICT (product, lot, place, span) DO UPDATE SET quantity = excluded.quantity, second = excluded.second`); err != nil {
		return err
	}
	if err := s.put(&lives, `INSERT INTO balance_life (product, lot, place, site, first_span, last_span)
		SELECT r.product, r.lot, r.place, r.site, r.span, CASE WHEN b.product IS NULL THEN r.span ELSE 9007199254740992 END
		FROM @rows($1: product int, lot int, place int, site int, span int) r LEFT JOIN balance b ON b.product = r.product AND b.lot = r.lot AND b.place = r.place
		WHERE true ON CONFLICT (product, lot, place) DO UPDATE SET last_span = excluded.last_span WHERE balance_life.last_span <> excluded.last_span`); err != nil {
		return err
	}
	return s.latePasts(late)
}

// overtaken finds the slots of which a later span is known already than one in which they changed. In the newest span, where nearly
// everything happens, that cannot be.
func (s *saver) overtaken() (map[stock.Slot][]int64, error) {
	newest := spanOf(s.state.Now + stock.Ahead)
	late, spans := map[stock.Slot][]int64{}, map[stock.Slot]int64{}
	var earlier rowset
	for key, sum := range s.changed {
		if sum == (stock.Balance{}) {
			continue
		}
		if _, twice := spans[key.Slot]; twice {
			late[key.Slot] = nil
		}
		if spans[key.Slot] = key.span; key.span != newest {
			earlier.ints(key.Product, key.Lot, key.Place, key.span)
		}
	}
	if earlier.n == 0 {
		return late, nil
	}
	return late, s.each(s.ctx, `SELECT r.product, r.lot, r.place FROM @rows($1: product int, lot int, place int, span int) r WHERE EXISTS
		(SELECT 1 FROM balance_past x WHERE x.product = r.product AND x.lot = r.lot AND x.place = r.place AND x.span > r.span)`,
		[]any{earlier.text()}, func(r *sql.Rows) error {
			var slot stock.Slot
			err := r.Scan(&slot.Product, &slot.Lot, &slot.Place)
			late[slot] = nil
			return err
		})
}

// siteOf is the site of a real place, else 0.
func siteOf(place *stock.Place) int64 {
	if place.Real() {
		return place.Site
	}
	return 0
}

// latePasts puts changes into the past of slots: each begins at what was there before it, and all ends of spans since rise by it.
func (s *saver) latePasts(late map[stock.Slot][]int64) error {
	var missing, raised, lives rowset
	for slot, spans := range late {
		slices.Sort(spans)
		var sum stock.Balance
		for i, span := range spans {
			until := int64(forever)
			if i+1 < len(spans) {
				until = spans[i+1] - 1
			}
			d := s.changed[change{span, slot}]
			sum.Quantity, sum.Second = sum.Quantity+d.Quantity, sum.Second+d.Second
			missing.ints(slot.Product, slot.Lot, slot.Place, span)
			raised.ints(slot.Product, slot.Lot, slot.Place, span, until, int64(sum.Quantity), int64(sum.Second))
		}
		lives.ints(slot.Product, slot.Lot, slot.Place, siteOf(s.state.Places[slot.Place]))
	}
	const before = `FROM balance_past x WHERE x.product = r.product AND x.lot = r.lot AND x.place = r.place`
	const last = before + ` AND x.span < r.span ORDER BY x.span DESC LIMIT 1`
	if err := s.put(&missing, `INSERT INTO balance_past (product, lot, place, span, quantity, second)
		SELECT r.product, r.lot, r.place, r.span, COALESCE((SELECT x.quantity `+last+`), 0), COALESCE((SELECT x.second `+last+`), 0)
		FROM @rows($1: product int, lot int, place int, span int) r WHERE true ON CONFLICT (product, lot, place, span) DO NOTHING`); err != nil {
		return err
	}
	if err := s.put(&raised, `WITH r AS MATERIALIZED (SELECT * FROM @rows($1: product int, lot int, place int, first int, last int, quantity int, second int))
		UPDATE balance_past SET quantity = balance_past.quantity + r.quantity, second = balance_past.second + r.second FROM r
		WHERE balance_past.product = r.product AND balance_past.lot = r.lot AND balance_past.place = r.place AND balance_past.span BETWEEN r.first AND r.last`); err != nil {
		return err
	}
	return s.put(&lives, `INSERT INTO balance_life (product, lot, place, site, first_span, last_span)
		SELECT r.product, r.lot, r.place, r.site, (SELECT MIN(x.span) `+before+`), CASE WHEN b.product IS NULL THEN (SELECT MAX(x.span) `+before+`) ELSE 9007199254740992 END
		FROM @rows($1: product int, lot int, place int, site int) r LEFT JOIN balance b ON b.product = r.product AND b.lot = r.lot AND b.place = r.place
		WHERE true ON CONFLICT (product, lot, place) DO UPDATE SET first_span = excluded.first_span, last_span = excluded.last_span`)
}

// inOrder lists the keys by slot and span.
func (c spanSums) inOrder() []change {
	return slices.SortedFunc(maps.Keys(c), change.compare)
}
