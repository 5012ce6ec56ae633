package stock

import (
	"slices"
	"strings"
)

// Barcode is a further code by which a product, or one of its packaging levels, is known: another GTIN, a house code, the code of a
// supplier's article. One code may stand for several products; then it is answered with all of them.
type Barcode struct {
	ID      int64
	Entry   int64 // the entry that last changed it
	Code    string
	Product int64
	Level   string // of its packaging, empty for the product itself
	Partner int64  // whose code it is, 0: anybody's
	Shared  bool   // other products may have it too
	Active  bool
}

// BarcodeOf says which code stands for a product.
type BarcodeOf struct {
	Code      string `json:"code" doc:"As it is printed: a GTIN, a house code, a supplier's article number." maxLength:"100"`
	Packaging string `json:"packaging,omitempty" doc:"Code of the packaging level that it stands for. The product itself, when left out." maxLength:"20"`
	Partner   string `json:"partner,omitempty" doc:"Code of the partner whose code it is, where others may use it for something else." maxLength:"60"`
	Shared    bool   `json:"shared,omitempty" doc:"It may stand for other products too. A scan is then answered with all of them."`
}

// BarcodeDraft binds a code to a product, or takes it off.
type BarcodeDraft struct {
	Product string `json:"product" doc:"SKU or GTIN."`
	BarcodeOf
	Active *bool `json:"active,omitempty" doc:"false takes the code off the product. It can be bound again."`
}

// maxBarcodes is the most codes that one request binds to a product. There may be any number of them.
const maxBarcodes = 1000

// BarcodeKey is what barcodes are found by: those that are GTINs in any of their lengths, others as they are.
func BarcodeKey(code string) string {
	if gtin := NormalGTIN(code); validGTIN(gtin) {
		return gtin
	}
	return code
}

// String writes the code as files keep it: the code alone where that says all, else PARTNER:level=code, with a plus in front of one that is shared.
func (b BarcodeOf) String() string {
	text := b.Code
	if b.Packaging != "" || strings.ContainsAny(b.Code, ":=") || strings.HasPrefix(b.Code, "+") {
		text = b.Packaging + "=" + text
	}
	if b.Partner != "" {
		text = b.Partner + ":" + text
	}
	if b.Shared {
		text = "+" + text
	}
	return text
}

// ParseBarcode reads what String writes.
func ParseBarcode(text string) BarcodeOf {
	var b BarcodeOf
	text, b.Shared = strings.CutPrefix(text, "+")
	if i := strings.IndexAny(text, ":="); i >= 0 && text[i] == ':' {
		b.Partner, text = text[:i], text[i+1:]
	}
	if level, code, ok := strings.Cut(text, "="); ok {
		b.Packaging, text = level, code
	}
	b.Code = text
	return b
}

func (d *BarcodeDraft) kind() Kind { return KindBarcode }

func (d *BarcodeDraft) needs(n *Needs) {
	n.SKU(d.Product)
	d.BarcodeOf.needs(n)
}

func (b *BarcodeOf) needs(n *Needs) {
	n.Barcode(b.Code)
	n.SKU(b.Code)
	n.Partner(b.Partner)
}

func (d *BarcodeDraft) decide(s *State, e *Entry) *Error {
	p, err := s.product("product", d.Product)
	if err != nil {
		return err
	}
	now, was, err := d.bind(s, p, d.Active == nil || *d.Active)
	switch {
	case err != nil:
		return err
	case now == nil:
		e.Unchanged(was.Entry)
		return nil
	}
	s.keepBarcode(e, now)
	return nil
}

// bind gives the barcode as it is to be, nil where it stands so already, and as it was.
func (b *BarcodeOf) bind(s *State, p *Product, active bool) (now, was *Barcode, err *Error) {
	if err := CheckCode("code", b.Code, 100); err != nil {
		return nil, nil, err
	}
	next := Barcode{Code: b.Code, Product: p.ID, Level: b.Packaging, Shared: b.Shared, Active: active}
	if b.Partner != "" {
		partner, _, err := s.partner(b.Partner, "")
		if err != nil {
			return nil, nil, err
		}
		next.Partner = partner.ID
	}
	key := BarcodeKey(b.Code)
	i := slices.IndexFunc(s.Barcodes[key], func(v *Barcode) bool { return v.Product == p.ID && v.Partner == next.Partner })
	if i >= 0 {
		was = s.Barcodes[key][i]
		next.ID, next.Entry, next.Code = was.ID, was.Entry, was.Code
		if *was == next || !active && !was.Active {
			return nil, was, nil
		}
	}
	if !active {
		if was == nil {
			return nil, nil, Errorf(NotFound, CodeUnknownBarcode, "code", "%s is no barcode of product %s", clip(b.Code), p.SKU)
		}
		next.Level, next.Shared = was.Level, was.Shared
		return &next, was, nil
	}
	if b.Packaging != "" && !slices.ContainsFunc(p.Packaging, func(l Packaging) bool { return l.Code == b.Packaging }) {
		_, err := (&ItemDraft{Packaging: b.Packaging}).level(p)
		return nil, nil, err
	}
	return &next, was, b.free(s, p, &next)
}

// free refuses a code that stands for something else, unless it is said that it is shared.
func (b *BarcodeOf) free(s *State, p *Product, next *Barcode) *Error {
	key := BarcodeKey(b.Code)
	if b.Code == p.SKU || slices.Contains(p.gtins(), key) {
		return Errorf(Conflict, CodeKeyTaken, "code", "%s means product %s without being bound: it is its SKU, its GTIN or that of one of its packaging levels", clip(b.Code), p.SKU)
	}
	other := s.ByGTIN[key]
	if other == nil {
		other = s.Products[b.Code]
	}
	for _, v := range s.Barcodes[key] {
		if v.Active && !v.Shared && v.Product != p.ID && (v.Partner == 0 || next.Partner == 0 || v.Partner == next.Partner) {
			other = s.ProductIDs[v.Product]
		}
	}
	if other != nil && other.ID != p.ID && !b.Shared {
		err := Errorf(Conflict, CodeBarcodeTaken, "code", "%s stands for product %s: take it off there, or say that it is shared", clip(b.Code), other.SKU)
		err.About = []string{other.SKU}
		return err
	}
	return nil
}

func (s *State) keepBarcode(e *Entry, next *Barcode) {
	if next.ID == 0 {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putBarcode(next)
	e.Barcodes = append(e.Barcodes, next)
}

// label binds the codes that the draft lists to the product, and reports whether any is new. Codes that it does not list stay.
func (d *ProductDraft) label(s *State, p *Product) ([]*Barcode, *Error) {
	if d.Packaging != nil && p.ID != 0 {
		if err := s.keepsLevels(p); err != nil {
			return nil, err
		}
	}
	if len(d.Barcodes) > maxBarcodes {
		return nil, Errorf(Invalid, CodeTooMany, "barcodes", "%d barcodes, at most %d are taken at once", len(d.Barcodes), maxBarcodes)
	}
	var out []*Barcode
	for i := range d.Barcodes {
		now, _, err := d.Barcodes[i].bind(s, p, true)
		if err != nil {
			return nil, err.At(index("barcodes", i))
		}
		if now != nil {
			out = append(out, now)
		}
	}
	for i, v := range out {
		same := func(w *Barcode) bool {
			return BarcodeKey(w.Code) == BarcodeKey(v.Code) && w.Partner == v.Partner
		}
		if slices.ContainsFunc(out[:i], same) {
			return nil, Errorf(Invalid, CodeInvalidValue, "barcodes", "%s is listed twice", v.Code)
		}
	}
	return out, nil
}

// keepsLevels refuses to take away a packaging level that a barcode stands for.
func (s *State) keepsLevels(p *Product) *Error {
	for _, list := range s.Barcodes {
		for _, v := range list {
			if v.Product == p.ID && v.Active && v.Level != "" && !slices.ContainsFunc(p.Packaging, func(l Packaging) bool { return l.Code == v.Level }) {
				return Errorf(Conflict, CodeDataInUse, "packaging", "barcode %s stands for packaging level %s of product %s: take it off first", v.Code, v.Level, p.SKU)
			}
		}
	}
	return nil
}

func (s *State) putBarcode(b *Barcode) {
	key := BarcodeKey(b.Code)
	list := slices.Clone(s.Barcodes[key])
	if i := slices.IndexFunc(list, func(v *Barcode) bool { return v.ID == b.ID }); i >= 0 {
		list[i] = b
	} else {
		list = append(list, b)
	}
	put(s, s.Barcodes, key, list)
}

// LoadBarcode adds a barcode to the state.
func (s *State) LoadBarcode(b *Barcode) { s.putBarcode(b) }

// Barcode asks for what a code stands for, and for the products.
func (n *Needs) Barcode(code string) {
	if code != "" {
		add(n.Barcodes, BarcodeKey(code))
	}
}

// BarcodesOf asks for the barcodes of a product that stand for its packaging levels.
func (n *Needs) BarcodesOf(sku string) { add(n.Labelled, sku) }

func (w leafWriter) barcode(b *Barcode) {
	w.int(1, b.ID)
	w.text(2, b.Code)
	w.int(3, b.Product)
	w.text(4, b.Level)
	w.int(5, b.Partner)
	w.flag(6, b.Active)
	w.flag(7, b.Shared)
}

func (g group) barcode() *Barcode {
	return &Barcode{ID: g.int(1), Code: g.text(2), Product: g.int(3), Level: g.text(4), Partner: g.int(5), Active: g.int(6) != 0, Shared: g.int(7) != 0}
}
