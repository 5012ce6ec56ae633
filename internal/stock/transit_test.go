package stock

import (
	"fmt"
	"testing"
)

func (l *ledger) dispatch(items string) (id int64, arrive string) {
	l.t.Helper()
	e := l.ok("dispatch; " + items)
	return e.ID, fmt.Sprintf("arrive dispatch=%d", e.ID)
}

func TestDispatchAndArrive(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; BOLT/L2 10 >A; PUMP/U1 #P1+P2 >A; PUMP #P3 >A")
	id, arrive := l.dispatch("SALT 5; BOLT/L1 6; BOLT/L2 4; PUMP #P1+P2+P3")
	transit := fmt.Sprintf("transit:%d", id)
	l.has("BOLT/L1@"+transit+"=6", "SALT@"+transit+"=5")
	l.at("PUMP", "P1", transit)
	l.no("ship; PUMP #P1", CodeUnitElsewhere, "items[0].units")
	l.no("receive; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units")

	e := l.ok(arrive + "; BOLT/L1 2 >A; PUMP #P1+P3 >B")
	l.moved(e, "BOLT/L1 2 "+transit+">S2/A; PUMP/U1 1 "+transit+">S2/B; PUMP 1 "+transit+">S2/B")
	if e.About != id || e.Items[0].Known != Imported {
		t.Errorf("entry: %+v", e)
	}
	// Nobody looked at the lots of what came next.
	e = l.ok(arrive + "; BOLT 6 >A; SALT 4 >A")
	l.moved(e, "BOLT/L1 4 "+transit+">S2/A; BOLT/L2 2 "+transit+">S2/A; SALT 4 "+transit+">S2/A")
	if e.Items[0].Known != Chosen || e.Items[2].Known != KnownNone {
		t.Errorf("known: %+v", e.Items)
	}
	l.no(arrive+" close", CodeReasonRequired, "reason")
	l.moved(l.ok(arrive+" close reason=fell_off"),
		"SALT 1 "+transit+">S2:loss; BOLT/L2 2 "+transit+">S2:loss; PUMP/U1 1 "+transit+">S2:loss")
	l.ok(arrive + " close") // nothing is missing any more
	l.at("PUMP", "P2", "S2:loss")
	l.ok("found site=S2; PUMP #P2 >A") // it turned up
}

func TestArriveSurplus(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; BOLT/L2 5 >A; PUMP #P1 >A")
	id, arrive := l.dispatch("SALT 5; BOLT/L1 5; PUMP #P1")
	transit := fmt.Sprintf("transit:%d", id)
	l.no(arrive+"; SALT 6 >A", CodeInsufficientStock, "items[0].quantity")
	l.no(arrive+"; BOLT/L1 6 >A", CodeInsufficientStock, "items[0].quantity")
	l.no(arrive+"; BOLT/L2 1 >A", CodeInsufficientStock, "items[0].quantity")
	l.moved(l.ok(arrive+" reason=counted_twice; SALT 6 >A; BOLT/L1 6 >A; BOLT/L2 1 >A"),
		"SALT 5 "+transit+">S2/A; SALT 1 S2:found>S2/A; BOLT/L1 5 "+transit+">S2/A; BOLT/L1 1 S2:found>S2/A; BOLT/L2 1 S2:found>S2/A")
	l.no(arrive+" reason=r; BOLT 1 >A", CodeLotRequired, "items[0].lot")
	l.moved(l.ok(arrive+" reason=r; SALT 1 >A"), "SALT 1 S2:found>S2/A")
}

func TestArriveRefused(t *testing.T) {
	l := open(t)
	r := l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; PUMP #P1+P2 >A")
	id, arrive := l.dispatch("SALT 5; PUMP #P1")
	for _, c := range []struct{ draft, code, field string }{
		{"arrive; SALT 1 >A", CodeUnknownEntry, "dispatch"},
		{"arrive dispatch=999; SALT 1 >A", CodeUnknownEntry, "dispatch"},
		{fmt.Sprintf("arrive dispatch=%d; SALT 1 >A", r.ID), CodeUnknownEntry, "dispatch"},
		{fmt.Sprintf("arrive site=S1 dispatch=%d; SALT 1 >A", id), CodeWrongSite, "site"},
		{arrive, CodeRequired, "items"},
		{arrive + "; SALT 1", CodeRequired, "items[0].to"},
		{arrive + "; SALT 0 >A", CodeInvalidQuantity, "items[0].quantity"},
		{arrive + "; NUT 1 >A", CodeUnknownProduct, "items[0].product"},
		{arrive + "; BOLT/L9 1 >A", CodeUnknownLot, "items[0].lot"},
		{arrive + "; PUMP #P2 >A", CodeUnitElsewhere, "items[0].units"},
		{arrive + "; PUMP #P9 >A", CodeUnknownUnit, "items[0].units"},
		{arrive + "; PUMP #P1+P1 >A", CodeDuplicateUnit, "items[0].units"},
		{arrive + "; PUMP 1 >A", CodeUnitsRequired, "items[0].units"},
		{"dispatch to_site=S1; SALT 1", CodeWrongSite, "to_site"},
		{"dispatch to_site=; SALT 1", CodeRequired, "to_site"},
		{"dispatch to_site=S9; SALT 1", CodeUnknownSite, "to_site"},
		{"dispatch; BOLT 1", CodeLotRequired, "items[0].lot"},
	} {
		l.no(c.draft, c.code, c.field)
	}
}

// TestTwoDispatches: each has a transit of its own.
func TestTwoDispatches(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; PUMP #P1+P2 >A")
	_, first := l.dispatch("SALT 5; PUMP #P1")
	_, second := l.dispatch("SALT 5; PUMP #P2")
	l.no(first+"; SALT 6 >A", CodeInsufficientStock, "items[0].quantity")
	l.no(first+"; PUMP #P2 >A", CodeUnitElsewhere, "items[0].units")
	l.ok(second + "; SALT 5 >A; PUMP #P2 >A")
	l.ok(first + "; SALT 5 >A; PUMP #P1 >A")
}
