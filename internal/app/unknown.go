package app

import (
	"context"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// unknownBefore tells for lots of unknown history since which day the ledger knows them: the business date, at its site, of
// the movement that brought them in; of UTC's calendar where a change of tracking named goods at every site. Other lots are left out.
func (a *App) unknownBefore(ctx context.Context, lots []*stock.Lot) (map[int64]stock.Date, error) {
	var births []int64
	for _, l := range lots {
		if l.HistoryUnknown {
			births = append(births, l.Birth)
		}
	}
	if len(births) == 0 {
		return nil, nil
	}
	heads, err := a.Store.EntryHeads(ctx, births)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, e := range heads {
		n.WantSites(e.Site)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	out := map[int64]stock.Date{}
	for _, l := range lots {
		e, zone := heads[l.Birth], time.UTC
		if !l.HistoryUnknown || e == nil {
			continue
		}
		if at := n.Sites[e.Site]; at != nil {
			zone = at.Zone()
		}
		out[l.ID] = stock.DateOf(e.OccurredAt, zone)
	}
	return out, nil
}

// dateUnknown finds since when the lots of the trace are known that the ledger knows no origin of.
func (t *tracing) dateUnknown() error {
	var lots []*stock.Lot
	if t.lot != nil {
		lots = append(lots, t.lot)
	}
	for _, d := range t.doubts {
		if l := t.names.Lots[d.lot]; l != nil && d.Kind == "history_unknown" {
			lots = append(lots, l)
		}
	}
	var err error
	t.known, err = t.unknownBefore(t.ctx, lots)
	return err
}
