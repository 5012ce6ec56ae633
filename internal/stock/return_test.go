package stock

import "testing"

func TestReturn(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; PUMP/U1 #P1+P2+P3 >A")
	l.ok("ship; SALT 5; BOLT/L1 5; PUMP #P1+P2+P3")
	e := l.ok("return; SALT 1 >B; BOLT/L1 2 >B; PUMP #P1 >B")
	l.moved(e, "SALT 1 partner:CUS>S1/B; BOLT/L1 2 partner:CUS>S1/B; PUMP/U1 1 partner:CUS>S1/B")
	if e.Items[2].Noted || len(l.s.Holds) > 0 || len(e.Births) > 0 {
		t.Errorf("what is known comes back as it went: %+v", e.Items)
	}
	// Another customer, or another address of the same one.
	e = l.ok("return from=CUS2; PUMP #P2 >B")
	if l.moved(e, "PUMP/U1 1 partner:CUS>S1/B"); !e.Items[0].Noted {
		t.Error("it came back from another customer than it was with: not noted")
	}
	e = l.ok("return address=NORTH; PUMP/U1 #P3 >B")
	if l.moved(e, "PUMP/U1 1 partner:CUS>S1/B"); e.Items[0].Noted {
		t.Error("it came back from the customer that it was with, and is noted")
	}
	l.no("return; PUMP #P3 >B", CodeUnitElsewhere, "items[0].units")
}

func TestReturnUnknown(t *testing.T) {
	l := open(t)
	l.no("return; BOLT/N 5 >A", CodeUnknownLot, "items[0].lot")
	l.no("return; PUMP #N >A", CodeUnknownUnit, "items[0].units")
	e := l.ok("return; BOLT/N 5 >A new; PUMP/UN #N >A new; SALT 1 >A")
	if !l.lot("BOLT", "N").HistoryUnknown || !l.unit("PUMP", "N").HistoryUnknown || l.lot("BOLT", "N").Source != 0 {
		t.Error("their history is unknown")
	}
	if got := len(l.after(e, KindHold)); got != 2 {
		t.Errorf("%d holds", got)
	}
	l.no("ship; BOLT/N 1", CodeLotOnHold, "items[0].lot")
	l.no("ship; PUMP #N", CodeUnitOnHold, "items[0].units")
}

// TestComesBack: from wherever a unit was last put outside, and from nowhere else (rule 5).
func TestComesBack(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP/U1 #S+R+L+T+D+A+P+X >A; CHIP #C >A")
	l.ok("receive; PUMP/U2 #Y >A")
	l.ok("ship; PUMP #S")
	l.ok("return_to_supplier; PUMP #R")
	l.ok("loss; PUMP #L")
	l.ok("issue purpose=laboratory; PUMP #T")
	l.ok("dispatch; PUMP #D")
	l.ok("make; PUMP #P => CHIP #NEW >A")
	for _, c := range []struct{ unit, kinds string }{ // the kinds that may bring it in
		{"S", "receive return"},
		{"R", "receive return"},
		{"L", "receive return found count"},
		{"T", "receive return found count"},
		{"D", ""}, {"A", ""}, {"P", ""},
	} {
		for _, kind := range []string{"opening", "receive", "return", "found", "count"} {
			draft := kind + "; PUMP #" + c.unit + " >B"
			allowed := false
			for i := range len(c.kinds) - len(kind) + 1 {
				allowed = allowed || c.kinds[i:i+len(kind)] == kind
			}
			if !allowed {
				l.no(draft, CodeUnitElsewhere, "items[0].units")
				continue
			}
			l.no(kind+"; PUMP/U2 #"+c.unit+" >B", CodeLotDiffers, "items[0].lot")
			e := l.ok(draft)
			back := l.s.PlaceName(e.Items[0].From)
			l.at("PUMP", c.unit, "S1/B")
			switch c.unit {
			case "S":
				l.ok("ship; PUMP #S")
			case "R":
				l.ok("return_to_supplier; PUMP #R")
			case "L":
				l.ok("loss; PUMP #L")
			case "T":
				l.ok("issue purpose=laboratory; PUMP #T")
			}
			l.at("PUMP", c.unit, back)
		}
	}
}

func TestFound(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; PUMP #P1 >A")
	l.moved(l.ok("found; BOLT/L1 1 >B; SALT 2 >B"), "BOLT/L1 1 S1:found>S1/B; SALT 2 S1:found>S1/B")
	l.no("found; BOLT/N 1 >A", CodeUnknownLot, "items[0].lot")
	l.no("found; PUMP #N >A", CodeUnknownUnit, "items[0].units")
	l.no("found; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units")
	e := l.ok("found; BOLT/N 1 >A new; PUMP #N >A new")
	if got := len(l.after(e, KindHold)); got != 2 || !l.lot("BOLT", "N").HistoryUnknown || !l.unit("PUMP", "N").HistoryUnknown {
		t.Errorf("%d holds", got)
	}
	l.ok("ship; PUMP #P1")
	l.no("found; PUMP #P1 >A", CodeUnitElsewhere, "items[0].units") // a customer has it: that is a return
}
