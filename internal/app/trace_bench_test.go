package app

import (
	"encoding/json"
	"fmt"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// BenchmarkTrace traces a lot down through three levels to units with twenty customers, places and totals included, and
// writes the answer as JSON: all but HTTP.
func BenchmarkTrace(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		for _, perGroup := range []int{1000, 1} {
			b.Run(fmt.Sprintf("units=%d/group=%d", n, perGroup), func(b *testing.B) {
				a := New(openBench(b))
				fillBench(b, a, n, perGroup)
				for b.Loop() {
					t, err := a.Trace(b.Context(), TraceQuery{Code: "C1", Direction: "down"})
					if err != nil || len(t.Results[0].Totals.Shipped) != 20 {
						b.Fatal(err, t)
					}
					if _, err := json.Marshal(t); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func openBench(b *testing.B) *store.Store {
	st, err := store.Open(b.Context(), onEngine(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	return st
}

func fillBench(b *testing.B, a *App, n, perGroup int) {
	b.Helper()
	post := func(bodies ...stock.Body) {
		for _, body := range bodies {
			out, err := a.Store.Post(b.Context(), &stock.Draft{By: auth.AtMachine, Actor: "tester", Body: body})
			if err != nil || out[0].Err != nil {
				b.Fatal(err, out)
			}
		}
	}
	post(&stock.SiteDraft{Code: "MAIN"}, &stock.LocationDraft{Site: "MAIN", Code: "HALL"}, &stock.PartnerDraft{Code: "MILL"},
		&stock.ProductDraft{SKU: "CELL", Tracking: ref("lot")})
	post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL",
		Items: []stock.ItemDraft{{Product: "CELL", Lot: "C1", Quantity: ref(stock.Units(n)), To: "HALL"}}})
	serials := func(sku string, at, count int) []string { return []string{fmt.Sprintf("%s%07d~+%d", sku, at, count-1)} }
	before := "CELL"
	for _, sku := range []string{"PACK", "DRIVE", "BIKE"} {
		post(&stock.ProductDraft{SKU: sku, Tracking: ref("serial")})
		d := &stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Override: "bench"}
		for at := 0; at < n; at += perGroup {
			in := stock.ItemDraft{Product: before, Lot: "C1", From: "HALL", Quantity: ref(stock.Units(perGroup))}
			if before != "CELL" {
				in = stock.ItemDraft{Product: before, Units: serials(before, at, perGroup)}
			}
			d.Groups = append(d.Groups, stock.Group{Inputs: []stock.ItemDraft{in},
				Outputs: []stock.ItemDraft{{Product: sku, Units: serials(sku, at, perGroup), To: "HALL"}}})
		}
		post(d)
		before = sku
	}
	for c := range 20 {
		code := fmt.Sprintf("SHOP%02d", c)
		post(&stock.PartnerDraft{Code: code}, &stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: code,
			Items: []stock.ItemDraft{{Product: "BIKE", Units: serials("BIKE", n/20*c, n/20)}}})
	}
}
