package app

import (
	"context"
	"fmt"
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// mostFacts bounds lists that a person reads: suppliers, doubts, holds.
const mostFacts = 200

// sources reads who sent the goods, or what went into them.
func (t *tracing) sources() error {
	nodes := trace.NodesOf(t.upFrom).Union(t.up.Reached)
	var err error
	if t.received, err = t.past.Received(t.ctx, nodes, mostFacts); err != nil {
		return err
	}
	var lots []int64
	for _, r := range t.received {
		if r.Lot != 0 {
			lots = append(lots, r.Lot)
		}
	}
	t.recAlias, err = t.past.AliasesOf(t.ctx, lots)
	return err
}

// history reads what befell the subject, and who held and released it.
func (t *tracing) history() error {
	most := t.q.History
	if most == 0 {
		most = 200
	}
	if most < 0 {
		return nil
	}
	events, after, err := t.eventsAfter(0, most)
	t.events, t.moreAfter = events, after
	return err
}

// eventsAfter reads a page of the history; after is the last entry of the page where there is more, else 0.
func (t *tracing) eventsAfter(entry int64, most int) ([]store.Event, int64, error) {
	var events []store.Event
	var more bool
	var err error
	switch {
	case t.unit != nil:
		events, more, err = t.past.UnitEvents(t.ctx, t.unit.ID, entry)
	case t.lot != nil:
		events, more, err = t.past.LotEvents(t.ctx, t.lot.ID, entry)
	default:
		entries := slices.DeleteFunc(slices.Clone(t.entries), func(id int64) bool { return id <= entry })
		events, err = t.past.EntryEvents(t.ctx, entries)
	}
	if err != nil {
		return nil, 0, err
	}
	if t.lot != nil || t.unit != nil {
		if events, err = t.withSaid(events, entry, more); err != nil {
			return nil, 0, err
		}
	}
	if len(events) > most {
		cut := most
		for cut > 1 && events[cut].Entry == events[cut-1].Entry {
			cut-- // whole entries, so that the next page can go on from one
		}
		if cut > 1 || events[0].Entry != events[1].Entry {
			events, more = events[:cut], true
		}
	}
	if !more || len(events) == 0 {
		return events, 0, nil
	}
	return events, events[len(events)-1].Entry, nil
}

// withSaid puts holds and releases where they belong in the order of the log.
func (t *tracing) withSaid(events []store.Event, after int64, more bool) ([]store.Event, error) {
	lot, units := int64(0), stock.Runs(nil)
	for _, g := range t.goods {
		lot, units = g.Lot, units.Union(g.Units)
	}
	said, err := t.said(lot, units)
	if err != nil {
		return nil, err
	}
	said, err = t.past.Only(t.ctx, said)
	if err != nil {
		return nil, err
	}
	last := int64(stock.MaxID)
	if more && len(events) > 0 {
		last = events[len(events)-1].Entry
	}
	has := map[int64]bool{}
	for _, e := range events {
		has[e.Entry] = true
	}
	for _, id := range said {
		if id > after && id <= last && !has[id] {
			has[id] = true
			events = append(events, store.Event{Entry: id})
		}
	}
	slices.SortStableFunc(events, func(a, b store.Event) int { return int(a.Entry - b.Entry) })
	return events, nil
}

// said are the entries that say something of a lot or units and move nothing.
func (t *tracing) said(lot int64, units stock.Runs) (said []int64, err error) {
	var asks []func(context.Context) error
	ask := func(of func(ctx context.Context) ([]int64, error)) {
		asks = append(asks, func(ctx context.Context) error {
			some, err := of(ctx)
			said = append(said, some...)
			return err
		})
	}
	if t.lot != nil && t.unit == nil {
		ask(func(ctx context.Context) ([]int64, error) { return t.Store.SaidOf(ctx, lot, nil) })
	}
	if t.lot != nil {
		for _, of := range []func(context.Context, int64) ([]int64, error){t.Store.CorrectionsOf, t.Store.DetailsEntries, t.Store.InspectionsOf} {
			ask(func(ctx context.Context) ([]int64, error) { return of(ctx, t.lot.ID) })
		}
	}
	ask(func(ctx context.Context) ([]int64, error) { return t.papers(ctx, lot, units) })
	if len(units) > 0 {
		ask(func(ctx context.Context) ([]int64, error) { return t.Store.CorrectionsOfUnits(ctx, units) })
		ask(func(ctx context.Context) ([]int64, error) { return t.Store.SaidOf(ctx, 0, units) })
	}
	err = t.Store.Beside(t.ctx, asks...)
	return said, err
}

// quality reads the active holds on the goods.
func (t *tracing) quality() error {
	var units stock.Runs
	for _, g := range t.goods {
		units = units.Union(g.Units)
	}
	if t.lot != nil {
		rows, err := t.past.HoldList(t.ctx, store.HoldFilter{Lot: t.lot.ID, Limit: mostFacts})
		if err != nil {
			return err
		}
		t.holds = rows
	}
	if len(units) > 0 {
		rows, err := t.past.HoldsOfUnits(t.ctx, units)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Hold.Units = rows[i].Hold.Units.Intersect(units)
			rows[i].Units = rows[i].Hold.Units
		}
		t.holds = append(t.holds, rows...)
	}
	t.holds = t.holds[:min(len(t.holds), mostFacts)]
	var err error
	t.held, err = t.past.HeldPlaces(t.ctx)
	return err
}

// doubt is a Doubt before things have names.
type doubt struct {
	Doubt
	product, lot, place int64
}

// doubtful gathers what the ledger is not sure of, on the whole path.
func (t *tracing) doubtful() error {
	tanks := map[int64]bool{}
	for _, level := range append(slices.Clone(t.up.Levels), t.down.Levels...) {
		for _, g := range level.Chosen {
			if len(t.doubts) < mostFacts {
				t.doubts = append(t.doubts, doubt{Doubt{Kind: "chosen", Detail: "the strategy chose the lot and nobody scanned it", Quantity: g.Quantity}, g.Product, g.Lot, 0})
			}
		}
		for _, l := range level.Links {
			if l.Mixed && l.Place != 0 && !tanks[l.Place] {
				tanks[l.Place] = true
				t.doubts = append(t.doubts, doubt{Doubt: Doubt{Kind: "mixed", Detail: "lots were mixed here: any of them may be in what came out"}, place: l.Place})
			}
		}
	}
	for _, e := range t.events {
		// What went from here into other goods is on the links down already.
		if e.Known == stock.Chosen && (e.Role == stock.Plain || len(t.down.Levels) == 0) && len(t.doubts) < mostFacts {
			t.doubts = append(t.doubts, doubt{Doubt{Kind: "chosen", Detail: "the strategy chose the lot for this movement and nobody scanned it",
				Quantity: e.Quantity, Entry: e.Entry}, e.Product, e.Lot, 0})
		}
	}
	if t.up.Stopped {
		t.doubts = append(t.doubts, cutShort("upstream", t.up))
	}
	if t.down.Stopped {
		t.doubts = append(t.doubts, cutShort("downstream", t.down))
	}
	t.unknown()
	return t.exceptions()
}

func cutShort(direction string, w *trace.Walked) doubt {
	return doubt{Doubt: Doubt{Kind: "cut_short", Detail: fmt.Sprintf("the trace %s was stopped after %d levels: there is more", direction, len(w.Levels))}}
}

// unsure is what the ledger says of itself that it does not know, before it is doubted.
type unsure struct {
	lots    []int64         // of unknown history
	units   map[int64]int64 // how many such ones, by product
	namings []store.Naming
}

func (t *tracing) uncertain() (err error) {
	if t.unsure.lots, t.unsure.units, err = t.Store.UnknownHistory(t.ctx, trace.NodesOf(t.goods).Union(t.up.Reached), mostFacts); err == nil {
		t.unsure.namings, err = t.past.OpenNamings(t.ctx, 10_000)
	}
	return err
}

func (t *tracing) unknown() {
	const detail = "the ledger does not know where it came from"
	for _, id := range t.unsure.lots {
		t.doubts = append(t.doubts, doubt{Doubt: Doubt{Kind: "history_unknown", Detail: detail}, lot: id})
	}
	for product, n := range t.unsure.units {
		t.doubts = append(t.doubts, doubt{Doubt: Doubt{Kind: "history_unknown", Detail: detail, Units: n, Quantity: stock.Units(n)}, product: product})
	}
}

// exceptions finds the open exceptions that name a lot or unit of the path.
func (t *tracing) exceptions() error {
	if len(t.unsure.namings) == 0 {
		return nil
	}
	path := trace.NodesOf(t.goods).Union(t.up.Reached).Union(t.down.Reached)
	if t.lot != nil {
		path.Lots = path.Lots.Union(stock.RunsOf([]int64{t.lot.ID}))
	}
	lotOf := map[int64]int64{}
	var found []int64
	for _, n := range t.unsure.namings {
		if path.Lots.Contains(n.Lot) && n.Lot != 0 || path.Units.Contains(n.Unit) && n.Unit != 0 {
			if _, dup := lotOf[n.Exception]; !dup {
				found = append(found, n.Exception)
			}
			lotOf[n.Exception] = max(lotOf[n.Exception], n.Lot)
		}
	}
	found = found[:min(len(found), mostFacts)]
	if len(found) == 0 {
		return nil
	}
	entries, err := t.Store.Entries(t.ctx, store.EntryFilter{IDs: found, Limit: len(found)})
	for _, e := range entries {
		if e.Exception != nil {
			t.doubts = append(t.doubts, doubt{Doubt: Doubt{Kind: "exception", Detail: "a movement was refused and waits: " + e.Exception.Detail, Entry: e.ID}, lot: lotOf[e.ID]})
		}
	}
	return err
}
