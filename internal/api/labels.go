package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) labels() {
	get(s, reads, "/v1/labels", "list-labels", "List the sorts of labels that are not GS1, by code", tagMaster, func(ctx context.Context, in *Search) (List[app.Label], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Label]{}, err
		}
		items, err := s.app.Labels(ctx, page)
		return pageOf(items, in.Paging, func(l app.Label) string { return l.Code }), err
	})
	get(s, reads, "/v1/labels/{code}", "get-label", "Show a sort of labels", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.Label, error) {
		return s.app.Label(ctx, in.Code)
	})
	creates(s, manages, "/v1/labels", "teach-label", "Teach a sort of labels from one example", func(d *stock.LabelDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.LabelDraft](s, manages, "/v1/labels/{code}", "change-label", "Change a sort of labels, or teach it anew", []string{"code"}, func(in *CodePath, text string) (stock.Body, error) {
		d := &stock.LabelDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("code", &d.Code, in.Code)
	})
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/labels/try", OperationID: "try-label", Summary: "Show what would be read of further scans by a label that is not recorded yet",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusOK, Errors: []int{400, 413, 415, 422}}
	register(s, reads, op, func(ctx context.Context, in *struct{ Request }) (*reply[app.LabelTried], error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		t := &app.LabelTrial{}
		if err := decode(text, t); err != nil {
			return nil, err
		}
		tried, err := s.app.TryLabel(t)
		return &reply[app.LabelTried]{tried}, err
	})
	trial := *s.schemaOf(app.LabelTrial{})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: &trial}})
}
