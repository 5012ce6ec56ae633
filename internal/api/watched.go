package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"

	"github.com/danielgtaylor/huma/v2"
)

const tagExchange = "exchange"

func (s *server) watched() {
	get(s, asks(Whole, auth.Manage), "/v1/watched", "list-watched-files", "List the files dropped into the watched folder, the newest first", tagExchange, func(ctx context.Context, in *struct {
		Paging
		State string `query:"state" enum:"waiting,running,done,done_with_refusals,failed"`
	}) (List[app.Watched], error) {
		var before int64
		if err := in.after(&before); err != nil {
			return List[app.Watched]{}, err
		}
		items, err := s.app.WatchedFiles(ctx, in.State, before, in.Limit)
		return pageOf(items, in.Paging, func(f app.Watched) int64 { return f.ID }), err
	})
	register(s, asks(Whole, auth.Manage), huma.Operation{
		Method: http.MethodPost, Path: "/v1/watched/{id}/retry", OperationID: "retry-watched-file", Tags: []string{tagExchange},
		Summary:     "Import a watched file again that failed, had refusals or waits",
		Description: "The server that watches the folder takes the file out of where it was put away and imports it again. What it recorded before is not doubled.",
		Errors:      []int{403, 404, 409, 503},
	}, func(ctx context.Context, in *struct {
		Call
		ID int64 `path:"id" minimum:"1"`
	}) (*reply[app.Watched], error) {
		f, err := s.app.RetryWatched(ctx, s.who(ctx, in.call()), in.ID)
		return &reply[app.Watched]{f}, err
	})
}
