package stock

import "cmp"

// Class says how much a product counts among all, as somebody decided who was shown how they rank.
type Class uint8

// The classes of ABC: the few that make up most of what is moved, those in the middle, the many others.
const (
	ClassNone Class = iota
	ClassA
	ClassB
	ClassC
)

var classNames = []string{"", "A", "B", "C"}

func (c Class) String() string { return classNames[c] }

// ParseClass reads a class.
func ParseClass(text string) (c Class, err *Error) {
	err = pick("class", &text, classNames, &c)
	return c, err
}

// ClassDraft accepts for one product what was proposed, or another decision: its class, and how its goods are told apart.
type ClassDraft struct {
	Product  string     `json:"product" doc:"SKU or GTIN."`
	Class    *string    `json:"class,omitempty" enum:"A,B,C," doc:"Empty: not classified."`
	Tracking *string    `json:"tracking,omitempty" enum:"none,lot,serial" doc:"How the goods are told apart from now on. Where there is stock, it has to be named: by rest here, or piece by piece by POST /v1/products/{sku}/tracking; the refusal (stock_differs) lists what there is."`
	Rest     *RestDraft `json:"rest,omitempty" doc:"For lots: all of today's stock becomes this one lot."`
	Reason   string     `json:"reason,omitempty" maxLength:"500" doc:"Why; where tracking changes and nothing is said, that it was classified so."`
}

func (d *ClassDraft) kind() Kind { return KindProduct }

func (d *ClassDraft) needs(n *Needs) {
	n.SKU(d.Product)
	if d.Tracking != nil {
		d.change().needs(n)
	}
}

// change is the change of tracking that the draft may come to.
func (d *ClassDraft) change() *TrackingDraft {
	return &TrackingDraft{Product: d.Product, Tracking: *d.Tracking, Rest: d.Rest, Reason: cmp.Or(d.Reason, "classified so"), class: d.Class}
}

// decide changes the product; where goods of it have moved already, the entry is one of a change of tracking, as if that had been asked.
func (d *ClassDraft) decide(s *State, e *Entry) *Error {
	if d.Class == nil && d.Tracking == nil {
		return Errorf(Invalid, CodeRequired, "class", "say the class, the tracking or both")
	}
	p, err := s.product("product", d.Product)
	if err != nil {
		return err
	}
	if d.Tracking != nil && *d.Tracking != p.Tracking.String() && (p.HasHistory || s.hasHistory(p.ID)) {
		e.Kind = KindTracking
		return d.change().decide(s, e)
	}
	e.Reason = d.Reason
	return (&ProductDraft{SKU: p.SKU, Tracking: d.Tracking, Class: d.Class, If: MustExist}).decide(s, e)
}
