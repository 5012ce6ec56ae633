package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/stock"
)

// ClassEntry is what was decided for one product.
type ClassEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.ClassDraft
}

// Classification is a page of how products rank; what stands before the items is of all of them.
type Classification struct {
	app.Classification
	List[app.ClassRow]
}

func (s *server) classification() {
	get(s, reads, "/v1/classification", "classify-products",
		"Rank the active products by the value that moved, with what is proposed for each: a class, and how its goods are told apart", tagMaster, func(ctx context.Context, in *struct {
			Paging
			From       string `query:"from" doc:"First day of the period, by UTC. A year before its end when left out."`
			To         string `query:"to" doc:"Last day of the period. Today when left out."`
			SerialFrom string `query:"serial_from" doc:"What a piece of class A costs at least for serial numbers to be proposed; 100 when left out, 0 for never."`
			Class      string `query:"class" enum:"A,B,C" doc:"Only those that rank so."`
			Changes    bool   `query:"changes" doc:"Only those for which something else is proposed than stands."`
		}) (Classification, error) {
			q := app.ClassQuery{Class: in.Class, Changes: in.Changes, Limit: in.Limit}
			var err error
			if q.From, err = dateOf("from", in.From); err == nil {
				q.To, err = dateOf("to", in.To)
			}
			if err == nil && in.SerialFrom != "" {
				q.SerialFrom = new(stock.Quantity)
				if err = q.SerialFrom.UnmarshalText([]byte(in.SerialFrom)); err != nil {
					err = at("serial_from", err)
				}
			}
			if err == nil {
				err = in.after(&q.After)
			}
			if err != nil {
				return Classification{}, err
			}
			got, err := s.app.Classify(ctx, q)
			if err != nil {
				return Classification{}, err
			}
			return Classification{*got, pageOf(got.Page(), in.Paging, func(r app.ClassRow) int { return r.Rank })}, nil
		})
	bulkAt(s, manages, "/v1/classification", "accept-classification",
		"Accept what was proposed, or decide otherwise: the class of products, and how their goods are told apart, answered product by product", tagMaster,
		func(e *ClassEntry) (string, stock.Body) { return e.Key, &e.ClassDraft })
}
