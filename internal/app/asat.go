package app

import (
	"context"
	"strconv"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// AsAt is of which moment one asks: as at a day, or as known at one. Left empty, it is now.
type AsAt struct {
	At    string // a day, up to its end by the site's calendar or, without a site, UTC's; or a time
	Known string // the same, or the number of an entry
}

// field is the parameter by which another moment is asked for.
func (a AsAt) field() string {
	if a.At == "" {
		return "as_known"
	}
	return "as_at"
}

// when finds the moment. Days and times that have not come, and entries that were not made, are refused.
func (a *App) when(ctx context.Context, as AsAt, zone *time.Location) (when store.AsAt, err error) {
	if when.At, err = a.moment("as_at", as.At, zone); err != nil || as.Known == "" {
		return when, err
	}
	last, _, err := a.Store.Head(ctx)
	if err != nil {
		return when, err
	}
	if entry, bad := strconv.ParseInt(as.Known, 10, 64); bad == nil {
		if entry < 1 || entry > last {
			return when, stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "as_known", "there is no entry %d; the last one is %d", entry, last)
		}
		when.Known = entry
		return when, nil
	}
	at, err := a.moment("as_known", as.Known, zone)
	if err != nil {
		return when, err
	}
	if when.Known, err = a.Store.EntryAt(ctx, at); err == nil && when.Known == 0 {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "as_known", "nothing was recorded by %s", at)
	}
	return when, err
}

// view is the ledger as at a moment; Of says in the answer of which.
func (a *App) view(ctx context.Context, as AsAt, zone *time.Location) (*store.View, Of, error) {
	when, err := a.when(ctx, as, zone)
	if err != nil {
		return nil, Of{}, err
	}
	v, err := a.Store.View(ctx, when)
	return v, Of{AsAt: when.At, AsKnown: when.Known}, err
}

// viewOf is the ledger as at a moment, by the calendar of a site if one is named.
func (a *App) viewOf(ctx context.Context, as AsAt, site string) (*store.View, Of, error) {
	zone := time.UTC
	if site != "" && as != (AsAt{}) {
		v, err := a.Store.Site(ctx, site)
		if err != nil {
			return nil, Of{}, err
		}
		zone = v.Zone()
	}
	return a.view(ctx, as, zone)
}

// day is the date of which an answer is, in UTC: today, if it is not as at another.
func (o Of) day(a *App) stock.Date {
	if o.AsAt == 0 {
		return a.today()
	}
	return stock.DateOf(o.AsAt, time.UTC)
}

// moment reads a time, or a day as its last millisecond.
func (a *App) moment(field, text string, zone *time.Location) (stock.Time, error) {
	if text == "" {
		return 0, nil
	}
	begins, err := stock.ParseTime(text)
	ends := begins
	if err != nil {
		day, bad := stock.ParseDate(text)
		if bad != nil {
			code := stock.CodeInvalidDate
			if len(text) > len(time.DateOnly) {
				code = stock.CodeInvalidTime
			}
			return 0, stock.Errorf(stock.Invalid, code, field, "%q is neither a day such as 2026-06-30 nor a time with zone such as 2026-06-30T17:00:00Z", clipped(text))
		}
		begins, ends = startOfDay(day, zone), startOfDay(day.AddDays(1), zone)-1
	}
	if now := a.Store.Now(); begins > now {
		return 0, stock.Errorf(stock.Invalid, stock.CodeOccurredInFuture, field, "%s has not come yet; the ledger's clock says %s", text, now)
	}
	return ends, nil
}

// Of says in an answer of which moment it is.
type Of struct {
	AsAt    stock.Time `json:"as_at,omitempty" doc:"What took effect by then."`
	AsKnown int64      `json:"as_known,omitempty" doc:"The last entry that counts."`
}
