package stock

// Lot is a batch of one product that is told apart from its others.
type Lot struct {
	ID             int64
	Product        int64
	Birth          int64 // the entry that brought it into the ledger
	Code           string
	Dates          Dates
	Source         int64 // the partner it first came from, 0 when made here or not known
	FirstIn        Time  // occurred-at of its birth: what FIFO and LIFO go by
	HistoryUnknown bool
	SameAs         int64 // the lot that it was found to be: everything it did is that one's
}

// Dates are the four dates of a lot, each 0 when it has none. Cautious ones were not read from the goods: nobody could. They are
// the earliest that they can be, so that such goods are used first and blocked in time.
type Dates struct {
	Production Date `json:"production,omitempty"`
	BestBefore Date `json:"best_before,omitempty"`
	SellBy     Date `json:"sell_by,omitempty"`
	Expiry     Date `json:"expiry,omitempty"`
	Cautious   bool `json:"cautious,omitempty" doc:"Of a new lot whose label cannot be read: its date is the earliest that it can be, today's when none is given."`
}

// Governing is the date that decides whether the goods are past: expiry, else best-before, else sell-by. 0 means none.
func (d Dates) Governing() Date {
	switch {
	case d.Expiry != 0:
		return d.Expiry
	case d.BestBefore != 0:
		return d.BestBefore
	}
	return d.SellBy
}

func (d *Dates) at(f DateField) *Date {
	switch f {
	case Production:
		return &d.Production
	case BestBefore:
		return &d.BestBefore
	case SellBy:
		return &d.SellBy
	}
	return &d.Expiry
}

// governingField is the field of the governing date that a product works with: the first that it requires, else expiry.
func (p *Product) governingField() DateField {
	for _, f := range []DateField{Expiry, BestBefore, SellBy} {
		if p.Requires&f != 0 {
			return f
		}
	}
	return Expiry
}

// differs names the first date that is given and is not the lot's.
func (d Dates) differs(given Dates) (string, Date, Date) {
	for _, f := range dateFields {
		if g, own := *given.at(f.Value), *d.at(f.Value); g != 0 && g != own {
			return f.Name, own, g
		}
	}
	return "", 0, 0
}

// complete fills the governing date of a newborn lot where the product's shelf life or its inputs tell it, and refuses
// a lot that lacks a date its product requires. earliest is the earliest governing date of what the lot was made from,
// 0 when there is none; shelf life, being the product's own, comes first. day is the business day: nobody knows that goods with
// an unreadable label are good for longer.
func (d *Dates) complete(p *Product, earliest Date, made Date, day Date) *Error {
	if d.Production == 0 && made != 0 {
		d.Production = made
	}
	inherited := false // what is made today of goods past their date is past it too
	if d.Governing() == 0 {
		governing := d.at(p.governingField())
		switch {
		case p.ShelfLife > 0 && d.Production != 0:
			*governing = d.Production.AddDays(p.ShelfLife)
		case earliest != 0:
			*governing, inherited = earliest, true
		case d.Cautious:
			*governing = day
		}
	}
	for _, f := range dateFields {
		if p.Requires&f.Value != 0 && *d.at(f.Value) == 0 {
			return Errorf(Invalid, CodeDateRequired, f.Name, "every lot of %s carries its %s date; where nobody can read it, mark the lot cautious", p.SKU, f.Name)
		}
	}
	if g := d.Governing(); g != 0 && !inherited && d.Production != 0 && d.Production > g {
		return Errorf(Invalid, CodeInvalidDate, "production", "produced on %s, after the lot's end on %s", d.Production, g)
	}
	return nil
}

// Past reports whether goods with these dates are past their governing date on the day: the date itself is the last good day.
func (d Dates) Past(day Date) bool {
	g := d.Governing()
	return g != 0 && day > g
}

// Unit is one serialised instance of a product.
type Unit struct {
	ID             int64
	Product        int64
	Serial         string
	Lot            int64 // 0 when its product's units belong to no lot
	Place          int64
	Holds          int // how many holds name it
	HistoryUnknown bool
}

// Alias is a code by which a partner knows a lot of ours; many to many.
type Alias struct {
	Partner int64
	Code    string
	Lot     int64
}
