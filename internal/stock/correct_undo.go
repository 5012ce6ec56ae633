package stock

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// undo takes a correction of goods back: what it took back is done again, what it did again is taken back. Later corrections and
// reversals of the same goods stand in the way.
func (d *CorrectionDraft) undo(s *State, e *Entry) *Error {
	was := s.Entries[d.Undo]
	switch {
	case d.Product != "" || d.Lot != "" || d.Unit != "" || d.SameAs != "" || len(d.Items) > 0 || d.New || d.Set != (LotIdentity{}):
		return Errorf(Invalid, CodeUnsupported, "undo", "a correction is taken back whole: name only its entry")
	case was == nil:
		return Errorf(NotFound, CodeUnknownEntry, "undo", "there is no entry %d", d.Undo)
	case was.Kind != KindCorrection || !was.exchanges():
		return Errorf(Conflict, CodeNotReversible, "undo", "entry %d is no correction of goods: what says what is right is put right by another correction", was.ID)
	}
	e.About = was.ID
	x := &exchange{State: s, e: e}
	if err := x.unstood(was); err != nil {
		return err
	}
	if err := s.unname(e, was); err != nil {
		return err
	}
	for _, it := range was.Items {
		if it.Again {
			x.back = append(x.back, it.turned())
		}
	}
	for i := len(was.Items) - 1; i >= 0; i-- { // they went back from the last to the first
		if it := was.Items[i].turned(); it.Again {
			if lot := s.Lots[it.Lot]; lot != nil && lot.SameAs != 0 {
				it.Lot = lot.SameAs // found to be another since
			}
			x.again = append(x.again, it)
		}
	}
	x.goOn(was)
	if err := x.post(); err != nil {
		return err
	}
	s.carryBack(e, was)
	return nil
}

// goOn puts what swapped units did since as of the lot that they go back from with the rest: a unit's lot is the same in all of it.
func (x *exchange) goOn(was *Entry) {
	roots := map[int64]bool{}
	type pair struct{ from, to int64 }
	units, from := map[pair]Runs{}, map[int64]int64{}
	swapped := was.Swapped()
	for _, it := range x.again {
		from[it.About] = it.Lot
	}
	for _, it := range x.back {
		roots[it.About] = true
		if both := swapped[it.About].Intersect(it.Units); len(both) > 0 {
			p := pair{it.Lot, from[it.About]}
			units[p] = units[p].Union(both)
		}
	}
	order := slices.SortedFunc(maps.Keys(units), func(a, b pair) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for _, p := range order {
		of := units[p]
		for _, part := range Stood(x.State.deeds(func(it *Item) bool { return it.Lot == p.from && len(it.Units.Intersect(of)) > 0 })) {
			if both := part.Units.Intersect(of); len(both) > 0 && !roots[part.ID] {
				part.Units, part.Quantity = both, Units(both.Count())
				x.swap(part, p.to)
			}
		}
	}
}

// turned is the item of a correction that takes back what the item did again, or does again what it took back.
func (it Item) turned() Item {
	it.From, it.To, it.Again, it.Noted = it.To, it.From, !it.Again, false
	it.Override, it.why = "", ""
	return it
}

// exchanges reports whether a correction put goods right, or made one of two.
func (e *Entry) exchanges() bool {
	return len(e.Items) > 0 || slices.ContainsFunc(e.Corrections, func(c Correction) bool { return c.Field == "same_as" || c.Field == "goods" })
}

// unstood refuses to take back what does not stand any more as the correction left it.
func (x *exchange) unstood(was *Entry) *Error {
	roots := map[int64]bool{}
	last := int64(0)
	for _, it := range was.Items {
		roots[it.About] = true
		last = max(last, it.ID)
	}
	if len(x.Deeds) > 2*MaxCorrected {
		return Errorf(TooLarge, CodeTooMany, "undo", "entry %d put right too much to be taken back at once: put it right by movements", was.ID)
	}
	x.deeds = x.State.deeds(func(it *Item) bool { return roots[cmp.Or(it.About, it.ID)] })
	parts := map[int64][]Deed{}
	for _, part := range Stood(x.deeds) {
		parts[part.ID] = append(parts[part.ID], part)
	}
	for _, it := range was.Items {
		if !it.Again || slices.ContainsFunc(parts[it.About], func(part Deed) bool {
			return part.Lot == it.Lot && part.Quantity >= it.Quantity && len(it.Units.Minus(part.Units)) == 0
		}) {
			continue
		}
		err := Errorf(Conflict, CodeMovedSince, "undo", "what entry %d put right was taken back or put right again since: take back those entries first", was.ID)
		var later []int64
		for _, d := range x.deeds {
			if d.ID > last {
				later = append(later, d.Entry)
			}
		}
		slices.Sort(later)
		for _, id := range slices.Compact(later)[:min(len(slices.Compact(later)), 50)] {
			err.About = append(err.About, strconv.FormatInt(id, 10))
		}
		return err
	}
	return nil
}

// unname gives lots and units that were found to be others their codes back.
func (s *State) unname(e *Entry, was *Entry) *Error {
	next := map[int64]*Lot{}
	var order []int64
	for i := len(was.Corrections) - 1; i >= 0; i-- {
		c := was.Corrections[i]
		if u := s.Units[c.Unit]; u != nil {
			if err := s.unnameUnit(e, was, u, c); err != nil {
				return err
			}
			continue
		}
		if c.Field == "goods" {
			e.Corrections = append(e.Corrections, Correction{Lot: c.Lot, Field: c.Field, Before: c.After, After: c.Before})
			continue
		}
		if next[c.Lot] == nil {
			lot := *s.Lots[c.Lot]
			next[c.Lot] = &lot
			order = append(order, c.Lot)
		}
		if !next[c.Lot].undo(c) {
			return Errorf(Conflict, CodeMovedSince, "undo", "what entry %d put right was put right again since: take back the later correction first", was.ID)
		}
	}
	for _, id := range order {
		lot, to := s.Lots[id], next[id]
		if to.SameAs != 0 && lot.SameAs == 0 {
			if err := s.bookedSince(was, lot); err != nil {
				return err
			}
		}
		if to.Code != lot.Code {
			if other := s.LotCodes[LotKey{to.Product, to.Code}]; other != nil {
				err := Errorf(Conflict, CodeLotExists, "undo", "another lot is called %s by now: correct its code first", to.Code)
				err.About = []string{other.Code}
				return err
			}
			put(s, s.LotCodes, LotKey{lot.Product, lot.Code}, nil)
		}
		e.Corrections = append(e.Corrections, lot.corrections(to)...)
		s.putLot(to)
	}
	return nil
}

// bookedSince refuses that a lot is another again by undoing what told them apart, where more was booked as the lot's since: that
// would be left of it.
func (s *State) bookedSince(was *Entry, lot *Lot) *Error {
	var later []int64
	for _, d := range s.deeds(func(it *Item) bool { return it.Lot == lot.ID }) {
		if d.Entry > was.ID {
			later = append(later, d.Entry)
		}
	}
	if len(later) == 0 {
		return nil
	}
	err := Errorf(Conflict, CodeMovedSince, "undo", "more was booked as lot %s since entry %d: say by a correction of its own that it is the other lot", lot.Code, was.ID)
	slices.Sort(later)
	later = slices.Compact(later)
	for _, id := range later[:min(len(later), 50)] {
		err.About = append(err.About, strconv.FormatInt(id, 10))
	}
	return err
}

func (s *State) unnameUnit(e, was *Entry, u *Unit, c Correction) *Error {
	if c.Field != "serial" {
		return nil // the other unit's numbers: its own name them again
	}
	if u.Serial != c.After {
		return Errorf(Conflict, CodeMovedSince, "undo", "what entry %d put right was put right again since: take back the later correction first", was.ID)
	}
	if other := s.Serials[u.Product][c.Before]; other != nil {
		err := Errorf(Conflict, CodeUnitExists, "undo", "another unit is called %s by now: correct its serial number first", c.Before)
		err.About = []string{other.Serial}
		return err
	}
	e.Corrections = append(e.Corrections, Correction{Unit: u.ID, Field: "serial", Before: c.After, After: c.Before})
	s.rename(u, c.Before)
	return nil
}

// carryBack holds what goes back by what holds it now.
func (s *State) carryBack(e, was *Entry) {
	back := map[int64]*Item{}
	done := map[[4]int64]bool{}
	for i := range was.Items {
		if it := &was.Items[i]; !it.Again {
			back[it.About] = it
		}
	}
	for i := range was.Items {
		it := &was.Items[i]
		to := back[it.About]
		if !it.Again || to == nil {
			continue
		}
		var from, unit int64
		if it.Units.Count() == 1 && to.Units.Count() == 1 && it.Units[0] != to.Units[0] {
			from, unit = it.Units[0].First, to.Units[0].First
		}
		key := [4]int64{it.Lot, to.Lot, from, unit}
		if done[key] {
			continue
		}
		done[key] = true
		if unit != 0 {
			s.carryUnitHolds(e, s.Units[from], s.Units[unit], false)
		} else if it.Lot != 0 && to.Lot != 0 {
			right := s.Lots[to.Lot]
			if right.SameAs != 0 {
				right = s.Lots[right.SameAs]
			}
			if right.ID != it.Lot {
				s.carryHolds(e, s.Lots[it.Lot], right, false)
			}
		}
	}
}
