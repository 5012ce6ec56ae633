package stock

import (
	"fmt"
	"strings"
	"testing"
)

func TestReceive(t *testing.T) {
	l := open(t)
	e := l.ok("receive ref=PO1; SALT 12.5 >A; BOLT/L1 100 >A captured=4_boxes_of_25; PUMP #P1+P2+P3 >B")
	l.moved(e, "SALT 12.5 partner:SUP>S1/A; BOLT/L1 100 partner:SUP>S1/A; PUMP 3 partner:SUP>S1/B")
	l.has("SALT@S1/A=12.5", "SALT@partner:SUP=-12.5", "BOLT/L1@S1/A=100", "PUMP@S1/B=3")
	l.at("PUMP", "P2", "S1/B")
	lot := l.lot("BOLT", "L1")
	if lot.Birth != e.ID || lot.Source != l.s.Partners["SUP"].ID || lot.FirstIn != l.s.Now || lot.HistoryUnknown {
		t.Errorf("lot: %+v", lot)
	}
	if len(e.Births) != 3 || e.Births[0].HistoryUnknown || !e.Items[2].Born || e.Items[1].Captured != "4 boxes of 25" {
		t.Errorf("entry: %+v", e)
	}
	if e.Site == 0 || e.Partner == 0 || e.Address != l.place("partner:SUP") || e.References[0] != (Reference{"order", "PO1"}) {
		t.Errorf("header: %+v", e)
	}
}

// TestReceiveAgain: more of a known lot is the same lot.
func TestReceiveAgain(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01")
	for _, more := range []string{"MILK/M1 1 >A exp=2026-05-01", "MILK/M1 1 >B"} {
		if e := l.ok("receive; " + more); len(e.Lots) > 0 {
			t.Errorf("%s: a lot was born again", more)
		}
	}
	l.has("MILK/M1@S1/A=11", "MILK/M1@S1/B=1", "MILK/M1@partner:SUP=-12")
}

func TestReceiveRefused(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 100 >A; PUMP #P1+P2 >A")
	l.ok(&ProductDraft{SKU: "OLD", Active: ptr(false)})
	l.ok(&PartnerDraft{Code: "GONE", Active: ptr(false)})
	l.ok(&SiteDraft{Code: "SHUT", Active: ptr(false)})
	l.ok(&LocationDraft{Site: "S1", Code: "X", Active: ptr(false)})
	l.ok(&LocationDraft{Site: "S2", Code: "ONLY2"})
	for _, c := range []struct{ draft, code, field string }{
		{"receive", CodeRequired, "items"},
		{"receive; BOLT/L2 1", CodeRequired, "items[0].to"},
		{"receive from=; BOLT/L2 1 >A", CodeRequired, "partner"},
		{"receive site=; BOLT/L2 1 >A", CodeRequired, "site"},
		{"receive from=NOBODY; BOLT/L2 1 >A", CodeUnknownPartner, "partner"},
		{"receive address=HERE; BOLT/L2 1 >A", CodeUnknownAddress, "address"},
		{"receive site=S9; BOLT/L2 1 >A", CodeUnknownSite, "site"},
		{"receive; NUT/L2 1 >A", CodeUnknownProduct, "items[0].product"},
		{"receive; BOLT/L2 1 >D", CodeUnknownLocation, "items[0].to"},
		{"receive; BOLT/L2 1 >ONLY2", CodeWrongSite, "items[0].to"},
		{"receive; SALT 1 >A; OLD 1 >A", CodeNotActive, "items[1].product"},
		{"receive from=GONE; BOLT/L2 1 >A", CodeNotActive, "partner"},
		{"receive site=SHUT; BOLT/L2 1 >A", CodeNotActive, "site"},
		{"receive; BOLT/L2 1 >X", CodeNotActive, "items[0].to"},
		{"receive; BOLT 1 >A", CodeLotRequired, "items[0].lot"},
		{"receive; SALT/L2 1 >A", CodeLotNotAllowed, "items[0].lot"},
		{"receive; SALT 1 >A exp=2026-05-01", CodeLotRequired, "items[0].lot"},
		{"receive; PUMP 2 >A", CodeUnitsRequired, "items[0].units"},
		{"receive; BOLT/L2 #P9 >A", CodeUnitsNotAllowed, "items[0].units"},
		{"receive; SALT 1 #P9 >A", CodeUnitsNotAllowed, "items[0].units"},
		{"receive; PUMP 3 #P8+P9 >A", CodeInvalidQuantity, "items[0].quantity"},
		{"receive; BOLT/L2 >A", CodeRequired, "items[0].quantity"},
		{"receive; BOLT/L2 0 >A", CodeInvalidQuantity, "items[0].quantity"},
		{"receive; BOLT/L2 -1 >A", CodeInvalidQuantity, "items[0].quantity"},
		{"receive; BOLT/L2 1.5 >A", CodeOverPrecise, "items[0].quantity"},
		{"receive; SALT 1.0005 >A", CodeOverPrecise, "items[0].quantity"},
		{"receive; MILK/M1 1 >A", CodeDateRequired, "items[0].expiry"},
		{"receive; MILK/M1 1 >A exp=2026-05-01 prod=2026-05-02", CodeInvalidDate, "items[0].production"},
		{"receive; BOLT/" + strings.Repeat("L", 21) + " 1 >A", CodeTooLong, "items[0].lot"},
		{"receive; BOLT/_L2 1 >A", CodeInvalidCode, "items[0].lot"},
		{"receive; BOLT/_ 1 >A", CodeBlank, "items[0].lot"},
		{"receive; BOLT/L2 1 >A sup=" + strings.Repeat("L", 61), CodeTooLong, "items[0].supplier_lot"},
		{"receive; BOLT/L2 1 >A how=guessed", CodeInvalidValue, "items[0].how"},
		{"receive; BOLT/L2 1 >A how=chosen", CodeInvalidValue, "items[0].how"},
		{"receive capture=fax; BOLT/L2 1 >A", CodeInvalidValue, "capture"},
		{"receive; BOLT/L2 1 >A captured=" + strings.Repeat("x", 101), CodeTooLong, "items[0].captured"},
		{"receive; BOLT/L2 1 >A override=" + strings.Repeat("x", 501), CodeTooLong, "items[0].override"},
		{"receive override=" + strings.Repeat("x", 501) + "; BOLT/L2 1 >A", CodeTooLong, "override"},
		{"receive reason=" + strings.Repeat("x", 501) + "; BOLT/L2 1 >A", CodeTooLong, "reason"},
		{"receive note=" + strings.Repeat("x", 4001) + "; BOLT/L2 1 >A", CodeTooLong, "note"},
		{"receive ref=_; BOLT/L2 1 >A", CodeBlank, "references[0].code"},
		{"receive" + strings.Repeat(" ref=R", 101) + "; BOLT/L2 1 >A", CodeTooMany, "references"},
		{"receive; PUMP #P3 >A; PUMP #P3 >A", CodeUnitElsewhere, "items[1].units"},
		{"receive; PUMP #P3+P3 >A", CodeDuplicateUnit, "items[0].units"},
		{"receive; PUMP #P3+" + strings.Repeat("9", 21) + " >A", CodeTooLong, "items[0].units"},
		{"receive; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units"},
		{"receive; BOLT/L2 9000000000000 >A; BOLT/L2 9000000000000 >A", CodeInvalidQuantity, "items[1].quantity"},
		{"receive to_site=S2; BOLT/L2 1 >A", CodeUnsupported, "to_site"},
		{"receive dispatch=5; BOLT/L2 1 >A", CodeUnsupported, "dispatch"},
		{"receive close; BOLT/L2 1 >A", CodeUnsupported, "dispatch"},
		{"receive purpose=sample; BOLT/L2 1 >A", CodeUnsupported, "purpose"},
		{"receive reverses=5; BOLT/L2 1 >A", CodeUnsupported, "reverses"},
		{"receive; SALT 1 => SALT 1 >A", CodeUnsupported, "groups"},
		{"move from=SUP; SALT 1 <A >B", CodeUnsupported, "partner"},
		{"opening; BOLT/L2 1 >A sup=X", CodeUnsupported, "items[0].supplier_lot"},
		{"hold", CodeInvalidValue, "kind"},
		{"release", CodeInvalidValue, "kind"},
	} {
		l.no(c.draft, c.code, c.field)
	}
	if err := l.no("receive; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units"); err.About[0] != "P1" || !strings.Contains(err.Detail, "S1/A") {
		t.Errorf("it does not say where the unit is: %+v", err)
	}
	d := l.body("receive; SALT 1 >A").(*MovementDraft)
	d.Items[0].Second = ptr(qty("2"))
	l.no(d, CodeRequired, "items[0].second_uom")
	d.Items[0].Measure = "kilo"
	l.no(d, CodeInvalidValue, "items[0].second_uom")
	d.Items[0].Measure, d.Items[0].Second = "KGM", ptr(qty("-2"))
	l.no(d, CodeInvalidQuantity, "items[0].second_quantity")
	d = l.body("receive; SALT 1 >A").(*MovementDraft)
	d.Note = "a\x00b"
	l.no(d, CodeInvalidValue, "note")
}

// TestLotDiffers: the same code from another source or with another date is never merged, and never a dead end (rule 4).
func TestLotDiffers(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; BOLT/L1 10 >A; SALT 100 >A")
	l.ok("receive; MILK/M1-2 10 >A exp=2026-05-02")
	l.ok("make; SALT 1 <A => CAKE/C1 5 >A")
	l.ok("receive; BOLT/ABCDEFGHIJKLMNOPQRST 1 >A")
	for _, c := range []struct{ draft, field, offer string }{
		{"receive; MILK/M1 1 >A exp=2026-05-03", "items[0].expiry", "M1-3"},
		{"receive; MILK/M1 1 >A exp=2026-05-01 bb=2026-04-01", "items[0].best_before", "M1-3"},
		{"receive; MILK/M1 1 >A prod=2026-02-01", "items[0].production", "M1-3"},
		{"receive; MILK/M1 1 >A sell=2026-04-01", "items[0].sell_by", "M1-3"},
		{"receive from=SUP2; MILK/M1 1 >A exp=2026-05-01", "items[0].lot", "M1-3"},
		{"receive from=SUP2; BOLT/L1 1 >A", "items[0].lot", "L1-2"},
		{"receive; CAKE/C1 1 >A", "items[0].lot", "C1-2"},
		{"make; SALT 1 <A => BOLT/L1 1 >A", "groups[0].outputs[0].lot", "L1-2"},
		{"opening; MILK/M1 1 >A exp=2026-05-03", "items[0].expiry", "M1-3"},
		{"receive; BOLT/NEW 1 >A; BOLT/NEW 1 >A exp=2026-05-03", "items[1].expiry", "NEW-2"},
		{"receive; MILK/N 1 >A exp=2026-06-01; MILK/N 1 >A exp=2026-05-03", "items[1].expiry", "N-2"},
		{"receive from=SUP2; BOLT/ABCDEFGHIJKLMNOPQRST 1 >A", "items[0].lot", ""},
	} {
		err := l.no(c.draft, CodeLotDiffers, c.field)
		if err.Offer != c.offer || len(err.About) != 1 {
			t.Errorf("%s: offers %q about %q", c.draft, err.Offer, err.About)
		}
	}
	l.ok("receive from=SUP2; MILK/M1-3 1 >A exp=2026-05-01")
}

// TestAliases: a partner's code is kept beside ours, finds the lot, and means several when it does (rule 4).
func TestAliases(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/OURS 10 >A sup=THEIRS")
	if got := l.s.Aliases[LotKey{l.s.Products["BOLT"].ID, "THEIRS"}]; len(got) != 1 || got[0].Lot != l.lot("BOLT", "OURS").ID {
		t.Fatalf("aliases: %+v", got)
	}
	if e := l.ok("receive; BOLT/OURS 1 >A sup=THEIRS"); len(e.Aliases) != 0 {
		t.Error("an alias was kept twice")
	}
	l.moved(l.ok("move; BOLT/THEIRS 2 <A >B"), "BOLT/OURS 2 S1/A>S1/B")
	l.moved(l.ok("found; BOLT/THEIRS 1 >B"), "BOLT/OURS 1 S1:found>S1/B")
	l.moved(l.ok("return; BOLT/THEIRS 1 >B"), "BOLT/OURS 1 partner:CUS>S1/B")
	l.moved(l.ok("count; BOLT/THEIRS 5 >B"), "BOLT/OURS 1 S1:found>S1/B")
	l.moved(l.ok("count; BOLT/THEIRS 6 >B new"), "BOLT/OURS 1 S1:found>S1/B")

	// Under the code of the partner who sends it again, the lot that exists is meant: none is created silently (rule 3).
	l.moved(l.ok("receive; BOLT/THEIRS 2 >A"), "BOLT/OURS 2 partner:SUP>S1/A")
	// Another partner's same code is another lot.
	l.moved(l.ok("receive from=SUP2; BOLT/THEIRS 3 >A"), "BOLT/THEIRS 3 partner:SUP2>S1/A")
	// Now the code is ours for SUP2's lot, and still SUP's for the other.
	l.moved(l.ok("receive; BOLT/THEIRS 4 >A"), "BOLT/OURS 4 partner:SUP>S1/A")
	l.moved(l.ok("receive from=SUP2; BOLT/THEIRS 1 >A"), "BOLT/THEIRS 1 partner:SUP2>S1/A")

	l.ok("receive; BOLT/X1 1 >A sup=X")
	l.ok("receive; BOLT/X2 1 >A sup=X")
	for _, c := range []string{"move; BOLT/X 1 <A >B", "ship; BOLT/X 1", "receive; BOLT/X 1 >A", "count; BOLT/X 1 >A"} {
		if err := l.no(c, CodeLotAmbiguous, "items[0].lot"); strings.Join(err.About, " ") != "X1 X2" {
			t.Errorf("%s: the code means %q", c, err.About)
		}
	}
	l.no(&HoldDraft{Product: "BOLT", Lot: "X", Reason: "r"}, CodeLotAmbiguous, "lot")
}

func TestHowItWasKnown(t *testing.T) {
	l := open(t)
	for _, c := range []struct {
		draft string
		want  Known
	}{
		{"receive; BOLT/L1 1 >A", Imported},
		{"receive capture=camera; BOLT/L2 1 >A", Scanned},
		{"receive capture=scanner; BOLT/L3 1 >A", Scanned},
		{"receive capture=typed; BOLT/L4 1 >A", Typed},
		{"receive capture=import; PUMP #P1 >A", Imported},
		{"receive capture=scanner; PUMP #P2 >A how=typed", Typed},
		{"receive capture=scanner; SALT 1 >A", KnownNone},
		{"ship capture=scanner; BOLT 1", Chosen},
		{"ship capture=scanner; BOLT/L2 1", Scanned},
	} {
		if got := l.ok(c.draft).Items[0].Known; got != c.want {
			t.Errorf("%s: known as %q, want %q", c.draft, got, c.want)
		}
	}
}

func TestProductByGTIN(t *testing.T) {
	l := open(t)
	for _, name := range []string{"PUMP", "96385074", "0000096385074", "00000096385074"} {
		serial := "S" + name
		l.ok("receive; " + name + " #" + serial + " >A")
		l.at("PUMP", serial, "S1/A")
	}
	l.moved(l.ok("receive; 4006381333931/M1 1 >A exp=2026-05-01; MILK/M1 1 >A"), "MILK/M1 1 partner:SUP>S1/A; MILK/M1 1 partner:SUP>S1/A")
}

// TestDates: the governing date of a newborn lot is the one given, else told by shelf life.
func TestShelfLife(t *testing.T) {
	l := open(t)
	l.product("JAM", "lot", func(d *ProductDraft) { d.Requires, d.ShelfLife = &[]string{"best_before"}, ptr(30) })
	l.ok("receive; JAM/J1 1 >A prod=2026-03-01; JAM/J2 1 >A prod=2026-03-01 bb=2026-03-10; SALT 5 >A")
	l.no("receive; JAM/J3 1 >A", CodeDateRequired, "items[0].best_before")
	l.ok("make; SALT 1 <A => JAM/J3 1 >A")
	for code, want := range map[string]Dates{
		"J1": {Production: day("2026-03-01"), BestBefore: day("2026-03-31")},
		"J2": {Production: day("2026-03-01"), BestBefore: day("2026-03-10")},
		"J3": {Production: day("2026-03-02"), BestBefore: day("2026-04-01")},
	} {
		if got := l.lot("JAM", code).Dates; got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
	l.ok("receive; BOLT/OLD 1 >A exp=1969-01-01")
}

// TestOpening: births of unknown history, not on hold (rule 3).
func TestOpening(t *testing.T) {
	l := open(t)
	e := l.ok("opening; SALT 5 >A; BOLT/L1 5 >A; PUMP #P1 >A")
	l.moved(e, "SALT 5 S1:opening>S1/A; BOLT/L1 5 S1:opening>S1/A; PUMP 1 S1:opening>S1/A")
	if !l.lot("BOLT", "L1").HistoryUnknown || !l.unit("PUMP", "P1").HistoryUnknown || len(l.s.Holds) > 0 {
		t.Error("opening stock has an unknown history and no hold")
	}
	l.no("opening; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units")
	l.ok("ship; PUMP #P1; BOLT/L1 1")
	l.no("opening; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units")
	l.ok("receive from=SUP2; BOLT/L1 5 >A") // of unknown history: who made it is not known either
}

// TestSecondQuantity: catch weight goes where the goods go, exactly once.
func TestSecondQuantity(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A second=25.4; BOLT/L2 10 >A second=25.6")
	l.ok("ship; BOLT/L1 4 second=10.1")
	slot := l.slot("BOLT", "L1", "S1/A")
	if got := l.s.Balances[slot]; got != (Balance{qty("6"), qty("15.3")}) {
		t.Errorf("left: %+v", got)
	}
	l.no("ship; BOLT 8 second=20", CodeLotRequired, "items[0].second_quantity")
	l.ok("ship; BOLT 6 second=15.3")
	if got := l.s.Balances[slot]; got != (Balance{}) {
		t.Errorf("left: %+v", got)
	}
	l.ok("receive; PUMP/U1 #P1+P2 >A; PUMP/U2 #P3+P4 >A; PUMP #P5+P6 >B")
	l.no("move; PUMP #P1+P3 >B second=2", CodeLotRequired, "items[0].second_quantity")
	l.ok("ship; PUMP #P1+P3")
	l.no("return; PUMP #P1+P3 >A second=2", CodeLotRequired, "items[0].second_quantity")
	l.no("return; PUMP #P1+P9 >A new second=2", CodeLotRequired, "items[0].second_quantity")
	l.no("dispatch; PUMP #P2+P4 second=1", CodeLotRequired, "items[0].second_quantity")
	l.ok("receive; BOLT/L3 4 >A second=10")
	sent := l.ok("dispatch; BOLT/L2 4 second=10; BOLT/L3 4 second=10; PUMP #P2; PUMP #P4").ID
	arrive := fmt.Sprintf("arrive dispatch=%d; ", sent)
	l.no(arrive+"BOLT 8 >A second=20", CodeLotRequired, "items[0].second_quantity")
	l.no(arrive+"PUMP #P2+P4 >A second=20", CodeLotRequired, "items[0].second_quantity")
	l.ok(arrive + "BOLT/L2 4 >A second=10; BOLT/L3 4 >A second=10; PUMP #P2+P4 >A")
	l.ok("move; PUMP #P5 <B >Q; PUMP #P6 <B >Q")
	l.ok("receive; PUMP/U3 #P7 >Q")
	l.no(&ReleaseDraft{Site: "S1", Reason: "good", Items: []ItemDraft{l.itemDraft("PUMP #P5+P7 <Q >B second=2")}}, CodeLotRequired, "items[0].second_quantity")
}

func TestSecondQuantityOverflow(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 1 >A second=9000000000000")
	l.no("receive; SALT 1 >A second=9000000000000", CodeInvalidQuantity, "items[0].second_quantity")
}
