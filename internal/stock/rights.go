package stock

import (
	"slices"

	"clew/internal/auth"
)

// right is what recording an entry of a kind asks for, and where.
type right struct {
	may   []auth.Permission // one of them
	where reach
}

// reach says at which sites a right is needed.
type reach uint8

const (
	atSites  reach = iota + 1 // at each site that the entry touches; where it touches none, at some site
	atAll                     // for all sites, as it belongs to none
	askedFor                  // the floors above have asked, as it depends on more than sites
)

func at(may ...auth.Permission) right    { return right{may, atSites} }
func atAny(may ...auth.Permission) right { return right{may, atAll} }

// rights says of every kind of entry what it asks for. A kind that is not here is recorded by nobody.
var rights = map[Kind]right{
	KindProduct: atAny(auth.Manage), KindGroup: atAny(auth.Manage), KindField: atAny(auth.Manage), KindFormat: atAny(auth.Manage),
	KindPartner: atAny(auth.Manage), KindBarcode: atAny(auth.Manage), KindLabel: atAny(auth.Manage), KindTracking: atAny(auth.Manage),
	KindPlan: atAny(auth.Release),
	KindSite: at(auth.Manage), KindLocation: at(auth.Manage), KindClosing: at(auth.Manage),

	KindReceive: at(auth.Move), KindMove: at(auth.Move), KindDispatch: at(auth.Move), KindArrive: at(auth.Move), KindMake: at(auth.Move),
	KindDisassemble: at(auth.Move), KindRepack: at(auth.Move), KindRelabel: at(auth.Move), KindSplit: at(auth.Move), KindMerge: at(auth.Move),
	KindShip: at(auth.Move), KindIssue: at(auth.Move), KindReturn: at(auth.Move), KindReturnToSupplier: at(auth.Move), KindScrap: at(auth.Move),
	KindCleaning: at(auth.Move), KindNumbering: at(auth.Move, auth.Manage),

	KindOpening: at(auth.Adjust), KindFound: at(auth.Adjust), KindLoss: at(auth.Adjust), KindCount: at(auth.Adjust),
	KindResolution: at(auth.Adjust), KindCorrection: at(auth.Adjust),
	KindReversal: at(auth.Reverse),

	KindHold: at(auth.Hold), KindRelease: at(auth.Release), KindInspection: at(auth.Release, auth.Hold),
	KindFile:    at(auth.Move, auth.Adjust, auth.Hold, auth.Release, auth.Manage),
	KindDetails: at(auth.Adjust, auth.Manage),

	KindUser: atAny(auth.People), KindGrant: atAny(auth.People), KindAPIKey: atAny(auth.People), KindStation: atAny(auth.People),
	KindReview:     atAny(auth.Review),
	KindErasure:    atAny(auth.People),
	KindLogKey:     atAny(auth.People),
	KindCredential: {where: askedFor}, // one's own, or as one who keeps people

	KindException: {where: askedFor}, // the movement's own right was
	KindActor:     {where: askedFor}, // introduced with what they record
	KindDevice:    {where: askedFor},
	KindAct:       {where: askedFor}, // by its route
	KindSetting:   atAny(auth.People),
}

// unbound reports whether a principal may do everything everywhere, so that nothing need be asked.
func unbound(p *auth.Principal) bool {
	return p != nil && p.Machine && p.Scopes == nil && p.Sites == nil
}

// hides reports whether the asker of the draft being decided may know nothing of a site.
func (s *State) hides(site int64) bool {
	v := s.SiteIDs[site]
	return s.by != nil && v != nil && !s.by.Sees(site, v.Private)
}

// may asks for a right at a site; 0 is a site that does not exist yet, and so all of them.
func (s *State) may(r right, site int64) *Error {
	if slices.ContainsFunc(r.may, func(do auth.Permission) bool { return s.by.May(do, site) }) {
		return nil
	}
	words := string(r.may[0])
	if site == 0 {
		return Errorf(Forbidden, CodeNotPermitted, "", "this asks for the right to %s at all sites", words)
	}
	err := Errorf(Forbidden, CodeNotPermitted, "site", "this asks for the right to %s at %s", words, s.siteName(site))
	if !s.hides(site) {
		err.About = []string{s.siteCode(site)}
	}
	return err
}

// Elsewhere stands for a site of which somebody may know no more than that it has the goods.
const Elsewhere = "another branch"

// siteName names a site to who asks.
func (s *State) siteName(site int64) string {
	if s.hides(site) {
		return s.elsewhere(site)
	}
	return "site " + s.siteCode(site)
}

// elsewhere says of a hidden site what may be said of it.
func (s *State) elsewhere(site int64) string {
	if v := s.SiteIDs[site]; v != nil {
		return v.Elsewhere()
	}
	return Elsewhere
}

// Elsewhere is what may be said of a site that is hidden from somebody.
func (v *Site) Elsewhere() string {
	if v.Contact != "" {
		return Elsewhere + " (call " + v.Contact + ")"
	}
	return Elsewhere
}

// permitted asks for the rights that a draft needs by what it names, before anything is told of it. What is hidden from the asker
// is answered as if it were not there.
func (s *State) permitted(kind Kind, body Body) *Error {
	if unbound(s.by) {
		return nil
	}
	if s.by == nil {
		return Errorf(Forbidden, CodeNotPermitted, "", "nobody is known to ask this")
	}
	r, known := rights[kind]
	if !known {
		return Errorf(Forbidden, CodeNotPermitted, "", "nobody may record a %s", kind)
	}
	switch r.where {
	case askedFor:
		return nil
	case atAll:
		return s.may(r, auth.Everywhere)
	}
	if !slices.ContainsFunc(r.may, s.by.Anywhere) {
		return Errorf(Forbidden, CodeNotPermitted, "", "this asks for the right to %s", r.may[0])
	}
	sites, err := s.named(body)
	for i := 0; i < len(sites) && err == nil; i++ {
		err = s.may(r, sites[i])
	}
	if m, ok := body.(*ResolveDraft); ok && err == nil && m.movement != nil && m.Action == "post" {
		err = s.permitted(m.movement.Kind, m.movement)
	}
	return err
}

// named lists the sites at which a draft asks for something, by what it names.
func (s *State) named(body Body) (sites []int64, err *Error) {
	site := func(field, code string) {
		if v := s.Sites[code]; v != nil && err == nil {
			if s.hides(v.ID) {
				err = Errorf(NotFound, CodeUnknownSite, field, "there is no site %q", clip(code))
			}
			sites = append(sites, v.ID)
		}
	}
	switch d := body.(type) {
	case *MovementDraft:
		site("site", d.Site)
		if was := s.Entries[d.Reverses]; was != nil {
			if s.hides(was.Site) {
				return nil, Errorf(NotFound, CodeUnknownEntry, "reverses", "there is no entry %d", d.Reverses)
			}
			sites = append(sites, was.Site)
		}
		if sent := s.Entries[d.Dispatch]; sent != nil && s.hides(sent.Site) && !s.boundFor(sent, sites) {
			return nil, Errorf(NotFound, CodeUnknownEntry, "dispatch", "there is no entry %d", d.Dispatch)
		}
	case *HoldDraft:
		if site("site", d.Site); d.Site == "" {
			sites = append(sites, s.whereabouts(d.Product, d.Lot, d.Units)...)
		}
	case *ReleaseDraft:
		site("site", d.Site)
		if h := s.Holds[d.Hold]; h != nil {
			held := s.heldAt(h)
			if slices.ContainsFunc(held, s.hides) {
				return nil, Errorf(NotFound, CodeUnknownHold, "hold", "there is no hold %d", d.Hold)
			}
			sites = append(sites, held...)
		}
	case *CleaningDraft:
		site("site", d.Site)
	case *ClosingDraft:
		if site("site", d.Site); d.Site == "" {
			sites = append(sites, auth.Everywhere)
		}
	case *LocationDraft:
		site("site", d.Site)
	case *SiteDraft:
		if site("code", d.Code); s.Sites[d.Code] == nil {
			sites = append(sites, auth.Everywhere)
		}
	case *InspectionDraft:
		return nil, s.unseen(d.Product, d.Lot, nil)
	case *FileDraft:
		if err = s.unseen(d.Product, d.Lot, unitsOf(d.Unit)); err != nil {
			return nil, err
		}
		if site("site", d.Site); s.Entries[d.Entry] != nil && s.hides(s.Entries[d.Entry].Site) {
			return nil, Errorf(NotFound, CodeUnknownEntry, "entry", "there is no entry %d", d.Entry)
		}
	case *DetailsDraft:
		if d.Lot == "" {
			return nil, s.may(atAny(auth.Manage), auth.Everywhere)
		}
		return nil, s.unseen(d.Product, d.Lot, nil)
	case *CorrectionDraft:
		sites = append(sites, s.whereabouts(d.Product, d.Lot, unitsOf(d.Unit))...)
	case *ResolveDraft:
		if at := s.ExceptionSites[d.Exception]; at != 0 {
			if s.hides(at) {
				return nil, Errorf(NotFound, CodeUnknownException, "exception", "there is no exception %d", d.Exception)
			}
			sites = append(sites, at)
		}
	}
	return sites, err
}

// anyPlace reports whether a draft is about goods wherever they are, so that rights depend on that.
func anyPlace(body Body) bool {
	switch d := body.(type) {
	case *HoldDraft:
		return d.Lot != "" && d.Site == ""
	case *ReleaseDraft:
		return d.Hold != 0
	case *FileDraft:
		return d.Lot != ""
	case *CorrectionDraft, *InspectionDraft, *DetailsDraft:
		return true
	}
	return false
}

func unitsOf(serial string) []string {
	if serial == "" {
		return nil
	}
	return []string{serial}
}

// boundFor reports whether a dispatch goes to one of the sites, which may then know of it.
func (s *State) boundFor(sent *Entry, sites []int64) bool {
	for i := range sent.Items {
		if to := s.Places[sent.Items[i].To]; to != nil && slices.Contains(sites, to.ToSite) {
			return true
		}
	}
	return false
}

// whereabouts are the sites where goods of a lot, or units, are today.
func (s *State) whereabouts(product, lot string, serials []string) (sites []int64) {
	p := s.FindProduct(product)
	if p == nil {
		return nil
	}
	if l, err := s.lot(p, lot); err == nil && len(serials) == 0 {
		sites = s.LotSites[l.ID]
	}
	for _, serial := range serials {
		if u := s.Serials[p.ID][serial]; u != nil {
			sites = s.addPlace(sites, u.Place)
		}
	}
	return sites
}

// unseen answers a lot or unit that is at hidden sites only as if it were not there.
func (s *State) unseen(product, lot string, serials []string) *Error {
	at := s.whereabouts(product, lot, serials)
	if len(at) == 0 || slices.ContainsFunc(at, func(site int64) bool { return !s.hides(site) }) {
		return nil
	}
	if len(serials) > 0 {
		return Errorf(NotFound, CodeUnknownUnit, "unit", "product %s has no unit %q", clip(product), clip(serials[0]))
	}
	return Errorf(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q", clip(product), clip(lot))
}

// heldAt are the sites of what a hold is on.
func (s *State) heldAt(h *Hold) (sites []int64) {
	switch {
	case h.Place != 0:
		return s.addPlace(nil, h.Place)
	case h.Lot != 0:
		return s.LotSites[h.Lot]
	}
	for id := range h.Units.All() {
		if u := s.Units[id]; u != nil {
			sites = s.addPlace(sites, u.Place)
		}
	}
	return sites
}

// addPlace adds the site of a real place.
func (s *State) addPlace(sites []int64, place int64) []int64 {
	if p := s.Places[place]; p != nil && p.Real() && !slices.Contains(sites, p.Site) {
		sites = append(sites, p.Site)
	}
	return sites
}

// allowed asks for the rights that entries need by what they have come to touch, which may be more than their draft named.
func (s *State) allowed(entries []*Entry) *Error {
	if unbound(s.by) {
		return nil
	}
	for _, e := range entries {
		r := rights[e.Kind]
		if r.where != atSites {
			continue
		}
		for _, site := range s.touched(e) {
			if err := s.may(r, site); err != nil {
				return err
			}
		}
		if err := s.overrides(e); err != nil {
			return err
		}
	}
	return nil
}

// overrides asks for the right to go against a strategy, a date or a closing where an entry does.
func (s *State) overrides(e *Entry) *Error {
	over := right{[]auth.Permission{auth.Override}, atSites}
	if e.Override != "" {
		for _, site := range s.touched(e) {
			if err := s.may(over, site); err != nil {
				err.Field = "override"
				return err
			}
		}
	}
	for i := range e.Items {
		it := &e.Items[i]
		if it.Override == "" {
			continue
		}
		for _, site := range s.addPlace(s.addPlace(nil, it.From), it.To) {
			if err := s.may(over, site); err != nil {
				err.Field = index("items", i) + ".override"
				return err
			}
		}
	}
	return nil
}

// touched lists the sites of an entry, and of every real place that its goods leave or enter, or that is counted or held.
func (s *State) touched(e *Entry) (sites []int64) {
	if e.Site != 0 && (e.SiteChange == nil || s.known(e)) {
		sites = append(sites, e.Site)
	}
	for i := range e.Items {
		sites = s.addPlace(s.addPlace(sites, e.Items[i].From), e.Items[i].To)
	}
	for _, c := range e.Counted {
		sites = s.addPlace(sites, c.Place)
	}
	if h := e.Hold; h != nil {
		for _, site := range s.heldAt(h) {
			if !slices.Contains(sites, site) {
				sites = append(sites, site)
			}
		}
	}
	if e.Cleaned != 0 {
		sites = s.addPlace(sites, e.Cleaned)
	}
	return sites
}

// known reports whether the site that an entry sets was there before; for a new one the right at all sites was asked.
func (s *State) known(e *Entry) bool { return len(e.Places) == 0 }
