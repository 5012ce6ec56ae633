package api

import (
	"context"
	"net/http"
	"reflect"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) erasures() {
	get(s, keepsPeople, "/v1/erasures", "list-erasures", "List which personal data was erased, when, by whom and why", tagPeople, func(ctx context.Context, in *struct{ Paging }) (List[app.ErasureRecord], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.ErasureRecord]{}, err
		}
		items, err := s.app.Erasures(ctx, after, in.Limit)
		return pageOf(items, in.Paging, func(r app.ErasureRecord) int64 { return r.Entry }), err
	})
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/erasures", OperationID: "erase", Tags: []string{tagPeople}, DefaultStatus: http.StatusCreated,
		Summary:     "Erase personal data for good, without breaking the log",
		Description: "The text and its salt are gone, the salted hash stays, so that the log, its proofs and `clew verify` hold as before. What was erased shows as (erased). Older backups still have it.",
	}
	writes(s, keepsPeople, op, smallBody, s.schema(reflect.TypeFor[stock.ErasureDraft]()), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.ErasureDraft{}
		return d, decode(text, d)
	})
}
