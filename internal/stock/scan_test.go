package stock

import (
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
)

// told writes remarks and steps in one line each.
func told(s *State, g *Goods, site *Site, day Date) (remarks, steps string) {
	var codes, next []string
	for _, r := range s.Remarks(g, site, day) {
		codes = append(codes, r.Code)
	}
	for _, step := range s.Steps(g, day) {
		text := step.Station
		if step.Kind != KindNone {
			text += ":" + step.Kind.String()
		}
		if step.Barred != nil {
			text += "!" + step.Barred.Code
		}
		next = append(next, text)
	}
	return strings.Join(codes, " "), strings.Join(next, " ")
}

func TestScanned(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 5 >A exp=2026-05-01; BOLT/B1 5 >A; PUMP/U #P1+P2+P3 >A; SALT 5 >A")
	l.ok("ship; PUMP #P2")
	l.hold("PUMP #P3", "crack")
	l.hold("BOLT/B1", "rust")
	p := func(sku string) *Product { return l.s.Products[sku] }
	lot := func(sku, code string) *Lot { return l.s.LotCodes[LotKey{p(sku).ID, code}] }
	unit := func(serial string) *Unit { return l.s.Serials[p("PUMP").ID][serial] }
	site, other, before, after := l.s.Sites["S1"], l.s.Sites["S2"], day("2026-03-02"), day("2026-06-01")
	for _, c := range []struct {
		name           string
		goods          Goods
		site           *Site
		day            Date
		remarks, steps string
	}{
		{"a lot", Goods{Product: p("MILK"), LotCode: "M1", Lot: lot("MILK", "M1")}, site, before, "", "receive:receive receive:return move:move ship:ship make:make count:count look_up"},
		{"a lot elsewhere", Goods{Product: p("MILK"), LotCode: "M1", Lot: lot("MILK", "M1")}, other, before, "insufficient_stock", "receive:receive receive:return move:move ship:ship make:make count:count look_up"},
		{"a lot past its date", Goods{Product: p("MILK"), LotCode: "M1", Lot: lot("MILK", "M1")}, site, after, "past_date", "receive:receive receive:return move:move ship:ship!past_date make:make!past_date count:count look_up"},
		{"another date", Goods{Product: p("MILK"), LotCode: "M1", Lot: lot("MILK", "M1"), Dates: Dates{Expiry: day("2026-05-02")}}, site, before, "lot_differs", "receive:receive receive:return move:move ship:ship make:make count:count look_up"},
		{"a lot on hold", Goods{Product: p("BOLT"), LotCode: "B1", Lot: lot("BOLT", "B1")}, site, before, "lot_on_hold", "receive:receive receive:return move:move ship:ship!lot_on_hold make:make!lot_on_hold count:count look_up"},
		{"an unknown lot", Goods{Product: p("BOLT"), LotCode: "B9"}, site, before, "unknown_lot", "receive:receive make:make look_up"},
		{"an unknown lot past its date", Goods{Product: p("MILK"), LotCode: "M9", Dates: Dates{Expiry: before}}, site, after, "unknown_lot past_date", "receive:receive make:make look_up"},
		{"a lot of what has none", Goods{Product: p("SALT"), LotCode: "X"}, site, before, "lot_not_allowed", "receive:receive move:move ship:ship make:make count:count look_up"},
		{"a serial number of what has none", Goods{Product: p("BOLT"), Serial: "X"}, site, before, "units_not_allowed", "receive:receive count:count look_up"},
		{"a unit", Goods{Product: p("PUMP"), Serial: "P1", Unit: unit("P1")}, site, before, "", "move:move ship:ship make:make count:count look_up"},
		{"a unit at another site", Goods{Product: p("PUMP"), Serial: "P1", Unit: unit("P1")}, other, before, "unit_elsewhere", "move:move ship:ship make:make count:count look_up"},
		{"a unit of another lot", Goods{Product: p("PUMP"), Serial: "P1", Unit: unit("P1"), LotCode: "V"}, site, before, "unknown_lot lot_differs", "move:move ship:ship make:make count:count look_up"},
		{"a unit that was shipped", Goods{Product: p("PUMP"), Serial: "P2", Unit: unit("P2")}, nil, before, "unit_elsewhere", "receive:return receive:receive look_up"},
		{"a unit on hold", Goods{Product: p("PUMP"), Serial: "P3", Unit: unit("P3")}, site, before, "unit_on_hold", "move:move ship:ship!unit_on_hold make:make!unit_on_hold count:count look_up"},
		{"an unknown unit", Goods{Product: p("PUMP"), Serial: "P9"}, site, before, "unknown_unit", "receive:receive make:make look_up"},
		{"a product without lots", Goods{Product: p("SALT")}, site, before, "", "receive:receive move:move ship:ship make:make count:count look_up"},
		{"a product that is nowhere", Goods{Product: p("CAKE")}, site, before, "", "receive:receive count:count look_up"},
	} {
		remarks, steps := told(l.s, &c.goods, c.site, c.day)
		if remarks != c.remarks || steps != c.steps {
			t.Errorf("%s: %q, %q\nwant %q, %q", c.name, remarks, steps, c.remarks, c.steps)
		}
	}
	l.ok("move; BOLT/B1 5 <A >Q")
	g := Goods{Product: p("BOLT"), LotCode: "B1", Lot: lot("BOLT", "B1")}
	if remarks, _ := told(l.s, &g, site, before); remarks != "lot_on_hold place_blocked" {
		t.Errorf("in a blocking location: %s", remarks)
	}
	if lots := l.s.LotsCalled(p("BOLT"), "B1", 0); !slices.Equal(lots, []*Lot{lot("BOLT", "B1")}) {
		t.Errorf("called B1: %v", lots)
	}
	if steps := PartnerSteps(l.s.Partners["SUP"]); len(steps) != 3 || steps[0].Kind != KindReceive {
		t.Errorf("a supplier: %+v", steps)
	}
	if steps := PlaceSteps(&Place{}); len(steps) != 1 {
		t.Errorf("a location that is over: %+v", steps)
	}
}

// TestScan_Unread: scans that nobody resolved are refused, never passed over.
func TestScan_Unread(t *testing.T) {
	l := open(t)
	l.no(&MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Items: []ItemDraft{{Scan: "X", Product: "SALT", Quantity: ptr(qty("1")), To: "A"}}}, CodeUnsupported, "items")
	out := l.try(&Draft{By: auth.AtMachine, Body: &ReleaseDraft{Site: "S1", Reason: "r", Items: []ItemDraft{{Scan: "X", Product: "BOLT", Lot: "B1", Quantity: ptr(qty("1")), From: "Q", To: "A"}}}})
	if out.Err == nil || out.Err.Code != CodeUnsupported {
		t.Errorf("a release: %v", out.Err)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Fault: Errorf(Conflict, CodeScanAmbiguous, "items[0].product", "two"), Body: &MovementDraft{Kind: KindReceive, Site: "S1"}}); out.Err == nil || out.Err.Code != CodeScanAmbiguous {
		t.Errorf("a fault found before: %v", out.Err)
	}
}
