package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"

	"github.com/danielgtaylor/huma/v2"
)

// FeedPath names a feed.
type FeedPath struct {
	Call
	Name string `path:"name"`
}

// feeds are the operations on what sends entries to other systems; push.go does the sending.
func (s *server) feeds() {
	get(s, asks(Whole, auth.Manage), "/v1/feeds", "list-feeds", "List the feeds that send entries to other systems, by name", tagExchange, func(ctx context.Context, in *Search) (List[app.PushFeed], error) {
		page, err := in.page()
		if err != nil {
			return List[app.PushFeed]{}, err
		}
		items, err := s.app.PushFeeds(ctx, page)
		return pageOf(items, in.Paging, func(f app.PushFeed) string { return f.Name }), err
	})
	get(s, asks(Whole, auth.Manage), "/v1/feeds/{name}", "get-feed", "Show a feed", tagExchange, func(ctx context.Context, in *struct {
		Name string `path:"name"`
	}) (app.PushFeed, error) {
		return s.app.PushFeed(ctx, in.Name)
	})
	setsFeed(s, asks(Whole, auth.Manage), huma.Operation{Method: http.MethodPost, Path: "/v1/feeds", OperationID: "create-feed", Summary: "Send entries to another system as they are recorded",
		DefaultStatus: http.StatusCreated, Description: "The answer has the secret that signs what is sent. It is not shown again."}, s.schemaOf(app.PushFeedDraft{}),
		func(ctx context.Context, in *FeedCall, who app.Who, text string) (app.PushFeed, error) {
			var d app.PushFeedDraft
			if err := decode(text, &d); err != nil {
				return app.PushFeed{}, err
			}
			return s.app.AddPushFeed(ctx, who, d)
		})
	setsFeed(s, asks(Whole, auth.Manage), huma.Operation{Method: http.MethodPatch, Path: "/v1/feeds/{name}", OperationID: "change-feed", Summary: "Change, pause or resume a feed, or make it a new secret"},
		s.schemaOf(app.PushFeedChange{}), func(ctx context.Context, in *FeedPath, who app.Who, text string) (app.PushFeed, error) {
			var c app.PushFeedChange
			if err := decode(text, &c); err != nil {
				return app.PushFeed{}, err
			}
			return s.app.ChangePushFeed(ctx, who, in.Name, c)
		})
	register(s, asks(Whole, auth.Manage), huma.Operation{Method: http.MethodPost, Path: "/v1/feeds/{name}/retry", OperationID: "retry-feed", Summary: "Try a failing feed at once", Tags: []string{tagExchange},
		Errors: []int{403, 404, 409, 503}}, func(ctx context.Context, in *FeedPath) (*reply[app.PushFeed], error) {
		f, err := s.app.RetryPushFeed(ctx, s.who(ctx, in.call()), in.Name)
		return &reply[app.PushFeed]{f}, err
	})
	register(s, asks(Whole, auth.Manage), huma.Operation{Method: http.MethodDelete, Path: "/v1/feeds/{name}", OperationID: "remove-feed", Summary: "Remove a feed", Tags: []string{tagExchange},
		DefaultStatus: http.StatusNoContent, Errors: []int{403, 404, 503}}, func(ctx context.Context, in *FeedPath) (*struct{}, error) {
		return nil, s.app.RemovePushFeed(ctx, s.who(ctx, in.call()), in.Name)
	})
}

// FeedCall makes a feed.
type FeedCall struct{ Call }

// setsFeed adds an operation that reads a body and answers with a feed.
func setsFeed[I any, P caller[I]](s *server, a access, op huma.Operation, schema *huma.Schema, set func(context.Context, *I, app.Who, string) (app.PushFeed, error)) {
	op.Tags, op.Errors = []string{tagExchange}, []int{400, 403, 404, 409, 413, 415, 422, 503}
	register(s, a, op, func(ctx context.Context, in *I) (*reply[app.PushFeed], error) {
		c := P(in).call()
		text, release, err := s.bodies.read(ctx, c.w, c.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		f, err := set(ctx, in, s.who(ctx, c), text)
		return &reply[app.PushFeed]{f}, err
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: schema}})
}
