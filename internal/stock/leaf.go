package stock

import (
	"encoding/binary"

	"clew/internal/tlog"
)

// leafVersion is that of the fields below. A field is only ever added, under a new tag; a tag never changes its meaning.
const leafVersion = 1

// Tags of an entry's leaf. Values that are 0 or empty are not written.
const (
	tagOccurred = iota + 1
	tagRecorded
	tagActor
	tagDevice
	tagCapture
	tagKey
	tagSite
	tagPartner
	tagAddress
	tagAbout // 10
	tagReference
	tagText
	tagItem
	tagLot
	tagAlias
	tagProduct
	tagSiteChange
	tagPlace
	tagPartnerChange
	tagPerson // 20
	tagHold
	tagException
	tagCounted
	tagCleaned
	tagLifted
	tagGroup
	tagField
	tagFormat
	tagCorrection
	tagTracking // 30
	tagNumbers
	tagFile
	tagInspection
	tagClosing
	tagPlan
	tagDetail
	tagBarcode
	tagLabel
	tagUser
	tagGrant // 40: a role of a user
	tagAPIKey
	tagCredential
	tagStation
	_ // 44: of people
	_ // 45 to 47: rights
	_
	_
	tagAct // 48
	tagSetting
	tagSignature // 50
	_            // 51: of signatures
	tagErasure   // 52
	tagLogKey
	_         // 54
	tagReview // 55
)

// seal fixes what the entry says: its free texts and names as salted hashes, then its leaf bytes.
func (e *Entry) seal(s *State) {
	keep := func(field, text string) {
		if text != "" {
			e.Erasable = append(e.Erasable, Erasable{Field: field, Salt: s.Salt(), Text: text})
		}
	}
	keep("reason", e.Reason)
	keep("note", e.Note)
	keep("override", e.Override)
	for i := range e.Items {
		keep(index("items", i)+".override", e.Items[i].Override)
		keep(index("items", i)+".captured", e.Items[i].Captured)
	}
	if e.PartnerChange != nil {
		keep("name", e.PartnerChange.Name)
		keep("contacts", ListText(e.PartnerChange.Contacts))
	}
	for i, p := range e.Places {
		if p.Kind == PlacePartner {
			keep(index("places", i)+".name", p.Name)
		}
	}
	if e.Person != nil {
		keep("name", e.Person.Name)
	}
	if e.User != nil {
		keep("name", e.User.Name)
		keep("full_name", e.User.FullName)
	}
	if e.File != nil {
		keep("name", e.File.Name)
	}
	if e.Exception != nil && e.Kind == KindException {
		keep("draft", string(e.Exception.Draft))
		keep("detail", e.Exception.Detail)
	}
	if e.Act != nil {
		keep("old", e.Act.Old)
		keep("new", e.Act.New)
	}
	if e.Audited() {
		keep("origin", e.Origin.Text())
	}
	e.Leaf = LeafOf(e, func(id int64) string { return s.ProductIDs[id].SKU })
}

// Hash is the text's salted hash, also after the text was erased.
func (t *Erasable) Hash() [32]byte {
	if t.Erased != nil {
		return *t.Erased
	}
	return tlog.Salted(t.Salt, t.Text)
}

// LeafOf writes an entry's leaf bytes: all that it says, in a form in which no two entries look alike. It takes the
// texts from Erasable, so that verification can write the leaf again from the rows; sku names a product by id.
func LeafOf(e *Entry, sku func(int64) string) []byte {
	w := leafWriter{tlog.NewLeaf(leafVersion, e.Kind.String())}
	w.int(tagOccurred, int64(e.OccurredAt))
	w.int(tagRecorded, int64(e.RecordedAt))
	w.int(tagActor, e.Actor)
	w.int(tagDevice, e.Device)
	w.int(tagCapture, int64(e.Capture))
	w.text(tagKey, e.Key)
	w.int(tagSite, e.Site)
	w.int(tagPartner, e.Partner)
	w.int(tagAddress, e.Address)
	w.int(tagAbout, e.About)
	for _, r := range e.References {
		w.group(tagReference, func() { w.text(1, r.Kind); w.text(2, r.Code) })
	}
	for i := range e.Erasable {
		t := &e.Erasable[i]
		w.group(tagText, func() { w.text(1, t.Field); w.Hash(2, t.Hash()) })
	}
	births := e.Births
	for i := range e.Items {
		it := &e.Items[i]
		n := it.newborn(births)
		w.item(it, births[:n], sku)
		births = births[n:]
	}
	w.master(e)
	w.goods(e, sku)
	return w.Bytes()
}

// newborn is how many of the births, which are in order, are the item's. Rows that were tampered with may not fit each other: then
// none is, and the leaf is not the one that was sealed.
func (it *Item) newborn(births []*Unit) int {
	n := int(it.Units.Count())
	if !it.Born || n == 0 || n > len(births) || births[0].ID != it.Units[0].First || births[n-1].ID != it.Units[len(it.Units)-1].Last {
		return 0
	}
	return n
}

type leafWriter struct{ *tlog.Leaf }

func (w leafWriter) int(tag uint16, v int64) {
	if v != 0 {
		w.Int(tag, v)
	}
}

func (w leafWriter) text(tag uint16, v string) {
	if v != "" {
		w.Text(tag, v)
	}
}

func (w leafWriter) flag(tag uint16, v bool) {
	if v {
		w.Int(tag, 1)
	}
}

func (w leafWriter) quantity(tag uint16, q *Quantity) {
	if q != nil {
		w.Int(tag, int64(*q))
	}
}

func (w leafWriter) group(tag uint16, fields func()) {
	w.Open(tag)
	fields()
	w.Close()
}

// item writes a line; its units hang under a root of their own, newborn ones with their serials, others by id.
func (w leafWriter) item(it *Item, births []*Unit, sku func(int64) string) {
	w.group(tagItem, func() {
		w.int(1, it.Product)
		w.int(2, it.Lot)
		w.int(3, int64(it.Quantity))
		w.int(4, it.From)
		w.int(5, it.To)
		w.int(6, int64(it.Known))
		w.int(7, int64(it.Role))
		w.int(8, int64(it.Group))
		w.int(9, it.About)
		w.quantity(10, it.Second)
		w.text(11, it.Measure)
		w.quantity(12, it.Expected)
		w.flag(13, it.Noted)
		if len(births) > 0 {
			w.text(14, sku(it.Product))
			w.int(15, births[0].ID)
			w.flag(16, births[0].HistoryUnknown)
			w.Hash(17, birthRoot(births))
		} else if len(it.Units) > 0 {
			w.Hash(18, RunsRoot(it.Units))
		}
		w.int(19, it.ID)
		w.int(20, int64(it.At))
		w.flag(21, it.Again)
	})
}

// birthRoot is the root over newborn units, a leaf each: its id and its serial.
func birthRoot(births []*Unit) [32]byte {
	var buf []byte
	return tlog.UnitRoot(len(births), func(i int) []byte {
		buf = appendBirth(buf[:0], births[i].ID, births[i].Serial)
		return buf
	})
}

// RunsRoot is the root over units that exist already, a leaf for each run of ids: its first and its last.
func RunsRoot(units Runs) [32]byte {
	var buf []byte
	return tlog.UnitRoot(len(units), func(i int) []byte {
		buf = binary.AppendUvarint(buf[:0], uint64(units[i].First))
		return binary.AppendUvarint(buf, uint64(units[i].Last))
	})
}

// goods writes what the entry says about lots, holds, counts and exceptions.
func (w leafWriter) goods(e *Entry, sku func(int64) string) {
	for _, l := range e.Lots {
		w.group(tagLot, func() {
			w.int(1, l.ID)
			w.text(2, sku(l.Product))
			w.text(3, l.Code)
			for i, f := range dateFields {
				w.int(uint16(4+i), int64(*l.Dates.at(f.Value)))
			}
			w.int(8, l.Source)
			w.flag(9, l.HistoryUnknown)
			w.flag(10, l.Dates.Cautious)
			w.int(11, l.SameAs)
		})
	}
	for _, a := range e.Aliases {
		w.group(tagAlias, func() { w.int(1, a.Partner); w.text(2, a.Code); w.int(3, a.Lot) })
	}
	w.corrections(e)
	w.drawn(e)
	w.details(e)
	for _, c := range e.Counted {
		w.group(tagCounted, func() {
			w.int(1, c.Product)
			w.int(2, c.Lot)
			w.int(3, c.Place)
			w.int(4, int64(c.Counted))
			w.int(5, int64(c.Expected))
		})
	}
	if h := e.Hold; h != nil && e.Kind == KindHold {
		w.group(tagHold, func() {
			w.int(1, h.Lot)
			w.int(2, h.Place)
			if len(e.Held) > 0 {
				w.int(3, e.Held.Count())
				w.Hash(4, RunsRoot(e.Held))
			}
		})
	}
	if len(e.Lifted) > 0 {
		w.group(tagLifted, func() { w.int(1, e.Lifted.Count()); w.Hash(2, RunsRoot(e.Lifted)) })
	}
	if x := e.Exception; x != nil && e.Kind == KindException {
		w.group(tagException, func() {
			w.text(1, x.Code)
			w.text(2, x.Field)
			for _, subject := range x.Subjects {
				w.text(3, subject)
			}
		})
	}
	w.int(tagCleaned, e.Cleaned)
	w.file(e.File)
	w.quality(e)
	w.closing(e)
	w.review(e.Review)
	w.signature(e.Signature)
}

// master writes the new state of master data, whole; names of people and partners are among the texts.
func (w leafWriter) master(e *Entry) {
	if p := e.Product; p != nil {
		w.group(tagProduct, func() { w.product(p) })
	}
	if g := e.GroupChange; g != nil {
		w.group(tagGroup, func() { w.productGroup(g) })
	}
	if f := e.FormatChange; f != nil {
		w.group(tagFormat, func() { w.format(f) })
	}
	if f := e.FieldChange; f != nil {
		w.group(tagField, func() { w.field(f) })
	}
	if v := e.SiteChange; v != nil {
		w.group(tagSiteChange, func() {
			w.int(1, v.ID)
			w.text(2, v.Code)
			w.text(3, v.Name)
			w.text(4, v.TimeZone)
			w.text(5, v.GLN)
			w.flag(6, v.Private)
			w.flag(7, v.Active)
			w.text(8, v.Contact)
		})
	}
	if p := e.PartnerChange; p != nil {
		w.group(tagPartnerChange, func() {
			w.int(1, p.ID)
			w.text(2, p.Code)
			w.text(3, p.GLN)
			w.int(4, int64(p.Roles))
			w.int(5, int64(p.HoldWhen))
			w.flag(6, p.Active)
			w.text(7, ListText(p.Licences))
		})
	}
	for _, b := range e.Barcodes {
		w.group(tagBarcode, func() { w.barcode(b) })
	}
	if l := e.LabelChange; l != nil {
		w.group(tagLabel, func() { w.label(l) })
	}
	w.people(&e.People)
	for _, p := range e.Places {
		w.group(tagPlace, func() { w.place(p) })
	}
	if a := e.Person; a != nil {
		w.group(tagPerson, func() { w.int(1, a.ID) })
	}
	if a := e.Act; a != nil {
		w.group(tagAct, func() { w.act(a) })
	}
	w.settings(e.Settings)
	if v := e.Erasure; v != nil {
		w.group(tagErasure, func() { w.erasure(v) })
	}
	if k := e.LogKey; k != nil {
		w.group(tagLogKey, func() { w.logKey(k) })
	}
}

func (w leafWriter) product(p *Product) {
	w.int(1, p.ID)
	w.text(2, p.SKU)
	w.text(3, p.GTIN)
	w.text(4, p.Name)
	w.int(5, int64(p.Tracking))
	w.text(6, p.UoM)
	w.int(7, int64(p.Decimals))
	w.int(8, int64(p.Strategy))
	w.int(9, int64(p.Tolerance))
	w.int(10, int64(p.Requires))
	w.int(11, int64(p.Past))
	w.int(12, int64(p.ShelfLife))
	w.int(13, int64(p.WarnDays))
	w.text(14, p.UnitCost)
	for _, tag := range p.Tags {
		w.text(15, tag)
	}
	w.int(16, int64(p.HoldWhen))
	w.flag(17, p.Active)
	w.int(18, p.Group)
	w.text(19, FormatPackaging(p.Packaging))
	w.int(20, p.LotFormat)
	w.int(21, p.SerialFormat)
	w.int(22, int64(p.Class))
}

func (w leafWriter) place(p *Place) {
	w.int(1, p.ID)
	w.int(2, int64(p.Kind))
	w.int(3, p.Site)
	w.int(4, p.Parent)
	w.int(5, p.Partner)
	w.int(6, p.ToSite)
	w.text(7, p.Code)
	if p.Kind == PlaceLocation {
		w.text(8, p.Name)
	}
	w.text(9, p.GLN)
	w.flag(10, p.Blocking)
	w.flag(11, p.Mixed)
	w.flag(12, p.Zone)
	w.flag(13, p.Active)
}
