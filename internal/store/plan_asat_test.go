package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans_StockAsAt: what took effect since is read by time, whatever is asked for; no index is made up on the way, which takes a
// minute where there are a million items.
func TestPlans_StockAsAt(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, f := range map[string]StockFilter{"all": {}, "product": {Product: 1}, "product and lot": {Product: 1, Lot: 1}, "place": {Place: 1}, "site": {Site: 1}, "outside": {Product: 1, Virtual: true}} {
		t.Run(name, func(t *testing.T) {
			plan := s.plan(t, func() { s.StockAsAt(t.Context(), f, AsAt{At: 1, Known: 1}) })
			if strings.Contains(plan, "AUTOMATIC") || !strings.Contains(plan, "entry_occurred") {
				t.Errorf("the items since are not read by their time:\n%s", plan)
			}
		})
	}
}
