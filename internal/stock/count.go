package stock

// count compares what was found at locations with the books, and moves the difference from found or to loss.
func (m *decision) count() *Error {
	if len(m.d.Items) == 0 {
		return Errorf(Invalid, CodeRequired, "items", "a count has at least one item")
	}
	seen := map[Slot]bool{}
	for i := range m.d.Items {
		if err := m.countItem(&m.d.Items[i], seen); err != nil {
			return err.At(index("items", i))
		}
	}
	return m.holdBorn()
}

func (m *decision) countItem(asked *ItemDraft, seen map[Slot]bool) *Error {
	line := *asked // the draft itself stays as it was asked for
	it := &line
	p, _, err := m.line(&it)
	if err != nil {
		return err
	}
	if it.To == "" {
		it.To = it.From
	}
	at, err := m.location("to", m.site, it.To)
	if err != nil {
		return err
	}
	if it.From != "" && it.From != it.To {
		return Errorf(Invalid, CodeInvalidValue, "from", "a count is of one location, %s or %s", it.From, it.To)
	}
	if p.Tracking == TrackSerial {
		return m.countUnits(p, it, at, seen)
	}
	if it.Quantity == nil || *it.Quantity < 0 {
		return Errorf(Invalid, CodeInvalidQuantity, "quantity", "say how much of %s was counted, 0 or more", p.SKU)
	}
	slot := Slot{Product: p.ID, Place: at.ID}
	if p.Tracking == TrackLot {
		if slot.Lot, err = m.countedLot(p, it); err != nil {
			return err
		}
	}
	if seen[slot] {
		return Errorf(Invalid, CodeInvalidValue, "lot", "%s is counted twice at %s", p.SKU, it.To)
	}
	counted, expected := *it.Quantity, m.Balances[slot].Quantity
	if p.Tracking == TrackLot && slot.Lot == 0 {
		expected = 0
	}
	switch {
	case counted > expected:
		it.Quantity = ptrTo(counted - expected)
		err = m.bringIn(it, m.purpose(m.site, PlaceFound), Plain, 0, 0)
	case counted < expected:
		it.Quantity, it.From = ptrTo(expected-counted), at.Code
		err = m.takeOut(it, m.purpose(m.site, PlaceLoss), Plain, 0)
	}
	if err != nil {
		return err
	}
	if p.Tracking == TrackLot && slot.Lot == 0 {
		slot.Lot = m.LotCodes[LotKey{p.ID, it.Lot}].ID // just born
	}
	seen[slot] = true
	m.e.Counted = append(m.e.Counted, Counted{p.ID, slot.Lot, at.ID, counted, expected})
	return nil
}

// countedLot is the lot that a line counts, 0 where it is yet to be born.
func (m *decision) countedLot(p *Product, it *ItemDraft) (int64, *Error) {
	if it.Lot == "" {
		return 0, Errorf(Invalid, CodeLotRequired, "lot", "product %s is tracked by lot: count lot by lot", p.SKU)
	}
	lot, err := m.lot(p, it.Lot)
	switch {
	case err == nil:
		return lot.ID, nil
	case err.Code != CodeUnknownLot:
		return 0, err
	case !it.New || *it.Quantity == 0:
		return 0, Errorf(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q; goods of unknown history come in only when marked new", p.SKU, clip(it.Lot))
	}
	return 0, nil
}

func ptrTo(q Quantity) *Quantity { return &q }

// countUnits books the units of the product that the location should have and were not counted as lost, the others as found.
func (m *decision) countUnits(p *Product, it *ItemDraft, at *Place, seen map[Slot]bool) *Error {
	slot := Slot{Product: p.ID, Place: at.ID}
	if seen[slot] {
		return Errorf(Invalid, CodeInvalidValue, "product", "%s is counted twice at %s: name all its units in one item", p.SKU, it.To)
	}
	seen[slot] = true
	if it.Quantity != nil && *it.Quantity != Units(len(it.Units)) {
		return Errorf(Invalid, CodeInvalidQuantity, "quantity", "%d units are named, the quantity says %s", len(it.Units), *it.Quantity)
	}
	here := map[string]bool{}
	for _, u := range m.Serials[p.ID] {
		if u.Place == at.ID {
			here[u.Serial] = true
		}
	}
	expected := Units(len(here))
	var surplus, missing []string
	for _, serial := range it.Units {
		if !here[serial] {
			surplus = append(surplus, serial)
		}
		delete(here, serial)
	}
	for serial := range here {
		missing = append(missing, serial)
	}
	missing = sortedSet(missing)
	line := *it
	line.Quantity = nil
	if len(missing) > 0 {
		line.Units, line.From, line.Lot = missing, at.Code, ""
		if err := m.takeOut(&line, m.purpose(m.site, PlaceLoss), Plain, 0); err != nil {
			return err
		}
	}
	if len(surplus) > 0 {
		line = *it
		line.Quantity, line.Units, line.From = nil, surplus, ""
		if err := m.bringIn(&line, m.purpose(m.site, PlaceFound), Plain, 0, 0); err != nil {
			return err
		}
	}
	m.e.Counted = append(m.e.Counted, Counted{p.ID, 0, at.ID, Units(len(it.Units)), expected})
	return nil
}
