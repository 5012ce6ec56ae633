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
