package api

import (
	"context"

	"clew/internal/app"
)

// ExpiryPage is a page of what is on hand by the dates until which it is good.
type ExpiryPage struct {
	app.ExpiryBoard
	Next string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last one."`
}

func (s *server) expiry() {
	get(s, reads, "/v1/expiry", "list-expiry", "List what is on hand by the dates until which it is good, with counts by bucket and day", tagLook, func(ctx context.Context, in *struct {
		Paging
		Within  int    `query:"within" minimum:"-1" maximum:"36600" default:"-1" doc:"Only what is past, or will be within so many days from today; -1 for all."`
		Bucket  string `query:"bucket" enum:"expired,week,month,later" doc:"Only one: expired (before today), week (today and the six days after), month (up to the 30th day after), later."`
		Site    string `query:"site"`
		Product string `query:"product" doc:"SKU or GTIN."`
	}) (*ExpiryPage, error) {
		q := app.ExpiryQuery{Bucket: in.Bucket, Site: in.Site, Product: in.Product, Within: in.Within, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return nil, err
		}
		board, err := s.app.Expiry(ctx, q)
		if err != nil {
			return nil, err
		}
		return &ExpiryPage{*board, pageOf(board.Items, in.Paging, app.ExpiringStock.Key).Next}, nil
	})
}
