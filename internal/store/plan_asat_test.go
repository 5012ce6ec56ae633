package store

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPlans_StockAsAt: balances of the past are found by index in the order of the page, items since by their time or lateness,
// whatever is asked for; no index is made up on the way, and no table is read whole but the sites.
func TestPlans_StockAsAt(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	whole := regexp.MustCompile(`SCAN (e|i|l|p|b|k)\b( USING (COVERING )?INDEX (\w+))?`)
	for name, f := range map[string]StockFilter{"all": {}, "product": {Product: 1}, "product and lot": {Product: 1, Lot: 1}, "place": {Place: 1}, "site": {Site: 1}, "outside": {Product: 1, Virtual: true}} {
		t.Run(name, func(t *testing.T) {
			m := moment{at: 1, known: 1}
			before := s.plan(t, func() { s.stockBefore(t.Context(), f, m, 10) })
			since := s.plan(t, func() { s.stockSince(t.Context(), f, m) })
			for _, plan := range []string{before, since} {
				if found := whole.FindStringSubmatch(plan); strings.Contains(plan, "AUTOMATIC") || found != nil && found[4] != "entry_late" && found[1] != "k" {
					t.Errorf("something is read whole (%s):\n%s", found, plan)
				}
			}
			if f.Product == 0 && strings.Contains(before, "TEMP B-TREE") {
				t.Errorf("the page is sorted:\n%s", before)
			}
			for _, index := range []string{"entry_occurred", "entry_late", "item_effective"} {
				if !strings.Contains(since, index) {
					t.Errorf("%s is not used:\n%s", index, since)
				}
			}
			t.Logf("%s\n\n%s", before, since)
		})
	}
}
