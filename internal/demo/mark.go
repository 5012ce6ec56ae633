package demo

import (
	"context"
	"fmt"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"
)

// mark is the client key of the demo's first request: by it a ledger is known to hold this demo and no other.
type mark struct {
	Seed        uint64
	Scale, Days int
	End         stock.Date
}

const markFormat = "demo seed %d scale %d days %d end %s"

func (m mark) String() string { return fmt.Sprintf(markFormat, m.Seed, m.Scale, m.Days, m.End) }

func parseMark(key string) (m mark, ok bool) {
	var end string
	if n, err := fmt.Sscanf(key, markFormat, &m.Seed, &m.Scale, &m.Days, &end); n != 4 || err != nil {
		return m, false
	}
	date, err := stock.ParseDate(end)
	m.End = date
	return m, err == nil
}

// findMark tells whether the ledger is empty or holds the demo that is asked for, which then keeps its own end date: asked
// for a day later it is still the same demo.
func findMark(ctx context.Context, a *app.App, o Options) (mark, error) {
	want := mark{o.Seed, o.Scale, o.Days, o.End}
	rows, err := a.Entries(ctx, app.EntryQuery{Limit: 5})
	if err != nil || len(rows) == 0 {
		return want, err
	}
	for _, e := range rows {
		if !strings.HasPrefix(e.Key, "demo ") {
			continue
		}
		got, ok := parseMark(e.Key)
		want.End = got.End
		if ok && got == want {
			return got, nil
		}
		return want, fmt.Errorf("the ledger holds another demo (seed %d, scale %d, %d days up to %s): give --data a new folder", got.Seed, got.Scale, got.Days, got.End)
	}
	return want, fmt.Errorf("the ledger is not empty and what it holds is no demo: give --data a new folder")
}
