package stock

import (
	"fmt"
	"strings"
	"testing"
)

func TestMake(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; MILK/M1 10 >A exp=2026-05-01; PUMP #P1+P2 >A; CHIP #C1+C2 >A")
	e := l.ok("make; SALT 1.5 <A, MILK/M1 4 <A => CAKE/C1 20 >B expected=21, SALT 0.1 >B")
	l.moved(e, "SALT 1.5 S1/A>S1:production; MILK/M1 4 S1/A>S1:production; CAKE/C1 20 S1:production>S1/B; SALT 0.1 S1:production>S1/B")
	lot := l.lot("CAKE", "C1")
	if lot.Source != 0 || lot.HistoryUnknown || lot.Dates != (Dates{Production: day("2026-03-02"), Expiry: day("2026-05-01")}) {
		t.Errorf("lot: %+v", lot)
	}
	if *e.Items[2].Expected != qty("21") || e.Items[0].Role != Input || e.Items[3].Role != Output {
		t.Errorf("items: %+v", e.Items)
	}
	// A group for each unit, in one call: which chip is in which pump.
	e = l.ok("make; CHIP #C1 => PUMP #P8 >B; CHIP #C2 => PUMP #P9 >B")
	var got []string
	for _, it := range e.Items {
		got = append(got, fmt.Sprint(it.Group, it.Role, it.Units.Count()))
	}
	if strings.Join(got, ", ") != "1 input 1, 1 output 1, 2 input 1, 2 output 1" {
		t.Errorf("items: %s", got)
	}
	l.at("CHIP", "C1", "S1:production")
	l.at("PUMP", "P9", "S1/B")
	// More of the same lot, and rework of it, is the same lot.
	l.ok("make; SALT 1 <A => CAKE/C1 5 >B")
	l.ok("make; CAKE/C1 5 <B => CAKE/C1 4 >B")
	l.has("CAKE/C1@S1/B=24")
}

func TestDerivedDates(t *testing.T) {
	l := open(t)
	l.product("KIT", "lot", nil)
	l.ok("receive; SALT 10 >A; MILK/M1 10 >A exp=2026-05-01; MILK/M2 10 >A exp=2026-04-01 bb=2026-03-20; BOLT/L1 10 >A")
	for _, c := range []struct {
		draft, lot string
		want       Dates
	}{
		{"repack; MILK/M1 1 <A, MILK/M2 1 <A, BOLT/L1 1 <A => KIT/K1 1 >A", "K1", Dates{Expiry: day("2026-04-01")}},
		{"repack; MILK/M2 1 <A => KIT/K2 1 >A exp=2026-07-01", "K2", Dates{Expiry: day("2026-07-01")}},
		{"repack; BOLT/L1 1 <A, SALT 1 <A => KIT/K3 1 >A", "K3", Dates{}},
		{"repack; MILK/M1 1 <A => KIT/K4 1 >A; MILK/M2 1 <A => KIT/K5 1 >A", "K4", Dates{Expiry: day("2026-05-01")}}, // a group of its own
	} {
		l.ok(c.draft)
		if got := l.lot("KIT", c.lot).Dates; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.draft, got, c.want)
		}
	}
	l.ok("split; MILK/M1 4 <A => MILK/M1A 1 >A, MILK/M1B 3 >A")
	if got := l.lot("MILK", "M1B").Dates.Expiry; got != day("2026-05-01") {
		t.Errorf("the split lot expires %s", got)
	}
	l.product("JAM", "lot", func(d *ProductDraft) { d.Requires, d.ShelfLife = &[]string{"best_before"}, ptr(400) })
	l.ok("make; MILK/M2 1 <A => JAM/J1 1 >A")
	if got := l.lot("JAM", "J1").Dates.BestBefore; got != day("2027-04-06") {
		t.Errorf("its own shelf life comes first: %s", got)
	}
}

func TestTransformRefused(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; BOLT/L2 10 >A; PUMP #P1+P2 >A; CHIP #C1 >A")
	groups := &MovementDraft{Kind: KindMake, Site: "S1", Groups: make([]Group, MaxGroups+1)}
	l.no(groups, CodeTooMany, "groups")
	l.no(&MovementDraft{Kind: KindMake, Site: "S1", Groups: []Group{{Outputs: []ItemDraft{l.itemDraft("SALT 1 >A")}}}}, CodeRequired, "groups[0].inputs")
	l.no(&MovementDraft{Kind: KindMake, Site: "S1", Groups: []Group{{Inputs: []ItemDraft{l.itemDraft("SALT 1")}}}}, CodeRequired, "groups[0].outputs")
	for _, c := range []struct{ draft, code, field string }{
		{"make", CodeRequired, "groups"},
		{"make; SALT 1", CodeUnsupported, "items"},
		{"make; SALT 11 <A => BOLT/B1 1 >A", CodeInsufficientStock, "groups[0].inputs[0].quantity"},
		{"make; SALT 1 <A => BOLT/B1 1 >A expected=0", CodeInvalidQuantity, "groups[0].outputs[0].expected"},
		{"make; SALT 1 <A => BOLT 1 >A", CodeLotRequired, "groups[0].outputs[0].lot"},
		{"make; SALT 1 <A => BOLT/B1 1", CodeRequired, "groups[0].outputs[0].to"},
		{"make; SALT 1 <A => MILK/B1 1 >A", CodeDateRequired, "groups[0].outputs[0].expiry"},
		{"make; SALT 1 <A => PUMP #P1 >A", CodeUnitElsewhere, "groups[0].outputs[0].units"},
		{"make; SALT 1 <A => BOLT/B1 1 >A; SALT 10 <A => BOLT/B2 1 >A", CodeInsufficientStock, "groups[1].inputs[0].quantity"},
		{"make; CHIP #C1 => PUMP #N1 >A; PUMP #N1 => PUMP #N2 >A; SALT 100 => SALT 1 >A", CodeInsufficientStock, "groups[2].inputs[0].quantity"},
		{"make; CHIP #C1 => PUMP #N1 >A; CHIP #C1 => PUMP #N2 >A", CodeUnitElsewhere, "groups[1].inputs[0].units"},
		{"make; CHIP #C1 => PUMP #N1 >A, PUMP #N1 >A", CodeUnitElsewhere, "groups[0].outputs[1].units"},
		{"disassemble; BOLT 1 <A => SALT 1 >A", CodeLotRequired, "groups[0].inputs[0].lot"},
		{"split; BOLT/L1 5 <A => BOLT/S1 2 >A, BOLT/S2 2 >A", CodeUnbalanced, "groups[0].outputs"},
		{"split; BOLT/L1 5 <A => BOLT/S1 5 >A, BOLT/S2 1 >A", CodeUnbalanced, "groups[0].outputs"},
		{"split; BOLT/L1 1 <A, BOLT/L2 1 <A => BOLT/S1 2 >A", CodeUnbalanced, "groups[0].inputs"},
		{"split; BOLT/L1 1 <A => SALT 1 >A", CodeUnbalanced, "groups[0].inputs"},
		{"merge; BOLT/L1 1 <A, BOLT/L2 1 <A => BOLT/S1 1 >A, BOLT/S2 1 >A", CodeUnbalanced, "groups[0].outputs"},
		{"merge; BOLT/L1 1 <A, SALT 1 <A => BOLT/S1 2 >A", CodeUnbalanced, "groups[0].outputs"},
		{"merge; BOLT/L1 1 <A, BOLT/L2 1 <A => BOLT/S1 3 >A", CodeUnbalanced, "groups[0].outputs"},
		{"relabel; BOLT/L1 2 <A => BOLT/S1 1 >A", CodeUnbalanced, "groups[0].outputs"},
		{"split; BOLT/L1 1 <A => BOLT/S1 9000000000000 >A, BOLT/S2 9000000000000 >A, BOLT/S3 446744073710 >A", CodeInvalidQuantity, "groups[0].outputs"},
	} {
		l.no(c.draft, c.code, c.field)
	}
}

func TestSplitAndMerge(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; BOLT/L2 10 >A; SALT 5 >A")
	l.ok("split; BOLT/L1 6 <A => BOLT/L1A 2 >A, BOLT/L1B 4 >B")
	l.ok("merge; BOLT/L1A 2 <A, BOLT/L2 3 <A => BOLT/L3 5 >A")
	l.ok("split; SALT 5 => SALT 2 >A, SALT 3 >B")
	l.has("BOLT/L1@S1/A=4", "BOLT/L1A@S1/A=0", "BOLT/L1B@S1/B=4", "BOLT/L3@S1/A=5", "SALT@S1/B=3", "BOLT/L1@S1:production=6", "BOLT/L3@S1:production=-5")
}

// TestDisassemble gives built-in units back, also at another site than they were built in.
func TestDisassemble(t *testing.T) {
	l := open(t)
	l.ok("receive; CHIP/W1 #C1+C2 >A; SALT 1 >A")
	l.ok("make; CHIP #C1 => PUMP #P1 >A; CHIP #C2 => PUMP #P2 >A")
	e := l.ok("disassemble; PUMP #P1 => CHIP #C1 >B, SALT 0.5 >B")
	if l.at("CHIP", "C1", "S1/B"); len(e.Births) > 0 || e.Items[1].Lot != l.lot("CHIP", "W1").ID || e.Items[1].Noted {
		t.Errorf("items: %+v", e.Items)
	}
	sent := l.ok("dispatch; PUMP #P2")
	l.ok(fmt.Sprintf("arrive dispatch=%d; PUMP #P2 >A", sent.ID))
	l.no("disassemble site=S2; PUMP #P2 => CHIP/W2 #C2 >B", CodeLotDiffers, "groups[0].outputs[0].lot")
	l.no("make site=S2; PUMP #P2 => CHIP #C2 >B", CodeUnitElsewhere, "groups[0].outputs[0].units")
	l.moved(l.ok("disassemble site=S2; PUMP #P2 => CHIP #C2 >B, CHIP #NEW >B"),
		"PUMP 1 S2/A>S2:production; CHIP/W1 1 S1:production>S2/B; CHIP 1 S2:production>S2/B")
	l.no("disassemble site=S2; CHIP #NEW => CHIP #C1 >B", CodeUnitElsewhere, "groups[0].outputs[0].units")
	l.no("return; CHIP #NEW >A", CodeUnitElsewhere, "items[0].units")
}

// TestRelabel: a new lot for an existing unit is a transformation with the unit on both sides; nothing else changes a unit's lot.
func TestRelabel(t *testing.T) {
	l := open(t)
	l.ok("receive; CHIP/W1 #C1+C2+C3 >A exp=2026-05-01; BOLT/L1 5 >A")
	e := l.ok("relabel; CHIP #C1+C2 => CHIP/W2 #C1+C2 >B")
	l.moved(e, "CHIP/W1 2 S1/A>S1:production; CHIP/W2 2 S1:production>S1/B")
	if u := l.unit("CHIP", "C1"); u.Lot != l.lot("CHIP", "W2").ID || len(e.Births) > 0 {
		t.Errorf("unit: %+v", u)
	}
	if got := l.lot("CHIP", "W2").Dates.Expiry; got != day("2026-05-01") {
		t.Errorf("the new lot expires %s", got)
	}
	l.has("CHIP/W1@S1/A=1", "CHIP/W1@S1:production=2", "CHIP/W2@S1:production=-2", "CHIP/W2@S1/B=2")
	l.ok("relabel; BOLT/L1 5 <A => BOLT/L2 5 >A")
	// C3 was taken apart earlier: no one had it in hand on both sides.
	l.ok("make; CHIP #C3 => PUMP #P1 >A")
	l.no("relabel; CHIP #C1 => CHIP/W3 #C3 >B", CodeLotDiffers, "groups[0].outputs[0].lot")
	l.no("relabel; CHIP #C1 => CHIP/W3 #C1 >B; CHIP #C2 => CHIP/W3 #C1 >B", CodeUnitElsewhere, "groups[1].outputs[0].units")
	l.ok("relabel; CHIP #C1 => CHIP #C1 >A") // a torn label
	l.has("CHIP/W2@S1/A=1")
}

// TestHeldUnitsKeepTheirHolds: what is held and moves on stays held, and counts as held where it is.
func TestHeldUnitsKeepTheirHolds(t *testing.T) {
	l := open(t)
	l.ok("receive; CHIP/W1 #C1+C2+C3 >A")
	l.hold("CHIP #C1+C2", "r")
	l.hold("CHIP #C2", "again")
	l.ok("move; CHIP #C1+C2+C3 >B")
	l.no("relabel; CHIP #C2 => CHIP/W2 #C2 >B", CodeUnitOnHold, "groups[0].inputs[0].units")
	l.wait(3600e9)
	l.ok("relabel at=-1h override=done_before; CHIP #C2 => CHIP/W2 #C2 >B")
	l.no("ship; CHIP #C2", CodeUnitOnHold, "items[0].units")
	l.ok("dispatch; CHIP #C1; CHIP #C2; CHIP #C3")
}

// TestIntoLaterLot: goods are not made to last longer by being put into a lot that is good for longer.
func TestIntoLaterLot(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/N1 5 >A exp=2026-12-01")
	l.ok("receive; MILK/N2 5 >A exp=2026-12-20")
	l.ok("merge; MILK/N2 1 <A => MILK/N3 1 >A")
	l.no("merge; MILK/N1 1 <A => MILK/N3 1 >A", CodeLotDiffers, "groups[0].outputs[0].lot")
	l.ok("merge; MILK/N1 1 <A => MILK/N4 1 >A")
	l.ok("merge; MILK/N2 1 <A => MILK/N4 1 >A")
}

// TestStaysPast: goods past a blocking date do not become good again under another name, unless it has happened and a reason is given.
func TestStaysPast(t *testing.T) {
	l := open(t)
	l.product("FISH", "lot", func(d *ProductDraft) { d.Requires, d.ShelfLife = &[]string{"expiry"}, ptr(30) })
	l.ok("receive; MILK/OLD 10 >A exp=2026-03-01; MILK/M1 10 >A exp=2026-05-01; SALT 5 >A; FISH/F1 10 >A exp=2026-03-10")
	l.no("relabel; MILK/OLD 5 <A => MILK/M2 5 >A exp=2026-09-01", CodePastDate, "groups[0].outputs")
	l.no("relabel; MILK/OLD 5 <A => SALT 5 >A", CodePastDate, "groups[0].outputs")
	l.no("split; MILK/OLD 5 <A => MILK/M3 2 >A, MILK/M4 3 >A exp=2026-09-01", CodePastDate, "groups[0].outputs")
	l.no("merge; MILK/OLD 5 <A, MILK/M1 5 <A => MILK/M5 10 >A exp=2026-05-01", CodePastDate, "groups[0].outputs")
	l.ok("split; MILK/OLD 4 <A => MILK/M6 2 >A, MILK/M7 2 >A") // which are past it too
	l.ok("relabel at=-1h override=retested; MILK/OLD 2 <A => MILK/M8 2 >A exp=2026-09-01")
	// Nor do goods of an earlier date get a later one by joining a lot: their shelf life does not begin anew.
	l.ok("make; SALT 1 <A => FISH/F2 5 >A")
	l.no("merge; FISH/F1 5 <A => FISH/F2 5 >A", CodeLotDiffers, "groups[0].outputs[0].lot")
}

// TestOutgoingSlips: what only goods that come in may carry is refused on goods that leave, and dates read on them must be their lot's.
func TestOutgoingSlips(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; PUMP #P1 >A")
	l.ok("move; MILK/M1 1 <A >B exp=2026-05-01")
	l.no("ship; MILK/M1 1 <A exp=2026-06-01", CodeLotDiffers, "items[0].expiry")
	l.no("ship; MILK 1 exp=2026-06-01", CodeLotRequired, "items[0].lot")
	l.no("ship; MILK/M1 1 <A new", CodeUnsupported, "items[0].new")
	l.no("ship; MILK/M1 1 <A expected=2", CodeUnsupported, "items[0].expected")
	l.no("ship; MILK/M1 1 <A sup=X", CodeUnsupported, "items[0].supplier_lot")
	l.no("ship; MILK/M1 1 <A item=1", CodeUnsupported, "items[0].item")
}
