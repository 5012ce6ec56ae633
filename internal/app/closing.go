package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// BooksClosed is a day up to which books are closed.
type BooksClosed struct {
	Site  string     `json:"site,omitempty" doc:"Absent: of all sites."`
	Until stock.Date `json:"until"`
}

// LateEntry says that an entry reaches into books that were closed when it was recorded.
type LateEntry struct {
	Site    string     `json:"site"`
	Day     stock.Date `json:"day" doc:"The earliest day on which it takes effect there."`
	Closing int64      `json:"closing" doc:"The entry that had closed them."`
}

func viewClosing(c *stock.Closing, n *store.Names) *BooksClosed {
	if c == nil {
		return nil
	}
	return &BooksClosed{siteCode(n, c.Site), c.Until}
}

func viewLate(late []stock.Late, n *store.Names) []LateEntry {
	return views(late, func(l stock.Late) LateEntry { return LateEntry{siteCode(n, l.Site), l.Day, l.Closing} })
}

func siteCode(n *store.Names, id int64) string {
	if v := n.Sites[id]; v != nil {
		return v.Code
	}
	return ""
}

// Closing is one closing of books, and what came late into them.
type Closing struct {
	Closing int64 `json:"closing" doc:"Its entry."`
	BooksClosed
	RecordedAt stock.Time `json:"recorded_at"`
	Actor      string     `json:"actor"`
	Reason     string     `json:"reason,omitempty"`
	Note       string     `json:"note,omitempty"`
	Stands     bool       `json:"stands" doc:"No newer closing took its place: it counts at the site, or at sites that were not closed on their own since."`
	Late       int64      `json:"late_entries" doc:"Entries for a day in these books that were recorded since. GET /v1/closings/{id}/entries lists them."`
}

// Closings lists closings in the order they were made.
func (a *App) Closings(ctx context.Context, after int64, limit int) ([]Closing, error) {
	entries, err := a.Entries(ctx, EntryQuery{Kinds: []stock.Kind{stock.KindClosing}, After: after, Limit: limit})
	if err != nil || len(entries) == 0 {
		return []Closing{}, err
	}
	ids := views(entries, func(e Entry) int64 { return e.Entry })
	late, err := a.Store.CountLate(ctx, ids)
	if err != nil {
		return nil, err
	}
	newest, err := a.Store.Closings(ctx, 0)
	if err != nil {
		return nil, err
	}
	stands := map[int64]bool{}
	for site := range newest {
		stands[stock.Closed(newest, site).ID] = true
	}
	return views(entries, func(e Entry) Closing {
		return Closing{e.Entry, *e.Closing, e.RecordedAt, e.Actor, e.Reason, e.Note, stands[e.Entry], late[e.Entry]}
	}), nil
}

// LateEntries lists the entries that came late into a closing's books.
func (a *App) LateEntries(ctx context.Context, q EntryQuery) ([]Entry, error) {
	rows, err := a.Store.Entries(ctx, store.EntryFilter{IDs: []int64{q.Closing}, Limit: 1})
	if err == nil && (len(rows) == 0 || rows[0].Closing == nil) {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "id", "there is no closing %d", q.Closing)
	}
	if err != nil {
		return nil, err
	}
	return a.Entries(ctx, q)
}

// books says up to when a site's books are closed, and how many entries came late that took effect by a day.
func (a *App) books(ctx context.Context, site *stock.Site, day stock.Date, known int64, out *SiteValue) error {
	newest, err := a.Store.Closings(ctx, known)
	if err != nil {
		return err
	}
	if c := stock.Closed(newest, site.ID); c != nil {
		out.Closed = c.Until
	}
	out.Late, err = a.Store.LateUntil(ctx, site.ID, day, known)
	return err
}
