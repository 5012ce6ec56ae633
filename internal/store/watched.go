package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"clew/internal/stock"
)

// States of a watched file.
const (
	WatchedWaiting  = "waiting" // to be tried again
	WatchedRunning  = "running"
	WatchedDone     = "done"
	WatchedRefusals = "done_with_refusals"
	WatchedFailed   = "failed"
)

// Watched is a file that was dropped into the watched folder: a name with certain contents.
type Watched struct {
	ID      int64
	Name    string // its path within the folder when it was dropped
	Hash    string // of its contents
	Kind    string // what its rows are; empty where that cannot be told
	State   string
	Lines   int
	Counts  WatchedCounts
	Error   string
	Tries   int
	NextTry stock.Time
	Lies    string // its path within the folder once it was put away
	Seen    stock.Time
	Changed stock.Time
}

// WatchedCounts say what became of the rows of a file.
type WatchedCounts struct{ Recorded, Already, Kept, Refused int }

const watchedColumns = `w.id, w.name, w.hash, w.kind, w.state, w.lines, w.recorded, w.already, w.kept, w.refused, w.error, w.tries, w.next_try, w.lies, w.seen_at, w.changed_at`

func (f *Watched) fields() []any {
	return []any{&f.ID, &f.Name, &f.Hash, &f.Kind, &f.State, &f.Lines, &f.Counts.Recorded, &f.Counts.Already, &f.Counts.Kept, &f.Counts.Refused,
		&f.Error, &f.Tries, &f.NextTry, &f.Lies, &f.Seen, &f.Changed}
}

func scanWatched(r *sql.Rows) (*Watched, error) {
	f := &Watched{}
	return f, r.Scan(f.fields()...)
}

// FindWatched finds the file of a name and contents, or makes its row. The row of a file that could not be read has no hash;
// once it can be, that row is its.
func (s *Store) FindWatched(ctx context.Context, name, hash, kind string) (*Watched, error) {
	f := &Watched{}
	err := s.operate(ctx, func(ctx context.Context, w *writer) error {
		read := `SELECT ` + watchedColumns + ` FROM watched w WHERE w.name = $1 AND w.hash = $2`
		if found, err := w.one(ctx, read, []any{name, hash}, f.fields()...); found || err != nil {
			return err
		}
		result, err := w.exec(ctx, `UPDATE watched SET hash = $2, kind = $3 WHERE name = $1 AND hash = ''`, name, hash, kind)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); n > 0 || err != nil {
			return errors.Join(err, w.must(ctx, read, []any{name, hash}, f.fields()...))
		}
		if _, err := w.exec(ctx, `INSERT INTO watched (id, name, hash, kind, state, lines, recorded, already, kept, refused, error, tries, next_try, lies, seen_at, changed_at)
			SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, 0, 0, 0, 0, 0, '', 0, 0, '', $5, $5 FROM watched`, name, hash, kind, WatchedWaiting, int64(s.Now())); err != nil {
			return err
		}
		return w.must(ctx, read, []any{name, hash}, f.fields()...)
	})
	return f, err
}

// SaveWatched writes what is known of a file.
func (s *Store) SaveWatched(ctx context.Context, f *Watched) error {
	f.Changed = s.Now()
	_, err := s.change(ctx, `UPDATE watched SET kind = $2, state = $3, lines = $4, recorded = $5, already = $6, kept = $7, refused = $8, error = $9,
		tries = $10, next_try = $11, lies = $12, changed_at = $13 WHERE id = $1`, f.ID, f.Kind, f.State, f.Lines, f.Counts.Recorded, f.Counts.Already,
		f.Counts.Kept, f.Counts.Refused, f.Error, f.Tries, int64(f.NextTry), f.Lies, int64(f.Changed))
	return err
}

// ForgetWatched removes the row of what could not be read, as it can be now.
func (s *Store) ForgetWatched(ctx context.Context, name string) error {
	_, err := s.change(ctx, `DELETE FROM watched WHERE name = $1 AND hash = ''`, name)
	return err
}

// RestartWatched makes files that were under way when the server ended wait for their next try, which is now.
func (s *Store) RestartWatched(ctx context.Context) error {
	_, err := s.change(ctx, `UPDATE watched SET state = $1, next_try = 0 WHERE state = $2`, WatchedWaiting, WatchedRunning)
	return err
}

// DueWatched lists files that wait and whose time has come, at most 1000.
func (s *Store) DueWatched(ctx context.Context) ([]*Watched, error) {
	return list(ctx, s, `SELECT `+watchedColumns+` FROM watched w WHERE w.state = $1 AND w.next_try <= $2 ORDER BY w.next_try, w.id LIMIT 1000`,
		[]any{WatchedWaiting, int64(s.Now())}, scanWatched)
}

// SameWatched finds another file of the same kind and contents that is done without refusals; nil where there is none.
func (s *Store) SameWatched(ctx context.Context, f *Watched) (*Watched, error) {
	found, err := list(ctx, s, `SELECT `+watchedColumns+` FROM watched w WHERE w.hash = $1 AND w.kind = $2 AND w.state = $3 AND w.id <> $4 ORDER BY w.id LIMIT 1`,
		[]any{f.Hash, f.Kind, WatchedDone, f.ID}, scanWatched)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// WatchedFiles lists files, the newest first; before an id where it is not 0, of a state where one is given.
func (s *Store) WatchedFiles(ctx context.Context, state string, before int64, limit int) ([]*Watched, error) {
	return list(ctx, s, `SELECT `+watchedColumns+` FROM watched w WHERE ($1 = '' OR w.state = $1) AND ($2 = 0 OR w.id < $2) ORDER BY w.id DESC LIMIT $3`,
		[]any{state, before, Page{Limit: limit}.limit()}, scanWatched)
}

// WatchedFile finds a file by id.
func (s *Store) WatchedFile(ctx context.Context, id int64) (*Watched, error) {
	found, err := list(ctx, s, `SELECT `+watchedColumns+` FROM watched w WHERE w.id = $1`, []any{id}, scanWatched)
	if err == nil && len(found) == 0 {
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownFile, "id", "there is no watched file %d", id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// RetryWatched has a file tried again: one that failed, had refusals, or waits for its next try.
func (s *Store) RetryWatched(ctx context.Context, by By, id int64) (*Watched, error) {
	changed, err := s.changeState(ctx, by, &stock.ActDraft{Sort: "watched_file", Name: strconv.FormatInt(id, 10), What: "retried"}, `UPDATE watched SET state = $2, next_try = 0, changed_at = $3 WHERE id = $1 AND state IN ($2, $4, $5)`,
		id, WatchedWaiting, int64(s.Now()), WatchedRefusals, WatchedFailed)
	if err != nil {
		return nil, err
	}
	f, err := s.WatchedFile(ctx, id)
	if err == nil && changed == 0 {
		err = stock.Errorf(stock.Conflict, stock.CodeNothingToRetry, "id", "file %d (%s) is %s: nothing of it is left to do", id, f.Name, f.State)
	}
	return f, err
}
