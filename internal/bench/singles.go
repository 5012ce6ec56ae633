package bench

import (
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// callers is how many clients send at once.
const callers = 128

// singles measures durable one-unit movements over HTTP, alone and while a big receipt runs, against a bare engine to
// which as many callers hand the same rows, grouped into commits.
func (r *run) singles() error {
	data := r.dir("singles")
	l, err := r.build(data)
	if err != nil {
		return err
	}
	each := r.unit / 1000 * 2 // movements of a caller in a phase
	total := callers * each
	if err := l.receive("BIKE", 0, 2*total); err != nil {
		return err
	}
	l.Close()
	before, err := size(data)
	if err != nil {
		return err
	}
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	took, waits, err := r.hammer(0, each, "a", s)
	if err != nil {
		return err
	}
	floor, err := r.singlesFloor(each)
	if err != nil {
		return err
	}
	r.add(fmt.Sprintf("one-unit movements, %d callers", callers), rate(total, took), rate(total, floor), percent(floor.Seconds(), took.Seconds()), ">= 60 %")
	r.add("  their p50 / p99", ms(quantile(waits, 0.5))+" / "+ms(quantile(waits, 0.99)), "", "", "p99 <= 150 ms")
	receipt := make(chan error, 1)
	go func() {
		_, err := s.post(r.ctx, "/v1/movements", "big", receiptBody(r.unit, 50_000_000))
		receipt <- err
	}()
	_, waits, err = r.hammer(total, each, "b", s)
	if err != nil {
		return err
	}
	if err := <-receipt; err != nil {
		return err
	}
	r.add(fmt.Sprintf("  p50 / p99 / longest while %d serials are received", r.unit),
		ms(quantile(waits, 0.5))+" / "+ms(quantile(waits, 0.99))+" / "+ms(quantile(waits, 1)), "", "", "p99 <= 150 ms")
	r.close(s)
	after, err := size(data)
	if err != nil {
		return err
	}
	births := float64(r.unit) * 75
	r.add("bytes on disk for a one-unit movement", fmt.Sprintf("%.0f", (float64(after-before)-births)/float64(2*total)), "", "", "<= 600")
	return nil
}

// hammer sends movements of one unit each from many callers, spread over servers.
func (r *run) hammer(first, each int, phase string, servers ...*server) (time.Duration, []time.Duration, error) {
	waits := make([]time.Duration, callers*each)
	var wg sync.WaitGroup
	var fault atomic.Pointer[error]
	start := time.Now()
	for c := range callers {
		wg.Go(func() {
			for i := range each {
				n := c*each + i
				body := fmt.Sprintf(`{"kind":"move","site":"MAIN","items":[{"product":"BIKE","units":[%q],"to":"SHELF"}]}`, serial("BIKE", first+n))
				sent := time.Now()
				if _, err := servers[c%len(servers)].post(r.ctx, "/v1/movements", fmt.Sprintf("%s-%d", phase, n), []byte(body)); err != nil {
					fault.Store(&err)
					return
				}
				waits[n] = time.Since(sent)
			}
		})
	}
	wg.Wait()
	if err := fault.Load(); err != nil {
		return 0, nil, *err
	}
	return time.Since(start), waits, nil
}

// singlesFloor is the engine alone: callers hand rows to one goroutine that writes what waits in one commit.
func (r *run) singlesFloor(each int) (time.Duration, error) {
	data := r.dir("singles-floor")
	l, err := r.build(data)
	if err != nil {
		return 0, err
	}
	if err := l.receive("BIKE", 0, callers*each); err != nil {
		return 0, err
	}
	l.Close()
	db, err := bare(data)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	g := &grouped{db: db, leaf: make([]byte, 100)}
	return handed(each, func(n int) error { return inTx(db, func(tx *sql.Tx) error { return g.write(tx, n) }) })
}

// handed has callers hand movements to one goroutine that writes what waits in one commit.
func handed(each int, write func(n int) error) (time.Duration, error) {
	queue := make(chan chan error, callers)
	go func() {
		for first := range queue {
			waiting := []chan error{first}
			for more := true; more && len(waiting) < callers; {
				select {
				case next, ok := <-queue:
					if more = ok; ok {
						waiting = append(waiting, next)
					}
				default:
					more = false
				}
			}
			err := write(len(waiting))
			for _, w := range waiting {
				w <- err
			}
		}
	}()
	var wg sync.WaitGroup
	var fault atomic.Pointer[error]
	start := time.Now()
	for range callers {
		wg.Go(func() {
			done := make(chan error)
			for range each {
				queue <- done
				if err := <-done; err != nil {
					fault.Store(&err)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	close(queue)
	if err := fault.Load(); err != nil {
		return 0, *err
	}
	return took, nil
}

// grouped writes the rows of one-unit movements with prepared statements.
type grouped struct {
	db    *sql.DB
	leaf  []byte
	n     int
	stmts []*sql.Stmt
}

func (g *grouped) write(tx *sql.Tx, n int) error {
	texts := []string{insertEntry, insertItem, `INSERT INTO item_unit (unit, item, role) VALUES (?1, ?2, 0)`,
		`UPDATE unit SET place = 41 WHERE id = ?1`, upsertBalance, `UPDATE ledger_head SET next_entry = next_entry + 1`}
	if g.stmts == nil {
		for _, text := range texts {
			stmt, err := tx.Prepare(text)
			if err != nil {
				return err
			}
			g.stmts = append(g.stmts, stmt)
		}
		// Statements of a transaction end with it; the next one prepares anew, which the engine caches by text.
		defer func() { g.stmts = nil }()
	}
	for range n {
		g.n++
		id := 1000 + g.n
		for i, args := range [][]any{
			{id, 12, id, 1, g.leaf, fmt.Sprintf("a-%d", g.n)}, {id, id, 3, 0, 1000000, 40, 41}, {g.n, id}, {g.n}, {3, 0, 41, 1, 1000000}, {},
		} {
			if _, err := g.stmts[i].Exec(args...); err != nil {
				return err
			}
		}
	}
	return nil
}
