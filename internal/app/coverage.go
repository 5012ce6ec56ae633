package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// CoverageQuery asks how well a period is covered. Its days are both in it, by UTC.
type CoverageQuery struct {
	From, To stock.Date // empty: twelve weeks until today
	Site     string
	Class    string
	Late     time.Duration // 0: a day
}

// CoverageSum says how lines of movements of tracked products were captured.
type CoverageSum struct {
	stock.Captured
	Lines int64          `json:"lines"`
	Share stock.Quantity `json:"share" doc:"Scanned, in percent of all."`
}

func sumOf(c stock.Captured) CoverageSum { return CoverageSum{c, c.Lines(), c.Share()} }

// StationCoverage is what was captured at a device.
type StationCoverage struct {
	Device string `json:"device,omitempty" doc:"Absent where none was named."`
	CoverageSum
}

// WeekCoverage is what was captured in a week.
type WeekCoverage struct {
	Week stock.Date `json:"week" doc:"The Monday with which it begins, by UTC."`
	CoverageSum
}

// GapCount is in how many entries something is missing.
type GapCount struct {
	Gap     stock.Gap `json:"gap" enum:"no_document,recorded_late,no_receipt,returned_by_other,refused,not_scanned"`
	Entries int64     `json:"entries"`
}

// Coverage says how well movements of tracked products are covered.
type Coverage struct {
	From     stock.Date        `json:"from"`
	To       stock.Date        `json:"to"`
	Total    CoverageSum       `json:"total"`
	Stations []StationCoverage `json:"stations" doc:"Those with the least share of scans first."`
	Weeks    []WeekCoverage    `json:"weeks"`
	Gaps     []GapCount        `json:"gaps" doc:"GET /v1/coverage/gaps lists them."`
}

func (a *App) coverageFilter(ctx context.Context, q *CoverageQuery) (f store.CoverageFilter, err error) {
	class, fault := stock.ParseClass(q.Class)
	if fault != nil {
		return f, fault
	}
	if q.To == 0 {
		q.To = stock.DateOf(a.Store.Now(), time.UTC)
	}
	if q.From == 0 {
		q.From = q.To.AddDays(-83)
	}
	if q.From > q.To {
		return f, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "from", "the period ends on %s, before it begins", q.To)
	}
	f = store.CoverageFilter{From: q.From.Begins(), Until: q.To.AddDays(1).Begins(), Class: class, Late: stock.Time(cmp.Or(q.Late, 24*time.Hour).Milliseconds())}
	if q.Site != "" {
		site, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return f, err
		}
		f.Site = site.ID
	}
	return f, nil
}

// Coverage says how well movements are covered.
func (a *App) Coverage(ctx context.Context, q CoverageQuery) (*Coverage, error) {
	f, err := a.coverageFilter(ctx, &q)
	if err != nil {
		return nil, err
	}
	lines, err := a.Store.Covered(ctx, f)
	if err != nil {
		return nil, err
	}
	counts, err := a.Store.GapCounts(ctx, f)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	devices, weeks := map[int64]*stock.Captured{}, map[stock.Date]*stock.Captured{}
	var total stock.Captured
	for _, l := range lines {
		total.Add(l.Known, l.Capture, l.Lines)
		capturedOf(devices, l.Device).Add(l.Known, l.Capture, l.Lines)
		capturedOf(weeks, l.Week).Add(l.Known, l.Capture, l.Lines)
		n.WantActors(l.Device)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	out := &Coverage{From: q.From, To: q.To, Total: sumOf(total), Stations: []StationCoverage{}, Weeks: []WeekCoverage{}}
	for id, c := range devices {
		out.Stations = append(out.Stations, StationCoverage{n.Actors[id], sumOf(*c)})
	}
	slices.SortFunc(out.Stations, func(a, b StationCoverage) int {
		return cmp.Or(cmp.Compare(a.Share, b.Share), cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Device, b.Device))
	})
	for week, c := range weeks {
		out.Weeks = append(out.Weeks, WeekCoverage{week, sumOf(*c)})
	}
	slices.SortFunc(out.Weeks, func(a, b WeekCoverage) int { return cmp.Compare(a.Week, b.Week) })
	for _, g := range stock.Gaps {
		out.Gaps = append(out.Gaps, GapCount{g, counts[g]})
	}
	return out, nil
}

func capturedOf[K comparable](of map[K]*stock.Captured, key K) *stock.Captured {
	if of[key] == nil {
		of[key] = &stock.Captured{}
	}
	return of[key]
}

// CoverageGaps lists the entries in which something is missing, in the order in which they happened, behind a time and an id.
func (a *App) CoverageGaps(ctx context.Context, gap stock.Gap, q CoverageQuery, after [2]int64, limit int) ([]Entry, error) {
	if !slices.Contains(stock.Gaps, gap) {
		return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "gap", "say which gap: %s", stock.Gaps)
	}
	f, err := a.coverageFilter(ctx, &q)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.GapEntries(ctx, gap, f, after, limit)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return a.viewEntries(ctx, rows, serialsOfMany)
}
