package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/stock"
)

func numbersOf(t testing.TB, s *Store, d *stock.NumberingDraft) string {
	t.Helper()
	numbers, err := s.Numbers(t.Context(), ok(t, s, d)[0], 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(numbers, " ")
}

// TestNumbers_PassOver: whatever a product has already is passed over, however long the run, and whatever else is in the batch.
func TestNumbers_PassOver(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		if got := numbersOf(t, s, &stock.NumberingDraft{Product: "CHIP", Count: 2}); got != "CH16 CH17" { // busy drew 11 to 15
			t.Errorf("got %s", got)
		}
		ok(t, s, &stock.FormatDraft{Code: "OTHER", Pattern: p("CH{SEQ:2}")})
		if got := numbersOf(t, s, &stock.NumberingDraft{Format: "OTHER", Product: "CHIP", Count: 1}); got != "CH18" {
			t.Errorf("another counter gave %s", got)
		}
		if got := numbersOf(t, s, &stock.NumberingDraft{Format: "OTHER", Product: "BREAD", Count: 1}); got != "CH19" {
			t.Errorf("another product got %s", got)
		}
		// A serial number that was found wrong is not given to another unit either.
		right := "CH98"
		ok(t, s, receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"CH44"}, To: "DOCK"}))
		ok(t, s, &stock.CorrectionDraft{Product: "CHIP", Unit: "CH44", Set: stock.LotIdentity{Serial: &right}, Reason: "misread"})
		out, err := s.Post(t.Context(), drafts(
			receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"CH20..CH39"}, To: "DOCK"}),
			&stock.NumberingDraft{Product: "CHIP", Count: 3}, &stock.NumberingDraft{Format: "OTHER", Product: "CHIP", Count: 2},
			&stock.NumberingDraft{Product: "CHIP", Count: 99}, &stock.NumberingDraft{Product: "CHIP", Count: 1})...)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, out[3], stock.CodeFormatExhausted)
		for i, want := range map[int]string{1: "[CH19 CH40 CH41]", 2: "[CH42 CH43]", 4: "[CH45]"} {
			if out[i].Err != nil || fmt.Sprint(out[i].Entries[0].Numbers) != want {
				t.Errorf("draft %d: %+v, want %s", i, out[i], want)
			}
		}
		isWhole(t, s)
	})
}

// TestNumbers_Storm: ten formats, two of which write the same numbers, are drawn from by many at once, with drafts among them
// that are refused, over two openings of the ledger; and no number is drawn twice.
func TestNumbers_Storm(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		drawn := map[string]bool{}
		clients, each := 64, 8
		for round := range 2 {
			s := mustOpen(t, db)
			if round == 0 {
				world(t, s)
				for f := range 10 {
					ok(t, s, &stock.FormatDraft{Code: fmt.Sprint("F", f), Pattern: p(fmt.Sprintf("%d{SEQ:7}{CHECK}", f/2))})
				}
			}
			var lock sync.Mutex
			var wait sync.WaitGroup
			for c := range clients {
				wait.Go(func() {
					for i := range each {
						d := &stock.NumberingDraft{Format: fmt.Sprint("F", (c+i)%10), Product: "BIKE", Count: int64(1 + i%3)}
						no := &stock.NumberingDraft{Format: d.Format, Product: "BIKE", Count: 2, Note: "\x01"}
						out, err := s.Post(context.Background(), drafts(no, d)...)
						if err != nil || out[0].Err == nil || out[1].Err != nil {
							t.Errorf("%v, %+v", err, out)
							return
						}
						lock.Lock()
						for _, e := range out[1].Entries {
							for _, number := range e.Numbers {
								if drawn[number] {
									t.Errorf("%s was drawn twice", number)
								}
								drawn[number] = true
							}
						}
						lock.Unlock()
					}
				})
			}
			wait.Wait()
			isWhole(t, s)
			s.Close()
		}
		if len(drawn) != 2*clients*(1+2+3+1+2+3+1+2) {
			t.Errorf("%d numbers", len(drawn))
		}
	})
}

// TestNumbers_Many: many units, with CLEW_SOAK a hundred thousand, come in under numbers of their own, in one call, between others that are typed.
func TestNumbers_Many(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		ok(t, s, &stock.FormatDraft{Code: "SN", Pattern: p("N{SEQ:7}{CHECK}")})
		ok(t, s, &stock.ProductDraft{SKU: "BIKE", SerialFormat: p("SN")})
		units := 20_000
		if soak() {
			units = 100_000
		}
		began := time.Now()
		ok(t, s, receive(stock.ItemDraft{Product: "BIKE", Numbered: true, Quantity: p(stock.Units(units)), To: "DOCK"}))
		t.Logf("%d numbered units in %s", units, time.Since(began).Round(time.Millisecond))
		began = time.Now()
		ok(t, s, &stock.NumberingDraft{Product: "BIKE", Count: int64(units)})
		t.Logf("%d numbers ahead in %s", units, time.Since(began).Round(time.Millisecond))
		// A new format of the same shape passes over all of them.
		ok(t, s, &stock.FormatDraft{Code: "SN2", Pattern: p("N{SEQ:7}{CHECK}")})
		began = time.Now()
		want := fmt.Sprintf("N%07d", 2*units+1)
		if got := numbersOf(t, s, &stock.NumberingDraft{Format: "SN2", Product: "BIKE", Count: 1}); !strings.HasPrefix(got, want) {
			t.Errorf("got %s", got)
		}
		t.Logf("passed over %d in %s", 2*units, time.Since(began).Round(time.Millisecond))
		ok(t, s, receive(stock.ItemDraft{Product: "BIKE", Numbered: true, Quantity: p(stock.Units(3)), To: "DOCK"}, bikes("N99999999")))
		isWhole(t, s)
	})
}
