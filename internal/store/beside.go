package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"iter"
	"time"

	"clew/internal/stock"
)

// Reads that need nothing of each other's answers go to PostgreSQL together, as those of a batch do (see pipe.go): what an answer is made
// of takes dozens of small statements, and asking them one by one takes longer than they do.

type besideKey struct{}

// gathering are steps that read beside each other, one of which runs at a time.
type gathering struct{ running *readSide }

// readSide is a step that reads beside others.
type readSide struct {
	resume func() ([]*asked, bool)
	wait   func([]*asked) bool // hands questions over and waits for their answers
	err    error
}

// asked is a question and what became of it.
type asked struct {
	question
	err error // of what scans it, which is no fault of the questions beside it
}

// Beside runs steps of which none needs what another reads, and none locks what another needs. Where the engine is far, each runs until it
// asks something; then all that they asked is sent together. They are given the context to ask with.
func (s *Store) Beside(ctx context.Context, steps ...func(ctx context.Context) error) error {
	if !s.shared || len(steps) == 1 {
		for _, step := range steps {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	ask := func(all []*asked) error { return s.askAll(ctx, all) }
	if outer := gathered(ctx); outer != nil {
		ask = outer.ask
	}
	g := &gathering{}
	ctx = context.WithValue(ctx, besideKey{}, g)
	var running []*readSide
	for _, step := range steps {
		one := &readSide{}
		next, stop := iter.Pull(func(wait func([]*asked) bool) {
			one.wait = wait
			one.err = step(ctx)
		})
		defer stop()
		one.resume = next
		running = append(running, one)
	}
	for len(running) > 0 {
		var waiting []*readSide
		var all []*asked
		for _, one := range running {
			g.running = one
			if questions, more := one.resume(); more {
				waiting, all = append(waiting, one), append(all, questions...)
			} else if one.err != nil {
				return one.err
			}
		}
		if len(all) > 0 {
			if err := ask(all); err != nil {
				return err
			}
		}
		running = waiting
	}
	return nil
}

// alone is a context with which questions are asked at once, where steps run beside each other: for goroutines of a step's own, and for
// reads under a lock.
func alone(ctx context.Context) context.Context {
	if gathered(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, besideKey{}, (*gathering)(nil))
}

func gathered(ctx context.Context) *gathering {
	g, _ := ctx.Value(besideKey{}).(*gathering)
	return g
}

// ask has the step that runs wait for answers.
func (g *gathering) ask(all []*asked) error {
	if !g.running.wait(all) {
		return errStopped
	}
	return nil
}

// askAll sends questions together and reads the answers in their order.
func (s *Store) askAll(ctx context.Context, all []*asked) error {
	questions := make([]*question, len(all))
	for i, a := range all {
		questions[i] = &a.question
	}
	rows, err := s.send(ctx, "", questions)
	if err != nil {
		return fmt.Errorf("%w in %s", fault(err), all[0].text)
	}
	defer rows.Close()
	for i, a := range all {
		if i > 0 && !rows.NextResultSet() {
			return fmt.Errorf("%w in %s", fault(cmp.Or(rows.Err(), io.ErrUnexpectedEOF)), a.text)
		}
		for rows.Next() {
			if a.err == nil {
				a.err = a.scan(rows)
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%w in %s", fault(err), a.text)
		}
	}
	return fault(rows.Close())
}

// send asks the database that reads of this context go to. A connection that is dead is passed over, and so is a replica that is away.
func (s *Store) send(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	from := s.reads(ctx)
	rows, err := from.QueryContext(ctx, statement, args...)
	if err != nil && from != s.read && away(err) {
		s.far.failed.Store(time.Now().UnixMilli())
		s.far.shown.Store(-1)
		rows, err = s.read.QueryContext(ctx, statement, args...)
	}
	for tries := s.readers(); cutOff(err) && tries > 0; tries-- { // each rids the pool of one that is dead
		rows, err = s.read.QueryContext(ctx, statement, args...)
	}
	return rows, err
}

// together asks a question with those of the steps beside.
func (s *Store) together(ctx context.Context, g *gathering, text string, args []any, scan func(*sql.Rows) error) error {
	text, args, err := s.narrow(ctx, text, args)
	if err != nil {
		return err
	}
	statement, args, err := s.dialect.statement(text, args)
	if err != nil {
		return err
	}
	a := &asked{question: question{text: text, sql: statement, args: args, scan: scan}}
	if err := g.ask([]*asked{a}); err != nil {
		return err
	}
	if a.err == nil {
		return nil
	}
	err = fault(a.err)
	if _, told := stock.AsError(err); !told {
		err = fmt.Errorf("%w in %s", err, text)
	}
	return err
}
