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
		rows, err := s.Today().FormerSerials(t.Context(), units[0])
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

// TestCorrection_OneCall: what a name stands for after the corrections before it in a call is put right whole, also what was booked
// long before the call.
func TestCorrection_OneCall(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		same := func(lot, to string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "FLOUR", Lot: lot, SameAs: to, Reason: "one"}
		}
		ok(t, s, receive(flour("G1", 10)), receive(flour("G2", 20)), receive(flour("G3", 40)), receive(flour("G4", 80)))
		ok(t, s, same("G1", "G2"), same("G1", "G3"), // G1 names G2 by then
			&stock.CorrectionDraft{Product: "FLOUR", Lot: "G3", Set: stock.LotIdentity{Lot: p("G9")}, Reason: "misread"}, same("G9", "G4"),
			ship(stock.ItemDraft{Product: "FLOUR", Lot: "G1", Quantity: p(stock.Units(150))}))
		isWhole(t, s)
		ok(t, s, receive(flour("G5", 10)), receive(flour("G6", 10)))
		two := ok(t, s, &stock.CorrectionDraft{Undo: ok(t, s, same("G5", "G6"))[0], Reason: "two"})[0]
		ok(t, s, receive(flour("G5", 1)))
		out, err := s.Post(t.Context(), drafts(&stock.CorrectionDraft{Undo: two, Reason: "one"})...)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, out[0], stock.CodeMovedSince)
		isWhole(t, s)
		for lot, want := range map[int64]int{1: 0, 2: 0, 3: 0, 4: 5} {
			if items, _, err := s.StandingOfLot(t.Context(), lot, 100); err != nil || len(items) != want {
				t.Errorf("%d items stand of lot %d, want %d: %v", len(items), lot, want, err)
			}
		}
	})
}

// TestCorrection_Goods: lots that are one, mislabelled goods, units of another lot and a unit booked twice survive reopening and
// verification, also in one batch and undone; whoever changes them past the ledger is found.
func TestCorrection_Goods(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		ok(t, s, receive(flour("G1", 10)), receive(flour("G2", 10)), receive(flour("G3", 10)), ship(stock.ItemDraft{Product: "FLOUR", Lot: "G2", Quantity: p(stock.Units(3))}),
			receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"X1", "X2", "X3"}, To: "DOCK"}),
			receive(stock.ItemDraft{Product: "CHIP", Lot: "C2", Units: []string{"X4"}, To: "DOCK"}),
			&stock.HoldDraft{Product: "FLOUR", Lot: "G3", Reason: "damp"}, &stock.HoldDraft{Product: "CHIP", Units: []string{"X2"}, Reason: "bent"})
		same := func(product, lot, unit, to string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: product, Lot: lot, Unit: unit, SameAs: to, Reason: "one"}
		}
		lots := ok(t, s, same("FLOUR", "G2", "", "G1"))[0]
		ok(t, s, receive(flour("G4", 10)), same("FLOUR", "G4", "", "G2"), same("FLOUR", "G1", "", "G3"), same("CHIP", "", "X2", "X1"))
		isWhole(t, s)
		items, more, err := s.StandingOfLot(t.Context(), 3, 100)
		if err != nil || more || len(items) != 5 {
			t.Errorf("%d, %v, %v", len(items), more, err)
		}
		last := ok(t, s, same("CHIP", "C1", "", "C2"))[0]
		isWhole(t, s)
		ok(t, s, &stock.CorrectionDraft{Undo: last, Reason: "two"})
		out, err := s.Post(t.Context(), drafts(&stock.CorrectionDraft{Undo: lots, Reason: "two"})...)
		if err != nil || out[0].Err == nil {
			t.Fatal(out, err)
		}
		refused(t, out[0], stock.CodeMovedSince)
		isWhole(t, s)
		s.Close()
		isWhole(t, mustOpen(t, db))
		for _, f := range []struct{ statement, check string }{
			{`UPDATE lot SET same_as = 0 WHERE same_as > 0`, "lot"},
			{`UPDATE lot SET code = 'G2' WHERE id = 2`, "lot"},
			{`UPDATE item SET flags = flags - 16 WHERE flags >= 16`, "leaf"},
			{`UPDATE item SET about = about + 1 WHERE flags >= 16`, "leaf"},
			{`UPDATE item SET lot = 1 WHERE flags >= 16 AND lot = 3`, "leaf"},
			{`UPDATE item SET effective_at = effective_at + 1 WHERE flags >= 16`, "leaf"},
			{`UPDATE unit SET serial = 'X2' WHERE serial LIKE ' %'`, "unit"},
			{`DELETE FROM correction WHERE field = 'same_as' AND unit > 0`, "leaf"},
			{`UPDATE unit SET place = (SELECT place FROM unit WHERE serial = 'X4') WHERE serial LIKE ' %'`, "unit"},
			{`UPDATE unit SET lot = (SELECT lot FROM unit WHERE serial = 'X4') WHERE serial = 'X3'`, "unit"},
			{`UPDATE hold SET released = 0 WHERE released > 0`, "hold"},
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

// TestCorrection_SameBatch: a serial number that two units had is asked about, also where the batch itself takes it from the second.
func TestCorrection_SameBatch(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		renamed := func(wrong, right string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "BIKE", Unit: wrong, Set: stock.LotIdentity{Serial: &right}, Reason: "misread"}
		}
		ok(t, s, receive(bikes("A1", "B1")))
		ok(t, s, renamed("A1", "A2"))
		ok(t, s, renamed("B1", "A1"))
		out, err := s.Post(t.Context(), drafts(renamed("A1", "B2"), shipBike("A1"))...)
		if err != nil || out[0].Err != nil || out[1].Err == nil || out[1].Err.Code != stock.CodeUnitAmbiguous {
			t.Error(out, err)
		}
	})
}
