package app

import (
	"cmp"
	"context"
	"encoding/json"

	"clew/internal/stock"
	"clew/internal/store"
)

// Entry is one entry of the log.
type Entry struct {
	Entry      int64             `json:"entry"`
	Kind       stock.Kind        `json:"kind"`
	Step       string            `json:"step,omitempty" doc:"CBV 2.0 business step."`
	OccurredAt stock.Time        `json:"occurred_at"`
	RecordedAt stock.Time        `json:"recorded_at"`
	Actor      string            `json:"actor"`
	Device     string            `json:"device,omitempty"`
	Capture    string            `json:"capture,omitempty"`
	Key        string            `json:"key,omitempty" doc:"The client's own key."`
	Site       string            `json:"site,omitempty"`
	Partner    string            `json:"partner,omitempty"`
	Address    string            `json:"address,omitempty"`
	About      int64             `json:"about,omitempty" doc:"The entry that this one reverses, receives, releases, follows or resolves."`
	References []stock.Reference `json:"references,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	Note       string            `json:"note,omitempty"`
	Override   string            `json:"override,omitempty"`
	Items      []Item            `json:"items,omitempty"`
	Counted    []Counted         `json:"counted,omitempty"`
	Hold       *EntryHold        `json:"hold,omitempty"`
	Exception  *ExceptionState   `json:"refused,omitempty"`
	Cleaned    string            `json:"cleaned,omitempty"`
	Drawn      []Drawn           `json:"drawn,omitempty" doc:"Numbers taken from formats, for goods or ahead of them."`
	Plan       *Plan             `json:"quality_plan,omitempty" doc:"What quality asks for from here on."`
	Inspection *Inspection       `json:"inspection,omitempty"`
	File       *File             `json:"file,omitempty" doc:"What it attached."`
	Closing    *BooksClosed      `json:"closing,omitempty" doc:"The books that it closed, or opened again."`
	Late       []LateEntry       `json:"late,omitempty" doc:"Closed books that it reaches into."`
	Signature  *Signature        `json:"signature,omitempty" doc:"Who signed it; part of its leaf."`
	Settings   map[string]string `json:"settings_set,omitempty"`
	Act        *Act              `json:"act,omitempty" doc:"A change of something beside the log."`
	Review     *RightsReview     `json:"rights_review,omitempty" doc:"That who may do what was looked through."`
	LogKey     string            `json:"log_key,omitempty" doc:"The public key that signs the log from this entry on."`
	Erased     *Erasure          `json:"erased,omitempty" doc:"Personal data that it erased."`
	Corrected  []Corrected       `json:"corrected,omitempty" doc:"What a correction put right."`
	Fields     stock.Values      `json:"fields,omitempty" doc:"Values of the movement's extra fields."`
	Details    []Details         `json:"details,omitempty" doc:"Values that it gave to extra fields of lots, products and partners."`
	Follows    []int64           `json:"follows,omitempty" doc:"Entries that this one entailed, such as holds."`
	Product    *Product          `json:"product,omitempty" doc:"As this entry set it."`
	FormatSet  *Format           `json:"format_set,omitempty"`
	GroupSet   *ProductGroup     `json:"product_group_set,omitempty"`
	FieldSet   *Field            `json:"field_set,omitempty"`
	SiteSet    *Site             `json:"site_set,omitempty"`
	PartnerSet *Partner          `json:"partner_set,omitempty"`
	Locations  []Location        `json:"locations_set,omitempty"`
	LabelSet   *Label            `json:"label_set,omitempty"`
	PeopleSet
	Barcodes []Barcode `json:"barcodes_set,omitempty" doc:"Further codes that it bound to products, or took off."`
}

// Item is one line of a movement.
type Item struct {
	Item     int64           `json:"item"`
	Product  string          `json:"product"`
	Lot      string          `json:"lot,omitempty"`
	Quantity stock.Quantity  `json:"quantity"`
	From     string          `json:"from" doc:"SITE/LOCATION, SITE:purpose, partner:CODE[/ADDRESS] or transit:ENTRY"`
	To       string          `json:"to"`
	Known    string          `json:"known,omitempty" doc:"How the lot or units were known: scanned, typed, imported, or chosen by the strategy."`
	Role     string          `json:"role,omitempty" doc:"input or output of a transformation"`
	Group    int             `json:"group,omitempty"`
	Units    int64           `json:"units,omitempty" doc:"How many units."`
	Serials  []string        `json:"serials,omitempty" doc:"The first units by serial number, up to 100 in a list of entries."`
	Born     bool            `json:"born,omitempty" doc:"The units came into the ledger here."`
	About    int64           `json:"about,omitempty" doc:"The item that this one takes back, or does again."`
	Again    bool            `json:"again,omitempty" doc:"A correction did it again, with the right goods."`
	At       stock.Time      `json:"took_effect,omitempty" doc:"Of a correction's item: when what it puts right took effect."`
	Second   *stock.Quantity `json:"second_quantity,omitempty"`
	Measure  string          `json:"second_uom,omitempty"`
	Captured string          `json:"captured,omitempty"`
	Expected *stock.Quantity `json:"expected,omitempty"`
	Override string          `json:"override,omitempty"`
	Noted    bool            `json:"noted,omitempty" doc:"Came back from another partner than it was with."`
}

// Counted is one line of a count.
type Counted struct {
	Product  string         `json:"product"`
	Lot      string         `json:"lot,omitempty"`
	Place    string         `json:"place"`
	Counted  stock.Quantity `json:"counted"`
	Expected stock.Quantity `json:"expected"`
}

// EntryHold is what a hold or release says.
type EntryHold struct {
	Hold    int64  `json:"hold"`
	Product string `json:"product,omitempty"`
	Lot     string `json:"lot,omitempty"`
	Place   string `json:"place,omitempty"`
	Units   int64  `json:"units,omitempty"`
}

// ExceptionState is a movement that was refused and kept.
type ExceptionState struct {
	Exception int64           `json:"exception"`
	Code      string          `json:"code"`
	Field     string          `json:"field,omitempty"`
	Detail    string          `json:"detail"`
	Movement  json.RawMessage `json:"movement,omitempty"`
	Resolved  int64           `json:"resolved,omitempty" doc:"The entry that resolved it."`
}

// EntryQuery chooses entries by the names people use; what is left empty does not limit.
type EntryQuery struct {
	After, Before             int64
	Desc                      bool
	Movements                 bool // no master data, holds and the like
	Kinds                     []stock.Kind
	Site, Partner             string
	Product, Lot, Serial, Ref string
	Closing                   int64  // into whose books they came late
	Field, Value              string // of an extra field of movements or lots
	From, To                  stock.Time
	Limit                     int
}

// Entries lists entries whole.
func (a *App) Entries(ctx context.Context, q EntryQuery) ([]Entry, error) {
	f := store.EntryFilter{After: q.After, Before: q.Before, Desc: q.Desc, Kinds: q.Kinds, Ref: q.Ref, From: q.From, To: q.To, Closing: q.Closing, Limit: q.Limit}
	if q.Movements && len(f.Kinds) == 0 {
		for k := stock.KindOpening; k <= stock.KindReversal; k++ {
			f.Kinds = append(f.Kinds, k)
		}
		f.Kinds = append(f.Kinds, stock.KindTracking)
	}
	if q.Site != "" {
		v, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, err
		}
		f.Site = v.ID
	}
	if q.Partner != "" {
		p, err := a.Store.Partner(ctx, q.Partner)
		if err != nil {
			return nil, err
		}
		f.Partner = p.ID
	}
	var err error
	if f.Field, f.Value, err = a.fieldValue(ctx, q.Field, q.Value, stock.OnMovement, stock.OnLot); err != nil {
		return nil, err
	}
	if q.Product != "" || q.Lot != "" || q.Serial != "" {
		if err := a.goods(ctx, q, &f); err != nil {
			return nil, err
		}
	}
	rows, err := a.Store.Entries(ctx, f)
	if err != nil {
		return nil, err
	}
	return a.viewEntries(ctx, rows, serialsOfMany)
}

// goods resolves the product, lot or unit of a query.
func (a *App) goods(ctx context.Context, q EntryQuery, f *store.EntryFilter) error {
	if q.Product == "" {
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "name the product of the lot or unit")
	}
	p, err := a.Store.Product(ctx, q.Product)
	if err != nil {
		return err
	}
	switch {
	case q.Lot != "":
		lot, err := a.lot(ctx, p, q.Lot)
		if err != nil {
			return err
		}
		f.Lot = lot.ID
	case q.Serial != "":
		u, err := a.unit(ctx, p, q.Serial)
		if err != nil {
			return err
		}
		f.Unit = u.ID
	default:
		f.Product = p.ID
	}
	return nil
}

// Entry shows one entry.
func (a *App) Entry(ctx context.Context, id int64) (Entry, error) {
	rows, err := a.Store.Entries(ctx, store.EntryFilter{IDs: []int64{id}, Limit: 1})
	if err != nil {
		return Entry{}, err
	}
	if len(rows) == 0 {
		return Entry{}, stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "entry", "there is no entry %d", id)
	}
	views, err := a.viewEntries(ctx, rows, serialsOfOne)
	if err != nil {
		return Entry{}, err
	}
	follows, err := a.Store.Entries(ctx, store.EntryFilter{About: id, After: id, Limit: 100})
	for _, e := range follows {
		views[0].Follows = append(views[0].Follows, e.ID)
	}
	return views[0], err
}

// viewOutcome shows an entry just recorded from what it was decided on, as Entry shows it from the store.
func viewOutcome(out stock.Outcome) (Entry, error) {
	var main *stock.Entry
	var follows []int64
	for _, e := range out.Entries {
		if e.ID == out.Entry {
			main = e
		} else if e.ID > out.Entry && e.About == out.Entry {
			follows = append(follows, e.ID)
		}
	}
	n := store.NamesOf(out.State)
	serial := map[int64]string{}
	for _, it := range main.Items {
		for id := range firstUnits(it.Units, serialsOfOne).All() {
			serial[id] = out.State.Units[id].Serial
		}
	}
	for _, c := range main.Corrections {
		if stock.Nameless(c.After) && serial[c.Unit] == c.After {
			serial[c.Unit] = c.Before
		}
	}
	if f := main.File; f != nil && f.Unit != 0 {
		serial[f.Unit] = out.State.Units[f.Unit].Serial
	}
	view, err := viewEntry(main, n, serial, serialsOfOne)
	view.Follows = follows
	return view, err
}

const (
	serialsOfMany = 100  // serials shown of an item in a list of entries
	serialsOfOne  = 1000 // … of an entry alone
)

// viewEntries names everything in the entries; each item shows its first serials, up to a number.
func (a *App) viewEntries(ctx context.Context, rows []*stock.Entry, serials int) ([]Entry, error) {
	n := store.NewNames()
	var runs stock.Runs
	for _, e := range rows {
		n.WantEntry(e)
		for _, it := range e.Items {
			runs = runs.Union(firstUnits(it.Units, serials))
		}
		if e.File != nil && e.File.Unit != 0 {
			runs = runs.Union(stock.RunsOf([]int64{e.File.Unit}))
		}
		if !e.Kind.Sets() {
			continue
		}
		m, err := stock.MasterOf(e.Leaf)
		if err != nil {
			return nil, err
		}
		wantMaster(n, &m)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	units, err := a.Store.UnitsOf(ctx, runs, 0, int(runs.Count()))
	if err != nil {
		return nil, err
	}
	serial := map[int64]string{}
	for _, u := range units {
		serial[u.ID] = u.Serial
	}
	out := make([]Entry, len(rows))
	for i, e := range rows {
		if out[i], err = viewEntry(e, n, serial, serials); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wantMaster asks for the names in master data.
func wantMaster(n *store.Names, m *stock.Master) {
	n.WantPeople(&m.People)
	wantErasure(n, m.Erasure)
	if m.Product != nil {
		n.WantGroups(m.Product.Group)
		n.WantFormats(m.Product.LotFormat, m.Product.SerialFormat)
	}
	if m.Group != nil {
		n.WantFormats(m.Group.LotFormat, m.Group.SerialFormat)
	}
	if m.Field != nil {
		n.WantGroups(m.Field.Groups...)
	}
	if m.Label != nil {
		n.WantProducts(m.Label.Product)
		n.WantPartners(m.Label.Partner)
	}
	for _, b := range m.Barcodes {
		n.WantProducts(b.Product)
		n.WantPartners(b.Partner)
	}
	for _, p := range m.Places {
		n.WantSites(p.Site)
		n.WantPlaces(p.Parent)
		n.WantPartners(p.Partner)
	}
}

// firstUnits are the first units of a set, up to a number.
func firstUnits(units stock.Runs, most int) stock.Runs {
	var out stock.Runs
	left := int64(most)
	for _, r := range units {
		if left <= 0 {
			break
		}
		r.Last = min(r.Last, r.First+left-1)
		out = append(out, r)
		left -= r.Last - r.First + 1
	}
	return out
}

func viewEntry(e *stock.Entry, n *store.Names, serial map[int64]string, serials int) (Entry, error) {
	out := Entry{Entry: e.ID, Kind: e.Kind, Step: e.Kind.Step(), OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Actor: n.Actors[e.Actor],
		Device: n.Actors[e.Device], Key: e.Key, About: e.About, References: e.References, Reason: e.Reason, Note: e.Note, Override: e.Override,
		Cleaned: n.PlaceRef(e.Cleaned)}
	if e.Kind.Movement() {
		out.Capture = e.Capture.String()
	}
	if v := n.Sites[e.Site]; v != nil {
		out.Site = v.Code
	}
	if p := n.Partners[e.Partner]; p != nil {
		out.Partner = p.Code
	}
	if p := n.Places[e.Address]; p != nil {
		out.Address = p.Code
	}
	for i := range e.Items {
		out.Items = append(out.Items, viewItem(&e.Items[i], n, serial, serials))
	}
	for _, c := range e.Counted {
		out.Counted = append(out.Counted, Counted{n.Products[c.Product].SKU, lotCode(n, c.Lot), n.PlaceRef(c.Place), c.Counted, c.Expected})
	}
	out.Drawn = viewDrawn(e, n, serials)
	out.File = viewFile(e, n, serial)
	out.Plan, out.Inspection = viewPlan(e.Plan, n), viewInspection(e.Inspection, n)
	out.Closing, out.Late = viewClosing(e.Closing, n), viewLate(e.Late, n)
	out.Review = viewReview(e.Review)
	out.Signature = viewSignature(e, n)
	out.Corrected = viewCorrections(e.Corrections, n)
	out.Fields, out.Details = viewDetails(e.Details, n)
	if h := e.Hold; h != nil {
		out.Hold = &EntryHold{Hold: h.ID, Lot: lotCode(n, h.Lot), Place: n.PlaceRef(h.Place), Units: cmp.Or(e.Held.Count(), e.Lifted.Count())}
		if l := n.Lots[h.Lot]; l != nil {
			out.Hold.Product = n.Products[l.Product].SKU
		}
	}
	if x := e.Exception; x != nil {
		out.Exception = &ExceptionState{Exception: x.ID, Code: x.Code, Field: x.Field, Detail: x.Detail, Movement: x.Draft, Resolved: x.Resolved}
	}
	return out, out.addMaster(e, n)
}

func viewItem(it *stock.Item, n *store.Names, serial map[int64]string, serials int) Item {
	out := Item{Item: it.ID, Product: n.Products[it.Product].SKU, Lot: lotCode(n, it.Lot), Quantity: it.Quantity, From: n.PlaceRef(it.From), To: n.PlaceRef(it.To),
		Known: it.Known.String(), Role: it.Role.String(), Group: it.Group, Units: it.Units.Count(), Born: it.Born, About: it.About, Second: it.Second,
		Measure: it.Measure, Captured: it.Captured, Expected: it.Expected, Override: it.Override, Noted: it.Noted, Again: it.Again, At: it.At}
	for id := range firstUnits(it.Units, serials).All() {
		out.Serials = append(out.Serials, serial[id])
	}
	return out
}

// addMaster shows the master data that the entry set, with the names that its leaf only has hashes of.
func (out *Entry) addMaster(e *stock.Entry, n *store.Names) error {
	if !e.Kind.Sets() {
		return nil
	}
	m, err := stock.MasterOf(e.Leaf)
	if err != nil {
		return err
	}
	text := textsOf(e)
	if m.Product != nil {
		p := viewProduct(m.Product, n)
		out.Product = &p
	}
	if m.Group != nil {
		g := viewGroup(m.Group, n)
		out.GroupSet = &g
	}
	if m.Format != nil {
		f := viewFormat(m.Format)
		out.FormatSet = &f
	}
	if m.Field != nil {
		f := viewField(m.Field, n)
		out.FieldSet = &f
	}
	if m.Label != nil {
		l := viewLabel(m.Label, n)
		out.LabelSet = &l
	}
	out.PeopleSet = viewPeople(&m.People, n, text)
	for _, b := range m.Barcodes {
		out.Barcodes = append(out.Barcodes, viewBarcode(b, n))
	}
	if m.Site != nil {
		v := viewSite(m.Site)
		out.SiteSet = &v
	}
	if m.Partner != nil {
		for i, p := range m.Places {
			p.Name = text["places["+itoa(i)+"].name"]
		}
		m.Partner.Name = text["name"]
		m.Partner.Contacts, _ = stock.ParseList[stock.Contact](text["contacts"]) // none where they were erased
		p := viewPartner(m.Partner, m.Places)
		out.PartnerSet = &p
	}
	for _, p := range m.Places {
		if p.Kind == stock.PlaceLocation {
			out.Locations = append(out.Locations, viewLocation(p, n))
		}
	}
	out.Settings = viewSettings(m.Settings)
	if m.Act != nil {
		out.Act = &Act{Sort: m.Act.Sort, Name: m.Act.Name, What: m.Act.What}
	}
	if m.LogKey != nil {
		out.LogKey = m.LogKey.Key
	}
	if m.Erasure != nil {
		m.Erasure.More = e.Erasure != nil && e.Erasure.More
		out.Erased = viewErasure(m.Erasure, n)
	}
	if e.Kind == stock.KindActor || e.Kind == stock.KindDevice {
		out.Note = text["name"]
	}
	return nil
}

// textsOf are the erasable texts of an entry by their fields.
func textsOf(e *stock.Entry) map[string]string {
	text := map[string]string{}
	for _, t := range e.Erasable {
		if text[t.Field] = t.Text; t.Erased != nil {
			text[t.Field] = stock.Erased
		}
	}
	return text
}

func lotCode(n *store.Names, id int64) string {
	if l := n.Lots[id]; l != nil {
		return l.Code
	}
	return ""
}
