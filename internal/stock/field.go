package stock

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Field is an extra field that an organisation or a rule set defines: records of one sort may carry a typed value of it, or must.
type Field struct {
	ID        int64
	Entry     int64 // the entry that last changed it
	Code      string
	Label     string
	Type      FieldType
	On        FieldOn
	Choices   []string
	Kinds     uint64  // movement kinds that ask for it, a bit each; 0: any, where groups ask
	Groups    []int64 // product groups that ask for it; none: any, where kinds ask
	MaxLength int
	Active    bool
}

// FieldType says what a field's values are.
type FieldType uint8

// The types of fields. Values are kept as canonical text.
const (
	FieldText FieldType = iota
	FieldNumber
	FieldDate
	FieldPartner  // the code of a partner
	FieldLocation // SITE/LOCATION
	FieldChoice   // one of a list
)

var fieldTypeNames = []string{"text", "number", "date", "partner", "location", "choice"}

func (t FieldType) String() string { return fieldTypeNames[t] }

// FieldOn says what sort of records carries a field.
type FieldOn uint8

// What carries fields.
const (
	OnMovement FieldOn = iota
	OnLot
	OnProduct
	OnPartner
)

var fieldOnNames = []string{"movement", "lot", "product", "partner"}

func (o FieldOn) String() string { return fieldOnNames[o] }

// Bounds of extra fields.
const (
	MaxFields      = 500  // of a ledger: each batch has them all at hand
	maxFieldValue  = 1000 // characters
	maxFieldChoice = 200
)

// FieldDraft creates or changes an extra field. Absent members (nil) keep what is there, or take the default on creation.
type FieldDraft struct {
	Code        string       `json:"code" doc:"The field's key, of small letters, digits and underscores. Unique and never reused." maxLength:"60"`
	Label       *string      `json:"label,omitempty" maxLength:"200"`
	Type        *string      `json:"type,omitempty" enum:"text,number,date,partner,location,choice" doc:"What its values are; text when left out. Fixed."`
	On          *string      `json:"on,omitempty" enum:"movement,lot,product,partner" doc:"What carries it. Needed for a new field; fixed."`
	Choices     *[]string    `json:"choices,omitempty" doc:"Of a choice: the values that may be taken."`
	RequiredFor *RequiredFor `json:"required_for,omitempty" doc:"Where a value must be given; empty lists: nowhere."`
	MaxLength   *int         `json:"max_length,omitempty" minimum:"1" maximum:"1000" doc:"Of a text: the most characters; 200 when left out."`
	Active      *bool        `json:"active,omitempty" doc:"A field that is not active takes no values and is not asked for."`
	If          Presence     `json:"-"`
}

// RequiredFor says where a value must be given: in movements of these kinds, for products of these groups; with both, where both hold.
type RequiredFor struct {
	Kinds  []string `json:"kinds,omitempty" doc:"Kinds of movements; of a lot's field, those in which the lot is born."`
	Groups []string `json:"groups,omitempty" doc:"Codes of product groups."`
}

func (d *FieldDraft) kind() Kind { return KindField }

func (d *FieldDraft) needs(n *Needs) {
	if d.RequiredFor != nil {
		for _, code := range d.RequiredFor.Groups {
			n.Group(code)
		}
	}
}

func (d *FieldDraft) decide(s *State, e *Entry) *Error {
	old := s.Fields[d.Code]
	if err := present(d.If, old != nil, CodeFieldExists, CodeUnknownField, "code", d.Code); err != nil {
		return err
	}
	next := Field{Code: d.Code, MaxLength: 200, Active: true}
	if old != nil {
		next = *old
	} else if err := d.fresh(s); err != nil {
		return err
	}
	if err := d.apply(s, &next); err != nil {
		return err
	}
	switch {
	case old == nil:
	case old.Type != next.Type:
		return Errorf(Conflict, CodeUnsupported, "type", "the values of %s are kept as %s: make another field", old.Code, old.Type)
	case old.On != next.On:
		return Errorf(Conflict, CodeUnsupported, "on", "%s is a field of a %s: make another field", old.Code, old.On)
	case reflect.DeepEqual(*old, next):
		e.Unchanged(old.Entry)
		return nil
	}
	if next.ID == 0 {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putField(&next)
	e.FieldChange = &next
	return nil
}

// fresh checks what a new field needs.
func (d *FieldDraft) fresh(s *State) *Error {
	if err := CheckCode("code", d.Code, MaxKey); err != nil {
		return err
	}
	for i, r := range d.Code {
		if (r < 'a' || r > 'z') && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return Errorf(Invalid, CodeInvalidCode, "code", "%q: a field's code is of small letters, digits and underscores, and begins with a letter", d.Code)
		}
	}
	if d.On == nil {
		return Errorf(Invalid, CodeRequired, "on", "say what carries the field: movement, lot, product or partner")
	}
	if len(s.Fields) >= MaxFields {
		return Errorf(Invalid, CodeTooMany, "code", "there are %d fields already, the most that are kept", len(s.Fields))
	}
	return nil
}

func (d *FieldDraft) apply(s *State, f *Field) *Error {
	set(&f.Label, d.Label)
	set(&f.MaxLength, d.MaxLength)
	set(&f.Active, d.Active)
	if f.Label == "" {
		f.Label = f.Code
	}
	if d.Choices != nil {
		f.Choices = slices.Clone(*d.Choices)
	}
	for _, err := range []*Error{
		pick("type", d.Type, fieldTypeNames, &f.Type),
		pick("on", d.On, fieldOnNames, &f.On),
		checkText("label", f.Label, 200),
		between("max_length", f.MaxLength, 1, maxFieldValue),
		f.checkChoices(),
	} {
		if err != nil {
			return err
		}
	}
	if d.RequiredFor == nil {
		return nil
	}
	if err := d.RequiredFor.apply(s, f); err != nil {
		return err.At("required_for")
	}
	return nil
}

func (f *Field) checkChoices() *Error {
	switch {
	case f.Type != FieldChoice && len(f.Choices) > 0:
		return Errorf(Invalid, CodeUnsupported, "choices", "only a choice has a list of values")
	case f.Type == FieldChoice && len(f.Choices) == 0:
		return Errorf(Invalid, CodeRequired, "choices", "give the values that may be taken")
	case len(f.Choices) > maxFieldChoice:
		return Errorf(Invalid, CodeTooMany, "choices", "%d choices, at most %d are kept", len(f.Choices), maxFieldChoice)
	}
	for i, c := range f.Choices {
		if err := CheckCode(index("choices", i), c, MaxKey); err != nil {
			return err
		}
		if strings.Contains(c, "|") || slices.Contains(f.Choices[:i], c) {
			return Errorf(Invalid, CodeInvalidValue, index("choices", i), "%q: choices differ, and have no bar", c)
		}
	}
	return nil
}

func (r *RequiredFor) apply(s *State, f *Field) *Error {
	f.Kinds, f.Groups = 0, nil
	for i, name := range r.Kinds {
		k, ok := ParseKind(name)
		if !ok || !k.Asked() {
			return Errorf(Invalid, CodeInvalidValue, index("kinds", i), "%q is no kind of movement", clip(name))
		}
		if f.On != OnMovement && f.On != OnLot {
			return Errorf(Invalid, CodeUnsupported, index("kinds", i), "movements do not ask for a field of a %s", f.On)
		}
		f.Kinds |= 1 << k
	}
	for i, code := range r.Groups {
		g := s.Groups[code]
		if g == nil {
			return Errorf(NotFound, CodeUnknownGroup, index("groups", i), "there is no product group %q", clip(code))
		}
		if f.On != OnMovement && f.On != OnLot {
			return Errorf(Invalid, CodeUnsupported, index("groups", i), "product groups do not ask for a field of a %s", f.On)
		}
		f.Groups = append(f.Groups, g.ID)
	}
	slices.Sort(f.Groups)
	f.Groups = slices.Compact(f.Groups)
	return nil
}

// KindNames lists the movement kinds that ask for the field.
func (f *Field) KindNames() []string {
	out := []string{}
	for k := KindNone; k <= KindLast; k++ {
		if f.Kinds&(1<<k) != 0 {
			out = append(out, k.String())
		}
	}
	return out
}

// asks reports whether a value must be given in a movement of the kind that is about a product of the group, each 0 for none.
func (f *Field) asks(on FieldOn, k Kind, group int64) bool {
	return f.Active && f.On == on && (f.Kinds != 0 || len(f.Groups) > 0) &&
		(f.Kinds == 0 || f.Kinds&(1<<k) != 0) && (len(f.Groups) == 0 || slices.Contains(f.Groups, group))
}

func (s *State) putField(f *Field) {
	if s.Fields == nil {
		s.Fields, s.FieldIDs = map[string]*Field{}, map[int64]*Field{}
	}
	put(s, s.Fields, f.Code, f)
	put(s, s.FieldIDs, f.ID, f)
}

// LoadField adds an extra field to the state.
func (s *State) LoadField(f *Field) { s.putField(f) }

func (w leafWriter) field(f *Field) {
	w.int(1, f.ID)
	w.text(2, f.Code)
	w.text(3, f.Label)
	w.int(4, int64(f.Type))
	w.int(5, int64(f.On))
	for _, c := range f.Choices {
		w.text(6, c)
	}
	w.int(7, int64(f.Kinds))
	for _, g := range f.Groups {
		w.int(8, g)
	}
	w.int(9, int64(f.MaxLength))
	w.flag(10, f.Active)
}

func (g group) field() *Field {
	f := &Field{ID: g.int(1), Code: g.text(2), Label: g.text(3), Type: FieldType(g.int(4)), On: FieldOn(g.int(5)), Kinds: uint64(g.int(7)),
		MaxLength: int(g.int(9)), Active: g.int(10) != 0}
	for _, part := range g {
		switch part.Tag {
		case 6:
			f.Choices = append(f.Choices, string(part.Data))
		case 8:
			f.Groups = append(f.Groups, part.Int)
		}
	}
	return f
}

// Values are values of extra fields by the fields' codes, as they are asked for. Numbers come as text too.
type Values map[string]string

// valueWanted is a value that a draft gives, with the site to which a location belongs that is named without one.
type valueWanted struct{ site, code, text string }

// Values asks for what values of extra fields name: partners and locations. Which they are is known once the fields are loaded.
func (n *Needs) Values(site string, values Values) {
	for code, text := range values {
		n.values = append(n.values, valueWanted{site, code, text})
	}
}

// Resolve asks for the partners and locations that values name, now that the fields are known; it comes before anything else is
// loaded. A field that is not known may be defined by an earlier draft of the batch, so its values may be either.
func (n *Needs) Resolve(fields map[string]*Field) {
	for _, v := range n.values {
		f := fields[v.code]
		if f == nil || f.Type == FieldPartner {
			n.Partner(v.text)
		}
		if f == nil || f.Type == FieldLocation {
			n.Site(v.site)
			n.Location(v.site, v.text)
			if site, code, ok := strings.Cut(v.text, "/"); ok {
				n.Site(site)
				n.Location(site, code)
			}
		}
	}
}

// Detail is the value that an entry gives to a field of a record; empty where it takes the value away.
type Detail struct {
	Field int64
	Code  string // of the field
	On    FieldOn
	Owner int64 // the lot, product or partner; 0 for the movement itself
	Value string
}

// details turns values into details of one record, in the order of the fields' codes; site is that of locations named without one.
func (s *State) details(on FieldOn, owner int64, site *Site, values Values) ([]Detail, *Error) {
	var out []Detail
	for _, code := range slices.Sorted(maps.Keys(values)) {
		f := s.Fields[code]
		switch {
		case f == nil:
			return nil, Errorf(NotFound, CodeUnknownField, clip(code), "there is no field %q: define it first", clip(code))
		case f.On != on:
			return nil, Errorf(Invalid, CodeUnknownField, code, "%s is a field of a %s, not of a %s", code, f.On, on)
		case !f.Active:
			return nil, Errorf(Conflict, CodeNotActive, code, "field %s is no longer active", code)
		}
		value, err := s.canonical(f, site, values[code])
		if err != nil {
			return nil, err.At(code)
		}
		out = append(out, Detail{Field: f.ID, Code: code, On: on, Owner: owner, Value: value})
	}
	return out, nil
}

// canonical writes a value of the field in the one form in which it is kept, and found again.
func (s *State) canonical(f *Field, site *Site, text string) (string, *Error) {
	switch f.Type {
	case FieldPartner:
		if s.Partners[text] == nil {
			return "", Errorf(NotFound, CodeUnknownPartner, "", "%s: there is no partner %q", f.Code, clip(text))
		}
		return text, nil
	case FieldLocation:
		if site != nil && s.Locations[PlaceKey{site.ID, text}] != nil {
			return site.Code + "/" + text, nil
		}
		at, code, _ := strings.Cut(text, "/")
		if v := s.Sites[at]; v == nil || s.Locations[PlaceKey{v.ID, code}] == nil {
			return "", Errorf(NotFound, CodeUnknownLocation, "", "%s: there is no location %q: name it as SITE/LOCATION", f.Code, clip(text))
		}
		return text, nil
	}
	return f.Canonical(text)
}

// Canonical writes a value in the form in which it is kept; what partners and locations are known is not its matter.
func (f *Field) Canonical(text string) (string, *Error) {
	switch f.Type {
	case FieldNumber:
		q, err := ParseQuantity(text)
		if err != nil {
			return "", Errorf(Invalid, CodeWrongType, "", "%s is a number, such as 12.5, with at most %d decimals: not %q", f.Code, maxDecimals, clip(text))
		}
		return q.String(), nil
	case FieldDate:
		d, err := ParseDate(text)
		if err != nil {
			return "", Errorf(Invalid, CodeWrongType, "", "%s is a date, such as 2026-11-23: not %q", f.Code, clip(text))
		}
		return d.String(), nil
	case FieldChoice:
		if !slices.Contains(f.Choices, text) {
			return "", Errorf(Invalid, CodeWrongType, "", "%s is one of %s: not %q", f.Code, clip(strings.Join(f.Choices, ", ")), clip(text))
		}
	case FieldText:
		if strings.TrimSpace(text) == "" {
			return "", Errorf(Invalid, CodeBlank, "", "%s: give a text, or leave the field out", f.Code)
		}
		if err := checkText("", text, f.MaxLength); err != nil {
			return "", err
		}
	}
	return text, nil
}

// ownDetails keeps the values of the movement's own fields, and refuses one that lacks a value which its kind or a product asks for.
func (m *decision) ownDetails() *Error {
	if len(m.Fields) == 0 && len(m.d.Fields) == 0 {
		return nil
	}
	own, err := m.details(OnMovement, 0, m.site, m.d.Fields)
	if err != nil {
		return err.At("fields")
	}
	groups := map[int64]bool{0: true}
	for i := range m.e.Items {
		groups[m.ProductIDs[m.e.Items[i].Product].Group] = true
	}
	for _, code := range slices.Sorted(maps.Keys(m.Fields)) {
		for id := range groups {
			if _, given := m.d.Fields[code]; !given && m.Fields[code].asks(OnMovement, m.d.Kind, id) {
				return m.missing(m.Fields[code], "fields", "this "+m.d.Kind.String())
			}
		}
	}
	m.e.Details = append(m.e.Details, own...)
	return nil
}

func (m *decision) missing(f *Field, path, what string) *Error {
	return Errorf(Invalid, CodeFieldRequired, path+"."+f.Code, "%s needs a value of field %s (%s), a %s", what, f.Code, f.Label, f.Type)
}

// lotDetails keeps the values of the fields of a lot that is born in the line, and refuses one that lacks a value that is asked for.
func (m *decision) lotDetails(p *Product, it *ItemDraft, lot *Lot) *Error {
	switch {
	case len(m.Fields) == 0 && len(it.LotFields) == 0:
		return nil
	case lot == nil && len(it.LotFields) > 0:
		return Errorf(Invalid, CodeLotRequired, "lot", "these fields belong to a lot: name it")
	case lot == nil:
		return nil
	}
	given, err := m.details(OnLot, lot.ID, m.site, it.LotFields)
	if err != nil {
		return err.At("lot_fields")
	}
	if lot.Birth != m.e.ID || m.hasDetails(lot.ID) {
		for _, d := range given {
			if !slices.Contains(m.e.Details, d) { // else another line said so
				return Errorf(Conflict, CodeLotExists, "lot_fields."+d.Code, "lot %s of %s is there already: its fields were given where it was born", lot.Code, p.SKU)
			}
		}
		return nil
	}
	for _, code := range slices.Sorted(maps.Keys(m.Fields)) {
		if _, ok := it.LotFields[code]; !ok && m.Fields[code].asks(OnLot, m.d.Kind, p.Group) {
			return m.missing(m.Fields[code], "lot_fields", "lot "+lot.Code+" of "+p.SKU)
		}
	}
	m.e.Details = append(m.e.Details, given...)
	return nil
}

// hasDetails reports whether an earlier line gave the lot its fields.
func (m *decision) hasDetails(lot int64) bool {
	return slices.ContainsFunc(m.e.Details, func(d Detail) bool { return d.On == OnLot && d.Owner == lot })
}

func (w leafWriter) details(e *Entry) {
	for _, d := range e.Details {
		w.group(tagDetail, func() {
			w.int(1, d.Field)
			w.int(2, int64(d.On))
			w.int(3, d.Owner)
			w.text(4, d.Value)
		})
	}
}
