package stock

import (
	"fmt"
	"testing"
)

func raise(sku, to string, items ...TrackedItem) *TrackingDraft {
	return &TrackingDraft{Product: sku, Tracking: to, Reason: "the law asks for it", Items: items}
}

func lotAt(site, at, lot, amount string) TrackedItem {
	return TrackedItem{Site: site, Location: at, Lot: lot, Quantity: ptr(qty(amount))}
}

func unitsAt(site, at string, units ...string) TrackedItem {
	return TrackedItem{Site: site, Location: at, Units: units}
}

// TestTracking_ToLots: today's stock of every site becomes lots, a group for each place; what was blocked there stays so.
func TestTracking_ToLots(t *testing.T) {
	l := open(t)
	sold := l.ok("receive; SALT 10 >A; SALT 4 >Q")
	out := l.ok("ship; SALT 2 <A")
	l.ok("receive site=S2; SALT 3 >B")
	d := raise("SALT", "lot", lotAt("S1", "A", "L1", "5"), lotAt("S1", "A", "L2", "3"))
	l.no(d, CodeStockDiffers, "items")
	d.Rest = &RestDraft{Lot: "OLD", Dates: Dates{BestBefore: day("2026-12-01")}}
	e := l.ok(d)
	l.moved(e, "SALT 8 S1/A>S1:production; SALT/L1 5 S1:production>S1/A; SALT/L2 3 S1:production>S1/A; "+
		"SALT 4 S1/Q>S1:production; SALT/OLD 4 S1:production>S1/Q; SALT 3 S2/B>S2:production; SALT/OLD 3 S2:production>S2/B")
	l.has("SALT/L1@S1/A=5", "SALT/L2@S1/A=3", "SALT/OLD@S1/Q=4", "SALT/OLD@S2/B=3", "SALT@S1/A=0")
	if lot := l.lot("SALT", "OLD"); !lot.HistoryUnknown || lot.Dates.BestBefore != day("2026-12-01") || len(e.Lots) != 3 {
		t.Errorf("lot: %+v", lot)
	}
	if l.s.Products["SALT"].Tracking != TrackLot || e.Product.Entry != e.ID || e.Items[3].Group != 2 || e.Items[4].Role != Output {
		t.Errorf("entry: %+v", e)
	}
	l.no("move; SALT 1 <A >B", CodeLotRequired, "items[0].lot")
	l.no("ship; SALT/OLD 1 <Q", CodePlaceBlocked, "items[0].from")
	l.ok("ship; SALT/L1 1 <A override=x")
	l.no(fmt.Sprintf("reversal reverses=%d reason=x", out.ID), CodeTrackingChanged, "reverses")
	l.no(fmt.Sprintf("reversal reverses=%d reason=x", sold.ID), CodeTrackingChanged, "reverses")
	l.no(fmt.Sprintf("reversal reverses=%d reason=x", e.ID), CodeNotReversible, "reverses")
	l.ok("return; SALT/BACK 1 >A new") // sold before the change
	l.ok("count; SALT/L2 2 >A")
}

// TestTracking_ToUnits: units named out of a lot stay in it, and with it on hold.
func TestTracking_ToUnits(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 2 >A; BOLT/L2 1 >A; BOLT/L1 1 >B; SALT 2 >A")
	l.hold("BOLT/L1", "cracked")
	d := raise("BOLT", "serial", unitsAt("S1", "A", "B1", "B2"), unitsAt("S1", "A", "B3"), unitsAt("S1", "B", "B4"))
	l.no(d, CodeLotRequired, "items[0].was")
	d.Items[0].Was, d.Items[1].Was = "L1", "L2"
	l.no(raise("BOLT", "serial", d.Items[0]), CodeStockDiffers, "items")
	l.moved(l.ok(d), "BOLT/L1 2 S1/A>S1:production; BOLT/L1 2 S1:production>S1/A; BOLT/L2 1 S1/A>S1:production; BOLT/L2 1 S1:production>S1/A; "+
		"BOLT/L1 1 S1/B>S1:production; BOLT/L1 1 S1:production>S1/B")
	l.at("BOLT", "B4", "S1/B")
	if u := l.unit("BOLT", "B1"); u.Lot != l.lot("BOLT", "L1").ID || !u.HistoryUnknown {
		t.Errorf("unit: %+v", u)
	}
	l.no("ship; BOLT #B1", CodeLotOnHold, "items[0].lot")
	l.ok("ship; BOLT #B3")
	l.ok("count; BOLT #B1+B2 >A")
	// Straight from none, with or without a lot.
	one := unitsAt("S1", "A", "S1")
	two := unitsAt("S1", "A", "S2")
	two.Lot = "NEW"
	l.moved(l.ok(raise("SALT", "serial", one, two)), "SALT 2 S1/A>S1:production; SALT 1 S1:production>S1/A; SALT/NEW 1 S1:production>S1/A")
}

func TestTracking_Refused(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; MILK/M1 2 >A exp=2026-05-01; PUMP #P1 >A; BOLT/L1 1 >A")
	l.product("OIL", "none", func(d *ProductDraft) { d.Requires = &[]string{"expiry"} })
	l.ok("receive; OIL 2 >A")
	dated := lotAt("S1", "A", "L", "10")
	dated.Was = "X"
	weighed := lotAt("S1", "A", "L", "10")
	weighed.Second, weighed.Measure = ptr(qty("1")), "KGM"
	later := raise("SALT", "lot", lotAt("S1", "A", "L", "10"))
	later.OccurredAt = l.s.Now + 2*ahead
	moved := unitsAt("S1", "A", "M-1", "M-2")
	moved.Lot = "M2"
	undated := unitsAt("S1", "A", "M-1", "M-2")
	undated.Expiry = day("2027-01-01")
	for _, c := range []struct {
		draft       *TrackingDraft
		code, field string
	}{
		{&TrackingDraft{Product: "SALT", Tracking: "lot"}, CodeReasonRequired, "reason"},
		{raise("NO", "lot"), CodeUnknownProduct, "product"},
		{raise("SALT", "pallet"), CodeInvalidValue, "tracking"},
		{raise("BOLT", "lot", lotAt("S1", "A", "L", "1")), CodeInvalidValue, "tracking"},
		{later, CodeOccurredInFuture, "occurred_at"},
		{raise("BOLT", "none"), CodeTrackingInUse, "tracking"},
		{raise("BOLT", "none", lotAt("S1", "A", "L", "1")), CodeUnsupported, "items"},
		{raise("SALT", "lot", lotAt("S9", "A", "L", "10")), CodeUnknownSite, "items[0].site"},
		{raise("SALT", "lot", lotAt("S1", "X", "L", "10")), CodeUnknownLocation, "items[0].location"},
		{raise("SALT", "lot", lotAt("S1", "A", "", "10")), CodeLotRequired, "items[0].lot"},
		{raise("SALT", "lot", dated), CodeLotNotAllowed, "items[0].was"},
		{raise("SALT", "lot", weighed), CodeStockDiffers, "items[0].second_quantity"},
		{raise("SALT", "lot", unitsAt("S1", "A", "X")), CodeUnitsNotAllowed, "items[0].units"},
		{raise("SALT", "lot", lotAt("S1", "A", "L", "11")), CodeStockDiffers, "items"},
		{raise("SALT", "lot", lotAt("S1", "A", "L", "10"), lotAt("S1", "B", "L", "1")), CodeStockDiffers, "items"},
		{raise("SALT", "lot", lotAt("S1", "A", " L", "10")), CodeInvalidCode, "items[0].lot"},
		{raise("SALT", "serial", lotAt("S1", "A", "L", "10")), CodeUnitsRequired, "items[0].units"},
		{raise("SALT", "serial", unitsAt("S1", "A", "X", "X")), CodeStockDiffers, "items"},
		{raise("OIL", "serial", unitsAt("S1", "A", "X", "X")), CodeDuplicateUnit, "items[0].units"},
		{raise("OIL", "lot", lotAt("S1", "A", "L", "2")), CodeDateRequired, "items[0].expiry"},
		{raise("MILK", "serial", moved), CodeLotDiffers, "items[0].lot"},
		{raise("MILK", "serial", undated), CodeLotRequired, "items[0].lot"},
	} {
		l.no(c.draft, c.code, c.field)
	}
	rest := raise("OIL", "serial")
	rest.Rest = &RestDraft{Lot: "L"}
	l.no(rest, CodeUnitsRequired, "rest")
	l.ok("dispatch; SALT 1 <A")
	l.no(raise("SALT", "lot", lotAt("S1", "A", "L", "9")), CodeGoodsInTransit, "product")
	l.no(&ProductDraft{SKU: "SALT", Tracking: ptr("lot")}, CodeTrackingInUse, "tracking")
}

// TestTracking_Lowered: with nothing left, goods need no names any more; and they may get them again.
func TestTracking_Lowered(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 1 >A")
	sent := l.ok("ship; BOLT/L1 1 <A")
	if e := l.ok(raise("BOLT", "none")); len(e.Items) != 0 {
		t.Errorf("items: %+v", e.Items)
	}
	l.no(fmt.Sprintf("reversal reverses=%d reason=x", sent.ID), CodeTrackingChanged, "reverses")
	l.ok("receive; BOLT 2 >A")
	l.ok(raise("BOLT", "lot", lotAt("S1", "A", "L1", "2")))
	l.has("BOLT/L1@S1/A=2")
}
