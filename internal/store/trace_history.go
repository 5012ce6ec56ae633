package store

import (
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Event is what befell some goods in one entry: items alike told as one.
type Event struct {
	Entry    int64
	Item     int64 // the first; 0 for what is said about the goods, such as holds
	Items    int64
	Product  int64
	Lot      int64
	Quantity stock.Quantity
	Units    int64
	From, To int64
	Known    stock.Known
	Role     stock.ItemRole
	About    int64      // the item that it takes back, or does again
	Again    bool       // it does again what a correction took back
	At       stock.Time // 0: it took effect with its entry
	Reversed stock.Quantity
}

// eventRows is how many items are read at a time to be told as events.
const eventRows = 1000

const eventColumns = `i.entry, i.id, i.product, i.lot, i.quantity, i.units, i.from_place, i.to_place, i.known, i.role, i.about, i.flags >= 16, COALESCE(i.effective_at, 0)`

func (e *Event) scan(r *sql.Rows) error {
	var blob sql.RawBytes
	if err := r.Scan(&e.Entry, &e.Item, &e.Product, &e.Lot, &e.Quantity, &blob, &e.From, &e.To, &e.Known, &e.Role, &e.About, &e.Again, &e.At); err != nil {
		return err
	}
	units, err := unpack(blob)
	e.Units, e.Items = units.Count(), 1
	return err
}

func (e *Event) alike(o *Event) bool {
	return e.Entry == o.Entry && e.Product == o.Product && e.Lot == o.Lot && e.From == o.From && e.To == o.To && e.Known == o.Known &&
		e.Role == o.Role && (e.About > 0) == (o.About > 0) && e.Again == o.Again && e.At == o.At
}

// fold tells items alike that follow each other as one event.
func fold(events []Event) []Event {
	out := events[:0]
	for _, e := range events {
		if n := len(out); n > 0 && out[n-1].alike(&e) {
			out[n-1].Items++
			out[n-1].Quantity += e.Quantity
			out[n-1].Units += e.Units
			continue
		}
		out = append(out, e)
	}
	return out
}

// LotEvents tells the history of a lot in the order of the log, from the entry after the given one on. more says that
// there are later ones.
func (s *View) LotEvents(ctx context.Context, lot, after int64) (out []Event, more bool, err error) {
	horizon := int64(stock.MaxID)
	for _, role := range []stock.ItemRole{stock.Plain, stock.Input, stock.Output} {
		var events []Event
		args := []any{lot, int(role), after, eventRows}
		where := s.items("i", &args)
		err := s.query(ctx, `SELECT `+eventColumns+` FROM item i WHERE i.lot = $1 AND i.lot > 0 AND i.role = $2 AND i.entry > $3`+where+` ORDER BY i.id LIMIT $4`,
			args, func(r *sql.Rows) error {
				var e Event
				err := e.scan(r)
				events = append(events, e)
				return err
			})
		if err != nil {
			return nil, false, err
		}
		if len(events) == eventRows {
			more = true
			last := events[len(events)-1]
			horizon = min(horizon, last.Entry)
			// The rest of an entry that was cut: the same goods in hundreds of groups.
			args := []any{lot, int(role), last.Entry, last.Item}
			where := s.items("i", &args)
			err := s.query(ctx, `SELECT COUNT(*), COALESCE(CAST(SUM(i.quantity) AS BIGINT), 0) FROM entry e CROSS JOIN item i
				WHERE e.id = $3 AND i.lot = $1 AND i.lot > 0 AND i.role = $2 AND i.id > $4 AND i.id < e.first_item + e.items`+where,
				args, func(r *sql.Rows) error {
					rest := last
					err := r.Scan(&rest.Items, &rest.Quantity)
					if rest.Units > 0 {
						rest.Units = int64(rest.Quantity / stock.One)
					}
					events = fold(events)
					events[len(events)-1].Items += rest.Items
					events[len(events)-1].Quantity += rest.Quantity
					events[len(events)-1].Units += rest.Units
					return err
				})
			if err != nil {
				return nil, false, err
			}
		} else {
			events = fold(events)
		}
		out = append(out, events...)
	}
	out = slices.DeleteFunc(out, func(e Event) bool { return e.Entry > horizon })
	slices.SortFunc(out, func(a, b Event) int { return int(a.Item - b.Item) })
	return out, more, s.reversedEvents(ctx, out)
}

// UnitEvents tells the history of one unit in the order of the log.
func (s *View) UnitEvents(ctx context.Context, unit, after int64) (out []Event, more bool, err error) {
	args := []any{unit, after, eventRows}
	where := s.items("i", &args)
	err = s.query(ctx, `SELECT `+eventColumns+` FROM item_unit u JOIN item i ON i.id = u.item WHERE u.unit = $1 AND i.entry > $2`+where+` ORDER BY u.item LIMIT $3`,
		args, func(r *sql.Rows) error {
			var e Event
			err := e.scan(r)
			e.Units, e.Quantity = 1, stock.One
			out = append(out, e)
			return err
		})
	if err != nil {
		return nil, false, err
	}
	more = len(out) == eventRows
	return out, more, s.reversedUnit(ctx, unit, out)
}

// EntryEvents tells what entries moved, by product, lot and way.
func (s *View) EntryEvents(ctx context.Context, entries []int64) (out []Event, err error) {
	var set rowset
	for _, id := range entries {
		set.add(id)
	}
	args := []any{set.text(), eventRows}
	where := s.items("i", &args)
	err = s.query(ctx, `SELECT i.entry, MIN(i.id), COUNT(*), i.product, i.lot, CAST(SUM(i.quantity) AS BIGINT), i.from_place, i.to_place, i.known, i.role, MIN(i.about), i.flags >= 16, COALESCE(i.effective_at, 0),
			CAST(SUM(CASE WHEN i.units IS NULL THEN 0 ELSE i.quantity END) AS BIGINT)
		FROM @rows($1: id int) r CROSS JOIN entry e ON e.id = r.id CROSS JOIN item i WHERE i.id BETWEEN e.first_item AND e.first_item + e.items - 1`+where+`
		GROUP BY i.entry, i.product, i.lot, i.from_place, i.to_place, i.known, i.role, i.flags >= 16, COALESCE(i.effective_at, 0) ORDER BY 1, 2 LIMIT $2`, args, func(r *sql.Rows) error {
		var e Event
		var units stock.Quantity
		err := r.Scan(&e.Entry, &e.Item, &e.Items, &e.Product, &e.Lot, &e.Quantity, &e.From, &e.To, &e.Known, &e.Role, &e.About, &e.Again, &e.At, &units)
		e.Units = int64(units / stock.One)
		out = append(out, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, s.reversedEvents(ctx, out)
}

// reversedEvents marks events of which something was taken back. Of items told as one, the first ones are looked at.
func (s *View) reversedEvents(ctx context.Context, events []Event) error {
	at := map[int64]int{}
	var set rowset
	for i, e := range events {
		if e.Item > 0 && e.About == 0 {
			at[e.Item] = i
			set.add(e.Item)
		}
	}
	if set.n == 0 {
		return nil
	}
	args := []any{set.text()}
	where := s.items("b", &args)
	return s.query(ctx, `SELECT b.about, CAST(SUM(CASE WHEN b.flags >= 16 THEN 0 - b.quantity ELSE b.quantity END) AS BIGINT) FROM @rows($1: id int) r
		CROSS JOIN item i ON i.id = r.id CROSS JOIN item b WHERE b.about = r.id AND b.about > 0 AND b.lot = i.lot`+where+` GROUP BY b.about`,
		args, func(r *sql.Rows) error {
			var id int64
			var q stock.Quantity
			err := r.Scan(&id, &q)
			events[at[id]].Reversed = q
			return err
		})
}

func (s *View) reversedUnit(ctx context.Context, unit int64, events []Event) error {
	taken := map[int64]bool{}
	for _, e := range events {
		taken[e.About] = true
	}
	for i := range events {
		if e := &events[i]; e.About == 0 && taken[e.Item] {
			e.Reversed = stock.One
		}
	}
	return nil
}

// EntriesOf lists the entries that name a reference, oldest first.
func (s *View) EntriesOf(ctx context.Context, code, kind string, limit int) ([]int64, error) {
	args := []any{code, kind, limit}
	where := s.entries("e", &args)
	return list(ctx, s.Store, `SELECT DISTINCT f.entry FROM reference f JOIN entry e ON e.id = f.entry WHERE f.code = $1 AND ($2 = '' OR f.kind = $2)`+where+` ORDER BY f.entry LIMIT $3`,
		args, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}

// GoodsOf are the goods that entries moved, by product and lot: what went in, and what came out. Goods that no
// transformation used or made are in both.
func (s *View) GoodsOf(ctx context.Context, entries []int64) (in, out []trace.Goods, err error) {
	var set rowset
	for _, id := range entries {
		set.add(id)
	}
	args := []any{set.text()}
	where := s.items("i", &args)
	err = s.query(ctx, `SELECT i.product, i.lot, i.quantity, i.units, i.role FROM @rows($1: id int) r CROSS JOIN entry e ON e.id = r.id
		CROSS JOIN item i WHERE i.id BETWEEN e.first_item AND e.first_item + e.items - 1`+where, args, func(r *sql.Rows) error {
		var g trace.Goods
		var blob sql.RawBytes
		var role stock.ItemRole
		if err := r.Scan(&g.Product, &g.Lot, &g.Quantity, &blob, &role); err != nil {
			return err
		}
		var err error
		g.Units, err = unpack(blob)
		if role != stock.Output {
			in = append(in, g)
		}
		if role != stock.Input {
			out = append(out, g)
		}
		if len(in)+len(out) > 8*eventRows {
			in, out = trace.Sum(in), trace.Sum(out)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return s.corrected(ctx, set.text(), trace.Sum(in), trace.Sum(out))
}

// EntryHeads reads entries without their items, with references and the texts that may be erased.
func (s *Store) EntryHeads(ctx context.Context, entries []int64) (map[int64]*stock.Entry, error) {
	var set rowset
	for _, id := range slices.Compact(slices.Sorted(slices.Values(entries))) {
		set.add(id)
	}
	out := map[int64]*stock.Entry{}
	if set.n == 0 {
		return out, nil
	}
	args := []any{set.text()}
	err := s.query(ctx, `SELECT e.id, e.kind, e.occurred_at, e.recorded_at, e.actor, e.site, e.partner, e.about FROM @rows($1: id int) r JOIN entry e ON e.id = r.id`,
		args, func(r *sql.Rows) error {
			e := &stock.Entry{}
			err := r.Scan(&e.ID, &e.Kind, &e.OccurredAt, &e.RecordedAt, &e.Actor, &e.Site, &e.Partner, &e.About)
			out[e.ID] = e
			return err
		})
	if err != nil {
		return nil, err
	}
	return out, s.Beside(ctx,
		func(ctx context.Context) error {
			return s.query(ctx, `SELECT f.entry, f.kind, f.code FROM @rows($1: id int) r JOIN reference f ON f.entry = r.id ORDER BY f.entry, f.line`, args,
				func(r *sql.Rows) error {
					var id int64
					var ref stock.Reference
					err := r.Scan(&id, &ref.Kind, &ref.Code)
					out[id].References = append(out[id].References, ref)
					return err
				})
		},
		func(ctx context.Context) error { return s.fillCorrections(ctx, set.text(), out) },
		func(ctx context.Context) error { return s.fillFiles(ctx, out) },
		func(ctx context.Context) error { return s.fillQuality(ctx, out) },
		func(ctx context.Context) error { return s.fillDetails(ctx, set.text(), out) },
		func(ctx context.Context) error {
			return s.query(ctx, `SELECT t.entry, t.field, `+shownText+` FROM @rows($1: id int) r JOIN erasable t ON t.entry = r.id
				WHERE t.field IN ('reason', 'override')`, args, func(r *sql.Rows) error {
				var id int64
				var t stock.Erasable
				err := r.Scan(&id, &t.Field, &t.Text)
				if err == nil {
					out[id].Tell(t)
				}
				return err
			})
		})
}

// SaidOf are the entries that held and released some goods: a lot, or units.
func (s *Store) SaidOf(ctx context.Context, lot int64, units stock.Runs) ([]int64, error) {
	var out []int64
	take := func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	}
	if lot != 0 {
		return out, s.query(ctx, `SELECT h.id FROM hold h WHERE h.lot = $1 UNION SELECT e.id FROM hold h JOIN entry e ON e.about = h.id AND e.about > 0
			WHERE h.lot = $1 AND e.kind = $2 ORDER BY 1`, []any{lot, int(stock.KindRelease)}, take)
	}
	err := s.query(ctx, `SELECT u.entry, u.units FROM hold_unit u ORDER BY u.entry`, nil, func(r *sql.Rows) error {
		var id int64
		var blob sql.RawBytes
		if err := r.Scan(&id, &blob); err != nil {
			return err
		}
		named, err := unpack(blob)
		if len(named.Intersect(units)) > 0 {
			out = append(out, id)
		}
		return err
	})
	return out, err
}
