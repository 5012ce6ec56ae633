package stock

import (
	"cmp"
	"slices"
)

// reverse takes a movement back, whole or in part: each item runs the other way, tied to the one it takes back.
func (m *decision) reverse() *Error {
	was := m.Entries[m.d.Reverses]
	if was == nil {
		return Errorf(NotFound, CodeUnknownEntry, "reverses", "there is no entry %d", m.d.Reverses)
	}
	if !was.Kind.Asked() || was.Kind == KindReversal {
		return Errorf(Conflict, CodeNotReversible, "reverses", "entry %d is a %s: it cannot be reversed", was.ID, was.Kind)
	}
	if m.e.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a reversal needs a reason")
	}
	m.e.About, m.e.Site, m.e.Partner, m.e.Address = was.ID, was.Site, was.Partner, was.Address
	m.site = m.SiteIDs[was.Site]
	m.day = DateOf(m.e.OccurredAt, m.site.Zone())
	m.uses = was.Kind == KindReturn // taking a return back sends the goods out again
	if len(m.d.Items) > 0 {
		for i := range m.d.Items {
			if err := m.reverseNamed(was, &m.d.Items[i]); err != nil {
				return err.At(index("items", i))
			}
		}
		return nil
	}
	left := 0
	// Backwards, so that what was made goes back before what it was made from returns.
	for i := len(was.Items) - 1; i >= 0; i-- {
		for _, part := range m.standing(&was.Items[i]) {
			left++
			if err := m.reverseItem(was, &part, part.Quantity, part.Units, &ItemDraft{}); err != nil {
				return err
			}
		}
	}
	if left == 0 {
		return Errorf(Conflict, CodeAlreadyReversed, "reverses", "entry %d is reversed already", was.ID)
	}
	return nil
}

// reverseNamed takes back one item, or the part of it that the draft names.
func (m *decision) reverseNamed(was *Entry, it *ItemDraft) *Error {
	var item *Item
	for i := range was.Items {
		if was.Items[i].ID == it.Item {
			item = &was.Items[i]
		}
	}
	if item == nil {
		return Errorf(NotFound, CodeUnknownEntry, "item", "entry %d has no item %d", was.ID, it.Item)
	}
	if err := it.remarks(); err != nil {
		return err
	}
	p := m.ProductIDs[item.Product]
	whole := item
	item, err := m.stands(item, it)
	if err != nil {
		return err
	}
	if len(item.Units) > 0 {
		units := item.Units
		if len(it.Units) > 0 {
			named, err := m.units(p, it.Units)
			if err != nil {
				return err
			}
			ids := make([]int64, len(named))
			for i, u := range named {
				ids[i] = u.ID
				if !item.Units.Contains(u.ID) {
					if whole.Units.Contains(u.ID) {
						return m.movedSince(was, Errorf(Conflict, CodeMovedSince, "reverses", "unit %s of item %d was taken back already, or put right", u.Serial, item.ID))
					}
					return Errorf(Invalid, CodeUnitElsewhere, "units", "unit %s is not of item %d", u.Serial, item.ID)
				}
			}
			units = RunsOf(ids)
			if units.Count() != int64(len(ids)) {
				return Errorf(Invalid, CodeDuplicateUnit, "units", "a unit is named twice")
			}
		}
		return m.reverseItem(was, item, Units(units.Count()), units, it)
	}
	if it, err = it.unpacked(p); err != nil {
		return err
	}
	quantity := item.Quantity
	if it.Quantity != nil {
		if *it.Quantity <= 0 || it.Quantity.Decimals() > p.Decimals {
			return Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s is not above zero, or has more than %d decimals", *it.Quantity, p.Decimals)
		}
		quantity = *it.Quantity
	}
	return m.reverseItem(was, item, quantity, nil, it)
}

// stands finds what stands in the place of an item: where a correction parted it, the part that the draft names.
func (m *decision) stands(item *Item, it *ItemDraft) (*Item, *Error) {
	parts := m.standing(item)
	if len(parts) > 1 {
		parts = slices.DeleteFunc(parts, func(part Item) bool {
			return it.Lot != "" && m.Lots[part.Lot].Code != it.Lot || len(it.Units) > 0 && !m.anyOf(&part, it.Units)
		})
	}
	switch len(parts) {
	case 0:
		none := *item
		none.Quantity = 0
		return &none, nil
	case 1:
		return &parts[0], nil
	}
	var codes []string
	for _, part := range parts {
		codes = append(codes, m.lotName(part.Lot))
	}
	err := Errorf(Conflict, CodeLotRequired, "lot", "item %d is of several lots since it was corrected: name the one to be taken back", item.ID)
	err.About = codes
	return nil, err
}

// anyOf reports whether the item has any of the units, by serial number.
func (m *decision) anyOf(it *Item, serials []string) bool {
	named, err := m.units(m.ProductIDs[it.Product], serials)
	return err != nil || slices.ContainsFunc(named, func(u *Unit) bool { return it.Units.Contains(u.ID) })
}

func (m *decision) reverseItem(was *Entry, item *Item, quantity Quantity, units Runs, it *ItemDraft) *Error {
	if err := m.fitsTracking(was, item); err != nil {
		return err
	}
	if quantity <= 0 || quantity > item.Quantity {
		return Errorf(Conflict, CodeAlreadyReversed, "quantity", "of item %d, %s is not reversed yet", item.ID, item.Quantity)
	}
	if m.cameBack(was, item, quantity) {
		return m.movedSince(was, Errorf(Conflict, CodeMovedSince, "reverses", "%s has no %s of it any more: reverse what came back first",
			m.PlaceName(item.To), quantity))
	}
	for id := range units.All() {
		u := m.Units[id]
		if u.Place != item.To || u.Lot != item.Lot {
			return m.movedSince(was, Errorf(Conflict, CodeMovedSince, "reverses", "unit %s is no longer at %s but at %s: reverse what came later first",
				u.Serial, m.PlaceName(item.To), m.PlaceName(u.Place)))
		}
	}
	back := Item{Product: item.Product, Lot: item.Lot, Quantity: quantity, From: item.To, To: item.From, Units: units,
		Known: item.Known, Role: item.Role, Group: item.Group, About: item.ID}
	switch {
	case item.Second == nil && it.Second != nil:
		return Errorf(Invalid, CodeUnsupported, "second_quantity", "item %d carries no second quantity", item.ID)
	case item.Second == nil:
	case quantity == item.Quantity:
		whole := *it
		whole.Second, whole.Measure = item.Second, item.Measure
		it = &whole
	case it.Second == nil:
		return Errorf(Invalid, CodeRequired, "second_quantity", "item %d carries a second quantity: name the item, and how much of it goes back", item.ID)
	case it.Measure != item.Measure || *it.Second > *item.Second:
		return Errorf(Invalid, CodeInvalidQuantity, "second_quantity", "%s %s goes back of %s %s", *it.Second, it.Measure, *item.Second, item.Measure)
	}
	if m.uses && m.Places[item.To].Real() {
		if err := m.mayLeave(m.ProductIDs[item.Product], &back, m.Places[item.From], it); err != nil {
			return err
		}
	}
	if err := m.post(it, back); err != nil {
		if err.Code == CodeInsufficientStock {
			err.Code = CodeMovedSince
			err.Field = "reverses"
			return m.movedSince(was, err)
		}
		return err
	}
	m.noteAbout(&m.e.Items[len(m.e.Items)-1])
	m.oldLots(was, item, units)
	return nil
}

// oldLots gives units that a transformation put into another lot the one back with which they went in.
func (m *decision) oldLots(was *Entry, item *Item, units Runs) {
	if item.Role != Output || item.Born {
		return
	}
	i, _ := slices.BinarySearchFunc(was.Items, item.ID, func(it Item, id int64) int { return cmp.Compare(it.ID, id) })
	for ; i >= 0 && was.Items[i].Group == item.Group; i-- {
		if was.Items[i].Role != Input || was.Items[i].Product != item.Product {
			continue
		}
		for _, in := range m.standing(&was.Items[i]) {
			if back := in.Units.Intersect(units); len(back) > 0 && in.Lot != item.Lot {
				m.placeUnits(&Item{Product: in.Product, Lot: in.Lot, From: item.From, To: item.From, Units: back})
			}
		}
	}
}

// cameBack reports whether a lot that was shipped or issued is no longer where it was put, in the quantity to be taken back:
// both together would make stock of nothing. A supplier's balance of its own lots is below zero and says nothing.
func (m *decision) cameBack(was *Entry, item *Item, quantity Quantity) bool {
	lot := m.Lots[item.Lot]
	if lot == nil || was.Kind != KindShip && was.Kind != KindIssue || lot.Source != 0 && lot.Source == m.Places[item.To].Partner {
		return false
	}
	return m.Balances[Slot{item.Product, item.Lot, item.To}].Quantity < quantity
}

func (m *decision) movedSince(was *Entry, err *Error) *Error {
	err.About = m.Later[was.ID]
	return err
}
