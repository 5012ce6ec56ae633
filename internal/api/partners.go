package api

import (
	"context"

	"clew/internal/app"
	"clew/internal/stock"
)

func (s *server) partners() {
	get(s, reads, "/v1/partners", "list-partners", "List partners by code", tagMaster, func(ctx context.Context, in *Search) (List[app.Partner], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Partner]{}, err
		}
		items, err := s.app.Partners(ctx, page)
		return pageOf(items, in.Paging, func(p app.Partner) string { return p.Code }), err
	})
	get(s, reads, "/v1/partners/{code}", "get-partner", "Show a partner with its addresses", tagMaster, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.Partner, error) {
		return s.app.Partner(ctx, in.Code)
	})
	get(s, reads, "/v1/licences", "list-licences", "List partners' licences, those that run out by a day with when until is given", tagMaster, func(ctx context.Context, in *struct {
		Paging
		Until string `query:"until" doc:"Last day of validity on or before this day, also long ago."`
	}) (List[app.PartnerLicences], error) {
		out := List[app.PartnerLicences]{Items: []app.PartnerLicences{}}
		page, err := Search{Paging: in.Paging}.page()
		if err != nil {
			return out, err
		}
		until, err := dateOf("until", in.Until)
		if err != nil {
			return out, err
		}
		items, next, err := s.app.Licences(ctx, until, page)
		if next != "" {
			out.Next = cursorOf(next)
		}
		out.Items = append(out.Items, items...)
		return out, err
	})
	creates(s, manages, "/v1/partners", "create-partner", "Create a partner", func(d *stock.PartnerDraft) stock.Body {
		d.If = stock.MustBeNew
		return d
	})
	changes[stock.PartnerDraft](s, manages, "/v1/partners/{code}", "change-partner", "Change a partner; addresses given are added or changed", []string{"code"},
		func(in *CodePath, text string) (stock.Body, error) {
			d := &stock.PartnerDraft{If: stock.MustExist}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return d, agree("code", &d.Code, in.Code)
		})
}
