package stock

import "strconv"

// Correction is one field of a lot's or a unit's identity that was found wrong: what stood there and what is right. Nothing is rewritten:
// older entries go on naming the lot by its id, and their leaves keep what was said then.
type Correction struct {
	Lot           int64
	Unit          int64
	Field         string // of a lot: lot, production, best_before, sell_by, expiry, source, cautious, same_as or goods; of a unit: serial or same_as
	Before, After string // a code, a date, or the id of a partner or lot; empty for none
}

// Sources are the partners that a corrected source names.
func (c Correction) Sources() []int64 {
	var out []int64
	for _, text := range []string{c.Before, c.After} {
		if id, err := strconv.ParseInt(text, 10, 64); c.Field == "source" && err == nil {
			out = append(out, id)
		}
	}
	return out
}

// Lots are the lots that a correction names, beside its own.
func (c Correction) Lots() []int64 {
	var out []int64
	for _, text := range []string{c.Before, c.After} {
		if id, err := strconv.ParseInt(text, 10, 64); c.Lot != 0 && (c.Field == "same_as" || c.Field == "goods") && err == nil {
			out = append(out, id)
		}
	}
	return out
}

// LotIdentity is what a correction puts right of a lot; what is left out stays as it is.
type LotIdentity struct {
	Lot        *string `json:"lot,omitempty" doc:"The right code. The old one stays an alias of the lot." maxLength:"20"`
	Production *Date   `json:"production,omitempty" doc:"The right date; empty: the lot has none."`
	BestBefore *Date   `json:"best_before,omitempty"`
	SellBy     *Date   `json:"sell_by,omitempty"`
	Expiry     *Date   `json:"expiry,omitempty"`
	Source     *string `json:"source,omitempty" doc:"The partner that the lot first came from; empty: made here, or not known." maxLength:"60"`
	Serial     *string `json:"serial,omitempty" doc:"Of a unit: the right serial number. The unit is still found under the old one." maxLength:"20"`
}

// CorrectionDraft puts right the code, the dates or the source of a lot, or the serial number of a unit, also of goods that were
// shipped or used up.
type CorrectionDraft struct {
	Product string      `json:"product"`
	Lot     string      `json:"lot,omitempty" doc:"The lot as it is called now, or as it was called before a correction."`
	Unit    string      `json:"unit,omitempty" doc:"Instead of a lot: the unit whose serial number was found wrong, by that number."`
	Set     LotIdentity `json:"set,omitempty"`

	SameAs string          `json:"same_as,omitempty" doc:"The lot that this lot is, or the unit that this unit is: what was booked as two is one." maxLength:"20"`
	Items  []CorrectedItem `json:"items,omitempty" doc:"Only these goods of the lot are of the one in set.lot: they were mislabelled."`
	New    bool            `json:"new,omitempty" doc:"With items: set.lot is a new lot, with the dates and source of set."`
	Undo   int64           `json:"undo,omitempty" doc:"Instead of all this: the correction, of goods or of two that are one, that is taken back."`

	Reason   string `json:"reason" maxLength:"500"`
	Note     string `json:"note,omitempty" maxLength:"4000"`
	Override string `json:"override,omitempty" maxLength:"500" doc:"Why it reaches into books that are closed."`
	Capture  string `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
}

func (d *CorrectionDraft) kind() Kind { return KindCorrection }

func (d *CorrectionDraft) needs(n *Needs) {
	n.SKU(d.Product)
	n.Lot(d.Product, d.Lot)
	n.Formers = true
	d.needsGoods(n)
	if d.Unit != "" {
		n.Units(d.Product, []string{d.Unit})
	}
	if d.Set.Serial != nil {
		n.Units(d.Product, []string{*d.Set.Serial})
	}
	if d.Set.Lot != nil {
		n.Lot(d.Product, *d.Set.Lot)
	}
	if d.Set.Source != nil {
		n.Partner(*d.Set.Source)
	}
}

func (d *CorrectionDraft) decide(s *State, e *Entry) *Error {
	if d.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a correction needs a reason: how it was found")
	}
	e.Override = d.Override
	if err := e.describe(d.Capture, d.Reason, d.Note, nil); err != nil {
		return err
	}
	if d.Undo != 0 {
		return d.undo(s, e)
	}
	p := s.FindProduct(d.Product) // also one that is no longer active: mistakes come to light late
	switch {
	case d.Product == "":
		return Errorf(Invalid, CodeRequired, "product", "name the product by its SKU or GTIN")
	case p == nil:
		return Errorf(NotFound, CodeUnknownProduct, "product", "there is no product %q", clip(d.Product))
	case d.Unit != "" && d.SameAs != "":
		return d.unitTwice(s, e, p)
	case d.Unit != "":
		return d.reserial(s, e, p)
	case d.Set.Serial != nil:
		return Errorf(Invalid, CodeRequired, "unit", "name the unit whose serial number was found wrong")
	case d.Lot == "":
		return Errorf(Invalid, CodeRequired, "lot", "name the lot that was found wrong, or the unit")
	}
	lot, err := s.lot(p, d.Lot)
	if err != nil {
		return err
	}
	switch {
	case d.SameAs != "":
		return d.lotTwice(s, e, p, lot)
	case len(d.Items) > 0:
		return d.mislabelled(s, e, p, lot)
	case d.New:
		return Errorf(Invalid, CodeUnsupported, "new", "a correction of the whole lot renames it: a new lot is for items of it")
	}
	next := *lot
	if err := d.apply(s, p, &next); err != nil {
		return err.At("set")
	}
	e.Corrections = lot.corrections(&next)
	if len(e.Corrections) == 0 {
		return Errorf(Invalid, CodeInvalidValue, "set", "lot %s of %s says so already: give what is to be put right", lot.Code, p.SKU)
	}
	if next.Code != lot.Code {
		put(s, s.LotCodes, LotKey{p.ID, lot.Code}, nil)
		s.former(e, lot)
	}
	s.putLot(&next)
	return nil
}

// apply puts the right values into the lot and refuses what no lot may be.
func (d *CorrectionDraft) apply(s *State, p *Product, l *Lot) *Error {
	set(&l.Dates.Production, d.Set.Production)
	set(&l.Dates.BestBefore, d.Set.BestBefore)
	set(&l.Dates.SellBy, d.Set.SellBy)
	set(&l.Dates.Expiry, d.Set.Expiry)
	if d.Set.BestBefore != nil || d.Set.SellBy != nil || d.Set.Expiry != nil {
		l.Dates.Cautious = false // the date was found out after all
	}
	if code := d.Set.Lot; code != nil && *code != l.Code {
		if err := CheckCode("lot", *code, MaxCode); err != nil {
			return err
		}
		if other := s.LotCodes[LotKey{p.ID, *code}]; other != nil {
			err := Errorf(Conflict, CodeLotExists, "lot", "product %s has a lot %s already: where the goods are of that lot, book them into it by a merge; else give another code",
				p.SKU, clip(*code))
			err.About = []string{other.Code}
			return err
		}
		l.Code = *code
	}
	if code := d.Set.Source; code != nil {
		l.Source = 0
		if *code != "" {
			partner := s.Partners[*code]
			if partner == nil {
				return Errorf(NotFound, CodeUnknownPartner, "source", "there is no partner %q", clip(*code))
			}
			l.Source = partner.ID
		}
	}
	for _, f := range dateFields {
		if p.Requires&f.Value != 0 && *l.Dates.at(f.Value) == 0 {
			return Errorf(Invalid, CodeDateRequired, f.Name, "every lot of %s carries its %s date", p.SKU, f.Name)
		}
	}
	made := d.Set.Production != nil || d.Set.BestBefore != nil || d.Set.SellBy != nil || d.Set.Expiry != nil
	if g := l.Dates.Governing(); made && g != 0 && l.Dates.Production > g {
		return Errorf(Invalid, CodeInvalidDate, "production", "produced on %s, after the lot's end on %s", l.Dates.Production, g)
	}
	return nil
}

// former keeps the code that a lot is losing as an alias of our own, once.
func (s *State) former(e *Entry, l *Lot) {
	key, a := LotKey{l.Product, l.Code}, Alias{Code: l.Code, Lot: l.ID}
	known := s.Aliases[key]
	for _, was := range known {
		if was == a {
			return
		}
	}
	put(s, s.Aliases, key, append(known[:len(known):len(known)], a))
	e.Aliases = append(e.Aliases, a)
}

// corrections lists the fields in which the lot differs from what is right, in a fixed order.
func (l *Lot) corrections(right *Lot) []Correction {
	var out []Correction
	was, is := l.identity(), right.identity()
	for i, field := range identityFields {
		if was[i] != is[i] {
			out = append(out, Correction{Lot: l.ID, Field: field, Before: was[i], After: is[i]})
		}
	}
	return out
}

var identityFields = []string{"lot", "production", "best_before", "sell_by", "expiry", "source", "cautious", "same_as"}

// identity writes the fields that a correction may change, as corrections keep them.
func (l *Lot) identity() []string {
	id := func(id int64) string {
		if id == 0 {
			return ""
		}
		return strconv.FormatInt(id, 10)
	}
	cautious := ""
	if l.Dates.Cautious {
		cautious = "yes"
	}
	return []string{l.Code, l.Dates.Production.String(), l.Dates.BestBefore.String(), l.Dates.SellBy.String(), l.Dates.Expiry.String(), id(l.Source), cautious, id(l.SameAs)}
}

// Uncorrect gives the lot back what it said before the corrections, which are all of its own, in the order they were made. It
// reports false where they do not lead, step by step, to what the lot says now: then something was changed past the ledger.
func (l *Lot) Uncorrect(made []Correction) bool {
	for i := len(made) - 1; i >= 0; i-- {
		c := made[i]
		if !l.undo(c) {
			return false
		}
	}
	return true
}

func parseID(text string, to *int64) (err error) {
	*to = 0
	if text != "" {
		*to, err = strconv.ParseInt(text, 10, 64)
	}
	return err
}

func (l *Lot) undo(c Correction) bool {
	for i, field := range identityFields {
		if field == c.Field && l.identity()[i] != c.After {
			return false
		}
	}
	var err error
	date := func(d *Date) { err = d.UnmarshalText([]byte(c.Before)) }
	switch c.Field {
	case "lot":
		l.Code = c.Before
	case "production":
		date(&l.Dates.Production)
	case "best_before":
		date(&l.Dates.BestBefore)
	case "sell_by":
		date(&l.Dates.SellBy)
	case "expiry":
		date(&l.Dates.Expiry)
	case "cautious":
		l.Dates.Cautious = c.Before != ""
	case "source":
		err = parseID(c.Before, &l.Source)
	case "same_as":
		err = parseID(c.Before, &l.SameAs)
	case "goods": // what was said of the lot itself stands
	default:
		return false
	}
	return err == nil
}

// corrections writes what was put right.
func (w leafWriter) corrections(e *Entry) {
	for _, c := range e.Corrections {
		w.group(tagCorrection, func() {
			w.int(1, c.Lot)
			w.int(2, c.Unit)
			w.text(3, c.Field)
			w.text(4, c.Before)
			w.text(5, c.After)
		})
	}
}
