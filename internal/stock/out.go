package stock

// takeOut moves goods of one line out of the site's locations, to a place that is given. It finds the lots, units and
// locations that the line names or leaves to the strategy, and keeps one item for each.
func (m *decision) takeOut(it *ItemDraft, to *Place, role ItemRole, group int) *Error {
	if it.Numbered {
		return Errorf(Invalid, CodeUnsupported, "numbered", "what is taken has its number: name the lot or the units")
	}
	p, from, err := m.line(&it)
	if err != nil {
		return err
	}
	if err := m.leavesOnly(it); err != nil {
		return err
	}
	before := len(m.e.Items)
	switch p.Tracking {
	case TrackSerial:
		err = m.takeUnits(p, it, from, to, role, group)
	case TrackLot:
		err = m.takeLot(p, it, from, to, role, group)
	default:
		err = m.takePlain(p, it, from, to, role, group)
	}
	if err != nil {
		return err
	}
	if err := m.weighedOnce(it, before); err != nil {
		return err
	}
	taken := m.e.Items[before:]
	for i := range taken {
		if err := m.mayLeave(p, &taken[i], to, it); err != nil {
			return err
		}
		if err := m.licensed(p, &taken[i], it); err != nil {
			return err
		}
		if m.enforced && role != Output {
			m.takes = append(m.takes, take{before + i, p, m.override(it), m.path})
		}
	}
	return nil
}

// leavesOnly refuses what only goods that come in may carry, so that a slip is not silently dropped. Dates may be given: they
// prove that the lot in hand is the one that is named.
func (m *decision) leavesOnly(it *ItemDraft) *Error {
	switch {
	case m.d.Kind == KindCount: // which also brings in
	case it.SupplierLot != "":
		return Errorf(Invalid, CodeUnsupported, "supplier_lot", "the partner's code of a lot is kept when it comes in; name ours as lot, or the partner's if it means one lot")
	case it.New:
		return Errorf(Invalid, CodeUnsupported, "new", "goods that leave are known")
	case it.Cautious:
		return Errorf(Invalid, CodeUnsupported, "cautious", "goods that leave are of a lot that has its dates")
	case len(it.LotFields) > 0:
		return Errorf(Invalid, CodeUnsupported, "lot_fields", "goods that leave are of a lot that has its fields")
	case it.Expected != nil:
		return Errorf(Invalid, CodeUnsupported, "expected", "only an output has an expected yield")
	case it.Dates != (Dates{}) && it.Lot == "":
		return Errorf(Invalid, CodeLotRequired, "lot", "dates belong to a lot: name it")
	}
	return nil
}

// sameDates refuses a lot that goods are taken from when other dates are read on them: they are of another lot.
func (it *ItemDraft) sameDates(p *Product, lot *Lot) *Error {
	field, own, given := lot.Dates.differs(it.Dates)
	if field == "" {
		return nil
	}
	err := Errorf(Conflict, CodeLotDiffers, field, "lot %s of %s has the %s date %s, not %s: it is another lot, or the date was misread",
		lot.Code, p.SKU, field, dateWord(own), given)
	err.About = []string{lot.Code}
	return err
}

// weighedOnce refuses a second quantity that would stand at each of several items, and so count several times.
func (m *decision) weighedOnce(it *ItemDraft, before int) *Error {
	if n := len(m.e.Items) - before; n > 1 && it.Second != nil {
		return Errorf(Invalid, CodeLotRequired, "second_quantity", "the goods are of %d lots or places: name each with its own second quantity", n)
	}
	return nil
}

// line resolves what every line has: its product, its location of origin if named, how it was known, its second measure.
// What is counted in packs is turned into the product's unit of measure, in a copy: the draft stays as it was asked for.
func (m *decision) line(line **ItemDraft) (*Product, *Place, *Error) {
	it := *line
	if len(it.ScanTexts()) > 0 {
		return nil, nil, unresolved()
	}
	p, err := m.product("product", it.Product)
	if err != nil {
		return nil, nil, err
	}
	if p.Tracking == TrackNone && it.Lot != "" {
		return nil, nil, Errorf(Invalid, CodeLotNotAllowed, "lot", "product %s is not tracked by lot", p.SKU)
	}
	if p.Tracking != TrackSerial && len(it.Units) > 0 {
		return nil, nil, Errorf(Invalid, CodeUnitsNotAllowed, "units", "product %s is not tracked by serial number", p.SKU)
	}
	if err := it.remarks(); err != nil {
		return nil, nil, err
	}
	if *line, err = it.unpacked(p); err != nil {
		return nil, nil, err
	}
	var from *Place
	if it.From != "" {
		if from, err = m.location("from", m.site, it.From); err != nil {
			return nil, nil, err
		}
	}
	return p, from, nil
}

// remarks checks what a line may carry besides its goods: a second quantity and texts.
func (it *ItemDraft) remarks() *Error {
	if (it.Second == nil) != (it.Measure == "") {
		return Errorf(Invalid, CodeRequired, "second_uom", "a second quantity and its unit of measure go together")
	}
	if it.Second != nil {
		if *it.Second <= 0 {
			return Errorf(Invalid, CodeInvalidQuantity, "second_quantity", "%s is not above zero", *it.Second)
		}
		if err := checkUoM(it.Measure); err != nil {
			err.Field = "second_uom"
			return err
		}
	}
	if err := checkText("captured", it.Captured, 100); err != nil {
		return err
	}
	return checkText("override", it.Override, 500)
}

func (m *decision) override(it *ItemDraft) string {
	if it.Override != "" {
		return it.Override
	}
	return m.d.Override
}

// amount is the quantity of a line, checked against the product's decimals and the units named.
func (it *ItemDraft) amount(p *Product) (Quantity, *Error) {
	if p.Tracking == TrackSerial {
		if len(it.Units) == 0 {
			return 0, Errorf(Invalid, CodeUnitsRequired, "units", "product %s is tracked by serial number: name each unit", p.SKU)
		}
		n := Units(len(it.Units))
		if it.Quantity != nil && *it.Quantity != n {
			return 0, Errorf(Invalid, CodeInvalidQuantity, "quantity", "%d units are named, the quantity says %s", len(it.Units), *it.Quantity)
		}
		return n, nil
	}
	switch {
	case it.Quantity == nil:
		return 0, Errorf(Invalid, CodeRequired, "quantity", "say how much of %s", p.SKU)
	case *it.Quantity <= 0:
		return 0, Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s is not above zero", *it.Quantity)
	case it.Quantity.Decimals() > p.Decimals:
		return 0, Errorf(Invalid, CodeOverPrecise, "quantity", "%s has more than the %d decimals of product %s", *it.Quantity, p.Decimals, p.SKU)
	}
	return *it.Quantity, nil
}

// post keeps an item and moves its goods.
func (m *decision) post(it *ItemDraft, item Item) *Error {
	item.ID = m.take(&m.Next.Item)
	if item.Lot != 0 || len(item.Units) > 0 {
		if item.Known == KnownNone {
			item.Known = m.e.Capture.known()
			if it.How != "" {
				if err := pick("how", &it.How, m.knownWords(), &item.Known); err != nil {
					return err
				}
			}
		}
	}
	item.Second, item.Measure, item.Captured = it.Second, it.Measure, it.Captured
	if len(m.Closings) > 0 {
		item.why = m.override(it)
	}
	if err := m.transfer(&item); err != nil {
		return err
	}
	m.e.Items = append(m.e.Items, item)
	return nil
}

func (m *decision) takePlain(p *Product, it *ItemDraft, from, to *Place, role ItemRole, group int) *Error {
	quantity, err := it.amount(p)
	if err != nil {
		return err
	}
	if from != nil {
		return m.post(it, Item{Product: p.ID, Quantity: quantity, From: from.ID, To: to.ID, Role: role, Group: group})
	}
	return m.spread(p, it, quantity, m.stockOf(p, 0), to, role, group)
}

func (m *decision) takeLot(p *Product, it *ItemDraft, from, to *Place, role ItemRole, group int) *Error {
	quantity, err := it.amount(p)
	if err != nil {
		return err
	}
	if it.Lot == "" {
		if !m.picks || p.Rule() == Manual {
			return Errorf(Invalid, CodeLotRequired, "lot", "product %s is tracked by lot: name the lot", p.SKU)
		}
		return m.spread(p, it, quantity, m.candidates(p, from), to, role, group)
	}
	lot, err := m.lot(p, it.Lot)
	if err != nil {
		return err
	}
	if err := it.sameDates(p, lot); err != nil {
		return err
	}
	if from != nil {
		return m.post(it, Item{Product: p.ID, Lot: lot.ID, Quantity: quantity, From: from.ID, To: to.ID, Role: role, Group: group})
	}
	return m.spread(p, it, quantity, m.stockOf(p, lot.ID), to, role, group)
}

// spread takes a quantity from as many slots as it needs, in their order. Where the line named no lot of a lot-tracked
// product, the lots are known by having been chosen.
func (m *decision) spread(p *Product, it *ItemDraft, quantity Quantity, slots []Slot, to *Place, role ItemRole, group int) *Error {
	known := KnownNone
	if p.Tracking == TrackLot && it.Lot == "" {
		known = Chosen
	}
	left := quantity
	for _, slot := range slots {
		if left == 0 {
			break
		}
		if slot.Place == to.ID {
			continue
		}
		some := min(left, m.Balances[slot].Quantity)
		if some <= 0 {
			continue
		}
		item := Item{Product: p.ID, Lot: slot.Lot, Quantity: some, From: slot.Place, To: to.ID, Known: known, Role: role, Group: group}
		if err := m.post(it, item); err != nil {
			return err
		}
		left -= some
	}
	if left > 0 {
		what := "of " + p.SKU
		if it.Lot != "" {
			what = "of lot " + it.Lot
		}
		free := ""
		if m.uses {
			free = ", not counting what is on hold, blocked or past its date"
		}
		return Errorf(Conflict, CodeInsufficientStock, "quantity", "site %s has %s %s to take%s; %s is asked for",
			m.site.Code, quantity-left, what, free, quantity)
	}
	return nil
}

// takeUnits moves named units, an item for each lot and place they are of.
func (m *decision) takeUnits(p *Product, it *ItemDraft, from, to *Place, role ItemRole, group int) *Error {
	if _, err := it.amount(p); err != nil {
		return err
	}
	units, err := m.units(p, it.Units)
	if err != nil {
		return err
	}
	if it.Lot != "" {
		lot, err := m.lot(p, it.Lot)
		if err != nil {
			return err
		}
		if err := it.sameDates(p, lot); err != nil {
			return err
		}
		for _, u := range units {
			if u.Lot != lot.ID {
				return Errorf(Conflict, CodeLotDiffers, "lot", "unit %s is of %s, not of lot %s", u.Serial, m.lotName(u.Lot), lot.Code)
			}
		}
	}
	for _, u := range units {
		at := m.Places[u.Place]
		if !at.Real() || at.Site != m.site.ID || from != nil && at.ID != from.ID {
			return m.elsewhere(p, u, from)
		}
	}
	return m.postUnits(p, it, units, func(*Unit) Item { return Item{To: to.ID, Role: role, Group: group} })
}

// postUnits keeps one item for each lot and place that the units are in.
func (m *decision) postUnits(p *Product, it *ItemDraft, units []*Unit, item func(*Unit) Item) *Error {
	type key struct {
		lot, place int64
	}
	ids := map[key][]int64{}
	first := map[key]*Unit{}
	var order []key
	for _, u := range units {
		k := key{u.Lot, u.Place}
		if ids[k] == nil {
			order = append(order, k)
			first[k] = u
		}
		ids[k] = append(ids[k], u.ID)
	}
	for _, k := range order {
		line := item(first[k])
		if line.From == 0 {
			line.From = k.place
		}
		if line.Lot == 0 {
			line.Lot = k.lot
		}
		line.Product, line.Units, line.Quantity = p.ID, RunsOf(ids[k]), Units(len(ids[k]))
		if Units(line.Units.Count()) != line.Quantity {
			return Errorf(Invalid, CodeDuplicateUnit, "units", "a unit of %s is named twice", p.SKU)
		}
		if err := m.post(it, line); err != nil {
			return err
		}
	}
	return nil
}

func (s *State) lotName(id int64) string {
	if l := s.Lots[id]; l != nil {
		return "lot " + l.Code
	}
	return "no lot"
}

// elsewhere says where a unit is instead.
func (m *decision) elsewhere(p *Product, u *Unit, from *Place) *Error {
	want := "site " + m.site.Code
	if from != nil {
		want = m.PlaceName(from.ID)
	}
	err := Errorf(Conflict, CodeUnitElsewhere, "units", "unit %s of %s is at %s, not at %s", u.Serial, p.SKU, m.PlaceName(u.Place), want)
	err.About = []string{u.Serial}
	return err
}

// mayLeave judges an item that left a location: blocked is blocked (rule 6).
func (m *decision) mayLeave(p *Product, item *Item, to *Place, it *ItemDraft) *Error {
	uses := m.uses || m.d.Kind == KindReturnToSupplier && !m.supplied(item.Lot)
	if m.pinned(item.From, item.Lot) && !m.leavesPinned(to, item.Lot) {
		return m.breach(item, it, Errorf(Conflict, CodePlaceBlocked, "from",
			"%s is blocked: from there goods go to another blocking location, back by release, to the supplier or to loss", m.PlaceName(item.From)))
	}
	// A transformation of any kind could take goods out of a hold under a new name.
	if !uses && !m.d.Kind.Transforms() {
		return nil
	}
	if h := m.lotHold(item.Lot); h != nil {
		err := Errorf(Conflict, CodeLotOnHold, "lot", "lot %s of %s is on hold: %s", m.Lots[item.Lot].Code, p.SKU, h.Reason)
		err.About = []string{m.Lots[item.Lot].Code}
		return m.breach(item, it, err)
	}
	for id := range item.Units.All() {
		if u := m.Units[id]; u.Holds > 0 {
			err := Errorf(Conflict, CodeUnitOnHold, "units", "unit %s of %s is on hold", u.Serial, p.SKU)
			err.About = []string{u.Serial}
			return m.breach(item, it, err)
		}
	}
	if lot := m.Lots[item.Lot]; uses && lot != nil && p.Past == PastBlocks && lot.Dates.Past(m.day) {
		return m.breach(item, it, Errorf(Conflict, CodePastDate, "lot", "lot %s of %s passed its date, %s, before %s",
			lot.Code, p.SKU, lot.Dates.Governing(), m.day))
	}
	return nil
}

// breach lets a late breach through when a reason is given for it, since it happened (rule 9); any other is refused.
func (m *decision) breach(item *Item, it *ItemDraft, err *Error) *Error {
	why := m.override(it)
	if m.d.Kind == KindReturnToSupplier && !m.supplied(item.Lot) {
		err.Detail += "; " + m.partner.Code + " is neither where the lot came from nor known as a supplier (roles)"
	}
	if !m.late {
		return err
	}
	if why == "" {
		err.Detail += "; a late record of it needs an override with a reason"
		return err
	}
	item.Override = why
	return nil
}

// leavesPinned reports whether goods from a blocked place may go there.
func (m *decision) leavesPinned(to *Place, lot int64) bool {
	switch {
	case to.Real():
		return m.pinned(to.ID, lot)
	case to.Kind == PlaceLoss, to.Kind == PlaceDestruction, to.Kind == PlaceSample, to.Kind == PlaceRetainedSample, to.Kind == PlaceLaboratory:
		return true
	}
	return m.d.Kind == KindReturnToSupplier && m.supplied(lot)
}

// supplied reports whether the movement's partner is one to whom blocked goods may go back: a supplier or maker, or the one
// that the lot came from. What is sent to another is shipped, whatever it is called.
func (m *decision) supplied(lot int64) bool {
	return m.partner.Roles&(Supplier|Maker) != 0 || lot != 0 && m.Lots[lot].Source == m.partner.ID
}

// blocking reports whether a location, or one that it lies in, blocks what is there.
func (s *State) blocking(p *Place) bool {
	for p != nil {
		if p.Blocking || len(s.SiteHolds[p.ID]) > 0 {
			return true
		}
		p = s.Places[p.Parent]
	}
	return false
}

// pinned reports whether goods of the lot may not freely leave the place: it blocks, or the lot is held there.
func (s *State) pinned(place, lot int64) bool {
	p := s.Places[place]
	if !p.Real() {
		return false
	}
	if s.blocking(p) {
		return true
	}
	for _, h := range s.LotHolds[lot] {
		if h.Place != 0 && s.inside(place, h.Place) {
			return true
		}
	}
	return false
}

// lotHold is a hold on the whole lot, wherever it is; nil when there is none.
func (s *State) lotHold(lot int64) *Hold {
	for _, h := range s.LotHolds[lot] {
		if h.Place == 0 {
			return h
		}
	}
	return nil
}

// knownWords are how a line may say that its lot or units were known. Only an imported history tells of choices made elsewhere.
func (m *decision) knownWords() []string {
	if m.e.Capture == CaptureImport {
		return knownNames
	}
	return knownNames[:Chosen]
}
