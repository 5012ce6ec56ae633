package demo

import (
	"container/heap"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

const (
	// window is how long after the first of them the last event of a batch may happen: less than what makes a record late.
	window = stock.Time(10 * time.Minute / time.Millisecond)
	// lag is how long after the last event a batch is recorded.
	lag = stock.Time(45 * time.Second / time.Millisecond)
	// batchMost and unitsMost bound a batch, and with it the memory that a large demo takes.
	batchMost = 400
	unitsMost = 4000
)

// clock is the ledger's clock while the year runs.
type clock struct{ now atomic.Int64 }

// Now is the demo's time.
func (c *clock) Now() stock.Time { return stock.Time(c.now.Load()) }

// business is one of the three that share the ledger.
type business interface {
	found()               // master data and opening stock
	open(day stock.Date)  // plans a day
	close(day stock.Date) // plans the stories of the last evening
	stories() []Story
}

// event is something that happens at its time; it looks at the demo's own books only then.
type event struct {
	at  stock.Time
	seq int
	do  func()
}

type eventQueue []event

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].seq < q[j].seq
}
func (q eventQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push and Pop are for package heap only.
func (q *eventQueue) Push(x any) { *q = append(*q, x.(event)) }

// Pop takes the last event.
func (q *eventQueue) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = event{}
	*q = old[:len(old)-1]
	return e
}

// pending is a request of the batch under way, and what to do with its receipt.
type pending struct {
	request app.Request
	then    func(app.Receipt)
	refused string // the code that it is meant to be refused with and kept as an exception
}

// year plays events in order and records what they ask for in small batches.
type year struct {
	ctx    context.Context
	o      Options
	app    *app.App
	clock  *clock
	first  stock.Date
	queue  eventQueue
	seq    int
	now    stock.Time // of the event under way
	batch  []pending
	size   int        // units named in the batch
	opened stock.Time // when the batch's first event happened
	mark   string     // the key of the first request
	keys   int
	fault  error
	told   *progress

	movements, units, lots int
}

func newYear(ctx context.Context, o Options, a *app.App, watch *clock) *year {
	return &year{ctx: ctx, o: o, app: a, clock: watch, first: o.End.AddDays(1 - o.Days), told: newProgress(o.Progress)}
}

// run founds the businesses and plays the days.
func (y *year) run(m mark, all ...business) error {
	y.mark = m.String()
	y.now = midnight(y.first, time.UTC) - stock.Time(24*time.Hour/time.Millisecond)
	for _, b := range all {
		b.found()
		y.flush()
	}
	for day := y.first; day <= y.o.End && y.fault == nil; day++ {
		for _, b := range all {
			b.open(day)
			if day == y.o.End {
				b.close(day)
			}
		}
		y.play(midnight(day+1, time.UTC))
		y.told.tell(day, y.movements)
	}
	y.told.end()
	return y.fault
}

// play runs the events up to a time. What follows from a batch is planned when it is recorded, so the batch is recorded
// before the next event is chosen.
func (y *year) play(until stock.Time) {
	for y.fault == nil {
		next := until
		if len(y.queue) > 0 {
			next = min(next, y.queue[0].at)
		}
		if len(y.batch) > 0 && (next == until || next > y.opened+window || len(y.batch) >= batchMost || y.size >= unitsMost) {
			y.flush()
			continue
		}
		if next == until {
			return
		}
		e := heap.Pop(&y.queue).(event)
		y.now = e.at
		e.do()
	}
}

// at plans an event. One in the past would be recorded out of order, so it is a fault of the demo.
func (y *year) at(t stock.Time, do func()) {
	if t < y.now && y.fault == nil {
		y.fault = fmt.Errorf("demo: at %s something is planned for %s", y.now, t)
	}
	y.seq++
	heap.Push(&y.queue, event{t, y.seq, do})
}

// post asks for something to be recorded with the batch under way.
func (y *year) post(who app.Who, body stock.Body, then func(app.Receipt)) {
	y.ask(pending{request: app.Request{Who: who, Body: body}, then: then})
}

func (y *year) ask(p pending) {
	if len(y.batch) == 0 {
		y.opened = y.now
	}
	r := &p.request
	r.Key = y.mark
	if y.keys > 0 {
		r.Key = fmt.Sprintf("demo-%d", y.keys)
	}
	y.keys++
	r.Hash = sha256.Sum256([]byte(r.Key))
	if m, ok := r.Body.(*stock.MovementDraft); ok {
		if m.OccurredAt == 0 {
			m.OccurredAt = y.now
		}
		if m.Capture == "" {
			m.Capture = "scanner"
		}
		y.size += len(m.Items) + len(m.Groups)
	}
	y.batch = append(y.batch, p)
}

// flush records the batch. A refusal that is not part of a story ends the demo: its books and the ledger's differ.
func (y *year) flush() {
	batch := y.batch
	y.batch, y.size = nil, 0
	if len(batch) == 0 || y.fault != nil {
		return
	}
	requests := make([]app.Request, len(batch))
	for i, p := range batch {
		requests[i] = p.request
	}
	y.clock.now.Store(int64(y.now + lag))
	results, err := y.app.RecordAll(y.ctx, requests)
	if err != nil {
		y.fault = err
		return
	}
	for i, r := range results {
		if err := y.settle(&batch[i], r); err != nil {
			y.fault = err
			return
		}
	}
}

func (y *year) settle(p *pending, r app.Result) error {
	m, moved := p.request.Body.(*stock.MovementDraft)
	switch {
	case r.Err != nil && moved:
		return fmt.Errorf("demo: a %s at %s on %s was refused: %w", m.Kind, m.Site, m.OccurredAt, r.Err)
	case r.Err != nil:
		return fmt.Errorf("demo: a request was refused: %w", r.Err)
	case r.Kept != (p.refused != "") && !r.Replayed:
		return fmt.Errorf("demo: a request that should be kept as an exception was recorded as entry %d", r.Entry)
	}
	if moved && p.refused == "" {
		y.movements++
	}
	if p.then != nil {
		p.then(r.Receipt)
	}
	return nil
}

// trade is what the businesses have in common: the year, their own luck, and their zone.
type trade struct {
	*year
	luck *rand.Rand
	zone *time.Location
}

// newTrade gives a business its own stream of luck, so that one can change without changing the others.
func newTrade(y *year, stream uint64, zone string) trade {
	z, err := time.LoadLocation(zone)
	if err != nil {
		z = time.UTC
	}
	return trade{y, rand.New(rand.NewPCG(y.o.Seed, stream)), z}
}

// midnight is the first instant of a day in a zone.
func midnight(day stock.Date, zone *time.Location) stock.Time {
	d := time.Unix(int64(day)*24*60*60, 0).UTC()
	return stock.TimeOf(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone))
}

// round plans an event a few minutes after a time of a day. Businesses share the rounds, which keeps the batches few.
func (t *trade) round(day stock.Date, hour, minute int, do func()) {
	d := time.Unix(int64(day)*24*60*60, 0).UTC()
	from := stock.TimeOf(time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, t.zone))
	t.at(from+stock.Time(t.luck.IntN(500))*1000, do)
}

// today is the business date of the event under way.
func (t *trade) today() stock.Date { return stock.DateOf(t.now, t.zone) }

// chance is true in so many of a thousand cases.
func (t *trade) chance(perMille int) bool { return t.luck.IntN(1000) < perMille }

// about varies a number by so many percent up or down.
func (t *trade) about(n, percent int) int {
	span := n * percent / 100
	if span == 0 {
		return n
	}
	return n - span + t.luck.IntN(2*span+1)
}

func weekday(day stock.Date) time.Weekday { return time.Unix(int64(day)*24*60*60, 0).UTC().Weekday() }

// compact writes a day as lot codes carry it, such as 261123.
func compact(day stock.Date) string { return time.Unix(int64(day)*24*60*60, 0).UTC().Format("060102") }
