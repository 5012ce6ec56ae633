package stock

import (
	"testing"

	"clew/internal/auth"
)

func TestBarcode(t *testing.T) {
	l := open(t)
	l.ok(&ProductDraft{SKU: "BOLT", Packaging: &[]Packaging{{Code: "case", Quantity: qty("12"), GTIN: "19521234543210"}}})
	e := l.ok(&BarcodeDraft{Product: "BOLT", BarcodeOf: BarcodeOf{Code: "4006381333962", Packaging: "case"}})
	if b := e.Barcodes[0]; e.Kind != KindBarcode || b.Level != "case" || !b.Active || b.Entry != e.ID || b.Product != l.s.Products["BOLT"].ID {
		t.Errorf("barcode: %+v", b)
	}
	if m, err := MasterOf(e.Leaf); err != nil || len(m.Barcodes) != 1 || m.Barcodes[0].Code != "4006381333962" || m.Barcodes[0].Level != "case" || !m.Barcodes[0].Active {
		t.Errorf("the leaf says %+v, %v", m.Barcodes, err)
	}
	same := &BarcodeDraft{Product: "BOLT", BarcodeOf: BarcodeOf{Code: "04006381333962", Packaging: "case"}} // as 14 digits
	if out := l.try(&Draft{By: auth.AtMachine, Body: same}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("the same again: %+v", out)
	}
	of := func(product, code string, change ...func(*BarcodeDraft)) *BarcodeDraft {
		d := &BarcodeDraft{Product: product, BarcodeOf: BarcodeOf{Code: code}}
		for _, c := range change {
			c(d)
		}
		return d
	}
	partner := func(code string) func(*BarcodeDraft) { return func(d *BarcodeDraft) { d.Partner = code } }
	shared := func(d *BarcodeDraft) { d.Shared = true }
	off := func(d *BarcodeDraft) { d.Active = ptr(false) }
	l.ok(of("BOLT", "A-1", partner("SUP")))
	l.ok(of("MILK", "A-1", partner("SUP2"))) // another partner's code
	l.ok(of("CAKE", "H7"))
	for _, c := range []struct {
		body        Body
		code, field string
	}{
		{of("NO", "X"), CodeUnknownProduct, "product"},
		{of("BOLT", ""), CodeBlank, "code"},
		{of("BOLT", " X"), CodeInvalidCode, "code"},
		{of("BOLT", "X", partner("NO")), CodeUnknownPartner, "partner"},
		{of("BOLT", "X", func(d *BarcodeDraft) { d.Packaging = "tray" }), CodeUnknownPackaging, "packaging"},
		{of("BOLT", "BOLT"), CodeKeyTaken, "code"},
		{of("BOLT", "19521234543210"), CodeKeyTaken, "code"},
		{of("BOLT", "MILK"), CodeBarcodeTaken, "code"},
		{of("BOLT", "4006381333931"), CodeBarcodeTaken, "code"},
		{of("MILK", "4006381333962"), CodeBarcodeTaken, "code"},
		{of("MILK", "A-1", partner("SUP")), CodeBarcodeTaken, "code"},
		{of("CAKE", "A-1"), CodeBarcodeTaken, "code"},
		{of("CAKE", "NEW", off), CodeUnknownBarcode, "code"},
		{&ProductDraft{SKU: "BOLT", Packaging: &[]Packaging{}}, CodeDataInUse, "packaging"},
		{&ProductDraft{SKU: "CAKE", Barcodes: []BarcodeOf{{Code: "H8"}, {Code: "A-1"}}}, CodeBarcodeTaken, "barcodes[1].code"},
		{&ProductDraft{SKU: "CAKE", Barcodes: []BarcodeOf{{Code: "H8"}, {Code: "H8"}}}, CodeInvalidValue, "barcodes"},
	} {
		l.no(c.body, c.code, c.field)
	}
	l.ok(of("CAKE", "A-1", shared))
	l.ok(of("BOLT", "H7", shared))
	l.ok(of("CAKE", "H7", off)) // a product's code is taken off and comes back as it was
	l.ok(of("CAKE", "H7", shared))
	e = l.ok(&ProductDraft{SKU: "TEA", Barcodes: []BarcodeOf{{Code: "T1"}, {Code: "T2", Partner: "SUP"}}})
	if len(e.Barcodes) != 2 || e.Barcodes[1].Product != e.Product.ID || e.Barcodes[1].ID != e.Product.ID+2 {
		t.Errorf("a product with its barcodes: %+v", e.Barcodes)
	}
	for _, b := range []BarcodeOf{{Code: "T1"}, {Code: "T2", Partner: "SUP"}, {Code: "a:b=c"}, {Code: "+1", Shared: true}, {Code: "x=y", Partner: "SUP", Packaging: "case"}, {Code: "7", Packaging: "case"}} {
		if got := ParseBarcode(b.String()); got != b {
			t.Errorf("%+v is written %s, read as %+v", b, b, got)
		}
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &ProductDraft{SKU: "TEA", Barcodes: []BarcodeOf{{Code: "T1"}}}}); !out.Unchanged {
		t.Errorf("the same again: %+v", out)
	}
	l.ok(of("BOLT", "4006381333962", off))
	l.ok(&ProductDraft{SKU: "BOLT", Packaging: &[]Packaging{}})
}
