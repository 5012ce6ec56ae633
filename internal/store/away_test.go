package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// served is an organisation on a server of its own, which may be killed.
func served(t testing.TB, o pgtest.Options) (*pgtest.Test, *testbed) {
	server := pgtest.New(t, o)
	return server, postgresAt(server, "t"+randomHex(), false)
}

// TestAway: an entry waits while the database is away for a moment, and is told when it stays away; nothing of it is lost or doubled.
func TestAway(t *testing.T) {
	notRaced(t)
	t.Parallel() // it mostly waits
	server, db := served(t, pgtest.Options{})
	s, err := db.open(t, Options{Patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	world(t, s)
	ok(t, s, receive(bikes("A1")))
	server.Do(server.Kill())
	done := make(chan error, 1)
	go func() {
		out, err := s.Post(context.Background(), keyed("k1", 1, receive(bikes("A2"))))
		if err == nil && out[0].Err != nil {
			err = out[0].Err
		}
		done <- err
	}()
	time.Sleep(500 * time.Millisecond)
	server.Do(server.Restart())
	if err := <-done; err != nil {
		t.Fatalf("it did not wait: %v", err)
	}
	server.Do(server.Kill())
	s.options.Patience = time.Second
	if _, err := s.Post(t.Context(), keyed("k2", 2, receive(bikes("A3")))); !hasCode(err, stock.CodeDatabaseAway) {
		t.Errorf("%v", err)
	}
	if _, err := s.Lots(t.Context(), LotFilter{Limit: 1}); !hasCode(err, stock.CodeDatabaseAway) {
		t.Errorf("a read: %v", err)
	}
	server.Do(server.Restart())
	s.options.Patience = time.Minute
	for range 2 {
		out, err := s.Post(t.Context(), keyed("k2", 2, receive(bikes("A3"))))
		if err != nil || out[0].Err != nil {
			t.Fatalf("%v, %v", out, err)
		}
	}
	dense(t, allEntries(t, s))
	isWhole(t, s)
}

// TestAway_Storm: a server is killed again and again while many post. What was answered is there, what was not answered with an entry is
// resolved by its key, and nothing is there twice.
func TestAway_Storm(t *testing.T) {
	notRaced(t)
	t.Parallel() // it mostly waits
	kills := 3
	if soak() {
		kills = 100
	}
	server, db := served(t, pgtest.Options{})
	s, err := db.open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	world(t, s)
	const workers = 16
	var mu sync.Mutex
	acked, unknown := map[string]int64{}, map[string]bool{}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				serial := fmt.Sprintf("S%02d-%05d", worker, n)
				out, err := s.Post(context.Background(), keyed(serial, 1, receive(bikes(serial))))
				mu.Lock()
				switch {
				case err != nil:
					unknown[serial] = true
				case out[0].Err != nil:
					t.Errorf("%s: %v", serial, out[0].Err)
				default:
					acked[serial] = out[0].Entry
				}
				mu.Unlock()
			}
		})
	}
	for range kills {
		time.Sleep(400 * time.Millisecond)
		server.Do(server.Kill())
		server.Do(server.Restart())
	}
	time.Sleep(300 * time.Millisecond)
	close(stop)
	wg.Wait()
	for serial := range unknown {
		out, err := s.Post(t.Context(), keyed(serial, 1, receive(bikes(serial))))
		if err != nil || out[0].Err != nil {
			t.Fatalf("%s: %v, %v", serial, out, err)
		}
		acked[serial] = out[0].Entry
	}
	t.Logf("%d acknowledged, %d unknown, %d kills", len(acked), len(unknown), kills)
	units := 0
	for serial, entry := range acked {
		found, err := s.EntriesByKey(t.Context(), []string{serial})
		if err != nil || found[serial] != entry {
			t.Errorf("%s: entry %d was acknowledged, the ledger says %v (%v)", serial, entry, found, err)
		}
		units++
	}
	dense(t, allEntries(t, s))
	if report := isWhole(t, s); report.Units != int64(units) {
		t.Errorf("%d units, %d were acknowledged", report.Units, units)
	}
}

// TestAway_Unknown: a database that goes away while it commits, and stays away, leaves an outcome that nobody knows, and says so.
func TestAway_Unknown(t *testing.T) {
	notRaced(t)
	t.Parallel() // it mostly waits
	server, db := served(t, pgtest.Options{})
	s, err := db.open(t, Options{Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	world(t, s)
	s.writer.committing = func() { server.Kill() }
	out, err := s.Post(t.Context(), keyed("k", 1, receive(bikes("A1"))))
	if !hasCode(err, stock.CodeOutcomeUnknown) || !strings.Contains(err.Error(), "same key") {
		t.Fatalf("%v, %v", out, err)
	}
	s.writer.committing = nil
	server.Do(server.Restart())
	if out, err := s.Post(t.Context(), keyed("k", 1, receive(bikes("A1")))); err != nil || out[0].Err != nil {
		t.Fatalf("%v, %v", out, err)
	}
	isWhole(t, s)
}
