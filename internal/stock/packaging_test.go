package stock

import (
	"reflect"
	"testing"
)

const (
	caseGTIN   = "19521234543210"
	palletGTIN = "29521234543217"
)

func packed(t *testing.T) *ledger {
	l := open(t)
	levels := []Packaging{{"case", Units(12), caseGTIN}, {"pallet", Units(480), palletGTIN}, {"tray", Units(6), ""}}
	l.ok(&ProductDraft{SKU: "BOLT", Packaging: &levels})
	l.ok(&ProductDraft{SKU: "PUMP", Packaging: &[]Packaging{{"pair", Units(2), ""}}})
	return l
}

// TestPackaging: what is counted in packs is booked in the product's own unit of measure, and the line keeps what was counted.
func TestPackaging(t *testing.T) {
	for _, c := range []struct{ draft, booked, captured string }{
		{"receive; BOLT/L1 3 in=case >A", "BOLT/L1 36 partner:SUP>S1/A", "3 case of 12"},
		{"receive; BOLT/L1 0.5 in=case >A", "BOLT/L1 6 partner:SUP>S1/A", "0.5 case of 12"},
		{"receive; " + caseGTIN + "/L1 3 >A", "BOLT/L1 36 partner:SUP>S1/A", "3 case of 12"},
		{"receive; " + palletGTIN + "/L1 2 >A captured=two_pallets", "BOLT/L1 960 partner:SUP>S1/A", "two pallets"},
		{"receive; " + caseGTIN + "/L1 2 in=tray >A", "BOLT/L1 12 partner:SUP>S1/A", "2 tray of 6"},
		{"receive; PUMP 1 in=pair #P1+P2 >A", "PUMP 2 partner:SUP>S1/A", "1 pair of 2"},
	} {
		l := packed(t)
		e := l.ok(c.draft)
		l.moved(e, c.booked)
		if e.Items[0].Captured != c.captured {
			t.Errorf("%s: captured %q, want %q", c.draft, e.Items[0].Captured, c.captured)
		}
	}
}

func TestPackaging_EveryKind(t *testing.T) {
	l := packed(t)
	l.ok("receive; BOLT/L1 10 in=case >A")
	l.ok("move; BOLT/L1 1 in=case <A >B")
	l.has("BOLT/L1@S1/A=108", "BOLT/L1@S1/B=12")
	l.ok("ship; BOLT 2 in=case")
	l.ok("count; BOLT/L1 7 in=case >A")
	l.has("BOLT/L1@S1/B=12")
	l.no("ship; BOLT 1 in=bag", CodeUnknownPackaging, "items[0].packaging")
	l.no("ship; BOLT 0.3 in=case", CodeOverPrecise, "items[0].quantity")
	l.no("receive; PUMP 1 in=pair #P1+P2+P3 >A", CodeInvalidQuantity, "items[0].quantity")
	l.no("receive; BOLT/L1 999999999999 in=pallet >A", CodeInvalidQuantity, "items[0].quantity")
}

func TestPackaging_Defined(t *testing.T) {
	l := packed(t)
	for name, c := range map[string]struct {
		levels      []Packaging
		code, field string
	}{
		"nothing in it":     {[]Packaging{{"bag", 0, ""}}, CodeInvalidQuantity, "packaging[0].quantity"},
		"too exact":         {[]Packaging{{"bag", One / 2, ""}}, CodeOverPrecise, "packaging[0].quantity"},
		"no code":           {[]Packaging{{"", One, ""}}, CodeBlank, "packaging[0].code"},
		"marks in its code": {[]Packaging{{"a=b", One, ""}}, CodeInvalidValue, "packaging[0].code"},
		"twice":             {[]Packaging{{"bag", One, ""}, {"bag", One, ""}}, CodeInvalidValue, "packaging[1].code"},
		"check digit":       {[]Packaging{{"bag", One, "19521234543211"}}, CodeInvalidValue, "packaging[0].gtin"},
		"another's level":   {[]Packaging{{"bag", One, caseGTIN}}, CodeKeyTaken, "packaging[0].gtin"},
		"another's own":     {[]Packaging{{"bag", One, "4006381333931"}}, CodeKeyTaken, "packaging[0].gtin"},
	} {
		t.Run(name, func(t *testing.T) {
			l.no(&ProductDraft{SKU: "CHIP", Packaging: &c.levels}, c.code, c.field)
		})
	}
	l.no(&ProductDraft{SKU: "NEW", GTIN: ptr(caseGTIN)}, CodeKeyTaken, "gtin")
	e := l.ok(&ProductDraft{SKU: "BOLT", Packaging: &[]Packaging{}})
	if m, err := MasterOf(e.Leaf); err != nil || len(m.Product.Packaging) > 0 {
		t.Error(m, err)
	}
	l.ok(&ProductDraft{SKU: "NEW", GTIN: ptr(caseGTIN)}) // it is free again
}

func FuzzParsePackaging(f *testing.F) {
	f.Add("case=12:19521234543210; pallet=480")
	f.Add("=;:,")
	f.Fuzz(func(t *testing.T, text string) {
		levels, err := ParsePackaging(text)
		if err != nil {
			return
		}
		again, err := ParsePackaging(FormatPackaging(levels))
		if err != nil || !reflect.DeepEqual(levels, again) {
			t.Errorf("%q: %v, read again %v, %v", text, levels, again, err)
		}
	})
}
