package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"clew/internal/stock"
)

// ImportCancelled is the state of an import that somebody ended. The others are those of watched files.
const ImportCancelled = "cancelled"

// maxImports is how many imports may wait or run at once; each has a file in the data folder.
const maxImports = 100

// ImportJob is a file that is imported while nobody waits for the answer.
type ImportJob struct {
	ID      int64
	Key     string // the client's own
	Kind    string
	Hash    string // of the file
	Size    int64
	Options string // how it is to be read, as JSON
	Actor   string
	Origin  stock.Origin // from where it was asked
	Device  string
	State   string
	Tries   int
	NextTry stock.Time
	Report  string // as JSON, so far
	Code    string
	Error   string
	Made    stock.Time
	Started stock.Time // the last time
	Ended   stock.Time
	Changed stock.Time
}

const importColumns = `j.id, j.client_key, j.kind, j.hash, j.size, j.options, j.actor, j.device, j.state, j.tries, j.next_try, j.report, j.code, j.error,
	j.made_at, j.started_at, j.ended_at, j.changed_at, j.origin`

func (j *ImportJob) fields() []any {
	return []any{&j.ID, &j.Key, &j.Kind, &j.Hash, &j.Size, &j.Options, &j.Actor, &j.Device, &j.State, &j.Tries, &j.NextTry, &j.Report, &j.Code, &j.Error,
		&j.Made, &j.Started, &j.Ended, &j.Changed, (*originText)(&j.Origin)}
}

func scanImport(r *sql.Rows) (*ImportJob, error) {
	j := &ImportJob{}
	return j, r.Scan(j.fields()...)
}

// AddImport adds an import of a file that waits; its file is there before anybody sees it. Where there is one with the client's key already,
// that is given instead.
func (s *Store) AddImport(ctx context.Context, j *ImportJob, file *Incoming) (_ *ImportJob, there bool, err error) {
	parked, err := file.park(ctx)
	if err != nil {
		return j, false, err
	}
	defer func() {
		if err != nil || there {
			err = errors.Join(err, s.RemoveKept(context.WithoutCancel(ctx), parked))
		}
	}()
	j.State, j.Made = WatchedWaiting, s.Now()
	j.Changed = j.Made
	err = s.operate(ctx, func(ctx context.Context, w *writer) error {
		if j.Key != "" {
			before := &ImportJob{}
			if there, err = w.one(ctx, `SELECT `+importColumns+` FROM import_job j WHERE j.client_key = $1`, []any{j.Key}, before.fields()...); there || err != nil {
				j = before
				return err
			}
		}
		var under int
		if err := w.must(ctx, `SELECT COALESCE(MAX(id), 0) + 1, (SELECT COUNT(*) FROM import_job WHERE state IN ($1, $2)) FROM import_job`,
			[]any{WatchedWaiting, WatchedRunning}, &j.ID, &under); err != nil {
			return err
		}
		if under >= maxImports {
			return stock.Errorf(stock.Unavailable, stock.CodeTooMany, "", "%d imports wait or run already: try again when some have ended, or cancel some", under)
		}
		if _, err := w.exec(ctx, `INSERT INTO import_job (id, client_key, kind, hash, size, options, actor, device, state, tries, next_try, report, code, error, made_at, started_at, ended_at, changed_at, origin)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '', '', '', $10, 0, 0, $10, $11)`,
			j.ID, j.Key, j.Kind, j.Hash, j.Size, j.Options, j.Actor, j.Device, j.State, int64(j.Made), j.Origin.Text()); err != nil {
			return err
		}
		return s.shelf.place(ctx, w, parked, ImportFile(j.ID))
	})
	return j, there, err
}

// SaveImport writes how an import does that was in a state, and tells that it was not written where that is another by now: somebody cancelled it, or
// another server began it again.
func (s *Store) SaveImport(ctx context.Context, j *ImportJob, was string) (saved bool, err error) {
	j.Changed = s.Now()
	n, err := s.change(ctx, `UPDATE import_job SET state = $3, tries = $4, next_try = $5, report = $6, code = $7, error = $8, started_at = $9, ended_at = $10, changed_at = $11
		WHERE id = $1 AND state = $2 AND tries <= $4`, j.ID, was, j.State, j.Tries, int64(j.NextTry), j.Report, j.Code, j.Error, int64(j.Started), int64(j.Ended), int64(j.Changed))
	return n > 0, err
}

// RestartImports makes imports that were under way when the server ended wait for their next try, which is now.
func (s *Store) RestartImports(ctx context.Context) error {
	_, err := s.change(ctx, `UPDATE import_job SET state = $1, next_try = 0 WHERE state = $2`, WatchedWaiting, WatchedRunning)
	return err
}

// DueImport finds the import that is next; nil where there is none.
func (s *Store) DueImport(ctx context.Context) (*ImportJob, error) {
	found, err := list(ctx, s, `SELECT `+importColumns+` FROM import_job j WHERE j.state = $1 AND j.next_try <= $2 ORDER BY j.id LIMIT 1`, []any{WatchedWaiting, int64(s.Now())}, scanImport)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Imports lists imports, the newest first; before an id where it is not 0, of a state where one is given.
func (s *Store) Imports(ctx context.Context, state string, before int64, limit int) ([]*ImportJob, error) {
	return list(ctx, s, `SELECT `+importColumns+` FROM import_job j WHERE ($1 = '' OR j.state = $1) AND ($2 = 0 OR j.id < $2) ORDER BY j.id DESC LIMIT $3`,
		[]any{state, before, Page{Limit: limit}.limit()}, scanImport)
}

// ImportJob finds an import by id.
func (s *Store) ImportJob(ctx context.Context, id int64) (*ImportJob, error) {
	found, err := list(ctx, s, `SELECT `+importColumns+` FROM import_job j WHERE j.id = $1`, []any{id}, scanImport)
	if err == nil && len(found) == 0 {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownImport, "id", "there is no import %d", id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// CancelImport ends an import that waits or runs. What it recorded stays.
func (s *Store) CancelImport(ctx context.Context, by By, id int64) (*ImportJob, error) {
	changed, err := s.changeState(ctx, by, &stock.ActDraft{Sort: "import", Name: strconv.FormatInt(id, 10), What: "cancelled"}, `UPDATE import_job SET state = $2, next_try = 0, ended_at = $3, changed_at = $3 WHERE id = $1 AND state IN ($4, $5)`,
		id, ImportCancelled, int64(s.Now()), WatchedWaiting, WatchedRunning)
	if err != nil {
		return nil, err
	}
	j, err := s.ImportJob(ctx, id)
	if err == nil && changed == 0 {
		err = stock.Errorf(stock.Conflict, stock.CodeImportEnded, "id", "import %d is %s: nothing of it is left to cancel", id, j.State)
	}
	return j, err
}

// PruneImports forgets imports that ended before a time. The newest stays, so that no number comes twice.
func (s *Store) PruneImports(ctx context.Context, before stock.Time) error {
	_, err := s.change(ctx, `DELETE FROM import_job WHERE ended_at > 0 AND ended_at < $1 AND id < (SELECT MAX(id) FROM import_job)`, int64(before))
	return err
}

// ImportsKnown tells of all imports that are known, by number, whether they have ended.
func (s *Store) ImportsKnown(ctx context.Context) (map[int64]bool, error) {
	known := map[int64]bool{}
	return known, s.query(ctx, `SELECT j.id, j.ended_at FROM import_job j`, nil, func(r *sql.Rows) error {
		var id, ended int64
		err := r.Scan(&id, &ended)
		known[id] = ended > 0
		return err
	})
}
