package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/stock"
)

// ProductGroupEntry is a product group in a bulk call.
type ProductGroupEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.ProductGroupDraft
}

func (s *server) productGroups() {
	get(s, reads, "/v1/product-groups", "list-product-groups", "List product groups by code", tagMaster, func(ctx context.Context, in *Search) (List[app.ProductGroup], error) {
		page, err := in.page()
		if err != nil {
			return List[app.ProductGroup]{}, err
		}
		items, err := s.app.ProductGroups(ctx, page)
		return pageOf(items, in.Paging, func(g app.ProductGroup) string { return g.Code }), err
	})
	get(s, reads, "/v1/product-groups/{code}", "get-product-group", "Show a product group", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.ProductGroup, error) {
		return s.app.ProductGroup(ctx, in.Code)
	})
	creates(s, manages, "/v1/product-groups", "create-product-group", "Create a product group", func(d *stock.ProductGroupDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.ProductGroupDraft](s, manages, "/v1/product-groups/{code}", "change-product-group", "Change a product group", []string{"code"},
		func(in *CodePath, text string) (stock.Body, error) {
			d := &stock.ProductGroupDraft{If: stock.MustExist}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return d, agree("code", &d.Code, in.Code)
		})
	bulkOf(s, manages, "product-groups", tagMaster, func(e *ProductGroupEntry) (string, stock.Body) { return e.Key, &e.ProductGroupDraft })
}
