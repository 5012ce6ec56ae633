package store

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// turns stands between a store and PostgreSQL and counts how often the database has spoken and is asked again: each is a round trip.
func turns(t *testing.T, to string) (through string, trips *atomic.Int64) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	u.Host = listener.Addr().String()
	trips = &atomic.Int64{}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				return
			}
			var answered atomic.Bool
			answered.Store(true)
			carry := func(from, to net.Conn, seen func()) {
				defer from.Close()
				defer to.Close()
				buffer := make([]byte, 64<<10)
				for {
					n, err := from.Read(buffer)
					if seen(); err != nil {
						return
					}
					to.Write(buffer[:n])
				}
			}
			go carry(far, near, func() { answered.Store(true) })
			go carry(near, far, func() {
				if answered.Swap(false) {
					trips.Add(1)
				}
			})
		}
	}()
	return u.String(), trips
}

// TestRoundTrips: a batch asks PostgreSQL few times, whatever it loads and saves, also behind a pooler that knows no prepared statements.
func TestRoundTrips(t *testing.T) {
	server := pgtest.Start(t)
	for name, mode := range map[string]string{"prepared": "", "behind a pooler": "&default_query_exec_mode=exec"} {
		t.Run(name, func(t *testing.T) {
			org := "t" + randomHex()
			world(t, mustOpen(t, postgresAt(server, org, false)))
			through, trips := turns(t, server.URL(pgtest.App, pgtest.Shared))
			s, err := Open(t.Context(), Options{URL: through + mode, Org: org, Dir: t.TempDir(), Ephemeral: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			some := ship(stock.ItemDraft{Product: "FLOUR", Lot: "F1", Quantity: p(stock.Units(1)), From: "DOCK"})
			ok(t, s, receive(bikes("B1", "B2", "B3"), flour("F1", 10)))
			ok(t, s, shipBike("B1"), some)
			ok(t, s, shipBike("B2"), some)
			before := trips.Load()
			ok(t, s, shipBike("B3"), some)
			if n := trips.Load() - before; n > 12 {
				t.Errorf("two shipments took %d round trips", n)
			} else {
				t.Logf("%d round trips", n)
			}
			isWhole(t, s)
		})
	}
}

// TestTogether: steps run side by side, each going on when it is answered; what fails stops all of them, and says what it was.
func TestTogether(t *testing.T) {
	server := pgtest.Start(t)
	s := mustOpen(t, postgresAt(server, "t"+randomHex(), false))
	w, ctx := s.writer, t.Context()
	var order []int64
	step := func(numbers ...int64) func() error {
		return func() error {
			for _, n := range numbers {
				if _, err := w.one(ctx, `SELECT $1 + 0`, []any{n}, new(int64)); err != nil {
					return err
				}
				order = append(order, n)
			}
			return nil
		}
	}
	if err := w.together(ctx, step(1, 2, 3), step(), step(11, 12)); err != nil || !slices.Equal(order, []int64{1, 11, 2, 12, 3}) {
		t.Error(order, err)
	}
	order = nil
	failed := errors.New("told")
	if err := w.together(ctx, step(1, 2), func() error { return failed }); !errors.Is(err, failed) || len(order) > 0 {
		t.Error(order, err)
	}
	err := w.together(ctx, step(1), func() error {
		return w.each(ctx, `SELECT 1 / ($1 - 1)`, []any{1}, nil)
	}, step(2))
	if err == nil || w.beside != nil || len(w.pending) > 0 {
		t.Error(err, w.beside, w.pending)
	}
	if err := w.together(ctx, step(1), step(2)); err != nil {
		t.Error("after a failure:", err)
	}
	// A failed statement of what is saved fails the batch, and the next one goes on.
	world(t, s)
	if err := w.later(ctx, `INSERT INTO site (id, entry, code, name, time_zone, gln, private, active) VALUES (1, 1, 'X', '', '', '', 0, $1)`, "no number"); err != nil {
		t.Error(err)
	}
	if err := w.commit(ctx); err == nil {
		t.Error("what cannot be saved was committed")
	}
	ok(t, s, receive(flour("F1", 1)))
	isWhole(t, s)
}
