package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
)

// refuseFleeting refuses a place for a ledger's file that cannot keep what was acknowledged, unless that is wanted.
func (o Options) refuseFleeting() error {
	if o.Ephemeral || o.copied {
		return nil
	}
	dirs := []string{filepath.Dir(o.Path)}
	if file, err := filepath.EvalSymlinks(o.Path); err == nil {
		dirs = append(dirs, filepath.Dir(file))
	}
	dirs = append(dirs, filepath.Join(dirs[0], contentFolder))
	for _, dir := range dirs {
		if why := fleeting(existing(dir)); why != "" {
			return fmt.Errorf("%s %s; or say --ephemeral where it does not matter that what is recorded gets lost", dir, why)
		}
	}
	return nil
}

// existing is the folder itself, or the nearest one above it that is there.
func existing(dir string) string {
	for {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// readBack refuses a database in a file that did not take the settings by which a commit is durable.
func readBack(ctx context.Context, db *sql.DB) error {
	var journal string
	var synchronous int
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if journal != "wal" || synchronous < 2 {
		return fmt.Errorf("SQLite did not take the settings by which a commit is durable (journal %s, synchronous %d): the file system may lack what they need", journal, synchronous)
	}
	return nil
}

// durablePostgres refuses a server of PostgreSQL, or a role of it, that answers before what was recorded is on its disk.
func (s *Store) durablePostgres(ctx context.Context) error {
	if s.options.Ephemeral {
		return nil
	}
	var fsync, pages, commits string
	if err := s.write.QueryRowContext(ctx, `SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')`).Scan(&fsync, &pages, &commits); err != nil {
		return err
	}
	for _, is := range []struct{ name, value, means string }{
		{"fsync", fsync, "a crash of its machine may spoil the database"},
		{"full_page_writes", pages, "a crash of its machine may spoil pages of the database"},
		{"synchronous_commit", commits, "a crash loses entries that were acknowledged"},
	} {
		if is.value == "off" {
			return fmt.Errorf("%s has %s = off, so that %s: set it to on for the server, the database and this role; or say --ephemeral where that does not matter", Redacted(s.options.URL), is.name, is.means)
		}
	}
	return nil
}
