package store

import (
	"database/sql"
	"maps"

	"clew/internal/stock"
)

// stockRows loads the balances that strategies choose from.
func (l *loader) stockRows() error {
	var set rowset
	for pair := range l.needs.Stock {
		p, v := l.productOf(pair.In), l.s.Sites[pair.Name]
		if p != nil && v != nil {
			set.add(v.ID, p.ID)
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+balanceColumns+` FROM @rows($1: site int, product int) r
		JOIN balance s ON s.site = r.site AND s.product = r.product AND s.site > 0 `+ofStock, []any{set.text()}, l.slot)
}

const balanceColumns = `b.product, b.lot, b.place, b.quantity, b.second`

// ofStock reads the balances that the index of real places (s) found. Asked in one step, SQLite takes the primary key
// instead and reads every place that ever had the product, customers and all.
const ofStock = `JOIN balance b ON b.product = s.product AND b.lot = s.lot AND b.place = s.place`

func (l *loader) slot(r *sql.Rows) error {
	var row slotRow
	if err := r.Scan(&row.slot.Product, &row.slot.Lot, &row.slot.Place, &row.balance.Quantity, &row.balance.Second); err != nil {
		return err
	}
	l.slots = append(l.slots, row)
	l.places[row.slot.Place] = struct{}{}
	if row.slot.Lot != 0 {
		l.lots[row.slot.Lot] = struct{}{}
	}
	return nil
}

// lotBalances loads what is in stock, at the sites of the batch, of products and lots that are named. Virtual places
// are not looked up: they may go below zero, and what is saved is the difference.
func (l *loader) lotBalances() error {
	var set rowset
	for site := range l.sites {
		for id, p := range l.s.ProductIDs {
			if p.Tracking == stock.TrackNone {
				set.add(site, id, 0)
			}
		}
		for _, lot := range l.s.Lots {
			set.add(site, lot.Product, lot.ID)
		}
		for _, key := range l.serialSlots() {
			set.add(site, key[0], key[1])
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+balanceColumns+` FROM @rows($1: site int, product int, lot int) r
		JOIN balance s ON s.site = r.site AND s.product = r.product AND s.lot = r.lot AND s.site > 0 `+ofStock, []any{set.text()}, l.slot)
}

// serialSlots are the product and lot of the units loaded.
func (l *loader) serialSlots() [][2]int64 {
	seen := map[[2]int64]struct{}{}
	for _, u := range l.s.Units {
		seen[[2]int64{u.Product, u.Lot}] = struct{}{}
	}
	for _, p := range l.s.ProductIDs {
		if p.Tracking == stock.TrackSerial {
			seen[[2]int64{p.ID, 0}] = struct{}{}
		}
	}
	out := make([][2]int64, 0, len(seen))
	for key := range seen {
		out = append(out, key)
	}
	return out
}

// putBalances loads what is left of goods where an entry put them, so that its reversal does not take back what is gone from there.
func (l *loader) putBalances() error {
	if len(l.put) == 0 {
		return nil
	}
	var set rowset
	for _, slot := range l.put {
		set.add(slot.Product, slot.Lot, slot.Place)
	}
	return l.each(l.ctx, `SELECT `+balanceColumns+` FROM (SELECT DISTINCT product, lot, place FROM @rows($1: product int, lot int, place int)) r
		JOIN balance b ON b.product = r.product AND b.lot = r.lot AND b.place = r.place`, []any{set.text()}, l.slot)
}

// contents loads everything that is in transits, and in locations to be cleaned or changed with all that lies inside them.
func (l *loader) contents() error {
	var set rowset
	outer := map[int64]bool{}
	for pair := range l.needs.Contents {
		if v := l.s.Sites[pair.In]; v != nil {
			if p := l.s.Locations[stock.PlaceKey{Owner: v.ID, Code: pair.Name}]; p != nil {
				outer[p.ID] = true
			}
		}
	}
	for _, p := range l.s.Places {
		wanted := p.Kind == stock.PlaceTransit
		for up := p; up != nil && len(outer) > 0; up = l.s.Places[up.Parent] {
			wanted = wanted || outer[up.ID]
		}
		if wanted {
			set.add(p.ID)
		}
	}
	if set.n == 0 {
		return nil
	}
	if err := l.each(l.ctx, `SELECT `+balanceColumns+` FROM @rows($1: place int) r JOIN balance b ON b.place = r.place`, []any{set.text()}, l.slot); err != nil {
		return err
	}
	products := map[int64]struct{}{}
	for _, row := range l.slots {
		products[row.slot.Product] = struct{}{}
	}
	return l.productIDs(products)
}

// lotIDs loads the lots that came up by id.
func (l *loader) lotIDs() error {
	missing := map[int64]struct{}{}
	for id := range l.lots {
		if l.s.Lots[id] == nil {
			missing[id] = struct{}{}
		}
	}
	if len(missing) > 0 {
		err := l.each(l.ctx, `SELECT `+lotColumns+` FROM @rows($1: id int) r JOIN lot l ON l.id = r.id`, []any{ids(maps.Keys(missing))}, l.lot)
		if err != nil {
			return err
		}
	}
	products := map[int64]struct{}{}
	for _, lot := range l.s.Lots {
		products[lot.Product] = struct{}{}
	}
	return l.productIDs(products)
}

// placeRows loads every place that came up, and those they lie in.
func (l *loader) placeRows() error {
	delete(l.places, 0)
	if len(l.places) == 0 {
		return l.partnersOfPlaces()
	}
	err := l.each(l.ctx, `WITH RECURSIVE up (id, parent) AS (
			SELECT p.id, p.parent FROM @rows($1: id int) r JOIN place p ON p.id = r.id
			UNION SELECT p.id, p.parent FROM up JOIN place p ON p.id = up.parent)
		SELECT `+placeColumns+` FROM up JOIN place p ON p.id = up.id`, []any{ids(maps.Keys(l.places))}, l.place)
	if err != nil {
		return err
	}
	if err := l.moreSites(); err != nil {
		return err
	}
	return l.partnersOfPlaces()
}

// partnersOfPlaces loads the partners whose addresses came up, and those that lots came from, to name them.
func (l *loader) partnersOfPlaces() error {
	missing := map[int64]struct{}{}
	for _, p := range l.s.Places {
		if p.Partner != 0 && l.s.PartnerIDs[p.Partner] == nil {
			missing[p.Partner] = struct{}{}
		}
	}
	for _, lot := range l.s.Lots {
		if lot.Source != 0 && l.s.PartnerIDs[lot.Source] == nil {
			missing[lot.Source] = struct{}{}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+partnerColumns+` FROM @rows($1: id int) r JOIN partner p ON p.id = r.id`, []any{ids(maps.Keys(missing))}, func(r *sql.Rows) error {
		p, err := scanPartner(r)
		if err == nil {
			l.s.LoadPartner(p)
		}
		return err
	})
}

func (l *loader) balances() error {
	for _, row := range l.slots {
		l.s.LoadBalance(row.slot, row.balance)
	}
	return nil
}

// activeHolds loads the holds on the lots and places of the state.
func (l *loader) activeHolds() error {
	if len(l.s.Lots) == 0 && len(l.s.Places) == 0 && len(l.places) == 0 {
		return nil
	}
	seen := map[int64]struct{}{}
	return l.each(l.ctx, `SELECT h.id, h.lot, h.place, h.units, h.released, `+shownText+` FROM (
			SELECT h.* FROM @rows($1: id int) r JOIN hold h ON h.lot = r.id AND h.released = 0 AND h.lot > 0
			UNION ALL
			SELECT h.* FROM hold h WHERE h.released = 0 AND h.place > 0 AND h.lot = 0) h
		LEFT JOIN erasable t ON t.entry = h.id AND t.field = 'reason' ORDER BY h.id`, []any{ids(maps.Keys(l.s.Lots))}, func(r *sql.Rows) error {
		var reason string
		h, err := scanHold(r, &reason)
		if err != nil {
			return err
		}
		if _, dup := seen[h.ID]; dup {
			return nil
		}
		seen[h.ID] = struct{}{}
		h.Reason = reason
		l.s.LoadHold(h)
		return nil
	})
}

// heldUnits counts the units on hold among the stock that strategies choose from.
func (l *loader) heldUnits() error {
	var set rowset
	for _, row := range l.slots {
		p := l.s.ProductIDs[row.slot.Product]
		if place := l.s.Places[row.slot.Place]; p != nil && p.Tracking == stock.TrackSerial && (place == nil || place.Real()) {
			set.add(p.ID, row.slot.Lot, row.slot.Place)
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT r.product, r.lot, r.place, COUNT(*) FROM (SELECT DISTINCT product, lot, place FROM @rows($1: product int, lot int, place int)) r
		JOIN unit u ON u.product = r.product AND u.lot = r.lot AND u.place = r.place AND u.holds > 0 GROUP BY r.product, r.lot, r.place`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var slot stock.Slot
			var n int
			if err := r.Scan(&slot.Product, &slot.Lot, &slot.Place, &n); err != nil {
				return err
			}
			l.s.HeldUnits[slot] = n
			return nil
		})
}
