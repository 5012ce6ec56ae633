package stock

import (
	"slices"
	"strings"
	"testing"
)

func (l *ledger) hold(goods, reason string) *Hold {
	l.t.Helper()
	it := l.itemDraft(goods)
	return l.ok(&HoldDraft{Product: it.Product, Lot: it.Lot, Units: it.Units, Reason: reason}).Hold
}

func (l *ledger) holdPlace(location string) *Hold {
	l.t.Helper()
	return l.ok(&HoldDraft{Site: "S1", Location: location, Reason: "wet"}).Hold
}

// lift releases a hold, whole or for the units, and moves the items.
func (l *ledger) lift(h *Hold, units string, items ...string) *ReleaseDraft {
	l.t.Helper()
	d := &ReleaseDraft{Hold: h.ID, Reason: "looked at"}
	if units != "" {
		d.Units = strings.Split(units, "+")
	}
	for _, it := range items {
		d.Site = "S1"
		d.Items = append(d.Items, l.itemDraft(it))
	}
	return d
}

// leave builds a release that only moves goods over the border of a blocking location.
func (l *ledger) leave(items ...string) *ReleaseDraft {
	l.t.Helper()
	return l.lift(&Hold{}, "", items...)
}

// TestBlockedIsBlocked: goods on hold, in a blocking place or past a blocking date are not shipped or used up (rule 6), and not
// renamed into other goods either; what only keeps, looks into or destroys them goes on.
func TestBlockedIsBlocked(t *testing.T) {
	kinds := []kindRule{
		{"ship; GOODS", true, true, true},
		{"make; GOODS => SALT 1 >A", true, true, true},
		{"disassemble; GOODS => SALT 1 >A", true, true, true},
		{"repack; GOODS => SALT 1 >A", true, true, true},
		{"relabel; GOODS => SALT 1 >A", true, true, false},
		{"issue purpose=own_use; GOODS", true, true, true},
		{"issue purpose=donation; GOODS", true, true, true},
		{"issue purpose=counter_sale; GOODS", true, true, true},
		{"issue purpose=sample; GOODS", false, false, false},
		{"issue purpose=retained_sample; GOODS", false, false, false},
		{"issue purpose=laboratory; GOODS", false, false, false},
		{"issue purpose=destruction; GOODS", false, false, false},
		{"move; GOODS >Q", false, false, false},
		{"move; GOODS >Q1", false, false, false},
		{"move; GOODS >B", false, true, false},
		{"dispatch; GOODS", false, true, false},
		{"return_to_supplier; GOODS", false, false, false},
		{"scrap; GOODS", false, false, false},
		{"loss; GOODS", false, false, false},
	}
	for _, goods := range []string{"MILK/M1 1", "PUMP/U1 #P1", "SALT 1"} {
		sku, _, _ := strings.Cut(goods, " ")
		sku, lot, _ := strings.Cut(sku, "/")
		for name, c := range map[string]struct {
			block func(l *ledger)
			why   string // the code where the kind is barred
			bars  int
		}{
			"free":             {func(*ledger) {}, "", 0},
			"lot held":         {func(l *ledger) { l.hold(sku+"/"+lot, "r") }, CodeLotOnHold, 1},
			"unit held":        {func(l *ledger) { l.hold("PUMP #P1", "r") }, CodeUnitOnHold, 1},
			"lot held here":    {func(l *ledger) { l.ok(&HoldDraft{Product: sku, Lot: lot, Site: "S1", Location: "A", Reason: "r"}) }, CodePlaceBlocked, 2},
			"place held":       {func(l *ledger) { l.holdPlace("A") }, CodePlaceBlocked, 2},
			"outer place held": {func(l *ledger) { l.ok(&LocationDraft{Site: "S1", Code: "A", Parent: ptr("C")}); l.holdPlace("C") }, CodePlaceBlocked, 2},
			"blocking":         {func(l *ledger) { l.ok(&LocationDraft{Site: "S1", Code: "A", Blocking: ptr(true)}) }, CodePlaceBlocked, 2},
			"past":             {func(l *ledger) { l.wait(100 * 24 * 3600e9) }, CodePastDate, 3},
			"past, only warns": {func(l *ledger) { l.ok(&ProductDraft{SKU: sku, Past: ptr("warns")}); l.wait(100 * 24 * 3600e9) }, "", 0},
		} {
			if sku == "SALT" && (c.bars == 1 || c.bars == 3 || name == "lot held here") || name == "unit held" && sku != "PUMP" {
				continue
			}
			l := open(t)
			l.ok("receive; MILK/M1 100 >A exp=2026-05-01; PUMP/U1 #P1+P2 >A exp=2026-05-01; SALT 100 >A")
			c.block(l)
			for _, k := range kinds {
				if sku == "PUMP" && !k.barred(c.bars) {
					continue // the unit would be gone; lots and quantities prove it
				}
				draft := strings.Replace(k.draft, "GOODS", goods+" <A", 1)
				draft = strings.Replace(draft, "=> SALT 1 >A", "=> BOLT/"+"NEW 1 >B", 1)
				if !k.barred(c.bars) {
					l.ok(draft)
					continue
				}
				field := "items[0]."
				if strings.Contains(draft, "=>") {
					field = "groups[0].inputs[0]."
				}
				field += map[string]string{CodeLotOnHold: "lot", CodeUnitOnHold: "units", CodePlaceBlocked: "from", CodePastDate: "lot"}[c.why]
				l.no(draft, c.why, field)
				// A late record of it needs a reason, and then keeps it (rule 9).
				head, rest, _ := strings.Cut(draft, ";")
				at := l.s.Now
				l.wait(3600e9)
				late := head + " at=-1h"
				err := l.no(late+";"+rest, c.why, field)
				if !strings.Contains(err.Detail, "override") {
					t.Errorf("%s: the way out is not named: %s", draft, err.Detail)
				}
				if sku != "PUMP" {
					e := l.ok(late + " override=it_had_left;" + rest)
					if e.Items[0].Override != "it had left" || e.OccurredAt != at {
						t.Errorf("%s: %+v", draft, e.Items[0])
					}
				}
				l.no(head+" override=x;"+rest, c.why, field)
			}
		}
	}
}

// kindRule says what bars a movement: a hold, a blocking place that it leaves, a date that is past.
type kindRule struct {
	draft            string
	held, away, past bool
}

func (k kindRule) barred(by int) bool {
	return by == 1 && k.held || by == 2 && k.away || by == 3 && k.past
}

func TestSplitAndMergeOfHeldLots(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; BOLT/L2 10 >A")
	l.hold("BOLT/L1", "r")
	l.no("split; BOLT/L1 2 <A => BOLT/L1A 1 >A, BOLT/L1B 1 >A", CodeLotOnHold, "groups[0].inputs[0].lot")
	l.no("merge; BOLT/L2 2 <A, BOLT/L1 2 <A => BOLT/L3 4 >A", CodeLotOnHold, "groups[0].inputs[1].lot")
}

func TestBlockedFlows(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >Q; SALT 10 >Q; SALT 5 >A")
	l.ok("move; BOLT/L1 10 <Q >Q1; SALT 10 <Q >R")
	l.no("move; BOLT/L1 1 <Q1 >A", CodePlaceBlocked, "items[0].from")
	l.moved(l.ok("ship; SALT 5"), "SALT 5 S1/A>partner:CUS")
	l.no("ship; SALT 1", CodeInsufficientStock, "items[0].quantity")
	l.no("ship; BOLT 1", CodeInsufficientStock, "items[0].quantity")
	l.moved(l.ok("scrap; SALT 1; BOLT/L1 1"), "SALT 1 S1/R>S1:loss; BOLT/L1 1 S1/Q1>S1:loss")
	l.moved(l.ok(l.leave("BOLT/L1 4 <Q1 >A", "SALT 2 <R >B")), "BOLT/L1 4 S1/Q1>S1/A; SALT 2 S1/R>S1/B")
	l.moved(l.ok(l.leave("BOLT/L1 4 <A >Q1")), "BOLT/L1 4 S1/A>S1/Q1")
	l.no(l.leave("BOLT/L1 1 <Q1 >Q"), CodePlaceBlocked, "items[0].to")
	l.no(l.leave("SALT 1 <B >A"), CodePlaceBlocked, "items[0].to")
	l.no(l.leave("SALT 100 <R >A"), CodeInsufficientStock, "items[0].quantity")
	l.no(l.leave("SALT 1 >A"), CodeRequired, "items[0].from")
	l.no(l.leave("SALT 1 <R"), CodeRequired, "items[0].to")
	l.no(l.leave("BOLT 1 <Q1 >A"), CodeLotRequired, "items[0].lot")
	l.no(&ReleaseDraft{Items: []ItemDraft{l.itemDraft("SALT 1 <R >A")}, Reason: "r"}, CodeRequired, "site")
	l.no(&ReleaseDraft{Reason: "r"}, CodeRequired, "hold")
	l.no(&ReleaseDraft{Hold: 1}, CodeReasonRequired, "reason")
	l.no(&ReleaseDraft{Hold: 1, Reason: "r"}, CodeUnknownHold, "hold")
	l.no(&ReleaseDraft{Hold: 1, Reason: "r", Capture: "fax"}, CodeInvalidValue, "capture")
}

func TestHoldRefused(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; PUMP #P1 >A")
	for _, c := range []struct {
		draft       HoldDraft
		code, field string
	}{
		{HoldDraft{Product: "BOLT", Lot: "L1"}, CodeReasonRequired, "reason"},
		{HoldDraft{Reason: "r"}, CodeRequired, "product"},
		{HoldDraft{Reason: "r", Lot: "L1"}, CodeRequired, "product"},
		{HoldDraft{Reason: "r", Units: []string{"P1"}}, CodeRequired, "product"},
		{HoldDraft{Reason: "r", Product: "BOLT"}, CodeRequired, "lot"},
		{HoldDraft{Reason: "r", Product: "NUT", Lot: "L1"}, CodeUnknownProduct, "product"},
		{HoldDraft{Reason: "r", Product: "BOLT", Lot: "L9"}, CodeUnknownLot, "lot"},
		{HoldDraft{Reason: "r", Product: "PUMP", Units: []string{"P1", "P9"}}, CodeUnknownUnit, "units"},
		{HoldDraft{Reason: "r", Product: "PUMP", Lot: "L1", Units: []string{"P1"}}, CodeUnsupported, "units"},
		{HoldDraft{Reason: "r", Product: "PUMP", Site: "S1", Location: "A", Units: []string{"P1"}}, CodeUnsupported, "units"},
		{HoldDraft{Reason: "r", Site: "S1"}, CodeRequired, "location"},
		{HoldDraft{Reason: "r", Location: "A"}, CodeRequired, "site"},
		{HoldDraft{Reason: "r", Site: "S1", Location: "D"}, CodeUnknownLocation, "location"},
		{HoldDraft{Reason: strings.Repeat("r", 501), Site: "S1", Location: "A"}, CodeTooLong, "reason"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
}

func TestRelease(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; PUMP #P1+P2+P3+P4 >A")
	first, second := l.hold("BOLT/L1", "one"), l.hold("BOLT/L1", "two")
	l.ok(l.lift(first, ""))
	if err := l.no("ship; BOLT/L1 1", CodeLotOnHold, "items[0].lot"); !strings.Contains(err.Detail, "two") || err.About[0] != "L1" {
		t.Errorf("the reason is missing: %+v", err)
	}
	l.no(l.lift(first, ""), CodeHoldReleased, "hold")
	// In part: what stays held goes to a blocking location in the same release.
	e := l.ok(l.lift(second, "", "BOLT/L1 3 <A >Q"))
	if e.About != second.ID || l.s.Holds[second.ID].Released != e.ID {
		t.Errorf("released by %d, about %d", l.s.Holds[second.ID].Released, e.About)
	}
	l.no("ship; BOLT/L1 8", CodeInsufficientStock, "items[0].quantity")
	l.no("ship; BOLT/L1 1 <Q", CodePlaceBlocked, "items[0].from")
	l.ok("ship; BOLT/L1 7")

	units := l.hold("PUMP #P1+P2+P3", "r")
	again := l.hold("PUMP #P3+P4", "r")
	l.no(l.lift(units, "P1+P9"), CodeUnknownUnit, "units")
	l.no(l.lift(units, "P4"), CodeUnknownUnit, "units")
	e = l.ok(l.lift(units, "P1+P3"))
	if got := e.Lifted.Count(); got != 2 || l.s.Holds[units.ID].Released != 0 {
		t.Errorf("%d units lifted, released %d", got, l.s.Holds[units.ID].Released)
	}
	l.ok("ship; PUMP #P1")
	l.no("ship; PUMP #P2", CodeUnitOnHold, "items[0].units")
	l.no("ship; PUMP #P3", CodeUnitOnHold, "items[0].units")
	l.ok(l.lift(again, "", "PUMP #P4 <A >Q"))
	l.ok("ship; PUMP #P3")
	l.no("ship; PUMP #P4", CodePlaceBlocked, "items[0].from")
	l.ok(l.lift(units, "P2"))
	l.no(l.lift(units, "P2"), CodeHoldReleased, "hold")
	l.ok("ship; PUMP #P2")
	// A refused release leaves the hold as it was.
	h := l.hold("BOLT/L1", "r")
	l.no(l.lift(h, "", "BOLT/L1 30 <A >Q"), CodeInsufficientStock, "items[0].quantity")
	l.no("ship; BOLT/L1 1 <A", CodeInsufficientStock, "items[0].quantity")
}

func TestPlaceHold(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; PUMP #P1 >A; SALT 5 >A")
	h := l.holdPlace("A")
	l.no("ship; BOLT/L1 1", CodeInsufficientStock, "items[0].quantity")
	l.no("ship; PUMP #P1", CodePlaceBlocked, "items[0].from")
	l.no("move; SALT 1 <A >B", CodePlaceBlocked, "items[0].from")
	l.ok("receive; BOLT/L2 5 >A") // what comes later is held there too
	l.no("ship; BOLT/L2 1 <A", CodePlaceBlocked, "items[0].from")
	l.ok(l.leave("BOLT/L2 5 <A >B"))
	l.ok(l.lift(h, ""))
	l.ok("ship; BOLT/L1 1; PUMP #P1; SALT 1")
}

// TestHoldRules: goods start on hold where their product or supplier says so, until quality releases them.
func TestHoldRules(t *testing.T) {
	l := open(t)
	hold := &[]string{"receive", "make", "return"}
	l.ok(&ProductDraft{SKU: "BOLT", HoldWhen: hold})
	l.ok(&ProductDraft{SKU: "PUMP", HoldWhen: hold})
	l.ok("opening; SALT 10 >A; MILK/M0 5 >B exp=2026-06-01; BOLT/L0 5 >B; PUMP #P0 >B")
	if len(l.s.Holds) > 0 {
		t.Fatal("opening stock is not received")
	}
	e := l.ok("receive; BOLT/L1 10 >A; PUMP/U1 #P1+P2 >A; PUMP #P3 >B; MILK/M1 5 >A exp=2026-05-01")
	holds := l.after(e, KindHold)
	if len(holds) != 2 || holds[0].Hold.Lot != l.lot("BOLT", "L1").ID || holds[1].Held.Count() != 3 {
		t.Fatalf("holds: %+v", holds)
	}
	for _, h := range holds {
		if h.About != e.ID || h.Reason == "" || h.Site != e.Site || h.OccurredAt != e.OccurredAt || h.Actor != e.Actor {
			t.Errorf("hold: %+v", h)
		}
	}
	l.no("ship; BOLT/L1 1", CodeLotOnHold, "items[0].lot")
	l.no("ship; PUMP #P3", CodeUnitOnHold, "items[0].units")
	l.ok("ship; MILK/M1 1; BOLT/L0 1; PUMP #P0")
	l.ok(l.lift(holds[0].Hold, ""))
	l.ok(l.lift(holds[1].Hold, "P1+P3"))
	l.ok("ship; BOLT/L1 1; PUMP #P3")

	// More of a released lot: what came is held where it is, and what else is there with it; not the lot elsewhere.
	l.ok("move; BOLT/L1 3 <A >B")
	e = l.ok("receive; BOLT/L1 5 >A")
	more := l.after(e, KindHold)
	if len(more) != 1 || more[0].Hold.Place != l.place("S1/A") || more[0].Hold.Lot != l.lot("BOLT", "L1").ID {
		t.Fatalf("holds: %+v", more)
	}
	if e = l.ok("receive; BOLT/L1 5 >A"); len(l.after(e, KindHold)) > 0 {
		t.Error("held twice where one hold does")
	}
	l.no("ship; BOLT/L1 1 <A", CodePlaceBlocked, "items[0].from")
	l.ok("ship; BOLT/L0 4; BOLT/L1 1 <B")
	l.ok(l.lift(more[0].Hold, ""))
	l.ok("ship; BOLT/L1 1 <A")

	e = l.ok("make; SALT 1 <A => BOLT/MADE 5 >C, PUMP #MADE >C, MILK/MADE 5 >C exp=2026-05-01; SALT 1 <A => BOLT/MADE 5 >C")
	if got := len(l.after(e, KindHold)); got != 2 {
		t.Errorf("%d holds on what was made", got)
	}
	l.no("ship; BOLT/MADE 1", CodeLotOnHold, "items[0].lot")
	l.no("ship; PUMP #MADE", CodeUnitOnHold, "items[0].units")

	e = l.ok("return; BOLT/L0 1 >B; PUMP #P0 >B; MILK/M1 1 >B")
	if got := len(l.after(e, KindHold)); got != 2 {
		t.Errorf("%d holds on what was returned", got)
	}
	l.no("ship; BOLT/L0 1", CodeInsufficientStock, "items[0].quantity")
	l.no("ship; PUMP #P0", CodeUnitOnHold, "items[0].units")
}

func TestSupplierHold(t *testing.T) {
	l := open(t)
	e := l.ok("receive from=STRICT; MILK/M1 5 >A exp=2026-05-01; PUMP #1 >A; CHIP #1+2 >A; SALT 5 >A")
	holds := l.after(e, KindHold)
	if len(holds) != 3 {
		t.Fatalf("%d holds", len(holds))
	}
	l.no("ship; MILK/M1 1", CodeLotOnHold, "items[0].lot")
	// Units of two products may share a serial: each product has a hold of its own.
	i := slices.IndexFunc(holds, func(e *Entry) bool { return e.Held.Count() == 2 })
	l.ok(l.lift(holds[i].Hold, "1"))
	l.ok("ship; CHIP #1")
	l.no("ship; PUMP #1", CodeUnitOnHold, "items[0].units")
	l.no("ship; CHIP #2", CodeUnitOnHold, "items[0].units")
	if e := l.ok("return from=STRICT; MILK/M1 1 >B"); len(l.after(e, KindHold)) > 0 {
		t.Error("a supplier's rule is for what it delivers")
	}
}

func TestCleaning(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 5 >TANK")
	l.no(&CleaningDraft{Site: "S1", Location: "A"}, CodeInvalidValue, "location")
	l.no(&CleaningDraft{Site: "S1", Location: "TANK"}, CodeNotEmpty, "location")
	l.no(&CleaningDraft{Site: "S9", Location: "TANK"}, CodeUnknownSite, "site")
	l.no(&CleaningDraft{Site: "S1"}, CodeRequired, "location")
	l.ok("move; BOLT/L1 5 <TANK >A")
	l.no(&CleaningDraft{Site: "S1", Location: "TANK", Note: strings.Repeat("n", 4001)}, CodeTooLong, "note")
	if e := l.ok(&CleaningDraft{Site: "S1", Location: "TANK", Occurred: l.s.Now - 1000, Note: "hot water"}); e.Cleaned != l.place("S1/TANK") || e.OccurredAt != l.s.Now-1000 {
		t.Errorf("entry: %+v", e)
	}
}

// TestReturnToSupplierOnly: blocked goods go back to who supplied them, not to a customer under the name of a return.
func TestReturnToSupplierOnly(t *testing.T) {
	l := open(t)
	l.ok("receive from=SUP2; BOLT/L1 10 >A; PUMP #P1+P2 >A; MILK/M1 5 >Q exp=2026-01-01")
	l.ok(&HoldDraft{Product: "BOLT", Lot: "L1", Reason: "cracks"})
	l.ok(&HoldDraft{Product: "PUMP", Units: []string{"P1"}, Reason: "noise"})
	l.no("return_to_supplier to=CUS; BOLT/L1 1", CodeLotOnHold, "items[0].lot")
	l.no("return_to_supplier to=CUS; PUMP #P1", CodeUnitOnHold, "items[0].units")
	l.no("return_to_supplier to=CUS; MILK/M1 1 <Q", CodePlaceBlocked, "items[0].from")
	l.ok("return_to_supplier to=CUS; PUMP #P2")   // which is free
	l.ok("return_to_supplier to=SUP2; BOLT/L1 1") // where the lot came from
	l.ok("return_to_supplier to=SUP; PUMP #P1")   // a supplier by its role
	l.ok("return_to_supplier to=SUP2; MILK/M1 1 <Q")
	l.ok("return_to_supplier to=CUS at=-1h override=refund; BOLT/L1 1 <A") // it has happened
}

// TestReleaseOfOthers: goods of another lot, other units and another place are not moved under the release of a hold.
func TestReleaseOfOthers(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; BOLT/L2 10 >Q; PUMP #P1+P2 >Q")
	lot := l.ok(&HoldDraft{Product: "BOLT", Lot: "L1", Reason: "cracks"})
	unit := l.ok(&HoldDraft{Product: "PUMP", Units: []string{"P1"}, Reason: "noise"})
	place := l.ok(&HoldDraft{Site: "S1", Location: "B", Reason: "flood"})
	other := ItemDraft{Product: "BOLT", Lot: "L2", Quantity: ptr(qty("1")), From: "Q", To: "A"}
	out := func(hold int64, it ItemDraft) *ReleaseDraft {
		return &ReleaseDraft{Hold: hold, Site: "S1", Reason: "fine", Items: []ItemDraft{it}}
	}
	l.no(out(lot.ID, other), CodeInvalidValue, "items[0].lot")
	l.no(out(unit.ID, other), CodeInvalidValue, "items[0].units")
	l.no(out(unit.ID, ItemDraft{Product: "PUMP", Units: []string{"P2"}, From: "Q", To: "A"}), CodeInvalidValue, "items[0].units")
	l.no(out(place.ID, other), CodeInvalidValue, "items[0].from")
	l.ok(out(unit.ID, ItemDraft{Product: "PUMP", Units: []string{"P1"}, From: "Q", To: "A"}))
	l.ok(out(lot.ID, ItemDraft{Product: "BOLT", Lot: "L1", Quantity: ptr(qty("4")), From: "A", To: "Q"}))
	l.ok(out(0, other))
}
