package stock

import (
	"fmt"
	"math/bits"
	"strings"
)

// Packaging is one level in which a product is packed: a case of 12, a pallet of 480.
type Packaging struct {
	Code     string   `json:"code" doc:"Such as case or pallet." maxLength:"20"`
	Quantity Quantity `json:"quantity" doc:"How much of the product's unit of measure is in one."`
	GTIN     string   `json:"gtin,omitempty" doc:"GTIN of the level, where it has one of its own."`
}

// maxLevels is the most packaging levels of one product.
const maxLevels = 20

// FormatPackaging writes levels in one text, as files and the store keep them: case=12:04012345678901;pallet=480.
func FormatPackaging(levels []Packaging) string {
	var b strings.Builder
	for i, l := range levels {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(l.Code + "=" + l.Quantity.String())
		if l.GTIN != "" {
			b.WriteString(":" + l.GTIN)
		}
	}
	return b.String()
}

// ParsePackaging reads what FormatPackaging writes, with spaces around the levels.
func ParsePackaging(text string) ([]Packaging, *Error) {
	out := []Packaging{}
	for _, word := range strings.Split(text, ";") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		code, rest, ok := strings.Cut(word, "=")
		number, gtin, _ := strings.Cut(rest, ":")
		quantity, err := ParseQuantity(strings.TrimSpace(number))
		if !ok || err != nil {
			return nil, Errorf(Invalid, CodeInvalidValue, "packaging", "%q: a packaging level is written as case=12, or with its GTIN as case=12:04012345678901", clip(word))
		}
		out = append(out, Packaging{strings.TrimSpace(code), quantity, strings.TrimSpace(gtin)})
	}
	return out, nil
}

// pack gives the product the levels that the draft lists, in their order.
func (d *ProductDraft) pack(s *State, p *Product) *Error {
	if d.Packaging != nil {
		p.Packaging = nil
		for i, level := range *d.Packaging {
			if err := level.check(p); err != nil {
				return err.At(index("packaging", i))
			}
			for _, other := range p.Packaging {
				if other.Code == level.Code {
					return Errorf(Invalid, CodeInvalidValue, index("packaging", i)+".code", "%s is listed twice", level.Code)
				}
				if level.GTIN != "" && other.GTIN == level.GTIN {
					return Errorf(Invalid, CodeInvalidValue, index("packaging", i)+".gtin", "%s is listed twice", level.GTIN)
				}
			}
			p.Packaging = append(p.Packaging, level)
		}
		if len(p.Packaging) > maxLevels {
			return Errorf(Invalid, CodeTooMany, "packaging", "%d packaging levels, at most %d are kept", len(p.Packaging), maxLevels)
		}
	}
	for i, level := range p.Packaging {
		other := s.ByGTIN[level.GTIN]
		switch {
		case level.GTIN == "":
		case level.GTIN == p.GTIN:
			return Errorf(Invalid, CodeInvalidValue, index("packaging", i)+".gtin", "%s is the GTIN of the product itself", level.GTIN)
		case other != nil && other.SKU != p.SKU:
			return Errorf(Conflict, CodeKeyTaken, index("packaging", i)+".gtin", "GTIN %s is of product %s", level.GTIN, other.SKU)
		case level.Quantity.Decimals() > p.Decimals:
			return Errorf(Invalid, CodeOverPrecise, index("packaging", i)+".quantity", "%s has more than the %d decimals of product %s", level.Quantity, p.Decimals, p.SKU)
		}
	}
	return nil
}

func (l *Packaging) check(p *Product) *Error {
	if err := CheckCode("code", l.Code, 20); err != nil {
		return err
	}
	if strings.ContainsAny(l.Code, "=:;,|") {
		return Errorf(Invalid, CodeInvalidValue, "code", "%q: the code of a packaging level has none of = : ; , |", l.Code)
	}
	if l.Quantity <= 0 {
		return Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s is not above zero: say how much of the product is in one %s", l.Quantity, l.Code)
	}
	if l.Quantity.Decimals() > p.Decimals {
		return Errorf(Invalid, CodeOverPrecise, "quantity", "%s has more than the %d decimals of product %s", l.Quantity, p.Decimals, p.SKU)
	}
	given := l.GTIN
	if l.GTIN = NormalGTIN(l.GTIN); l.GTIN != "" && !validGTIN(l.GTIN) {
		return Errorf(Invalid, CodeInvalidValue, "gtin", "%q is not a GTIN: 8, 12, 13 or 14 digits with a right check digit", clip(given))
	}
	return nil
}

// level is the packaging level that a line counts in, nil for the product's own unit of measure: the one it says, else the one
// whose GTIN stands for the product.
func (it *ItemDraft) level(p *Product) (*Packaging, *Error) {
	if it.Packaging == "" && it.Product == p.SKU {
		return nil, nil
	}
	gtin := NormalGTIN(it.Product)
	codes := make([]string, len(p.Packaging))
	for i := range p.Packaging {
		l := &p.Packaging[i]
		if it.Packaging == l.Code || it.Packaging == "" && l.GTIN != "" && l.GTIN == gtin {
			return l, nil
		}
		codes[i] = l.Code
	}
	if it.Packaging == "" {
		return nil, nil
	}
	known := "it has none"
	if len(codes) > 0 {
		known = "it has " + strings.Join(codes, ", ")
	}
	return nil, Errorf(NotFound, CodeUnknownPackaging, "packaging", "product %s has no packaging level %q; %s", p.SKU, clip(it.Packaging), known)
}

// unpacked is the line counted in the product's own unit of measure: three cases of twelve are thirty-six.
func (it *ItemDraft) unpacked(p *Product) (*ItemDraft, *Error) {
	l, err := it.level(p)
	if err != nil || l == nil || it.Quantity == nil {
		return it, err
	}
	all, ok := it.Quantity.Times(l.Quantity)
	if !ok {
		return nil, Errorf(Invalid, CodeInvalidQuantity, "quantity", "%s %s of %s is no quantity that can be kept exactly", *it.Quantity, l.Code, l.Quantity)
	}
	line := *it
	line.Product, line.Packaging, line.Quantity = p.SKU, "", &all
	if line.Captured == "" {
		line.Captured = fmt.Sprintf("%s %s of %s", *it.Quantity, l.Code, l.Quantity)
	}
	return &line, nil
}

// Times multiplies two quantities, of which neither is below zero, exactly; false when the product cannot be kept so.
func (q Quantity) Times(by Quantity) (Quantity, bool) {
	if q < 0 || by < 0 {
		return 0, false
	}
	high, low := bits.Mul64(uint64(q), uint64(by))
	if high >= uint64(One) {
		return 0, false
	}
	product, rest := bits.Div64(high, low, uint64(One))
	return Quantity(product), rest == 0 && product <= uint64(MaxQuantity)
}

// gtins are the product's own GTIN and those of its packaging levels.
func (p *Product) gtins() []string {
	var out []string
	if p.GTIN != "" {
		out = append(out, p.GTIN)
	}
	for _, l := range p.Packaging {
		if l.GTIN != "" {
			out = append(out, l.GTIN)
		}
	}
	return out
}
