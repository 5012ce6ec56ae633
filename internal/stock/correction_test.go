package stock

import (
	"reflect"
	"testing"
)

func correct(sku, lot string, set LotIdentity) *CorrectionDraft {
	return &CorrectionDraft{Product: sku, Lot: lot, Set: set, Reason: "the label was misread"}
}

// TestCorrection_Lot: a wrong code, date or source is put right; nothing moves, and the old code goes on naming the lot.
func TestCorrection_Lot(t *testing.T) {
	l := open(t)
	l.ok(&MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Items: []ItemDraft{
		{Product: "MILK", Lot: "M1", Quantity: ptr(qty("10")), To: "A", Dates: Dates{Expiry: day("2026-03-20")}},
		{Product: "MILK", Lot: "M2", Quantity: ptr(qty("5")), To: "A", Dates: Dates{Expiry: day("2026-03-10")}}}})
	lot := l.s.LotCodes[LotKey{l.s.Products["MILK"].ID, "M1"}].ID
	e := l.ok(correct("MILK", "M1", LotIdentity{Lot: ptr("M7"), Expiry: ptr(day("2026-03-05")), Source: ptr("SUP2")}))
	want := []Correction{{lot, 0, "lot", "M1", "M7"}, {lot, 0, "expiry", "2026-03-20", "2026-03-05"}}
	if len(e.Corrections) != 3 || !reflect.DeepEqual(e.Corrections[:2], want) || e.Corrections[2].Field != "source" || len(e.Items) != 0 {
		t.Errorf("got %+v", e.Corrections)
	}
	if len(e.Aliases) != 1 || e.Aliases[0] != (Alias{0, "M1", lot}) {
		t.Errorf("the old code is to be an alias: %+v", e.Aliases)
	}
	// The date rules from now on: M7 goes first, under its old code too.
	l.no(&MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "MILK", Lot: "M2", Quantity: ptr(qty("1"))}}}, CodeStrategyViolated, "items[0].lot")
	out := l.ok(&MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "MILK", Lot: "M1", Quantity: ptr(qty("10"))}}})
	if out.Items[0].Lot != lot {
		t.Errorf("the old code named lot %d, not %d", out.Items[0].Lot, lot)
	}
	// What was shipped is corrected too, back and forth, by the old name as well; each alias is kept once.
	for i, code := range []string{"M1", "M7", "M1"} {
		if e := l.ok(correct("MILK", "M7", LotIdentity{Lot: ptr(code)})); len(e.Aliases) != max(0, 1-i) {
			t.Errorf("correction %d keeps %+v", i, e.Aliases)
		}
	}
}

func TestCorrection_Refused(t *testing.T) {
	l := open(t)
	l.ok(&MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Items: []ItemDraft{
		{Product: "MILK", Lot: "M1", Quantity: ptr(qty("10")), To: "A", Dates: Dates{Expiry: day("2026-03-20")}},
		{Product: "MILK", Lot: "M2", Quantity: ptr(qty("5")), To: "A", Dates: Dates{Expiry: day("2026-03-20")}}}})
	for _, c := range []struct {
		draft       *CorrectionDraft
		code, field string
	}{
		{&CorrectionDraft{Product: "MILK", Lot: "M1", Set: LotIdentity{Lot: ptr("M3")}}, CodeReasonRequired, "reason"},
		{correct("", "M1", LotIdentity{}), CodeRequired, "product"},
		{correct("NO", "M1", LotIdentity{}), CodeUnknownProduct, "product"},
		{correct("MILK", "", LotIdentity{}), CodeRequired, "lot"},
		{correct("MILK", "M9", LotIdentity{}), CodeUnknownLot, "lot"},
		{correct("MILK", "M1", LotIdentity{}), CodeInvalidValue, "set"},
		{correct("MILK", "M1", LotIdentity{Lot: ptr("M1")}), CodeInvalidValue, "set"},
		{correct("MILK", "M1", LotIdentity{Lot: ptr("M2")}), CodeLotExists, "set.lot"},
		{correct("MILK", "M1", LotIdentity{Lot: ptr(" M3")}), CodeInvalidCode, "set.lot"},
		{correct("MILK", "M1", LotIdentity{Expiry: ptr(Date(0))}), CodeDateRequired, "set.expiry"},
		{correct("MILK", "M1", LotIdentity{Production: ptr(day("2026-03-21"))}), CodeInvalidDate, "set.production"},
		{correct("MILK", "M1", LotIdentity{Source: ptr("NOBODY")}), CodeUnknownPartner, "set.source"},
	} {
		l.no(c.draft, c.code, c.field)
	}
}

// TestCorrection_FormerCode: goods that come in under a code that was found wrong are asked about; they are never silently the
// corrected lot's, and never barred from being a lot that is rightly called so.
func TestCorrection_FormerCode(t *testing.T) {
	l := open(t)
	item := ItemDraft{Product: "BOLT", Lot: "B1", Quantity: ptr(qty("10")), To: "A"}
	in := func(it ItemDraft) *MovementDraft {
		return &MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Items: []ItemDraft{it}}
	}
	was := l.ok(in(item)).Items[0].Lot
	l.ok(correct("BOLT", "B1", LotIdentity{Lot: ptr("B7")}))
	l.no(in(item), CodeLotDiffers, "items[0].lot")
	l.ok(&MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "BOLT", Lot: "B1", Quantity: ptr(qty("4"))}}})
	back := l.ok(&MovementDraft{Kind: KindReturn, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "BOLT", Lot: "B1", Quantity: ptr(qty("1")), To: "A"}}})
	if back.Items[0].Lot != was {
		t.Error("what comes back under the old code is the corrected lot's")
	}
	item.New = true
	e := l.ok(in(item))
	if len(e.Lots) != 1 || e.Lots[0].ID == was || e.Lots[0].Code != "B1" {
		t.Errorf("got %+v", e.Lots)
	}
	l.no(correct("BOLT", "B7", LotIdentity{Lot: ptr("B1")}), CodeLotExists, "set.lot")
}
