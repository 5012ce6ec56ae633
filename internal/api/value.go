package api

import (
	"context"
	"io"
	"net/http"

	"clew/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

// ValueOf are the parameters of what stock was worth.
type ValueOf struct {
	Month   string `query:"month" doc:"At the end of this month. Either this or date is needed." example:"2026-06"`
	Date    string `query:"date" doc:"At the end of this day by the calendar of each site."`
	AsKnown string `query:"as_known" maxLength:"40" doc:"Only what was recorded by then: a day, a time or the number of an entry."`
	Site    string `query:"site" doc:"Only of this site."`
}

func (v ValueOf) query() app.ValueQuery {
	return app.ValueQuery{Month: v.Month, Date: v.Date, Known: v.AsKnown, Site: v.Site}
}

// ValueList is a page of what stock was worth; the sums are of all pages.
type ValueList struct {
	Sites []app.SiteValue `json:"sites"`
	List[app.ValueRow]
}

func (s *server) value() {
	get(s, reads, "/v1/value", "value-stock", "Say what stock was worth, by site and product", tagLook, func(ctx context.Context, in *struct {
		Paging
		ValueOf
	}) (ValueList, error) {
		var after [2]string
		if err := in.after(&after); err != nil {
			return ValueList{}, err
		}
		v, err := s.app.Value(ctx, in.query())
		if err != nil {
			return ValueList{}, err
		}
		return ValueList{v.Sites, pageOf(v.After(after, in.Limit), in.Paging, app.ValueRow.Key)}, nil
	})
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/value.csv", OperationID: "value-stock-file", Summary: "Write what stock was worth as a CSV file", Tags: []string{tagLook},
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}},
		Errors: []int{400, 404, 422, 503},
	}
	register(s, reads, op, func(ctx context.Context, in *struct {
		Request
		ValueOf
	}) (*huma.StreamResponse, error) {
		v, err := s.app.Value(ctx, in.query())
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(huma.Context) {
			sendFile(ctx, in.w, "value", "csv", func(out io.Writer) error {
				_, err := out.Write(v.CSV())
				return err
			})
		}}, nil
	})
}
