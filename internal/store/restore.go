package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clew/internal/archive"
)

// RestoreOptions say what is restored, and what has to be so before it is.
type RestoreOptions struct {
	From string // a backup's file
	// Replace puts a ledger aside that has entries.
	Replace bool
	// Against are signed checkpoints that were kept elsewhere, with which the backup has to agree.
	Against  []string
	Progress func(Transferring)
}

// Restored is a ledger that was restored.
type Restored struct {
	archive.Manifest
	Report  *Report
	Aside   string // the folder to which was put what was there; empty where there was nothing
	Lost    int64  // entries that were there and are not in the backup
	Paused  int64  // feeds and pushes that wait for somebody to let them go on
	Resumed bool   // a restore that was broken off had only to be finished
}

// Restore puts a backup into the place of a ledger: into a folder, whose ledger is put aside, or into an empty organisation. All of it is
// unpacked and verified before anything is replaced. Whoever calls it sees to it that nobody else opens a ledger in a file.
func Restore(ctx context.Context, to Options, o RestoreOptions) (*Restored, error) {
	if o.Progress == nil {
		o.Progress = func(Transferring) {}
	}
	r := &restore{ctx: ctx, options: o, to: to, dir: to.Dir}
	if to.URL == "" {
		r.dir = filepath.Dir(to.Path)
	}
	err := r.run()
	r.close()
	if err != nil {
		return nil, fault(err)
	}
	return &r.done, nil
}

type restore struct {
	ctx     context.Context
	options RestoreOptions
	to      Options
	dir     string // of the data
	staging string
	archive *archive.Archive
	done    Restored
}

func (r *restore) close() {
	if r.archive != nil {
		r.archive.Close()
	}
	if r.staging != "" {
		os.RemoveAll(r.staging)
	}
}

func (r *restore) run() (err error) {
	if r.archive, err = archive.Open(r.options.From); err != nil {
		return err
	}
	r.done.Manifest = r.archive.Manifest
	inFile := r.to.URL == ""
	if inFile {
		if err := r.to.refuseFleeting(); err != nil {
			return err
		}
		if r.done.Resumed, err = finishRestore(r.dir, r.archive.Manifest.SHA256); err != nil || r.done.Resumed {
			return err
		}
		if err := r.mayReplace(); err != nil {
			return err
		}
	}
	if err := r.unpack(); err != nil {
		return err
	}
	if err := r.verify(); err != nil {
		return err
	}
	if err := r.quiet(); err != nil {
		return err
	}
	if !inFile {
		_, err := Transfer(r.ctx, Options{Path: r.unpacked(), LogKey: r.to.LogKey, Ephemeral: true}, r.to, r.options.Progress)
		return err
	}
	return r.replace()
}

// unpacked is the ledger's file as it was unpacked.
func (r *restore) unpacked() string { return filepath.Join(r.staging, archive.LedgerName) }

// mayReplace refuses to put a ledger aside that has entries, unless that is asked for, and counts what the backup lacks of it.
func (r *restore) mayReplace() error {
	if _, err := os.Stat(r.to.Path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ledger, entries, err := headOf(r.ctx, r.to.Path)
	switch {
	case err != nil && !r.options.Replace:
		return fmt.Errorf("there is a ledger in %s that cannot be read (%w): say --replace to put it aside", r.dir, err)
	case err == nil && entries > 0 && !r.options.Replace:
		return fmt.Errorf("there is a ledger in %s: %s with %d entries, and the backup is of %s with %d: say --replace to put it aside", r.dir, ledger, entries, r.done.Ledger, r.done.Entries)
	}
	if ledger == r.done.Ledger {
		r.done.Lost = max(0, entries-r.done.Entries)
	}
	return nil
}

// headOf reads which ledger is in a file and how many entries it has, without bringing it up to date.
func headOf(ctx context.Context, path string) (ledger string, entries int64, err error) {
	db, err := sql.Open("sqlite", "file:"+escapePath(path)+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return "", 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, `SELECT ledger, next_entry - 1 FROM ledger_head`).Scan(&ledger, &entries)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return ledger, entries, err
}

// unpack writes the backup into a folder of its own, in which nothing outside of it can be named.
func (r *restore) unpack() (err error) {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	left, _ := filepath.Glob(filepath.Join(r.dir, stagingPattern)) // of restores that were broken off: there is but one at a time
	for _, path := range left {
		if r.to.URL == "" {
			os.RemoveAll(path)
		}
	}
	if r.staging, err = stage(r.dir); err != nil {
		return err
	}
	root, err := os.OpenRoot(r.staging)
	if err != nil {
		return err
	}
	defer root.Close()
	r.options.Progress(Transferring{"unpack", "contents of files", 0, r.done.Contents})
	return r.archive.Unpack(r.ctx, root)
}

// verify opens what was unpacked and proves it.
func (r *restore) verify() error {
	key := cmp.Or(r.to.LogKey, filepath.Join(r.dir, logKeyFile)) // what is unpacked moves on
	s, err := Open(r.ctx, Options{Path: r.unpacked(), LogKey: key, Ephemeral: true})
	if err != nil {
		return fmt.Errorf("the backup cannot be opened: %w", err)
	}
	defer s.Close()
	head, _, err := s.Head(r.ctx)
	if err != nil {
		return err
	}
	if s.Ledger() != r.done.Ledger || head != r.done.Entries {
		return fmt.Errorf("the backup's manifest says ledger %s with %d entries, and in it is %s with %d", r.done.Ledger, r.done.Entries, s.Ledger(), head)
	}
	if len(r.options.Against) > 0 { // what was not sealed yet when it was saved
		if _, err := s.Seal(r.ctx, Sealing{}); err != nil && r.ctx.Err() != nil {
			return err
		}
	}
	r.done.Report, err = s.VerifyAgainst(r.ctx, r.options.Against, func(done, total int64) { r.options.Progress(Transferring{"verify", "entry", done, total}) })
	if err == nil && !r.done.Report.Whole() {
		err = fmt.Errorf("nothing was restored: the ledger in the backup is not whole: %s", r.done.Report.Problems[0])
	}
	return err
}

// ends are what does not outlive a restore: who was signed in, what was sent to others, what was being imported. Each is of a table that
// may not be there.
var ends = []struct {
	table, statement string
	counts           bool
}{
	{"session", `DELETE FROM session`, false},
	{"attempt", `DELETE FROM attempt`, false},
	{"feed", `UPDATE feed SET paused = 1, turn = turn + 1 WHERE paused = 0`, true},
	{"checkpoint_push", `UPDATE checkpoint_push SET paused = 1, turn = turn + 1 WHERE paused = 0`, true},
	{"import_job", `UPDATE import_job SET state = '` + ImportCancelled + `' WHERE state IN ('` + WatchedWaiting + `', '` + WatchedRunning + `')`, false},
}

// quiet ends what must not go on by itself in a ledger that was restored, and puts the file down for good.
func (r *restore) quiet() error {
	db, err := sql.Open("sqlite", "file:"+escapePath(r.unpacked())+"?"+pragmas)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, end := range ends {
		if _, made := shapes()[end.table]; !made {
			continue
		}
		result, err := db.ExecContext(r.ctx, end.statement)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err == nil && end.counts {
			r.done.Paused += n
		}
	}
	var busy, log, done int
	if err := db.QueryRowContext(r.ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done); err != nil || busy != 0 {
		return cmpErr(err, errors.New("the ledger that was unpacked is in use"))
	}
	if err := db.Close(); err != nil {
		return err
	}
	return syncAll(r.unpacked(), filepath.Join(r.staging, contentFolder), r.staging)
}

// syncAll makes files, and the names in folders and in those below them, durable.
func syncAll(paths ...string) error {
	for _, path := range paths {
		entries, _ := os.ReadDir(path)
		for _, e := range entries {
			if e.IsDir() {
				if err := syncFolder(filepath.Join(path, e.Name())); err != nil {
					return err
				}
			}
		}
		if err := syncFolder(path); err != nil {
			return err
		}
	}
	return nil
}

// replace puts what was unpacked into the place of what is there. From the moment that the note is written it is finished by whoever opens
// the ledger next, whatever happens to this process.
func (r *restore) replace() error {
	n := restoreNote{From: filepath.Base(r.staging), SHA256: r.done.SHA256}
	if anyExists(r.dir, ledgerNames...) {
		n.Aside = "before-restore-" + time.Now().UTC().Format("20060102T150405Z")
		for again := 2; anyExists(r.dir, n.Aside); again++ {
			n.Aside = strings.TrimRight(n.Aside, "-0123456789") + fmt.Sprintf("Z-%d", again)
		}
	}
	if err := n.write(r.dir); err != nil {
		return err
	}
	if n.Aside != "" {
		r.done.Aside = filepath.Join(r.dir, n.Aside)
	}
	_, err := finishRestore(r.dir, "")
	r.staging = "" // what is left of it is what finishing removes
	return err
}

func anyExists(dir string, names ...string) bool {
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}
