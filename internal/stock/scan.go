package stock

import (
	"cmp"
	"maps"
	"slices"
)

// Scanner says what is special about whoever scans.
type Scanner struct {
	Separator      string `json:"separator,omitempty" doc:"What the scanner sends for FNC1 besides GS, ^ and {GS}: some send ~ or |." maxLength:"10"`
	LostSeparators bool   `json:"lost_separators,omitempty" doc:"The scanner drops GS: a value that is as long as it may be ends there."`
}

// ScanTexts are the codes that were scanned of the item, in their order.
func (it *ItemDraft) ScanTexts() []string {
	if it.Scan == "" {
		return it.Scans
	}
	return append([]string{it.Scan}, it.Scans...)
}

// Each visits every item of the draft with its path.
func (d *MovementDraft) Each(visit func(path string, it *ItemDraft)) { d.each(visit) }

// Scanned reports whether an item carries a scan in place of identifiers.
func (d *MovementDraft) Scanned() (yes bool) {
	d.each(func(_ string, it *ItemDraft) { yes = yes || it.Scan != "" || len(it.Scans) > 0 })
	return yes
}

// unresolved refuses scans that nobody has read yet: a kept movement that could not be told carries them still.
func unresolved() *Error {
	return Errorf(Invalid, CodeUnsupported, "items", "there are scans still that nobody has read: send it again, with the scans or with what they mean")
}

// Goods are what a scan says of goods, and what of it the ledger knows: a product, and with it a lot or a unit.
type Goods struct {
	Product *Product
	LotCode string // as it was scanned
	Lot     *Lot   // nil where it is not known
	Serial  string
	Unit    *Unit
	Dates   Dates // as they were scanned
	Stock   map[int64]Quantity
}

// LotsCalled are the lots of a product that a code can mean: the one that we call so, and those that partners call so, or with a partner given only that one.
func (s *State) LotsCalled(p *Product, code string, partner int64) []*Lot {
	var out []*Lot
	if l := s.LotCodes[LotKey{p.ID, code}]; l != nil {
		out = append(out, l)
	}
	for _, a := range s.Aliases[LotKey{p.ID, code}] {
		if l := s.Lots[a.Lot]; l != nil && (partner == 0 || a.Partner == 0 || a.Partner == partner) && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// UnitsCalled are the units of a product that a serial number can mean: the one that has it, else those that had it before they were corrected.
func (s *State) UnitsCalled(p *Product, serial string) []*Unit {
	if u := s.Serials[p.ID][serial]; u != nil {
		return []*Unit{u}
	}
	var out []*Unit
	for _, id := range s.FormerSerials[LotKey{p.ID, serial}] {
		if u := s.Units[id]; u != nil && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// Located is a quantity at a place.
type Located struct {
	Place    int64
	Quantity Quantity
}

// Where is what the ledger has of the goods in real places, in the order of the places' ids. Of a unit it is the unit alone.
func (s *State) Where(g *Goods) []Located {
	at := map[int64]Quantity{}
	switch {
	case g.Unit != nil:
		at[g.Unit.Place] = One
	case g.Product.Tracking == TrackSerial && g.Serial != "", g.Product.Tracking != TrackNone && g.LotCode != "" && g.Lot == nil:
	case g.Lot != nil || g.Product.Tracking == TrackNone:
		lot := int64(0)
		if g.Lot != nil {
			lot = g.Lot.ID
		}
		for slot, b := range s.Balances {
			if p := s.Places[slot.Place]; slot.Product == g.Product.ID && slot.Lot == lot && p != nil && p.Real() && b.Quantity > 0 {
				at[slot.Place] = b.Quantity
			}
		}
	default:
		for place, q := range g.Stock {
			if q > 0 {
				at[place] = q
			}
		}
	}
	out := make([]Located, 0, len(at))
	for _, place := range slices.Sorted(maps.Keys(at)) {
		out = append(out, Located{place, at[place]})
	}
	return out
}

// Remarks are what whoever scans the goods should know: each is an Error that refuses nothing. site may be nil: then goods may be anywhere.
func (s *State) Remarks(g *Goods, site *Site, day Date) []*Error {
	var out []*Error
	add := func(kind ErrorKind, code, field, format string, args ...any) {
		out = append(out, Errorf(kind, code, field, format, args...))
	}
	p := g.Product
	if !p.Active {
		add(Conflict, CodeNotActive, "product", "product %s is no longer active", p.SKU)
	}
	switch {
	case g.LotCode != "" && p.Tracking == TrackNone:
		add(Invalid, CodeLotNotAllowed, "lot", "product %s is not tracked by lot: lot %s is not kept", p.SKU, clip(g.LotCode))
	case g.LotCode != "" && g.Lot == nil:
		add(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q", p.SKU, clip(g.LotCode))
	}
	switch {
	case g.Serial != "" && p.Tracking != TrackSerial:
		add(Invalid, CodeUnitsNotAllowed, "serial", "product %s is not tracked by serial number: %s is not kept", p.SKU, clip(g.Serial))
	case g.Serial != "" && g.Unit == nil:
		add(NotFound, CodeUnknownUnit, "serial", "product %s has no unit %q", p.SKU, clip(g.Serial))
	case g.Unit != nil && g.LotCode != "" && (g.Lot == nil || g.Unit.Lot != g.Lot.ID):
		add(Conflict, CodeLotDiffers, "lot", "unit %s is of %s, the code says lot %s", g.Unit.Serial, s.lotName(g.Unit.Lot), clip(g.LotCode))
	}
	lot := s.lotOf(g)
	if lot != nil {
		for _, f := range dateFields {
			if given, own := *g.Dates.at(f.Value), *lot.Dates.at(f.Value); given != 0 && own != 0 && given != own {
				add(Conflict, CodeLotDiffers, f.Name, "the code says %s %s, lot %s has %s", f.Name, given, lot.Code, own)
			}
		}
		if lot.Dates.Past(day) {
			add(Conflict, CodePastDate, "lot", "lot %s passed its date, %s", lot.Code, lot.Dates.Governing())
		}
		if h := s.lotHold(lot.ID); h != nil {
			add(Conflict, CodeLotOnHold, "lot", "lot %s is on hold: %s", lot.Code, h.Reason)
		}
	} else if g.Dates.Past(day) {
		add(Conflict, CodePastDate, "lot", "the code's date, %s, is past", g.Dates.Governing())
	}
	return append(out, s.placeRemarks(g, lot, site)...)
}

// placeRemarks say what is to be known about where the goods are.
func (s *State) placeRemarks(g *Goods, lot *Lot, site *Site) (out []*Error) {
	add := func(code, field, format string, args ...any) {
		out = append(out, Errorf(Conflict, code, field, format, args...))
	}
	lotID := int64(0)
	if lot != nil {
		lotID = lot.ID
	}
	if u := g.Unit; u != nil {
		if u.Holds > 0 {
			add(CodeUnitOnHold, "serial", "unit %s is on hold", u.Serial)
		}
		at := s.Places[u.Place]
		if at == nil || !at.Real() || site != nil && at.Site != site.ID {
			add(CodeUnitElsewhere, "serial", "unit %s is at %s", u.Serial, s.PlaceName(u.Place))
			return out
		}
	}
	where := s.Where(g)
	for _, at := range where {
		if s.Places[at.Place].Real() && s.pinned(at.Place, lotID) {
			add(CodePlaceBlocked, "place", "%s is blocked", s.PlaceName(at.Place))
		}
	}
	if site != nil && lot != nil && g.Unit == nil && !slices.ContainsFunc(where, func(at Located) bool { return s.Places[at.Place].Site == site.ID }) {
		add(CodeInsufficientStock, "lot", "site %s has nothing of lot %s", site.Code, lot.Code)
	}
	return out
}

// lotOf is the lot of the goods: the unit's, else the one that was scanned.
func (s *State) lotOf(g *Goods) *Lot {
	if g.Unit != nil && g.Unit.Lot != 0 {
		return s.Lots[g.Unit.Lot]
	}
	return g.Lot
}

// The stations at which goods are scanned.
const (
	StationReceive = "receive"
	StationMove    = "move"
	StationShip    = "ship"
	StationMake    = "make"
	StationCount   = "count"
	StationLookUp  = "look_up"
)

// Step is what can be done next with what was scanned: at which station, by which kind of movement. Barred says what stands in the way.
type Step struct {
	Station string
	Kind    Kind // KindNone for looking up
	Barred  *Error
}

// Steps derive from where goods are what can be done with them next.
func (s *State) Steps(g *Goods, day Date) []Step {
	look := Step{Station: StationLookUp}
	switch {
	case !g.Product.Active:
		return []Step{look}
	case g.Unit != nil:
		return append(s.unitSteps(g, day), look)
	}
	unseen := g.Product.Tracking == TrackSerial && g.Serial != "" || g.Product.Tracking != TrackNone && g.LotCode != "" && g.Lot == nil
	where := s.Where(g)
	out := []Step{{Station: StationReceive, Kind: KindReceive}}
	if unseen { // it is born by receiving or making it
		return append(out, Step{Station: StationMake, Kind: KindMake}, look)
	}
	if g.Lot != nil {
		out = append(out, Step{Station: StationReceive, Kind: KindReturn})
	}
	if len(where) > 0 {
		barred := s.barred(g, where, day)
		out = append(out, Step{Station: StationMove, Kind: KindMove}, Step{StationShip, KindShip, barred}, Step{StationMake, KindMake, barred})
	}
	return append(out, Step{Station: StationCount, Kind: KindCount}, look)
}

func (s *State) unitSteps(g *Goods, day Date) []Step {
	at := s.Places[g.Unit.Place]
	switch {
	case at.Real():
		barred := s.barred(g, s.Where(g), day)
		return []Step{{Station: StationMove, Kind: KindMove}, {StationShip, KindShip, barred}, {StationMake, KindMake, barred}, {Station: StationCount, Kind: KindCount}}
	case at.Kind == PlaceTransit:
		return []Step{{Station: StationReceive, Kind: KindArrive}}
	case at.Kind == PlacePartner:
		return []Step{{Station: StationReceive, Kind: KindReturn}, {Station: StationReceive, Kind: KindReceive}}
	case at.Kind == PlaceLoss:
		return []Step{{Station: StationCount, Kind: KindFound}}
	}
	return nil
}

// barred is why the goods cannot be shipped or used up, nil where some of them can.
func (s *State) barred(g *Goods, where []Located, day Date) (first *Error) {
	lot := s.lotOf(g)
	lotID := int64(0)
	if lot != nil {
		lotID = lot.ID
		if h := s.lotHold(lotID); h != nil {
			return Errorf(Conflict, CodeLotOnHold, "lot", "lot %s is on hold: %s", lot.Code, h.Reason)
		}
		if g.Product.Past == PastBlocks && lot.Dates.Past(day) {
			return Errorf(Conflict, CodePastDate, "lot", "lot %s passed its date, %s", lot.Code, lot.Dates.Governing())
		}
	}
	if g.Unit != nil && g.Unit.Holds > 0 {
		return Errorf(Conflict, CodeUnitOnHold, "serial", "unit %s is on hold", g.Unit.Serial)
	}
	for _, at := range where {
		if !s.pinned(at.Place, lotID) {
			return nil
		}
		first = cmp.Or(first, Errorf(Conflict, CodePlaceBlocked, "place", "%s is blocked", s.PlaceName(at.Place)))
	}
	return first
}

// PlaceSteps are what can be done next at a location.
func PlaceSteps(p *Place) []Step {
	if !p.Active || !p.Real() {
		return []Step{{Station: StationLookUp}}
	}
	return []Step{{Station: StationReceive, Kind: KindReceive}, {Station: StationMove, Kind: KindMove}, {Station: StationCount, Kind: KindCount}, {Station: StationLookUp}}
}

// PartnerSteps are what can be done next with a partner: by its roles, and anything where none was said.
func PartnerSteps(p *Partner) []Step {
	var out []Step
	if p.Active && (p.Roles == 0 || p.Roles&(Supplier|Maker) != 0) {
		out = append(out, Step{Station: StationReceive, Kind: KindReceive}, Step{Station: StationShip, Kind: KindReturnToSupplier})
	}
	if p.Active && (p.Roles == 0 || p.Roles&Customer != 0) {
		out = append(out, Step{Station: StationShip, Kind: KindShip}, Step{Station: StationReceive, Kind: KindReturn})
	}
	return append(out, Step{Station: StationLookUp})
}
