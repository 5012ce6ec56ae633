package store

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/pgtest"
)

// shortLease gives a busy machine a second to let go: what is held for two thirds of it must end before it has run out.
const shortLease = 3 * time.Second

// crew counts how many servers do a kind of work at the moment.
type crew struct {
	t    *testing.T
	now  atomic.Int32
	took chan string
}

// worker does the work until it is told to end, and needs a moment for that.
func (c *crew) worker(name string) func(context.Context) {
	return func(ctx context.Context) {
		if n := c.now.Add(1); n != 1 {
			c.t.Errorf("%d servers do the same work", n)
		}
		c.took <- name
		<-ctx.Done()
		time.Sleep(20 * time.Millisecond)
		c.now.Add(-1)
	}
}

func (c *crew) takes() string {
	c.t.Helper()
	select {
	case name := <-c.took:
		return name
	case <-time.After(time.Minute):
		c.t.Fatal("nobody takes the work over")
		return ""
	}
}

// TestLease: one server at a time does the work; another takes over at once when it ends, and when its lease has run out when it died.
func TestLease(t *testing.T) {
	t.Parallel() // it mostly waits
	onEngines(t, func(t *testing.T, db *testbed) {
		c := &crew{t: t, took: make(chan string, 10)}
		var wg sync.WaitGroup
		defer wg.Wait()
		hold := func(name string) (s *Store, stop func()) {
			s, err := db.open(t, Options{Lease: shortLease})
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			wg.Go(func() { s.Hold(ctx, "work", c.worker(name)) })
			return s, stop
		}
		a, stopA := hold("a")
		defer a.Close()
		if got := c.takes(); got != "a" {
			t.Fatal(got)
		}
		if !a.shared {
			stopA()
			return
		}
		b, stopB := hold("b")
		defer stopB()
		time.Sleep(2 * shortLease)
		if len(c.took) > 0 {
			t.Fatal("two servers do the work")
		}
		stopA()
		if got := c.takes(); got != "b" {
			t.Errorf("%s takes over", got)
		}
		third, stopC := hold("c")
		defer third.Close()
		defer stopC()
		time.Sleep(shortLease / 2)
		b.Close() // it can neither renew nor release
		if got := c.takes(); got != "c" {
			t.Errorf("%s takes over", got)
		}
		var turn int64
		if err := query(t.Context(), third.read, third.dialect, `SELECT turn FROM lease`, nil, func(r *sql.Rows) error { return r.Scan(&turn) }); err != nil || turn != 3 {
			t.Errorf("turn %d, %v", turn, err)
		}
	})
}

// TestLease_Released: who ends cleanly leaves no lease behind, so that nobody waits for one to run out.
func TestLease_Released(t *testing.T) {
	t.Parallel() // it mostly waits
	db := freshPostgres(t)
	c := &crew{t: t, took: make(chan string, 10)}
	s := mustOpen(t, db)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Hold(ctx, "work", c.worker("a")) }()
	c.takes()
	stop()
	<-ended
	until := int64(-1)
	if err := query(t.Context(), s.read, s.dialect, `SELECT until FROM lease`, nil, func(r *sql.Rows) error { return r.Scan(&until) }); err != nil || until != 0 {
		t.Errorf("the lease is until %d, %v", until, err)
	}
}

// TestLease_Stuck: work ends before another server may take it where the lease cannot be renewed, and goes on when it can.
func TestLease_Stuck(t *testing.T) {
	t.Parallel() // it mostly waits
	db := freshPostgres(t)
	c := &crew{t: t, took: make(chan string, 10)}
	s, err := db.open(t, Options{Lease: shortLease})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Hold(ctx, "work", c.worker("a")) }()
	c.takes()
	tx, err := administrator(t, pgtest.Start(t)).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`UPDATE ` + s.dialect.(postgresDialect).schema + `.lease SET until = until`); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); c.now.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("it works on although its lease has run out")
		}
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	c.takes()
	stop()
	<-ended
}

// TestLease_Pooled: leases need no session of their own, so that a pooler may hand each statement to another one.
func TestLease_Pooled(t *testing.T) {
	notRaced(t)
	t.Parallel() // it mostly waits
	server := pgtest.New(t, pgtest.Options{Unsafe: true})
	db := postgresAt(server, "t"+randomHex(), false)
	made, err := db.open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	pooled := server.PgBouncer().URL(pgtest.App, pgtest.Shared) + "&default_query_exec_mode=exec"
	c := &crew{t: t, took: make(chan string, 10)}
	var stops []func()
	for _, name := range []string{"a", "b"} {
		s, err := Open(t.Context(), Options{URL: pooled, Org: made.options.Org, Dir: t.TempDir(), Ephemeral: true, Lease: shortLease})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); s.Hold(ctx, "work", c.worker(name)) }()
		stops = append(stops, func() { cancel(); <-ended })
		if name == "a" {
			c.takes()
		}
	}
	time.Sleep(2 * shortLease)
	stops[0]()
	if got := c.takes(); got != "b" {
		t.Error(got)
	}
	stops[1]()
}
