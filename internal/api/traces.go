package api

import (
	"context"

	"clew/internal/app"
)

// TraceSearch says what to trace, and how far.
type TraceSearch struct {
	Past
	Code      string `path:"code" doc:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Kind      string `query:"kind" enum:"lot,alias,unit,entry,reference" doc:"One of the code's meanings only."`
	Product   string `query:"product" doc:"SKU or GTIN: of that product only."`
	Direction string `query:"direction" enum:"up,down,none" doc:"Where from, where to, or neither; both when left out."`
	Levels    int    `query:"levels" minimum:"0" doc:"The most levels; 0 or left out: to the end."`
	Links     int    `query:"links" minimum:"1" maximum:"10000" default:"200" doc:"The most links and lots that are listed of a level. Sums always count all."`
}

func (q *TraceSearch) query() app.TraceQuery {
	return app.TraceQuery{AsAt: q.asAt(), Code: q.Code, Kind: q.Kind, Product: q.Product, Direction: q.Direction, Levels: q.Levels, Links: q.Links}
}

// OneThing names one thing whose trace is listed in parts.
type OneThing struct {
	Paging
	Past
	Code    string `path:"code" doc:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Kind    string `query:"kind" enum:"lot,alias,unit,entry,reference" doc:"Where the code means several things: which."`
	Product string `query:"product" doc:"SKU or GTIN: of that product."`
}

// GraphSearch says what to trace as a graph.
type GraphSearch struct {
	Past
	Code      string   `path:"code" doc:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Kind      string   `query:"kind" enum:"lot,alias,unit,entry,reference" doc:"Where the code means several things: which."`
	Product   string   `query:"product" doc:"SKU or GTIN: of that product."`
	Direction string   `query:"direction" enum:"up,down,none" doc:"Where from, where to, or neither; both when left out."`
	Levels    int      `query:"levels" minimum:"0" doc:"The most levels; 0 or left out: to the end."`
	Nodes     int      `query:"nodes" minimum:"1" maximum:"10000" default:"2000" doc:"The most nodes."`
	Expand    []string `query:"expand" maxItems:"50" doc:"Ids of nodes of several units, which are told one by one, 200 at a time; with commas between."`
}

// Timeline is a page of a history.
type Timeline struct {
	app.Of
	Subject app.Meaning `json:"subject"`
	List[app.TraceEvent]
}

// TracedUnits is a page of the units that a trace reaches.
type TracedUnits struct {
	app.Of
	Total int64 `json:"total" doc:"How many units there are in all."`
	List[app.Unit]
}

func (s *server) traces() {
	get(s, reads, "/v1/lookup/{code}", "look-up", "Tell everything that a code means", tagLook, func(ctx context.Context, in *struct {
		Past
		Code string `path:"code"`
	}) (PastList[app.Meaning], error) {
		items, of, err := s.app.LookupOf(ctx, in.asAt(), in.Code)
		return PastList[app.Meaning]{List[app.Meaning]{Items: items}, of}, err
	})
	get(s, reads, "/v1/trace/{code}", "trace", "Trace goods: what they are, where they are, where they came from and where they went", tagLook,
		func(ctx context.Context, in *TraceSearch) (*app.Trace, error) {
			return s.app.Trace(ctx, in.query())
		})
	get(s, reads, "/v1/trace/{code}/units", "trace-units", "List the units that a trace reaches", tagLook, func(ctx context.Context, in *struct {
		OneThing
		Direction string `query:"direction" enum:"up,down,none" default:"down" doc:"Where from, where to, or the thing's own units."`
		Levels    int    `query:"levels" minimum:"0" doc:"The most levels; 0 or left out: to the end."`
	}) (*TracedUnits, error) {
		var after int64
		if err := in.after(&after); err != nil {
			return nil, err
		}
		q := app.TraceQuery{AsAt: in.asAt(), Code: in.Code, Kind: in.Kind, Product: in.Product, Direction: in.Direction, Levels: in.Levels}
		page, err := s.app.TraceUnits(ctx, q, after, in.Limit)
		if err != nil {
			return nil, err
		}
		return &TracedUnits{page.Of, page.Total, List[app.Unit]{page.Items, cursorAfter(page.After)}}, nil
	})
	get(s, reads, "/v1/trace/{code}/graph", "trace-graph", "Tell a trace as nodes and edges, to be drawn", tagLook, func(ctx context.Context, in *GraphSearch) (*app.TraceGraph, error) {
		return s.app.Graph(ctx, app.GraphQuery{TraceQuery: app.TraceQuery{AsAt: in.asAt(), Code: in.Code, Kind: in.Kind, Product: in.Product, Direction: in.Direction, Levels: in.Levels}, Expand: in.Expand, Most: in.Nodes})
	})
	get(s, reads, "/v1/history/{code}", "history", "Tell what befell a lot, a unit, or what an entry or reference is about", tagLook, func(ctx context.Context, in *OneThing) (*Timeline, error) {
		var after int64
		if err := in.after(&after); err != nil {
			return nil, err
		}
		page, err := s.app.History(ctx, app.TraceQuery{AsAt: in.asAt(), Code: in.Code, Kind: in.Kind, Product: in.Product}, after, in.Limit)
		if err != nil {
			return nil, err
		}
		return &Timeline{page.Of, page.Subject, List[app.TraceEvent]{page.Items, cursorAfter(page.After)}}, nil
	})
}
