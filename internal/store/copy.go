package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"clew/internal/stock"
)

// copyPattern names the files of copies, copyAge how old one must be to have been left behind by a crash.
const (
	copyPattern = "dry-run-*.db"
	copyAge     = 24 * time.Hour
)

// Copy opens a copy of the ledger as it stands, to try things on. It lies beside the ledger's file and is removed when it is
// closed. The ledger takes entries meanwhile.
func (s *Store) Copy(ctx context.Context) (*Store, error) {
	if s.shared {
		return nil, stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "dry_run", "a ledger in PostgreSQL cannot be copied to try things on yet")
	}
	dir := filepath.Dir(s.options.Path)
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
	if err := s.copyTo(ctx, path); err != nil {
		return nil, errors.Join(err, removeFiles(path))
	}
	o := s.options
	o.Path, o.copied = path, true
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
