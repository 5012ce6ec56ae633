package stock

import (
	"reflect"
	"testing"
)

func reserial(unit, right string) *CorrectionDraft {
	return &CorrectionDraft{Product: "CHIP", Unit: unit, Set: LotIdentity{Serial: &right}, Reason: "the plate was read again"}
}

// TestCorrection_Serial: a wrong serial is put right on the unit; the old one goes on naming it, and bars nobody who is rightly called so.
func TestCorrection_Serial(t *testing.T) {
	l := open(t)
	units := func(kind Kind, it ItemDraft) *MovementDraft {
		it.Product = "CHIP"
		d := &MovementDraft{Kind: kind, Site: "S1", Items: []ItemDraft{it}}
		if kind != KindScrap {
			d.Partner = "SUP"
		}
		if kind == KindShip || kind == KindReturn {
			d.Partner = "CUS"
		}
		return d
	}
	in := l.ok(units(KindReceive, ItemDraft{Units: []string{"B1", "B2"}, To: "A"}))
	id := in.Births[0].ID
	e := l.ok(reserial("B1", "B7"))
	if want := []Correction{{0, id, "serial", "B1", "B7"}}; !reflect.DeepEqual(e.Corrections, want) || len(e.Items) != 0 {
		t.Errorf("got %+v", e.Corrections)
	}
	if u := l.s.Units[id]; u.Serial != "B7" {
		t.Errorf("it is called %s", u.Serial)
	}
	for _, c := range []struct {
		draft       *CorrectionDraft
		code, field string
	}{
		{&CorrectionDraft{Product: "CHIP", Unit: "B7", Set: LotIdentity{Serial: ptr("B8")}}, CodeReasonRequired, "reason"},
		{reserial("B9", "B8"), CodeUnknownUnit, "unit"},
		{reserial("B1", "B7"), CodeInvalidValue, "set"},
		{reserial("B7", "B2"), CodeUnitExists, "set.serial"},
		{reserial("B7", " B8"), CodeInvalidCode, "set.serial"},
		{&CorrectionDraft{Product: "CHIP", Unit: "B7", Lot: "L1", Set: LotIdentity{Serial: ptr("B8")}, Reason: "x"}, CodeUnsupported, "lot"},
		{&CorrectionDraft{Product: "CHIP", Unit: "B7", Set: LotIdentity{Serial: ptr("B8"), Source: ptr("SUP")}, Reason: "x"}, CodeUnsupported, "set"},
		{&CorrectionDraft{Product: "CHIP", Unit: "B7", Reason: "x"}, CodeUnsupported, "set"},
		{&CorrectionDraft{Product: "CHIP", Set: LotIdentity{Serial: ptr("B8")}, Reason: "x"}, CodeRequired, "unit"},
	} {
		l.no(c.draft, c.code, c.field)
	}
	// What goes out and comes back under the old number is that unit.
	out := l.ok(units(KindShip, ItemDraft{Units: []string{"B1"}, From: "A"}))
	if !out.Items[0].Units.Contains(id) {
		t.Errorf("got %v", out.Items[0].Units)
	}
	if back := l.ok(units(KindReturn, ItemDraft{Units: []string{"B1"}, To: "A"})); len(back.Births) != 0 || !back.Items[0].Units.Contains(id) {
		t.Errorf("got %v", back.Items[0].Units)
	}
	// What comes in may be another: it is asked about.
	l.no(units(KindReceive, ItemDraft{Units: []string{"B1"}, To: "A"}), CodeUnitExists, "items[0].units")
	if e := l.ok(units(KindReceive, ItemDraft{Units: []string{"B1"}, To: "A", New: true})); len(e.Births) != 1 {
		t.Errorf("got %+v", e.Births)
	}
	if u, _ := l.s.units(l.s.Products["CHIP"], []string{"B1"}); u[0].ID == id {
		t.Error("B1 is the one that is rightly called so")
	}
	// Two units that were both called so: the number alone does not say which.
	l.ok(reserial("B1", "B9"))
	l.no(units(KindShip, ItemDraft{Units: []string{"B1"}, From: "A"}), CodeUnitAmbiguous, "items[0].units")
	// A hold's unit is released under its old number too.
	h := l.ok(&HoldDraft{Product: "CHIP", Units: []string{"B2", "B7"}, Reason: "brakes"})
	l.ok(reserial("B2", "B3"))
	if e := l.ok(&ReleaseDraft{Hold: h.ID, Units: []string{"B2"}, Reason: "fine"}); e.Lifted.Count() != 1 {
		t.Errorf("got %v", e.Lifted)
	}
	l.ok(reserial("B3", "B2"))
}
