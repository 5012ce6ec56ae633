package stock

import (
	"slices"
	"strings"
	"time"
)

// Plan is what quality asks of goods before they are released: of a product, or of every product of a group that has no plan itself.
// The newest one counts; one without needs asks for nothing.
type Plan struct {
	Entry          int64
	Product, Group int64
	Needs          []Need
}

// Need is one thing that a plan asks for: a file of a kind, or a measurement within limits.
type Need struct {
	File  FileKind // where Name is empty
	Name  string   // of the measurement
	Unit  string
	Least *Quantity
	Most  *Quantity
}

// Measured is one value that was measured of a lot.
type Measured struct {
	Name  string
	Value Quantity
}

// Inspection is what was measured of a lot. All inspections are kept; of each measurement the last one counts.
type Inspection struct {
	Lot    int64
	Values []Measured
}

// Finding is how a need is met.
type Finding struct {
	Need
	State NeedState
	Value *Quantity // that was measured last
}

// NeedState says whether a need is met.
type NeedState uint8

// A need is met, not looked after yet, or looked after and not met.
const (
	NeedMissing NeedState = iota
	NeedMet
	NeedFailed
)

var needStates = []string{"missing", "present", "failed"}

func (s NeedState) String() string { return needStates[s] }

// What names the need for people.
func (n *Need) What() string {
	if n.Name != "" {
		return n.Name
	}
	return n.File.String()
}

// Judge holds what is known of a lot against the plan on a day: its files and the values measured of it, oldest first. A file counts
// up to the last day on which it is valid, and from the day of its own date.
func (p *Plan) Judge(files []*File, values []Measured, day Date) []Finding {
	out := make([]Finding, 0, len(p.Needs))
	for _, n := range p.Needs {
		f := Finding{Need: n}
		if n.Name == "" {
			f.judgeFiles(files, day)
		} else {
			f.judgeValues(values)
		}
		out = append(out, f)
	}
	return out
}

func (f *Finding) judgeFiles(files []*File, day Date) {
	for _, file := range files {
		switch {
		case file.Kind != f.File:
		case file.Dated <= day && (file.ValidUntil == 0 || file.ValidUntil >= day):
			f.State = NeedMet
			return
		default:
			f.State = NeedFailed
		}
	}
}

func (f *Finding) judgeValues(values []Measured) {
	for _, v := range values {
		if v.Name != f.Name {
			continue
		}
		f.Value, f.State = &v.Value, NeedMet
		if f.Least != nil && v.Value < *f.Least || f.Most != nil && v.Value > *f.Most {
			f.State = NeedFailed
		}
	}
}

// PlanDraft sets what quality asks of a product's goods, or of those of a product group.
type PlanDraft struct {
	Product      string             `json:"product,omitempty"`
	Group        string             `json:"group,omitempty" doc:"Product group: for its products that have no plan of their own."`
	Files        []string           `json:"files,omitempty" doc:"Kinds of files that a lot must have: certificate_of_analysis, photo, declaration, other."`
	Measurements []MeasurementDraft `json:"measurements,omitempty"`
	Note         string             `json:"note,omitempty" maxLength:"4000"`
}

// MeasurementDraft is a value that must be measured, and the limits that it must lie within.
type MeasurementDraft struct {
	Name string    `json:"name" maxLength:"60"`
	Unit string    `json:"unit,omitempty" maxLength:"20"`
	Min  *Quantity `json:"min,omitempty"`
	Max  *Quantity `json:"max,omitempty"`
}

const maxNeeds = 50

func (d *PlanDraft) kind() Kind { return KindPlan }

func (d *PlanDraft) needs(n *Needs) { n.SKU(d.Product); n.Group(d.Group) }

func (d *PlanDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	p := &Plan{Entry: e.ID}
	switch {
	case d.Product == "" && d.Group == "":
		return Errorf(Invalid, CodeRequired, "product", "name the product or the product group")
	case d.Product != "" && d.Group != "":
		return Errorf(Invalid, CodeUnsupported, "group", "a plan is for a product or for a group: make one for each")
	case d.Product != "":
		product := s.FindProduct(d.Product)
		if product == nil {
			return Errorf(NotFound, CodeUnknownProduct, "product", "there is no product %q", clip(d.Product))
		}
		if product.Tracking == TrackNone {
			return Errorf(Invalid, CodeLotNotAllowed, "product", "%s has no lots that could be inspected", product.SKU)
		}
		p.Product = product.ID
	default:
		g := s.Groups[d.Group]
		if g == nil {
			return Errorf(NotFound, CodeUnknownGroup, "group", "there is no product group %q", clip(d.Group))
		}
		p.Group = g.ID
	}
	if err := d.ask(p); err != nil {
		return err
	}
	e.Plan = p
	s.setPlan(p)
	return nil
}

func (d *PlanDraft) ask(p *Plan) *Error {
	if len(d.Files)+len(d.Measurements) > maxNeeds {
		return Errorf(Invalid, CodeTooMany, "measurements", "a plan asks for at most %d things", maxNeeds)
	}
	for i, name := range d.Files {
		kind, ok := ParseFileKind(name)
		if !ok || slices.Contains(d.Files[:i], name) {
			return Errorf(Invalid, CodeInvalidValue, index("files", i), "%q: name each kind once, of %s", clip(name), strings.Join(fileKindNames, ", "))
		}
		p.Needs = append(p.Needs, Need{File: kind})
	}
	for i, m := range d.Measurements {
		at := index("measurements", i)
		if err := CheckCode("name", m.Name, 60); err != nil {
			return err.At(at)
		}
		if err := checkText("unit", m.Unit, 20); err != nil {
			return err.At(at)
		}
		switch {
		case m.Min == nil && m.Max == nil:
			return Errorf(Invalid, CodeRequired, at+".min", "give a least or a greatest value of %s", m.Name)
		case m.Min != nil && m.Max != nil && *m.Min > *m.Max:
			return Errorf(Invalid, CodeInvalidValue, at+".max", "%s is less than %s", m.Max, m.Min)
		case slices.ContainsFunc(d.Measurements[:i], func(o MeasurementDraft) bool { return o.Name == m.Name }):
			return Errorf(Invalid, CodeInvalidValue, at+".name", "%s is asked for twice", m.Name)
		}
		p.Needs = append(p.Needs, Need{Name: m.Name, Unit: m.Unit, Least: m.Min, Most: m.Max})
	}
	return nil
}

// InspectionDraft records what was measured of a lot.
type InspectionDraft struct {
	Product  string          `json:"product"`
	Lot      string          `json:"lot"`
	Values   []MeasuredDraft `json:"values"`
	Note     string          `json:"note,omitempty" maxLength:"4000"`
	Occurred Time            `json:"occurred_at,omitempty"`
}

// MeasuredDraft is one value that was measured.
type MeasuredDraft struct {
	Name  string    `json:"name" maxLength:"60"`
	Value *Quantity `json:"value"`
}

func (d *InspectionDraft) kind() Kind { return KindInspection }

func (d *InspectionDraft) needs(n *Needs) { n.SKU(d.Product); n.Lot(d.Product, d.Lot) }

func (d *InspectionDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	if d.Occurred != 0 {
		e.OccurredAt = d.Occurred
	}
	p := s.FindProduct(d.Product)
	switch {
	case e.OccurredAt > s.Now+ahead:
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	case d.Product == "":
		return Errorf(Invalid, CodeRequired, "product", "name the product by its SKU or GTIN")
	case p == nil:
		return Errorf(NotFound, CodeUnknownProduct, "product", "there is no product %q", clip(d.Product))
	case d.Lot == "":
		return Errorf(Invalid, CodeRequired, "lot", "name the lot that was inspected")
	case len(d.Values) == 0:
		return Errorf(Invalid, CodeRequired, "values", "give what was measured")
	case len(d.Values) > maxNeeds:
		return Errorf(Invalid, CodeTooMany, "values", "at most %d values are kept of one inspection", maxNeeds)
	}
	lot, err := s.lot(p, d.Lot)
	if err != nil {
		return err
	}
	e.Inspection = &Inspection{Lot: lot.ID}
	for i, v := range d.Values {
		if err := CheckCode("name", v.Name, 60); err != nil {
			return err.At(index("values", i))
		}
		if v.Value == nil {
			return Errorf(Invalid, CodeRequired, index("values", i)+".value", "give the value of %s", v.Name)
		}
		e.Inspection.Values = append(e.Inspection.Values, Measured{v.Name, *v.Value})
	}
	known := s.Measured[lot.ID]
	put(s, s.Measured, lot.ID, append(known[:len(known):len(known)], e.Inspection.Values...))
	return nil
}

func (s *State) setPlan(p *Plan) {
	if p.Product != 0 {
		put(s, s.Plans, p.Product, p)
	} else {
		put(s, s.GroupPlans, p.Group, p)
	}
}

// LoadPlan adds a plan to the state.
func (s *State) LoadPlan(p *Plan) { s.setPlan(p) }

// planOf is the plan that counts for a product, nil for none.
func (s *State) planOf(product int64) *Plan {
	if plan := s.Plans[product]; plan != nil {
		return plan
	}
	if p := s.ProductIDs[product]; p != nil && p.Group != 0 {
		return s.GroupPlans[p.Group]
	}
	return nil
}

// judged refuses to lift a hold off goods that lack what their plan asks for, unless the release says why. Units are judged by their lots.
func (d *ReleaseDraft) judged(s *State, e *Entry, h *Hold, lifted Runs) *Error {
	if d.Override != "" {
		return nil
	}
	day := DateOf(e.OccurredAt, time.UTC)
	if v := s.Sites[d.Site]; v != nil {
		day = DateOf(e.OccurredAt, v.Zone())
	}
	type goods struct{ product, lot int64 }
	seen := map[goods]bool{}
	judge := func(product, lot int64) *Error {
		plan := s.planOf(product)
		if plan == nil || seen[goods{product, lot}] {
			return nil
		}
		seen[goods{product, lot}] = true
		return incomplete(plan.Judge(s.LotFiles[lot], s.Measured[lot], day), s.ProductIDs[product], s.Lots[lot])
	}
	if l := s.Lots[h.Lot]; l != nil {
		return judge(l.Product, l.ID)
	}
	for id := range lifted.All() {
		if u := s.Units[id]; u != nil {
			if err := judge(u.Product, u.Lot); err != nil {
				return err
			}
		}
	}
	return nil
}

// incomplete names what is missing or failed, nil where nothing is.
func incomplete(findings []Finding, p *Product, l *Lot) *Error {
	var lacks []string
	for i := range findings {
		f := &findings[i]
		switch {
		case f.State == NeedMet:
		case f.Value != nil:
			lacks = append(lacks, f.What()+" failed with "+f.Value.String())
		case f.State == NeedFailed:
			lacks = append(lacks, f.What()+" is not valid on that day")
		default:
			lacks = append(lacks, f.What()+" is missing")
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	what := "goods of " + p.SKU + " without a lot"
	if l != nil {
		what = "lot " + l.Code + " of " + p.SKU
	}
	err := Errorf(Conflict, CodeReleaseIncomplete, "hold", "%s: %s; release it all the same with an override that says why", what, strings.Join(lacks, ", "))
	err.About = lacks
	return err
}

// quality writes what quality asks for and what it measured.
func (w leafWriter) quality(e *Entry) {
	if p := e.Plan; p != nil {
		w.group(tagPlan, func() {
			w.int(1, p.Product)
			w.int(2, p.Group)
			for _, n := range p.Needs {
				w.group(3, func() {
					w.int(1, int64(n.File))
					w.text(2, n.Name)
					w.text(3, n.Unit)
					w.quantity(4, n.Least)
					w.quantity(5, n.Most)
				})
			}
		})
	}
	if i := e.Inspection; i != nil {
		w.group(tagInspection, func() {
			w.int(1, i.Lot)
			for _, v := range i.Values {
				w.group(2, func() { w.text(1, v.Name); w.quantity(2, &v.Value) })
			}
		})
	}
}
