package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// FieldEntry is an extra field in a bulk call.
type FieldEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.FieldDraft
}

func (s *server) fields() {
	get(s, reads, "/v1/fields", "list-fields", "List extra fields by code", tagMaster, func(ctx context.Context, in *Search) (List[app.Field], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Field]{}, err
		}
		items, err := s.app.Fields(ctx, page)
		return pageOf(items, in.Paging, func(f app.Field) string { return f.Code }), err
	})
	get(s, reads, "/v1/fields/{code}", "get-field", "Show an extra field", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.Field, error) {
		return s.app.Field(ctx, in.Code)
	})
	creates(s, manages, "/v1/fields", "create-field", "Create an extra field", func(d *stock.FieldDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.FieldDraft](s, manages, "/v1/fields/{code}", "change-field", "Change an extra field", []string{"code"},
		func(in *CodePath, text string) (stock.Body, error) {
			d := &stock.FieldDraft{If: stock.MustExist}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return d, agree("code", &d.Code, in.Code)
		})
	bulkOf(s, manages, "fields", tagMaster, func(e *FieldEntry) (string, stock.Body) { return e.Key, &e.FieldDraft })
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/details", OperationID: "record-details", Summary: "Give values to the extra fields of a lot, a product or a partner",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusCreated,
	}
	writes(s, asks(Sites, auth.Adjust, auth.Manage), op, smallBody, s.schemaOf(stock.DetailsDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.DetailsDraft{}
		return d, decode(text, d)
	})
	s.fieldSets()
}

// fieldSets installs ready sets of fields.
func (s *server) fieldSets() {
	register(s, manages, huma.Operation{
		Method: http.MethodPost, Path: "/v1/field-sets/{set}", OperationID: "install-fields", Summary: "Define the extra fields of a ready set, those that are not there yet",
		Tags: []string{tagMaster}, DefaultStatus: http.StatusOK, Errors: []int{403, 404, 503},
		Description: "There are fsma204, pharma and electronics. Fields that are there already stay as they are, so the call can be repeated.",
	}, func(ctx context.Context, in *struct {
		Call
		Set string `path:"set" maxLength:"60"`
	}) (*struct{ Body app.FieldSet }, error) {
		out, err := s.app.InstallFields(ctx, s.who(ctx, in.call()), in.Set)
		if err != nil {
			return nil, err
		}
		return &struct{ Body app.FieldSet }{out}, nil
	})
}
