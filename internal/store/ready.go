package store

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Reachable reports what is wrong where the database that entries are written to cannot be reached, or takes none: at once, while an entry
// would wait for it.
func (s *Store) Reachable(ctx context.Context) error {
	if _, _, err := s.Head(ctx); err != nil || !s.shared {
		return err
	}
	rows, err := s.write.QueryContext(ctx, `SELECT 1`)
	for tries := writeConnections; cutOff(err) && tries > 0; tries-- { // each rids the pool of one that is dead
		rows, err = s.write.QueryContext(ctx, `SELECT 1`)
	}
	return scanAll(rows, err, func(*sql.Rows) error { return nil })
}

// Pool is how the connections to a shared database are used at a moment.
type Pool struct {
	Name    string
	Most    int
	InUse   int
	Idle    int
	Waiting int // who wait for one
}

// connections are a pool, as what works with it and what keeps it.
type connections struct {
	db   *sql.DB
	pool *pgxpool.Pool
}

// Pools are the pools of connections to a shared database; there are none where the ledger is a file.
func (s *Store) Pools() (pools []Pool) {
	for _, c := range s.pools {
		name := "write"
		switch c.db {
		case s.read:
			name = "read"
		case s.far.db:
			name = "replica"
		}
		// What the database package takes for open connections are those that it has, and those that it waits for.
		has, wants := c.pool.Stat(), c.db.Stats().OpenConnections
		pools = append(pools, Pool{name, int(has.MaxConns()), int(has.AcquiredConns()), int(has.IdleConns()), max(0, wants-int(has.AcquiredConns()))})
	}
	return pools
}
