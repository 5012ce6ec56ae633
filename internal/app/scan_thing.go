package app

import (
	"fmt"
	"slices"

	"clew/gs1"
	"clew/internal/stock"
	"clew/internal/store"
)

// thing is what one reading of an item's scans names, before lots and units are looked up.
type thing struct {
	forms    []*facts
	said     bool // by the item itself
	product  *stock.Product
	level    string // of its packaging
	whose    int64  // the partner whose label or code it is
	lotCode  string
	serial   string
	lot      int64 // named outright, by its code alone
	unit     int64
	site     int64
	place    int64
	partner  int64
	paper    *store.Named
	code     string // of the paper
	entry    int64
	sscc     string
	article  string // a name of a product that nobody knows
	text     string // a text that nobody knows
	gln      string // a GLN that nobody knows
	dates    stock.Dates
	quantity *stock.Quantity
	each     *stock.Quantity
	measures []measure
	elements []gs1.Element
}

// resolved is a reading: a thing with what it is of goods.
type resolved struct {
	*thing
	goods *stock.Goods
}

// known reports whether the thing is something that the ledger has, or could have: a pallet needs no entry to be one.
func (t *thing) known() bool {
	return t.product != nil || t.lot != 0 || t.unit != 0 || t.site != 0 || t.place != 0 || t.partner != 0 || t.paper != nil || t.entry != 0 || t.sscc != ""
}

// goods reports whether the thing may be goods: a product or what is said of one.
func (t *thing) isGoods() bool {
	return t.site == 0 && t.place == 0 && t.partner == 0 && t.paper == nil && t.entry == 0 && t.text == "" && t.gln == ""
}

// expand gives the things that one reading of a scan can name.
func (s *scanning) expand(it *scanItem, f *facts) []*thing {
	base := thing{forms: []*facts{f}, said: f.said, lotCode: f.lot, serial: f.serial, sscc: f.sscc, dates: f.dates, quantity: f.quantity, each: f.each, measures: f.measures, elements: f.elements}
	var out []*thing
	add := func(change func(t *thing)) {
		t := base
		change(&t)
		out = append(out, &t)
	}
	if f.label != nil {
		base.whose = f.label.Partner
	}
	switch {
	case f.text != "":
		s.outrightThings(it, f, add)
		s.products(it, f.text, 0, add)
		if len(out) == 0 {
			add(func(t *thing) { t.text = f.text })
		}
	case f.gtin != "" || f.article != "":
		name := f.gtin + f.article
		s.products(it, name, base.whose, add)
		if f.label != nil && f.label.Product != 0 {
			out = slices.DeleteFunc(out, func(t *thing) bool { return t.product.ID != f.label.Product })
		}
		if len(out) == 0 {
			add(func(t *thing) { t.article = name })
		}
	case f.label != nil && f.label.Product != 0:
		add(func(t *thing) { t.product = s.first.ProductIDs[f.label.Product] })
	case f.sscc == "" && (f.gln != "" || f.party != ""): // beside an SSCC they say where the pallet goes
		s.located(f, add)
		if len(out) == 0 {
			add(func(t *thing) { t.gln = f.gln + f.party })
		}
	case len(f.papers) > 0 && f.lot == "" && f.serial == "" && f.sscc == "":
		for _, code := range f.papers {
			for _, n := range s.named[code] {
				if n.Kind == store.NamedPaper {
					add(func(t *thing) { t.paper, t.code = &n, code })
				}
			}
		}
		if len(out) == 0 {
			add(func(t *thing) { t.text = f.papers[0] })
		}
	default:
		add(func(*thing) {})
	}
	return out
}

// products adds the products that a name stands for: by SKU, by GTIN at any packaging level, or as a barcode. Codes of other partners are passed over.
func (s *scanning) products(it *scanItem, name string, whose int64, add func(func(*thing))) {
	if p := s.first.Products[name]; p != nil {
		add(func(t *thing) { t.product = p })
	}
	key := stock.BarcodeKey(name)
	if p := s.first.ByGTIN[key]; p != nil {
		level := ""
		for _, l := range p.Packaging {
			if l.GTIN == key {
				level = l.Code
			}
		}
		add(func(t *thing) { t.product, t.level = p, level })
	}
	partner := cmpPartner(whose, it.partner)
	for _, b := range s.first.Barcodes[key] {
		p := s.first.ProductIDs[b.Product]
		if b.Active && p != nil && (b.Partner == 0 || partner == 0 || b.Partner == partner) {
			add(func(t *thing) { t.product, t.level = p, b.Level })
		}
	}
}

// outrightThings adds what a text names by itself.
func (s *scanning) outrightThings(it *scanItem, f *facts, add func(func(*thing))) {
	for _, n := range s.named[f.text] {
		switch n.Kind {
		case store.NamedLot:
			if l := s.first.Lots[n.ID]; l != nil {
				add(func(t *thing) { t.lot, t.product, t.lotCode = l.ID, s.first.ProductIDs[l.Product], l.Code })
			}
		case store.NamedUnit:
			if u := s.first.Units[n.ID]; u != nil {
				add(func(t *thing) { t.unit, t.product, t.serial = u.ID, s.first.ProductIDs[u.Product], u.Serial })
			}
		case store.NamedPaper:
			add(func(t *thing) { t.paper, t.code = &n, f.text })
		default:
			s.nameThing(n, add)
		}
	}
	if id := entryNumber(f.text); s.there[id] {
		add(func(t *thing) { t.entry = id })
	}
}

func (s *scanning) nameThing(n store.Named, add func(func(*thing))) {
	switch n.Kind {
	case store.NamedPartner:
		add(func(t *thing) { t.partner = n.ID })
	case store.NamedSite:
		add(func(t *thing) { t.site = n.ID })
	case store.NamedPlace:
		add(func(t *thing) { t.place = n.ID })
	}
}

// located adds the sites, places and partners that GLNs name. An extension is the code of a location in the site of that GLN.
func (s *scanning) located(f *facts, add func(func(*thing))) {
	for _, n := range s.named[f.gln] {
		if v := s.first.SiteIDs[n.ID]; n.Kind == store.NamedSite && f.glnMore != "" && v != nil {
			for _, inside := range s.named[v.Code+"/"+f.glnMore] {
				s.nameThing(inside, add)
			}
			continue
		}
		s.nameThing(n, add)
	}
	for _, n := range s.named[f.party] {
		if f.party != "" {
			s.nameThing(n, add)
		}
	}
}

// join makes one thing of two that are said of the same item; nil and what differs where they contradict each other.
func (t *thing) join(o *thing) (*thing, string) {
	if !t.isGoods() || !o.isGoods() {
		return nil, "things"
	}
	j := *t
	j.forms = append(slices.Clone(t.forms), o.forms...)
	j.elements = append(slices.Clone(t.elements), o.elements...)
	switch {
	case o.product == nil:
	case j.product == nil:
		j.product, j.level = o.product, o.level
	case j.product.ID != o.product.ID:
		return nil, "products"
	case j.level == o.level:
	case o.said && o.level == "": // a product named by its SKU says nothing of its packaging
	default:
		return nil, "packaging levels"
	}
	for _, w := range []struct {
		to   *string
		from string
		what string
	}{{&j.lotCode, o.lotCode, "lots"}, {&j.serial, o.serial, "serial numbers"}, {&j.sscc, o.sscc, "SSCCs"}, {&j.article, o.article, "articles"}} {
		if *w.to != "" && w.from != "" && *w.to != w.from {
			return nil, w.what
		}
		if *w.to == "" {
			*w.to = w.from
		}
	}
	if j.product != nil && j.article != "" {
		return nil, "products"
	}
	for _, d := range []struct {
		to   *stock.Date
		from stock.Date
	}{{&j.dates.Production, o.dates.Production}, {&j.dates.BestBefore, o.dates.BestBefore}, {&j.dates.SellBy, o.dates.SellBy}, {&j.dates.Expiry, o.dates.Expiry}} {
		if *d.to != 0 && d.from != 0 && *d.to != d.from {
			return nil, "dates"
		}
		*d.to = max(*d.to, d.from)
	}
	for _, q := range []struct {
		to   **stock.Quantity
		from *stock.Quantity
	}{{&j.quantity, o.quantity}, {&j.each, o.each}} {
		if *q.to != nil && q.from != nil && **q.to != *q.from {
			return nil, "quantities"
		}
		if *q.to == nil {
			*q.to = q.from
		}
	}
	j.measures = append(slices.Clone(t.measures), o.measures...)
	j.lot, j.unit, j.whose = max(t.lot, o.lot), max(t.unit, o.unit), max(t.whose, o.whose)
	return &j, ""
}

// packing is the packaging level of the thing, nil for the product itself.
func (t *thing) packing() *stock.Packaging {
	if t.product != nil {
		for i := range t.product.Packaging {
			if t.product.Packaging[i].Code == t.level {
				return &t.product.Packaging[i]
			}
		}
	}
	return nil
}

// thousandth are units of measure of which a thousand make one that codes have.
var thousandth = map[string]string{"GRM": "KGM", "MLT": "LTR"}

// amount is the quantity that the codes say, in the product's own unit of measure; and a second, measured one. Both may be nil.
func (t *thing) amount() (quantity, second *stock.Quantity, uom string) {
	quantity = t.quantity
	if t.each != nil {
		quantity = t.each
		if l := t.packing(); l != nil {
			if all, ok := t.each.Times(l.Quantity); ok {
				quantity = &all
			}
		}
	}
	for _, m := range t.measures {
		q := m.quantity
		switch {
		case quantity == nil && t.product != nil && t.product.UoM == m.uom:
			quantity = &q
		case quantity == nil && t.product != nil && thousandth[t.product.UoM] == m.uom:
			if small, ok := q.Times(stock.Units(1000)); ok {
				quantity = &small
			}
		case second == nil:
			second, uom = &q, m.uom
		}
	}
	return quantity, second, uom
}

// is says what the reading is.
func (r *resolved) is() string {
	switch t := r.thing; {
	case r.goods != nil && (r.goods.Unit != nil || t.serial != "" && r.goods.Product.Tracking == stock.TrackSerial && t.level == ""):
		return "unit"
	case r.goods != nil && (t.lotCode != "" || t.lot != 0):
		return "lot"
	case t.sscc != "":
		return "logistic_unit"
	case t.product != nil:
		return "product"
	case t.place != 0:
		return "location"
	case t.site != 0:
		return "site"
	case t.partner != 0:
		return "partner"
	case t.paper != nil:
		return "reference"
	case t.entry != 0:
		return "entry"
	}
	return "unknown"
}

// key tells readings apart that say something else.
func (r *resolved) key() string {
	t := r.thing
	key := fmt.Sprint(r.is(), t.level, "|", t.lotCode, "|", t.serial, "|", t.sscc, "|", t.place, t.site, t.partner, t.entry, "|", t.article, "|", t.text, "|", t.gln, "|", t.code)
	if t.paper != nil {
		key += t.paper.Word
	}
	if g := r.goods; g != nil {
		key += fmt.Sprint("|", g.Product.ID)
		if g.Lot != nil {
			key += fmt.Sprint(" lot ", g.Lot.ID)
		}
		if g.Unit != nil {
			key += fmt.Sprint(" unit ", g.Unit.ID)
		}
	}
	return key
}
