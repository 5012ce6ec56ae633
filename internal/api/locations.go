package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// LocationPath names a location in a path.
type LocationPath struct {
	Call
	Site string `path:"site"`
	Code string `path:"code"`
}

func (s *server) locations() {
	get(s, reads, "/v1/locations", "list-locations", "List the locations of a site by code", tagMaster, func(ctx context.Context, in *struct {
		Search
		Site string `query:"site" required:"true"`
	}) (List[app.Location], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Location]{}, err
		}
		items, err := s.app.Locations(ctx, in.Site, page)
		return pageOf(items, in.Paging, func(l app.Location) string { return l.Code }), err
	})
	get(s, reads, "/v1/sites/{site}/locations/{code}", "get-location", "Show a location", tagMaster, func(ctx context.Context, in *struct {
		Site string `path:"site"`
		Code string `path:"code"`
	}) (app.Location, error) {
		return s.app.Location(ctx, in.Site, in.Code)
	})
	creates(s, asks(Sites, auth.Manage), "/v1/locations", "create-location", "Create a location", func(d *stock.LocationDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.LocationDraft](s, asks(Sites, auth.Manage), "/v1/sites/{site}/locations/{code}", "change-location", "Change a location", []string{"site", "code"},
		func(in *LocationPath, text string) (stock.Body, error) {
			d := &stock.LocationDraft{If: stock.MustExist}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			if err := agree("site", &d.Site, in.Site); err != nil {
				return nil, err
			}
			return d, agree("code", &d.Code, in.Code)
		})
}
