package app

import (
	"context"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// recordedAs looks for movements that are recorded already, under another hash, and says of those that are there whether they say just
// what the rows do: an export is given to the ledger that it came from.
func (a *App) recordedAs(ctx context.Context, asked []*pending) (same map[*pending]bool, err error) {
	same = map[*pending]bool{}
	byKey := map[string]*pending{}
	var keys []string
	for _, p := range asked {
		if p.rows[0].table.kind != "movements" {
			continue
		}
		if _, is := a.wasTracked(p.request.Key); is {
			if err := a.trackedAs(ctx, p, same); err != nil {
				return nil, err
			}
			continue
		}
		byKey[p.request.Key] = p
		keys = append(keys, p.request.Key)
	}
	if len(keys) == 0 {
		return same, nil
	}
	found, err := a.entriesOf(ctx, keys)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, id := range found {
		if id != 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), exportPage) {
		if err := a.compareRows(ctx, some, byKey, same); err != nil {
			return nil, err
		}
	}
	return same, nil
}

// compareRows writes entries as export does, and holds the rows against those that were given under the same references.
func (a *App) compareRows(ctx context.Context, ids []int64, byKey map[string]*pending, same map[*pending]bool) error {
	page, err := a.Store.Entries(ctx, store.EntryFilter{IDs: ids, Kinds: exportedKinds, Limit: len(ids)})
	if err != nil || len(page) == 0 {
		return err
	}
	// An export of one site or product names goods as they are called now, a whole one as they were called then.
	for _, part := range []*stock.Site{nil, {}} {
		v, err := (&exporter{app: a, ctx: ctx, site: part}).view(page)
		if err != nil {
			return err
		}
		for _, e := range page {
			rows, err := v.rows(e)
			if err != nil {
				return err
			}
			written := map[string][]cells{} // a count may be two movements
			for _, row := range rows {
				written[row["reference"]] = append(written[row["reference"]], row)
			}
			for key, rows := range written {
				if p := byKey[key]; p != nil {
					same[p] = same[p] || sameRows(p.rows, rows)
				}
			}
		}
	}
	return nil
}

// trackedAs says whether a row of how a product was tracked at the beginning is true of this ledger.
func (a *App) trackedAs(ctx context.Context, p *pending, same map[*pending]bool) error {
	sku, _ := a.wasTracked(p.request.Key)
	rows, err := a.firstTracking(ctx, 0)
	for _, row := range rows {
		if row["product"] == sku {
			same[p] = sameRows(p.rows, []cells{row})
		}
	}
	return err
}

func sameRows(rows []*importRow, written []cells) bool {
	if len(rows) != len(written) {
		return false
	}
	for i, row := range rows {
		_, _, entailed := cutHold(row.text("reference"))
		for at, c := range row.table.columns {
			switch {
			case row.cells[at] == written[i][c.name], c.name == "capture":
			case c.name == "hold" && row.cells[at] == "": // an export of one site or product leaves it out
			case entailed && !strings.Contains(" kind product lot units from ", " "+c.name+" "): // it is the same hold, for whatever reason
			default:
				return false
			}
		}
	}
	return true
}
