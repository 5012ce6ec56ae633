package stock

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// unitTwice makes one of two units that were found to be one, booked under two serial numbers. What the second did is the first's,
// from where that one is today on: the leading movements, its birth among them, are only taken back, since the first did them too.
func (d *CorrectionDraft) unitTwice(s *State, e *Entry, p *Product) *Error {
	if d.Lot != "" || len(d.Items) > 0 || d.New || d.Set != (LotIdentity{}) {
		return Errorf(Invalid, CodeUnsupported, "same_as", "say that two units are one by itself: make another correction for the rest")
	}
	found, err := s.units(p, []string{d.Unit})
	if err != nil {
		err.Field = "unit"
		return err
	}
	right, err := s.units(p, []string{d.SameAs})
	if err != nil {
		err.Field = "same_as"
		return err
	}
	twin, unit := found[0], right[0]
	if twin == unit {
		return Errorf(Invalid, CodeInvalidValue, "same_as", "%s and %s are one unit already: %s", clip(d.Unit), clip(d.SameAs), unit.Serial)
	}
	if len(s.Deeds) > 2*MaxCorrected {
		return Errorf(TooLarge, CodeTooMany, "unit", "unit %s was in more than %d movements", twin.Serial, MaxCorrected)
	}
	x, path, both := s.pathOf(e, twin, unit)
	from, err := x.joins(path, both, twin, unit)
	if err != nil {
		return err
	}
	lot, was := unit.Lot, twin.Lot
	if len(path) > 0 {
		was = path[0].Lot
	}
	for i, part := range path {
		x.takeBack(part)
		if i >= from && part.Role == Output && part.Lot != was {
			lot = part.Lot // a relabelling gave it another
		}
		was = part.Lot
		if i >= from {
			part.Units = RunsOf([]int64{unit.ID})
			x.doAgain(part, lot)
		}
	}
	if err := x.post(); err != nil {
		return err
	}
	s.mergeNames(e, twin, unit)
	s.carryUnitHolds(e, twin, unit, true)
	return nil
}

// pathOf is what stands of all that a unit did, in the order in which it did it: what it got from another came behind its own.
// Both counts those movements, up to the last in which the other unit stands too.
func (s *State) pathOf(e *Entry, u, other *Unit) (x *exchange, path []Deed, both int) {
	only := RunsOf([]int64{u.ID})
	x = &exchange{State: s, e: e, deeds: s.deeds(func(it *Item) bool { return it.Units.Contains(u.ID) })}
	shared := map[int64]bool{}
	for _, d := range Stood(s.deeds(func(it *Item) bool { return it.Units.Contains(other.ID) })) {
		shared[d.ID] = d.Units.Contains(other.ID)
	}
	for i := range x.deeds {
		x.deeds[i].Units, x.deeds[i].Quantity, x.deeds[i].Second = only, Units(1), nil
	}
	path = Stood(x.deeds)
	slices.SortFunc(path, func(a, b Deed) int { return cmp.Compare(a.Since, b.Since) })
	for i, part := range path {
		if shared[part.ID] {
			both = i + 1
		}
	}
	return x, path, both
}

// joins finds the first movement of the twin that the unit goes on with from where it is today. What both did, it did once.
func (x *exchange) joins(path []Deed, both int, twin, unit *Unit) (int, *Error) {
	var way []string
	for i, part := range path {
		if i == 0 {
			way = append(way, x.PlaceName(part.From))
		}
		if part.From == unit.Place && i >= both && (i == 0 || !relabelled(&path[i-1], &part)) {
			return i, nil
		}
		way = append(way, x.PlaceName(part.To))
	}
	if len(path) > 0 && path[len(path)-1].To == unit.Place {
		return len(path), nil
	}
	err := Errorf(Conflict, CodeUnitElsewhere, "same_as", "unit %s is at %s, where %s never was (%s): first book what happened to it, or take back what did not",
		unit.Serial, x.PlaceName(unit.Place), twin.Serial, strings.Join(way, " → "))
	for _, part := range path[:min(len(path), 50)] {
		err.About = append(err.About, fmt.Sprintf("%d:%d", part.Entry, part.ID))
	}
	return 0, err
}

// relabelled reports whether a unit went into a transformation and came out of it again: nobody goes on from the midst of that.
func relabelled(in, out *Deed) bool {
	return in.Role == Input && out.Role == Output && in.Group == out.Group && in.When == out.When
}

// mergeNames lets all serial numbers of the twin name the unit.
func (s *State) mergeNames(e *Entry, twin, unit *Unit) {
	codes := []string{twin.Serial}
	for key, units := range s.FormerSerials {
		if key.Product == twin.Product && slices.Contains(units, twin.ID) {
			codes = append(codes, key.Code)
		}
	}
	slices.Sort(codes)
	e.Corrections = append(e.Corrections, Correction{Unit: twin.ID, Field: "serial", Before: twin.Serial, After: NamelessCode(twin.ID)})
	s.rename(twin, NamelessCode(twin.ID))
	for _, code := range slices.Compact(codes) {
		e.Corrections = append(e.Corrections, Correction{Unit: unit.ID, Field: "same_as", Before: code, After: unit.Serial})
		key := LotKey{unit.Product, code}
		list := slices.DeleteFunc(slices.Clone(s.FormerSerials[key]), func(id int64) bool { return id == twin.ID })
		put(s, s.FormerSerials, key, append(list, unit.ID))
	}
}

// carryUnitHolds sees to it that a unit is held by what held the one that it was found to be.
func (s *State) carryUnitHolds(e *Entry, from, to *Unit, gone bool) {
	if from.Holds == 0 {
		return
	}
	var holds []*Hold
	for _, h := range s.Holds {
		if h.Released == 0 && h.Units.Contains(from.ID) {
			holds = append(holds, h)
		}
	}
	slices.SortFunc(holds, func(a, b *Hold) int { return cmp.Compare(a.ID, b.ID) })
	for _, h := range holds {
		if !h.Units.Contains(to.ID) {
			s.entail(e, &Hold{Units: RunsOf([]int64{to.ID}), Reason: cmp.Or(h.Reason, "held as "+from.Serial)})
		}
		if gone {
			s.lifted(e, h, RunsOf([]int64{from.ID}), carriedUnit)
		}
	}
}
