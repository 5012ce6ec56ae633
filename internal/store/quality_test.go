package store

import (
	"testing"

	"clew/internal/stock"
)

// TestQuality_Faults: plans and inspections verify, and what is changed past the ledger is found.
func TestQuality_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		one := stock.One
		ok(t, s,
			&stock.PlanDraft{Product: "FLOUR", Files: []string{"photo"}, Measurements: []stock.MeasurementDraft{{Name: "ash", Max: &one}}},
			&stock.InspectionDraft{Product: "FLOUR", Lot: "F1", Values: []stock.MeasuredDraft{{Name: "ash", Value: &one}}},
			&stock.HoldDraft{Product: "FLOUR", Lot: "F1", Reason: "new"})
		isWhole(t, s)
		s.Close()
		for statement, check := range map[string]string{
			`DELETE FROM quality_plan`:                               "leaf",
			`UPDATE quality_plan SET product = product + 1`:          "leaf",
			`UPDATE quality_need SET most = most + 1 WHERE most > 0`: "leaf",
			`DELETE FROM quality_need WHERE line = 0`:                "leaf",
			`UPDATE inspection SET lot = 2`:                          "leaf",
			`DELETE FROM inspection`:                                 "leaf",
			`UPDATE measured SET value = value - 1`:                  "leaf",
			`INSERT INTO inspection VALUES (999, 1)`:                 "stray",
			`INSERT INTO quality_plan VALUES (999, 1, 0)`:            "stray",
		} {
			broken := db.copy(t)
			broken.tamper(t, statement)
			report, err := mustOpen(t, broken).Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, problem := range report.Problems {
				found = found || problem.Check == check
			}
			if !found {
				t.Errorf("%s: it is not named as %s: %v", statement, check, report.Problems)
			}
		}
	})
}
