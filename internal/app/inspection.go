package app

import (
	"context"
	"strings"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// Plan is what quality asks of goods.
type Plan struct {
	Product string `json:"product,omitempty"`
	Group   string `json:"group,omitempty"`
	Needs   []Need `json:"needs"`
}

// Need is one thing that is asked for, and how it is met.
type Need struct {
	File  string          `json:"file,omitempty" doc:"A file of this kind."`
	Name  string          `json:"name,omitempty" doc:"A measurement."`
	Unit  string          `json:"unit,omitempty"`
	Min   *stock.Quantity `json:"min,omitempty"`
	Max   *stock.Quantity `json:"max,omitempty"`
	State string          `json:"state,omitempty" enum:"missing,present,failed" doc:"failed: the last value lies outside the limits, or no file of the kind is valid today."`
	Value *stock.Quantity `json:"value,omitempty" doc:"What was measured last."`
}

// PlanSet is a plan that counts, with the entry that set it.
type PlanSet struct {
	Entry int64 `json:"entry"`
	Plan
}

// Text tells it to people.
func (n Need) Text() string {
	if n.File != "" {
		return n.File
	}
	text := n.Name
	if n.Min != nil {
		text += " from " + n.Min.String()
	}
	if n.Max != nil {
		text += " to " + n.Max.String()
	}
	return strings.TrimSpace(text + " " + n.Unit)
}

// Plans lists the plans that count, in the order they were set; one that asks for nothing is none.
func (a *App) Plans(ctx context.Context, after int64, limit int) ([]PlanSet, error) {
	rows, err := a.Store.Plans(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, p := range rows {
		n.WantProducts(p.Product)
		n.WantGroups(p.Group)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	return views(rows, func(p *stock.Plan) PlanSet { return PlanSet{p.Entry, *viewPlan(p, n)} }), nil
}

// Measured is one value that was measured.
type Measured struct {
	Name  string         `json:"name"`
	Value stock.Quantity `json:"value"`
}

// Inspection is what was measured of a lot.
type Inspection struct {
	Product string     `json:"product"`
	Lot     string     `json:"lot"`
	Values  []Measured `json:"values"`
}

func viewNeed(n stock.Need) Need {
	out := Need{Name: n.Name, Unit: n.Unit, Min: n.Least, Max: n.Most}
	if n.Name == "" {
		out.File = n.File.String()
	}
	return out
}

func viewPlan(p *stock.Plan, n *store.Names) *Plan {
	if p == nil {
		return nil
	}
	out := &Plan{Needs: views(p.Needs, viewNeed)}
	if v := n.Products[p.Product]; v != nil {
		out.Product = v.SKU
	}
	if g := n.Groups[p.Group]; g != nil {
		out.Group = g.Code
	}
	return out
}

func viewInspection(i *stock.Inspection, n *store.Names) *Inspection {
	if i == nil {
		return nil
	}
	out := &Inspection{Lot: lotCode(n, i.Lot), Values: views(i.Values, func(m stock.Measured) Measured { return Measured{m.Name, m.Value} })}
	if l := n.Lots[i.Lot]; l != nil && n.Products[l.Product] != nil {
		out.Product = n.Products[l.Product].SKU
	}
	return out
}

// Waiting is a hold in quality's queue, with what its goods need.
type Waiting struct {
	Hold
	Stock []WaitingStock `json:"stock,omitempty" doc:"Where the lot is, and how much."`
	Needs []Need         `json:"needs" doc:"What the quality plan asks for; none where there is no plan. Units are judged when they are released, by their lots."`
	Ready bool           `json:"ready" doc:"Nothing is missing or failed."`
}

// WaitingStock is how much of a lot is at a place.
type WaitingStock struct {
	Place    string         `json:"place"`
	Quantity stock.Quantity `json:"quantity"`
}

// Queue lists what is on hold, with what its quality plan asks for and what is there of it.
func (a *App) Queue(ctx context.Context, after int64, limit int) ([]Waiting, error) {
	holds, rows, err := a.holdsOf(ctx, a.Store.Today(), store.HoldFilter{After: after, Limit: limit})
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	var lots, products, groups []int64
	for _, r := range rows {
		n.WantLots(r.Hold.Lot)
		lots = append(lots, r.Hold.Lot)
	}
	at, err := a.Store.Available(ctx, lots)
	if err != nil {
		return nil, err
	}
	for _, row := range at {
		n.WantPlaces(row.Slot.Place)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	for id, p := range n.Products {
		products, groups = append(products, id), append(groups, p.Group)
	}
	known, err := a.Store.Evidence(ctx, products, groups, lots)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, len(rows))
	for i, r := range rows {
		out[i] = Waiting{Hold: holds[i], Needs: []Need{}}
		for _, row := range at {
			if row.Slot.Lot == r.Hold.Lot && (r.Hold.Place == 0 || r.Hold.Place == row.Slot.Place) {
				out[i].Stock = append(out[i].Stock, WaitingStock{n.PlaceRef(row.Slot.Place), row.Balance.Quantity})
			}
		}
		out[i].judge(a, known, n, r.Hold.Lot)
	}
	return out, nil
}

func (w *Waiting) judge(a *App, known *store.Evidence, n *store.Names, lot int64) {
	w.Ready = true
	l := n.Lots[lot]
	if l == nil || n.Products[l.Product] == nil {
		return
	}
	plan := known.Plan(n.Products[l.Product])
	if plan == nil {
		return
	}
	for _, f := range plan.Judge(known.Files[lot], known.Measured[lot], stock.DateOf(a.Store.Now(), time.UTC)) {
		need := viewNeed(f.Need)
		need.State, need.Value = f.State.String(), f.Value
		w.Needs = append(w.Needs, need)
		w.Ready = w.Ready && f.State == stock.NeedMet
	}
}
