package sim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"clew/internal/stock"
)

// standing is what stands in the place of an item of a movement, by lot, whatever was reversed and put right since.
type standing struct {
	item  stock.Item
	parts map[int64]stock.Quantity
	units map[int64]stock.Runs
	since map[int64]int64 // by unit, the item by which it came there, whatever was put right of it in its place
	gone  map[int64]int64 // by unit, the entry that took it back last
}

// stand takes in an item: one of a movement, or one that takes back or does again another. Nothing is taken back that does not stand,
// and no more is done again than was taken back.
func (m *model) stand(it *stock.Item) error {
	if it.About == 0 {
		s := &standing{*it, map[int64]stock.Quantity{it.Lot: it.Quantity}, map[int64]stock.Runs{it.Lot: it.Units}, map[int64]int64{}, map[int64]int64{}}
		for id := range it.Units.All() {
			s.since[id] = it.ID
		}
		m.stands[it.ID] = s
		return nil
	}
	s := m.stands[it.About]
	if s == nil {
		return fmt.Errorf("it is about item %d, which is of no movement", it.About)
	}
	from, to := it.From, it.To
	if !it.Again {
		from, to = to, from
	}
	if from != s.item.From || to != s.item.To || it.Product != s.item.Product || it.Role != s.item.Role || it.Group != s.item.Group {
		return fmt.Errorf("it is not as item %d, which it is about", it.About)
	}
	sum := stock.Quantity(0)
	if it.Again {
		s.parts[it.Lot] += it.Quantity
		for id := range it.Units.All() {
			if s.gone[id] != m.lastID {
				s.since[id] = it.ID
			}
		}
		if len(s.units[it.Lot].Intersect(it.Units)) > 0 {
			return fmt.Errorf("it does again what stands of item %d", it.About)
		}
		s.units[it.Lot] = s.units[it.Lot].Union(it.Units)
	} else {
		s.parts[it.Lot] -= it.Quantity
		for id := range it.Units.All() {
			s.gone[id] = m.lastID
		}
		if len(it.Units.Minus(s.units[it.Lot])) > 0 {
			return fmt.Errorf("units go back that do not stand in the place of item %d", it.About)
		}
		s.units[it.Lot] = s.units[it.Lot].Minus(it.Units)
	}
	for lot, q := range s.parts {
		if sum += q; q < 0 {
			return fmt.Errorf("more of item %d goes back than stands of lot %d", it.About, lot)
		}
	}
	if sum > s.item.Quantity {
		return fmt.Errorf("more stands in the place of item %d than it moved", it.About)
	}
	return nil
}

// exchange takes in the items of a correction: units that are taken back and done again stay, under another lot, the others go the way
// that the items say, and only what is left in the end must not be less than nothing.
func (m *model) exchange(e *stock.Entry) error {
	type key struct{ about, unit int64 }
	back, again := map[key]int64{}, map[key]int64{}
	for i := range e.Items {
		it := &e.Items[i]
		for id := range it.Units.All() {
			if it.Again {
				again[key{it.About, id}] = it.Lot
			} else {
				back[key{it.About, id}] = it.Lot
			}
		}
	}
	for i := range e.Items {
		it := &e.Items[i]
		if err := m.stand(it); err != nil {
			return fmt.Errorf("item %d: %w", it.ID, err)
		}
		if want := m.entryAt(it.About); it.At != want {
			return fmt.Errorf("item %d takes effect at %s, item %d did at %s", it.ID, it.At, it.About, want)
		}
		m.add(stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.From}, -it.Quantity)
		m.add(stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.To}, it.Quantity)
		for id := range it.Units.All() {
			u, k := m.units[id], key{it.About, id}
			was, taken := back[k]
			_, done := again[k]
			switch {
			case taken && done && it.Again && u.lot == was:
				u.lot = it.Lot
			case taken && done:
			case u.at != it.From:
				return fmt.Errorf("item %d takes unit %s from %d, it was at %d", it.ID, u.serial, it.From, u.at)
			default:
				u.at, u.lot = it.To, it.Lot
			}
		}
	}
	for i := range e.Items {
		for _, place := range []int64{e.Items[i].From, e.Items[i].To} {
			at, left := m.places[place], m.goods[stock.Slot{Product: e.Items[i].Product, Lot: e.Items[i].Lot, Place: place}]
			if left < 0 && (at.Real() || at.Kind == stock.PlaceTransit) {
				return fmt.Errorf("%s is left at a real place %d", left, place)
			}
		}
	}
	return nil
}

// entryAt is when the movement of an item took effect.
func (m *model) entryAt(item int64) stock.Time {
	i, _ := slices.BinarySearchFunc(m.moved, item, func(entry, item int64) int { return cmp.Compare(m.entries[entry].Items[0].ID, item+1) })
	return m.entries[m.moved[i-1]].OccurredAt
}

// twice reports whether two serial numbers of a line name one unit by now, or it is asked what a name means.
func (m *model) twice(it *stock.ItemDraft) bool {
	if m.vague(it.Product, it.Lot) || m.vague(it.Product, it.Units...) {
		return true
	}
	seen := map[int64]bool{}
	for _, serial := range it.Units {
		id := m.unitNamed(it.Product, serial)
		if id != 0 && seen[id] {
			return true
		}
		seen[id] = true
	}
	return false
}

// rowsOf are the items in whose place something of the lot stands, in their order.
func (m *model) rowsOf(lot int64) (out []int64) {
	for id, s := range m.stands {
		if s.parts[lot] > 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// way is where a unit was, from before its birth on, as far as it stands, behind the last movement that another was in too.
func (m *model) way(unit, other int64) (out []int64) {
	rows := map[int64]*standing{}
	for _, s := range m.stands {
		for _, units := range s.units {
			if units.Contains(unit) {
				rows[s.since[unit]] = s
			}
		}
	}
	var before *standing
	last := int64(0)
	for _, since := range slices.Sorted(maps.Keys(rows)) {
		both := false
		for _, units := range rows[since].units {
			both = both || units.Contains(other)
		}
		s := rows[since]
		switch {
		case both:
			out = nil
		case before != nil && before.item.Role == stock.Input && s.item.Role == stock.Output && before.item.Group == s.item.Group && m.entryAt(before.item.ID) == m.entryAt(s.item.ID):
			// it came out again of what it went into
		default:
			out = append(out, s.item.From) // not always where the one before led to: goods come back from anywhere outside
		}
		before, last = s, s.item.To
	}
	return append(out, last)
}
