package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// copyPattern names the files of copies, copyAge how old one must be to have been left behind by a crash.
const (
	copyPattern = "dry-run-*.db"
	copyAge     = 24 * time.Hour
)

// Copy opens a copy of the ledger as it stands, to try things on: a file in its folder, whatever engine it is of, which is removed when it
// is closed. The ledger takes entries meanwhile.
func (s *Store) Copy(ctx context.Context) (*Store, error) {
	dir := s.dir()
	old, _ := filepath.Glob(filepath.Join(dir, copyPattern))
	for _, path := range old {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > copyAge {
			removeFiles(path)
		}
	}
	file, err := os.CreateTemp(dir, copyPattern)
	if err != nil {
		return nil, fault(err)
	}
	path := file.Name()
	file.Close()
	o := s.options
	o.Path, o.copied = path, true
	o.URL, o.ReadURL, o.Org, o.Create = "", "", "", false
	if s.shared {
		err = s.copyRows(ctx, o)
	} else {
		err = s.copyTo(ctx, path)
	}
	if err != nil {
		return nil, errors.Join(err, removeFiles(path))
	}
	made, err := Open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, removeFiles(path))
	}
	made.remove = true
	return made, nil
}

// copyTo writes the ledger into an empty file.
func (s *Store) copyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", "file:"+escapePath(s.options.Path)+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return fault(err)
}

// copyRows writes the ledger as it is now into a file, row by row. It need not last.
func (s *Store) copyRows(ctx context.Context, o Options) (err error) {
	to, err := openRaw(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := to.write.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil {
		return fault(err)
	}
	t := &transfer{ctx: ctx, from: s, to: to}
	return t.inSnapshot(func() error {
		if _, err := t.claim(); err != nil {
			return err
		}
		if err := t.rows(); err != nil {
			return err
		}
		return t.finish()
	})
}

// removeFiles removes a ledger's file with those that SQLite keeps beside it.
func removeFiles(path string) error {
	var errs []error
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
