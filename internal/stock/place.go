package stock

import (
	"fmt"
	"time"
)

// PlaceKind says what a place stands for. Only a location is a real place; the others are virtual and may go below zero.
type PlaceKind uint8

// The kinds of places. A site has one of each from PlaceOpening to PlaceCounterSale, a partner one per address,
// a dispatch between sites one transit of its own.
const (
	PlaceLocation PlaceKind = iota
	PlacePartner
	PlaceTransit
	PlaceOpening
	PlaceProduction
	PlaceLoss
	PlaceFound
	PlaceSample
	PlaceRetainedSample
	PlaceLaboratory
	PlaceOwnUse
	PlaceDonation
	PlaceDestruction
	PlaceCounterSale
)

var placeNames = []string{"location", "partner", "transit", "opening", "production", "loss", "found", "sample",
	"retained_sample", "laboratory", "own_use", "donation", "destruction", "counter_sale"}

func (k PlaceKind) String() string { return placeNames[k] }

// ParsePurpose reads the purpose of an issue: sample, retained_sample, laboratory, own_use, donation, destruction or counter_sale.
func ParsePurpose(name string) (PlaceKind, bool) {
	for k := PlaceSample; k <= PlaceCounterSale; k++ {
		if placeNames[k] == name {
			return k, true
		}
	}
	return 0, false
}

// Place is where quantity can be.
type Place struct {
	ID       int64
	Entry    int64 // the entry that last changed it
	Kind     PlaceKind
	Site     int64 // 0 for a partner's address and a transit
	Parent   int64 // the location that this location lies in, 0 at the top
	Partner  int64
	Dispatch int64  // the entry whose goods this transit carries
	ToSite   int64  // where a transit is bound for
	Code     string // a location's or an address's own code
	Name     string
	GLN      string
	Blocking bool // quarantine: goods here are not shipped or used up
	Mixed    bool // tank or silo: what comes out may be of any lot that went in since the last cleaning
	Zone     bool // strategies look no further than this part of the site
	Active   bool
}

// Real reports whether stock here counts as ours and may never be negative.
func (p *Place) Real() bool { return p.Kind == PlaceLocation }

// Outside reports whether goods here have left us: at a partner, in a purpose or lost.
func (p *Place) Outside() bool {
	return p.Kind == PlacePartner || p.Kind == PlaceLoss || p.Kind >= PlaceSample
}

// Site is a branch of the business.
type Site struct {
	ID       int64
	Entry    int64
	Code     string
	Name     string
	TimeZone string
	GLN      string
	Private  bool
	Contact  string // whom to call about goods of which others see only that they are known here
	Active   bool
	zone     *time.Location
}

// Zone is the site's time zone, in which its business dates are reckoned.
func (s *Site) Zone() *time.Location {
	if s.zone == nil {
		s.zone = time.UTC
		if z, err := time.LoadLocation(s.TimeZone); err == nil {
			s.zone = z
		}
	}
	return s.zone
}

// SiteDraft creates or changes a site.
type SiteDraft struct {
	Code     string   `json:"code" doc:"The site's own key. Unique and never reused." maxLength:"60"`
	Name     *string  `json:"name,omitempty" maxLength:"200"`
	TimeZone *string  `json:"time_zone,omitempty" doc:"IANA name, such as Europe/Berlin. Business dates are reckoned in it." example:"Europe/Berlin"`
	GLN      *string  `json:"gln,omitempty"`
	Private  *bool    `json:"private,omitempty" doc:"Who has no right to read here sees of goods only that they are known at another branch, and whom to call."`
	Contact  *string  `json:"contact,omitempty" maxLength:"200" doc:"Whom to call about goods of which others see only that they are known at another branch: a desk and its number."`
	Active   *bool    `json:"active,omitempty"`
	If       Presence `json:"-"`
}

func (d *SiteDraft) kind() Kind { return KindSite }

func (d *SiteDraft) needs(n *Needs) {
	n.Site(d.Code)
	if deactivates(d.Active) {
		n.AtSite(d.Code)
	}
}

func (d *SiteDraft) decide(s *State, e *Entry) *Error {
	old := s.Sites[d.Code]
	if err := present(d.If, old != nil, CodeSiteExists, CodeUnknownSite, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("code", d.Code, MaxKey); err != nil {
			return err
		}
		if err := noPlaceMarks("code", d.Code); err != nil {
			return err
		}
	}
	next := Site{Code: d.Code, Name: d.Code, TimeZone: "UTC", Active: true}
	if old != nil {
		next = *old
	}
	set(&next.Name, d.Name)
	set(&next.TimeZone, d.TimeZone)
	set(&next.GLN, d.GLN)
	set(&next.Private, d.Private)
	set(&next.Contact, d.Contact)
	set(&next.Active, d.Active)
	if err := checkText("name", next.Name, 200); err != nil {
		return err
	}
	if err := checkText("contact", next.Contact, 200); err != nil {
		return err
	}
	zone, err := time.LoadLocation(next.TimeZone)
	if err != nil || next.TimeZone == "Local" || next.TimeZone == "" {
		return Errorf(Invalid, CodeInvalidValue, "time_zone", "%q is no IANA time zone, such as Europe/Berlin", next.TimeZone)
	}
	if next.GLN != "" && !validGLN(next.GLN) {
		return Errorf(Invalid, CodeInvalidValue, "gln", "%q is not a GLN: 13 digits with a right check digit", next.GLN)
	}
	next.zone = zone
	if old != nil && sameSite(old, &next) {
		e.Unchanged(old.Entry)
		return nil
	}
	if old != nil && old.Active && !next.Active {
		if err := s.stranded("site "+next.Code, func(_ Slot, at *Place) bool { return at.Site == next.ID || at.ToSite == next.ID }); err != nil {
			return err
		}
	}
	if old == nil {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putSite(&next)
	e.Site, e.SiteChange = next.ID, &next
	if old == nil {
		for k := PlaceOpening; k <= PlaceCounterSale; k++ {
			e.Places = append(e.Places, s.putPlace(&Place{ID: s.takeMaster(), Entry: e.ID, Kind: k, Site: next.ID, Active: true}))
		}
	}
	return nil
}

func sameSite(a, b *Site) bool {
	x, y := *a, *b
	x.zone, y.zone = nil, nil
	return x == y
}

// noPlaceMarks keeps the marks out of site and location codes by which places are written: SITE/LOCATION and SITE:purpose.
func noPlaceMarks(field, code string) *Error {
	for _, r := range code {
		if r == '/' || r == ':' {
			return Errorf(Invalid, CodeInvalidCode, field, "%q: a code of a site or location has no %q", code, r)
		}
	}
	return nil
}

// LocationDraft creates or changes a location.
type LocationDraft struct {
	Site     string   `json:"site"`
	Code     string   `json:"code" doc:"Unique in its site and never reused." maxLength:"60"`
	Parent   *string  `json:"parent,omitempty" doc:"Code of the location of the same site that this one lies in; empty for the top."`
	Name     *string  `json:"name,omitempty" maxLength:"200"`
	GLN      *string  `json:"gln,omitempty"`
	Blocking *bool    `json:"blocking,omitempty" doc:"Quarantine: goods here, and in the locations inside, are not shipped or used up."`
	Mixed    *bool    `json:"mixed,omitempty" doc:"Tank or silo: what comes out may be of any lot that went in since the last cleaning."`
	Zone     *bool    `json:"zone,omitempty" doc:"Strategies look no further than this part of the site."`
	Active   *bool    `json:"active,omitempty"`
	If       Presence `json:"-"`
}

func (d *LocationDraft) kind() Kind { return KindLocation }

func (d *LocationDraft) needs(n *Needs) {
	n.Site(d.Site)
	n.Location(d.Site, d.Code)
	if d.Parent != nil {
		n.Location(d.Site, *d.Parent)
	}
	n.Tree(d.Site)
	if d.frees() {
		n.ContentsOf(d.Site, d.Code)
	}
}

// frees reports whether the draft may close a location, lift a block from it or change how its goods mix, which is for empty
// ones only. A location that is put elsewhere may leave a block behind.
func (d *LocationDraft) frees() bool {
	no := func(flag *bool) bool { return flag != nil && !*flag }
	return no(d.Active) || no(d.Blocking) || d.Mixed != nil || d.Parent != nil
}

func (d *LocationDraft) decide(s *State, e *Entry) *Error {
	site, fault := s.site("site", d.Site)
	if fault != nil {
		return fault
	}
	old := s.Locations[PlaceKey{site.ID, d.Code}]
	if err := present(d.If, old != nil, CodeLocationExists, CodeUnknownLocation, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("code", d.Code, MaxKey); err != nil {
			return err
		}
		if err := noPlaceMarks("code", d.Code); err != nil {
			return err
		}
	}
	next := Place{Kind: PlaceLocation, Site: site.ID, Code: d.Code, Name: d.Code, Active: true}
	if old != nil {
		next = *old
	}
	if d.Parent != nil {
		next.Parent = 0
		if *d.Parent != "" {
			parent := s.Locations[PlaceKey{site.ID, *d.Parent}]
			if *d.Parent == d.Code {
				return Errorf(Invalid, CodeLoop, "parent", "%s cannot lie inside itself", d.Code)
			}
			if parent == nil {
				return Errorf(NotFound, CodeUnknownLocation, "parent", "site %s has no location %q", d.Site, *d.Parent)
			}
			next.Parent = parent.ID
		}
	}
	set(&next.Name, d.Name)
	set(&next.GLN, d.GLN)
	set(&next.Blocking, d.Blocking)
	set(&next.Mixed, d.Mixed)
	set(&next.Zone, d.Zone)
	set(&next.Active, d.Active)
	if err := checkText("name", next.Name, 200); err != nil {
		return err
	}
	if next.GLN != "" && !validGLN(next.GLN) {
		return Errorf(Invalid, CodeInvalidValue, "gln", "%q is not a GLN: 13 digits with a right check digit", next.GLN)
	}
	for up, depth := next.Parent, 0; up != 0; depth++ {
		if up == next.ID || depth > 50 {
			return Errorf(Invalid, CodeLoop, "parent", "%s would lie inside itself, or more than 50 locations deep", d.Code)
		}
		up = s.Places[up].Parent
	}
	if old != nil && *old == next {
		e.Unchanged(old.Entry)
		return nil
	}
	if err := s.emptied(old, &next); err != nil {
		return err
	}
	var blocked []Slot
	if old == nil {
		next.ID = s.takeMaster()
	} else {
		blocked = s.blockedIn(old)
	}
	next.Entry = e.ID
	e.Site, e.Places = site.ID, []*Place{s.putPlace(&next)}
	return s.stillBlocked(blocked, old, &next)
}

// blockedIn lists what is in a location, or in one inside it, and may not freely leave.
func (s *State) blockedIn(p *Place) []Slot {
	var out []Slot
	for slot, b := range s.Balances {
		if b.Quantity != 0 && s.inside(slot.Place, p.ID) && s.pinned(slot.Place, slot.Lot) {
			out = append(out, slot)
		}
	}
	return out
}

// stillBlocked refuses a change of a location that frees goods in it, or in one inside it, without a release: its block is
// lifted, or it is put where no block or hold reaches it.
func (s *State) stillBlocked(blocked []Slot, old, next *Place) *Error {
	for _, slot := range blocked {
		if s.pinned(slot.Place, slot.Lot) {
			continue
		}
		field := "parent"
		if old.Blocking && !next.Blocking {
			field = "blocking"
		}
		return Errorf(Conflict, CodeNotEmpty, field, "%s still holds %s of %s, which is blocked there: release it or move it to another blocking location first",
			s.PlaceName(slot.Place), s.Balances[slot].Quantity, s.ProductIDs[slot.Product].SKU)
	}
	return nil
}

// emptied refuses to close a location or to change how it mixes while goods are in it: they would be stranded, parted
// without a cleaning, or mixed without a trace.
func (s *State) emptied(old, next *Place) *Error {
	field := ""
	switch {
	case old == nil:
	case old.Active && !next.Active:
		field = "active"
	case old.Mixed != next.Mixed:
		field = "mixed"
	}
	if field == "" {
		return nil
	}
	for slot, b := range s.Balances {
		if slot.Place == old.ID && b.Quantity != 0 {
			return Errorf(Conflict, CodeNotEmpty, field, "%s still holds %s of %s: move it out first", old.Code, b.Quantity, s.ProductIDs[slot.Product].SKU)
		}
	}
	return nil
}

// PlaceName writes a place as people and files name it: SITE/LOCATION, SITE:purpose, partner:CODE or partner:CODE/ADDRESS, transit:DISPATCH.
func (s *State) PlaceName(id int64) string {
	p := s.Places[id]
	if p == nil {
		return fmt.Sprintf("place:%d", id)
	}
	if s.hides(p.Site) {
		return s.elsewhere(p.Site)
	}
	return p.Ref(s.siteCode(p.Site), s.partnerCode(p.Partner))
}

// Ref writes the place as PlaceName does, given the codes of its site and partner.
func (p *Place) Ref(site, partner string) string {
	switch p.Kind {
	case PlaceLocation:
		if p.Code == "" { // of a site that is hidden from who reads
			return site
		}
		return site + "/" + p.Code
	case PlacePartner:
		if p.Code == "" {
			return "partner:" + partner
		}
		return "partner:" + partner + "/" + p.Code
	case PlaceTransit:
		return fmt.Sprintf("transit:%d", p.Dispatch)
	}
	return site + ":" + p.Kind.String()
}
