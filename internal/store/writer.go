package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"clew/internal/stock"
)

const (
	// batchDrafts and batchUnits bound a batch, so that nobody waits long behind it. A call that names more units than
	// batchUnits is a batch of its own.
	batchDrafts = 256
	batchUnits  = 5000
	// queued is how many calls may wait before further callers are held back.
	queued = 1024
)

// call is one caller's drafts, decided in order within one batch.
type call struct {
	drafts   []*stock.Draft
	outcomes []stock.Outcome
	err      error
	done     chan struct{}
	size     int

	operation operation // instead of drafts
}

// writer is the only one to write to the ledger. It works in batches: what arrives while one commits makes the next.
type writer struct {
	store  *Store
	calls  chan *call
	quit   chan struct{} // closed to end the writer
	gone   chan struct{} // closed when it has ended
	conn   *sql.Conn     // nil until it is needed, and after it broke
	stmts  map[string]*sql.Stmt
	ended  sync.Once
	news   news
	own    news // of entries that this server recorded
	known  knownFields
	closed knownClosings
	people bool // the batch says something of people
	set    knownSettings

	forgets bool // the batch erases something

	observer atomic.Pointer[func(Commit)]

	pending []*question // what is sent with the next question, or with the commit
	held    int         // how many bytes they hold
	beside  *side       // the one of several loads that runs at the moment

	committing func() // for tests, before a commit is sent
}

var errClosed = stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "the server is shutting down: send the request again")

func newWriter(s *Store) (*writer, error) {
	w := &writer{store: s, calls: make(chan *call, queued), quit: make(chan struct{}), gone: make(chan struct{}), stmts: map[string]*sql.Stmt{}}
	if err := w.connect(context.Background()); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

func (w *writer) close() {
	w.ended.Do(func() {
		close(w.quit)
		<-w.gone
		w.disconnect()
	})
}

// connect sees to it that the writer has a connection.
func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn == nil {
		w.conn, err = w.store.write.Conn(ctx)
	}
	return err
}

// disconnect gives the connection up, with what was prepared on it.
func (w *writer) disconnect() {
	for _, stmt := range w.stmts {
		stmt.Close()
	}
	clear(w.stmts)
	w.pending, w.held = nil, 0
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// giveUp gives a connection up that broke, and with it those that were idle beside it: whatever ended one has likely ended them too, and the
// writer would try them one after another.
func (w *writer) giveUp() {
	w.disconnect()
	for _, c := range w.store.pools {
		if c.db == w.store.write {
			c.pool.Reset()
		}
	}
}

// rest gives a connection that is shared with other organisations back to them when there is nothing to write.
func (w *writer) rest() {
	if w.store.options.database != nil && len(w.calls) == 0 {
		w.disconnect()
	}
}

// begin begins a transaction.
func (w *writer) begin(ctx context.Context) error {
	if err := w.connect(ctx); err != nil {
		return err
	}
	err := w.store.dialect.begin(ctx, w.conn)
	if err != nil && w.store.shared {
		w.giveUp()
	}
	return err
}

// beginSoon begins a transaction with the first that is asked in it.
func (w *writer) beginSoon(ctx context.Context) error {
	if !w.store.shared {
		return w.begin(ctx)
	}
	if err := w.connect(ctx); err != nil {
		return err
	}
	w.pending = append(w.pending[:0], &question{text: "BEGIN", sql: beginPiped}, &question{text: "SET LOCAL", sql: w.store.dialect.(postgresDialect).setLocal()})
	return nil
}

// rollback takes a transaction back. A connection on which that fails is given up.
func (w *writer) rollback(ctx context.Context) error {
	w.pending, w.held = nil, 0
	if w.conn == nil {
		return nil
	}
	_, err := w.conn.ExecContext(ctx, "ROLLBACK")
	if err != nil && w.store.shared {
		w.giveUp() // the engine takes back what it was in the midst of
		return nil
	}
	if sqliteEnded(err) {
		return nil
	}
	return err
}

func (w *writer) commit(ctx context.Context) error {
	if w.committing != nil {
		w.committing()
	}
	if len(w.pending) > 0 {
		return w.ask(ctx, &question{text: "COMMIT", sql: "COMMIT"})
	}
	_, err := w.conn.ExecContext(ctx, "COMMIT")
	if sqliteUnsure(err) {
		return stock.Errorf(stock.Unavailable, stock.CodeOutcomeUnknown, "",
			"the disk failed while this was being recorded (%v), and nobody knows whether it was: send it again with the same key, which records it once", err)
	}
	return err
}

// Post records drafts, each on its own: one that is refused does not stop the others. The outcomes are in the order of
// the drafts. An error means that nothing is known to be recorded; drafts with a key can be sent again.
func (s *Store) Post(ctx context.Context, drafts ...*stock.Draft) ([]stock.Outcome, error) {
	outcomes := make([]stock.Outcome, len(drafts))
	c := &call{done: make(chan struct{})}
	var at []int
	for i, d := range drafts {
		if err := d.Expand(); err != nil {
			outcomes[i] = stock.Outcome{Err: err}
			continue
		}
		c.drafts = append(c.drafts, d)
		c.size += d.Size()
		at = append(at, i)
	}
	if len(c.drafts) == 0 {
		return outcomes, nil
	}
	if err := s.writer.take(ctx, c); err != nil {
		return nil, err
	}
	if c.err != nil {
		return nil, c.err
	}
	for i, out := range c.outcomes {
		outcomes[at[i]] = out
	}
	return outcomes, nil
}

// take queues a call and waits until it is done.
func (w *writer) take(ctx context.Context, c *call) error {
	select {
	case w.calls <- c:
	case <-w.quit:
		return errClosed
	case <-ctx.Done():
		return fault(ctx.Err())
	}
	select {
	case <-c.done:
		return nil
	case <-w.gone:
		return errClosed
	case <-ctx.Done():
		// The batch goes on; whoever asked no longer listens.
		return fault(ctx.Err())
	}
}

func (w *writer) run() {
	defer close(w.gone)
	var next *call
	for {
		c := next
		next = nil
		if c == nil {
			w.rest()
			select {
			case c = <-w.calls:
			case <-w.quit:
				return
			}
		}
		if c.operation != nil {
			c.err = w.patiently(func() error { return w.operate(c.operation) })
			close(c.done)
			continue
		}
		batch := []*call{c}
		drafts, size := len(c.drafts), c.size
	gather:
		for drafts < batchDrafts && size < batchUnits {
			select {
			case more := <-w.calls:
				if size+more.size > batchUnits || more.operation != nil {
					next = more
					break gather
				}
				batch = append(batch, more)
				drafts += len(more.drafts)
				size += more.size
			default:
				break gather
			}
		}
		w.post(batch)
	}
}

// post runs a batch; if the engine fails it, its calls are tried one by one, so that one cannot spoil another.
func (w *writer) post(batch []*call) {
	err := w.patiently(func() error { return w.try(batch) })
	if err != nil && len(batch) > 1 && !hasCode(err, stock.CodeDatabaseAway) && !hasCode(err, stock.CodeOutcomeUnknown) {
		for _, c := range batch {
			c.err = w.try([]*call{c})
		}
	} else {
		for _, c := range batch {
			c.err = err
		}
	}
	for _, c := range batch {
		close(c.done)
	}
}

// try runs the calls as one transaction.
func (w *writer) try(batch []*call) (err error) {
	ctx, start := context.Background(), time.Now()
	w.people, w.forgets = false, false
	if err := w.beginSoon(ctx); err != nil {
		return fault(err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: a batch panicked: %v\n%s", r, debug.Stack())
		}
		if err != nil {
			w.known, w.closed, w.set = knownFields{}, knownClosings{}, knownSettings{} // they may be of parts that are taken back
			if undo := w.rollback(ctx); undo != nil {
				err = errors.Join(err, undo)
			}
			err = fault(err)
		}
	}()
	var drafts []*stock.Draft
	for _, c := range batch {
		drafts = append(drafts, c.drafts...)
	}
	var outcomes []stock.Outcome
	var first, last *stock.Entry
	for _, part := range parted(drafts) {
		some, entries, err := w.decide(ctx, part)
		if err != nil {
			return err
		}
		outcomes = append(outcomes, some...)
		if n := len(entries); n > 0 {
			first, last = cmp.Or(first, entries[0]), entries[n-1]
		}
	}
	for _, c := range batch {
		n := len(c.drafts)
		c.outcomes, outcomes = outcomes[:n:n], outcomes[n:]
	}
	if err := w.commit(ctx); err != nil && !(away(err) && first == nil) {
		if w.store.shared && away(err) {
			err = w.resolve(ctx, first)
		}
		if err != nil {
			return err
		}
	}
	if w.forgets {
		w.forget(ctx)
	}
	w.told(batch, start)
	if w.people {
		w.store.turn.Add(1)
	}
	if first != nil {
		w.store.saw(last.ID)
		w.store.sight.forget()
		w.news.tell()
		w.own.tell()
	}
	return nil
}

// parted parts drafts into those that are loaded for together.
func parted(drafts []*stock.Draft) (parts [][]*stock.Draft) {
	first := 0
	for i, d := range drafts {
		if i > first && (d.Alone() || drafts[i-1].Alone()) {
			parts = append(parts, drafts[first:i])
			first = i
		}
	}
	return append(parts, drafts[first:])
}

// decide loads what drafts need, decides them in order and saves their entries.
func (w *writer) decide(ctx context.Context, drafts []*stock.Draft) ([]stock.Outcome, []*stock.Entry, error) {
	state, err := w.load(ctx, drafts)
	if err != nil {
		return nil, nil, err
	}
	var entries []*stock.Entry
	outcomes := make([]stock.Outcome, len(drafts))
	for i, d := range drafts {
		outcomes[i] = state.Decide(d)
		outcomes[i].State = state
		entries = append(entries, outcomes[i].Entries...)
	}
	if len(entries) > 0 {
		err = w.save(ctx, state, entries)
	}
	return outcomes, entries, err
}

// prepared returns a statement that is prepared once and kept.
func (w *writer) prepared(ctx context.Context, text, statement string) (*sql.Stmt, error) {
	if stmt := w.stmts[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, statement)
	if err != nil {
		return nil, err
	}
	w.stmts[text] = stmt
	return stmt, nil
}

func (w *writer) exec(ctx context.Context, text string, args ...any) (result sql.Result, err error) {
	if len(w.pending) > 0 {
		if err := w.ask(ctx); err != nil {
			return nil, err
		}
	}
	statement, args, err := w.store.dialect.statement(text, args)
	if err != nil {
		return nil, err
	}
	if !w.store.prepares {
		result, err = w.conn.ExecContext(ctx, statement, args...)
	} else if stmt, fault := w.prepared(ctx, text, statement); fault != nil {
		err = fault
	} else {
		result, err = stmt.ExecContext(ctx, args...)
	}
	if err != nil {
		err = fmt.Errorf("%w in %s", err, text)
	}
	return result, err
}

func (w *writer) each(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	if w.beside != nil || len(w.pending) > 0 {
		q, err := w.question(text, args, scan)
		switch {
		case err != nil:
			return err
		case w.beside == nil:
			return w.ask(ctx, q)
		case !w.beside.wait(q):
			return errStopped
		}
		return nil
	}
	rows, err := w.rows(ctx, text, args)
	if err != nil {
		return fmt.Errorf("%w in %s", err, text)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("%w in %s", err, text)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w in %s", err, text)
	}
	return nil
}

func (w *writer) rows(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	statement, args, err := w.store.dialect.statement(text, args)
	if err != nil {
		return nil, err
	}
	if !w.store.prepares {
		return w.conn.QueryContext(ctx, statement, args...)
	}
	stmt, err := w.prepared(ctx, text, statement)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}
