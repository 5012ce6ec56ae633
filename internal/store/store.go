// Package store keeps the ledger in SQLite: the schema, the reads, and the one writer. Nothing above it sees SQL.
//
// Start at Open, then at Post: drafts go in, the writer groups what is waiting into a batch, loads what it touches in a
// few set queries, lets package stock decide, saves in sets and commits once; nobody is answered before the commit.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"clew/internal/stock"

	"modernc.org/sqlite" // the driver, and its errors
)

// Store is one organisation's ledger.
type Store struct {
	dialect  *dialect
	read     *sql.DB
	write    *sql.DB
	options  Options
	remove   bool // it is a copy, removed when it is closed
	ledger   string
	writer   *writer
	contents *contents
	stmts    sync.Map // text → *sql.Stmt of reads
	clock    func() stock.Time
	salt     func() [16]byte
}

// Options open a store. Clock and Salt are for simulations; left out, they are the system's.
type Options struct {
	Path  string // of the SQLite file
	Clock func() stock.Time
	Salt  func() [16]byte
	// Readers is how many reads may run beside each other; 4 when 0.
	Readers int

	copied bool // it is a copy beside the ledger that is in use
}

// pragmas make a commit durable before it is answered, and readers independent of the writer.
const pragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)" +
	"&_pragma=temp_store(MEMORY)&_pragma=cell_size_check(1)"

// Open opens the ledger at the path, making and migrating it as needed. A ledger of a newer version is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	if err := makePrivate(o.Path); err != nil {
		return nil, err
	}
	uri := "file:" + escapePath(o.Path) + "?" + pragmas
	s := &Store{dialect: sqliteDialect, options: o, clock: o.Clock, salt: o.Salt, contents: contentsBeside(o.Path)}
	if !o.copied {
		s.contents.sweep()
	}
	if s.clock == nil {
		s.clock = stock.Now
	}
	if s.salt == nil {
		s.salt = func() (salt [16]byte) { rand.Read(salt[:]); return salt }
	}
	var err error
	if s.write, err = sql.Open("sqlite", uri+"&_pragma=cache_size(-32000)&_pragma=wal_autocheckpoint(4000)"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", uri+"&_pragma=cache_size(-8000)&_pragma=query_only(1)"); err != nil {
		return nil, err
	}
	readers := max(o.Readers, 4)
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(fault(err), s.Close())
	}
	return s, nil
}

func (s *Store) start(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.write.QueryRowContext(ctx, "SELECT ledger FROM ledger_head").Scan(&s.ledger); errors.Is(err, sql.ErrNoRows) {
		var id [16]byte
		rand.Read(id[:])
		s.ledger = hex.EncodeToString(id[:])
		if _, err := s.write.ExecContext(ctx, s.dialect.sql(`INSERT INTO ledger_head
			(id, ledger, turn, recorded_at, next_entry, next_item, next_unit, next_lot, next_master)
			VALUES (1, $1, 0, 0, 1, 1, 1, 1, 1)`), s.ledger); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	var err error
	s.writer, err = newWriter(s)
	return err
}

// Close waits for the batch under way and closes the ledger.
func (s *Store) Close() error {
	if s.writer != nil {
		s.writer.close()
	}
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.remove {
		errs = append(errs, removeFiles(s.options.Path))
	}
	return errors.Join(errs...)
}

// Ledger is the ledger's own id, made once and kept for ever.
func (s *Store) Ledger() string { return s.ledger }

// Now is the store's clock.
func (s *Store) Now() stock.Time { return s.clock() }

// query runs a read, prepared once and kept, and hands each row to scan. The texts are few: values are always arguments.
func (s *Store) query(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	kept, ok := s.stmts.Load(text)
	if !ok {
		stmt, err := s.read.PrepareContext(ctx, s.dialect.sql(text))
		if err != nil {
			return fault(err)
		}
		var raced bool
		if kept, raced = s.stmts.LoadOrStore(text, stmt); raced {
			stmt.Close()
		}
	}
	rows, err := kept.(*sql.Stmt).QueryContext(ctx, args...)
	return scanAll(rows, err, scan)
}

// query runs a read on a database that is not the store's own.
func query(ctx context.Context, db *sql.DB, d *dialect, text string, args []any, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, d.sql(text), args...)
	return scanAll(rows, err, scan)
}

func scanAll(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fault(err)
		}
	}
	return fault(rows.Err())
}

// fault turns what the engine says into an error that a caller can act on, where there is one.
func fault(err error) error {
	var engine *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &engine) && engine.Code()&0xff == 13:
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk is full: nothing was recorded; make room and try again")
	case errors.As(err, &engine) && engine.Code()&0xff == 10:
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk cannot be written (%v): nothing was recorded", engine)
	case errors.As(err, &engine) && engine.Code()&0xff == 14:
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file cannot be opened: %v", engine)
	case errors.As(err, &engine) && engine.Code()&0xff == 8:
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file is read-only")
	case errors.Is(err, fs.ErrPermission):
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file may not be opened: %v", err)
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "the request was given up before it was answered")
	}
	return err
}

// escapePath keeps the marks of a URI out of a file name.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}
