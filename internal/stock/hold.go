package stock

// Hold blocks a lot, units, a lot at a place or a whole place until it is released. Its id is its entry's.
type Hold struct {
	ID       int64
	Lot      int64
	Place    int64
	Units    Runs // still held
	Reason   string
	Released int64 // the entry that released the last of it, 0 while it holds
}

// HoldDraft asks for a hold. Product and lot hold a lot, with site and location only what of it is there; product and
// units hold units; site and location alone hold all that is there.
type HoldDraft struct {
	Scan     string   `json:"scan,omitempty" doc:"A scanned code of a lot, a unit or a location in place of what names it. What the hold says beside it must agree."`
	Scans    []string `json:"scans,omitempty" doc:"Several scans of one lot or unit, judged together." maxItems:"10"`
	Scanner  *Scanner `json:"scanner,omitempty" doc:"What is special about the scanner."`
	Product  string   `json:"product,omitempty"`
	Lot      string   `json:"lot,omitempty"`
	Units    []string `json:"units,omitempty" doc:"Serial numbers or ranges."`
	Site     string   `json:"site,omitempty"`
	Location string   `json:"location,omitempty"`
	Reason   string   `json:"reason" maxLength:"500"`
	Note     string   `json:"note,omitempty" maxLength:"4000"`
	Occurred Time     `json:"occurred_at,omitempty" doc:"Since when the goods are held, RFC 3339. Now, when left out."`
}

func (d *HoldDraft) kind() Kind { return KindHold }

func (d *HoldDraft) needs(n *Needs) {
	n.SKU(d.Product)
	n.Lot(d.Product, d.Lot)
	n.Units(d.Product, d.Units)
	n.Site(d.Site)
	n.Location(d.Site, d.Location)
}

// ExpandUnits turns serial ranges into single serials, before the state is loaded.
func (d *HoldDraft) ExpandUnits() *Error { return expand(&d.Units) }

func expand(units *[]string) *Error {
	if len(*units) == 0 {
		return nil
	}
	out, err := ExpandSerials(*units, MaxUnits)
	if err != nil {
		fault, _ := AsError(err)
		return fault
	}
	*units = out
	return nil
}

func (d *HoldDraft) decide(s *State, e *Entry) *Error {
	if d.Scan != "" || len(d.Scans) > 0 {
		return unresolved()
	}
	if d.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a hold needs a reason")
	}
	if err := e.describe("", d.Reason, d.Note, nil); err != nil {
		return err
	}
	if d.Occurred != 0 {
		e.OccurredAt = d.Occurred
	}
	if e.OccurredAt > s.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	}
	h := &Hold{ID: e.ID, Reason: d.Reason}
	if d.Location != "" || d.Site != "" {
		site, err := s.site("site", d.Site)
		if err != nil {
			return err
		}
		at, err := s.location("location", site, d.Location)
		if err != nil {
			return err
		}
		h.Place, e.Site = at.ID, site.ID
	}
	switch {
	case d.Product == "" && (d.Lot != "" || len(d.Units) > 0):
		return Errorf(Invalid, CodeRequired, "product", "name the product of the lot or the units")
	case d.Product == "" && h.Place == 0:
		return Errorf(Invalid, CodeRequired, "product", "say what to hold: a lot, units, or a location")
	case d.Product == "":
	default:
		if err := d.goods(s, h); err != nil {
			return err
		}
	}
	e.Hold, e.Held = h, h.Units
	if at := s.heldAt(h); len(h.Units) > 0 && len(at) == 1 {
		e.Site = at[0]
	}
	s.applyHold(h)
	return nil
}

func (d *HoldDraft) goods(s *State, h *Hold) *Error {
	p, err := s.product("product", d.Product)
	if err != nil {
		return err
	}
	if len(d.Units) > 0 {
		if d.Lot != "" || h.Place != 0 {
			return Errorf(Invalid, CodeUnsupported, "units", "a hold is on units or on a lot or on a place: make one hold for each")
		}
		units, err := s.units(p, d.Units)
		if err != nil {
			return err
		}
		ids := make([]int64, len(units))
		for i, u := range units {
			ids[i] = u.ID
		}
		h.Units = RunsOf(ids)
		return nil
	}
	if d.Lot == "" {
		return Errorf(Invalid, CodeRequired, "lot", "name the lot or the units of %s to hold", p.SKU)
	}
	lot, err := s.lot(p, d.Lot)
	if err != nil {
		return err
	}
	h.Lot = lot.ID
	return nil
}

// applyHold makes a hold count in the state.
func (s *State) applyHold(h *Hold) {
	put(s, s.Holds, h.ID, h)
	s.DirtyHolds[h.ID] = true
	switch {
	case h.Lot != 0:
		put(s, s.LotHolds, h.Lot, with(s.LotHolds[h.Lot], h))
	case h.Place != 0:
		put(s, s.SiteHolds, h.Place, with(s.SiteHolds[h.Place], h))
	}
	s.countHolds(h.Units, 1)
}

// countHolds raises or lowers the number of holds on each unit.
func (s *State) countHolds(units Runs, by int) {
	slots := map[Slot]int{}
	var fresh []int64 // not dirty before
	for id := range units.All() {
		u := s.Units[id]
		if u.Holds == 0 || u.Holds+by == 0 {
			slots[Slot{u.Product, u.Lot, u.Place}] += by
		}
		u.Holds += by
		if _, dirty := s.DirtyUnits[id]; !dirty {
			fresh = append(fresh, id)
			s.DirtyUnits[id] = struct{}{}
		}
	}
	for slot, n := range slots {
		put(s, s.HeldUnits, slot, s.HeldUnits[slot]+n)
	}
	if len(units) > 0 {
		s.onUndo(func() {
			for id := range units.All() {
				s.Units[id].Holds -= by
			}
			for _, id := range fresh {
				delete(s.DirtyUnits, id)
			}
		})
	}
}

func with(list []*Hold, h *Hold) []*Hold { return append(list[:len(list):len(list)], h) }

func without(list []*Hold, h *Hold) []*Hold {
	out := make([]*Hold, 0, len(list))
	for _, other := range list {
		if other.ID != h.ID {
			out = append(out, other)
		}
	}
	return out
}

// anyFreeUnit reports whether a slot has a unit that no hold names.
func (s *State) anyFreeUnit(slot Slot) bool {
	return s.Balances[slot].Quantity > Units(s.HeldUnits[slot])
}

// ReleaseDraft lifts a hold, whole or for some of its units, and moves goods out of blocking locations, or into one:
// to release a lot in part, move the part that stays held to a blocking location in the same release.
type ReleaseDraft struct {
	Hold     int64       `json:"hold,omitempty" doc:"The hold to lift: its entry. Left out where goods only leave a blocking location."`
	Units    []string    `json:"units,omitempty" doc:"Only these of the held units."`
	Site     string      `json:"site,omitempty" doc:"Site of the items."`
	Scanner  *Scanner    `json:"scanner,omitempty" doc:"What is special about the scanner, where items carry scans."`
	Items    []ItemDraft `json:"items,omitempty" doc:"Moves from a blocking location back to a free one, or of the part that stays held to a blocking one."`
	Override string      `json:"override,omitempty" maxLength:"500" doc:"Why goods are released that lack what their quality plan asks for, or why it is recorded for a day up to which the books are closed."`
	Reason   string      `json:"reason" maxLength:"500"`
	Note     string      `json:"note,omitempty" maxLength:"4000"`
	Capture  string      `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
	Occurred Time        `json:"occurred_at,omitempty"`
}

func (d *ReleaseDraft) kind() Kind { return KindRelease }

func (d *ReleaseDraft) needs(n *Needs) {
	n.HoldID(d.Hold)
	n.Site(d.Site)
	n.HeldSerials(d.Hold, d.Units)
	for i := range d.Items {
		it := &d.Items[i]
		n.SKU(it.Product)
		n.Location(d.Site, it.From)
		n.Location(d.Site, it.To)
		n.Units(it.Product, it.Units)
		n.Lot(it.Product, it.Lot)
		n.StockOf(it.Product, d.Site)
	}
}

// ExpandUnits turns serial ranges into single serials, before the state is loaded.
func (d *ReleaseDraft) ExpandUnits() *Error {
	if err := expand(&d.Units); err != nil {
		return err
	}
	for i := range d.Items {
		if err := expand(&d.Items[i].Units); err != nil {
			return err.At(index("items", i))
		}
	}
	return nil
}

func (d *ReleaseDraft) decide(s *State, e *Entry) *Error {
	if d.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a release needs a reason: what was found")
	}
	e.Override = d.Override
	if err := e.describe(d.Capture, d.Reason, d.Note, nil); err != nil {
		return err
	}
	if d.Hold == 0 && len(d.Items) == 0 {
		return Errorf(Invalid, CodeRequired, "hold", "name the hold to lift, or the items that leave a blocking location")
	}
	if d.Occurred != 0 {
		e.OccurredAt = d.Occurred
	}
	if e.OccurredAt > s.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	}
	if d.Hold != 0 {
		if err := d.lift(s, e); err != nil {
			return err
		}
	}
	if len(d.Items) == 0 {
		return nil
	}
	site, err := s.site("site", d.Site)
	if err != nil {
		return err
	}
	e.Site = site.ID
	m := &decision{State: s, flow: flow{out: true, in: true}, d: &MovementDraft{Kind: KindMove}, e: e, site: site, day: DateOf(e.OccurredAt, site.Zone())}
	for i := range d.Items {
		first := len(e.Items)
		err := m.releaseItem(&d.Items[i])
		if err == nil && d.Hold != 0 {
			err = s.heldBy(s.Holds[d.Hold], e.Lifted, e.Items[first:])
		}
		if err != nil {
			return err.At(index("items", i))
		}
	}
	return nil
}

// heldBy refuses to move other goods under the release of a hold than those it held; lifted are the units taken out of it.
func (s *State) heldBy(h *Hold, lifted Runs, items []Item) *Error {
	for _, it := range items {
		field := ""
		switch {
		case h.Lot != 0 && it.Lot != h.Lot:
			field = "lot"
		case h.Lot != 0:
		case h.Place != 0 && !s.inside(it.From, h.Place) && !s.inside(it.To, h.Place):
			field = "from"
		case h.Place == 0 && (len(it.Units) == 0 || len(it.Units.Minus(h.Units.Union(lifted))) > 0):
			field = "units"
		}
		if field != "" {
			return Errorf(Invalid, CodeInvalidValue, field, "hold %d is not on these goods: release them on their own, without naming the hold", h.ID)
		}
	}
	return nil
}

// releaseItem moves goods across the border between blocking and free locations; quality decides, so nothing bars it.
func (m *decision) releaseItem(it *ItemDraft) *Error {
	from, err := m.location("from", m.site, it.From)
	if err != nil {
		return err
	}
	to, err := m.location("to", m.site, it.To)
	if err != nil {
		return err
	}
	if m.blocking(from) == m.blocking(to) {
		return Errorf(Invalid, CodePlaceBlocked, "to", "a release moves goods out of a blocking location or into one; %s and %s are alike", it.From, it.To)
	}
	p, _, err := m.line(&it)
	if err != nil {
		return err
	}
	before := len(m.e.Items)
	switch p.Tracking {
	case TrackSerial:
		err = m.takeUnits(p, it, from, to, Plain, 0)
	case TrackLot:
		err = m.takeLot(p, it, from, to, Plain, 0)
	default:
		err = m.takePlain(p, it, from, to, Plain, 0)
	}
	if err != nil {
		return err
	}
	return m.weighedOnce(it, before)
}

// lift ends a hold, or takes some units out of it.
func (d *ReleaseDraft) lift(s *State, e *Entry) *Error {
	h := s.Holds[d.Hold]
	if h == nil {
		return Errorf(NotFound, CodeUnknownHold, "hold", "there is no hold %d", d.Hold)
	}
	if h.Released != 0 {
		return Errorf(Conflict, CodeHoldReleased, "hold", "hold %d was released by entry %d", h.ID, h.Released)
	}
	e.About = h.ID
	next := *h
	lifted := h.Units
	if len(d.Units) > 0 {
		var err *Error
		if lifted, err = d.heldUnits(s, h); err != nil {
			return err
		}
	}
	if err := d.judged(s, e, h, lifted); err != nil {
		return err
	}
	next.Units = h.Units.Minus(lifted)
	if len(next.Units) == 0 {
		next.Released = e.ID
	}
	put(s, s.Holds, h.ID, &next)
	s.DirtyHolds[h.ID] = true
	e.Hold, e.Lifted = &next, lifted
	s.countHolds(lifted, -1)
	if next.Released != 0 {
		if h.Lot != 0 {
			put(s, s.LotHolds, h.Lot, without(s.LotHolds[h.Lot], h))
		} else if h.Place != 0 {
			put(s, s.SiteHolds, h.Place, without(s.SiteHolds[h.Place], h))
		}
	}
	return nil
}

func (d *ReleaseDraft) heldUnits(s *State, h *Hold) (Runs, *Error) {
	bySerial := map[string]int64{}
	for id := range h.Units.All() {
		if u := s.Units[id]; u != nil {
			bySerial[u.Serial] = id
		}
	}
	for key, units := range s.FormerSerials {
		for _, id := range units {
			if _, right := bySerial[key.Code]; !right && h.Units.Contains(id) {
				bySerial[key.Code] = id
			}
		}
	}
	ids := make([]int64, 0, len(d.Units))
	for _, serial := range d.Units {
		id, ok := bySerial[serial]
		if !ok {
			return nil, Errorf(NotFound, CodeUnknownUnit, "units", "hold %d does not hold unit %q", h.ID, clip(serial))
		}
		ids = append(ids, id)
	}
	return RunsOf(ids), nil
}

// CleaningDraft says that a mixed location was emptied and cleaned: what comes out later is of no lot from before.
type CleaningDraft struct {
	Site     string `json:"site"`
	Location string `json:"location"`
	Occurred Time   `json:"occurred_at,omitempty"`
	Note     string `json:"note,omitempty" maxLength:"4000"`
}

func (d *CleaningDraft) kind() Kind { return KindCleaning }

func (d *CleaningDraft) needs(n *Needs) {
	n.Site(d.Site)
	n.Location(d.Site, d.Location)
	n.ContentsOf(d.Site, d.Location)
}

func (d *CleaningDraft) decide(s *State, e *Entry) *Error {
	site, err := s.site("site", d.Site)
	if err != nil {
		return err
	}
	at, err := s.location("location", site, d.Location)
	if err != nil {
		return err
	}
	if !at.Mixed {
		return Errorf(Invalid, CodeInvalidValue, "location", "%s is no mixed location: only a tank or silo needs a cleaning to part its lots", d.Location)
	}
	for slot, b := range s.Balances {
		if slot.Place == at.ID && b.Quantity != 0 {
			return Errorf(Conflict, CodeNotEmpty, "location", "%s still holds %s of %s: empty it first, or book the rest as loss", d.Location, b.Quantity, s.ProductIDs[slot.Product].SKU)
		}
	}
	if d.Occurred != 0 {
		e.OccurredAt = d.Occurred
	}
	if e.OccurredAt > s.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	}
	e.Site, e.Cleaned = site.ID, at.ID
	return e.describe("", "", d.Note, nil)
}
