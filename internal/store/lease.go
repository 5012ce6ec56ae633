package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"os"
	"time"
)

// usualLease is how long work stays with a server that is not heard of any more.
const usualLease = 15 * time.Second

// Hold runs something of which one server at a time does a kind, whenever this server is the one, until the context ends. What run was
// given ends as soon as another server may be the one soon: run has a third of the time of a lease to return. A server that was stopped for
// longer, or takes longer, works beside the other for a moment: run must do no harm then. On a clean end another server takes over at once,
// after a crash when the lease has run out. A ledger that is this server's alone is held at once.
func (s *Store) Hold(ctx context.Context, name string, run func(ctx context.Context)) {
	if !s.shared {
		run(ctx)
		return
	}
	l := &lease{store: s, name: name, holder: holderName(), time: cmp.Or(s.options.Lease, usualLease)}
	for ctx.Err() == nil {
		if l.take(ctx) {
			l.work(ctx, run)
		}
		l.pause(ctx)
	}
}

// lease is a kind of work that a server does, or would do.
type lease struct {
	store  *Store
	name   string
	holder string
	time   time.Duration
	turn   int64
	asked  time.Time // when it was asked for what it has now
}

// holderName tells servers apart, and people which it is.
func holderName() string {
	var id [8]byte
	rand.Read(id[:])
	host, _ := os.Hostname()
	return host + " " + hex.EncodeToString(id[:])
}

// pause waits for as long as lies between two looks at a lease.
func (l *lease) pause(ctx context.Context) {
	select {
	case <-time.After(l.time / 5):
	case <-ctx.Done():
	}
}

// take takes the lease where nobody has it, or whoever had it is not heard of any more. All times are of the database's clock, and all of
// it is one statement: nothing depends on a session.
func (l *lease) take(ctx context.Context) bool {
	asked, turn := time.Now(), int64(0)
	taken, err := l.change(ctx, `INSERT INTO lease (name, holder, until, turn) VALUES ($1, $2, @now + $3, 1)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, turn = lease.turn + 1 WHERE lease.until < @now RETURNING turn`, &turn,
		l.name, l.holder, l.time.Milliseconds())
	if err == nil && taken {
		l.asked, l.turn = asked, turn
	}
	return err == nil && taken
}

// renew tells that the lease is needed for longer; lost that another server has it.
func (l *lease) renew(ctx context.Context) (lost bool) {
	asked, turn := time.Now(), int64(0)
	kept, err := l.change(ctx, `UPDATE lease SET until = @now + $3 WHERE name = $1 AND holder = $2 AND turn = $4 RETURNING turn`, &turn, l.name, l.holder, l.time.Milliseconds(), l.turn)
	if err == nil && kept {
		l.asked = asked
	}
	return err == nil && !kept
}

// release gives the lease up, so that another server need not wait for it to run out.
func (l *lease) release() {
	var turn int64
	_, _ = l.change(context.Background(), `UPDATE lease SET until = 0 WHERE name = $1 AND holder = $2 AND turn = $3 RETURNING turn`, &turn, l.name, l.holder, l.turn)
}

// change runs a statement that changes at most one row, and tells whether it did.
func (l *lease) change(ctx context.Context, text string, into *int64, args ...any) (changed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.time/3)
	defer cancel()
	text, args, err = l.store.dialect.statement(text, args)
	if err != nil {
		return false, err
	}
	rows, err := l.store.write.QueryContext(ctx, text, args...)
	return changed, scanAll(rows, err, func(r *sql.Rows) error {
		changed = true
		return r.Scan(into)
	})
}

// work runs something for as long as the lease is this server's, and gives it up after.
func (l *lease) work(ctx context.Context, run func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer cancel()
		run(ctx)
	}()
	// Nobody takes it before its time has passed since it was last asked for. Two thirds of that are for work.
	last := time.AfterFunc(time.Until(l.asked.Add(l.time*2/3)), cancel)
	defer last.Stop()
	for ctx.Err() == nil {
		if l.pause(ctx); ctx.Err() != nil {
			break
		}
		if l.renew(ctx) {
			cancel()
		} else if last.Stop() { // else it runs at this moment, and cancels
			last.Reset(time.Until(l.asked.Add(l.time * 2 / 3)))
		}
	}
	<-ended
	l.release()
}
