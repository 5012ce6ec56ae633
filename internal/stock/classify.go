package stock

import (
	"cmp"
	"slices"
	"strconv"
)

// Moved is what a period knows of the goods of a product. Sums stop at MaxQuantity.
type Moved struct {
	In, Out         Quantity // received and made; shipped, issued and used up
	Returned        Quantity // by customers
	Scrapped        Quantity
	Lines           int64 // of movements that count above
	Returns, Scraps int64 // lines
	Holds           int64 // that somebody placed; not those with which goods began
}

// Add counts lines of movements of a kind. Those that take others back count as these, off.
func (m *Moved) Add(kind Kind, role ItemRole, back bool, lines int64, q Quantity) {
	if back {
		lines, q = -lines, -q
	}
	var to *Quantity
	switch {
	case kind == KindReceive, (kind == KindMake || kind == KindDisassemble) && role == Output:
		to = &m.In
	case kind == KindShip, kind == KindIssue, (kind == KindMake || kind == KindDisassemble) && role == Input:
		to = &m.Out
	case kind == KindReturn:
		to = &m.Returned
		m.Returns += lines
	case kind == KindScrap:
		to = &m.Scrapped
		m.Scraps += lines
	default:
		return
	}
	m.Lines += lines
	*to = to.upTo(q)
}

// upTo is q + more, or the most there can be.
func (q Quantity) upTo(more Quantity) Quantity {
	if sum, ok := q.Add(more); ok {
		return sum
	}
	return MaxQuantity
}

// Amount is how much was moved: what went out or what came in, whichever is more.
func (m *Moved) Amount() Quantity { return max(m.In, m.Out, 0) }

// Candidate is a product to be classified, with what is known of it.
type Candidate struct {
	*Product
	Group *ProductGroup // an empty one where it is in none
	Moved
}

// Criteria are what can be chosen of how products are classified.
type Criteria struct {
	SerialFrom Quantity // what a piece of class A costs at least for its units to be told apart
}

// UsualCriteria are those where nothing is chosen.
var UsualCriteria = Criteria{SerialFrom: 100 * One}

// The shares and counts from which trouble is a reason: of what was moved, in percent, and of holds in the period.
const (
	oftenPercent = 2
	oftenHeld    = 3
)

// What the classes take of the ranked products, in percent: the first 20 are A, the next 30 B.
const (
	percentA = 20
	percentB = 30
)

// Basis says by what products were ranked.
type Basis string

// By the value that moved in the period; where nothing that moved has a cost, by how often it moved; where nothing moved, by what was typed.
const (
	ByValue Basis = "value"
	ByLines Basis = "movements"
	ByTyped Basis = "typed"
)

// Reason is one thing that speaks for how a product is classified: a stable code, with a number or words.
type Reason struct {
	Code  string   `json:"code" enum:"value,movements,no_cost,unit_cost,regulated,licence,date_required,shelf_life,starts_on_hold,returned,scrapped,held" doc:"value: its share of the value that was moved, in percent. movements: lines of movements, where nothing has a cost. no_cost: it moved, but has no cost. unit_cost: what one costs. regulated: tags that say so. licence: kinds of licence that its group asks for. date_required, starts_on_hold: which dates, on which movements. shelf_life: in days. returned, scrapped: percent of what was moved. held: how often somebody put it on hold."`
	Value string   `json:"value,omitempty"`
	Words []string `json:"words,omitempty"`
}

// The codes of reasons.
const (
	ReasonValue     = "value"
	ReasonMovements = "movements"
	ReasonNoCost    = "no_cost"
	ReasonCost      = "unit_cost"
	ReasonRegulated = "regulated"
	ReasonLicence   = "licence"
	ReasonDate      = "date_required"
	ReasonShelfLife = "shelf_life"
	ReasonHoldOn    = "starts_on_hold"
	ReasonReturned  = "returned"
	ReasonScrapped  = "scrapped"
	ReasonHeld      = "held"
)

// Ranked is a product with its place among all, and what is proposed for it.
type Ranked struct {
	Candidate
	Rank    int // from 1
	Value   Worth
	Share   Quantity // of the value of all, in percent
	Class   Class
	Propose Tracking
	Rule    string // that led to it
	Reasons []Reason
}

// regulatedBy are the tags that say that a law asks for traceability, and by what it asks to tell goods apart at least.
var regulatedBy = map[string]Tracking{
	"food": TrackLot, "feed": TrackLot, "medicine": TrackLot, "pharma": TrackLot, "cosmetics": TrackLot, "chemical": TrackLot, "hazardous": TrackLot,
	"electronics": TrackLot, "toy": TrackLot, "tobacco": TrackLot, "pesticide": TrackLot, "biocide": TrackLot, "allergen": TrackLot, "regulated": TrackLot,
	"medical_device": TrackSerial, "implant": TrackSerial, "prescription": TrackSerial, "vehicle": TrackSerial, "firearm": TrackSerial, "battery": TrackSerial,
}

// perishes reports whether the goods have a date.
func (c *Candidate) perishes() bool {
	return c.Requires&(BestBefore|SellBy|Expiry) != 0 || c.ShelfLife > 0
}

// pieces reports whether it is counted in whole pieces, each of which could have a serial number.
func (c *Candidate) pieces() bool {
	return c.Decimals == 0 && (c.UoM == "H87" || c.UoM == "C62" || c.UoM == "EA")
}

// regulated is the most that the product's tags and its group's licences ask for.
func (c *Candidate) regulated() (most Tracking, tags []string) {
	for _, tag := range c.Tags {
		if asks, ok := regulatedBy[tag]; ok {
			most, tags = max(most, asks), append(tags, tag)
		}
	}
	if c.Group.SupplierLicence != "" || c.Group.CustomerLicence != "" {
		most = max(most, TrackLot)
	}
	return most, tags
}

// often reports whether part is so much of what was moved that it speaks for telling goods apart.
func (c *Candidate) often(part Quantity) bool {
	return part > 0 && part/oftenPercent >= c.Amount()/100
}

func (c *Candidate) trouble() bool {
	return c.often(c.Returned) || c.often(c.Scrapped) || c.Holds >= oftenHeld
}

// proposals are asked one after another: the first that holds proposes how goods are told apart.
var proposals = []struct {
	rule  string
	mode  Tracking
	holds func(*Ranked, Criteria) bool
}{
	{"regulated_units", TrackSerial, func(r *Ranked, _ Criteria) bool { most, _ := r.regulated(); return most == TrackSerial && r.pieces() }},
	{"valuable_pieces", TrackSerial, func(r *Ranked, c Criteria) bool {
		return r.Class == ClassA && r.pieces() && !r.perishes() && c.SerialFrom > 0 && r.cost() >= c.SerialFrom
	}},
	{"regulated", TrackLot, func(r *Ranked, _ Criteria) bool { most, _ := r.regulated(); return most > TrackNone }},
	{"perishable", TrackLot, func(r *Ranked, _ Criteria) bool { return r.perishes() }},
	{"starts_on_hold", TrackLot, func(r *Ranked, _ Criteria) bool { return (r.HoldWhen | r.Group.HoldWhen) != 0 }},
	{"trouble", TrackLot, func(r *Ranked, _ Criteria) bool { return r.trouble() }},
	{"valuable", TrackLot, func(r *Ranked, _ Criteria) bool { return r.Class == ClassA }},
	{"no_reason", TrackNone, func(*Ranked, Criteria) bool { return true }},
}

// cost is what one costs, 0 where that is not known.
func (c *Candidate) cost() Quantity {
	q, _ := ParseQuantity(cmp.Or(c.UnitCost, "0")) // checked when it was set
	return q
}

// Classify ranks products and proposes for each how its goods are told apart. It never proposes less than there is.
func Classify(all []Candidate, criteria Criteria) ([]Ranked, Basis) {
	out := make([]Ranked, len(all))
	basis, total := ByTyped, Worth{}
	for i, c := range all {
		r := &out[i]
		r.Candidate = c
		r.Value.Add(c.Amount(), c.cost())
		total.Plus(&r.Value)
		if c.Lines > 0 && basis == ByTyped {
			basis = ByLines
		}
	}
	if total.Sign() > 0 {
		basis = ByValue
	}
	slices.SortFunc(out, func(a, b Ranked) int { return cmp.Or(basis.compare(&a, &b), cmp.Compare(a.SKU, b.SKU)) })
	a := (len(out)*percentA + 99) / 100
	b := a + (len(out)*percentB+99)/100
	for i := range out {
		r := &out[i]
		r.Rank, r.Share = i+1, r.Value.PercentOf(&total)
		switch {
		case i < a && basis.counts(r):
			r.Class = ClassA
		case i < b && basis.counts(r):
			r.Class = ClassB
		default:
			r.Class = ClassC
		}
		r.propose(criteria)
		r.explain(basis)
	}
	return out, basis
}

// compare puts first what counts more.
func (b Basis) compare(x, y *Ranked) int {
	weight := func(r *Ranked) int {
		most, _ := r.regulated()
		w := 2 * int(most)
		if r.perishes() {
			w++
		}
		return w
	}
	typed := cmp.Or(cmp.Compare(weight(y), weight(x)), cmp.Compare(y.cost(), x.cost()))
	switch b {
	case ByValue:
		return cmp.Or(y.Value.Compare(&x.Value), cmp.Compare(y.Lines, x.Lines), typed)
	case ByLines:
		return cmp.Or(cmp.Compare(y.Lines, x.Lines), typed)
	}
	return typed
}

// counts reports whether there is anything by which a product is ranked: nothing is no top fifth of anything.
func (b Basis) counts(r *Ranked) bool {
	switch b {
	case ByValue:
		return r.Value.Sign() > 0
	case ByLines:
		return r.Lines > 0
	}
	most, _ := r.regulated()
	return most > TrackNone || r.perishes() || r.cost() > 0
}

func (r *Ranked) propose(criteria Criteria) {
	for _, p := range proposals {
		if p.holds(r, criteria) {
			r.Propose, r.Rule = p.mode, p.rule
			break
		}
	}
	if r.Propose < r.Tracking {
		r.Propose, r.Rule = r.Tracking, "tracked_already"
	}
}

func (r *Ranked) explain(basis Basis) {
	say := func(code, value string, words ...string) { r.Reasons = append(r.Reasons, Reason{code, value, words}) }
	switch {
	case basis == ByValue && r.Value.Sign() > 0:
		say(ReasonValue, r.Share.String())
	case basis == ByLines && r.Lines > 0:
		say(ReasonMovements, strconv.FormatInt(r.Lines, 10))
	case basis == ByTyped && r.cost() > 0:
		say(ReasonCost, r.UnitCost)
	}
	if r.Lines > 0 && r.cost() == 0 {
		say(ReasonNoCost, "")
	}
	if _, tags := r.regulated(); len(tags) > 0 {
		say(ReasonRegulated, "", tags...)
	}
	var kinds []string
	for _, kind := range []string{r.Group.SupplierLicence, r.Group.CustomerLicence} {
		if kind != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) > 0 {
		say(ReasonLicence, "", kinds...)
	}
	if dates := r.Requires & (BestBefore | SellBy | Expiry); dates != 0 {
		say(ReasonDate, "", dates.Names()...)
	}
	if r.ShelfLife > 0 {
		say(ReasonShelfLife, strconv.Itoa(r.ShelfLife))
	}
	if when := r.HoldWhen | r.Group.HoldWhen; when != 0 {
		say(ReasonHoldOn, "", when.Names()...)
	}
	if r.Returned > 0 {
		say(ReasonReturned, percent(r.Returned, r.Amount()))
	}
	if r.Scrapped > 0 {
		say(ReasonScrapped, percent(r.Scrapped, r.Amount()))
	}
	if r.Holds > 0 {
		say(ReasonHeld, strconv.FormatInt(r.Holds, 10))
	}
}

// percent writes how much of whole a part is, with two decimals; all of it where nothing else was moved.
func percent(part, whole Quantity) string {
	var p, w Worth
	p.Add(part, One)
	w.Add(max(whole, part), One)
	return p.PercentOf(&w).String()
}
