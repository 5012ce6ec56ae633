package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

func (s *server) closings() {
	op := quality("/v1/closings", "close-books", "Close the books up to a day, or open them again from an earlier one on")
	op.Tags[0] = tagMaster // asked for again it stands so already
	writes(s, asks(Sites, auth.Manage), op, smallBody, s.schemaOf(stock.ClosingDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.ClosingDraft{}
		return d, decode(text, d)
	})
	get(s, reads, "/v1/closings", "list-closings", "List which books were closed, in the order they were, and how many entries came late into them", tagLook,
		func(ctx context.Context, in *struct{ Paging }) (List[app.Closing], error) {
			var after int64
			if err := in.after(&after); err != nil {
				return List[app.Closing]{}, err
			}
			items, err := s.app.Closings(ctx, after, in.Limit)
			return pageOf(items, in.Paging, func(c app.Closing) int64 { return c.Closing }), err
		})
	get(s, reads, "/v1/closings/{id}/entries", "list-late-entries", "List the entries that came late into the books that a closing had closed", tagLook,
		func(ctx context.Context, in *struct {
			Paging
			ID int64 `path:"id" minimum:"1"`
		}) (List[app.Entry], error) {
			q := app.EntryQuery{Closing: in.ID, Limit: in.Limit}
			if err := in.after(&q.After); err != nil {
				return List[app.Entry]{}, err
			}
			items, err := s.app.LateEntries(ctx, q)
			return pageOf(items, in.Paging, func(e app.Entry) int64 { return e.Entry }), err
		})
}
