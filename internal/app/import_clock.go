package app

import (
	"time"

	"clew/internal/stock"
)

// onClock finds the instant of a local time of day. One that the clock skips, or shows twice, is refused with what to write: in an hour
// that is doubled, nobody can tell which one a sheet means.
func onClock(text string, wall time.Time, zone *time.Location) (time.Time, error) {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	shows := func(t time.Time) bool { return t.Format(time.DateTime) == wall.Format(time.DateTime) }
	begin, end := at.ZoneBounds()
	if !shows(at) {
		return at, stock.Errorf(stock.Invalid, stock.CodeInvalidTime, "", "%q is skipped by the clock in %s, which is put forward then: write the time with its zone, such as %s",
			clipped(text), zone, at.Format(time.RFC3339))
	}
	for _, change := range []time.Time{begin, end} {
		if change.IsZero() {
			continue
		}
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		other := at.Add(time.Duration(after-before) * time.Second) // the same time of day before the change
		if change.Equal(end) {
			other = at.Add(time.Duration(before-after) * time.Second)
		}
		if !other.Equal(at) && shows(other) {
			if other.Before(at) {
				at, other = other, at
			}
			return at, stock.Errorf(stock.Invalid, stock.CodeInvalidTime, "", "%q comes twice in %s, where the clock is put back then: write which is meant, %s or %s",
				clipped(text), zone, at.Format(time.RFC3339), other.Format(time.RFC3339))
		}
	}
	return at, nil
}
