package stock

import "clew/internal/tlog"

// NumberingDraft draws numbers ahead, for labels that are printed before there are goods. Goods that come in under them later are
// typed or scanned as any others.
type NumberingDraft struct {
	Format   string `json:"format,omitempty" doc:"Code of the format; the product's own or its group's when left out."`
	Product  string `json:"product" doc:"SKU or GTIN of the product whose lots or units will carry the numbers."`
	Count    int64  `json:"count" minimum:"1" maximum:"100000" doc:"How many numbers."`
	Site     string `json:"site,omitempty" doc:"Code of the site, where the format writes it or counts by its days."`
	Supplier string `json:"supplier,omitempty" doc:"Code of the supplier, where the format writes it."`
	Day      *Date  `json:"day,omitempty" doc:"The day that the numbers are of. Today at the site, or in UTC without one, when left out."`
	Note     string `json:"note,omitempty" maxLength:"4000"`
}

func (d *NumberingDraft) kind() Kind { return KindNumbering }

func (d *NumberingDraft) needs(n *Needs) {
	n.Format(d.Format)
	n.SKU(d.Product)
	n.Site(d.Site)
	n.Partner(d.Supplier)
	n.Draws = append(n.Draws, DrawNeed{Format: d.Format, Product: d.Product, Site: d.Site, Supplier: d.Supplier, Day: d.day(), Count: d.Count})
}

func (d *NumberingDraft) day() Date {
	if d.Day == nil {
		return 0
	}
	return *d.Day
}

func (d *NumberingDraft) decide(s *State, e *Entry) *Error {
	p, err := s.product("product", d.Product)
	if err != nil {
		return err
	}
	f, err := s.numberer(p, d.Format)
	if err != nil {
		return err
	}
	var site *Site
	if d.Site != "" {
		if site, err = s.site("site", d.Site); err != nil {
			return err
		}
		e.Site = site.ID
	}
	var supplier *Partner
	if d.Supplier != "" {
		if supplier, _, err = s.partner(d.Supplier, ""); err != nil {
			return err.on("supplier")
		}
		e.Partner = supplier.ID
	}
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	e.Numbers, err = s.draw(e, f, p, site, supplier, s.dayOf(e.OccurredAt, d.day(), site), d.Count)
	return err
}

// numberer is the format of a code, or the product's own.
func (s *State) numberer(p *Product, code string) (*Format, *Error) {
	if code != "" {
		return s.format("format", code)
	}
	own := s.formatOf(p)
	if own == nil {
		return nil, Errorf(Invalid, CodeRequired, "format", "neither product %s nor its group has a format: name one, or set lot_format or serial_format of either", p.SKU)
	}
	return s.format("format", own.Code)
}

// drawn writes what the entry took from counters; numbers drawn ahead hang under a root of their own.
func (w leafWriter) drawn(e *Entry) {
	for _, d := range e.Drawn {
		w.group(tagNumbers, func() {
			w.int(1, d.Counter.Format)
			w.int(2, int64(d.Counter.Period))
			w.int(3, d.Counter.Site)
			w.int(4, d.Counter.Supplier)
			w.int(5, d.Counter.Product)
			w.int(6, d.Product)
			w.int(7, d.First)
			w.int(8, d.Next)
			w.int(9, d.Count)
			if len(e.Numbers) > 0 {
				w.Hash(10, tlog.UnitRoot(len(e.Numbers), func(i int) []byte { return []byte(e.Numbers[i]) }))
			}
		})
	}
}

// draws asks for the numbers that a line draws.
func (d *MovementDraft) draws(n *Needs, it *ItemDraft) {
	if !it.Numbered {
		return
	}
	need := DrawNeed{Product: it.Product, Site: d.Site, Item: it, At: d.OccurredAt}
	if d.Kind == KindReceive {
		need.Supplier = d.Partner
	}
	n.Draws = append(n.Draws, need)
}

// numbers is how many numbers a line draws: one for a lot, one for each unit; 0 where it can draw none.
func (it *ItemDraft) numbers(p *Product) int64 {
	line, err := it.unpacked(p)
	switch {
	case err != nil:
		return 0
	case p.Tracking != TrackSerial:
		return 1
	case line.Quantity == nil || *line.Quantity%One != 0:
		return 0
	}
	return int64(*line.Quantity / One)
}

// numbered gives the goods of a line that asks for it the next numbers of the product's format: the line as if they had been
// named. The draft itself stays as it was asked for.
func (m *decision) numbered(p *Product, asked *ItemDraft) (*ItemDraft, *Error) {
	if !asked.Numbered {
		return asked, nil
	}
	switch {
	case p.Tracking == TrackNone:
		return nil, Errorf(Invalid, CodeUnsupported, "numbered", "product %s has neither lots nor serial numbers", p.SKU)
	case p.Tracking == TrackLot && asked.Lot != "":
		return nil, Errorf(Invalid, CodeInvalidValue, "numbered", "the lot is named: leave out the lot to have it numbered, or numbered")
	case len(asked.Units) > 0:
		return nil, Errorf(Invalid, CodeInvalidValue, "numbered", "the units are named: say only how many to have them numbered, or leave out numbered")
	case m.new && !asked.New:
		return nil, Errorf(Invalid, CodeRequired, "new", "goods of unknown history get a number only when marked new")
	case p.Tracking == TrackSerial && asked.numbers(p) < 1:
		return nil, Errorf(Invalid, CodeInvalidQuantity, "quantity", "say how many units of %s are to be numbered, a whole number", p.SKU)
	}
	count := asked.numbers(p)
	if m.drawn += count; m.drawn > MaxNumbers {
		return nil, Errorf(TooLarge, CodeTooMany, "quantity", "more than %d numbers in one movement", MaxNumbers)
	}
	f, err := m.numberer(p, "")
	if err != nil {
		return nil, err.on("numbered")
	}
	var supplier *Partner
	if m.d.Kind == KindReceive {
		supplier = m.partner
	}
	codes, err := m.draw(m.e, f, p, m.site, supplier, m.day, count)
	if err != nil {
		return nil, err.on("numbered")
	}
	line := *asked
	line.Numbered = false
	if p.Tracking == TrackSerial {
		line.Units = codes
	} else {
		line.Lot = codes[0]
	}
	return &line, nil
}

// on is the error, about another field.
func (e *Error) on(field string) *Error {
	c := *e
	c.Field = field
	return &c
}
