package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"

	"clew/internal/stock"
)

// underCopy is the id of the head's row while a ledger is being copied into a database. Nobody opens such a ledger; the last that
// a copy does is to give the row its own id.
const (
	headID    = 1
	underCopy = 2
)

var errUnderCopy = errors.New("a copy into this ledger was not finished: run the same clew copy again, which goes on where it was")

// Transferring tells how far a copy is.
type Transferring struct {
	Step  string // copy, compare or verify
	Table string
	Done  int64
	Total int64
}

// Transferred is a ledger that is the same on both sides.
type Transferred struct {
	Ledger   string
	Entries  int64
	Tables   int
	Rows     int64
	Contents int64 // of attached files
	Resumed  bool  // an earlier copy was gone on with
	Already  bool  // it was there already, and only compared
	Digest   [32]byte
	Report   *Report // of the copy
}

// transfer copies one ledger.
type transfer struct {
	ctx      context.Context
	from, to *Store
	snapshot *sql.Tx // of from
	progress func(Transferring)
	done     Transferred
}

// Transfer copies a ledger into an empty database of any engine: same id, same rows, same contents of attached files. A copy that was
// broken off is gone on with. Then all is compared, and the copy is verified; until it is equal nobody can open it.
// Whoever calls it sees to it that nobody else opens a ledger in a file.
func Transfer(ctx context.Context, from, to Options, progress func(Transferring)) (*Transferred, error) {
	if from.URL == "" {
		if _, err := os.Stat(from.Path); err != nil {
			return nil, fmt.Errorf("there is no ledger to copy at %s", from.Path)
		}
	}
	source, err := Open(ctx, from)
	if err != nil {
		return nil, fmt.Errorf("the source cannot be opened: %w", err)
	}
	defer source.Close()
	if _, err := source.Seal(ctx, Sealing{}); err != nil && !hasCode(err, stock.CodeLogBroken) {
		return nil, fmt.Errorf("the source cannot be sealed: %w", err)
	}
	target, err := openRaw(ctx, to)
	if err != nil {
		return nil, fmt.Errorf("the target cannot be opened: %w", err)
	}
	t := &transfer{ctx: ctx, from: source, to: target, progress: progress}
	err = t.inSnapshot(t.whole)
	if err := errors.Join(err, target.Close()); err != nil {
		return nil, fault(err)
	}
	return &t.done, t.verify(to)
}

var errTwoCopies = errors.New("somebody else copies into the target, too: let that end, and run the same copy again")

// openRaw opens a database without beginning to write entries to it.
func openRaw(ctx context.Context, o Options) (*Store, error) {
	s := newStore(o)
	open := s.openSQLite
	if o.URL != "" {
		s.options.Create = true
		open = s.openPostgres
	}
	if err := open(ctx); err != nil {
		return nil, errors.Join(fault(err), s.Close())
	}
	return s, nil
}

// inSnapshot runs something with the source as it is now.
func (t *transfer) inSnapshot(do func() error) (err error) {
	if t.snapshot, err = t.from.snapshot(t.ctx); err != nil {
		return fault(err)
	}
	defer t.snapshot.Rollback()
	return do()
}

func (t *transfer) tell(p Transferring) {
	if t.progress != nil {
		t.progress(p)
	}
}

// whole copies and compares.
func (t *transfer) whole() error {
	if err := t.idle(); err != nil {
		return err
	}
	head, err := t.claim()
	if err != nil {
		return err
	}
	if !t.done.Already {
		if err := t.rows(); err != nil {
			return err
		}
	}
	if err := t.contents(); err != nil {
		return err
	}
	for _, s := range shapesByName() {
		if err := t.compare(s); err != nil {
			return err
		}
	}
	if err := t.unchanged(head); err != nil || t.done.Already {
		return err
	}
	if err := t.from.handKeys(t.to); err != nil {
		return err
	}
	return t.finish()
}

// idle refuses to copy while imports wait, whose files lie in the folder of the source.
func (t *transfer) idle() error {
	return ask(t.ctx, t.snapshot, t.from.dialect, `SELECT COUNT(*) FROM import_job j WHERE j.state IN ($1, $2)`, []any{WatchedWaiting, WatchedRunning}, func(r *sql.Rows) error {
		var n int64
		if err := r.Scan(&n); err != nil || n == 0 {
			return err
		}
		return fmt.Errorf("%d imports in the background are not finished in the source: let them end, or cancel them (see clew imports)", n)
	})
}

// head is the row of a ledger's head.
type head []any

func (h head) of(name string) any {
	return h[slices.IndexFunc(shapes()["ledger_head"].columns, func(c column) bool { return c.name == name })]
}

// same reports whether two heads are of the same ledger after the same entries. Their turns may differ: a refused draft takes one too.
func (h head) same(other head) bool {
	for i, c := range shapes()["ledger_head"].columns {
		if c.name != "id" && c.name != "turn" && h[i] != other[i] {
			return false
		}
	}
	return true
}

func (h head) entries() int64 { return h.of("next_entry").(int64) - 1 }

// readHead reads the head, nil where there is none yet.
func readHead(ctx context.Context, at asker, d dialect) (h head, err error) {
	s := shapes()["ledger_head"]
	return h, ask(ctx, at, d, `SELECT `+s.names(s.columns, "h.")+` FROM ledger_head h`, nil, func(r *sql.Rows) error {
		h = make(head, len(s.columns))
		into := make([]any, len(h))
		for i := range h {
			into[i] = &h[i]
		}
		return r.Scan(into...)
	})
}

// claim makes the target one that a copy goes on into, or refuses it.
func (t *transfer) claim() (head, error) {
	source, err := readHead(t.ctx, t.snapshot, t.from.dialect)
	if err != nil {
		return nil, err
	}
	t.done.Ledger, t.done.Entries = source.of("ledger").(string), source.entries()
	target, err := readHead(t.ctx, t.to.read, t.to.dialect)
	if err != nil {
		return nil, err
	}
	switch {
	case target == nil:
	case target.of("ledger") != source.of("ledger"):
		if err := t.mustBeEmpty(target); err != nil {
			return nil, err
		}
	case target.of("id") == int64(underCopy) && !target.same(source):
		return nil, fmt.Errorf("the source has had entries since this copy was begun (%d then, %d now): remove what was copied into the target, and copy again", target.entries(), source.entries())
	case target.of("id") == int64(underCopy):
		t.done.Resumed = true
	case !target.same(source):
		return nil, fmt.Errorf("the target holds this ledger already, with %d entries, and the source has %d", target.entries(), source.entries())
	default:
		t.done.Already = true
		return source, nil
	}
	return source, t.inTarget(func(tx *sql.Tx) error { return t.mark(tx, source, target) })
}

func (t *transfer) mustBeEmpty(h head) error {
	if h.of("id") == int64(underCopy) {
		return fmt.Errorf("a copy of another ledger (%s) into the target was not finished: copy into another one", h.of("ledger"))
	}
	for _, s := range shapesByName() {
		if key, err := s.greatest(t.ctx, t.to.read, t.to.dialect); err != nil || key != nil {
			return cmpErr(err, fmt.Errorf("the target holds another ledger (%s, %d entries): copy into an empty one", h.of("ledger"), h.entries()))
		}
	}
	return nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// mark writes the source's head under the id that keeps everybody from opening the target, in the place of the one that is there. What
// runs beside a ledger is copied anew, as it may have changed without an entry.
func (t *transfer) mark(tx *sql.Tx, source, target head) error {
	if target != nil {
		// A server that took the empty ledger and wrote to it meanwhile has won.
		gone, err := t.exec(tx, `DELETE FROM ledger_head WHERE id = $1 AND next_entry = $2`, target.of("id"), target.of("next_entry"))
		if err != nil {
			return err
		}
		if n, err := gone.RowsAffected(); err != nil || n != 1 {
			return cmpErr(err, errors.New("somebody else writes to the target: stop what serves it"))
		}
	}
	for name := range operational {
		if _, err := t.exec(tx, `DELETE FROM `+name); err != nil {
			return err
		}
	}
	h, set := shapes()["ledger_head"], rowset{}
	set.add(append([]any{int64(underCopy)}, source[1:]...)...)
	_, err := t.exec(tx, h.insert(), set.text())
	return err
}

func (t *transfer) exec(tx *sql.Tx, text string, args ...any) (sql.Result, error) {
	statement, args, err := t.to.dialect.statement(text, args)
	if err != nil {
		return nil, err
	}
	result, err := tx.ExecContext(t.ctx, statement, args...)
	if err != nil {
		err = fmt.Errorf("%w in %s", err, text)
	}
	return result, err
}

// inTarget runs something in the target that is done whole or not at all.
func (t *transfer) inTarget(do func(tx *sql.Tx) error) error {
	tx, err := t.to.write.BeginTx(t.ctx, nil)
	if err != nil {
		return fault(err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return fault(err)
	}
	return fault(tx.Commit())
}

// rows copies all rows that the target does not have yet.
func (t *transfer) rows() error {
	for _, s := range shapesByName() {
		total, err := s.count(t.ctx, t.snapshot, t.from.dialect)
		if err != nil {
			return err
		}
		after, err := s.greatest(t.ctx, t.to.read, t.to.dialect)
		if err != nil {
			return err
		}
		var done int64
		if after != nil {
			if done, err = s.count(t.ctx, t.to.read, t.to.dialect); err != nil {
				return err
			}
		}
		insert := s.insert()
		if err := s.each(t.ctx, t.snapshot, t.from.dialect, after, func(p *chunk) error {
			if err := t.inTarget(func(tx *sql.Tx) error {
				_, err := t.exec(tx, insert, p.rows.text())
				return err
			}); postgresTwice(err) {
				return errTwoCopies
			} else if err != nil {
				return err
			}
			done += int64(p.rows.n)
			t.tell(Transferring{"copy", s.name, done, total})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// contents copies what is in attached files, each once.
func (t *transfer) contents() error {
	after := []byte{0}
	for {
		var some []*stock.File
		if err := ask(t.ctx, t.snapshot, t.from.dialect, `SELECT f.hash, MIN(f.size) FROM file f WHERE f.hash > $1 GROUP BY f.hash ORDER BY f.hash LIMIT 500`, []any{after}, func(r *sql.Rows) error {
			var hash []byte
			f := &stock.File{}
			err := r.Scan(&hash, &f.Size)
			copy(f.Hash[:], hash)
			some = append(some, f)
			return err
		}); err != nil || len(some) == 0 {
			return err
		}
		for _, f := range some {
			if err := t.content(f); err != nil {
				return err
			}
			after = f.Hash[:]
			t.done.Contents++
		}
		t.tell(Transferring{"copy", "contents of files", t.done.Contents, 0})
	}
}

// content copies one content, unless the target has it.
func (t *transfer) content(f *stock.File) error {
	if t.to.checkContent(f.Hash, f.Size) == nil {
		return nil
	}
	in, err := t.from.Content(f)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := t.to.NewContent()
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		_, _, err = out.Keep()
	}
	return errors.Join(err, t.to.Settle(t.ctx, out, false))
}

// compare reads a table on both sides in the order of its key.
func (t *transfer) compare(s *shape) error {
	type side struct {
		rows int64
		sum  hash.Hash
		err  error
	}
	read := func(at asker, d dialect, tell bool) (got side) {
		got.sum = sha256.New()
		got.err = s.each(t.ctx, at, d, nil, func(p *chunk) error {
			got.rows += int64(p.rows.n)
			got.sum.Write(append(p.rows.buf[1:], ',')) // the same bytes, however the rows are parted
			if tell {
				t.tell(Transferring{"compare", s.name, got.rows, 0})
			}
			return nil
		})
		return got
	}
	other := make(chan side, 1)
	go func() { other <- read(t.to.read, t.to.dialect, false) }()
	from := read(t.snapshot, t.from.dialect, true)
	to := <-other
	if err := errors.Join(from.err, to.err); err != nil {
		return err
	}
	is := from.sum.Sum(nil)
	if from.rows != to.rows || !slices.Equal(is, to.sum.Sum(nil)) {
		return fmt.Errorf("table %s is not the same on both sides (%d rows, %d in the target): remove what was copied into the target, and copy again", s.name, from.rows, to.rows)
	}
	t.done.Tables++
	t.done.Rows += from.rows
	t.done.Digest = sha256.Sum256(append(append(t.done.Digest[:], s.name...), is...))
	return nil
}

// unchanged refuses a source that took entries while it was copied: they would be lost in the copy.
func (t *transfer) unchanged(was head) error {
	now, err := readHead(t.ctx, t.from.read, t.from.dialect)
	if err != nil || now.same(was) {
		return err
	}
	return fmt.Errorf("the source took entries while it was copied (%d then, %d now): stop what serves it, remove what was copied into the target, and copy again", was.entries(), now.entries())
}

// finish gives the head its own id, by which the copy can be opened.
func (t *transfer) finish() error {
	return t.inTarget(func(tx *sql.Tx) error {
		_, err := t.exec(tx, `UPDATE ledger_head SET id = $1 WHERE id = $2`, int64(headID), int64(underCopy))
		return err
	})
}

// verify proves the copy by itself, as clew verify does.
func (t *transfer) verify(to Options) error {
	s, err := Open(t.ctx, to)
	if err != nil {
		return err
	}
	defer s.Close()
	t.done.Report, err = s.Verify(t.ctx, func(done, total int64) { t.tell(Transferring{"verify", "entry", done, total}) })
	return err
}
