package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

func (s *server) sites() {
	get(s, reads, "/v1/sites", "list-sites", "List sites by code", tagMaster, func(ctx context.Context, in *Search) (List[app.Site], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Site]{}, err
		}
		items, err := s.app.Sites(ctx, page)
		return pageOf(items, in.Paging, func(v app.Site) string { return v.Code }), err
	})
	get(s, reads, "/v1/sites/{code}", "get-site", "Show a site", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.Site, error) {
		return s.app.Site(ctx, in.Code)
	})
	creates(s, manages, "/v1/sites", "create-site", "Create a site", func(d *stock.SiteDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.SiteDraft](s, asks(Sites, auth.Manage), "/v1/sites/{code}", "change-site", "Change a site", []string{"code"}, func(in *CodePath, text string) (stock.Body, error) {
		d := &stock.SiteDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("code", &d.Code, in.Code)
	})
}
