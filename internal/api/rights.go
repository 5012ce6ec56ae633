package api

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// looksThrough is asked of who looks through who may do what: at all sites, so that nothing is left out unseen.
var looksThrough = asks(Whole, auth.Audit, auth.Review)

// RightsOf are the parameters of who may do what.
type RightsOf struct {
	AsAt string `query:"as_at" maxLength:"40" doc:"As it was then: a day, up to its end in UTC, or a time. Left out, now." example:"2026-12-31"`
	All  bool   `query:"all" doc:"Also what was taken away: roles, keys, stations."`
}

// RightsList is a page of who may do what.
type RightsList struct {
	List[app.Holder]
	app.Of
}

func (s *server) rights() {
	get(s, looksThrough, "/v1/audit/rights", "list-rights", "List who may do what: users and stations with their roles, keys, sites and expiry, as at any moment", tagAudit, func(ctx context.Context, in *struct {
		Paging
		RightsOf
	}) (RightsList, error) {
		q := app.RightsQuery{AsAt: in.AsAt, All: in.All, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return RightsList{}, err
		}
		items, of, next, err := s.app.Rights(ctx, q)
		return RightsList{listAfter(items, next), of}, err
	})
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/audit/rights/export", OperationID: "export-rights", Summary: "Write who may do what as a CSV file or an Excel workbook", Tags: []string{tagAudit},
		Description: "A row for each role and key.", Responses: fileResponses(), Errors: []int{400, 404, 422, 503},
	}
	register(s, looksThrough, op, func(ctx context.Context, in *struct {
		Request
		RightsOf
		File string `query:"format" enum:"csv,xlsx" doc:"What the file is written in. Without it, what Accept asks for, or csv."`
	}) (*huma.StreamResponse, error) {
		q, format := app.RightsQuery{AsAt: in.AsAt, All: in.All}, formatOf(in.File, in.r)
		return &huma.StreamResponse{Body: func(huma.Context) {
			sendFile(ctx, in.w, "rights", format, func(out io.Writer) error { return s.app.RightsFile(ctx, q, format, out) })
		}}, nil
	})
	get(s, looksThrough, "/v1/audit/rights/changes", "list-rights-changes", "List what was changed of who may do what since it was reviewed, in the order of the log", tagAudit, func(ctx context.Context, in *struct {
		Paging
		Review int64 `query:"review" minimum:"0" doc:"What was changed between the list reviewed before this review and the one it is of. Left out, since the newest review."`
	}) (List[app.AuditRecord], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.AuditRecord]{}, err
		}
		items, err := s.app.RightsChanges(ctx, in.Review, after, in.Limit)
		return pageOf(items, in.Paging, func(r app.AuditRecord) int64 { return r.Entry }), err
	})
	s.reviews()
}

func (s *server) reviews() {
	get(s, looksThrough, "/v1/audit/reviews", "list-reviews", "List the reviews of who may do what, the newest first, with what was changed before each and what came of it", tagAudit, func(ctx context.Context, in *struct {
		Paging
	}) (List[app.Review], error) {
		var before int64
		if err := in.after(&before); err != nil {
			return List[app.Review]{}, err
		}
		items, err := s.app.Reviews(ctx, before, in.Limit)
		return pageOf(items, in.Paging, func(r app.Review) int64 { return r.Review }), err
	})
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/audit/reviews", OperationID: "review-rights", Summary: "Record that the list of who may do what was looked through, and what was found", Tags: []string{tagAudit},
		DefaultStatus: http.StatusCreated}
	op.Responses = s.recordedResponses(op)
	op.Errors = []int{400, 403, 404, 413, 415, 422, 503}
	register(s, asks(Whole, auth.Review), op, func(ctx context.Context, in *struct{ Call }) (*Recorded, error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		d := &stock.ReviewDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		if err := person(ctx); err != nil {
			return nil, err
		}
		if err := s.app.ListReviewed(ctx, d); err != nil {
			return nil, err
		}
		return s.record(ctx, in.call(), d)
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: s.schema(reflect.TypeFor[stock.ReviewDraft]())}})
}
