package stock

import "reflect"

// Role is the set of parts a partner plays.
type Role uint8

// The roles of partners.
const (
	Supplier Role = 1 << iota
	Customer
	Carrier
	Maker
)

var roleNames = []named[Role]{{Supplier, "supplier"}, {Customer, "customer"}, {Carrier, "carrier"}, {Maker, "maker"}}

// Names lists the roles of the set in their fixed order.
func (r Role) Names() []string { return namesOf(roleNames, r) }

// Partner is someone goods come from or go to.
type Partner struct {
	ID       int64
	Entry    int64
	Code     string
	Name     string // erasable
	GLN      string
	Roles    Role
	HoldWhen HoldWhen  // HoldReceived: what this supplier sends starts on hold
	Contacts []Contact // erasable
	Licences []Licence
	Active   bool
}

// AddressDraft is a ship-to address of a partner, a place of its own.
type AddressDraft struct {
	Code string `json:"code" maxLength:"60"`
	Name string `json:"name,omitempty" maxLength:"500" doc:"Street, town, country as printed on papers."`
	GLN  string `json:"gln,omitempty"`
}

// PartnerDraft creates or changes a partner. Addresses given are added or changed; none is ever removed.
type PartnerDraft struct {
	Code      string         `json:"code" doc:"The partner's key with us. Unique and never reused." maxLength:"60"`
	Name      *string        `json:"name,omitempty" maxLength:"200"`
	GLN       *string        `json:"gln,omitempty"`
	Roles     *[]string      `json:"roles,omitempty" doc:"supplier, customer, carrier, maker"`
	Addresses []AddressDraft `json:"addresses,omitempty" maxItems:"1000"`
	HoldWhen  *[]string      `json:"hold_on,omitempty" doc:"receive: what this supplier sends starts on hold."`
	Contacts  *[]Contact     `json:"contacts,omitempty" doc:"All its contacts, in the place of those that stand."`
	Licences  *[]Licence     `json:"licences,omitempty" doc:"All its licences and approvals, in the place of those that stand."`
	Active    *bool          `json:"active,omitempty"`
	If        Presence       `json:"-"`
}

func (d *PartnerDraft) kind() Kind { return KindPartner }

func (d *PartnerDraft) needs(n *Needs) {
	n.Partner(d.Code)
}

func (d *PartnerDraft) decide(s *State, e *Entry) *Error {
	old := s.Partners[d.Code]
	if err := present(d.If, old != nil, CodePartnerExists, CodeUnknownPartner, "code", d.Code); err != nil {
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
	next := Partner{Code: d.Code, Name: d.Code, Active: true}
	if old != nil {
		next = *old
	}
	if err := d.apply(&next); err != nil {
		return err
	}
	if err := d.lists(&next); err != nil {
		return err
	}
	same := old != nil && reflect.DeepEqual(*old, next)
	if old == nil {
		next.ID = s.takeMaster()
	}
	places, err := d.addresses(s, e, next.ID)
	if err != nil {
		return err
	}
	if same && len(places) == 0 {
		e.Unchanged(old.Entry)
		return nil
	}
	next.Entry = e.ID
	s.putPartner(&next)
	e.Partner, e.PartnerChange, e.Places = next.ID, &next, places
	return nil
}

func (d *PartnerDraft) apply(p *Partner) *Error {
	set(&p.Name, d.Name)
	set(&p.GLN, d.GLN)
	set(&p.Active, d.Active)
	if err := checkText("name", p.Name, 200); err != nil {
		return err
	}
	if p.GLN != "" && !validGLN(p.GLN) {
		return Errorf(Invalid, CodeInvalidValue, "gln", "%q is not a GLN: 13 digits with a right check digit", p.GLN)
	}
	if d.Roles != nil {
		roles, ok := parseNames(roleNames, *d.Roles)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "roles", "%q: the roles are supplier, customer, carrier and maker", *d.Roles)
		}
		p.Roles = roles
	}
	if d.HoldWhen != nil {
		when, ok := parseNames(holdNames, *d.HoldWhen)
		if !ok || when&^HoldReceived != 0 {
			return Errorf(Invalid, CodeInvalidValue, "hold_on", "%q: of a supplier, goods can start on hold on receive", *d.HoldWhen)
		}
		p.HoldWhen = when
	}
	return nil
}

// addresses makes or changes the partner's places; the one without a code is always there.
func (d *PartnerDraft) addresses(s *State, e *Entry, partner int64) ([]*Place, *Error) {
	var out []*Place
	put := func(a AddressDraft) {
		next := Place{Kind: PlacePartner, Partner: partner, Active: true}
		old := s.Addresses[PlaceKey{partner, a.Code}]
		if old != nil {
			next = *old
		}
		next.Code, next.Name, next.GLN = a.Code, a.Name, a.GLN
		if old != nil && *old == next {
			return
		}
		if old == nil {
			next.ID = s.takeMaster()
		}
		next.Entry = e.ID
		out = append(out, s.putPlace(&next))
	}
	if s.Addresses[PlaceKey{partner, ""}] == nil {
		put(AddressDraft{})
	}
	for i, a := range d.Addresses {
		at := index("addresses", i)
		if a.Code != "" {
			if err := CheckCode("code", a.Code, MaxKey); err != nil {
				return nil, err.At(at)
			}
			if err := noPlaceMarks("code", a.Code); err != nil {
				return nil, err.At(at)
			}
		}
		if err := checkText("name", a.Name, 500); err != nil {
			return nil, err.At(at)
		}
		if a.GLN != "" && !validGLN(a.GLN) {
			return nil, Errorf(Invalid, CodeInvalidValue, "gln", "%q is not a GLN: 13 digits with a right check digit", a.GLN).At(at)
		}
		put(a)
	}
	return out, nil
}
