package store

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans_Stock: what is on hand is read without reading past what customers have.
func TestPlans_Stock(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, f := range map[string]StockFilter{
		"all": {}, "product": {Product: 1}, "product and lot": {Product: 1, Lot: 1}, "place": {Place: 1}, "site": {Site: 1},
	} {
		t.Run(name, func(t *testing.T) {
			plan := s.plan(t, func() { s.Stock(t.Context(), f) })
			if !strings.Contains(plan, "balance_") {
				t.Errorf("no index of what is on hand is used:\n%s", plan)
			}
		})
	}
}

// plan explains the one read that do makes.
func (s *Store) plan(t *testing.T, do func()) string {
	t.Helper()
	s.stmts.Clear()
	do()
	var out []string
	s.stmts.Range(func(text, _ any) bool {
		args := make([]any, highest(text.(string)))
		for i := range args {
			args[i] = 1
		}
		err := query(t.Context(), s.read, s.dialect, "EXPLAIN QUERY PLAN "+text.(string), args, func(r *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			out = append(out, detail)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return true
	})
	return strings.Join(out, "\n")
}

// highest is the highest number of a placeholder in a text.
func highest(text string) int {
	most := 0
	for _, m := range holders.FindAllStringSubmatch(text, -1) {
		n := 0
		for _, d := range m[1] {
			n = n*10 + int(d-'0')
		}
		most = max(most, n)
	}
	return most
}
