package store

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"clew/internal/stock"
)

// attach keeps a content and posts a file of it.
func attach(t testing.TB, s *Store, content string, d stock.FileDraft) (*stock.FileDraft, stock.Outcome) {
	t.Helper()
	in, err := s.NewContent()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, content); err != nil {
		t.Fatal(err)
	}
	hash, size, err := in.Keep()
	if err != nil {
		t.Fatal(err)
	}
	d.Hash, d.Size, d.Media, d.Name = hex.EncodeToString(hash[:]), size, "text/plain", "a.txt"
	out, err := s.Post(t.Context(), drafts(&d)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context(), in, out[0].Err != nil); err != nil {
		t.Fatal(err)
	}
	return &d, out[0]
}

// kept are the contents that are there and are not known to be loose; in a folder also those on their way.
func kept(t testing.TB, s *Store) (n int) {
	t.Helper()
	if s.shared {
		if err := s.query(t.Context(), `SELECT COUNT(*) FROM kept_file WHERE loose = 0`, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(filepath.Join(s.dir(), contentFolder), func(_ string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFile: a content is kept once, nothing of a refused one stays, what a crash left is swept away, and all verifies.
func TestFile(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		lot := stock.FileDraft{Product: "FLOUR", Lot: "F1"}
		_, first := attach(t, s, "one", lot)
		attach(t, s, "one", stock.FileDraft{Product: "FLOUR"})
		if n := kept(t, s); first.Err != nil || n != 1 {
			t.Errorf("%d contents, %v", n, first.Err)
		}
		for _, content := range []string{"one", "two"} {
			if _, out := attach(t, s, content, stock.FileDraft{Product: "NO"}); out.Err == nil || out.Err.Code != stock.CodeUnknownProduct {
				t.Errorf("%v", out.Err)
			}
		}
		if n := kept(t, s); n != 1 {
			t.Errorf("%d contents after refusals", n)
		}
		in, err := s.NewContent()
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(in, "cut off")
		if n := kept(t, s); n != 2 && !s.shared {
			t.Errorf("%d files with one on its way", n)
		}
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		if n := kept(t, s); n != 1 {
			t.Errorf("%d files after opening again", n)
		}
		rows, err := s.Files(t.Context(), FileFilter{Lot: 1, Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].File.Name != "a.txt" || rows[0].ID != first.Entry {
			t.Fatalf("%v, %v", rows, err)
		}
		content, err := s.Content(rows[0].File)
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		if got, err := io.ReadAll(content); string(got) != "one" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		isWhole(t, s)
	})
}

// TestFile_Damaged: a content that is missing or changed is named and not served; rows changed past the ledger are found.
func TestFile_Damaged(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		_, out := attach(t, s, "one", stock.FileDraft{Product: "FLOUR", Lot: "F1", Kind: "certificate_of_analysis"})
		path := filepath.Join(s.dir(), contentName(out.Entries[len(out.Entries)-1].File.Hash))
		named := func(s *Store, check string) {
			t.Helper()
			report, err := s.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range report.Problems {
				if problem.Check == check {
					return
				}
			}
			t.Errorf("it is not named as %s: %v", check, report.Problems)
		}
		f := out.Entries[len(out.Entries)-1].File
		damages := []func() error{
			func() error { return os.WriteFile(path, []byte("two"), 0o600) },
			func() error { return os.Remove(path) },
		}
		if s.shared {
			damages = nil
			for _, statement := range []string{`UPDATE kept_piece SET bytes = x'747776'`, `DELETE FROM kept_piece`, `DELETE FROM kept_file`} {
				damages = append(damages, func() error { db.tamper(t, statement); return nil })
			}
		}
		for _, damage := range damages {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			named(s, "content")
			if _, err := s.Content(f); err == nil || !errors.As(err, new(*stock.Error)) {
				t.Errorf("%v", err)
			}
		}
		attach(t, s, "one", stock.FileDraft{Product: "FLOUR"}) // attached again, it is there again
		isWhole(t, s)
		s.Close()
		for statement, check := range map[string]string{
			`UPDATE file SET hash = x'0102' WHERE lot > 0`:            "leaf",
			`UPDATE file SET valid_until = 9 WHERE lot > 0`:           "leaf",
			`UPDATE file SET kind = 0 WHERE lot > 0`:                  "leaf",
			`UPDATE file SET lot = 2 WHERE lot > 0`:                   "leaf",
			`DELETE FROM file WHERE lot > 0`:                          "leaf",
			`UPDATE erasable SET text = 'b.txt' WHERE text = 'a.txt'`: "leaf",
			`INSERT INTO file SELECT 999, hash, size, media, kind, dated, valid_until, product, lot, unit, partner, site, place FROM file WHERE lot > 0`: "stray",
		} {
			broken := db.copy(t)
			broken.tamper(t, statement)
			named(mustOpen(t, broken), check)
		}
	})
}
