package stock

import (
	"slices"
	"strconv"
)

// born collects what a movement brought in that may have to start on hold.
type born struct {
	lots  []*Lot
	units []int64
	slots []Slot // of lots that were there before
}

// bringIn moves goods of one line from a virtual place into a location of the site. Lots and units that are not known
// are born where the kind of movement allows it. earliest is the earliest governing date of what they were made from.
func (m *decision) bringIn(it *ItemDraft, from *Place, role ItemRole, group int, earliest Date) *Error {
	p, _, err := m.line(&it)
	if err != nil {
		return err
	}
	if it, err = m.numbered(p, it); err != nil {
		return err
	}
	to, err := m.location("to", m.site, it.To)
	if err != nil {
		return err
	}
	quantity, err := it.amount(p)
	if err != nil {
		return err
	}
	var lot *Lot
	if it.Lot != "" {
		if lot, err = m.lotIn(p, it, earliest); err != nil {
			return err
		}
	} else if p.Tracking == TrackLot {
		return Errorf(Invalid, CodeLotRequired, "lot", "product %s is tracked by lot: name the lot", p.SKU)
	} else if it.Dates != (Dates{}) {
		return Errorf(Invalid, CodeLotRequired, "lot", "dates belong to a lot: name it")
	}
	if err := m.lotDetails(p, it, lot); err != nil {
		return err
	}
	item := Item{Product: p.ID, Quantity: quantity, From: from.ID, To: to.ID, Role: role, Group: group, Expected: it.Expected}
	if lot != nil {
		item.Lot = lot.ID
	}
	if err := m.licensed(p, &item, it); err != nil {
		return err
	}
	if p.Tracking == TrackSerial {
		before := len(m.e.Items)
		if err := m.unitsIn(p, it, lot, item); err != nil {
			return err
		}
		return m.weighedOnce(it, before)
	}
	if err := m.post(it, item); err != nil {
		return err
	}
	if lot != nil && lot.Birth != m.e.ID {
		m.born.slots = append(m.born.slots, Slot{p.ID, lot.ID, to.ID})
	}
	return nil
}

// offers are the codes tried for a lot whose own code is taken by another.
func offers(code string) []string {
	var out []string
	for n := 2; n <= 9; n++ {
		tail := "-" + strconv.Itoa(n)
		if len(code)+len(tail) <= MaxCode {
			out = append(out, code+tail)
		}
	}
	return out
}

// lotIn finds the lot that goods come in with, checks that it is the same one, or lets it be born.
func (m *decision) lotIn(p *Product, it *ItemDraft, earliest Date) (*Lot, *Error) {
	lot, err := m.meant(p, it.Lot)
	if err != nil {
		return nil, err
	}
	if lot, err = m.formerly(p, it, lot); err != nil {
		return nil, err
	}
	if lot == nil {
		return m.bearLot(p, it, earliest)
	}
	if field, own, given := lot.Dates.differs(it.Dates); field != "" {
		return nil, m.lotDiffers(p, it, field, "lot %s of %s has the %s date %s, not %s: it is another lot, or the date was misread",
			it.Lot, p.SKU, field, dateWord(own), given)
	}
	// A lot born in this movement, made here, or of unknown history says nothing about who else may deliver it.
	if m.d.Kind == KindReceive && !lot.HistoryUnknown && lot.Source != m.partner.ID {
		source := "made here"
		if lot.Source != 0 {
			source = "from " + m.partnerCode(lot.Source)
		}
		return nil, m.lotDiffers(p, it, "lot", "lot %s of %s is %s, not from %s: give the goods a lot code of their own", it.Lot, p.SKU, source, m.partner.Code)
	}
	if m.d.Kind.Transforms() && lot.Source != 0 && m.d.Kind != KindDisassemble {
		return nil, m.lotDiffers(p, it, "lot", "lot %s of %s came from %s: what is made here needs a lot code of its own", it.Lot, p.SKU, m.partnerCode(lot.Source))
	}
	if g := lot.Dates.Governing(); m.d.Kind.Transforms() && earliest != 0 && g > earliest && lot.Birth != m.e.ID && (p.ShelfLife == 0 || m.d.Kind.renames()) {
		return nil, m.lotDiffers(p, it, "lot", "lot %s of %s is good until %s, what goes in only until %s: give it a lot of its own", it.Lot, p.SKU, g, earliest)
	}
	return lot, m.alias(it, lot)
}

// formerly asks what is meant where goods come in under a code that a correction took from a lot: that lot, or one that is rightly
// called so. Goods that come back are of the lot that went out under the code.
func (m *decision) formerly(p *Product, it *ItemDraft, lot *Lot) (*Lot, *Error) {
	if lot != nil && lot.Code == it.Lot || !m.births || m.new && !it.New {
		return lot, nil
	}
	for _, a := range m.Aliases[LotKey{p.ID, it.Lot}] {
		was := m.Lots[a.Lot]
		if a.Partner != 0 || was == nil || was.SameAs != 0 || lot != nil && lot != was {
			continue
		}
		if it.New {
			return nil, nil
		}
		err := Errorf(Conflict, CodeLotDiffers, "lot", "%s is what lot %s of %s was called before a correction: name that lot, or mark the item new where the goods are of another lot that is rightly called so",
			it.Lot, was.Code, p.SKU)
		err.About, err.Offer = []string{was.Code}, was.Code
		return nil, err
	}
	return lot, nil
}

// meant finds the lot that a code stands for where goods come in: ours of that code, else the one that a partner calls so. What a
// supplier delivers under a code of its own is that lot of its, also where the same code is ours for another's. Nil means that none is.
func (m *decision) meant(p *Product, code string) (*Lot, *Error) {
	lot := m.LotCodes[LotKey{p.ID, code}]
	partner := int64(0)
	if m.d.Kind == KindReceive {
		partner = m.partner.ID
		if lot != nil && !lot.HistoryUnknown && lot.Source != partner {
			if theirs, err := m.aliased(p, code, partner); theirs != nil || err != nil {
				return theirs, err
			}
		}
	}
	if lot != nil {
		return lot, nil
	}
	return m.aliased(p, code, partner)
}

func dateWord(d Date) string {
	if d == 0 {
		return "not set"
	}
	return d.String()
}

func (m *decision) lotDiffers(p *Product, it *ItemDraft, field, format string, args ...any) *Error {
	err := Errorf(Conflict, CodeLotDiffers, field, format, args...)
	err.About = []string{it.Lot}
	for _, code := range offers(it.Lot) {
		if m.LotCodes[LotKey{p.ID, code}] == nil {
			err.Offer = code
			err.Detail += "; lot code " + code + " is free"
			break
		}
	}
	return err
}

// bearLot brings a new lot into the ledger.
func (m *decision) bearLot(p *Product, it *ItemDraft, earliest Date) (*Lot, *Error) {
	if !m.births || m.new && !it.New {
		return nil, Errorf(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q; goods of unknown history come in only when marked new", p.SKU, clip(it.Lot))
	}
	if err := CheckCode("lot", it.Lot, MaxCode); err != nil {
		return nil, err
	}
	lot := &Lot{ID: m.take(&m.Next.Lot), Product: p.ID, Birth: m.e.ID, Code: it.Lot, Dates: it.Dates, FirstIn: m.e.OccurredAt, HistoryUnknown: m.unknown}
	made := Date(0)
	if m.d.Kind == KindMake {
		made = m.day
	}
	if err := lot.Dates.complete(p, earliest, made, m.day); err != nil {
		return nil, err
	}
	if m.d.Kind == KindReceive {
		lot.Source = m.partner.ID
	}
	m.putLot(lot)
	m.e.Lots = append(m.e.Lots, lot)
	m.born.lots = append(m.born.lots, lot)
	return lot, m.alias(it, lot)
}

// alias keeps the partner's own code of a lot beside ours.
func (m *decision) alias(it *ItemDraft, lot *Lot) *Error {
	if it.SupplierLot == "" || m.partner == nil {
		if it.SupplierLot != "" {
			return Errorf(Invalid, CodeUnsupported, "supplier_lot", "a %s has no partner whose lot code this could be", m.d.Kind)
		}
		return nil
	}
	if err := CheckCode("supplier_lot", it.SupplierLot, MaxKey); err != nil {
		return err
	}
	key := LotKey{lot.Product, it.SupplierLot}
	a := Alias{m.partner.ID, it.SupplierLot, lot.ID}
	for _, known := range m.Aliases[key] {
		if known == a {
			return nil
		}
	}
	put(m.State, m.Aliases, key, append(m.Aliases[key][:len(m.Aliases[key]):len(m.Aliases[key])], a))
	m.e.Aliases = append(m.e.Aliases, a)
	return nil
}

// unitsIn brings units in: those not known are born, those known come back from where they were last put outside.
func (m *decision) unitsIn(p *Product, it *ItemDraft, lot *Lot, item Item) *Error {
	known := m.Serials[p.ID]
	var back []*Unit
	var fresh []string
	for _, serial := range it.Units {
		u, err := known[serial], (*Error)(nil)
		if u == nil && !it.New {
			if u, err = m.corrected(p, serial); err != nil {
				return err
			}
		}
		if u != nil {
			back = append(back, u)
		} else {
			fresh = append(fresh, serial)
		}
	}
	if len(fresh) > 0 && (!m.births || m.new && !it.New) {
		return Errorf(NotFound, CodeUnknownUnit, "units", "product %s has no unit %q; a unit of unknown history comes in only when marked new", p.SKU, clip(fresh[0]))
	}
	if err := m.comesBack(p, back, lot, &item); err != nil {
		return err
	}
	if len(back) > 0 {
		if err := m.postUnits(p, it, back, func(u *Unit) Item {
			line := item
			line.From = u.Place
			line.Noted = m.flow.partner && m.Places[u.Place].Partner != m.partner.ID
			return line
		}); err != nil {
			return err
		}
		for _, u := range back {
			m.born.units = append(m.born.units, u.ID)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return m.bearUnits(p, it, fresh, item)
}

// corrected finds the unit that had the serial number until it was corrected. What is returned or handed on under it is that unit;
// what else comes in may be another that is rightly called so, and is asked about.
func (m *decision) corrected(p *Product, serial string) (*Unit, *Error) {
	u, err := m.formerUnit(p.ID, serial)
	if u == nil || err != nil || m.d.Kind == KindReturn || m.d.Kind == KindDisassemble || m.tookIn(u.ID) {
		return u, err
	}
	err = Errorf(Conflict, CodeUnitExists, "units", "%s is what unit %s of %s was called until it was corrected: name that one, or mark the item new if this is another", clip(serial), u.Serial, p.SKU)
	err.About = []string{u.Serial}
	return nil, err
}

// comesBack checks that units which are known already may come in again.
func (m *decision) comesBack(p *Product, back []*Unit, lot *Lot, item *Item) *Error {
	for _, u := range back {
		if !m.mayComeFrom(m.Places[u.Place], item) {
			return m.exists(p, u)
		}
		// A unit changes its lot only in a transformation that has it on both sides.
		if lot != nil && u.Lot != lot.ID && !m.tookIn(u.ID) {
			return Errorf(Conflict, CodeLotDiffers, "lot", "unit %s is of %s, not of lot %s: a unit's lot is fixed at birth", u.Serial, m.lotName(u.Lot), lot.Code)
		}
	}
	return nil
}

// mayComeFrom reports whether a known unit that is there may come in.
func (m *decision) mayComeFrom(at *Place, item *Item) bool {
	switch {
	case item.Role == Output:
		// A transformation hands on what it took in, or what an earlier one built in; a disassembly also what another site built in.
		return at.ID == item.From || m.d.Kind == KindDisassemble && at.Kind == PlaceProduction
	case at.Kind == PlaceOpening:
		return true // a reversal took it back: it was never here
	case m.d.Kind == KindOpening:
		return false
	case m.d.Kind == KindFound || m.d.Kind == KindCount:
		return at.Kind == PlaceFound || at.Outside() && at.Kind != PlacePartner
	}
	return at.Outside() || at.Kind == PlaceFound
}

// tookIn reports whether the transformation's group that is being decided has the unit among its inputs.
func (m *decision) tookIn(unit int64) bool {
	return slices.ContainsFunc(m.inputs, func(it Item) bool { return it.Units.Contains(unit) })
}

func (m *decision) exists(p *Product, u *Unit) *Error {
	err := Errorf(Conflict, CodeUnitElsewhere, "units", "unit %s of %s is known already and is at %s: it cannot come in", u.Serial, p.SKU, m.PlaceName(u.Place))
	err.About = []string{u.Serial}
	return err
}

func (m *decision) bearUnits(p *Product, it *ItemDraft, serials []string, item Item) *Error {
	first := m.Next.Unit
	m.Next.Unit += int64(len(serials))
	units := make([]Unit, len(serials))
	births := make([]*Unit, len(serials))
	known := m.Serials[p.ID]
	if known == nil {
		known = make(map[string]*Unit, len(serials))
		put(m.State, m.Serials, p.ID, known)
	}
	before := len(known)
	for i, serial := range serials {
		u := &units[i]
		*u = Unit{ID: first + int64(i), Product: p.ID, Serial: serial, Lot: item.Lot, Place: item.To, HistoryUnknown: m.unknown}
		births[i] = u
		known[serial] = u
		m.Units[u.ID] = u
		m.born.units = append(m.born.units, u.ID)
	}
	m.onUndo(func() {
		m.Next.Unit = first
		for _, u := range births {
			delete(known, u.Serial)
			delete(m.Units, u.ID)
		}
	})
	if len(known) != before+len(serials) {
		return Errorf(Invalid, CodeDuplicateUnit, "units", "a unit of %s is named twice", p.SKU)
	}
	for _, serial := range serials {
		if err := CheckCode("units", serial, MaxCode); err != nil {
			return err
		}
	}
	m.e.Births = append(m.e.Births, births...)
	item.Born = true
	item.Units = Runs{{First: first, Last: first + int64(len(serials)) - 1}}
	item.Quantity = Units(len(serials))
	return m.post(it, item)
}

// holdBorn puts what the movement brought in on hold where a rule of the product or supplier, or its unknown history, asks for it.
func (m *decision) holdBorn() *Error {
	reason := func(p *Product, newborn bool) string {
		switch {
		case newborn && m.held:
			return "history unknown"
		case p.HoldWhen&m.flow.hold != 0:
			return "product " + p.SKU + " starts on hold"
		case p.Tracking != TrackNone && m.groupOf(p).HoldWhen&m.flow.hold != 0:
			return "product group " + m.groupOf(p).Code + " starts on hold"
		case m.partner != nil && m.d.Kind == KindReceive && m.partner.HoldWhen&HoldReceived != 0:
			return "supplier " + m.partner.Code + " starts on hold"
		}
		return ""
	}
	held := map[int64]bool{}
	for _, lot := range m.born.lots {
		if p := m.ProductIDs[lot.Product]; p.Tracking == TrackLot {
			if why := reason(p, true); why != "" {
				held[lot.ID] = true
				m.follow(&Hold{Lot: lot.ID, Reason: why})
			}
		}
	}
	for _, slot := range m.born.slots {
		if why := reason(m.ProductIDs[slot.Product], false); why != "" && !held[slot.Lot] && !m.pinned(slot.Place, slot.Lot) {
			m.follow(&Hold{Lot: slot.Lot, Place: slot.Place, Reason: why})
		}
	}
	newborn := map[int64]bool{}
	for _, u := range m.e.Births {
		newborn[u.ID] = true
	}
	// A hold is on units of one product, so that a serial names one of them when some are released.
	type cause struct {
		product int64
		why     string
	}
	units := map[cause][]int64{}
	var order []cause
	for _, id := range m.born.units {
		p := m.ProductIDs[m.Units[id].Product]
		c := cause{p.ID, reason(p, newborn[id])}
		if c.why == "" {
			continue
		}
		if units[c] == nil {
			order = append(order, c)
		}
		units[c] = append(units[c], id)
	}
	for _, c := range order {
		m.follow(&Hold{Units: RunsOf(units[c]), Reason: c.why})
	}
	return nil
}

// follow keeps a hold that the movement entails, as an entry of its own behind it.
func (m *decision) follow(h *Hold) {
	m.entail(m.e, h)
}
