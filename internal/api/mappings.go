package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/store"

	"github.com/danielgtaylor/huma/v2"
)

// mappings are the operations on what is remembered of columns; import.go says them.
func (s *server) mappings() {
	get(s, manages, "/v1/mappings", "list-mappings", "List what is remembered of the columns of files, by code", tagExchange, func(ctx context.Context, in *struct {
		Paging
		Kind string `query:"kind" maxLength:"100" doc:"Of files of this kind."`
	}) (List[app.Mapping], error) {
		page := store.Page{Limit: in.Limit}
		if err := in.after(&page.After); err != nil {
			return List[app.Mapping]{}, err
		}
		items, err := s.app.Mappings(ctx, in.Kind, page)
		return pageOf(items, in.Paging, func(m app.Mapping) string { return m.Code }), err
	})
	register(s, manages, huma.Operation{Method: http.MethodDelete, Path: "/v1/mappings/{code}", OperationID: "remove-mapping", Summary: "Forget what is remembered of the columns of a header",
		Tags: []string{tagExchange}, DefaultStatus: http.StatusNoContent, Errors: []int{403, 404, 503}}, func(ctx context.Context, in *struct {
		Call
		Code string `path:"code"`
	}) (*struct{}, error) {
		return nil, s.app.RemoveMapping(ctx, s.who(ctx, in.call()), in.Code)
	})
}
