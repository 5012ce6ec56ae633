package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"time"

	"clew/internal/stock"
)

const (
	// usualPatience is how long the writer tries again to reach a database that is shared, before those who wait are told.
	usualPatience = 10 * time.Second
	// pollTime is how often the head is looked at for what other servers recorded, while somebody waits for it.
	pollTime = 250 * time.Millisecond
)

var errUnknown = stock.Errorf(stock.Unavailable, stock.CodeOutcomeUnknown, "",
	"the database went away while this was being recorded, and nobody knows whether it was: send it again with the same key, which records it once")

var errAway = stock.Errorf(stock.Unavailable, stock.CodeDatabaseAway, "", "the database went away and nothing was recorded: send the request again")

// hasCode reports whether an error is ours and has a code.
func hasCode(err error, code string) bool {
	said, is := stock.AsError(err)
	return is && said.Code == code
}

// patiently does again what failed because the database was away, which recorded nothing, for a while: a fail-over takes some seconds.
func (w *writer) patiently(do func() error) error {
	err := do()
	end := time.Now().Add(cmp.Or(w.store.options.Patience, usualPatience))
	for wait := 50 * time.Millisecond; w.store.shared && hasCode(err, stock.CodeDatabaseAway) && time.Now().Before(end); wait = min(2*wait, time.Second) {
		select {
		case <-time.After(wait):
		case <-w.quit:
			return err
		}
		err = do()
	}
	return err
}

// resolve finds out whether a batch was committed although that was not answered, by the leaf of its first entry: errAway when it was not,
// errUnknown when the database stays away for three times as long as the writer is patient.
func (w *writer) resolve(ctx context.Context, first *stock.Entry) error {
	for end := time.Now().Add(3 * cmp.Or(w.store.options.Patience, usualPatience)); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		w.disconnect()
		var leaf []byte
		err := w.begin(ctx)
		if err == nil {
			// The row is locked until the lost transaction has ended, one way or the other.
			if _, err = w.exec(ctx, `UPDATE ledger_head SET turn = turn WHERE id = 1`); err == nil {
				err = w.each(ctx, `SELECT e.leaf FROM entry e WHERE e.id = $1`, []any{first.ID}, func(r *sql.Rows) error { return r.Scan(&leaf) })
			}
			w.rollback(ctx)
		}
		switch {
		case err != nil:
		case bytes.Equal(leaf, first.Leaf):
			return nil
		default:
			return errAway
		}
	}
	return errUnknown
}

// follow tells those who wait of what other servers recorded.
func (s *Store) follow(quit <-chan struct{}) {
	ticks := time.NewTicker(pollTime)
	defer ticks.Stop()
	var seen int64
	for {
		select {
		case <-ticks.C:
		case <-quit:
			return
		}
		if !s.writer.news.awaited() {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if last, _, err := s.Head(ctx); err == nil && last != seen {
			seen = last
			s.saw(last)
			s.writer.news.tell()
		}
		cancel()
	}
}
