package trace

import (
	"cmp"
	"slices"

	"clew/internal/stock"
)

// A mixed place, a tank or silo, is parted by its cleanings: what leaves it may be of any lot that went in before it and
// since the last cleaning.

// Window is a stretch of time at a mixed place, both ends included.
type Window struct {
	Place    int64
	From, To stock.Time
}

// Cleanings are the times at which each mixed place was cleaned, ascending.
type Cleanings map[int64][]stock.Time

// After is the window in which what went in at a time may come out: until the next cleaning.
func (c Cleanings) After(place int64, at stock.Time) Window {
	times := c[place]
	i, _ := slices.BinarySearch(times, at+1)
	w := Window{place, at, stock.Time(stock.MaxID)}
	if i < len(times) {
		w.To = times[i]
	}
	return w
}

// Before is the window from which what comes out at a time may be: since the last cleaning.
func (c Cleanings) Before(place int64, at stock.Time) Window {
	times := c[place]
	i, _ := slices.BinarySearch(times, at)
	w := Window{place, -stock.Time(stock.MaxID), at}
	if i > 0 {
		w.From = times[i-1]
	}
	return w
}

// Merge joins windows that overlap, in the order of place and time.
func Merge(windows []Window) []Window {
	slices.SortFunc(windows, func(a, b Window) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.From, b.From)) })
	var out []Window
	for _, w := range windows {
		if n := len(out); n > 0 && out[n-1].Place == w.Place && w.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, w.To)
			continue
		}
		out = append(out, w)
	}
	return out
}
