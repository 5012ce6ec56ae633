package stock

import (
	"cmp"
	"time"
)

// MovementDraft asks for a movement of goods, of any kind.
type MovementDraft struct {
	Kind       Kind        `json:"kind" doc:"opening, receive, move, dispatch, arrive, found, loss, count, make, disassemble, repack, relabel, split, merge, ship, issue, return, return_to_supplier, scrap or reversal"`
	Site       string      `json:"site,omitempty" doc:"Code of the site where it happens. Needed for every kind but reversal."`
	OccurredAt Time        `json:"occurred_at,omitempty" doc:"When it happened, RFC 3339. Now, when left out."`
	Partner    string      `json:"partner,omitempty" doc:"Code of the supplier or customer."`
	Address    string      `json:"address,omitempty" doc:"Code of the partner's address; its main one when left out."`
	ToSite     string      `json:"to_site,omitempty" doc:"Of a dispatch: the site it goes to."`
	Dispatch   int64       `json:"dispatch,omitempty" doc:"Of an arrival: the entry of the dispatch."`
	Close      bool        `json:"close,omitempty" doc:"Of an arrival: what has not come by now is lost. Needs a reason when something is missing."`
	Purpose    string      `json:"purpose,omitempty" doc:"Of an issue: sample, retained_sample, laboratory, own_use, donation, destruction or counter_sale."`
	Reverses   int64       `json:"reverses,omitempty" doc:"Of a reversal: the entry to be reversed, whole or, when items are given, in part."`
	References []Reference `json:"references,omitempty" maxItems:"100"`
	Capture    string      `json:"capture,omitempty" enum:"api,camera,scanner,typed,import" doc:"How it was captured."`
	Reason     string      `json:"reason,omitempty" maxLength:"500"`
	Note       string      `json:"note,omitempty" maxLength:"4000"`
	Override   string      `json:"override,omitempty" maxLength:"500" doc:"Why another than the strategy's choice is taken, or why a late breach of a hold or date, or an entry into closed books, is recorded."`
	Fields     Values      `json:"fields,omitempty" doc:"Values of extra fields of movements, by the fields' codes."`
	Scanner    *Scanner    `json:"scanner,omitempty" doc:"What is special about the scanner, where items carry scans."`
	Items      []ItemDraft `json:"items,omitempty"`
	Groups     []Group     `json:"groups,omitempty" doc:"Of a transformation: inside a group all inputs lead to all outputs."`
}

// Group is one run of a transformation.
type Group struct {
	Inputs  []ItemDraft `json:"inputs"`
	Outputs []ItemDraft `json:"outputs"`
}

// ItemDraft is one line of a movement as asked for.
type ItemDraft struct {
	Scan      string    `json:"scan,omitempty" doc:"A scanned code in place of product, lot, units, dates and quantity, as the scanner sent it. What the item says beside it must agree."`
	Scans     []string  `json:"scans,omitempty" doc:"Several scans of one item, judged together: the product in one, lot and date in another." maxItems:"10"`
	Product   string    `json:"product,omitempty" doc:"SKU or GTIN."`
	Lot       string    `json:"lot,omitempty" doc:"Our lot code, or a partner's that means one lot."`
	Units     []string  `json:"units,omitempty" doc:"Serial numbers, or ranges: SN0001..SN0100, SN0001~+99."`
	Quantity  *Quantity `json:"quantity,omitempty" doc:"Decimal, in the product's unit of measure."`
	Packaging string    `json:"packaging,omitempty" doc:"The product's packaging level that the quantity counts, such as case. A level's GTIN as product says it too." maxLength:"20"`
	From      string    `json:"from,omitempty" doc:"Code of the location the goods leave, or a scan of it."`
	To        string    `json:"to,omitempty" doc:"Code of the location the goods enter, or a scan of it."`
	Dates
	SupplierLot string    `json:"supplier_lot,omitempty" doc:"The partner's code of the lot, kept beside ours and searchable." maxLength:"60"`
	LotFields   Values    `json:"lot_fields,omitempty" doc:"Of a lot that is born here: values of extra fields of lots, by the fields' codes."`
	New         bool      `json:"new,omitempty" doc:"Of goods found or returned: a lot or unit that is not known yet may be brought in, its history unknown."`
	How         string    `json:"how,omitempty" enum:"scanned,typed,imported" doc:"How the lot or units were known; by default as the movement was captured."`
	Captured    string    `json:"captured,omitempty" maxLength:"100" doc:"As it was keyed in, such as: 3 cases of 12."`
	Second      *Quantity `json:"second_quantity,omitempty" doc:"A second, measured quantity (catch weight)."`
	Measure     string    `json:"second_uom,omitempty" doc:"UN/ECE Rec 20 code of the second quantity."`
	Expected    *Quantity `json:"expected,omitempty" doc:"Of an output: the yield that was expected."`
	Override    string    `json:"override,omitempty" maxLength:"500" doc:"As the movement's, for this item only."`
	Item        int64     `json:"item,omitempty" doc:"Of a reversal: the item to be reversed."`
	Numbered    bool      `json:"numbered,omitempty" doc:"Of goods that come in for the first time: a new lot, or as many units as the quantity says, is given the next number of the product's format."`
}

// MaxUnits is the most units that one movement may name.
const MaxUnits = 1_000_000

// lateAfter is how much earlier than its recording a fact must have happened to count as late: a queue that was sent
// after the scanner came back, not the seconds of a request under way.
const lateAfter = Time(15 * time.Minute / time.Millisecond)

// ahead is how far a client's clock may run before ours.
const ahead = Time(5 * time.Minute / time.Millisecond)

// flow says how the goods of one kind of movement run, and which rules watch over them.
type flow struct {
	out      bool // goods leave a location of the site, named or found
	in       bool // goods enter a location of the site
	other    PlaceKind
	partner  bool // the other end is the partner's address
	births   bool // lots and units that are not known are born
	new      bool // … only where the draft says they are new
	unknown  bool // newborn goods have an unknown history
	held     bool // newborn goods start on hold
	uses     bool // goods are shipped or used up: holds, blocking places and dates bar it
	picks    bool // the strategy picks where no lot is named
	enforced bool // another choice than the strategy's needs a reason
	reason   bool
	hold     HoldWhen // product rules that put the goods on hold
}

var flows = map[Kind]flow{
	KindOpening:          {in: true, other: PlaceOpening, births: true, unknown: true},
	KindReceive:          {in: true, partner: true, births: true, hold: HoldReceived},
	KindMove:             {out: true, in: true},
	KindDispatch:         {out: true, other: PlaceTransit},
	KindArrive:           {in: true, other: PlaceTransit},
	KindFound:            {in: true, other: PlaceFound, births: true, new: true, unknown: true, held: true},
	KindLoss:             {out: true, other: PlaceLoss, reason: true},
	KindCount:            {out: true, in: true, births: true, new: true, unknown: true, held: true},
	KindMake:             {out: true, in: true, other: PlaceProduction, births: true, uses: true, picks: true, enforced: true, hold: HoldMade},
	KindDisassemble:      {out: true, in: true, other: PlaceProduction, births: true, uses: true},
	KindRepack:           {out: true, in: true, other: PlaceProduction, births: true, uses: true},
	KindRelabel:          {out: true, in: true, other: PlaceProduction, births: true},
	KindSplit:            {out: true, in: true, other: PlaceProduction, births: true},
	KindMerge:            {out: true, in: true, other: PlaceProduction, births: true},
	KindShip:             {out: true, partner: true, uses: true, picks: true, enforced: true},
	KindIssue:            {out: true, uses: true, picks: true},
	KindReturn:           {in: true, partner: true, births: true, new: true, unknown: true, held: true, hold: HoldReturned},
	KindReturnToSupplier: {out: true, partner: true},
	KindScrap:            {out: true, other: PlaceLoss, reason: true},
}

func (d *MovementDraft) kind() Kind { return d.Kind }

// each visits every item of the draft with its path.
func (d *MovementDraft) each(visit func(path string, it *ItemDraft)) {
	for i := range d.Items {
		visit(index("items", i), &d.Items[i])
	}
	for g := range d.Groups {
		for i := range d.Groups[g].Inputs {
			visit(index("groups", g)+"."+index("inputs", i), &d.Groups[g].Inputs[i])
		}
		for i := range d.Groups[g].Outputs {
			visit(index("groups", g)+"."+index("outputs", i), &d.Groups[g].Outputs[i])
		}
	}
}

// ExpandUnits turns the serial ranges of all items into single serials, before the state is loaded. It is called once.
func (d *MovementDraft) ExpandUnits() *Error {
	var fault *Error
	left := MaxUnits
	d.each(func(path string, it *ItemDraft) {
		if fault != nil || len(it.Units) == 0 {
			return
		}
		units, err := ExpandSerials(it.Units, left)
		if err != nil {
			fault, _ = AsError(err)
			fault = fault.At(path)
			return
		}
		it.Units = units
		left -= len(units)
	})
	return fault
}

func (d *MovementDraft) needs(n *Needs) {
	n.Site(d.Site)
	n.Site(d.ToSite)
	n.Partner(d.Partner)
	n.Entry(d.Reverses)
	n.Entry(d.Dispatch)
	rule := flows[d.Kind]
	n.Values(d.Site, d.Fields)
	d.each(func(_ string, it *ItemDraft) {
		n.SKU(it.Product)
		d.draws(n, it)
		n.Values(d.Site, it.LotFields)
		n.Location(d.Site, it.From)
		n.Location(d.Site, it.To)
		n.Units(it.Product, it.Units)
		n.Lot(it.Product, it.Lot)
		if it.SupplierLot != "" {
			n.Lot(it.Product, it.SupplierLot)
		}
		if rule.births && it.Lot != "" {
			for _, code := range offers(it.Lot) {
				n.Lot(it.Product, code)
			}
		}
		if rule.enforced || rule.out && it.Lot == "" && len(it.Units) == 0 { // a named lot's balances come with it
			n.StockOf(it.Product, d.Site)
		}
		if d.Kind == KindCount {
			n.UnitsHere(it.Product, d.Site, cmp.Or(it.To, it.From))
		}
	})
}

// decision is a movement being decided.
type decision struct {
	*State
	flow
	d       *MovementDraft
	e       *Entry
	site    *Site
	partner *Partner
	address *Place
	other   *Place // the virtual end of the flow
	day     Date   // the site's business date of occurred at
	late    bool
	takes   []take // what left under an enforced strategy
	path    string // of the line being decided, for what is judged once all lines are
	drawn   int64  // how many numbers were drawn for its goods
	inputs  []Item // of the transformation's group being decided
	born    born
}

func (d *MovementDraft) decide(s *State, e *Entry) *Error {
	m := &decision{State: s, flow: flows[d.Kind], d: d, e: e}
	if err := m.header(); err != nil {
		return err
	}
	if err := m.lines(); err != nil {
		return err
	}
	return m.ownDetails()
}

// lines decides what the movement's items say.
func (m *decision) lines() *Error {
	d := m.d
	switch {
	case d.Kind == KindReversal:
		return m.reverse()
	case d.Kind == KindCount:
		return m.count()
	case d.Kind == KindArrive:
		return m.arrive()
	case d.Kind.Transforms():
		return m.transform()
	}
	if len(d.Items) == 0 {
		return Errorf(Invalid, CodeRequired, "items", "a movement has at least one item")
	}
	for i := range d.Items {
		m.path = index("items", i)
		if err := m.item(&d.Items[i]); err != nil {
			return err.At(m.path)
		}
	}
	if err := m.complies(); err != nil {
		return err
	}
	return m.holdBorn()
}

// item moves one line of a plain movement.
func (m *decision) item(it *ItemDraft) *Error {
	switch {
	case !m.out && it.From != "":
		return Errorf(Invalid, CodeUnsupported, "from", "a %s takes nothing out of a location", m.d.Kind)
	case !m.in && it.To != "":
		return Errorf(Invalid, CodeUnsupported, "to", "a %s puts nothing into a location", m.d.Kind)
	}
	switch {
	case m.out && m.in: // inside the site
		to, err := m.location("to", m.site, it.To)
		if err != nil {
			return err
		}
		return m.takeOut(it, to, Plain, 0)
	case m.out:
		return m.takeOut(it, m.otherEnd(), Plain, 0)
	}
	return m.bringIn(it, m.otherEnd(), Plain, 0, 0)
}

func (m *decision) otherEnd() *Place {
	if m.flow.partner {
		return m.address
	}
	return m.other
}

// header checks and keeps what the movement says as a whole.
func (m *decision) header() *Error {
	d, e := m.d, m.e
	if !d.Kind.Asked() {
		return Errorf(Invalid, CodeInvalidValue, "kind", "%q is no kind of movement", d.Kind)
	}
	if d.OccurredAt != 0 {
		e.OccurredAt = d.OccurredAt
	}
	if e.OccurredAt > m.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, m.Now)
	}
	m.late = e.OccurredAt < m.Now-lateAfter
	e.Override = d.Override
	if err := e.describe(d.Capture, d.Reason, d.Note, d.References); err != nil {
		return err
	}
	if m.reason && e.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a %s needs a reason", d.Kind)
	}
	if err := d.belongs(); err != nil {
		return err
	}
	if d.Kind == KindReversal {
		return nil
	}
	site, err := m.State.site("site", d.Site)
	if err != nil {
		return err
	}
	m.site, e.Site = site, site.ID
	m.day = DateOf(e.OccurredAt, site.Zone())
	if m.flow.partner {
		if m.partner, m.address, err = m.State.partner(d.Partner, d.Address); err != nil {
			return err
		}
		e.Partner, e.Address = m.partner.ID, m.address.ID
	}
	return m.virtual()
}

// virtual finds, or for a dispatch makes, the virtual end of the flow.
func (m *decision) virtual() *Error {
	switch m.d.Kind {
	case KindDispatch:
		to, err := m.State.site("to_site", m.d.ToSite)
		if err != nil {
			return err
		}
		if to == m.site {
			return Errorf(Invalid, CodeWrongSite, "to_site", "inside a site goods are moved; a dispatch goes to another site")
		}
		m.other = m.putPlace(&Place{ID: m.takeMaster(), Entry: m.e.ID, Kind: PlaceTransit, Dispatch: m.e.ID, ToSite: to.ID, Active: true})
		m.e.Places = append(m.e.Places, m.other)
	case KindIssue:
		purpose, ok := ParsePurpose(m.d.Purpose)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "purpose",
				"%q is no purpose: sample, retained_sample, laboratory, own_use, donation, destruction or counter_sale", m.d.Purpose)
		}
		m.other = m.purpose(m.site, purpose)
		// Goods on hold may be looked into and destroyed, not used, given away or sold.
		m.uses = purpose == PlaceOwnUse || purpose == PlaceDonation || purpose == PlaceCounterSale
	case KindArrive:
		return nil
	default:
		if m.flow.other != PlaceLocation {
			m.other = m.purpose(m.site, m.flow.other)
		}
	}
	return nil
}

// belongs refuses what other kinds of movements carry, so that a slip is not silently dropped.
func (d *MovementDraft) belongs() *Error {
	rule := flows[d.Kind]
	switch {
	case d.Partner != "" && !rule.partner && d.Kind != KindReversal:
		return Errorf(Invalid, CodeUnsupported, "partner", "a %s has no partner", d.Kind)
	case d.ToSite != "" && d.Kind != KindDispatch:
		return Errorf(Invalid, CodeUnsupported, "to_site", "only a dispatch goes to another site")
	case d.Dispatch != 0 && d.Kind != KindArrive, d.Close && d.Kind != KindArrive:
		return Errorf(Invalid, CodeUnsupported, "dispatch", "only an arrival belongs to a dispatch")
	case d.Purpose != "" && d.Kind != KindIssue:
		return Errorf(Invalid, CodeUnsupported, "purpose", "only an issue has a purpose")
	case d.Reverses != 0 && d.Kind != KindReversal:
		return Errorf(Invalid, CodeUnsupported, "reverses", "only a reversal reverses")
	case len(d.Groups) > 0 && !d.Kind.Transforms():
		return Errorf(Invalid, CodeUnsupported, "groups", "a %s has items, not groups", d.Kind)
	case d.Scanned():
		return unresolved()
	case len(d.Items) > 0 && d.Kind.Transforms():
		return Errorf(Invalid, CodeUnsupported, "items", "a %s has groups of inputs and outputs", d.Kind)
	}
	var err *Error
	d.each(func(path string, it *ItemDraft) {
		if err == nil && it.Numbered && (!rule.births || d.Kind == KindCount) {
			err = Errorf(Invalid, CodeUnsupported, "numbered", "a %s brings nothing into being that could be given a number", d.Kind).At(path)
		}
		if err == nil && len(it.LotFields) > 0 && (!rule.births || rule.new && !it.New) {
			err = Errorf(Invalid, CodeUnsupported, "lot_fields", "fields are given to a lot that is born: this %s brings no new lot in", d.Kind).At(path)
		}
		if err == nil && it.Item != 0 && d.Kind != KindReversal {
			err = Errorf(Invalid, CodeUnsupported, "item", "only a reversal names items by number").At(path)
		}
	})
	return err
}

// describe keeps the texts that any entry may carry.
func (e *Entry) describe(capture, reason, note string, refs []Reference) *Error {
	if capture != "" {
		if err := pick("capture", &capture, captureNames, &e.Capture); err != nil {
			return err
		}
	}
	for _, t := range []struct {
		field, text string
		most        int
	}{{"reason", reason, 500}, {"note", note, 4000}, {"override", e.Override, 500}} {
		if err := checkText(t.field, t.text, t.most); err != nil {
			return err
		}
	}
	if len(refs) > 100 {
		return Errorf(Invalid, CodeTooMany, "references", "%d references, at most 100 are kept", len(refs))
	}
	for i, r := range refs {
		if err := CheckCode("kind", r.Kind, 30); err != nil {
			return err.At(index("references", i))
		}
		if err := CheckCode("code", r.Code, MaxKey); err != nil {
			return err.At(index("references", i))
		}
	}
	e.Reason, e.Note, e.References = reason, note, refs
	return nil
}
