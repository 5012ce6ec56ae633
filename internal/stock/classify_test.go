package stock

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestClassify_Rules: each rule proposes what it is for, and the first that holds decides.
func TestClassify_Rules(t *testing.T) {
	moved := Moved{Out: 100 * One, Lines: 10}
	for _, c := range []struct {
		name string
		p    Product
		g    ProductGroup
		m    Moved
		want string // rule, mode, reasons
	}{
		{"nothing known", Product{}, ProductGroup{}, Moved{}, "no_reason none"},
		{"dear piece", Product{UnitCost: "100"}, ProductGroup{}, moved, "valuable_pieces serial value 100"},
		{"cheap piece", Product{UnitCost: "99.99"}, ProductGroup{}, moved, "valuable lot value 100"},
		{"dear by weight", Product{UnitCost: "100", UoM: "KGM"}, ProductGroup{}, moved, "valuable lot value 100"},
		{"dear, but with a date", Product{UnitCost: "100", ShelfLife: 30}, ProductGroup{}, moved, "perishable lot value 100, shelf_life 30"},
		{"no cost", Product{}, ProductGroup{}, moved, "valuable lot movements 10, no_cost"},
		{"food", Product{Tags: []string{"food", "organic"}}, ProductGroup{}, Moved{}, "regulated lot regulated food"},
		{"device", Product{Tags: []string{"medical_device"}}, ProductGroup{}, Moved{}, "regulated_units serial regulated medical_device"},
		{"device by weight", Product{Tags: []string{"medical_device"}, UoM: "KGM"}, ProductGroup{}, Moved{}, "regulated lot regulated medical_device"},
		{"licence", Product{}, ProductGroup{SupplierLicence: "pharmacy", CustomerLicence: "pharmacy"}, Moved{}, "regulated lot licence pharmacy"},
		{"date", Product{Requires: Expiry | Production}, ProductGroup{}, Moved{}, "perishable lot date_required expiry"},
		{"starts on hold", Product{}, ProductGroup{HoldWhen: HoldReceived}, Moved{}, "starts_on_hold lot starts_on_hold receive"},
		{"comes back", Product{}, ProductGroup{}, Moved{Out: 100 * One, Returned: 2 * One}, "trouble lot returned 2"},
		{"comes back seldom", Product{}, ProductGroup{}, Moved{Out: 100 * One, Returned: One}, "no_reason none returned 1"},
		{"is scrapped", Product{}, ProductGroup{}, Moved{In: 3 * One, Scrapped: One}, "trouble lot scrapped 33.33"},
		{"is scrapped only", Product{}, ProductGroup{}, Moved{Scrapped: One}, "trouble lot scrapped 100"},
		{"is held", Product{}, ProductGroup{}, Moved{Holds: 3}, "trouble lot held 3"},
		{"is held seldom", Product{}, ProductGroup{}, Moved{Holds: 2}, "no_reason none held 2"},
		{"never less than now", Product{Tracking: TrackSerial, ShelfLife: 3}, ProductGroup{}, Moved{}, "tracked_already serial shelf_life 3"},
	} {
		if c.p.UoM == "" {
			c.p.UoM = "H87"
		}
		got, _ := Classify([]Candidate{{&c.p, &c.g, c.m}}, UsualCriteria)
		var why []string
		for _, r := range got[0].Reasons {
			why = append(why, strings.TrimSpace(r.Code+" "+r.Value+strings.Join(r.Words, "+")))
		}
		if is := strings.TrimSpace(fmt.Sprint(got[0].Rule, " ", got[0].Propose, " ", strings.Join(why, ", "))); is != c.want {
			t.Errorf("%s: %s, want %s", c.name, is, c.want)
		}
	}
}

// TestClassify_Rank: by value, by movements where nothing has a cost, by what was typed where nothing moved.
func TestClassify_Rank(t *testing.T) {
	rank := func(all ...Candidate) string {
		var words []string
		rows, basis := Classify(all, UsualCriteria)
		for _, r := range rows {
			words = append(words, r.SKU+" "+r.Class.String()+" "+r.Share.String())
		}
		return string(basis) + ": " + strings.Join(words, ", ")
	}
	of := func(sku, cost string, out Quantity, tags ...string) Candidate {
		c := Candidate{&Product{SKU: sku, UnitCost: cost, Tags: tags, UoM: "KGM"}, &ProductGroup{}, Moved{Out: out * One}}
		if out > 0 {
			c.Lines = int64(out)
		}
		return c
	}
	for _, c := range []struct {
		got, want string
	}{
		{rank(), "typed: "},
		{rank(of("A", "2", 10), of("B", "1", 40), of("C", "", 99), of("D", "1", 20), of("E", "9", 0)), "value: B A 50, D B 25, A B 25, C C 0, E C 0"},
		{rank(of("A", "", 10), of("B", "", 40), of("C", "5", 0)), "movements: B A 0, A B 0, C C 0"},
		{rank(of("A", "", 0), of("B", "1", 0), of("C", "2", 0), of("D", "", 0, "food")), "typed: D A 0, C B 0, B B 0, A C 0"},
		{rank(of("A", "9000000000000", 9_000_000_000_000), of("B", "9000000000000", 1)), "value: A A 99.99, B B 0"},
	} {
		if c.got != c.want {
			t.Errorf("got %s\nwant %s", c.got, c.want)
		}
	}
}

func TestMoved(t *testing.T) {
	var m Moved
	m.Add(KindReceive, Plain, false, 2, 10*One)
	m.Add(KindReceive, Plain, true, 1, 4*One)
	m.Add(KindMake, Input, false, 1, 7*One)
	m.Add(KindMake, Output, false, 1, One)
	m.Add(KindShip, Plain, false, 1, MaxQuantity)
	m.Add(KindReturn, Plain, false, 1, 2*One)
	m.Add(KindScrap, Plain, false, 1, 3*One)
	m.Add(KindMove, Plain, false, 9, 9*One)
	if want := (Moved{In: 7 * One, Out: MaxQuantity, Returned: 2 * One, Scrapped: 3 * One, Lines: 6, Returns: 1, Scraps: 1}); m != want || m.Amount() != MaxQuantity {
		t.Errorf("%+v", m)
	}
}

// TestClassDraft: what is accepted is written to the product; where goods have moved, as the change of tracking that it is.
func TestClassDraft(t *testing.T) {
	l := open(t)
	l.no(&ClassDraft{Product: "SALT"}, CodeRequired, "class")
	l.no(&ClassDraft{Product: "NO", Class: ptr("A")}, CodeUnknownProduct, "product")
	l.no(&ClassDraft{Product: "SALT", Class: ptr("D")}, CodeInvalidValue, "class")
	if e := l.ok(&ClassDraft{Product: "SALT", Class: ptr("A"), Tracking: ptr("lot"), Reason: "asked for"}); e.Kind != KindProduct || e.Product.Class != ClassA || e.Product.Tracking != TrackLot || e.Reason != "asked for" {
		t.Errorf("%+v", e)
	}
	l.ok(&ClassDraft{Product: "SALT", Tracking: ptr("none")})
	l.ok("receive; SALT 3 >A")
	if e := l.ok(&ClassDraft{Product: "SALT", Class: ptr("B"), Tracking: ptr("none")}); e.Kind != KindProduct || e.Product.Class != ClassB {
		t.Errorf("%+v", e)
	}
	if err := l.no(&ClassDraft{Product: "SALT", Tracking: ptr("lot")}, CodeStockDiffers, "items"); !slices.Contains(err.About, "S1/A: 3 expected, 0 given") {
		t.Errorf("%q", err.About)
	}
	e := l.ok(&ClassDraft{Product: "SALT", Class: ptr(""), Tracking: ptr("lot"), Rest: &RestDraft{Lot: "OLD"}})
	if e.Kind != KindTracking || e.Product.Class != ClassNone || e.Reason == "" {
		t.Errorf("%+v", e)
	}
	l.has("SALT/OLD@S1/A=3")
}
