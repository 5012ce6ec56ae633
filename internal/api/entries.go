package api

import (
	"context"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// waitingAtOnce is how many requests wait for entries at once, unless the options say otherwise: each of them reads the log whenever
// something is recorded.
const waitingAtOnce = 256

// Feed is a part of the log, for other systems to follow.
type Feed struct {
	Items []app.Entry `json:"items"`
	After int64       `json:"after" doc:"Ask with this next, now or later: entries come in the order of their numbers, without gaps."`
}

func (s *server) entries() {
	get(s, reads, "/v1/entries", "follow-entries", "Follow the log: every entry after a given one", tagLook, func(ctx context.Context, in *struct {
		After int64 `query:"after" minimum:"0" doc:"The last entry already seen; 0 for the beginning."`
		Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
		Wait  int   `query:"wait" minimum:"0" maximum:"30" doc:"Seconds to wait where there is no entry yet; the answer comes as soon as there is one, and is empty when there is none."`
	}) (Feed, error) {
		items, err := s.follow(ctx, app.EntryQuery{After: in.After, Limit: in.Limit}, time.Duration(in.Wait)*time.Second)
		feed := Feed{Items: items, After: in.After}
		if n := len(items); n > 0 {
			feed.After = items[n-1].Entry
		}
		return feed, err
	})
	get(s, reads, "/v1/entries/{id}", "get-entry", "Show an entry", tagLook, func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (app.Entry, error) {
		return s.app.Entry(ctx, in.ID)
	})
}

// follow reads the log, and where it has nothing new waits for it.
func (s *server) follow(ctx context.Context, q app.EntryQuery, wait time.Duration) (items []app.Entry, err error) {
	if wait == 0 {
		return s.app.Entries(ctx, q)
	}
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		if items, err = s.app.Entries(ctx, q); err != nil || len(items) > 0 {
			return items, err
		}
		return nil, stock.Errorf(stock.Unavailable, stock.CodeLimitReached, "wait", "%d requests wait for entries already, the most that may: ask again later, or without waiting", cap(s.waiting))
	}
	patience, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	go func() {
		select {
		case <-s.stop:
			cancel()
		case <-patience.Done():
		}
	}()
	err = s.app.Store.WaitFor(patience, func() (bool, error) {
		items, err = s.app.Entries(ctx, q)
		return len(items) > 0, err
	})
	if out := letOut(ctx); out != nil {
		return nil, out
	}
	return items, err
}
