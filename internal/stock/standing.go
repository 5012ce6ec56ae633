package stock

import (
	"cmp"
	"slices"
)

// Deed is an item with the entry that it is of, and when it took effect.
type Deed struct {
	Item
	Entry int64
	When  Time
	Since int64 // of what stands of a unit: the item by which it came there, whatever was put right of it since
}

// What a reversal or a correction takes back of an item, and what a correction does again in its place, are items about it: always
// about the first, never about each other. So what stands in its place today is a sum, however often it was put right.

// stand sums what stands in the place of an item, by lot: the rows are the item itself and those about it, in the order of ids, or
// those of them that are of one lot or of some units.
func stand(rows []Item) []Item {
	var parts []Item
	for i := range rows {
		row := &rows[i]
		at := slices.IndexFunc(parts, func(p Item) bool { return p.Lot == row.Lot })
		forth := row.About == 0 || row.Again
		if at < 0 {
			if !forth {
				continue // of rows that were tampered with
			}
			at = len(parts)
			part := *row
			part.ID, part.About, part.Again = cmp.Or(row.About, row.ID), 0, false
			part.Born = part.Born && row.About == 0
			part.Quantity, part.Units, part.Second = 0, nil, nil
			parts = append(parts, part)
		}
		parts[at].count(row, forth)
	}
	return slices.DeleteFunc(parts, func(p Item) bool { return p.Quantity <= 0 })
}

// count adds a row to the part that it is of, or takes it off.
func (it *Item) count(row *Item, forth bool) {
	sign := Quantity(1)
	if forth {
		it.Units = it.Units.Union(row.Units)
	} else {
		sign = -1
		it.Units = it.Units.Minus(row.Units)
	}
	it.Quantity += sign * row.Quantity
	if row.Second == nil {
		return
	}
	second := sign * *row.Second
	if it.Second != nil {
		second += *it.Second
	}
	it.Second, it.Measure = &second, cmp.Or(it.Measure, row.Measure)
	if second == 0 {
		it.Second = nil
	}
}

// standing is what stands in the place of an item today, a part for each lot.
func (s *State) standing(it *Item) []Item {
	return stand(append([]Item{*it}, s.Abouts[it.ID]...))
}

// noteAbout keeps an item among those about the one that it takes back or does again.
func (s *State) noteAbout(it *Item) {
	known := s.Abouts[it.About]
	put(s, s.Abouts, it.About, append(known[:len(known):len(known)], *it))
}

// LoadAbout adds to the state an item that takes back or does again another; they come in the order of ids.
func (s *State) LoadAbout(it Item) {
	if known := s.Abouts[it.About]; len(known) == 0 || known[len(known)-1].ID < it.ID {
		s.Abouts[it.About] = append(known, it)
	}
}

// LoadDeed adds to the state an item that a correction may touch.
func (s *State) LoadDeed(d Deed) { s.Deeds[d.ID] = d }

// deeds are the items known that fit, with those of this batch, in the order of ids.
func (s *State) deeds(fits func(*Item) bool) []Deed {
	var out []Deed
	for _, d := range s.Deeds {
		if fits(&d.Item) {
			out = append(out, d)
		}
	}
	for _, e := range s.Entries {
		for i := range e.Items {
			if _, known := s.Deeds[e.Items[i].ID]; !known && fits(&e.Items[i]) {
				out = append(out, Deed{Item: e.Items[i], Entry: e.ID, When: e.Effective(&e.Items[i])})
			}
		}
	}
	slices.SortFunc(out, func(a, b Deed) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Stood are the parts that stand of deeds, which are of one lot or one unit: each with the entry and the time of the item whose
// place it stands in, in the order of those items. Entry is 0 where the item itself was of other goods.
func Stood(deeds []Deed) []Deed {
	rows := map[int64][]Item{}
	first, since := map[int64]Deed{}, map[int64]*stay{}
	var order []int64
	for _, d := range deeds {
		root := cmp.Or(d.About, d.ID)
		if rows[root] == nil {
			order = append(order, root)
			first[root], since[root] = d, &stay{}
		}
		rows[root] = append(rows[root], d.Item)
		since[root].count(&d)
	}
	slices.Sort(order)
	var out []Deed
	for _, root := range order {
		for _, part := range stand(rows[root]) {
			d := Deed{Item: part, When: first[root].When, Since: since[root].since}
			if first[root].ID == root {
				d.Entry = first[root].Entry
			}
			out = append(out, d)
		}
	}
	return out
}

// stay follows a unit through the rows of one item: since which of them it stands there. One entry that takes it back and does it
// again under another lot leaves it where it was on its way; what it got from another unit comes behind its own.
type stay struct{ since, gone int64 }

func (s *stay) count(d *Deed) {
	switch {
	case d.About != 0 && !d.Again:
		s.gone = d.Entry
	case d.Entry != s.gone || s.since == 0:
		s.since = d.ID
	}
}
