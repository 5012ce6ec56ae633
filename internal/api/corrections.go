package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

func (s *server) corrections() {
	writes(s, asks(Sites, auth.Adjust), quality("/v1/corrections", "correct-lot", "Put right a lot's code, dates or source or a unit's serial number that were found wrong, make one of two lots or units that are one, or tell apart goods that were mislabelled"), smallBody,
		s.schemaOf(stock.CorrectionDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.CorrectionDraft{}
			return d, decode(text, d)
		})
	get(s, reads, "/v1/corrections", "list-corrections", "List corrections in the order they were made", tagQuality, func(ctx context.Context, in *struct {
		Paging
		Product string `query:"product" doc:"Of the lot."`
		Lot     string `query:"lot" doc:"Of this lot, by its code now or before; needs the product."`
	}) (List[app.Entry], error) {
		q := app.EntryQuery{Kinds: []stock.Kind{stock.KindCorrection}, Lot: in.Lot, Limit: in.Limit}
		if in.Lot != "" {
			q.Product = in.Product
		}
		if err := in.after(&q.After); err != nil {
			return List[app.Entry]{}, err
		}
		items, err := s.app.Entries(ctx, q)
		return pageOf(items, in.Paging, func(e app.Entry) int64 { return e.Entry }), err
	})
	get(s, reads, "/v1/corrections/affected", "preview-correction", "Show what a correction of a lot or a unit would touch, recording nothing", tagQuality, func(ctx context.Context, in *struct {
		Product string `query:"product" required:"true"`
		Lot     string `query:"lot"`
		Unit    string `query:"unit" doc:"Instead of a lot: the serial number of a unit."`
	}) (app.Affected, error) {
		return s.app.Affected(ctx, in.Product, in.Lot, in.Unit)
	})
}
