package store

import (
	"testing"

	"clew/internal/stock"
)

// TestPast_AroundTheEndOfASpan: clocks that run ahead put something into the span to come, and what happens in the span before it after
// that, in the same batch or in another one, changes both.
func TestPast_AroundTheEndOfASpan(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		const minute = 60_000
		end := spanBegin(spanOf(1_900_000_000_000) + 1) // of the span that it is
		now := end - 2*minute
		s, err := db.open(t, Options{Clock: func() stock.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		world(t, s)
		salt := func(at stock.Time, n int) *stock.MovementDraft {
			return &stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", OccurredAt: at, Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(int64(n))), To: "DOCK"}}}
		}
		ok(t, s, salt(end+minute, 1))
		ok(t, s, salt(now, 10))
		out, err := s.Post(t.Context(), drafts(salt(now+1, 100), salt(end+2*minute, 1000), salt(now-spanLength, 10_000))...)
		if err != nil || out[0].Err != nil || out[1].Err != nil || out[2].Err != nil {
			t.Fatal(err, out)
		}
		isWhole(t, s)
		product, err := s.Product(t.Context(), "SALT")
		if err != nil {
			t.Fatal(err)
		}
		now += 10 * spanLength
		ok(t, s, salt(now, 100_000))
		isWhole(t, s)
		for _, c := range []struct {
			at   stock.Time
			want int64
		}{{end - 3*spanLength, 0}, {end - 2*minute - 1, 10_000}, {end - 2*minute, 10_010}, {end - 1, 10_110}, {end + minute, 10_111}, {end + spanLength, 11_111}, {now, 111_111}} {
			rows, err := s.StockAsAt(t.Context(), StockFilter{Product: product.ID, Limit: 10}, AsAt{At: c.at})
			var got stock.Quantity
			for _, r := range rows {
				got += r.Balance.Quantity
			}
			if err != nil || got != stock.Units(c.want) {
				t.Errorf("at %d after the end of the span: %s, %v; %d is right", c.at-end, got, err, c.want)
			}
		}
	})
}

// TestEntryAt: the last entry by a time, at every border.
func TestEntryAt(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		now := stock.Time(1_900_000_000_000)
		s, err := db.open(t, Options{Clock: func() stock.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if got, err := s.EntryAt(t.Context(), now); got != 0 || err != nil {
			t.Fatalf("in an empty ledger: %d, %v", got, err)
		}
		start, last := now, map[stock.Time]int64{}
		for i := range 9 {
			now += stock.Time(10 * (i % 3)) // some at the same time
			last[now] = ok(t, s, &stock.ProductDraft{SKU: "P" + itoa(i), Name: p("P")})[0]
		}
		want := int64(0)
		for at := start - 1; at <= now+1; at++ {
			if last[at] != 0 {
				want = last[at]
			}
			if got, err := s.EntryAt(t.Context(), at); got != want || err != nil {
				t.Fatalf("at %d: %d, %v; %d is right", at-start, got, err, want)
			}
		}
	})
}
