package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

const tagQuality = "quality"

// Release is what the release of one hold may say.
type Release struct {
	Units    []string          `json:"units,omitempty" doc:"Only these of the held units."`
	Site     string            `json:"site,omitempty" doc:"Site of the items."`
	Scanner  *stock.Scanner    `json:"scanner,omitempty" doc:"What is special about the scanner, where items carry scans."`
	Override string            `json:"override,omitempty" maxLength:"500" doc:"Why goods are released that lack what their quality plan asks for."`
	Items    []stock.ItemDraft `json:"items,omitempty" doc:"Of the part that stays held: moves to a blocking location."`
	Reason   string            `json:"reason" maxLength:"500"`
	Note     string            `json:"note,omitempty" maxLength:"4000"`
	Capture  string            `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
	Occurred stock.Time        `json:"occurred_at,omitempty"`
}

// Resolution is how an exception is ended.
type Resolution struct {
	Action  string               `json:"action" enum:"post,dismiss" doc:"post the movement, as it was or amended; or dismiss it"`
	Amended *stock.MovementDraft `json:"amended,omitempty" doc:"The movement to post instead of the one that was refused."`
	Reason  string               `json:"reason" maxLength:"500"`
}

func quality(path, id, summary string) huma.Operation {
	return huma.Operation{Method: http.MethodPost, Path: path, OperationID: id, Summary: summary, Tags: []string{tagQuality}, DefaultStatus: http.StatusCreated}
}

func (s *server) holds() {
	writes(s, asks(Sites, auth.Hold), quality("/v1/holds", "place-hold", "Hold a lot, units, a lot at a place or a whole place"), largeBody, s.schemaOf(stock.HoldDraft{}),
		func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.HoldDraft{}
			return d, decode(text, d)
		})
	writes(s, asks(Sites, auth.Release), quality("/v1/holds/{id}/release", "release-hold", "Release a hold, whole or for some of its units"), largeBody, s.signable(Release{}),
		func(in *EntryPath, text string) (stock.Body, error) {
			d := &Release{}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return &stock.ReleaseDraft{Hold: in.ID, Units: d.Units, Site: d.Site, Scanner: d.Scanner, Items: d.Items, Override: d.Override, Reason: d.Reason, Note: d.Note, Capture: d.Capture, Occurred: d.Occurred}, nil
		})
	writes(s, asks(Sites, auth.Release), quality("/v1/releases", "release-goods", "Release goods from blocking locations, or a hold"), largeBody, s.signable(stock.ReleaseDraft{}),
		func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.ReleaseDraft{}
			return d, decode(text, d)
		})
	writes(s, asks(Sites, auth.Move), quality("/v1/cleanings", "record-cleaning", "Record that a mixed location was emptied and cleaned"), smallBody, s.schemaOf(stock.CleaningDraft{}),
		func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.CleaningDraft{}
			return d, decode(text, d)
		})
	get(s, reads, "/v1/holds", "list-holds", "List holds in the order they were placed", tagQuality, func(ctx context.Context, in *struct {
		Paging
		Past
		Product string `query:"product" doc:"Of the lot; needs the lot."`
		Lot     string `query:"lot" doc:"Needs the product."`
		All     bool   `query:"all" doc:"Released ones too."`
	}) (PastList[app.Hold], error) {
		q := app.HoldQuery{AsAt: in.asAt(), Product: in.Product, Lot: in.Lot, All: in.All, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return PastList[app.Hold]{}, err
		}
		items, of, err := s.app.Holds(ctx, q)
		return PastList[app.Hold]{pageOf(items, in.Paging, func(h app.Hold) int64 { return h.Hold }), of}, err
	})
}

func (s *server) inspections() {
	writes(s, asks(Organisation, auth.Release), quality("/v1/quality-plans", "set-quality-plan", "Say what quality asks of a product's or a product group's goods before they are released"), smallBody,
		s.schemaOf(stock.PlanDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.PlanDraft{}
			return d, decode(text, d)
		})
	get(s, reads, "/v1/quality-plans", "list-quality-plans", "List the quality plans that count, in the order they were set", tagQuality, func(ctx context.Context, in *struct{ Paging }) (List[app.PlanSet], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.PlanSet]{}, err
		}
		items, err := s.app.Plans(ctx, after, in.Limit)
		return pageOf(items, in.Paging, func(p app.PlanSet) int64 { return p.Entry }), err
	})
	writes(s, asks(Sites, auth.Release, auth.Hold), quality("/v1/inspections", "record-inspection", "Record what was measured of a lot"), smallBody, s.schemaOf(stock.InspectionDraft{}),
		func(_ *struct{ Call }, text string) (stock.Body, error) {
			d := &stock.InspectionDraft{}
			return d, decode(text, d)
		})
	get(s, reads, "/v1/quality", "list-quality", "List what waits for quality: what is on hold, what its plan asks for and what is there of it", tagQuality, func(ctx context.Context, in *struct{ Paging }) (List[app.Waiting], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.Waiting]{}, err
		}
		items, err := s.app.Queue(ctx, after, in.Limit)
		return pageOf(items, in.Paging, func(w app.Waiting) int64 { return w.Hold.Hold }), err
	})
}

func (s *server) exceptions() {
	writes(s, asks(Sites, auth.Adjust), quality("/v1/exceptions/{id}/resolution", "resolve-exception", "End an exception: post its movement, as it was or amended, or dismiss it"), largeBody,
		s.signable(Resolution{}), func(in *EntryPath, text string) (stock.Body, error) {
			d := &Resolution{}
			if err := decode(text, d); err != nil {
				return nil, err
			}
			return &stock.ResolveDraft{Exception: in.ID, Action: d.Action, Amended: d.Amended, Reason: d.Reason}, nil
		})
	get(s, reads, "/v1/exceptions", "list-exceptions", "List movements that were refused and kept", tagQuality, func(ctx context.Context, in *struct {
		Paging
		All bool `query:"all" doc:"Resolved ones too."`
	}) (List[app.Entry], error) {
		var after int64
		if err := in.after(&after); err != nil {
			return List[app.Entry]{}, err
		}
		items, err := s.app.Exceptions(ctx, in.All, after, in.Limit)
		return pageOf(items, in.Paging, func(e app.Entry) int64 { return e.Entry }), err
	})
}
