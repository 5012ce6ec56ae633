package api

import (
	"context"
	"net/http"
	"strings"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

const tagMovements = "movements"

// EntryPath names an entry in a path.
type EntryPath struct {
	Call
	ID int64 `path:"id" minimum:"1"`
}

func (s *server) movements() {
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/movements", OperationID: "record-movement", Summary: "Record a movement of any kind",
		Tags: []string{tagMovements}, DefaultStatus: http.StatusCreated,
		Description: "The body may have 64 MiB and name a million units. What the strategy chose is in the answer's items.",
	}
	writes(s, moves, op, largeBody, s.signable(stock.MovementDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.MovementDraft{}
		return d, decode(text, d)
	})
	op = huma.Operation{
		Method: http.MethodPost, Path: "/v1/movements/{id}/reversal", OperationID: "reverse-movement", Summary: "Reverse a movement, whole or in part",
		Tags: []string{tagMovements}, DefaultStatus: http.StatusCreated,
	}
	writes(s, asks(Sites, auth.Reverse), op, largeBody, s.schemaOf(Reversal{}), func(in *EntryPath, text string) (stock.Body, error) {
		d := &Reversal{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return &stock.MovementDraft{Kind: stock.KindReversal, Reverses: in.ID, Reason: d.Reason, Note: d.Note, Capture: d.Capture, Items: d.Items}, nil
	})
	get(s, reads, "/v1/movements", "list-movements", "List movements", tagMovements, s.listMovements)
	get(s, reads, "/v1/movements/{id}", "get-movement", "Show a movement", tagMovements, func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (app.Entry, error) {
		e, err := s.app.Entry(ctx, in.ID)
		if err == nil && !e.Kind.Movement() {
			err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "id", "entry %d is a %s, no movement", in.ID, e.Kind)
		}
		return e, err
	})
}

// Reversal is what a reversal may say besides what it reverses.
type Reversal struct {
	Reason  string            `json:"reason,omitempty" maxLength:"500"`
	Note    string            `json:"note,omitempty" maxLength:"4000"`
	Capture string            `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
	Items   []stock.ItemDraft `json:"items,omitempty" doc:"Only these items, each by its number, with a quantity or units for a part of it. Left out: all."`
}

// MovementSearch chooses movements.
type MovementSearch struct {
	Paging
	Kind      string `query:"kind" doc:"One or more kinds, with commas between." example:"receive,ship"`
	Site      string `query:"site"`
	Partner   string `query:"partner"`
	Product   string `query:"product" doc:"SKU or GTIN."`
	Lot       string `query:"lot" doc:"Needs the product."`
	Serial    string `query:"serial" doc:"Needs the product."`
	Reference string `query:"reference" doc:"Code of an order, delivery note or other paper."`
	Field     string `query:"field" doc:"Code of an extra field of movements or lots that it gave the value."`
	Value     string `query:"value" doc:"Needs the field."`
	From      string `query:"occurred_from" doc:"Time at or after which it occurred."`
	To        string `query:"occurred_before" doc:"Time before which it occurred."`
	Order     string `query:"order" enum:"oldest,newest" default:"oldest" doc:"By when they were recorded."`
}

func (s *server) listMovements(ctx context.Context, in *MovementSearch) (list List[app.Entry], err error) {
	q := app.EntryQuery{Movements: true, Site: in.Site, Partner: in.Partner, Product: in.Product, Lot: in.Lot, Serial: in.Serial,
		Ref: in.Reference, Field: in.Field, Value: in.Value, Desc: in.Order == "newest", Limit: in.Limit}
	for name := range strings.SplitSeq(in.Kind, ",") {
		if name == "" {
			continue
		}
		k, ok := stock.ParseKind(name)
		if !ok || !k.Movement() {
			return list, malformedf("kind", "%q is no kind of movement", name)
		}
		q.Kinds = append(q.Kinds, k)
	}
	if q.From, err = timeOf("occurred_from", in.From); err != nil {
		return list, err
	}
	if q.To, err = timeOf("occurred_before", in.To); err != nil {
		return list, err
	}
	edge := &q.After
	if q.Desc {
		edge = &q.Before
	}
	if err := in.after(edge); err != nil {
		return list, err
	}
	items, err := s.app.Entries(ctx, q)
	return pageOf(items, in.Paging, func(e app.Entry) int64 { return e.Entry }), err
}
