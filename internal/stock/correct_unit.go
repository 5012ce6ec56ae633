package stock

// reserial gives a unit its right serial number. Its id stays, and with it all that was ever said of it; the old number goes on
// naming it as long as no other unit is rightly called so.
func (d *CorrectionDraft) reserial(s *State, e *Entry, p *Product) *Error {
	set := d.Set
	set.Serial = nil
	switch {
	case d.Lot != "":
		return Errorf(Invalid, CodeUnsupported, "lot", "a correction is of a lot or of a unit: make one for each")
	case d.Set.Serial == nil || set != LotIdentity{}:
		return Errorf(Invalid, CodeUnsupported, "set", "of a unit, the serial number is put right; codes and dates are its lot's")
	}
	found, err := s.units(p, []string{d.Unit})
	if err != nil {
		err.Field = "unit"
		return err
	}
	u, right := found[0], *d.Set.Serial
	if right == u.Serial {
		return Errorf(Invalid, CodeInvalidValue, "set", "unit %s of %s says so already: give what is to be put right", u.Serial, p.SKU)
	}
	if err := CheckCode("serial", right, MaxCode); err != nil {
		return err.At("set")
	}
	if other := s.Serials[p.ID][right]; other != nil {
		err := Errorf(Conflict, CodeUnitExists, "set.serial", "product %s has a unit %s already, at %s: take back the movements of the one that is not there, or give another number",
			p.SKU, clip(right), s.PlaceName(other.Place))
		err.About = []string{other.Serial}
		return err
	}
	e.Corrections = []Correction{{Unit: u.ID, Field: "serial", Before: u.Serial, After: right}}
	s.rename(u, right)
	return nil
}

// rename calls a unit by another serial number and keeps the old one as a former one.
func (s *State) rename(u *Unit, serial string) {
	was, known := u.Serial, s.Serials[u.Product]
	delete(known, was)
	known[serial], u.Serial = u, serial
	s.onUndo(func() {
		delete(known, serial)
		known[was], u.Serial = u, was
	})
	key := LotKey{u.Product, was}
	list := s.FormerSerials[key]
	put(s, s.FormerSerials, key, append(list[:len(list):len(list)], u.ID))
}

// LoadFormerSerial adds to the state that a unit had a serial number before it was corrected; the unit is loaded too.
func (s *State) LoadFormerSerial(product int64, serial string, unit int64) {
	key := LotKey{product, serial}
	s.FormerSerials[key] = append(s.FormerSerials[key], unit)
}

// formerUnit finds the unit that had the serial number until it was corrected; nil when there is none.
func (s *State) formerUnit(product int64, serial string) (*Unit, *Error) {
	var found *Unit
	for _, id := range s.FormerSerials[LotKey{product, serial}] {
		u := s.Units[id]
		if Nameless(u.Serial) {
			continue // it was found to be another, which is called so too
		}
		if found != nil && u != found {
			err := Errorf(Conflict, CodeUnitAmbiguous, "units", "units %s and %s were both called %s until they were corrected: give the right number", found.Serial, u.Serial, clip(serial))
			err.About = sortedSet([]string{found.Serial, u.Serial})
			return nil, err
		}
		found = u
	}
	return found, nil
}
