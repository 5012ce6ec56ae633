package stock

import "testing"

func TestCount(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; BOLT/L1 3 >B; BOLT/L2 10 >A; PUMP/U1 #P1+P2 >A; PUMP #P3 >B")
	e := l.ok("count; SALT 9.5 >A; BOLT/L1 12 >A; BOLT/L2 10 >A")
	l.moved(e, "SALT 0.5 S1/A>S1:loss; BOLT/L1 2 S1:found>S1/A")
	lot1, lot2, at := l.lot("BOLT", "L1").ID, l.lot("BOLT", "L2").ID, l.place("S1/A")
	bolt, salt := l.s.Products["BOLT"].ID, l.s.Products["SALT"].ID
	for i, want := range []Counted{{salt, 0, at, qty("9.5"), qty("10")}, {bolt, lot1, at, qty("12"), qty("10")}, {bolt, lot2, at, qty("10"), qty("10")}} {
		if e.Counted[i] != want {
			t.Errorf("line %d: %+v, want %+v", i, e.Counted[i], want)
		}
	}
	l.moved(l.ok("count; BOLT/L1 0 <A; SALT 9.5 <A >A"), "BOLT/L1 12 S1/A>S1:loss")
	l.moved(l.ok("count; BOLT/L1 4 <B; BOLT/L1 1 >A"), "BOLT/L1 1 S1:found>S1/B; BOLT/L1 1 S1:found>S1/A")
	if len(l.s.Holds) > 0 {
		t.Error("more of a known lot starts on hold")
	}
}

func TestCountUnits(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP/U1 #P1+P2 >A; PUMP #P3+P4 >A; PUMP #P5+P6 >B; CHIP #C1 >A")
	e := l.ok("count; PUMP #P1+P3 >A; PUMP #P5+P6 >B")
	l.moved(e, "PUMP/U1 1 S1/A>S1:loss; PUMP 1 S1/A>S1:loss")
	if e.Counted[0].Counted != qty("2") || e.Counted[0].Expected != qty("4") || e.Counted[1].Expected != qty("2") {
		t.Errorf("counted: %+v", e.Counted)
	}
	l.at("PUMP", "P2", "S1:loss")
	l.moved(l.ok("count; PUMP #P1+P2+P3 >A"), "PUMP/U1 1 S1:loss>S1/A")
	if len(l.s.Holds) > 0 {
		t.Error("a known unit that turns up starts on hold")
	}
	l.no("count; PUMP #P1+P2+P3+P5 >A", CodeUnitElsewhere, "items[0].units")
	l.no("count; PUMP #P1+P2+P3+P9 >A", CodeUnknownUnit, "items[0].units")
	e = l.ok("count; PUMP #P1+P2+P3+P9 >A new")
	if l.moved(e, "PUMP 1 S1:found>S1/A"); !l.unit("PUMP", "P9").HistoryUnknown || len(l.after(e, KindHold)) != 1 {
		t.Error("an unknown unit is born on hold")
	}
	l.moved(l.ok("count; PUMP 0 >B"), "PUMP 2 S1/B>S1:loss")
	l.at("CHIP", "C1", "S1/A")
}

func TestCountNew(t *testing.T) {
	l := open(t)
	l.no("count; BOLT/N 5 >A", CodeUnknownLot, "items[0].lot")
	e := l.ok("count; BOLT/N 5 >A new; SALT 3 >A")
	l.moved(e, "BOLT/N 5 S1:found>S1/A; SALT 3 S1:found>S1/A")
	lot := l.lot("BOLT", "N")
	if !lot.HistoryUnknown || len(l.after(e, KindHold)) != 1 || e.Counted[0].Lot != lot.ID || e.Counted[0].Expected != 0 {
		t.Errorf("lot %+v, counted %+v", lot, e.Counted)
	}
	l.no("ship; BOLT/N 1", CodeLotOnHold, "items[0].lot")
	l.ok("count; BOLT/N 0 >A")
}

func TestCountRefused(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; PUMP #P1+P2 >A")
	for _, c := range []struct{ draft, code, field string }{
		{"count", CodeRequired, "items"},
		{"count; SALT 1", CodeRequired, "items[0].to"},
		{"count; SALT 1 <A >B", CodeInvalidValue, "items[0].from"},
		{"count; SALT >A", CodeInvalidQuantity, "items[0].quantity"},
		{"count; SALT -1 >A", CodeInvalidQuantity, "items[0].quantity"},
		{"count; SALT 1.0001 >A", CodeOverPrecise, "items[0].quantity"},
		{"count; BOLT 1 >A", CodeLotRequired, "items[0].lot"},
		{"count; BOLT/L2 0 >A new", CodeUnknownLot, "items[0].lot"},
		{"count; BOLT/L1 1 >A; BOLT/L1 2 >A", CodeInvalidValue, "items[1].lot"},
		{"count; BOLT/L1 1 >A; BOLT/L1 2 <A", CodeInvalidValue, "items[1].lot"},
		{"count; BOLT/N 5 >A new; BOLT/N 3 >A new", CodeInvalidValue, "items[1].lot"},
		{"count; SALT 1 >A; SALT 1 >A", CodeInvalidValue, "items[1].lot"},
		{"count; PUMP #P1 >A; PUMP #P2 >A", CodeInvalidValue, "items[1].product"},
		{"count; PUMP #P1 2 >A", CodeInvalidQuantity, "items[0].quantity"},
		{"count; PUMP #P1+P1+P2 >A", CodeUnitElsewhere, "items[0].units"},
	} {
		l.no(c.draft, c.code, c.field)
	}
	// Two new lots in one count are two.
	l.ok("count; BOLT/N1 5 >A new; BOLT/N2 3 >A new; BOLT/N1 5 >B new")
	l.has("BOLT/N1@S1/A=5", "BOLT/N1@S1/B=5")
}
