package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"
)

const (
	// pieceSize is how much of a file is a row.
	pieceSize = 256 << 10
	// pieceTime is how long a piece may take to be read or written.
	pieceTime = 30 * time.Second
	// looseTime is how long a content is kept that nothing needs: much longer than from when it is there to when its entry is.
	looseTime = 24 * time.Hour
	// shelfAtOnce is how many connections files have, which are none of the writer's: large ones hold no movement up.
	shelfAtOnce = 3
)

// databaseShelf keeps files as rows of pieces, where all servers see them.
type databaseShelf struct {
	dialect dialect
	db      *sql.DB
	keeping chan struct{} // as many as may be kept at once, so that others can be read meanwhile
}

// shelfWork is a transaction of the shelf.
type shelfWork struct {
	ctx     context.Context
	dialect dialect
	tx      *sql.Tx
}

// in runs something as one transaction, on a connection that is not the writer's.
func (d *databaseShelf) in(ctx context.Context, do func(w *shelfWork) error) error {
	tx, err := d.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fault(err)
	}
	defer tx.Rollback()
	w := &shelfWork{ctx, d.dialect, tx}
	// A server that hangs in the midst of a file lets the others go on after a while.
	if _, err := tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = '60s'`); err != nil {
		return fault(err)
	}
	if err := do(w); err != nil {
		return fault(err)
	}
	return fault(tx.Commit())
}

func (w *shelfWork) exec(text string, args ...any) (changed int64, err error) {
	text, args, err = w.dialect.statement(text, args)
	if err != nil {
		return 0, err
	}
	result, err := w.tx.ExecContext(w.ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (w *shelfWork) each(text string, args []any, scan func(*sql.Rows) error) error {
	text, args, err := w.dialect.statement(text, args)
	if err != nil {
		return err
	}
	rows, err := w.tx.QueryContext(w.ctx, text, args...)
	return scanAll(rows, err, scan)
}

// newFileID is a number that no other file has: there is no row to count them in, for which servers would wait.
func newFileID() int64 { return rand.Int64N(1<<62) + 1 }

// keep writes a file in one transaction. Others that keep one of the same name wait for it, and find that it is there.
func (d *databaseShelf) keep(ctx context.Context, spool *os.File, hash [32]byte, name string) error {
	info, err := spool.Stat()
	if err != nil {
		return err
	}
	select {
	case d.keeping <- struct{}{}:
		defer func() { <-d.keeping }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return d.in(ctx, func(w *shelfWork) error {
		id, there := newFileID(), int64(0)
		if _, err := w.exec(`INSERT INTO kept_file (id, name, size, kept_at, loose) VALUES ($1, $2, $3, @now, 1)
			ON CONFLICT (name) DO UPDATE SET size = excluded.size, kept_at = excluded.kept_at`, id, name, info.Size()); err != nil {
			return err
		}
		if err := w.each(`SELECT k.id FROM kept_file k WHERE k.name = $1`, []any{name}, func(r *sql.Rows) error { return r.Scan(&there) }); err != nil {
			return err
		}
		if there != id {
			if whole, err := w.whole(there, hash); whole || err != nil {
				return err
			}
			if _, err := w.exec(`DELETE FROM kept_piece WHERE file = $1`, there); err != nil {
				return err
			}
		}
		return w.pieces(there, io.NewSectionReader(spool, 0, info.Size()))
	})
}

// whole reports whether the pieces of a file are of a hash. If not, they are written again.
func (w *shelfWork) whole(id int64, hash [32]byte) (bool, error) {
	sum := sha256.New()
	err := w.each(`SELECT p.bytes FROM kept_piece p WHERE p.file = $1 ORDER BY p.piece`, []any{id}, func(r *sql.Rows) error {
		var piece sql.RawBytes
		err := r.Scan(&piece)
		sum.Write(piece)
		return err
	})
	return [32]byte(sum.Sum(nil)) == hash, err
}

func (w *shelfWork) pieces(id int64, from io.Reader) error {
	piece := make([]byte, pieceSize)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(from, piece)
		if got > 0 {
			if _, err := w.exec(`INSERT INTO kept_piece (file, piece, bytes) VALUES ($1, $2, $3)`, id, n, piece[:got]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

func (d *databaseShelf) place(ctx context.Context, w *writer, from, to string) error {
	result, err := w.exec(ctx, `UPDATE kept_file SET name = $2, loose = 0 WHERE name = $1`, from, to)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("store: %s is not kept: %w", from, errors.Join(err, fs.ErrNotExist))
	}
	return nil
}

func (d *databaseShelf) open(ctx context.Context, name string) (io.ReadCloser, error) {
	r := &pieceReader{shelf: d, ctx: ctx}
	found := false
	err := query(ctx, d.db, d.dialect, `SELECT k.id, k.size FROM kept_file k WHERE k.name = $1`, []any{name}, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&r.id, &r.left)
	})
	if err == nil && !found {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// pieceReader reads a file piece by piece, and holds no connection meanwhile.
type pieceReader struct {
	shelf *databaseShelf
	ctx   context.Context
	id    int64
	next  int64
	left  int64 // that are there at least
	piece []byte
}

// Read reads on.
func (r *pieceReader) Read(into []byte) (int, error) {
	if len(r.piece) == 0 {
		ctx, cancel := context.WithTimeout(r.ctx, pieceTime)
		defer cancel()
		err := query(ctx, r.shelf.db, r.shelf.dialect, `SELECT p.bytes FROM kept_piece p WHERE p.file = $1 AND p.piece = $2`, []any{r.id, r.next},
			func(rows *sql.Rows) error { return rows.Scan(&r.piece) })
		switch {
		case err != nil:
			return 0, err
		case len(r.piece) == 0 && r.left > 0:
			return 0, errors.New("a piece of the file is missing in the database")
		case len(r.piece) == 0:
			return 0, io.EOF
		}
		r.next++
		r.left -= int64(len(r.piece))
	}
	n := copy(into, r.piece)
	r.piece = r.piece[n:]
	return n, nil
}

// Close does nothing: nothing is held.
func (r *pieceReader) Close() error { return nil }

func (d *databaseShelf) remove(ctx context.Context, name string) error {
	return d.in(ctx, func(w *shelfWork) error { return w.remove(`name = $1`, name) })
}

// remove removes the files that a condition is true of.
func (w *shelfWork) remove(where string, args ...any) error {
	gone := rowset{}
	if err := w.each(`DELETE FROM kept_file WHERE `+where+` RETURNING id`, args, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		gone.add(id)
		return err
	}); err != nil || gone.n == 0 {
		return err
	}
	_, err := w.exec(`DELETE FROM kept_piece WHERE file IN (SELECT id FROM @rows($1: id int))`, gone.text())
	return err
}

func (d *databaseShelf) older(ctx context.Context, folder string, age time.Duration) (names []string, err error) {
	return names, query(ctx, d.db, d.dialect, `SELECT k.name FROM kept_file k WHERE k.name > $1 AND k.name < $2 AND k.kept_at < @now - $3`,
		[]any{folder + "/", folder + "0", age.Milliseconds()}, func(r *sql.Rows) error { // 0 is what comes after /
			var name string
			err := r.Scan(&name)
			names = append(names, name)
			return err
		})
}

// write begins a file anew. Whoever still writes an older one of that name cannot go on.
func (d *databaseShelf) write(ctx context.Context, name string) (KeptWriter, error) {
	out := &pieceWriter{shelf: d, ctx: ctx, id: newFileID()}
	return out, d.in(ctx, func(w *shelfWork) error {
		if err := w.remove(`name = $1`, name); err != nil {
			return err
		}
		_, err := w.exec(`INSERT INTO kept_file (id, name, size, kept_at, loose) VALUES ($1, $2, 0, @now, 0)`, out.id, name)
		return err
	})
}

// pieceWriter writes a file that grows.
type pieceWriter struct {
	shelf  *databaseShelf
	ctx    context.Context
	id     int64
	next   int64
	buffer []byte
}

// Write adds to the file.
func (p *pieceWriter) Write(part []byte) (int, error) {
	p.buffer = append(p.buffer, part...)
	if len(p.buffer) < pieceSize {
		return len(part), nil
	}
	return len(part), p.Flush()
}

// Flush lets others read what was written.
func (p *pieceWriter) Flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	err := p.shelf.in(p.ctx, func(w *shelfWork) error {
		n, err := w.exec(`UPDATE kept_file SET size = size + $2 WHERE id = $1`, p.id, len(p.buffer))
		if err == nil && n == 0 {
			err = errors.New("store: the file was removed, or another server writes it")
		}
		if err == nil {
			_, err = w.exec(`INSERT INTO kept_piece (file, piece, bytes) VALUES ($1, $2, $3)`, p.id, p.next, p.buffer)
		}
		return err
	})
	if err == nil {
		p.next++
		p.buffer = p.buffer[:0]
	}
	return err
}

// Discard removes the file, and none that another server writes under the same name by now.
func (p *pieceWriter) Discard() error {
	return p.shelf.in(p.ctx, func(w *shelfWork) error { return w.remove(`id = $1`, p.id) })
}

// Close does nothing: what is wanted was flushed.
func (p *pieceWriter) Close() error { return nil }
