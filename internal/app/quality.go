package app

import (
	"context"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// Hold is a hold as it stands.
type Hold struct {
	Hold      int64      `json:"hold"`
	Product   string     `json:"product,omitempty"`
	Lot       string     `json:"lot,omitempty"`
	Place     string     `json:"place,omitempty"`
	Units     int64      `json:"units,omitempty" doc:"How many units it held when it was placed."`
	StillHeld int64      `json:"still_held,omitempty" doc:"How many of them it still holds."`
	Serials   []string   `json:"serials,omitempty" doc:"The first of the units still held, up to 100."`
	Reason    string     `json:"reason"`
	Actor     string     `json:"actor"`
	PlacedAt  stock.Time `json:"placed_at"`
	About     int64      `json:"about,omitempty" doc:"The movement that entailed it."`
	Released  int64      `json:"released,omitempty" doc:"The entry that released the last of it."`
}

// HoldQuery chooses holds; what is left empty does not limit.
type HoldQuery struct {
	AsAt
	Product, Lot string
	All          bool
	After        int64
	Limit        int
}

// Holds lists holds in the order they were placed, the active ones only unless all is asked for.
func (a *App) Holds(ctx context.Context, q HoldQuery) ([]Hold, Of, error) {
	past, of, err := a.view(ctx, q.AsAt, time.UTC)
	if err != nil {
		return nil, of, err
	}
	f := store.HoldFilter{All: q.All, After: q.After, Limit: q.Limit}
	switch {
	case q.Product != "" && q.Lot == "":
		return nil, of, stock.Errorf(stock.Invalid, stock.CodeRequired, "lot", "name the lot of %q too, or leave the product out: holds are listed by lot", q.Product)
	case q.Product == "" && q.Lot != "":
		return nil, of, stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "name the product of lot %q", q.Lot)
	case q.Lot != "":
		p, err := a.Store.Product(ctx, q.Product)
		if err != nil {
			return nil, of, err
		}
		lot, err := a.lot(ctx, p, q.Lot)
		if err != nil {
			return nil, of, err
		}
		f.Lot = lot.ID
	}
	holds, _, err := a.holdsOf(ctx, past, f)
	return holds, of, err
}

func (a *App) holdsOf(ctx context.Context, past *store.View, f store.HoldFilter) ([]Hold, []store.HoldRow, error) {
	rows, err := past.HoldList(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	n := store.NewNames()
	var first stock.Runs
	for _, r := range rows {
		n.WantLots(r.Hold.Lot)
		n.WantPlaces(r.Hold.Place)
		n.WantActors(r.Actor)
		first = first.Union(firstUnits(r.Hold.Units, 100)).Union(firstUnits(r.Units, 1)) // a released one still names its product
	}
	units, err := past.UnitsOf(ctx, first, 0, int(first.Count()))
	if err != nil {
		return nil, nil, err
	}
	byID := map[int64]*stock.Unit{}
	for _, u := range units {
		byID[u.ID] = u
		n.WantProducts(u.Product)
	}
	if err := past.LoadNames(ctx, n); err != nil {
		return nil, nil, err
	}
	return views(rows, func(r store.HoldRow) Hold { return viewHold(r, n, byID) }), rows, nil
}

func viewHold(r store.HoldRow, n *store.Names, units map[int64]*stock.Unit) Hold {
	h := r.Hold
	out := Hold{Hold: h.ID, Lot: lotCode(n, h.Lot), Place: n.PlaceRef(h.Place), Units: r.Units.Count(), StillHeld: h.Units.Count(), Reason: h.Reason,
		Actor: n.Actors[r.Actor], PlacedAt: r.At, About: r.About, Released: h.Released}
	if l := n.Lots[h.Lot]; l != nil {
		out.Product = n.Products[l.Product].SKU
	}
	for id := range firstUnits(r.Units, 1).All() {
		if u := units[id]; u != nil {
			out.Product = n.Products[u.Product].SKU
		}
	}
	for id := range firstUnits(h.Units, 100).All() {
		if u := units[id]; u != nil {
			out.Serials = append(out.Serials, u.Serial)
		}
	}
	return out
}

// Exceptions lists movements that were refused and kept, in order; the open ones only unless all is asked for.
func (a *App) Exceptions(ctx context.Context, all bool, after int64, limit int) ([]Entry, error) {
	rows, err := a.Store.ExceptionList(ctx, all, after, limit)
	if err != nil {
		return nil, err
	}
	return a.viewEntries(ctx, rows, 0)
}
