package stock

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// CorrectedItem names goods of a lot by the movement that booked them.
type CorrectedItem struct {
	Entry    int64     `json:"entry,omitempty" doc:"The movement; it may be left out where the item is named."`
	Item     int64     `json:"item,omitempty" doc:"The item of it, by its number; it may be left out where the movement has one only of the lot."`
	Quantity *Quantity `json:"quantity,omitempty" doc:"How much of the item, where it is not all."`
	Second   *Quantity `json:"second_quantity,omitempty" doc:"Catch weight: how much of the second quantity, where it is not all."`
	Units    []string  `json:"units,omitempty" doc:"Serial numbers, or ranges, where it is not all. All that these units did as of the lot is put right."`
}

// needsGoods asks for what corrections of goods touch.
func (d *CorrectionDraft) needsGoods(n *Needs) {
	switch {
	case d.Undo != 0:
		n.Entry(d.Undo)
		add(n.Undone, d.Undo)
	case d.Unit != "" && d.SameAs != "":
		n.Units(d.Product, []string{d.SameAs})
		add(n.UnitDeeds, NamePair{d.Product, d.Unit})
	case d.SameAs != "":
		n.Lot(d.Product, d.SameAs)
		add(n.LotDeeds, NamePair{d.Product, d.Lot})
	case len(d.Items) > 0:
		add(n.LotDeeds, NamePair{d.Product, d.Lot})
		for i := range d.Items {
			n.Units(d.Product, d.Items[i].Units)
		}
	}
}

// ExpandUnits turns serial ranges into single serials, before the state is loaded.
func (d *CorrectionDraft) ExpandUnits() *Error {
	for i := range d.Items {
		if err := expand(&d.Items[i].Units); err != nil {
			return err.At(index("items", i))
		}
	}
	return nil
}

// NamelessCode is what a lot or a unit is called that was found to be another: a code that nobody can give or type.
func NamelessCode(id int64) string { return " " + strconv.FormatInt(id, 10) }

// Nameless reports whether a code is that of a lot or a unit that was found to be another.
func Nameless(code string) bool { return strings.HasPrefix(code, " ") }

// exchangeOf begins a correction of goods of a lot: all that stands of what was booked as the lot's.
func (s *State) exchangeOf(e *Entry, lot *Lot) (*exchange, []Deed, *Error) {
	x := &exchange{State: s, e: e, deeds: s.deeds(func(it *Item) bool { return it.Lot == lot.ID })}
	parts := Stood(x.deeds)
	if len(s.Deeds) > 2*MaxCorrected {
		return nil, nil, Errorf(TooLarge, CodeTooMany, "lot", "lot %s was in more than %d movements: put it right by movements, with a merge or a relabel", lot.Code, MaxCorrected)
	}
	return x, parts, nil
}

// lotTwice makes one of two lots that were found to be one: everything the first did is the other's, and its codes go on naming
// that one.
func (d *CorrectionDraft) lotTwice(s *State, e *Entry, p *Product, lot *Lot) *Error {
	if len(d.Items) > 0 || d.New || d.Set != (LotIdentity{}) {
		return Errorf(Invalid, CodeUnsupported, "same_as", "say that two lots are one by itself: make another correction for the rest")
	}
	to, err := s.lot(p, d.SameAs)
	switch {
	case err != nil:
		err.Field = "same_as"
		return err
	case to == lot:
		return Errorf(Invalid, CodeInvalidValue, "same_as", "%s and %s are one lot already: %s", clip(d.Lot), clip(d.SameAs), lot.Code)
	}
	x, parts, err := s.exchangeOf(e, lot)
	if err != nil {
		return err
	}
	for _, part := range parts {
		x.swap(part, to.ID)
	}
	if err := x.post(); err != nil {
		return err
	}
	var left []int64 // units that were taken back are still called the lot's
	for id, u := range s.Units {
		if u.Lot == lot.ID {
			left = append(left, id)
		}
	}
	x.relot(p.ID, RunsOf(left), lot.ID, to.ID)
	next := *lot
	next.Code, next.SameAs = NamelessCode(lot.ID), to.ID
	e.Corrections = lot.corrections(&next)
	for _, a := range s.aliasesOf(lot) {
		s.addAlias(e, p, Alias{a.Partner, a.Code, to.ID})
	}
	put(s, s.LotCodes, LotKey{p.ID, lot.Code}, nil)
	s.putLot(&next)
	s.repoint(e, lot.ID, to.ID)
	s.carryHolds(e, lot, to, true)
	return nil
}

// repoint lets the lots that were found to be one lot be the other that this one is.
func (s *State) repoint(e *Entry, from, to int64) {
	var followers []*Lot
	for _, l := range s.Lots {
		if l.SameAs == from {
			followers = append(followers, l)
		}
	}
	slices.SortFunc(followers, func(a, b *Lot) int { return cmp.Compare(a.ID, b.ID) })
	for _, l := range followers {
		next := *l
		next.SameAs = to
		e.Corrections = append(e.Corrections, l.corrections(&next)...)
		s.putLot(&next)
	}
}

// aliasesOf are all codes of a lot: the partners' and our former ones, and its own.
func (s *State) aliasesOf(lot *Lot) []Alias {
	out := []Alias{{0, lot.Code, lot.ID}}
	for key, list := range s.Aliases {
		for _, a := range list {
			if a.Lot == lot.ID && key.Product == lot.Product {
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b Alias) int { return cmp.Or(cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Code, b.Code)) })
	return slices.Compact(out)
}

// addAlias keeps another code of a lot, once.
func (s *State) addAlias(e *Entry, p *Product, a Alias) {
	key := LotKey{p.ID, a.Code}
	known := s.Aliases[key]
	if slices.Contains(known, a) {
		return
	}
	put(s, s.Aliases, key, append(known[:len(known):len(known)], a))
	e.Aliases = append(e.Aliases, a)
}

// mislabelled tells apart goods of a lot that were of another, which is known or new.
func (d *CorrectionDraft) mislabelled(s *State, e *Entry, p *Product, lot *Lot) *Error {
	x, parts, err := s.exchangeOf(e, lot)
	if err != nil {
		return err
	}
	chosen, err := d.chosen(s, p, lot, parts)
	if err != nil {
		return err
	}
	to, err := d.rightLot(s, e, p, lot, chosen)
	if err != nil {
		return err.At("set")
	}
	for _, part := range chosen {
		x.swap(part, to.ID)
	}
	if err := x.post(); err != nil {
		return err
	}
	id := func(l *Lot) string { return strconv.FormatInt(l.ID, 10) }
	e.Corrections = []Correction{{Lot: lot.ID, Field: "goods", Before: id(lot), After: id(to)}}
	s.carryHolds(e, lot, to, false)
	return nil
}

// rightLot finds the lot that the goods were of, or lets it be born.
func (d *CorrectionDraft) rightLot(s *State, e *Entry, p *Product, lot *Lot, chosen []Deed) (*Lot, *Error) {
	if d.Set.Lot == nil || *d.Set.Lot == "" {
		return nil, Errorf(Invalid, CodeLotRequired, "lot", "name the lot that these goods were of")
	}
	code, given := *d.Set.Lot, LotIdentity{Lot: d.Set.Lot}
	to, err := s.lot(p, code)
	switch {
	case err != nil && err.Code != CodeUnknownLot:
		return nil, err
	case to == lot:
		return nil, Errorf(Invalid, CodeInvalidValue, "lot", "the goods are of lot %s already", lot.Code)
	case to != nil && d.New:
		err := Errorf(Conflict, CodeLotExists, "lot", "product %s has a lot %s already: leave out new where the goods are of that one", p.SKU, to.Code)
		err.About = []string{to.Code}
		return nil, err
	case to != nil && d.Set != given:
		return nil, Errorf(Invalid, CodeUnsupported, "", "lot %s is known, with its dates and source: put those right by a correction of that lot", to.Code)
	case to != nil:
		return to, nil
	case !d.New:
		return nil, Errorf(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q; where it is a new lot, say so: new", p.SKU, clip(code))
	}
	if err := CheckCode("lot", code, MaxCode); err != nil {
		return nil, err
	}
	to = &Lot{ID: s.take(&s.Next.Lot), Product: p.ID, Birth: e.ID, Code: code, Source: lot.Source, FirstIn: chosen[0].When, HistoryUnknown: lot.HistoryUnknown}
	for _, part := range chosen {
		to.FirstIn = min(to.FirstIn, part.When)
	}
	set := d.Set
	set.Lot = nil
	if err := (&CorrectionDraft{Set: set}).apply(s, p, to); err != nil {
		return nil, err
	}
	s.putLot(to)
	e.Lots = append(e.Lots, to)
	return to, nil
}

// chosen are the goods that the draft names, as far as they stand.
func (d *CorrectionDraft) chosen(s *State, p *Product, lot *Lot, parts []Deed) ([]Deed, *Error) {
	var units Runs
	var out []Deed
	for i := range d.Items {
		it := &d.Items[i]
		part, err := it.find(lot, parts)
		if err == nil && len(part.Units) > 0 {
			units, err = it.unitsOf(s, p, part, units)
		} else if err == nil {
			err = it.share(p, &part)
			if slices.ContainsFunc(out, func(o Deed) bool { return o.ID == part.ID }) {
				err = Errorf(Invalid, CodeInvalidValue, "item", "item %d is named twice", part.ID)
			}
			out = append(out, part)
		}
		if err != nil {
			return nil, err.At(index("items", i))
		}
	}
	for _, part := range parts { // a unit's lot is the same in all that it did as of the lot
		if both := part.Units.Intersect(units); len(both) > 0 {
			part.Units, part.Quantity = both, Units(both.Count())
			out = append(out, part)
		}
	}
	return out, nil
}

// find finds what stands in the place of the item.
func (it *CorrectedItem) find(lot *Lot, parts []Deed) (Deed, *Error) {
	var found []Deed
	for _, part := range parts {
		if it.Item != 0 && part.ID == it.Item && (it.Entry == 0 || part.Entry == 0 || part.Entry == it.Entry) || it.Item == 0 && it.Entry != 0 && part.Entry == it.Entry {
			found = append(found, part)
		}
	}
	switch {
	case it.Item == 0 && it.Entry == 0:
		return Deed{}, Errorf(Invalid, CodeRequired, "item", "name the movement and its item")
	case len(found) == 0:
		return Deed{}, Errorf(NotFound, CodeUnknownEntry, "item", "no such movement of lot %s stands: entry %d, item %d", lot.Code, it.Entry, it.Item)
	case len(found) > 1:
		err := Errorf(Invalid, CodeRequired, "item", "entry %d has %d items of lot %s: name them one by one", it.Entry, len(found), lot.Code)
		for _, part := range found[:min(len(found), 50)] {
			err.About = append(err.About, strconv.FormatInt(part.ID, 10))
		}
		return Deed{}, err
	}
	return found[0], nil
}

// share cuts the part down to the quantity that the draft names of it.
func (it *CorrectedItem) share(p *Product, part *Deed) *Error {
	if len(it.Units) > 0 {
		return Errorf(Invalid, CodeUnitsNotAllowed, "units", "product %s is not tracked by serial number", p.SKU)
	}
	whole := part.Quantity
	if it.Quantity != nil {
		switch {
		case *it.Quantity <= 0 || it.Quantity.Decimals() > p.Decimals:
			return Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s is not above zero, or has more than %d decimals", *it.Quantity, p.Decimals)
		case *it.Quantity > whole:
			return Errorf(Conflict, CodeInsufficientStock, "quantity", "item %d has %s that can be put right, %s is asked for", part.ID, whole, *it.Quantity)
		}
		part.Quantity = *it.Quantity
	}
	switch {
	case part.Second == nil && it.Second == nil || part.Quantity == whole && it.Second == nil:
		return nil
	case part.Second == nil:
		return Errorf(Invalid, CodeUnsupported, "second_quantity", "item %d carries no second quantity", part.ID)
	case it.Second == nil:
		return Errorf(Invalid, CodeRequired, "second_quantity", "item %d carries a second quantity: say how much of it", part.ID)
	case *it.Second <= 0 || *it.Second > *part.Second || (*it.Second == *part.Second) != (part.Quantity == whole):
		return Errorf(Invalid, CodeInvalidQuantity, "second_quantity", "%s goes over of %s %s", *it.Second, *part.Second, part.Measure)
	}
	second := *it.Second
	part.Second = &second
	return nil
}

// unitsOf adds the units that the draft names of a part, or all of them.
func (it *CorrectedItem) unitsOf(s *State, p *Product, part Deed, units Runs) (Runs, *Error) {
	if it.Second != nil || it.Quantity != nil && (len(it.Units) == 0 || *it.Quantity != Units(len(it.Units))) {
		return nil, Errorf(Invalid, CodeUnitsRequired, "units", "product %s is tracked by serial number: name the units", p.SKU)
	}
	if len(it.Units) == 0 {
		return units.Union(part.Units), nil
	}
	named, err := s.units(p, it.Units)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, u := range named {
		if !part.Units.Contains(u.ID) {
			return nil, Errorf(Invalid, CodeUnitElsewhere, "units", "unit %s is not of item %d", u.Serial, part.ID)
		}
		ids = append(ids, u.ID)
	}
	return units.Union(RunsOf(ids)), nil
}
