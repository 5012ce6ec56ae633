package stock

import (
	"testing"
	"time"
)

// TestCautious: nobody can read the label of a shelf lot. Its date is then the earliest that it can be, and says so.
func TestCautious(t *testing.T) {
	today := DateOf(open(t).s.Now, time.UTC)
	for name, c := range map[string]struct {
		draft    string
		dates    Dates
		cautious bool
	}{
		"the day itself":        {"opening; MILK/H1 5 >A cautious", Dates{Expiry: today}, true},
		"a guess":               {"opening; MILK/H1 5 >A cautious exp=2026-09-01", Dates{Expiry: day("2026-09-01")}, true},
		"read":                  {"opening; MILK/H1 5 >A exp=2026-09-01", Dates{Expiry: day("2026-09-01")}, false},
		"no date is asked for":  {"opening; BOLT/H1 5 >A cautious", Dates{Expiry: today}, true},
		"found behind the rack": {"found; MILK/H1 5 >A cautious new", Dates{Expiry: today}, true},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			c.dates.Cautious = c.cautious
			sku := "MILK"
			if name == "no date is asked for" {
				sku = "BOLT"
			}
			l.ok(c.draft)
			if lot := l.lot(sku, "H1"); lot.Dates != c.dates || !lot.HistoryUnknown {
				t.Errorf("%+v, want %+v", lot, c.dates)
			}
		})
	}
}

// TestCautious_FirstOut: such goods go first, and are blocked once their date has passed.
func TestCautious_FirstOut(t *testing.T) {
	l := open(t)
	l.ok("receive; MILK/M1 5 >A exp=2030-01-01")
	l.ok("opening; MILK/H1 5 >A cautious")
	e := l.ok("ship; MILK 3")
	l.moved(e, "MILK/H1 3 S1/A>partner:CUS")
	l.no("ship; MILK/M1 1 <A", CodeStrategyViolated, "items[0].lot")
	l.no("ship; MILK/H1 1 <A cautious", CodeUnsupported, "items[0].cautious")
	l.no("opening; SALT 1 >A cautious", CodeLotRequired, "items[0].lot")
}

// TestCautious_FoundOut: a correction to the date that was read after all takes the mark off, and can be undone.
func TestCautious_FoundOut(t *testing.T) {
	l := open(t)
	l.ok("opening; MILK/H1 5 >A cautious")
	born := *l.lot("MILK", "H1")
	expiry := day("2026-08-01")
	e := l.ok(&CorrectionDraft{Product: "MILK", Lot: "H1", Set: LotIdentity{Expiry: &expiry}, Reason: "the carton was found"})
	lot := *l.lot("MILK", "H1")
	if lot.Dates != (Dates{Expiry: expiry}) || len(e.Corrections) != 2 {
		t.Errorf("%+v, corrected %+v", lot, e.Corrections)
	}
	if !lot.Uncorrect(e.Corrections) || lot.Dates != born.Dates {
		t.Errorf("before the correction: %+v, want %+v", lot.Dates, born.Dates)
	}
}
