package store

import (
	"testing"

	"clew/internal/stock"
)

// raised has salt become lots and the flour of a lot on hold become units, at two sites, beside other drafts of one batch.
func raised(t testing.TB, s *Store) {
	t.Helper()
	busy(t, s)
	ok(t, s, &stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(3)), To: "DOCK"}}},
		&stock.TrackingDraft{Product: "SALT", Tracking: "lot", Reason: "new rules", Rest: &stock.RestDraft{Lot: "OLD"}},
		&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Lot: "OLD", Quantity: p(stock.Units(1)), From: "DOCK", To: "SHELF"}}})
	ok(t, s, &stock.TrackingDraft{Product: "SALT", Tracking: "serial", Reason: "newer rules", Items: []stock.TrackedItem{
		{Site: "MAIN", Location: "DOCK", Units: []string{"S1..S2"}}, {Site: "MAIN", Location: "SHELF", Units: []string{"S3..S15"}}}})
}

func TestTracking(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		raised(t, s)
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		product, err := s.Product(t.Context(), "SALT")
		if err != nil || product.Tracking != stock.TrackSerial {
			t.Fatalf("%+v, %v", product, err)
		}
		ok(t, s, &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Units: []string{"S15"}, To: "DOCK"}}})
		isWhole(t, s)
	})
}

// TestTracking_Faults: whoever changes past the ledger how goods are told apart is found.
func TestTracking_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		raised(t, s)
		s.Close()
		for _, f := range []struct{ name, statement, check string }{
			{"tracking set back", `UPDATE product SET tracking = 0 WHERE sku = 'SALT'`, "leaf"},
			{"entry of another kind", `UPDATE entry SET kind = 23 WHERE kind = 36`, "leaf"},
			{"a lot named otherwise", `UPDATE lot SET code = 'OLDER' WHERE code = 'OLD'`, "leaf"},
			{"goods left as they were", `UPDATE item SET lot = 0 WHERE lot = (SELECT id FROM lot WHERE code = 'OLD') AND role = 2`, "tracking"},
			{"units that are not newborn", `UPDATE item SET flags = 0 WHERE flags = 1 AND id > (SELECT MIN(first_item) FROM entry WHERE kind = 36)`, "tracking"},
			{"the product it was about", `UPDATE product SET entry = 3 WHERE sku = 'SALT'`, "row"},
		} {
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range report.Problems {
					if problem.Check == f.check {
						return
					}
				}
				t.Errorf("not named as %s, only %v", f.check, report.Problems)
			})
		}
	})
}
