package stock

import "testing"

func TestShip(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; SALT 5 >B; BOLT/L1 100 >A; PUMP/U1 #P1 >A; PUMP #P2+P3 >B")
	l.moved(l.ok("ship; SALT 2 <B; BOLT/L1 10 <A; PUMP #P1+P3"),
		"SALT 2 S1/B>partner:CUS; BOLT/L1 10 S1/A>partner:CUS; PUMP/U1 1 S1/A>partner:CUS; PUMP 1 S1/B>partner:CUS")
	l.moved(l.ok("ship address=NORTH; SALT 12"), "SALT 10 S1/A>partner:CUS/NORTH; SALT 2 S1/B>partner:CUS/NORTH")
	l.has("SALT@S1/A=0", "SALT@S1/B=1", "SALT@partner:CUS=2", "SALT@partner:CUS/NORTH=12", "BOLT/L1@S1/A=90")
	l.at("PUMP", "P1", "partner:CUS")
}

func TestShipRefused(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; BOLT/L1 1 >B; PUMP/U1 #P1 >A; PUMP #P2 >B")
	l.ok("receive site=S2; SALT 10 >A; PUMP #P5 >A; BOLT/L5 5 >A")
	for _, c := range []struct{ draft, code, field string }{
		{"ship; SALT 11", CodeInsufficientStock, "items[0].quantity"},
		{"ship; SALT 1 <B", CodeInsufficientStock, "items[0].quantity"},
		{"ship; SALT 6; SALT 5", CodeInsufficientStock, "items[1].quantity"},
		{"ship; BOLT/L1 2 <B", CodeInsufficientStock, "items[0].quantity"},
		{"ship; BOLT/L1 12", CodeInsufficientStock, "items[0].quantity"},
		{"ship; BOLT 12", CodeInsufficientStock, "items[0].quantity"},
		{"ship; BOLT/L5 1", CodeInsufficientStock, "items[0].quantity"}, // at the other site
		{"ship; BOLT/NONE 1", CodeUnknownLot, "items[0].lot"},
		{"ship; PUMP #P9", CodeUnknownUnit, "items[0].units"},
		{"ship; PUMP 1", CodeUnitsRequired, "items[0].units"},
		{"ship; PUMP #P5", CodeUnitElsewhere, "items[0].units"},
		{"ship; PUMP #P1 <B", CodeUnitElsewhere, "items[0].units"},
		{"ship; PUMP/U1 #P2", CodeLotDiffers, "items[0].lot"},
		{"ship; PUMP #P1+P1", CodeDuplicateUnit, "items[0].units"},
		{"ship; PUMP #P1; PUMP #P1", CodeUnitElsewhere, "items[1].units"},
		{"ship; PUMP #P1+P2 2", "", ""},
		{"ship; PUMP #P1", CodeUnitElsewhere, "items[0].units"},
		{"move; BOLT 1 <A >B", CodeLotRequired, "items[0].lot"},
		{"move; SALT 1 <A", CodeRequired, "items[0].to"},
		{"move; SALT 1 <A >A", CodeInvalidValue, "items[0].to"},
		{"move; BOLT/L1 1 <A >A", CodeInvalidValue, "items[0].to"},
		{"loss reason=; SALT 1 <A", CodeReasonRequired, "reason"},
		{"scrap reason=; SALT 1 <A", CodeReasonRequired, "reason"},
		{"issue purpose=fun; SALT 1 <A", CodeInvalidValue, "purpose"},
		{"issue; SALT 1 <A", CodeInvalidValue, "purpose"},
	} {
		if c.code == "" {
			l.ok(c.draft)
			continue
		}
		l.no(c.draft, c.code, c.field)
	}
	if err := l.no("ship; PUMP #P1", CodeUnitElsewhere, "items[0].units"); err.Detail != "unit P1 of PUMP is at partner:CUS, not at site S1" {
		t.Errorf("it does not say where the unit went: %s", err.Detail)
	}
	l.has("SALT@S1/A=10", "BOLT/L1@S1/A=10")
}

// TestMove: a unit moved to where it is goes nowhere, and nothing is made out of nothing.
func TestMove(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; SALT 1 >C; BOLT/L1 10 >A; PUMP #P1 >A")
	l.moved(l.ok("move; SALT 3 <A >B; BOLT/L1 4 >B; PUMP #P1 >B"), "SALT 3 S1/A>S1/B; BOLT/L1 4 S1/A>S1/B; PUMP 1 S1/A>S1/B")
	l.moved(l.ok("move; SALT 8 >B"), "SALT 7 S1/A>S1/B; SALT 1 S1/C>S1/B")
	l.no("move; PUMP #P1 >B", CodeInvalidValue, "items[0].to")
	l.no("move; SALT 12 >B", CodeInsufficientStock, "items[0].quantity")
	l.moved(l.ok("move; PUMP #P1 >C; PUMP #P1 >A"), "PUMP 1 S1/B>S1/C; PUMP 1 S1/C>S1/A")
}

// TestPurposes: what leaves for other than a customer goes to a place of its own (rule 2).
func TestPurposes(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 100 >A; PUMP #P1+P2 >A; SALT 10 >A")
	for _, purpose := range []string{"sample", "retained_sample", "laboratory", "own_use", "donation", "destruction", "counter_sale"} {
		l.moved(l.ok("issue purpose="+purpose+"; BOLT/L1 1"), "BOLT/L1 1 S1/A>S1:"+purpose)
		l.has("BOLT/L1@S1:" + purpose + "=1")
	}
	l.moved(l.ok("issue purpose=sample; BOLT 1"), "BOLT/L1 1 S1/A>S1:sample")
	l.moved(l.ok("loss; BOLT/L1 2 <A; SALT 1 <A; PUMP #P1"), "BOLT/L1 2 S1/A>S1:loss; SALT 1 S1/A>S1:loss; PUMP 1 S1/A>S1:loss")
	l.moved(l.ok("scrap; BOLT/L1 3"), "BOLT/L1 3 S1/A>S1:loss")
	l.moved(l.ok("return_to_supplier; BOLT/L1 4; PUMP #P2"), "BOLT/L1 4 S1/A>partner:SUP; PUMP 1 S1/A>partner:SUP")
	l.has("BOLT/L1@partner:SUP=-96", "BOLT/L1@S1:loss=5")
	l.at("PUMP", "P2", "partner:SUP")
	// It may come again from there, as the unit that it is.
	if e := l.ok("receive; PUMP #P2 >A"); len(e.Births) > 0 || e.Items[0].Noted {
		t.Errorf("it was born again, or noted: %+v", e.Items)
	}
}

func TestExactDecimals(t *testing.T) {
	l := open(t)
	for range 10 {
		l.ok("receive; SALT 0.1 >A")
	}
	l.no("ship; SALT 1.001", CodeInsufficientStock, "items[0].quantity")
	l.ok("ship; SALT 1")
	l.has("SALT@S1/A=0", "SALT@partner:CUS=1")
}

// TestTwoTimes: what happened may be recorded later, never before (rule 9).
func TestTwoTimes(t *testing.T) {
	l := open(t)
	if e := l.ok("receive at=-48h; SALT 10 >A"); e.OccurredAt != l.s.Now-48*3600*1000 || e.RecordedAt != l.s.Now {
		t.Errorf("occurred %s, recorded %s", e.OccurredAt, e.RecordedAt)
	}
	l.ok("receive at=4m; SALT 10 >A") // a clock that runs ahead a little
	l.no("receive at=6m; SALT 10 >A", CodeOccurredInFuture, "occurred_at")
	l.no(&ReleaseDraft{Hold: 1, Reason: "r", Occurred: l.s.Now + 360_000}, CodeOccurredInFuture, "occurred_at")
	l.no(&CleaningDraft{Site: "S1", Location: "TANK", Occurred: l.s.Now + 360_000}, CodeOccurredInFuture, "occurred_at")
	// Today's books count: what happened before the receipt can be recorded after it.
	l.ok("ship at=-72h; SALT 20")
}

// TestBusinessDate: a lot's last good day is judged by the site's calendar, on the day it happened.
func TestBusinessDate(t *testing.T) {
	l := open(t)
	l.ok(&SiteDraft{Code: "NZ", TimeZone: ptr("Pacific/Auckland")})
	l.ok(&LocationDraft{Site: "NZ", Code: "A"})
	l.ok("receive; MILK/M1 10 >A exp=2026-03-02")
	l.ok("receive site=NZ; MILK/M1 10 >A")
	l.ok("ship; MILK/M1 1")
	l.wait(3 * 3600e9) // 11:00 UTC: midnight in Auckland
	l.ok("ship; MILK/M1 1")
	l.no("ship site=NZ; MILK/M1 1", CodePastDate, "items[0].lot")
	l.ok("ship site=NZ at=-1h; MILK/M1 1")
	l.wait(13 * 3600e9)
	l.no("ship; MILK/M1 1", CodePastDate, "items[0].lot")
	l.no("ship; MILK 1", CodeInsufficientStock, "items[0].quantity")
	l.ok("ship at=-24h; MILK/M1 1")
}
