package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// What a batch asks of PostgreSQL goes there in few round trips: statements that need nothing of each other's answers are sent together.
// Loads that do not build on each other run side by side, and whenever all of them wait for an answer, their questions are sent. What is to
// be saved is gathered and sent with the COMMIT. SQLite, which is in the same process, is asked one by one.

// question is a statement that goes to the engine together with others.
type question struct {
	text string // as it was written
	sql  string
	args []any
	scan func(*sql.Rows) error // nil where there is nothing to read
}

// pipedConnector makes connections that take many statements at once.
type pipedConnector struct{ driver.Connector }

// openPiped is stdlib.OpenDBFromPool with such connections.
func openPiped(pool *pgxpool.Pool) *sql.DB {
	db := sql.OpenDB(pipedConnector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // the pool keeps them
	return db
}

func (c pipedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return pipedConn{conn.(*stdlib.Conn)}, nil
}

// pipedConn is a connection of pgx. A query whose only argument is a list of questions is all of them, each with a set of results.
type pipedConn struct{ *stdlib.Conn }

func (c pipedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) != 1 {
		return c.Conn.QueryContext(ctx, text, args)
	}
	many, is := args[0].Value.([]*question)
	if !is {
		return c.Conn.QueryContext(ctx, text, args)
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	var sent pgx.Batch
	for _, q := range many {
		sent.Queue(q.sql, q.args...)
	}
	a := &answers{results: c.Conn.Conn().SendBatch(ctx, &sent), left: len(many)}
	if err := a.NextResultSet(); err != nil {
		return nil, errors.Join(err, a.results.Close())
	}
	return a, nil
}

// answers are the results of many statements, one after another.
type answers struct {
	results pgx.BatchResults
	rows    pgx.Rows
	left    int
}

func (a *answers) HasNextResultSet() bool { return a.left > 0 }

func (a *answers) NextResultSet() error {
	if a.left == 0 {
		return io.EOF
	}
	if a.rows != nil {
		a.rows.Close()
	}
	a.left--
	var err error
	a.rows, err = a.results.Query()
	return err
}

func (a *answers) Columns() []string {
	fields := a.rows.FieldDescriptions()
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

func (a *answers) Close() error {
	if a.rows != nil {
		a.rows.Close()
	}
	return a.results.Close()
}

func (a *answers) Next(into []driver.Value) error {
	if !a.rows.Next() {
		if err := a.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	raw := a.rows.RawValues()
	for i, f := range a.rows.FieldDescriptions() {
		switch src := raw[i]; {
		case src == nil:
			into[i] = nil
		case f.DataTypeOID == pgtype.TextOID:
			into[i] = string(src)
		case f.Format == pgtype.BinaryFormatCode && f.DataTypeOID == pgtype.Int8OID:
			into[i] = int64(binary.BigEndian.Uint64(src))
		case f.Format == pgtype.BinaryFormatCode && f.DataTypeOID == pgtype.Int4OID:
			into[i] = int64(int32(binary.BigEndian.Uint32(src)))
		case f.Format == pgtype.BinaryFormatCode && f.DataTypeOID == pgtype.ByteaOID:
			into[i] = append([]byte{}, src...)
		default:
			return a.others(into)
		}
	}
	return nil
}

// others reads a row that has values of other kinds, or as text.
func (a *answers) others(into []driver.Value) error {
	values, err := a.rows.Values()
	for i, value := range values {
		switch v := value.(type) {
		case int16:
			into[i] = int64(v)
		case int32:
			into[i] = int64(v)
		case nil, int64, string, []byte, bool, float64:
			into[i] = v
		default:
			return fmt.Errorf("store: a column of type %T cannot be read", v)
		}
	}
	return err
}

// ask sends questions together, and what is still to be sent before them, and reads the answers in their order.
func (w *writer) ask(ctx context.Context, questions ...*question) error {
	all := append(w.pending, questions...)
	w.pending, w.held = nil, 0
	if len(all) == 0 {
		return nil
	}
	rows, err := w.conn.QueryContext(ctx, "", all)
	if err != nil {
		return fmt.Errorf("%w in %s", err, all[0].text)
	}
	defer rows.Close()
	for i, q := range all {
		if i > 0 && !rows.NextResultSet() {
			return fmt.Errorf("%w in %s", cmp.Or(rows.Err(), io.ErrUnexpectedEOF), q.text)
		}
		for rows.Next() {
			if q.scan == nil {
				continue
			}
			if err := q.scan(rows); err != nil {
				return fmt.Errorf("%w in %s", err, q.text)
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%w in %s", err, q.text)
		}
	}
	return rows.Close()
}

// question renders a statement.
func (w *writer) question(text string, args []any, scan func(*sql.Rows) error) (*question, error) {
	statement, args, err := w.store.dialect.statement(text, args)
	return &question{text: text, sql: statement, args: args, scan: scan}, err
}

// held is by how many bytes what is to be sent may grow.
const mostHeld = 4 << 20

// later runs a statement from which nothing is read: now, or where the engine is far, together with what comes.
func (w *writer) later(ctx context.Context, text string, args ...any) error {
	if !w.store.shared {
		_, err := w.exec(ctx, text, args...)
		return err
	}
	q, err := w.question(text, args, nil)
	if err != nil {
		return err
	}
	for _, arg := range args {
		if set, is := arg.(string); is {
			w.held += len(set)
		}
	}
	if w.held > mostHeld {
		return w.ask(ctx, q)
	}
	w.pending = append(w.pending, q)
	return nil
}

var errStopped = errors.New("store: another load failed")

// chain makes one step of several that need what those before them loaded.
func chain(steps ...func() error) func() error {
	return func() error {
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
}

// side is a step that runs beside others.
type side struct {
	resume func() (*question, bool)
	wait   func(*question) bool // hands a question over and waits for its answer
	err    error
}

// together runs steps of which none needs what another loads. Where the engine is far they run side by side: each until it asks
// something, then all that they asked is sent together.
func (w *writer) together(ctx context.Context, steps ...func() error) error {
	if !w.store.shared || len(steps) == 1 {
		return chain(steps...)()
	}
	defer func() { w.beside = nil }()
	var running []*side
	for _, step := range steps {
		one := &side{}
		next, stop := iter.Pull(func(wait func(*question) bool) {
			one.wait = wait
			one.err = step()
		})
		defer stop()
		one.resume = next
		running = append(running, one)
	}
	for len(running) > 0 {
		var waiting []*side
		var questions []*question
		for _, one := range running {
			w.beside = one
			if q, more := one.resume(); more {
				waiting, questions = append(waiting, one), append(questions, q)
			} else if one.err != nil {
				return one.err
			}
		}
		w.beside = nil
		if err := w.ask(ctx, questions...); err != nil {
			return err
		}
		running = waiting
	}
	return nil
}
