package store

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew/internal/pgtest"
)

// refusedToOpen asserts that a store is not opened, for a reason that is told.
func refusedToOpen(t *testing.T, o Options, want string) {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err == nil {
		s.Close()
		t.Fatalf("opened; want a refusal that says %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %v; want %q", err, want)
	}
}

// TestDurable_Settings plants a database in a file whose driver was told otherwise.
func TestDurable_Settings(t *testing.T) {
	for pragma, want := range map[string]string{
		"journal_mode(WAL)&_pragma=synchronous(NORMAL)":  "synchronous 1",
		"journal_mode(WAL)&_pragma=synchronous(OFF)":     "synchronous 0",
		"journal_mode(DELETE)&_pragma=synchronous(FULL)": "journal delete",
		"journal_mode(WAL)&_pragma=synchronous(FULL)":    "",
	} {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "clew.db")+"?_pragma="+pragma)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(readBack(t.Context(), db), db.Close())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", pragma, err, want)
		}
	}
}

// TestDurable_Newer refuses a ledger that a newer build has had, and leaves it as it is.
func TestDurable_Newer(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		s.Close()
		if err := db.alter(t, `INSERT INTO schema_version (version_id, is_applied) VALUES (9999, true)`); err != nil {
			t.Fatal(err)
		}
		var before []byte
		if db.path != "" {
			before, _ = os.ReadFile(db.path)
		}
		s, err := db.open(t, Options{})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "the ledger has version 9999") || !strings.Contains(err.Error(), "use a newer build") {
			t.Errorf("a ledger of a newer build: %v", err)
		}
		if after, _ := os.ReadFile(db.path); string(after) != string(before) {
			t.Error("a ledger that was refused is changed")
		}
	})
}

// TestDurable_Postgres refuses servers, databases and roles that answer too early.
func TestDurable_Postgres(t *testing.T) {
	url, _, org := pgtest.Start(t).Schema() // the server that tests share is such a one
	refusedToOpen(t, Options{URL: url, Org: org, Create: true, Dir: t.TempDir()}, "has fsync = off, so that a crash of its machine may spoil the database")
	many, err := OpenDatabase(t.Context(), Options{URL: url, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer many.Close()
	if _, err := many.Open(t.Context(), org); err == nil || !strings.Contains(err.Error(), "has fsync = off") {
		t.Errorf("one of many organisations: %v", err)
	}

	server := pgtest.New(t, pgtest.Options{})
	o := Options{URL: server.URL(pgtest.Owner, pgtest.Shared), Create: true, Dir: t.TempDir()}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, set := range []string{"ROLE " + pgtest.Owner, "DATABASE " + pgtest.Shared} {
		server.Exec(pgtest.Shared, "ALTER "+set+" SET synchronous_commit = off")
		refusedToOpen(t, o, "has synchronous_commit = off, so that a crash loses entries that were acknowledged")
		server.Exec(pgtest.Shared, "ALTER "+set+" RESET synchronous_commit")
	}
	server.Exec(pgtest.Shared, "ALTER SYSTEM SET full_page_writes = off")
	server.Exec(pgtest.Shared, "SELECT pg_reload_conf()")
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) { // until those that come have read its settings
		if is, err := server.Ask(pgtest.Shared, `current_setting('full_page_writes')`); err != nil || is == "off" {
			server.Do(err)
			break
		}
	}
	refusedToOpen(t, o, "has full_page_writes = off")
	o.Ephemeral = true
	if s, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.Close()
}
