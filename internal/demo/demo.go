// Package demo makes a year of believable business: a bakery, an e-bike maker and a medicine wholesaler in one ledger.
//
// Start at Run. A year plays day by day: the businesses plan their events, each event turns what the demo knows of its own
// stock into drafts, and the drafts go through app.RecordAll like anyone's. The ledger's clock runs with the year, so that
// things are recorded minutes after they happened. The same seed and end date give the same movements.
package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
	"clew/internal/store"
)

// MinDays is the shortest demo: the stories reach back that far.
const MinDays = 40

// Options say which year to make and where. Path is the ledger's file; the rest has defaults.
type Options struct {
	Ledger   store.Options // where it is
	Seed     uint64
	Scale    int             // multiplies the volumes; 1 when 0
	Days     int             // 365 when 0
	End      stock.Date      // the last day; yesterday when 0
	Progress io.Writer       // a line each second, or nil
	Salt     func() [16]byte // for tests
}

// Story is something to try: a command, and what it shows.
type Story struct {
	Name string // short and stable, for tests
	Code string // of a lot, a unit or a paper
	Text string
}

// Report is what a demo made.
type Report struct {
	Movements int // of goods, over the whole year
	Entries   int64
	Units     int
	Lots      int
	Added     int // entries that this run recorded; 0 when the demo was there already
	First     stock.Date
	Last      stock.Date
	Took      time.Duration
	Size      int64 // of the ledger's file
	Stories   []Story
	Look      []Story // commands without a story
}

// Run makes the demo in an empty ledger. On a ledger that holds this very demo it adds what is missing, so that one which
// was interrupted goes on; any other ledger is refused.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Scale == 0 {
		o.Scale = 1
	}
	if o.Days == 0 {
		o.Days = 365
	}
	if o.End == 0 {
		o.End = stock.DateOf(stock.Now(), time.UTC).AddDays(-1)
	}
	switch {
	case o.Days < MinDays || o.Days > 3650:
		return nil, fmt.Errorf("--days %d: a demo has %d to 3650 days", o.Days, MinDays)
	case o.Scale < 1 || o.Scale > 1000:
		return nil, fmt.Errorf("--scale %d: a demo has scale 1 to 1000", o.Scale)
	}
	begun := time.Now()
	watch := &clock{}
	ledger := o.Ledger
	ledger.Clock, ledger.Salt = watch.Now, o.Salt
	s, err := store.Open(ctx, ledger)
	if err != nil {
		return nil, err
	}
	report, err := play(ctx, o, app.New(s), watch)
	if fault := s.Close(); err == nil {
		err = fault
	}
	if err != nil {
		return nil, err
	}
	report.Took = time.Since(begun)
	if info, err := os.Stat(o.Ledger.Path); err == nil {
		report.Size = info.Size()
	}
	return report, nil
}

// play runs the year on an open ledger.
func play(ctx context.Context, o Options, a *app.App, watch *clock) (*Report, error) {
	mark, err := findMark(ctx, a, o)
	if err != nil {
		return nil, err
	}
	o.End = mark.End
	y := newYear(ctx, o, a, watch)
	before, _, err := a.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	bake, bikes, med := newBakery(y), newBikes(y), newMedicine(y)
	if err := y.run(mark, bake, bikes, med); err != nil {
		return nil, err
	}
	after, _, err := a.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	report := &Report{Movements: y.movements, Entries: after, Units: y.units, Lots: y.lots, Added: int(after - before), First: y.first, Last: o.End}
	for _, business := range []business{bake, bikes, med} {
		report.Stories = append(report.Stories, business.stories()...)
	}
	report.Look = looks(report.Stories)
	return report, nil
}
