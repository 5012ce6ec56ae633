package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// everywhere loads what is left of products in all real places and in transits, with the virtual places of their sites: a change of
// tracking names all of it anew.
func (l *loader) everywhere() error {
	var set rowset
	for name := range l.needs.Everywhere {
		if p := l.productOf(name); p != nil {
			set.add(p.ID)
		}
	}
	if set.n == 0 {
		return nil
	}
	sites := map[int64]struct{}{}
	scan := func(r *sql.Rows) error {
		var site int64
		var row slotRow
		err := r.Scan(&row.slot.Product, &row.slot.Lot, &row.slot.Place, &row.balance.Quantity, &row.balance.Second, &site)
		if err != nil {
			return err
		}
		l.slots = append(l.slots, row)
		l.places[row.slot.Place] = struct{}{}
		if row.slot.Lot != 0 {
			l.lots[row.slot.Lot] = struct{}{}
		}
		if site != 0 {
			sites[site], l.sites[site] = struct{}{}, struct{}{}
		}
		return nil
	}
	for _, text := range []string{
		`SELECT ` + balanceColumns + `, b.site FROM @rows($1: product int) r JOIN balance b ON b.product = r.product AND b.site > 0`,
		`SELECT ` + balanceColumns + `, 0 FROM @rows($1: product int) r CROSS JOIN place p JOIN balance b ON b.place = p.id AND b.product = r.product WHERE p.dispatch > 0`,
	} {
		if err := l.each(l.ctx, text, []any{set.text()}, scan); err != nil {
			return err
		}
	}
	if err := l.siteIDs(); err != nil || len(sites) == 0 {
		return err
	}
	var ids rowset
	for id := range sites {
		ids.add(id)
	}
	return l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: id int) r JOIN place p ON p.site = r.id AND p.site > 0 AND p.code = '' AND p.kind > 0`, []any{ids.text()}, l.place)
}

// tracked checks that a change of tracking left none of the product's stock as it was told apart before.
func (a *auditor) tracked(e *pageEntry) {
	if e.Product == nil {
		a.find("tracking", record("entry", e.ID), "it changes the tracking of no product")
		return
	}
	for slot, b := range a.balances {
		at := a.places[slot.Place]
		if slot.Product != e.Product.ID || b.Quantity == 0 || at.kind != stock.PlaceLocation && at.kind != stock.PlaceTransit {
			continue
		}
		switch e.master.Product.Tracking {
		case stock.TrackNone:
			a.find("tracking", record("entry", e.ID), "%s of product %d is at place %d: its tracking is lowered only when nothing is left", b.Quantity, slot.Product, slot.Place)
		case stock.TrackLot:
			if slot.Lot == 0 {
				a.find("tracking", record("entry", e.ID), "%s of product %d at place %d became no lot", b.Quantity, slot.Product, slot.Place)
			}
		}
	}
	for _, it := range e.Items {
		if it.Role == stock.Output && e.master.Product.Tracking == stock.TrackSerial && (!it.Born || len(it.Units) == 0) {
			a.find("tracking", record("item", it.ID), "it names no newborn units")
		}
	}
}

// TrackingChange is one change of how a product's goods are told apart.
type TrackingChange struct {
	Entry    int64
	Occurred stock.Time
	Product  int64
	SKU      string
	Was      stock.Tracking
	Since    stock.Time // when it came to be tracked as it was
}

// TrackingChanges lists, in order, the changes of tracking that entries of their own made. What products were before stands in the
// leaves of older entries only, so these are read; most ledgers have no such change, and then nothing is.
func (s *Store) TrackingChanges(ctx context.Context) ([]TrackingChange, error) {
	type mode struct {
		tracking stock.Tracking
		since    stock.Time
	}
	was := map[int64]mode{}
	var out []TrackingChange
	err := s.query(ctx, `SELECT e.id, e.kind, e.occurred_at, e.leaf FROM entry e WHERE e.kind IN ($1, $2) AND EXISTS (SELECT 1 FROM entry x WHERE x.kind = $2) ORDER BY e.id`,
		[]any{int(stock.KindProduct), int(stock.KindTracking)}, func(r *sql.Rows) error {
			var id int64
			var kind stock.Kind
			var at stock.Time
			var leaf []byte
			if err := r.Scan(&id, &kind, &at, &leaf); err != nil {
				return err
			}
			m, err := stock.MasterOf(leaf)
			if err != nil || m.Product == nil {
				return err
			}
			p := m.Product
			before, known := was[p.ID]
			if kind == stock.KindTracking {
				out = append(out, TrackingChange{id, at, p.ID, p.SKU, before.tracking, before.since})
			}
			if !known || before.tracking != p.Tracking {
				was[p.ID] = mode{p.Tracking, at}
			}
			return nil
		})
	return out, err
}
