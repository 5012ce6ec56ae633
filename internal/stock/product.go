package stock

import (
	"reflect"
	"slices"
)

// Tracking says how the goods of a product are told apart.
type Tracking uint8

// The tracking modes: quantities only, by lot, or unit by unit (serial numbers).
const (
	TrackNone Tracking = iota
	TrackLot
	TrackSerial
)

var trackingNames = []string{"none", "lot", "serial"}

// Strategy is the consumption rule by which stock is chosen for shipping and making.
type Strategy uint8

// The strategies. StrategyDefault becomes FEFO where the product requires a date, and FIFO elsewhere.
const (
	StrategyDefault Strategy = iota
	FEFO
	FIFO
	LIFO
	Manual
)

var strategyNames = []string{"", "fefo", "fifo", "lifo", "manual"}

// PastDate says what happens to goods that are past their governing date.
type PastDate uint8

// Use-by dates block, best-before dates may only warn.
const (
	PastBlocks PastDate = iota
	PastWarns
)

var pastNames = []string{"blocks", "warns"}

// DateField is one of the four dates a lot carries (AI 11, 15, 16, 17). Values are bits, so that a product can require a set.
type DateField uint8

// The dates of a lot.
const (
	Production DateField = 1 << iota
	BestBefore
	SellBy
	Expiry
)

var dateFields = []named[DateField]{{Production, "production"}, {BestBefore, "best_before"}, {SellBy, "sell_by"}, {Expiry, "expiry"}}

// HoldWhen is the set of movements whose goods start on hold until quality releases them.
type HoldWhen uint8

// Goods may start on hold when received, when made and when returned.
const (
	HoldReceived HoldWhen = 1 << iota
	HoldMade
	HoldReturned
)

var holdNames = []named[HoldWhen]{{HoldReceived, "receive"}, {HoldMade, "make"}, {HoldReturned, "return"}}

// Product is a trade item as it stands now; its history is in the entries.
type Product struct {
	ID         int64
	Entry      int64 // the entry that last changed it
	SKU        string
	GTIN       string // 14 digits, or empty
	Name       string
	Tracking   Tracking
	UoM        string // UN/ECE Recommendation 20 code
	Decimals   int    // decimals accepted on input, 0 to 6
	Strategy   Strategy
	Tolerance  int // days by which a choice may be later than the strategy's
	Requires   DateField
	Past       PastDate
	ShelfLife  int    // days from production to the governing date, 0 = not set
	WarnDays   int    // days before the governing date at which alerts start
	UnitCost   string // decimal, in the organisation's currency, or empty
	Tags       []string
	HoldWhen   HoldWhen
	Group      int64 // 0: none
	Active     bool
	Class      Class // how much it counts, as somebody decided
	Packaging  []Packaging
	HasHistory bool // set by the store: some balance or lot exists

	LotFormat, SerialFormat int64 // by which its goods are numbered; 0: none
}

// Rule is the strategy that applies, the default resolved.
func (p *Product) Rule() Strategy {
	switch {
	case p.Strategy != StrategyDefault:
		return p.Strategy
	case p.Requires&(BestBefore|SellBy|Expiry) != 0:
		return FEFO
	}
	return FIFO
}

// ProductDraft creates or changes a product. Absent fields (nil) keep what is there, or take the default on creation.
type ProductDraft struct {
	SKU       string       `json:"sku" doc:"Stock keeping unit, the product's own key. Unique and never reused." maxLength:"60"`
	GTIN      *string      `json:"gtin,omitempty" doc:"GTIN-8, -12, -13 or -14; kept as 14 digits. Empty clears it."`
	Name      *string      `json:"name,omitempty" maxLength:"200"`
	Tracking  *string      `json:"tracking,omitempty" enum:"none,lot,serial" doc:"Once goods have moved it is changed by /v1/products/{sku}/tracking only."`
	UoM       *string      `json:"uom,omitempty" doc:"UN/ECE Rec 20 code of the unit of measure, such as H87 (piece), KGM, LTR."`
	Decimals  *int         `json:"decimals,omitempty" minimum:"0" maximum:"6" doc:"Decimals that a quantity may have on input."`
	Strategy  *string      `json:"strategy,omitempty" enum:"fefo,fifo,lifo,manual," doc:"Consumption rule. Empty: FEFO where a date is required, FIFO elsewhere."`
	Tolerance *int         `json:"tolerance_days,omitempty" minimum:"0" doc:"Days by which a choice may be later than the strategy's."`
	Requires  *[]string    `json:"requires,omitempty" doc:"Dates that every lot must carry: production, best_before, sell_by, expiry."`
	Past      *string      `json:"past_date,omitempty" enum:"blocks,warns" doc:"Whether goods past their governing date are blocked or only warned of."`
	ShelfLife *int         `json:"shelf_life_days,omitempty" minimum:"0" doc:"Days from production to the governing date."`
	WarnDays  *int         `json:"warn_days,omitempty" minimum:"0" doc:"Days before the governing date at which alerts start."`
	UnitCost  *string      `json:"unit_cost,omitempty" doc:"Decimal, in the organisation's currency."`
	Tags      *[]string    `json:"tags,omitempty" doc:"Regulation and other tags, such as food, medicine, electronics."`
	HoldWhen  *[]string    `json:"hold_on,omitempty" doc:"Movements whose goods start on hold: receive, make, return."`
	Group     *string      `json:"group,omitempty" doc:"Code of the product group whose rules hold for it too. Empty takes it out of its group."`
	Packaging *[]Packaging `json:"packaging,omitempty" doc:"All its packaging levels, in the place of those that stand."`
	Active    *bool        `json:"active,omitempty"`
	Class     *string      `json:"class,omitempty" enum:"A,B,C," doc:"How much it counts among the products, as GET /v1/classification ranks them. Empty: not classified."`
	If        Presence     `json:"-"`

	LotFormat    *string `json:"lot_format,omitempty" doc:"Code of the format of its lot codes. Empty: none."`
	SerialFormat *string `json:"serial_format,omitempty" doc:"Code of the format of its serial numbers. Empty: none."`

	Barcodes []BarcodeOf `json:"barcodes,omitempty" doc:"Further codes to be bound to it. Those that it has already stay." maxItems:"1000"`
}

// Presence says whether a master record must be new, must exist, or may be either.
type Presence uint8

// An import upserts, POST creates, PATCH changes.
const (
	Upsert Presence = iota
	MustBeNew
	MustExist
)

func (d *ProductDraft) kind() Kind { return KindProduct }

func (d *ProductDraft) needs(n *Needs) {
	n.SKU(d.SKU)
	if deactivates(d.Active) {
		add(n.Everywhere, d.SKU)
	}
	if d.GTIN != nil {
		n.GTIN(NormalGTIN(*d.GTIN))
	}
	if d.Group != nil {
		n.Group(*d.Group)
	}
	for _, format := range []*string{d.LotFormat, d.SerialFormat} {
		if format != nil {
			n.Format(*format)
		}
	}
	if d.Packaging != nil {
		for _, level := range *d.Packaging {
			n.GTIN(NormalGTIN(level.GTIN))
		}
		n.BarcodesOf(d.SKU)
	}
	for i := range d.Barcodes {
		d.Barcodes[i].needs(n)
	}
}

func (d *ProductDraft) decide(s *State, e *Entry) *Error {
	old := s.Products[d.SKU]
	if err := present(d.If, old != nil, CodeProductExists, CodeUnknownProduct, "sku", d.SKU); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("sku", d.SKU, MaxKey); err != nil {
			return err
		}
	}
	next := Product{SKU: d.SKU, UoM: "H87", Active: true}
	if old != nil {
		next = *old
	}
	if err := d.apply(&next); err != nil {
		return err
	}
	if err := d.join(s, &next); err != nil {
		return err
	}
	if err := d.pack(s, &next); err != nil {
		return err
	}
	if err := s.numberedBy(d.LotFormat, d.SerialFormat, &next.LotFormat, &next.SerialFormat); err != nil {
		return err
	}
	if old != nil && (old.HasHistory || s.hasHistory(old.ID)) {
		if err := old.keeps(&next); err != nil {
			return err
		}
	}
	if other := s.ByGTIN[next.GTIN]; next.GTIN != "" && other != nil && other.SKU != next.SKU {
		return Errorf(Conflict, CodeKeyTaken, "gtin", "GTIN %s is product %s", next.GTIN, other.SKU)
	}
	barcodes, err := d.label(s, &next)
	if err != nil {
		return err
	}
	if old != nil && sameProduct(old, &next) && len(barcodes) == 0 {
		e.Unchanged(old.Entry)
		return nil
	}
	if old != nil && old.Active && !next.Active {
		if err := s.stranded(next.SKU, func(slot Slot, _ *Place) bool { return slot.Product == next.ID }); err != nil {
			return err
		}
	}
	if next.ID == 0 {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putProduct(&next)
	e.Product = &next
	for _, b := range barcodes {
		b.Product = next.ID
		s.keepBarcode(e, b)
	}
	return nil
}

// hasHistory reports whether this batch of drafts, or what was loaded for it, moved goods of the product.
func (s *State) hasHistory(product int64) bool {
	for slot := range s.Balances {
		if slot.Product == product {
			return true
		}
	}
	return false
}

// keeps refuses to change what the quantities and units that have moved already were measured by.
func (p *Product) keeps(next *Product) *Error {
	switch {
	case p.Tracking != next.Tracking:
		return Errorf(Conflict, CodeTrackingInUse, "tracking", "%s already has stock or history as %s: change its tracking by POST /v1/products/%s/tracking or clew track, which names today's goods anew", p.SKU, p.Tracking, p.SKU)
	case p.UoM != next.UoM:
		return Errorf(Conflict, CodeTrackingInUse, "uom", "%s already has stock or history in %s: make a new product for another unit of measure", p.SKU, p.UoM)
	case p.Decimals > next.Decimals:
		return Errorf(Conflict, CodeTrackingInUse, "decimals", "%s already has stock or history with %d decimals: they can only be raised", p.SKU, p.Decimals)
	}
	return nil
}

func (d *ProductDraft) apply(p *Product) *Error {
	if d.GTIN != nil {
		p.GTIN = NormalGTIN(*d.GTIN)
		if p.GTIN != "" && !validGTIN(p.GTIN) {
			return Errorf(Invalid, CodeInvalidValue, "gtin", "%q is not a GTIN: 8, 12, 13 or 14 digits with a right check digit", *d.GTIN)
		}
	}
	set(&p.Name, d.Name)
	set(&p.UoM, d.UoM)
	set(&p.Decimals, d.Decimals)
	set(&p.Tolerance, d.Tolerance)
	set(&p.ShelfLife, d.ShelfLife)
	set(&p.WarnDays, d.WarnDays)
	set(&p.UnitCost, d.UnitCost)
	set(&p.Active, d.Active)
	if p.Name == "" {
		p.Name = p.SKU
	}
	if d.Tags != nil {
		p.Tags = sortedSet(*d.Tags)
	}
	for _, e := range []*Error{
		pick("tracking", d.Tracking, trackingNames, &p.Tracking),
		pick("strategy", d.Strategy, strategyNames, &p.Strategy),
		pick("past_date", d.Past, pastNames, &p.Past),
		pick("class", d.Class, classNames, &p.Class),
		checkText("name", p.Name, 200),
		checkUoM(p.UoM),
		between("decimals", p.Decimals, 0, 6),
		between("tolerance_days", p.Tolerance, 0, 3650),
		between("shelf_life_days", p.ShelfLife, 0, 36500),
		between("warn_days", p.WarnDays, 0, 36500),
		checkTags(p.Tags),
	} {
		if e != nil {
			return e
		}
	}
	if p.UnitCost != "" {
		q, err := ParseQuantity(p.UnitCost)
		if err != nil || q < 0 {
			return Errorf(Invalid, CodeInvalidValue, "unit_cost", "%q is not a positive decimal such as 12.50", p.UnitCost)
		}
		p.UnitCost = q.String()
	}
	if d.Requires != nil {
		fields, ok := parseNames(dateFields, *d.Requires)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "requires", "%q: the dates of a lot are production, best_before, sell_by and expiry", *d.Requires)
		}
		p.Requires = fields
	}
	if d.HoldWhen != nil {
		when, ok := parseNames(holdNames, *d.HoldWhen)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "hold_on", "%q: goods can start on hold on receive, make or return", *d.HoldWhen)
		}
		p.HoldWhen = when
	}
	if p.HoldWhen != 0 && p.Tracking == TrackNone {
		return Errorf(Invalid, CodeInvalidValue, "hold_on", "goods without lots or serial numbers cannot start on hold: track %s, or receive it into a blocking location", p.SKU)
	}
	return nil
}

// Names lists the dates of the set in their fixed order.
func (f DateField) Names() []string { return namesOf(dateFields, f) }

// Names lists the movements of the set in their fixed order.
func (w HoldWhen) Names() []string { return namesOf(holdNames, w) }

func (t Tracking) String() string { return trackingNames[t] }
func (t Strategy) String() string { return strategyNames[t] }
func (t PastDate) String() string { return pastNames[t] }

func sameProduct(a, b *Product) bool {
	x, y := *a, *b
	sameTags := slices.Equal(x.Tags, y.Tags)
	x.Tags, y.Tags = nil, nil
	return sameTags && reflect.DeepEqual(x, y)
}
