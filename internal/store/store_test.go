package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"clew/internal/stock"
)

func p[T any](v T) *T { return &v }

func TestStore_Smoke(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Options{Path: filepath.Join(t.TempDir(), "clew.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	post := func(bodies ...stock.Body) []stock.Outcome {
		var ds []*stock.Draft
		for _, b := range bodies {
			ds = append(ds, &stock.Draft{Actor: "tester", Body: b})
		}
		out, err := s.Post(ctx, ds...)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out {
			if o.Err != nil {
				t.Error(o.Err)
			}
		}
		return out
	}
	post(&stock.ProductDraft{SKU: "FLOUR", Tracking: p("lot"), UoM: p("KGM"), Decimals: p(3)},
		&stock.ProductDraft{SKU: "BIKE", Tracking: p("serial")},
		&stock.SiteDraft{Code: "MAIN", TimeZone: p("Europe/Berlin")},
		&stock.LocationDraft{Site: "MAIN", Code: "DOCK"},
		&stock.PartnerDraft{Code: "MILL", Roles: p([]string{"supplier"})},
		&stock.PartnerDraft{Code: "SHOP", Roles: p([]string{"customer"})})
	post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "L1", Quantity: p(stock.Units(100)), To: "DOCK"}}})
	post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{{Product: "FLOUR", Quantity: p(stock.Units(10))}}})
	start := time.Now()
	post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"SN000001~+99999"}, To: "DOCK"}}})
	fmt.Println("receive 100k", time.Since(start))
	start = time.Now()
	post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"SN000001~+49999"}}}})
	fmt.Println("ship 50k", time.Since(start))
	start = time.Now()
	for i := range 200 {
		post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("SN%06d", 60000+i)}}}})
	}
	fmt.Println("200 single ships", time.Since(start))
}
