package store

import (
	"testing"
	"time"

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

// TestQuality_SameBatch: a release is judged by what was asked and measured before it, also by drafts of its own batch.
func TestQuality_SameBatch(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		ash := &stock.PlanDraft{Product: "FLOUR", Measurements: []stock.MeasurementDraft{{Name: "ash", Max: p(stock.One)}}}
		ok(t, s, receive(flour("F1", 100)))
		held := ok(t, s, &stock.InspectionDraft{Product: "FLOUR", Lot: "F1", Values: []stock.MeasuredDraft{{Name: "ash", Value: p(stock.One)}}},
			&stock.HoldDraft{Product: "FLOUR", Lot: "F1", Reason: "new"})
		ok(t, s, ash, &stock.ReleaseDraft{Hold: held[1], Reason: "measured before it was asked for"})

		bread := loaf("B1", 10, stock.DateOf(s.Now(), time.UTC)+3)
		held = ok(t, s, &stock.ProductGroupDraft{Code: "BAKED"}, &stock.PlanDraft{Group: "BAKED", Files: []string{"photo"}}, receive(bread),
			&stock.HoldDraft{Product: "BREAD", Lot: "B1", Reason: "new"})
		out, err := s.Post(t.Context(), drafts(&stock.ProductDraft{SKU: "BREAD", Group: p("BAKED")}, &stock.ReleaseDraft{Hold: held[3], Reason: "no photo"})...)
		if err != nil || out[1].Err == nil || out[1].Err.Code != stock.CodeReleaseIncomplete {
			t.Error(out, err)
		}
	})
}
