package store

import (
	"context"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// TestUpgrade_Beside: batches wait while a newer build brings the ledger up to date, and are refused when it has: this one would not keep
// what that one adds. It goes on to read.
func TestUpgrade_Beside(t *testing.T) {
	server := pgtest.Start(t)
	s := mustOpen(t, freshPostgres(t))
	world(t, s)
	ok(t, s, receive(bikes("A1")))
	before := len(allEntries(t, s))
	d := s.dialect.(postgresDialect)
	newer, err := administrator(t, server).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Rollback()
	if _, err := newer.Exec(`SELECT pg_advisory_xact_lock(hashtext($1::text))`, d.migrating()); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		_, err := s.Post(context.Background(), keyed("k", 1, receive(bikes("A2"))))
		answered <- err
	}()
	waits := `SELECT COUNT(*) FROM pg_locks l WHERE l.locktype = 'advisory' AND NOT l.granted AND l.objid = hashtext('` + d.migrating() + `')::bigint::bit(32)::bigint`
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		n, err := server.Ask(pgtest.Shared, waits)
		if err != nil {
			t.Fatal(err)
		}
		if n == "1" {
			break
		}
		if time.Now().After(end) || len(answered) > 0 {
			t.Fatal("a batch does not wait for the migration")
		}
	}
	if _, err := newer.Exec(`INSERT INTO ` + d.schema + `.` + versionTable + ` (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	if err := newer.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; !hasCode(err, stock.CodeReadOnly) {
		t.Errorf("the batch that waited: %v", err)
	}
	if _, err := s.Post(t.Context(), drafts(receive(bikes("A3")))...); !hasCode(err, stock.CodeReadOnly) {
		t.Errorf("a batch after it: %v", err)
	}
	if got := len(allEntries(t, s)); got != before {
		t.Errorf("%d entries, there were %d", got, before)
	}
	s.steps++ // as the newer build has it
	ok(t, s, receive(bikes("A3")))
	isWhole(t, s)
}
