package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/stock"
)

// The conformance suite says what every engine must do. It knows engines only by fixture_test.go: a second one is added
// there, and no test is touched.

func TestConformance_MixedOutcomes(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		was := len(allEntries(t, s))
		out, err := s.Post(t.Context(), drafts(
			receive(bikes("SN1..SN3")),
			shipBike("SN9"),
			shipBike("SN1"),
			shipBike("SN1"),
			receive(bikes("SN3")),
			receive(bikes("SN4~+x")),
			ship(stock.ItemDraft{Product: "SALT", Quantity: p(stock.Units(1))}),
			shipBike("SN2"))...)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"", stock.CodeUnknownUnit, "", stock.CodeUnitElsewhere, stock.CodeUnitElsewhere, stock.CodeInvalidSerial, stock.CodeInsufficientStock, ""} {
			if want != "" {
				refused(t, out[i], want)
			} else if out[i].Err != nil {
				t.Errorf("draft %d was refused: %v", i, out[i].Err)
			}
		}
		ids := allEntries(t, s)
		dense(t, ids)
		if len(ids) != was+3 || out[7].Entry != ids[len(ids)-1] {
			t.Errorf("%d entries after %d, the last is %d", len(ids), was, out[7].Entry)
		}
		isWhole(t, s)
	})
}

func TestConformance_Replay(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		post := func(ds ...*stock.Draft) []stock.Outcome {
			t.Helper()
			out, err := s.Post(t.Context(), ds...)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		check := func(when string, out []stock.Outcome, entry int64) {
			t.Helper()
			if out[0].Entry != entry || !out[0].Replayed || out[0].Err != nil {
				t.Errorf("%s: the same request was answered %+v, not by entry %d", when, out[0], entry)
			}
			refused(t, out[1], stock.CodeKeyReused)
		}
		again := func() (*stock.Draft, *stock.Draft) {
			return keyed("k1", 1, receive(bikes("SN1"))), keyed("k1", 2, receive(bikes("SN2")))
		}
		same, other := again()
		out := post(keyed("k1", 1, receive(bikes("SN1"))), same, other)
		entry := out[0].Entry
		if entry == 0 || out[0].Replayed {
			t.Fatalf("%+v", out[0])
		}
		check("in one batch", out[1:], entry)
		same, other = again()
		check("later", post(same, other), entry)
		s.Close()
		s = mustOpen(t, db)
		same, other = again()
		check("after reopening", post(same, other), entry)
		// A refused request keeps nothing: its key is free for another.
		refused(t, post(keyed("k2", 1, shipBike("SN9")))[0], stock.CodeUnknownUnit)
		if out := post(keyed("k2", 2, shipBike("SN1"))); out[0].Err != nil {
			t.Error(out[0].Err)
		}
		isWhole(t, s)
	})
}

func TestConformance_CallerGivesUp(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		const clients = 40
		ok(t, s, receive(bikes(fmt.Sprintf("SN100~+%d", clients-1))))
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				key, serial := fmt.Sprint("give-up-", i), fmt.Sprint("SN", 100+i)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i*100)*time.Microsecond)
				defer cancel()
				_, err := s.Post(ctx, keyed(key, 1, shipBike(serial)))
				if fault, is := stock.AsError(err); err != nil && (!is || fault.Code != stock.CodeTimeout) {
					t.Errorf("%d: %v", i, err)
				}
				out, err := s.Post(t.Context(), keyed(key, 1, shipBike(serial)))
				if err != nil || out[0].Err != nil {
					t.Errorf("%d: sent again: %v, %v", i, out, err)
				}
			})
		}
		wg.Wait()
		report := isWhole(t, s)
		if report.UnitMoves != 2*clients {
			t.Errorf("%d units were received and shipped, in %d moves", clients, report.UnitMoves)
		}
	})
}

// A failure of the engine in one call must not touch the others of its batch.
func TestConformance_EngineError(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		undo := db.poison(t)
		const calls = 48
		errs := make([]error, calls)
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() {
				item := flour(fmt.Sprint("L", i), i+1)
				if i%16 == 3 {
					item.Quantity = p(stock.Units(poisoned))
				}
				out, err := s.Post(t.Context(), drafts(receive(item))...)
				if errs[i] = err; err == nil && out[0].Err != nil {
					t.Errorf("call %d: %v", i, out[0].Err)
				}
			})
		}
		wg.Wait()
		for i, err := range errs {
			if (err != nil) != (i%16 == 3) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		undo()
		dense(t, allEntries(t, s))
		if report := isWhole(t, s); report.Items != calls-calls/16 {
			t.Errorf("%d items were kept", report.Items)
		}
	})
}

func TestConformance_Reopen(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		ledger, ids, first := s.Ledger(), allEntries(t, s), isWhole(t, s)
		s.Close()
		if _, err := s.Post(t.Context(), drafts(shipBike("SN0004"))...); err == nil {
			t.Error("a closed store took a draft")
		}
		s = mustOpen(t, db)
		again := isWhole(t, s)
		if s.Ledger() != ledger || !slices.Equal(allEntries(t, s), ids) || again.UnitMoves != first.UnitMoves {
			t.Errorf("ledger %s became %s, %+v became %+v", ledger, s.Ledger(), first, again)
		}
		if got := ok(t, s, shipBike("SN0004")); got[0] != int64(len(ids)+1) {
			t.Errorf("entry %d came after %d", got[0], len(ids))
		}
	})
}

func TestConformance_NewerVersion(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		s.Close()
		db.tamper(t, `INSERT INTO schema_version (version_id, is_applied) VALUES (9999, '1')`)
		s, err := db.open(t, Options{})
		if err == nil {
			s.Close()
			t.Fatal("a ledger of a newer version was opened")
		}
		if !strings.Contains(err.Error(), "newer build") {
			t.Errorf("it does not say what to do: %v", err)
		}
	})
}

func TestConformance_AppendOnly(t *testing.T) {
	tables := map[string]string{"entry": "kind", "item": "quantity", "item_unit": "role", "reference": "line", "counted": "expected",
		"cleaning": "place", "alias": "entry", "hold_unit": "hold", "exception_subject": "code"}
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		for table, column := range tables {
			for _, statement := range []string{
				"UPDATE " + table + " SET " + column + " = " + column,
				"DELETE FROM " + table,
			} {
				if err := db.attempt(t, statement); err == nil {
					t.Errorf("%s went through", statement)
				}
			}
		}
		isWhole(t, s)
	})
}

// A huge call must neither fail nor make the small ones fail, and they must not wait for it one after another.
func TestConformance_BigCall(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		big, small := 100_000, 64
		if raced {
			big = 10_000
		}
		ok(t, s, receive(stock.ItemDraft{Product: "CHIP", Units: []string{fmt.Sprintf("C1000~+%d", small-1)}, To: "DOCK"}))
		var wg sync.WaitGroup
		wg.Go(func() {
			out, err := s.Post(t.Context(), drafts(receive(bikes(fmt.Sprintf("SN0000000~+%d", big-1))))...)
			if err != nil || out[0].Err != nil {
				t.Errorf("the big call: %v, %v", out, err)
			}
		})
		for i := range small {
			wg.Go(func() {
				d := ship(stock.ItemDraft{Product: "CHIP", Units: []string{fmt.Sprint("C", 1000+i)}})
				if out, err := s.Post(t.Context(), drafts(d)...); err != nil || out[0].Err != nil {
					t.Errorf("small call %d: %v, %v", i, out, err)
				}
			})
		}
		wg.Wait()
		if report := isWhole(t, s); report.Units != int64(big+small) || report.UnitMoves != int64(big+2*small) {
			t.Errorf("%+v", report)
		}
	})
}
