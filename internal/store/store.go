// Package store keeps the ledger in SQLite: the schema, the reads, and the one writer. Nothing above it sees SQL.
//
// Start at Open, then at Post: drafts go in, the writer groups what is waiting into a batch, loads what it touches in a
// few set queries, lets package stock decide, saves in sets and commits once; nobody is answered before the commit.
package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"clew/internal/stock"
)

// Store is one organisation's ledger.
type Store struct {
	dialect  dialect
	prepares bool // statements are prepared once and kept; otherwise the driver sees to it
	shared   bool // other servers write to it too
	read     *sql.DB
	write    *sql.DB
	far      replica // its db is nil where there is none
	closers  []func()
	pools    []connections
	options  Options
	remove   bool // it is a copy, removed when it is closed
	ledger   string
	steps    int // migrations that this build knows, where others may bring the ledger further
	writer   *writer
	shelf    shelf
	contents contents
	sight    sight
	pulse    pulse
	stmts    sync.Map // text → *sql.Stmt of reads
	clock    func() stock.Time
	turn     atomic.Int64 // of who may do what, as far as this server changed it
	turning  sync.Mutex   // guards the two below
	turnSeen int64        // of who may do what, as far as any server changed it
	turnAt   time.Time
	salt     func() [16]byte
}

// Options open a store. Clock and Salt are for simulations; left out, they are the system's.
type Options struct {
	Path string // of the SQLite file

	// URL is of a PostgreSQL database, in the place of Path. Org is the organisation, DefaultOrg when empty: each has a schema.
	URL string
	Org string
	// Create makes the organisation where it is not there.
	Create bool
	// Patience is how long an entry waits for a database that is away; 10 s when 0.
	Patience time.Duration
	// Lease is how long work that one server does stays with it when it is not heard of any more; 15 s when 0.
	Lease time.Duration
	// ReadURL is of a replica of that database, for reads that need not see what was written last.
	ReadURL string
	// LogKey is the file with the key that signs the log; log.key beside the ledger, or in Dir, when empty.
	LogKey string
	// Dir is the folder for files that are being worked on, where there is no ledger's file beside which they lie.
	Dir string

	Clock func() stock.Time
	Salt  func() [16]byte

	// Ephemeral takes a place or a setting where what was acknowledged may get lost. Without it such a one is refused.
	Ephemeral bool
	// Readers is how many reads may run beside each other; 4 when 0.
	Readers int

	copied   bool      // it is a copy beside the ledger that is in use
	shelf    shelf     // of contents, where they are not beside the file
	database *Database // whose connections it shares; nil where it has its own
}

// newStore is a store that is not open yet.
func newStore(o Options) *Store {
	s := &Store{options: o, clock: o.Clock, salt: o.Salt, contents: contents{used: map[[32]byte]int{}}}
	if s.clock == nil {
		s.clock = stock.Now
	}
	if s.salt == nil {
		s.salt = func() (salt [16]byte) { rand.Read(salt[:]); return salt }
	}
	return s
}

// Open opens a ledger, making and migrating it as needed. A ledger of a newer version is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := newStore(o)
	open := s.openSQLite
	if o.URL != "" {
		open = s.openPostgres
	}
	err := open(ctx)
	if err == nil {
		err = s.start(ctx)
	}
	if err != nil {
		return nil, errors.Join(unreached(o.URL, fault(err)), s.Close())
	}
	return s, nil
}

// start finds out which ledger it is, and begins to write to it.
func (s *Store) start(ctx context.Context) (err error) {
	if s.ledger, err = identify(ctx, s.write, s.dialect); err != nil {
		return err
	}
	head, _, err := s.Head(ctx)
	if err != nil {
		return err
	}
	s.saw(head)
	if s.writer, err = newWriter(s); err == nil && s.shared {
		go s.follow(s.writer.quit)
	}
	return err
}

// identify reads the ledger's id, and gives one to a ledger that has none.
func identify(ctx context.Context, db *sql.DB, d dialect) (ledger string, err error) {
	read := func() error {
		return query(ctx, db, d, `SELECT h.ledger, h.id FROM ledger_head h`, nil, func(r *sql.Rows) error {
			var id int64
			if err := r.Scan(&ledger, &id); err != nil || id == headID {
				return err
			}
			return errUnderCopy
		})
	}
	if err := read(); err != nil || ledger != "" {
		return ledger, err
	}
	var id [16]byte
	rand.Read(id[:])
	text, args, err := d.statement(`INSERT INTO ledger_head (id, ledger, turn, recorded_at, next_entry, next_item, next_unit, next_lot, next_master)
		VALUES (1, $1, 0, 0, 1, 1, 1, 1, 1)`, []any{hex.EncodeToString(id[:])})
	if err != nil {
		return "", err
	}
	if _, err := db.ExecContext(ctx, text, args...); err != nil {
		return "", err
	}
	err = read()
	return ledger, err
}

// Close waits for the batch under way and closes the ledger.
func (s *Store) Close() error {
	if s.writer != nil {
		s.writer.close()
	}
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write, s.far.db} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	for _, end := range s.closers {
		end()
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

// query runs a read and hands each row to scan. The texts are few: values are always arguments.
func (s *Store) query(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	if g := gathered(ctx); g != nil {
		return s.together(ctx, g, text, args, scan)
	}
	rows, err := s.rows(ctx, text, args)
	if err = scanAll(rows, err, scan); err != nil {
		if _, told := stock.AsError(err); !told {
			err = fmt.Errorf("%w in %s", err, text)
		}
	}
	return err
}

func (s *Store) rows(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	text, args, err := s.narrow(ctx, text, args)
	if err != nil {
		return nil, err
	}
	statement, args, err := s.dialect.statement(text, args)
	if err != nil {
		return nil, err
	}
	if !s.prepares {
		return s.send(ctx, statement, args...)
	}
	kept, ok := s.stmts.Load(text)
	if !ok {
		stmt, err := s.read.PrepareContext(ctx, statement)
		if err != nil {
			return nil, err
		}
		var raced bool
		if kept, raced = s.stmts.LoadOrStore(text, stmt); raced {
			stmt.Close()
		}
	}
	return kept.(*sql.Stmt).QueryContext(ctx, args...)
}

// snapshot begins a transaction that sees the ledger as it is at its first read.
func (s *Store) snapshot(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.read.BeginTx(ctx, s.dialect.snapshot())
	for tries := s.readers(); cutOff(err) && tries > 0; tries-- {
		tx, err = s.read.BeginTx(ctx, s.dialect.snapshot())
	}
	return tx, err
}

// readers is how many connections may read at once from a database that is shared, and so how many may be dead before one is not.
func (s *Store) readers() int { return max(s.options.Readers, fewReaders) }

const fewReaders = 8

// query runs a read on a database that is not the store's own.
func query(ctx context.Context, db *sql.DB, d dialect, text string, args []any, scan func(*sql.Rows) error) error {
	statement, args, err := d.statement(text, args)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, statement, args...)
	for tries := fewReaders; cutOff(err) && tries > 0; tries-- {
		rows, err = db.QueryContext(ctx, statement, args...)
	}
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

// fault turns what an engine says into an error that a caller can act on, where there is one.
func fault(err error) error {
	if err == nil {
		return nil
	}
	if _, is := stock.AsError(err); is {
		return err
	}
	if said := cmp.Or(sqliteFault(err), postgresFault(err)); said != nil {
		return said
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk is full: nothing was recorded; make room and try again (%v)", err)
	case errors.Is(err, syscall.EIO):
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk cannot be read or written (%v): nothing was recorded", err)
	case errors.Is(err, fs.ErrPermission):
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file may not be opened: %v", err)
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "the request was given up before it was answered")
	}
	return err
}
