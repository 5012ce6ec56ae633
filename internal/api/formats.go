package api

import (
	"context"
	"net/http"
	"reflect"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// PreviewOf are the names that previewed numbers contain.
type PreviewOf struct {
	Site     string `query:"site" doc:"Code of the site."`
	Supplier string `query:"supplier" doc:"Code of the supplier."`
	Product  string `query:"product" doc:"SKU of the product. Numbers that it has already are passed over."`
	Day      string `query:"day" doc:"The day that the numbers are of. Today, when left out."`
}

func (p PreviewOf) query() (q app.PreviewQuery, err error) {
	q = app.PreviewQuery{Site: p.Site, Supplier: p.Supplier, Product: p.Product}
	if p.Day != "" {
		q.Day, err = dateOf("day", p.Day)
	}
	return q, err
}

// Numbers are lot codes or serial numbers.
type Numbers struct {
	Numbers []string `json:"numbers"`
}

func (s *server) formats() {
	get(s, reads, "/v1/formats", "list-formats", "List formats of lot codes and serial numbers by code", tagMaster, func(ctx context.Context, in *Search) (List[app.Format], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Format]{}, err
		}
		items, err := s.app.Formats(ctx, page)
		return pageOf(items, in.Paging, func(f app.Format) string { return f.Code }), err
	})
	get(s, reads, "/v1/formats/{code}", "get-format", "Show a format", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.Format, error) {
		return s.app.Format(ctx, in.Code)
	})
	creates(s, manages, "/v1/formats", "create-format", "Create a format", func(d *stock.FormatDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.FormatDraft](s, manages, "/v1/formats/{code}", "change-format", "Change a format; its counters go on", []string{"code"}, func(in *CodePath, text string) (stock.Body, error) {
		d := &stock.FormatDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("code", &d.Code, in.Code)
	})
	s.formatPreviews()
	s.numberings()
}

func (s *server) formatPreviews() {
	get(s, reads, "/v1/formats/{code}/preview", "preview-format", "Show the next ten numbers of a format, drawing none", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
		PreviewOf
	}) (Numbers, error) {
		q, err := in.query()
		if err != nil {
			return Numbers{}, err
		}
		numbers, err := s.app.Preview(ctx, in.Code, q)
		return Numbers{numbers}, err
	})
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/formats/preview", OperationID: "preview-new-format", Summary: "Show the first ten numbers of a format that is not recorded yet",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusOK, Errors: []int{400, 413, 415, 422}}
	register(s, reads, op, func(ctx context.Context, in *struct {
		Request
		PreviewOf
	}) (*reply[Numbers], error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		d := &stock.FormatDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		numbers, err := s.app.PreviewDraft(d, q)
		return &reply[Numbers]{Numbers{numbers}}, err
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: s.changeSchema(reflect.TypeFor[stock.FormatDraft](), []string{"code"})}})
}

func (s *server) numberings() {
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/formats/{code}/numbers", OperationID: "draw-numbers", Summary: "Draw numbers ahead, for labels",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusCreated}
	writes(s, asks(Sites, auth.Move, auth.Manage), op, smallBody, s.changeSchema(reflect.TypeFor[stock.NumberingDraft](), []string{"format"}), func(in *CodePath, text string) (stock.Body, error) {
		d := &stock.NumberingDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("format", &d.Format, in.Code)
	})
	get(s, reads, "/v1/entries/{entry}/numbers", "list-drawn-numbers", "List the numbers that an entry drew ahead", tagLook, func(ctx context.Context, in *struct {
		Entry int64 `path:"entry"`
		Paging
	}) (List[string], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[string]{}, err
		}
		items, err := s.app.Numbers(ctx, in.Entry, after, in.Limit)
		return pageOf(items, in.Paging, func(string) int64 { return after + int64(len(items)) }), err
	})
}
