package stock

import (
	"strings"
	"testing"

	"clew/internal/auth"
)

func TestProductGroup(t *testing.T) {
	l := open(t)
	e := l.ok(&ProductGroupDraft{Code: "FRESH", HoldWhen: &[]string{"receive"}})
	if g := e.GroupChange; g.Name != "FRESH" || g.HoldWhen != HoldReceived || !g.Active || g.Entry != e.ID || e.Kind != KindGroup {
		t.Errorf("group: %+v", g)
	}
	if m, err := MasterOf(e.Leaf); err != nil || m.Group == nil || m.Group.Code != "FRESH" || m.Group.HoldWhen != HoldReceived || !m.Group.Active {
		t.Errorf("the leaf says %+v, %v", m.Group, err)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &ProductGroupDraft{Code: "FRESH", Name: ptr("FRESH")}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("the same again: %+v", out)
	}
	for _, c := range []struct {
		body        Body
		code, field string
	}{
		{&ProductGroupDraft{Code: "FRESH", If: MustBeNew}, CodeGroupExists, "code"},
		{&ProductGroupDraft{Code: "DRY", If: MustExist}, CodeUnknownGroup, "code"},
		{&ProductGroupDraft{}, CodeBlank, "code"},
		{&ProductGroupDraft{Code: "DRY", HoldWhen: &[]string{"always"}}, CodeInvalidValue, "hold_on"},
		{&ProductGroupDraft{Code: "DRY", Name: ptr(strings.Repeat("n", 201))}, CodeTooLong, "name"},
		{&ProductDraft{SKU: "BOLT", Group: ptr("DRY")}, CodeUnknownGroup, "group"},
	} {
		l.no(c.body, c.code, c.field)
	}
}

// TestProductGroupHolds: goods start on hold where their group asks for it, from then on and until they leave it.
func TestProductGroupHolds(t *testing.T) {
	l := open(t)
	l.ok(&ProductGroupDraft{Code: "FRESH", HoldWhen: &[]string{"receive"}})
	for _, sku := range []string{"BOLT", "PUMP", "SALT"} {
		e := l.ok(&ProductDraft{SKU: sku, Group: ptr("FRESH")})
		if m, err := MasterOf(e.Leaf); err != nil || m.Product.Group != l.s.Groups["FRESH"].ID {
			t.Errorf("the leaf of %s says %+v, %v", sku, m.Product, err)
		}
	}
	e := l.ok("receive; BOLT/L1 5 >A; PUMP #P1 >A; SALT 1 >A")
	holds := l.after(e, KindHold)
	if len(holds) != 2 || holds[0].Reason != "product group FRESH starts on hold" {
		t.Fatalf("holds: %+v", holds)
	}
	l.no("ship; BOLT/L1 1", CodeLotOnHold, "items[0].lot")
	l.ok("ship; SALT 1") // goods without lots or serials cannot be held
	// A group that is over takes no more products, and goes on asking of those it has.
	l.ok(&ProductGroupDraft{Code: "FRESH", Active: ptr(false)})
	l.no(&ProductDraft{SKU: "MILK", Group: ptr("FRESH")}, CodeNotActive, "group")
	l.ok(&ProductDraft{SKU: "BOLT", Group: ptr("FRESH"), Name: ptr("Bolt")})
	if e = l.ok("receive; BOLT/L2 5 >A"); len(l.after(e, KindHold)) != 1 {
		t.Error("the group's rule ended with its activity")
	}
	l.ok(&ProductDraft{SKU: "BOLT", Group: ptr("")})
	if e = l.ok("receive; BOLT/L3 5 >A"); len(l.after(e, KindHold)) != 0 || l.s.Products["BOLT"].Group != 0 {
		t.Error("a product that left the group still starts on hold")
	}
}
