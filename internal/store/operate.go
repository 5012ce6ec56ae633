package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
)

// operation is what the writer runs for operational tables, which hold no entries: such as the files of a watched folder. It
// is a transaction of its own, between two batches.
type operation func(ctx context.Context, w *writer) error

// operate has the writer run an operation and waits for it. There is one connection that writes, and the writer holds it.
func (s *Store) operate(ctx context.Context, do operation) error {
	if err := ctx.Err(); err != nil {
		return fault(err)
	}
	c := &call{operation: do, done: make(chan struct{})}
	// It is waited for whatever becomes of the caller, as it may write into what is the caller's.
	if err := s.writer.take(context.WithoutCancel(ctx), c); err != nil {
		return err
	}
	return c.err
}

// change has the writer run one statement and tells how many rows it changed.
func (s *Store) change(ctx context.Context, text string, args ...any) (changed int64, err error) {
	err = s.operate(ctx, func(ctx context.Context, w *writer) error {
		result, err := w.exec(ctx, text, args...)
		if err != nil {
			return fmt.Errorf("%w in %s", err, text)
		}
		changed, err = result.RowsAffected()
		return err
	})
	return changed, err
}

// one reads one row within an operation, and tells whether there is any.
func (w *writer) one(ctx context.Context, text string, args []any, into ...any) (found bool, err error) {
	err = w.each(ctx, text, args, func(r *sql.Rows) error {
		found = true
		return r.Scan(into...)
	})
	return found, err
}

// must is one for a row that is there.
func (w *writer) must(ctx context.Context, text string, args []any, into ...any) error {
	found, err := w.one(ctx, text, args, into...)
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return err
}

// operate runs an operation as one transaction.
func (w *writer) operate(do operation) (err error) {
	ctx := context.Background()
	if err := w.begin(ctx); err != nil {
		return fault(err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: an operation panicked: %v\n%s", r, debug.Stack())
		}
		if err != nil {
			if undo := w.rollback(ctx); undo != nil {
				err = errors.Join(err, undo)
			}
			err = fault(err)
		}
	}()
	if err := w.store.dialect.inTurn(ctx, w.conn); err != nil {
		return err
	}
	if err := do(ctx, w); err != nil {
		return err
	}
	if err := w.commit(ctx); err != nil {
		if w.store.shared && away(err) {
			return errUnknown
		}
		return err
	}
	return nil
}
