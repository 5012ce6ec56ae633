package stock

import (
	"encoding/json"
	"slices"
	"strings"

	"clew/internal/tlog"
)

// Origin is from where an entry came. Addresses are personal data: it is kept as an erasable text, and of audited entries only.
type Origin struct {
	Address string `json:"address,omitempty" doc:"Address of the client."`
	Session int64  `json:"session,omitempty" doc:"The session that it came by."`
	Key     int64  `json:"key,omitempty" doc:"The API key that it came by."`
	Machine bool   `json:"machine,omitempty" doc:"It came from the machine itself, by the ledger's folder."`
	Through string `json:"through,omitempty" doc:"What recorded it for somebody, such as an import."`
}

// Text is the origin as it is kept, empty where nothing is known.
func (o Origin) Text() string {
	if o == (Origin{}) {
		return ""
	}
	text, _ := json.Marshal(o) // of texts and numbers, which always marshal
	return string(text)
}

// ParseOrigin reads an origin as it is kept.
func ParseOrigin(text string) (o Origin) {
	_ = json.Unmarshal([]byte(text), &o) // a text that is none says nothing
	return o
}

// overridden reports whether the entry, or a line of it, sets a rule aside with a reason, be that erased.
func (e *Entry) overridden() bool {
	if e.Override != "" || slices.ContainsFunc(e.Items, func(it Item) bool { return it.Override != "" }) {
		return true
	}
	return slices.ContainsFunc(e.Erasable, func(t Erasable) bool { return t.Field == "override" || strings.HasSuffix(t.Field, "].override") })
}

// Audited reports whether the entry is one of those that an auditor asks about: who changed what, from where and why. These are all
// but plain movements, counts, cleanings, numbers drawn and what was refused; and those too where they set a rule aside.
func (e *Entry) Audited() bool {
	switch {
	case e.Kind == KindReversal || e.Signature != nil || e.overridden():
		return true
	case e.Kind.Asked(), e.Kind == KindCleaning, e.Kind == KindException, e.Kind == KindNumbering:
		return false
	}
	return true
}

// Object is a sort of things that audited entries are about.
type Object int64

// The objects. ObjectAny is what every audited entry is about, ObjectBy the person who recorded it.
const (
	ObjectAny Object = iota
	ObjectBy
	ObjectProduct
	ObjectGroup
	ObjectFormat
	ObjectField
	ObjectSite
	ObjectPlace
	ObjectPartner
	ObjectActor
	ObjectBarcode // 10
	ObjectLabel
	ObjectLot
	ObjectHold
	ObjectAct
	ObjectSetting
	ObjectReview
	ObjectUser
	ObjectKey
	ObjectGrant
	ObjectCase // 20: recalls and incidents to come
	ObjectCredential
	ObjectStation
)

// What of a thing an entry says anew. AspectNone: it is only about it. A value of an extra field is AspectField and the field's id.
const (
	AspectNone int64 = iota
	AspectRecord
	AspectPlan
	AspectHold
	AspectClosing
	AspectField int64 = 16
)

// Touch says that an entry is about a thing, and which aspect of it the entry says anew.
type Touch struct {
	Object     Object
	ID, Aspect int64
}

// ProductOf tells which product a lot or a unit is of.
type ProductOf struct {
	Lot, Unit func(id int64) (product int64)
}

// Touches lists what an audited entry is about, each once; none for other entries. It is derived, so that verification can tell it again.
func (e *Entry) Touches(of ProductOf) []Touch {
	if !e.Audited() {
		return nil
	}
	t := touches{of: of}
	t.add(ObjectAny, 0, AspectNone)
	t.add(ObjectBy, e.Actor, AspectNone)
	t.about(ObjectSite, e.Site)
	t.about(ObjectPartner, e.Partner)
	t.master(e)
	t.goods(e)
	slices.SortFunc(t.list, compareTouches)
	return slices.Compact(t.list)
}

func compareTouches(a, b Touch) int {
	switch {
	case a.Object != b.Object:
		return int(a.Object - b.Object)
	case a.ID != b.ID:
		return sign(a.ID - b.ID)
	}
	return sign(a.Aspect - b.Aspect)
}

func sign(n int64) int { return int(min(max(n, -1), 1)) }

type touches struct {
	of   ProductOf
	list []Touch
}

// add adds an aspect of a thing; what is found by the thing alone is found by its AspectNone.
func (t *touches) add(o Object, id, aspect int64) {
	t.list = append(t.list, Touch{o, id, aspect}, Touch{o, id, AspectNone})
}

func (t *touches) about(o Object, id int64) {
	if id != 0 {
		t.add(o, id, AspectNone)
	}
}

func (t *touches) lot(id int64) {
	if id != 0 {
		t.add(ObjectLot, id, AspectNone)
		t.about(ObjectProduct, t.of.Lot(id))
	}
}

// master lists the records that the entry sets.
func (t *touches) master(e *Entry) {
	if p := e.Product; p != nil {
		t.add(ObjectProduct, p.ID, AspectRecord)
	}
	if g := e.GroupChange; g != nil {
		t.add(ObjectGroup, g.ID, AspectRecord)
	}
	if f := e.FormatChange; f != nil {
		t.add(ObjectFormat, f.ID, AspectRecord)
	}
	if f := e.FieldChange; f != nil {
		t.add(ObjectField, f.ID, AspectRecord)
	}
	if v := e.SiteChange; v != nil {
		t.add(ObjectSite, v.ID, AspectRecord)
	}
	if p := e.PartnerChange; p != nil {
		t.add(ObjectPartner, p.ID, AspectRecord)
	}
	if l := e.LabelChange; l != nil {
		t.add(ObjectLabel, l.ID, AspectRecord)
		t.about(ObjectProduct, l.Product)
		t.about(ObjectPartner, l.Partner)
	}
	for _, b := range e.Barcodes {
		t.add(ObjectBarcode, b.ID, AspectRecord)
		t.about(ObjectProduct, b.Product)
		t.about(ObjectPartner, b.Partner)
	}
	for _, p := range e.Places {
		switch p.Kind {
		case PlaceLocation:
			t.add(ObjectPlace, p.ID, AspectRecord)
			t.about(ObjectSite, p.Site)
		case PlacePartner:
			t.add(ObjectPlace, p.ID, AspectRecord)
			t.about(ObjectPartner, p.Partner)
		}
	}
	t.people(e)
	if a := e.Person; a != nil {
		t.add(ObjectActor, a.ID, AspectRecord)
	}
	if r := e.Review; r != nil {
		t.about(ObjectReview, e.ID)
	}
	for _, v := range e.Settings {
		t.add(ObjectSetting, SubjectOf("setting", v.Code), AspectRecord)
	}
	if a := e.Act; a != nil {
		t.add(ObjectAct, a.Subject(), AspectNone)
	}
	if v := e.Erasure; v != nil {
		t.about(v.Of.object(), v.ID)
	}
}

// people lists what the entry says of people; what a user is granted or known by is about the user too.
func (t *touches) people(e *Entry) {
	if u := e.User; u != nil {
		t.add(ObjectUser, u.ID, AspectRecord)
	}
	if g := e.Grant; g != nil {
		t.add(ObjectGrant, g.ID, AspectRecord)
		t.about(ObjectUser, g.User)
		t.about(ObjectSite, g.Site)
	}
	if k := e.APIKey; k != nil {
		t.add(ObjectKey, k.ID, AspectRecord)
		t.about(ObjectUser, k.User)
	}
	if c := e.Credential; c != nil {
		t.add(ObjectCredential, c.ID, AspectRecord)
		t.about(ObjectUser, c.User)
	}
	if v := e.Station; v != nil {
		t.add(ObjectStation, v.ID, AspectRecord)
		t.about(ObjectSite, v.Site)
	}
}

// goods lists the lots, units' products and places that the entry is about.
func (t *touches) goods(e *Entry) {
	for i := range e.Items {
		t.about(ObjectProduct, e.Items[i].Product)
		t.about(ObjectLot, e.Items[i].Lot)
	}
	for _, c := range e.Corrections {
		t.lot(c.Lot)
		if c.Unit != 0 {
			t.about(ObjectProduct, t.of.Unit(c.Unit))
		}
	}
	if h := e.Hold; h != nil && (e.Kind == KindHold || e.Kind == KindRelease) {
		t.add(ObjectHold, h.ID, AspectHold)
		t.lot(h.Lot)
		t.about(ObjectPlace, h.Place)
		for _, units := range [...]Runs{e.Held, e.Lifted} {
			if len(units) > 0 { // of one product
				t.about(ObjectProduct, t.of.Unit(units[0].First))
			}
		}
	}
	if p := e.Plan; p != nil && p.Product != 0 {
		t.add(ObjectProduct, p.Product, AspectPlan)
	} else if p != nil {
		t.add(ObjectGroup, p.Group, AspectPlan)
	}
	if i := e.Inspection; i != nil {
		t.lot(i.Lot)
	}
	if f := e.File; f != nil {
		t.about(ObjectProduct, f.Product)
		t.lot(f.Lot)
		t.about(ObjectPartner, f.Partner)
		t.about(ObjectSite, f.Site)
		t.about(ObjectPlace, f.Place)
	}
	if c := e.Closing; c != nil {
		t.add(ObjectSite, c.Site, AspectClosing)
	}
	for _, d := range e.Details {
		switch d.On {
		case OnLot:
			t.lot(d.Owner)
			t.add(ObjectLot, d.Owner, AspectField+d.Field)
		case OnProduct:
			t.add(ObjectProduct, d.Owner, AspectField+d.Field)
		case OnPartner:
			t.add(ObjectPartner, d.Owner, AspectField+d.Field)
		}
	}
}

// SubjectOf is the number by which a thing is known that has only a name: that of something beside the log, or of a setting.
func SubjectOf(sort, name string) int64 {
	sum := tlog.Salted([16]byte{}, sort+"\x00"+name)
	var n int64
	for _, b := range sum[:6] {
		n = n<<8 | int64(b)
	}
	return n
}

// CarrierOf is the object that carries extra fields of a kind.
func CarrierOf(on FieldOn) Object {
	switch on {
	case OnLot:
		return ObjectLot
	case OnProduct:
		return ObjectProduct
	case OnPartner:
		return ObjectPartner
	}
	return ObjectAny
}
