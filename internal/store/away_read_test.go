package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// TestAway_ReadsCut: connections that were cut are not noticed by those who read.
func TestAway_ReadsCut(t *testing.T) {
	server, db := served(t, pgtest.Options{Unsafe: true})
	s := mustOpen(t, db)
	world(t, s)
	ok(t, s, receive(bikes("A1")))
	for round := range 5 {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := s.Lots(t.Context(), LotFilter{Limit: 1}); err != nil {
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		wg.Wait()
		if round%2 == 1 { // of the connections that were cut before, a snapshot's may be the first
			if _, err := server.Ask(pgtest.Shared, cut); err != nil {
				t.Fatal(err)
			}
			isWhole(t, s)
		}
		if _, err := server.Ask(pgtest.Shared, cut); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAway_WritesCut: connections that were cut are not noticed by those who write, nor by who asks whether the ledger takes entries.
func TestAway_WritesCut(t *testing.T) {
	server, db := served(t, pgtest.Options{Unsafe: true})
	s := mustOpen(t, db)
	world(t, s)
	for round := range 4 {
		var idle []*sql.Conn
		for range writeConnections - 1 { // all but the writer's
			conn, err := s.write.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			idle = append(idle, conn)
		}
		for _, conn := range idle {
			conn.Close()
		}
		if _, err := server.Ask(pgtest.Shared, cut); err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 {
			if err := s.Reachable(t.Context()); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		ok(t, s, receive(bikes(fmt.Sprint("A", round))))
	}
	isWhole(t, s)
}

// TestAway_ReadGivenUp: who gives a read up is told so, and not that the database is away.
func TestAway_ReadGivenUp(t *testing.T) {
	s := mustOpen(t, freshPostgres(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Lots(ctx, LotFilter{Limit: 1}); !hasCode(err, stock.CodeTimeout) {
		t.Errorf("before it began: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := s.query(ctx, `SELECT pg_sleep(30)`, nil, func(*sql.Rows) error { return nil }); !hasCode(err, stock.CodeTimeout) {
		t.Errorf("in the midst: %v", err)
	}
}
