package app

import (
	"context"
	"time"

	"clew/internal/stock"
	"clew/internal/trace"
)

// HistoryPage is a part of a history.
type HistoryPage struct {
	Of
	Subject Meaning      `json:"subject"`
	Items   []TraceEvent `json:"items"`
	After   int64        `json:"after,omitempty" doc:"There is more: ask on from this entry."`
}

// History tells what befell one thing, in the order of the log, from the entry after the given one on. A code that means
// several things is refused with lot_ambiguous until product or kind choose one.
func (a *App) History(ctx context.Context, q TraceQuery, after int64, limit int) (*HistoryPage, error) {
	t, err := a.oneThing(ctx, q)
	if err != nil {
		return nil, err
	}
	t.up, t.down = &trace.Walked{}, &trace.Walked{}
	if t.events, t.moreAfter, err = t.eventsAfter(after, min(max(limit, 1), 1000)); err != nil {
		return nil, err
	}
	if err := t.name(); err != nil {
		return nil, err
	}
	return &HistoryPage{Of: t.of, Subject: t.meaning, Items: t.viewEvents(t.events), After: t.moreAfter}, nil
}

// UnitPage is a part of the units that a trace reaches.
type UnitPage struct {
	Of
	Items []Unit `json:"items"`
	Total int64  `json:"total" doc:"How many units there are in all."`
	After int64  `json:"after,omitempty" doc:"There is more: ask on with this."`
}

// TraceUnits lists the units that the subject is, or that its trace reaches in the direction asked for (down when none
// is), after a unit's id, in the order they were born.
func (a *App) TraceUnits(ctx context.Context, q TraceQuery, after int64, limit int) (*UnitPage, error) {
	t, err := a.oneThing(ctx, q)
	if err != nil {
		return nil, err
	}
	if q.Direction == "" {
		t.q.Direction = "down"
	}
	if err := t.walk(); err != nil {
		return nil, err
	}
	units := trace.NodesOf(t.goods).Union(t.up.Reached).Union(t.down.Reached).Units
	limit = min(max(limit, 1), 1000)
	rest := units.Minus(stock.Runs{{First: 0, Last: after}})
	some := firstUnits(rest, limit)
	rows, err := t.past.UnitsOf(ctx, some, 0, limit)
	if err != nil {
		return nil, err
	}
	page := &UnitPage{Of: t.of, Total: units.Count()}
	if page.Items, err = a.viewUnits(ctx, t.past, rows); err != nil {
		return nil, err
	}
	if n := some.Count(); rest.Count() > n {
		page.After = some[len(some)-1].Last
	}
	return page, nil
}

// oneThing finds the one thing that goods can be traced from which the query means.
func (a *App) oneThing(ctx context.Context, q TraceQuery) (*tracing, error) {
	past, of, err := a.view(ctx, q.AsAt, time.UTC)
	if err != nil {
		return nil, err
	}
	meanings, names, err := a.meant(ctx, past, q)
	if err != nil {
		return nil, err
	}
	var found []Meaning
	for _, m := range meanings {
		if m.traceable() {
			found = append(found, m)
		}
	}
	switch {
	case len(found) == 0:
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownCode, "code", "%q is a %s: goods are traced from a lot, a unit, an entry or a reference", q.Code, meanings[0].Kind)
	case len(found) > 1:
		err := stock.Errorf(stock.Conflict, stock.CodeLotAmbiguous, "code", "%q means several things: choose with product or kind", q.Code)
		for _, m := range found {
			err.About = append(err.About, m.Kind+" "+m.Code+" of "+m.Product)
		}
		return nil, err
	}
	t := &tracing{App: a, ctx: ctx, past: past, of: of, q: q, names: names, meaning: found[0]}
	return t, t.subject()
}
