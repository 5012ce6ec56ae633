package store

import (
	"testing"

	"clew/internal/stock"
)

// TestCorrection: a correction survives reopening and verification, also twice in a batch and of a lot born in it.
func TestCorrection(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		fix := func(lot string, set stock.LotIdentity) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "FLOUR", Lot: lot, Set: set, Reason: "misread"}
		}
		ok(t, s, fix("F1", stock.LotIdentity{Lot: p("F7")}))
		ok(t, s, fix("F1", stock.LotIdentity{Lot: p("F8"), Source: p("")}), fix("F7", stock.LotIdentity{Lot: p("F1")}), fix("F8", stock.LotIdentity{Lot: p("F9")}))
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		product, err := s.Product(t.Context(), "FLOUR")
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"F1", "F7", "F8", "F9"} {
			rows, err := s.LotsNamed(t.Context(), product.ID, code)
			if err != nil || len(rows) != 1 || rows[0].Code != "F9" || rows[0].Source != 0 {
				t.Errorf("%s: %v, %v", code, rows, err)
			}
		}
		entries, err := s.CorrectionsOf(t.Context(), 1)
		if err != nil || len(entries) != 4 {
			t.Errorf("%v, %v", entries, err)
		}
		isWhole(t, s)
	})
}

// TestCorrection_Faults: whoever changes a corrected lot, or what was put right, past the ledger is found.
func TestCorrection_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		ok(t, s, &stock.CorrectionDraft{Product: "FLOUR", Lot: "F1", Set: stock.LotIdentity{Lot: p("F7")}, Reason: "misread"})
		s.Close()
		for _, f := range []struct{ statement, check string }{
			{`UPDATE lot SET code = 'F8' WHERE code = 'F7'`, "lot"},
			{`UPDATE lot SET code = 'F1' WHERE code = 'F7'`, "lot"},
			{`UPDATE correction SET before = 'F2'`, "leaf"},
			{`UPDATE correction SET after = 'F2'`, "leaf"},
			{`UPDATE correction SET lot = 2`, "leaf"},
			{`DELETE FROM correction`, "leaf"},
			{`DELETE FROM alias WHERE partner = 0`, "leaf"},
			{`INSERT INTO correction SELECT 999, line, lot, unit, field, before, after FROM correction`, "stray"},
		} {
			broken := db.copy(t)
			broken.tamper(t, f.statement)
			report, err := mustOpen(t, broken).Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, problem := range report.Problems {
				found = found || problem.Check == f.check
			}
			if !found {
				t.Errorf("%s: it is not named as %s: %v", f.statement, f.check, report.Problems)
			}
		}
	})
}

// TestCorrection_Serial: corrected serial numbers survive reopening and verification, also swapped in one batch and of a unit
// born in it; whoever changes them past the ledger is found.
func TestCorrection_Serial(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		fix := func(unit, right string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "CHIP", Unit: unit, Set: stock.LotIdentity{Serial: &right}, Reason: "misread"}
		}
		ok(t, s, fix("CH02", "X"), fix("CH03", "CH02"), fix("X", "CH03"))
		ok(t, s, receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"CH77"}, To: "DOCK"}), fix("CH77", "CH78"), fix("CH04", "CH44"))
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		product, err := s.Product(t.Context(), "CHIP")
		if err != nil {
			t.Fatal(err)
		}
		for serial, want := range map[string]int{"CH02": 2, "CH03": 2, "X": 1, "CH77": 1, "CH78": 1, "CH44": 1, "CH04": 1, "CH99": 0} {
			units, err := s.Units(t.Context(), UnitFilter{Product: product.ID, Serial: serial, Limit: 10})
			found, err2 := s.Find(t.Context(), serial)
			if err != nil || err2 != nil || len(units) != want || len(found.Units) != want {
				t.Errorf("%s: %v, %v, %v, %v", serial, units, err, found, err2)
			}
		}
		// The old number names the unit in drafts, also where it is held.
		ok(t, s, &stock.HoldDraft{Product: "CHIP", Units: []string{"CH04"}, Reason: "bent"})
		units, err := s.Units(t.Context(), UnitFilter{Product: product.ID, Serial: "CH44", Limit: 1})
		if err != nil || len(units) != 1 || units[0].Holds != 1 {
			t.Errorf("%v, %v", units, err)
		}
		rows, err := s.FormerSerials(t.Context(), units[0].ID)
		entries, err2 := s.CorrectionsOfUnits(t.Context(), stock.RunsOf([]int64{units[0].ID}))
		if err != nil || err2 != nil || len(rows) != 1 || rows[0] != "CH04" || len(entries) != 1 {
			t.Errorf("%v, %v, %v, %v", rows, err, entries, err2)
		}
		isWhole(t, s)
		s.Close()
		for _, f := range []struct{ statement, check string }{
			{`UPDATE unit SET serial = 'CH45' WHERE serial = 'CH44'`, "unit"},
			{`UPDATE unit SET serial = 'CH04' WHERE serial = 'CH44'`, "unit"},
			{`UPDATE correction SET before = 'CH46' WHERE after = 'CH44'`, "leaf"},
			{`UPDATE correction SET unit = 1 WHERE after = 'CH44'`, "leaf"},
			{`DELETE FROM correction WHERE after = 'CH44'`, "leaf"},
		} {
			broken := db.copy(t)
			broken.tamper(t, f.statement)
			report, err := mustOpen(t, broken).Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, problem := range report.Problems {
				found = found || problem.Check == f.check
			}
			if !found {
				t.Errorf("%s: it is not named as %s: %v", f.statement, f.check, report.Problems)
			}
		}
	})
}

// TestCorrection_Swap: two lots swap their codes in one batch, in either order of their ids.
func TestCorrection_Swap(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		fix := func(lot, right string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "FLOUR", Lot: lot, Set: stock.LotIdentity{Lot: p(right)}, Reason: "swapped"}
		}
		ok(t, s, fix("F1", "X"), fix("F2", "F1"), fix("X", "F2"))
		isWhole(t, s)
		ok(t, s, fix("F2", "Y"), fix("F1", "F2"))
		isWhole(t, s)
		ok(t, s, fix("F2", "Z"), fix("Y", "F2"))
		isWhole(t, s)
	})
}
