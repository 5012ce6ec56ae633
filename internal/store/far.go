package store

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"
)

// replica is one of the database, for reads that may be a moment old. It is asked only when it shows all that this server knows to be
// recorded: what a client recorded here, it finds here.
type replica struct {
	db     *sql.DB
	known  atomic.Int64 // the newest entry that this server recorded or saw
	shown  atomic.Int64 // the newest entry that the replica was seen to have
	failed atomic.Int64 // when it was last found away, in milliseconds
}

// farRetry is how long a replica that is away is left alone.
const farRetry = 2 * time.Second

type farKey struct{}

// Far marks the reads of a context as those that a replica may answer: traces, lists and exports.
func Far(ctx context.Context) context.Context { return context.WithValue(ctx, farKey{}, true) }

// reads chooses where a read goes.
func (s *Store) reads(ctx context.Context) *sql.DB {
	if s.far.db == nil || ctx.Value(farKey{}) == nil {
		return s.read
	}
	if known := s.far.known.Load(); s.far.shown.Load() >= known || s.farHead(ctx) >= known {
		return s.far.db
	}
	return s.read
}

// farHead asks the replica for its newest entry, -1 when it does not answer.
func (s *Store) farHead(ctx context.Context) (entry int64) {
	now := time.Now().UnixMilli()
	if now-s.far.failed.Load() < farRetry.Milliseconds() {
		return -1
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := query(ctx, s.far.db, s.dialect, `SELECT next_entry - 1 FROM ledger_head`, nil, func(r *sql.Rows) error { return r.Scan(&entry) })
	if err != nil {
		s.far.failed.Store(now)
		s.far.shown.Store(-1)
		return -1
	}
	raise(&s.far.shown, entry)
	return entry
}

// saw notes that an entry is recorded.
func (s *Store) saw(entry int64) { raise(&s.far.known, entry) }

func raise(n *atomic.Int64, to int64) {
	for {
		is := n.Load()
		if to <= is || n.CompareAndSwap(is, to) {
			return
		}
	}
}
