package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew/internal/stock"
)

// TestAgainst_Named is what somebody could do who has the machine: each is named by what was kept elsewhere.
func TestAgainst_Named(t *testing.T) {
	now := stock.TimeOf(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	clock := func() stock.Time { now++; return now }
	dir := t.TempDir()
	open := func(path string) *Store {
		t.Helper()
		s, err := Open(t.Context(), Options{Path: path, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	post := func(s *Store, name string) { ok(t, s, &stock.ProductDraft{SKU: "SALT", Name: p(name)}) }
	first := filepath.Join(dir, "a", "clew.db")
	s := open(first)
	world(t, s)
	early := seal(t, s).Note
	s.Close()
	copied := func(name string, withKey bool) *Store {
		t.Helper()
		to := filepath.Join(dir, name, "clew.db")
		for _, file := range []string{"clew.db", "log.key"} {
			data, err := os.ReadFile(filepath.Join(dir, "a", file))
			if err == nil {
				err = os.MkdirAll(filepath.Dir(to), 0o700)
			}
			if err == nil && (withKey || file != "log.key") {
				err = os.WriteFile(filepath.Join(filepath.Dir(to), file), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return open(to)
	}
	rolled, rewritten, unsigned, rekeyed, forked := copied("rolled", true), copied("rewritten", true), copied("unsigned", false), copied("rekeyed", true), copied("forked", true)

	s = open(first)
	started := now
	post(s, "Salt")
	middle := seal(t, s).Note
	post(s, "Sea salt")
	late := seal(t, s).Note
	end := now
	kept := []string{late, early, middle} // in any order

	// Somebody sets the clock back, and makes other entries.
	for _, other := range []*Store{rewritten, unsigned} {
		now = started
		post(other, "Sugar")
		post(other, "Brown sugar")
		if _, err := other.Seal(t.Context(), Sealing{}); err != nil {
			t.Fatal(err)
		}
	}
	now = started
	post(rekeyed, "Sugar")
	post(rekeyed, "Brown sugar")
	rekeyed.Close()
	at := sqliteAt(rekeyed.options.Path)
	at.tamper(t, "DELETE FROM sealed_tile WHERE 1 = 1", "DELETE FROM sealed", "DELETE FROM checkpoint", "DELETE FROM log_key")
	os.Remove(filepath.Join(dir, "rekeyed", "log.key"))
	rekeyed = open(rekeyed.options.Path)
	seal(t, rekeyed)
	now = end + 1000
	post(forked, "Sugar")
	post(forked, "Brown sugar")
	seal(t, forked)

	for _, c := range []struct {
		name   string
		s      *Store
		kept   []string
		agreed int
		want   []string
	}{
		{"as it was", s, kept, 3, nil},
		{"rolled back", rolled, kept, 1, []string{"rolled back: there are ", "the last 1 are gone"}},
		{"rewritten and signed", rewritten, kept, 1, []string{"rewritten: the first ", "up to which an older checkpoint agrees", "signed again over what it says now"}},
		{"rewritten, without an older one", rewritten, []string{late}, 0, []string{"rewritten: ", "from the first entry on"}},
		{"rewritten", unsigned, kept, 1, []string{"rewritten: ", "no checkpoint of its own fits"}},
		{"signed with another key", rekeyed, kept, 1, []string{"not signed with a key that this ledger knows"}},
		{"forked", forked, kept, 1, []string{"forked: entry ", "up to which an older checkpoint agrees"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, err := c.s.VerifyAgainst(t.Context(), c.kept, nil)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, problem := range report.Problems {
				if problem.Check != "against" {
					t.Errorf("by itself it is whole, but: %s", problem)
				}
				said = append(said, problem.String())
			}
			text := strings.Join(said, "\n")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not said in: %s", want, text)
				}
			}
			if (len(said) > 0) != (len(c.want) > 0) || report.Agreed != c.agreed {
				t.Errorf("%d agree, want %d: %s", report.Agreed, c.agreed, text)
			}
		})
	}
}
