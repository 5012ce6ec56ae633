package demo

import (
	"path/filepath"
	"testing"

	"clew/internal/stock"
)

func end(t testing.TB) stock.Date {
	d, err := stock.ParseDate("2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRun_Quick(t *testing.T) {
	r, err := Run(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db"), Seed: 1, Days: MinDays, End: end(t)})
	if err != nil {
		t.Fatal(err)
	}
	r.Print(t.Output())
}
