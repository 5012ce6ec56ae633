package store

import (
	"context"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"

	"github.com/jackc/pgx/v5"
)

// TestPostgres_Exhausted takes all connections of the database away while a store works. It goes on with those it has or
// says so, and works again when there are some.
func TestPostgres_Exhausted(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Unsafe: true, Settings: map[string]string{"max_connections": "8"}})
	db := postgresAt(server, "org", false)
	first := mustOpen(t, db)
	world(t, first)
	first.Close()
	var held []*pgx.Conn
	for {
		conn, err := pgx.Connect(t.Context(), server.URL(pgtest.Owner, pgtest.Shared))
		if err != nil {
			break
		}
		defer conn.Close(context.Background())
		held = append(held, conn)
	}
	if len(held) < 2 {
		t.Fatalf("only %d connections could be taken", len(held))
	}
	if _, err := db.open(t, Options{Patience: time.Second}); err == nil {
		t.Error("a store was opened without a connection")
	} else if fault, is := stock.AsError(err); !is || fault.Code != stock.CodeDatabaseAway {
		t.Errorf("a store that gets no connection says %v", err)
	}
	for _, conn := range held[:2] {
		conn.Close(t.Context())
	}
	var s *Store
	var err error
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) { // the server takes a moment to see that they are free
		if s, err = db.open(t, Options{Patience: time.Second}); err == nil { // with two connections for all
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	defer s.Close()
	ok(t, s, receive(bikes("SN1")))
	for _, conn := range held[2:] {
		conn.Close(t.Context())
	}
	ok(t, s, shipBike("SN1"))
	isWhole(t, s)
	t.Logf("with %d connections taken a store says so; with 2 free it works", len(held))
}

// TestPostgres_DiskFull fills the disk of the database while callers record. They are told, and when there is room again
// everything that was acknowledged is there, and what was not can be sent again.
func TestPostgres_DiskFull(t *testing.T) {
	if missing := pgtest.MissingDisk(); missing != "" {
		t.Skip("not run, as scripts/test says at its end: missing: " + missing)
	}
	server := pgtest.New(t, pgtest.Options{Disk: 200, Settings: map[string]string{"max_wal_size": "32MB", "min_wal_size": "32MB", "wal_keep_size": "0"}})
	db := postgresAt(server, "org", false)
	first := mustOpen(t, db)
	world(t, first)
	first.Close()
	s, err := db.open(t, Options{Patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	load, stop := press(t, s, "000")
	load.answered(t, 200)
	server.Do(server.Fill(64))
	for deadline := time.Now().Add(time.Minute); load.told() == 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if load.told() == 0 {
		t.Error("the disk is full and nobody was told")
	}
	server.Do(server.Free())
	server.Do(server.Restart()) // it may have given itself up
	load.answered(t, 200)
	stop()
	if lost := load.lost(t, s); lost != 0 {
		t.Errorf("%d of %d acknowledged requests are lost", lost, load.total)
	}
	isWhole(t, s)
	dense(t, allEntries(t, s))
	t.Logf("%d acknowledged, none lost; meanwhile: %v", load.total, load.errors)
}
