package store

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/stock"
	"clew/internal/trace"

	"github.com/google/go-cmp/cmp"
)

// pooled is how a database is reached through a pooler of transactions, which knows no prepared statements.
func pooled(t testing.TB, b *pgtest.Bouncer, direct string) string {
	t.Helper()
	through, err := b.Through(direct)
	if err != nil {
		t.Fatal(err)
	}
	return through + "&default_query_exec_mode=exec"
}

var poolers sync.Map

// reached is how tests reach a server. CLEW_TEST_POOLER=1 puts PgBouncer before it, so that all tests of the store run through a pooler.
func reached(server *pgtest.Test) string {
	direct := server.URL(pgtest.App, pgtest.Shared)
	if os.Getenv("CLEW_TEST_POOLER") != "1" {
		return direct
	}
	kept, ok := poolers.Load(server.Server)
	if !ok {
		b, err := server.Pool(20) // until the process ends
		server.Do(err)
		kept, _ = poolers.LoadOrStore(server.Server, b)
	}
	through, err := kept.(*pgtest.Bouncer).Through(direct)
	server.Do(err)
	return through + "&default_query_exec_mode=exec"
}

// traced is all that the first lots led to.
func traced(t testing.TB, s *Store) (reached []trace.Nodes) {
	t.Helper()
	for lot := range int64(3) {
		tracer := s.Today().NewTracer(t.Context(), false, 200)
		walked, err := trace.Walk(t.Context(), []trace.Goods{{Product: 1, Lot: lot + 1}}, tracer.Step, trace.Options{})
		if err != nil {
			t.Fatal(err)
		}
		reached = append(reached, walked.Reached)
	}
	if reached[0].Count() == 0 {
		t.Error("the flour went into bread, and the trace finds none")
	}
	return reached
}

// TestPooler records and traces through PgBouncer in transaction mode, with fewer connections to the database than there
// are callers, from two servers at once.
func TestPooler(t *testing.T) {
	server := pgtest.Start(t)
	org := "t" + randomHex()
	db := postgresAt(server, org, false)
	first := mustOpen(t, db)
	first.Close()
	bouncer := server.PgBouncer()
	through := Options{URL: pooled(t, bouncer, server.URL(pgtest.App, pgtest.Shared)), Org: org, Dir: t.TempDir(), Ephemeral: true}
	var stores []*Store
	for range 2 {
		s, err := Open(t.Context(), through)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores = append(stores, s)
	}
	busy(t, stores[0])
	var callers sync.WaitGroup
	for i := range 32 {
		callers.Go(func() {
			s, serial := stores[i%2], fmt.Sprintf("P%03d", i)
			for _, movement := range []*stock.MovementDraft{receive(bikes(serial)), shipBike(serial)} {
				out, err := s.Post(t.Context(), keyed(fmt.Sprint(serial, int(movement.Kind)), 1, movement))
				if err != nil || out[0].Err != nil {
					t.Errorf("%s: %v, %v", serial, out, err)
				}
			}
		})
	}
	callers.Wait()
	for _, s := range stores {
		isWhole(t, s)
		dense(t, allEntries(t, s))
	}
	if diff := cmp.Diff(traced(t, mustOpen(t, db)), traced(t, stores[1])); diff != "" {
		t.Errorf("a trace through the pooler differs: %s", diff)
	}
	pools, err := server.Ask(pgtest.Shared, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'clew_app'")
	if err != nil || strings.TrimLeft(pools, "0123456789") != "" {
		t.Fatal(pools, err)
	}
	t.Logf("%s connections to the database served both", pools)
}
