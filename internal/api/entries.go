package api

import (
	"context"

	"clew/internal/app"
)

// Feed is a part of the log, for other systems to follow.
type Feed struct {
	Items []app.Entry `json:"items"`
	After int64       `json:"after" doc:"Ask with this next, now or later: entries come in the order of their numbers, without gaps."`
}

func (s *server) entries() {
	get(s, "/v1/entries", "follow-entries", "Follow the log: every entry after a given one", tagLook, func(ctx context.Context, in *struct {
		After int64 `query:"after" minimum:"0" doc:"The last entry already seen; 0 for the beginning."`
		Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}) (Feed, error) {
		items, err := s.app.Entries(ctx, app.EntryQuery{After: in.After, Limit: in.Limit})
		feed := Feed{Items: items, After: in.After}
		if n := len(items); n > 0 {
			feed.After = items[n-1].Entry
		}
		return feed, err
	})
	get(s, "/v1/entries/{id}", "get-entry", "Show an entry", tagLook, func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (app.Entry, error) {
		return s.app.Entry(ctx, in.ID)
	})
}
