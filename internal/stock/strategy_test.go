package stock

import (
	"strings"
	"testing"
)

func TestStrategies(t *testing.T) {
	for _, c := range []struct {
		strategy, requires string
		order              string // in which the lots go
	}{
		{"fefo", "", "EARLY LATE NEWEST NODATE"},
		{"fifo", "", "LATE NODATE EARLY NEWEST"},
		{"lifo", "", "NEWEST EARLY NODATE LATE"},
		{"", "", "LATE NODATE EARLY NEWEST"}, // FIFO by default
		{"", "production", "LATE NODATE EARLY NEWEST"},
	} {
		l := open(t)
		l.product("X", "lot", func(d *ProductDraft) {
			d.Strategy = ptr(c.strategy)
			if c.requires != "" {
				d.Requires = &[]string{c.requires}
			}
		})
		for _, lot := range []string{"LATE 10 >A exp=2026-06-01", "NODATE 10 >B", "EARLY 10 >A exp=2026-05-01", "NEWEST 10 >C exp=2026-07-01"} {
			l.ok("receive; X/" + lot + " prod=2026-01-01")
			l.wait(24 * 3600e9)
		}
		order := strings.Fields(c.order)
		for i, lot := range order {
			for _, later := range order[i+1:] {
				if c.strategy == "fefo" && lot == "NEWEST" && later == "NODATE" {
					continue
				}
				err := l.no("ship; X/"+later+" 1", CodeStrategyViolated, "items[0].lot")
				if err.Offer != lot || strings.Join(err.About, " ") != lot+" "+later {
					t.Errorf("%s: offers %q about %q", c.strategy, err.Offer, err.About)
				}
			}
			e := l.ok("ship; X 10")
			if got := l.s.Lots[e.Items[0].Lot].Code; got != lot || len(e.Items) != 1 || e.Items[0].Known != Chosen {
				t.Errorf("%q: %s, want %s", c.strategy, l.items(e), lot)
			}
		}
	}
}

// TestDefaultStrategy: FEFO where a date that governs is required.
func TestDefaultStrategy(t *testing.T) {
	for requires, want := range map[string]Strategy{"": FIFO, "production": FIFO, "expiry": FEFO, "best_before": FEFO, "sell_by": FEFO} {
		p := Product{}
		p.Requires, _ = parseNames(dateFields, []string{requires})
		if got := p.Rule(); got != want {
			t.Errorf("%s: %s", requires, got)
		}
	}
	if got := (&Product{Strategy: LIFO, Requires: Expiry}).Rule(); got != LIFO {
		t.Errorf("got %s", got)
	}
}

// TestPicksOverManyLots: when no lot is named, the strategy takes as many as it needs (rule 7).
func TestPicksOverManyLots(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M2 10 >A exp=2026-05-02; MILK/M1 4 >B exp=2026-05-01; MILK/M1 2 >A; MILK/M3 10 >C exp=2026-05-03")
	l.moved(l.ok("ship; MILK 20"), "MILK/M1 2 S1/A>partner:CUS; MILK/M1 4 S1/B>partner:CUS; MILK/M2 10 S1/A>partner:CUS; MILK/M3 4 S1/C>partner:CUS")
	l.no("ship; MILK 7", CodeInsufficientStock, "items[0].quantity")
	l.moved(l.ok("make; MILK 6 => CAKE/C1 1 >A"), "MILK/M3 6 S1/C>S1:production; CAKE/C1 1 S1:production>S1/A")
	if got := l.lot("CAKE", "C1").Dates.Expiry; got != day("2026-05-03") {
		t.Errorf("the derived lot expires %s", got)
	}
}

func TestStrategyTies(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; MILK/M2 10 >A exp=2026-05-01; MILK/M3 10 >A exp=2026-05-04")
	l.ok("ship; MILK/M2 1") // a tie is free
	l.no("ship; MILK/M3 1", CodeStrategyViolated, "items[0].lot")
	l.ok(&ProductDraft{SKU: "MILK", Tolerance: ptr(2)})
	l.no("ship; MILK/M3 1", CodeStrategyViolated, "items[0].lot")
	l.ok(&ProductDraft{SKU: "MILK", Tolerance: ptr(3)})
	l.ok("ship; MILK/M3 1")
	// FIFO goes by the day, not by the minute.
	l.ok("receive; BOLT/L1 10 >A")
	l.wait(3600e9)
	l.ok("receive; BOLT/L2 10 >A")
	l.ok("ship; BOLT/L2 1")
}

// TestWholeMovementComplies: what one line leaves and another takes is not skipped, in whatever order they are named.
func TestWholeMovementComplies(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; MILK/M2 10 >A exp=2026-05-02; MILK/M3 10 >A exp=2026-05-03")
	l.no("ship; MILK/M2 5; MILK/M1 9", CodeStrategyViolated, "items[0].lot")
	l.ok("ship; MILK/M2 5; MILK/M1 10")
	l.no("ship; MILK/M3 1; MILK/M2 4", CodeStrategyViolated, "items[0].lot")
	l.ok("ship; MILK 5; MILK/M3 1")
}

func TestOverride(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; MILK/M2 10 >A exp=2026-05-02")
	e := l.ok("ship override=customer_asks; MILK/M2 1; MILK/M1 1")
	if e.Items[0].Override != "customer asks" || e.Items[1].Override != "" || e.Override != "customer asks" {
		t.Errorf("overrides: %+v", e.Items)
	}
	e = l.ok("ship; MILK/M2 1 override=label_torn; MILK/M1 1")
	if e.Items[0].Override != "label torn" || e.Items[1].Override != "" {
		t.Errorf("overrides: %+v", e.Items)
	}
	l.no("ship; MILK/M2 1; MILK/M1 1 override=label_torn", CodeStrategyViolated, "items[0].lot")
}

// TestWhereStrategiesHold: for ship and make; not for what only moves, is issued, returned or lost.
func TestWhereStrategiesHold(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; MILK/M2 50 >A exp=2026-05-02")
	for _, c := range []string{"ship; MILK/M2 1", "make; MILK/M2 1 => CAKE/C1 1 >A"} {
		field := "items[0].lot"
		if strings.HasPrefix(c, "make") {
			field = "groups[0].inputs[0].lot"
		}
		l.no(c, CodeStrategyViolated, field)
	}
	for _, c := range []string{"move; MILK/M2 1 <A >B", "issue purpose=sample; MILK/M2 1", "scrap; MILK/M2 1", "return_to_supplier; MILK/M2 1",
		"dispatch; MILK/M2 1", "split; MILK/M2 2 <A => MILK/M2A 1 >A, MILK/M2B 1 >A", "disassemble; MILK/M2 1 => SALT 1 >A"} {
		l.ok(c)
	}
	l.ok(&ProductDraft{SKU: "MILK", Strategy: ptr("manual")})
	l.ok("ship; MILK/M2 1")
	l.no("ship; MILK 1", CodeLotRequired, "items[0].lot")
}

// TestSkippedStockIsFree: what is blocked, held, past its date, elsewhere or not there yet is not skipped.
func TestSkippedStockIsFree(t *testing.T) {
	for name, c := range map[string]func(l *ledger){
		"blocked":            func(l *ledger) { l.ok("move; MILK/M1 10 <A >Q") },
		"blocked in its bin": func(l *ledger) { l.ok("move; MILK/M1 10 <A >Q1") },
		"held":               func(l *ledger) { l.ok(&HoldDraft{Product: "MILK", Lot: "M1", Reason: "r"}) },
		"held here":          func(l *ledger) { l.ok(&HoldDraft{Product: "MILK", Lot: "M1", Site: "S1", Location: "A", Reason: "r"}) },
		"place held": func(l *ledger) {
			l.ok("move; MILK/M1 10 <A >B")
			l.ok(&HoldDraft{Site: "S1", Location: "B", Reason: "r"})
		},
		"elsewhere": func(l *ledger) { l.ok("dispatch; MILK/M1 10 <A") },
		"past":      func(l *ledger) { l.wait(60 * 24 * 3600e9) },
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			l.ok("receive; MILK/M1 10 >A exp=2026-04-01; MILK/M2 10 >A exp=2026-06-01; MILK/M3 10 >A exp=2026-06-02")
			c(l)
			l.ok("ship; MILK/M2 1")
			l.moved(l.ok("ship; MILK 1"), "MILK/M2 1 S1/A>partner:CUS")
			l.no("ship; MILK/M3 1", CodeStrategyViolated, "items[0].lot")
			l.no("ship; MILK 19", CodeInsufficientStock, "items[0].quantity")
		})
	}
}

// TestLotHeldAtOnePlace: elsewhere the same lot is as free as ever.
func TestLotHeldAtOnePlace(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-04-01; MILK/M1 10 >B; MILK/M1 5 >Z1; MILK/M2 10 >A exp=2026-06-01")
	l.ok(&HoldDraft{Product: "MILK", Lot: "M1", Site: "S1", Location: "A", Reason: "wet"})
	l.ok(&HoldDraft{Product: "MILK", Lot: "M1", Site: "S1", Location: "Z", Reason: "wet"})
	l.no("ship; MILK/M1 1 <A", CodePlaceBlocked, "items[0].from")
	l.no("ship; MILK/M1 1 <Z1", CodePlaceBlocked, "items[0].from")
	l.no("move; MILK/M1 1 <A >B", CodePlaceBlocked, "items[0].from")
	l.ok("move; MILK/M1 1 <Z1 >Z; MILK/M1 1 <Z >Z1") // held there too
	l.no("ship; MILK/M2 1", CodeStrategyViolated, "items[0].lot")
	l.ok("ship; MILK/M1 1 <B")
	l.moved(l.ok("ship; MILK 10"), "MILK/M1 9 S1/B>partner:CUS; MILK/M2 1 S1/A>partner:CUS")
}

func TestZones(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01; MILK/M2 10 >Z1 exp=2026-05-02; MILK/M3 10 >Z exp=2026-05-03")
	l.ok("ship; MILK/M2 1") // in its zone it is the first
	l.no("ship; MILK/M3 1", CodeStrategyViolated, "items[0].lot")
	l.moved(l.ok("ship; MILK 9 <Z"), "MILK/M2 9 S1/Z1>partner:CUS")
	l.moved(l.ok("ship; MILK 1 <Z"), "MILK/M3 1 S1/Z>partner:CUS")
	l.no("ship; MILK 1 <B", CodeInsufficientStock, "items[0].quantity")
	l.ok("receive; MILK/M4 10 >B exp=2026-05-04")
	l.no("ship; MILK/M4 1", CodeStrategyViolated, "items[0].lot")
}

// TestStrategyForUnits: units are named, and their lot must be the strategy's; a lot whose units are all held is not skipped.
func TestStrategyForUnits(t *testing.T) {
	l := open(t)
	l.product("DRUG", "serial", func(d *ProductDraft) { d.Requires = &[]string{"expiry"} })
	l.ok("receive; DRUG/D1 #1+2+3 >A exp=2026-05-01; DRUG/D2 #4+5 >A exp=2026-06-01; DRUG/D1 #6 >B")
	l.no("ship; DRUG #4", CodeStrategyViolated, "items[0].lot")
	l.no("ship; DRUG 1", CodeUnitsRequired, "items[0].units")
	l.ok(&HoldDraft{Product: "DRUG", Units: []string{"1", "2"}, Reason: "r"})
	l.no("ship; DRUG #4", CodeStrategyViolated, "items[0].lot")
	l.ok("ship; DRUG #3+6")
	l.ok("ship; DRUG #4")
	release := l.ok(&HoldDraft{Product: "DRUG", Units: []string{"2"}, Reason: "again"})
	l.ok(&ReleaseDraft{Hold: release.ID, Reason: "r"})
	l.ok("ship; DRUG #5 override=x") // 1 and 2 are still held by the first
	if e := l.ok("return; DRUG #5 >A"); e.Items[0].Override != "" {
		t.Error("a return overrides nothing")
	}
	l.no("ship; DRUG #1", CodeUnitOnHold, "items[0].units")
	l.ok("move; DRUG #1 <A >B") // held units may be moved, and stay held
	l.ok("ship; DRUG #5")
	l.at("DRUG", "5", "partner:CUS")
}

// TestStrategyOnTheDay: a late record is judged by what was there when it happened (rule 9).
func TestStrategyOnTheDay(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M2 10 >A exp=2026-06-01")
	l.wait(48 * 3600e9)
	l.ok("receive; MILK/M1 10 >A exp=2026-05-01")
	l.no("ship; MILK/M2 1", CodeStrategyViolated, "items[0].lot")
	l.ok("ship at=-24h; MILK/M2 1")
	l.moved(l.ok("ship at=-24h; MILK 1"), "MILK/M2 1 S1/A>partner:CUS")
	l.moved(l.ok("ship at=-24h; MILK 9"), "MILK/M2 8 S1/A>partner:CUS; MILK/M1 1 S1/A>partner:CUS")
}
