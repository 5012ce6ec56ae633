package stock

// reverse takes a movement back, whole or in part: each item runs the other way, tied to the one it takes back.
func (m *decision) reverse() *Error {
	was := m.Entries[m.d.Reverses]
	if was == nil {
		return Errorf(NotFound, CodeUnknownEntry, "reverses", "there is no entry %d", m.d.Reverses)
	}
	if !was.Kind.Movement() || was.Kind == KindReversal || was.Kind == KindRelease {
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
		it := &was.Items[i]
		rest := it.Quantity - m.Reversed[it.ID]
		if rest <= 0 {
			continue
		}
		units := it.Units
		if len(units) > 0 && m.Reversed[it.ID] > 0 {
			units = m.stillThere(it)
			rest = Units(units.Count())
		}
		left++
		if err := m.reverseItem(was, it, rest, units, &ItemDraft{}); err != nil {
			return err
		}
	}
	if left == 0 {
		return Errorf(Conflict, CodeAlreadyReversed, "reverses", "entry %d is reversed already", was.ID)
	}
	return nil
}

// stillThere are the units of a partly reversed item that are where it put them.
func (m *decision) stillThere(it *Item) Runs {
	var ids []int64
	for id := range it.Units.All() {
		if u := m.Units[id]; u != nil && u.Place == it.To {
			ids = append(ids, id)
		}
	}
	return RunsOf(ids)
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
	p := m.ProductIDs[item.Product]
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
					return Errorf(Invalid, CodeUnitElsewhere, "units", "unit %s is not of item %d", u.Serial, item.ID)
				}
			}
			units = RunsOf(ids)
		}
		return m.reverseItem(was, item, Units(units.Count()), units, it)
	}
	quantity := item.Quantity - m.Reversed[item.ID]
	if it.Quantity != nil {
		if *it.Quantity <= 0 || it.Quantity.Decimals() > p.Decimals {
			return Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s is not above zero, or has more than %d decimals", *it.Quantity, p.Decimals)
		}
		quantity = *it.Quantity
	}
	return m.reverseItem(was, item, quantity, nil, it)
}

func (m *decision) reverseItem(was *Entry, item *Item, quantity Quantity, units Runs, it *ItemDraft) *Error {
	if done := m.Reversed[item.ID]; quantity <= 0 || done+quantity > item.Quantity {
		return Errorf(Conflict, CodeAlreadyReversed, "quantity", "of item %d, %s of %s is reversed already", item.ID, done, item.Quantity)
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
	if quantity == item.Quantity && item.Second != nil {
		it = &ItemDraft{Second: item.Second, Measure: item.Measure}
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
	put(m.State, m.Reversed, item.ID, m.Reversed[item.ID]+quantity)
	return nil
}

func (m *decision) movedSince(was *Entry, err *Error) *Error {
	err.About = m.Later[was.ID]
	return err
}
