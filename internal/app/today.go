package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// Today is what a day at work begins with.
type Today struct {
	At        stock.Time  `json:"at" doc:"By the ledger's clock."`
	Today     stock.Date  `json:"today" doc:"In UTC."`
	Attention []Attention `json:"attention" doc:"What waits for somebody; what nothing waits for is left out, and so is what the reader may not know."`
	Movements []MovedDay  `json:"movements" doc:"Movements of the last 30 days by day in UTC and kind, by when they occurred; days and kinds without any are left out."`
	Stock     []SiteStock `json:"stock" doc:"What is at each site."`
	StockAt   stock.Time  `json:"stock_at" doc:"When stock was summed up: at most a minute ago."`
	Log       LogState    `json:"log"`
}

// Attention is something that waits, and how much of it.
type Attention struct {
	What  string `json:"what" enum:"expired,expiring,holds,quality,exceptions,late,imports_failed,files_failed,feeds_failing,pushes_failing" doc:"expired: lots on hand past their date; expiring: within the days that their products warn before it; holds: active ones; quality: holds on lots; exceptions: open ones; late: recorded over 15 minutes after they occurred, in the last seven days; imports_failed, files_failed: in the last seven days."`
	Count int64  `json:"count"`
	More  bool   `json:"more,omitempty" doc:"There are more than are counted."`
}

// MovedDay is how many movements of a kind there were on a day.
type MovedDay struct {
	Date  stock.Date `json:"date"`
	Kind  stock.Kind `json:"kind"`
	Count int64      `json:"count"`
}

// SiteStock is what is at a site.
type SiteStock struct {
	Site     string `json:"site"`
	Name     string `json:"name"`
	Products int64  `json:"products" doc:"On hand."`
	Lots     int64  `json:"lots"`
	Units    int64  `json:"units" doc:"Of products that are told apart unit by unit."`
	Value    string `json:"value" doc:"Exact decimal: quantities times what the products cost."`
	NoCost   int64  `json:"no_cost,omitempty" doc:"Products on hand without a cost, which are not in the value."`
}

// LogState is how far the log is sealed and signed.
type LogState struct {
	Entries  int64      `json:"entries"`
	Sealed   int64      `json:"sealed" doc:"Of which so many are sealed; the last ones are within a second."`
	Signed   int64      `json:"signed" doc:"How many the newest signed checkpoint covers."`
	SignedAt stock.Time `json:"signed_at,omitempty"`
}

const (
	movedDays  = 30
	recentDays = 7
)

// Today tells what waits for somebody, what moved and what is where. Its cost does not grow with the ledger: what would is counted on from
// where it was counted last.
func (a *App) Today(ctx context.Context) (*Today, error) {
	now := a.Store.Now()
	out := &Today{At: now, Today: stock.DateOf(now, time.UTC), Attention: []Attention{}, Movements: []MovedDay{}, Stock: []SiteStock{}}
	for _, step := range []func(context.Context, *Today) error{a.waiting, a.failing, a.moved, a.shelved, a.logState} {
		if err := step(ctx, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (t *Today) add(what string, n int64) {
	if n > 0 {
		t.Attention = append(t.Attention, Attention{what, min(n, mostCounted), n > mostCounted})
	}
}

func (a *App) waiting(ctx context.Context, out *Today) error {
	const most = mostCounted + 1
	expired, err := a.Store.CountExpiring(ctx, store.ExpiryFilter{From: out.Today.AddDays(-manyDays), To: out.Today.AddDays(-1)}, most)
	if err != nil {
		return err
	}
	warned, err := a.Store.CountWarned(ctx, out.Today, most)
	if err != nil {
		return err
	}
	recent, err := a.Store.EntryAt(ctx, out.At-recentDays*24*60*60*1000)
	if err != nil {
		return err
	}
	w, err := a.Store.Unattended(ctx, recent, most)
	if err != nil {
		return err
	}
	out.add("expired", expired)
	out.add("expiring", warned)
	out.add("exceptions", w.Exceptions)
	out.add("holds", w.Holds)
	out.add("quality", w.Quality)
	out.add("late", w.Late)
	return nil
}

// failing counts what runs beside the ledger and failed: imports of the reader, and the rest for those who manage it.
func (a *App) failing(ctx context.Context, out *Today) error {
	p := auth.From(ctx)
	since := out.At - recentDays*24*60*60*1000
	if p == nil || p.Anywhere(auth.Move) || p.Anywhere(auth.Adjust) || p.Anywhere(auth.Manage) {
		var n int64
		for _, state := range []string{"failed", "done_with_refusals"} {
			jobs, err := a.Imports(ctx, state, 0, 100)
			if err != nil {
				return err
			}
			for _, j := range jobs {
				if j.EndedAt >= since {
					n++
				}
			}
		}
		out.add("imports_failed", n)
	}
	if p != nil && !(p.May(auth.Manage, auth.Everywhere) && p.May(auth.Read, auth.Everywhere)) {
		return nil
	}
	files, err := a.Store.WatchedFiles(ctx, store.WatchedFailed, 0, 100)
	if err != nil {
		return err
	}
	feeds, err := a.Store.Feeds(ctx, store.Page{Limit: 1000})
	if err != nil {
		return err
	}
	pushes, err := a.Store.Pushes(ctx, store.Page{Limit: 1000})
	if err != nil {
		return err
	}
	var lying, failing, unsent int64
	for _, f := range files {
		if f.Changed >= since {
			lying++
		}
	}
	for _, f := range feeds {
		if f.Error != "" && !f.Paused {
			failing++
		}
	}
	for _, c := range pushes {
		if c.Error != "" && !c.Paused {
			unsent++
		}
	}
	out.add("files_failed", lying)
	out.add("feeds_failing", failing)
	out.add("pushes_failing", unsent)
	return nil
}

func (a *App) moved(ctx context.Context, out *Today) error {
	days, err := a.Store.MovedSince(ctx, out.Today.AddDays(1-movedDays))
	if err != nil {
		return err
	}
	sums := map[MovedDay]int64{}
	for d, n := range days {
		if d.Day <= out.Today {
			sums[MovedDay{Date: d.Day, Kind: d.Kind}] += n
		}
	}
	for d, n := range sums {
		d.Count = n
		out.Movements = append(out.Movements, d)
	}
	slices.SortFunc(out.Movements, func(a, b MovedDay) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Kind, b.Kind)) })
	return nil
}

func (a *App) shelved(ctx context.Context, out *Today) error {
	sites, at, err := a.Store.StockBySite(ctx)
	if err != nil {
		return err
	}
	n := store.NewNames()
	for _, v := range sites {
		n.WantSites(v.Site)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return err
	}
	for _, v := range sites {
		if site := n.Sites[v.Site]; site != nil {
			out.Stock = append(out.Stock, SiteStock{site.Code, site.Name, v.Products, v.Lots, v.Units, v.Worth.String(), v.NoCost})
		}
	}
	slices.SortFunc(out.Stock, func(a, b SiteStock) int { return cmp.Compare(a.Site, b.Site) })
	out.StockAt = stock.TimeOf(at)
	return nil
}

func (a *App) logState(ctx context.Context, out *Today) error {
	sealed, err := a.Store.Sealed(ctx)
	out.Log = LogState{sealed.Entries, sealed.Size, sealed.Signed, sealed.SignedAt}
	return err
}
