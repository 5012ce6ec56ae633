package api

import (
	"context"

	"clew/internal/app"
)

const tagLook = "looking up"

func (s *server) lots() {
	get(s, reads, "/v1/lots", "list-lots", "List lots in the order they came into the ledger", tagLook, func(ctx context.Context, in *struct {
		Paging
		Past
		Product string `query:"product" doc:"SKU or GTIN."`
		Lot     string `query:"lot" doc:"Our lot code, exactly."`
		Like    string `query:"like" maxLength:"200" doc:"Part of the lot code, whatever the case."`
		Expires string `query:"expires_before" doc:"Governing date on or before this day."`
		Field   string `query:"field" doc:"Code of an extra field that has the value."`
		Value   string `query:"value" doc:"Needs the field."`
	}) (PastList[app.Lot], error) {
		q := app.LotQuery{AsAt: in.asAt(), Product: in.Product, Lot: in.Lot, Like: in.Like, Field: in.Field, Value: in.Value, Limit: in.Limit}
		var err error
		if q.Expires, err = dateOf("expires_before", in.Expires); err != nil {
			return PastList[app.Lot]{}, err
		}
		if err := in.after(&q.After); err != nil {
			return PastList[app.Lot]{}, err
		}
		items, of, err := s.app.LotsOf(ctx, q)
		return PastList[app.Lot]{pageOf(items, in.Paging, app.Lot.ID), of}, err
	})
}

func (s *server) units() {
	get(s, reads, "/v1/units", "list-units", "List units in the order they came into the ledger", tagLook, func(ctx context.Context, in *struct {
		Paging
		Past
		Product  string `query:"product" doc:"SKU or GTIN. One of product, serial and location is needed."`
		Lot      string `query:"lot"`
		Serial   string `query:"serial"`
		Site     string `query:"site" doc:"Site of the location."`
		Location string `query:"location"`
	}) (PastList[app.Unit], error) {
		q := app.UnitQuery{AsAt: in.asAt(), Product: in.Product, Lot: in.Lot, Serial: in.Serial, Site: in.Site, Location: in.Location, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return PastList[app.Unit]{}, err
		}
		items, of, err := s.app.UnitsOf(ctx, q)
		return PastList[app.Unit]{pageOf(items, in.Paging, app.Unit.ID), of}, err
	})
}

func (s *server) stock() {
	get(s, reads, "/v1/stock", "list-stock", "List what is on hand, by product, lot and place", tagLook, func(ctx context.Context, in *struct {
		Paging
		Past
		Product  string `query:"product" doc:"SKU or GTIN."`
		Lot      string `query:"lot" doc:"Needs the product."`
		Site     string `query:"site"`
		Location string `query:"location" doc:"Needs the site."`
		Expires  string `query:"expires_before" doc:"Governing date on or before this day."`
		Virtual  bool   `query:"virtual" doc:"Also what is with partners, used up or lost."`
	}) (PastList[app.StockRow], error) {
		q := app.StockQuery{Product: in.Product, Lot: in.Lot, Site: in.Site, Location: in.Location, Virtual: in.Virtual, Limit: in.Limit, AsAt: in.asAt()}
		var err error
		if q.Expires, err = dateOf("expires_before", in.Expires); err != nil {
			return PastList[app.StockRow]{}, err
		}
		if err := in.after(&q.After); err != nil {
			return PastList[app.StockRow]{}, err
		}
		items, of, err := s.app.StockOf(ctx, q)
		return PastList[app.StockRow]{pageOf(items, in.Paging, app.StockRow.Key), of}, err
	})
}
