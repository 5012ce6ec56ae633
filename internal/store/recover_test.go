package store

import (
	"testing"
	"time"

	"clew/internal/pgtest"

	"github.com/google/go-cmp/cmp"
)

// TestRecover goes back to a moment from a backup and the log archived since, on another server: the ledger is whole, and
// as it was.
func TestRecover(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Archive: true})
	db := postgresAt(server, "org", false)
	s := mustOpen(t, db)
	world(t, s)
	backup, err := server.Backup()
	server.Do(err)
	ok(t, s, receive(bikes("SN1..SN300")))
	ok(t, s, shipBike("SN7"))
	before := allEntries(t, s)
	at, err := server.Ask(pgtest.Shared, "SELECT to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')")
	server.Do(err)
	moment, err := time.Parse("2006-01-02 15:04:05.000000", at)
	server.Do(err)
	ok(t, s, shipBike("SN8"))
	recovered := mustOpen(t, postgresAt(server.RecoverAt(backup, moment), "org", true))
	if diff := cmp.Diff(before, allEntries(t, recovered)); diff != "" {
		t.Errorf("entries as they were, and recovered: %s", diff)
	}
	isWhole(t, recovered)
	ok(t, recovered, shipBike("SN8"))
	isWhole(t, recovered)
}
