package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clew/internal/stock"
)

// TestView: late records, reversals, corrections of identity and goods, a change of tracking and holds, as at days and as known at entries.
func TestView(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		start := stock.TimeOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		day := func(n float64) stock.Time { return start + stock.Time(n*86400_000) }
		now := start
		s, err := db.open(t, Options{Clock: func() stock.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.Close() }()
		on := func(n float64, bodies ...stock.Body) int64 {
			now = day(n)
			ids := ok(t, s, bodies...)
			return ids[len(ids)-1]
		}
		move := &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", OccurredAt: day(5), Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "G1", Quantity: p(stock.Units(4)), From: "DOCK", To: "SHELF"}}}
		some := func(lot string, n int) stock.ItemDraft {
			return stock.ItemDraft{Product: "FLOUR", Lot: lot, Quantity: p(stock.Units(n)), From: "DOCK"}
		}
		world(t, s)
		on(1, receive(flour("G1", 10), flour("G2", 10)), &stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(5)), To: "DOCK"}}},
			receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"X1", "X2"}, To: "DOCK"}))
		hold := on(8, &stock.HoldDraft{Product: "FLOUR", Lot: "G1", Reason: "damp"})
		on(9, &stock.ReleaseDraft{Hold: hold, Reason: "dry"})
		on(10, ship(some("G2", 3)))
		shipped := on(12, ship(some("G1", 2)))
		beforeLate := on(13, ship(stock.ItemDraft{Product: "CHIP", Units: []string{"X1"}}))
		on(20, move)
		on(22, &stock.MovementDraft{Kind: stock.KindReversal, Reverses: shipped, Reason: "never left"})
		beforeMerge := on(23, &stock.CorrectionDraft{Product: "FLOUR", Lot: "G1", Set: stock.LotIdentity{Lot: p("G9"), Expiry: p(stock.Date(21_000))}, Reason: "misread"})
		on(25, &stock.CorrectionDraft{Product: "FLOUR", Lot: "G2", SameAs: "G9", Reason: "one"})
		tracked := on(30, &stock.TrackingDraft{Product: "SALT", Tracking: "lot", Reason: "new rules", Rest: &stock.RestDraft{Lot: "OLD"}})
		now = day(40)

		told := func(when AsAt) string {
			v, err := s.View(t.Context(), when)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for f := (StockFilter{Limit: 1}); ; {
				rows, err := v.Stock(t.Context(), f)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) == 0 {
					return strings.Join(out, " ")
				}
				n, slot := NewNames(), rows[0].Slot
				n.WantProducts(slot.Product)
				n.WantLots(slot.Lot)
				n.WantPlaces(slot.Place)
				if err := v.LoadNames(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				lot := ""
				if l := n.Lots[slot.Lot]; l != nil {
					lot = l.Code
				}
				if sku := n.Products[slot.Product].SKU; sku != "CHIP" {
					out = append(out, fmt.Sprintf("%s %s %s=%s", sku, lot, n.Places[slot.Place].Code, rows[0].Balance.Quantity))
				}
				f.After = [3]int64{slot.Product, slot.Lot, slot.Place}
			}
		}
		for _, c := range []struct {
			what string
			when AsAt
			want string
		}{
			{"before all", AsAt{At: day(0.5)}, ""},
			{"two lots that were found to be one", AsAt{At: day(2)}, "FLOUR G9 DOCK=20 SALT  DOCK=5"},
			{"the same as known then", AsAt{At: day(2), Known: beforeLate}, "FLOUR G1 DOCK=10 FLOUR G2 DOCK=10 SALT  DOCK=5"},
			{"after a late record", AsAt{At: day(6)}, "FLOUR G9 DOCK=16 FLOUR G9 SHELF=4 SALT  DOCK=5"},
			{"the late record was not known", AsAt{At: day(6), Known: beforeLate}, "FLOUR G1 DOCK=10 FLOUR G2 DOCK=10 SALT  DOCK=5"},
			{"shipped", AsAt{At: day(13)}, "FLOUR G9 DOCK=11 FLOUR G9 SHELF=4 SALT  DOCK=5"},
			{"the shipment was reversed", AsAt{At: day(22.5)}, "FLOUR G9 DOCK=13 FLOUR G9 SHELF=4 SALT  DOCK=5"},
			{"named anew, and not yet one", AsAt{Known: beforeMerge}, "FLOUR G9 DOCK=6 FLOUR G9 SHELF=4 FLOUR G2 DOCK=7 SALT  DOCK=5"},
			{"not yet named anew", AsAt{Known: beforeMerge - 1}, "FLOUR G1 DOCK=6 FLOUR G1 SHELF=4 FLOUR G2 DOCK=7 SALT  DOCK=5"},
			{"told apart by nothing", AsAt{At: day(29)}, "FLOUR G9 DOCK=13 FLOUR G9 SHELF=4 SALT  DOCK=5"},
			{"told apart by lot", AsAt{At: day(31)}, "FLOUR G9 DOCK=13 FLOUR G9 SHELF=4 SALT OLD DOCK=5"},
			{"not known to be told apart", AsAt{At: day(31), Known: tracked - 1}, "FLOUR G9 DOCK=13 FLOUR G9 SHELF=4 SALT  DOCK=5"},
		} {
			if got := told(c.when); got != c.want {
				t.Errorf("%s (%+v): %s, want %s", c.what, c.when, got, c.want)
			}
		}
		for _, c := range []struct {
			when   AsAt
			holds  int
			places string
		}{
			{AsAt{At: day(7)}, 0, "DOCK DOCK"}, {AsAt{At: day(8.5)}, 1, "DOCK DOCK"}, {AsAt{At: day(9)}, 0, "DOCK DOCK"}, {AsAt{At: day(8.5), Known: hold - 1}, 0, "DOCK DOCK"},
			{AsAt{Known: hold}, 1, "DOCK DOCK"}, {AsAt{At: day(13)}, 0, "- DOCK"}, {AsAt{At: day(13), Known: beforeLate - 1}, 0, "DOCK DOCK"}, {AsAt{At: day(0.5)}, 0, ""},
		} {
			v, err := s.View(t.Context(), c.when)
			if err != nil {
				t.Fatal(err)
			}
			holds, err := v.HoldList(t.Context(), HoldFilter{Limit: 10})
			chip, err2 := s.Product(t.Context(), "CHIP")
			units, err3 := v.Units(t.Context(), UnitFilter{Product: chip.ID, Limit: 10})
			places := ""
			for _, u := range units {
				n := NewNames()
				n.WantPlaces(u.Place)
				if err := v.LoadNames(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				places += " " + n.Places[u.Place].Code
				if n.Places[u.Place].Code == "" {
					places += "-"
				}
			}
			if err != nil || err2 != nil || err3 != nil || len(holds) != c.holds || strings.TrimSpace(places) != c.places {
				t.Errorf("%+v: %d holds, units at %q; want %d and %q (%v, %v, %v)", c.when, len(holds), places, c.holds, c.places, err, err2, err3)
			}
		}
		isWhole(t, s)
	})
}

// TestView_TakenBackUnit: a unit whose receipt was reversed is told as of the lot that its own was found to be, by what was known: as the
// ledger told it then.
func TestView_TakenBackUnit(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.Close() }()
		world(t, s)
		in := func(lot, unit string) *stock.MovementDraft {
			return receive(stock.ItemDraft{Product: "CHIP", Lot: lot, Units: []string{unit}, To: "DOCK"})
		}
		ok(t, s, in("C2", "X2"), in("C3", "X3"))
		chip, err := s.Product(t.Context(), "CHIP")
		if err != nil {
			t.Fatal(err)
		}
		lots := func(v *View) (out []int64) {
			t.Helper()
			units, err := v.Units(t.Context(), UnitFilter{Product: chip.ID, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range units {
				out = append(out, u.Lot)
			}
			return out
		}
		told := map[int64][]int64{}
		post := func(body stock.Body) int64 {
			t.Helper()
			ids := ok(t, s, body)
			id := ids[len(ids)-1]
			told[id] = lots(s.Today())
			return id
		}
		same := func(wrong, right string) *stock.CorrectionDraft {
			return &stock.CorrectionDraft{Product: "CHIP", Lot: wrong, SameAs: right, Reason: "one label, read twice"}
		}
		received := post(in("C1", "X1"))
		reversed := post(&stock.MovementDraft{Kind: stock.KindReversal, Reverses: received, Reason: "never came"})
		first := post(same("C1", "C2"))
		second := post(same("C2", "C3"))
		isWhole(t, s)
		undone := post(&stock.CorrectionDraft{Undo: second, Reason: "two after all"})
		again := post(in("C3", "X1"))
		post(&stock.MovementDraft{Kind: stock.KindReversal, Reverses: again, Reason: "never came"})
		last := post(same("C3", "C2"))
		for id, want := range told {
			v, err := s.View(t.Context(), AsAt{Known: id})
			if err != nil {
				t.Fatal(err)
			}
			if got := lots(v); !slices.Equal(got, want) {
				t.Errorf("as known at entry %d, the units are of lots %v, they were told to be of %v", id, got, want)
			}
		}
		of := func(entry int64) int64 { return told[entry][2] }
		if of(reversed) == of(first) || of(first) != told[first][0] || of(second) != told[second][1] || of(undone) != of(second) || of(last) != told[last][0] {
			t.Errorf("the unit that was taken back is told wrongly: %v", told)
		}
		isWhole(t, s)
	})
}

// TestView_UnitTwice: a unit that was found to be another goes on with what that did before its own last movements, and is told as of the
// lot that it got there.
func TestView_UnitTwice(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		chip := func(lot, unit, from, to string) stock.ItemDraft {
			return stock.ItemDraft{Product: "CHIP", Lot: lot, Units: []string{unit}, From: from, To: to}
		}
		relabel := func(lot, unit, to string) *stock.MovementDraft {
			return &stock.MovementDraft{Kind: stock.KindRelabel, Site: "MAIN", Groups: []stock.Group{{Inputs: []stock.ItemDraft{chip("", unit, "", "")}, Outputs: []stock.ItemDraft{chip(lot, unit, "", to)}}}}
		}
		ok(t, s, receive(chip("C1", "X1", "", "DOCK"), chip("C2", "X2", "", "DOCK")))
		ok(t, s, relabel("W", "X1", "SHELF"))
		ok(t, s, relabel("V", "X2", "DOCK"))
		entries := ok(t, s, &stock.CorrectionDraft{Product: "CHIP", Unit: "X1", SameAs: "X2", Reason: "booked twice"})
		product, err := s.Product(t.Context(), "CHIP")
		if err != nil {
			t.Fatal(err)
		}
		told := func(v *View) (out [][2]int64) {
			t.Helper()
			units, err := v.Units(t.Context(), UnitFilter{Product: product.ID, Serial: "X2", Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range units {
				out = append(out, [2]int64{u.Lot, u.Place})
			}
			return out
		}
		today := told(s.Today())
		ok(t, s, &stock.SiteDraft{Code: "MAIN", Name: p("Main street")})
		v, err := s.View(t.Context(), AsAt{Known: entries[0]})
		if err != nil {
			t.Fatal(err)
		}
		if then := told(v); !slices.Equal(then, today) || len(then) != 1 {
			t.Errorf("as known then, the unit is told of lot and place %v, it was told %v", then, today)
		}
		isWhole(t, s)
	})
}
