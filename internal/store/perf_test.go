package store

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clew/internal/stock"
)

func perfStore(t testing.TB) *Store {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	out, err := s.Post(t.Context(), ds(
		&stock.ProductDraft{SKU: "FLOUR", Tracking: p("lot"), UoM: p("KGM"), Decimals: p(3)},
		&stock.ProductDraft{SKU: "BIKE", Tracking: p("serial")},
		&stock.SiteDraft{Code: "MAIN", TimeZone: p("Europe/Berlin")},
		&stock.LocationDraft{Site: "MAIN", Code: "DOCK"}, &stock.LocationDraft{Site: "MAIN", Code: "SHELF"},
		&stock.PartnerDraft{Code: "MILL", Roles: p([]string{"supplier"})},
		&stock.PartnerDraft{Code: "SHOP", Roles: p([]string{"customer"})})...)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
	}
	return s
}

func ds(bodies ...stock.Body) []*stock.Draft {
	var out []*stock.Draft
	for _, b := range bodies {
		out = append(out, &stock.Draft{Actor: "tester", Body: b})
	}
	return out
}

func TestPerfSingles(t *testing.T) {
	s := perfStore(t)
	out, _ := s.Post(t.Context(), ds(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"SN000001~+99999"}, To: "DOCK"}}})...)
	if out[0].Err != nil {
		t.Fatal(out[0].Err)
	}
	var wg sync.WaitGroup
	start := time.Now()
	const per = 100
	for c := range 128 {
		wg.Go(func() {
			for i := range per {
				d := &stock.Draft{Actor: "tester", Key: fmt.Sprintf("k-%d-%d", c, i), Body: &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("SN%06d", c*per+i+1)}, To: "SHELF"}}}}
				out, err := s.Post(t.Context(), d)
				if err != nil || out[0].Err != nil {
					t.Error(err, out)
					return
				}
			}
		})
	}
	wg.Wait()
	d := time.Since(start)
	fmt.Printf("%d singles %v %.0f/s\n", 128*per, d, float64(128*per)/d.Seconds())
}
