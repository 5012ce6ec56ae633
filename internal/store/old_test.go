package store

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
)

// TestOld_OpensInThisBuild opens ledgers that older builds left behind. Each is a random history of internal/sim, named for the
// newest migration that made it: this build brings it up to date, finds it whole, leaf by leaf, and goes on with it.
func TestOld_OpensInThisBuild(t *testing.T) {
	files, err := filepath.Glob("testdata/ledger-*.db.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no old ledgers", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".db.gz"), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "clew.db")
			unzip(t, file, path)
			s, err := Open(t.Context(), Options{Path: path, Ephemeral: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			report, err := s.Verify(t.Context(), nil)
			if err != nil || !report.Whole() || report.Entries < 500 {
				t.Fatal(err, report)
			}
			out, err := s.Post(t.Context(), &stock.Draft{By: auth.AtMachine, Actor: "clerk", Body: &stock.ProductDraft{SKU: "NEW", Name: p("New")}})
			if err != nil || out[0].Err != nil || out[0].Entry <= report.Entries {
				t.Fatal(err, out)
			}
		})
	}
}

func unzip(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, z); err != nil {
		t.Fatal(err)
	}
}
