package store

import (
	"context"
	"database/sql"
	"strings"

	"clew/internal/auth"
	"clew/internal/stock"
)

// EntryFilter chooses entries; what is left zero does not limit.
type EntryFilter struct {
	After   int64 // ids above this one, ascending
	Before  int64 // ids below this one
	IDs     []int64
	Desc    bool // newest first
	Kinds   []stock.Kind
	Site    int64
	Partner int64
	About   int64
	Closing int64 // that were recorded late into these books
	Rights  bool  // that say who may do what
	Product int64
	Lot     int64
	Unit    int64
	Ref     string // code of a reference
	Field   int64  // an extra field that it gives the value to
	Value   string
	From    stock.Time
	To      stock.Time
	Limit   int // 1 to 1000

	noPeople bool // who asks may not know who may do what
}

// seesPeople reports whether somebody may read the entries about people: who keeps them, audits or reviews. What nobody in particular
// reads is read for the program itself.
func seesPeople(p *auth.Principal) bool {
	return p == nil || p.May(auth.People, auth.Everywhere) || p.May(auth.Audit, auth.Everywhere) || p.May(auth.Review, auth.Everywhere)
}

// Entries reads entries whole, in id order, but for the leaves of births: units come as runs of ids.
func (s *Store) Entries(ctx context.Context, f EntryFilter) ([]*stock.Entry, error) {
	var out []*stock.Entry
	f.noPeople = !seesPeople(auth.From(ctx))
	text, args := f.sql()
	err := s.query(ctx, text, args, func(r *sql.Rows) error {
		e, err := scanEntry(r)
		out = append(out, e)
		return err
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, s.fill(ctx, out)
}

func (f *EntryFilter) sql() (string, []any) {
	var where []string
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + itoa(len(args))
	}
	cond := func(text string, v any) { where = append(where, strings.ReplaceAll(text, "?", arg(v))) }
	if f.After > 0 {
		cond("e.id > ?", f.After)
	}
	if f.Before > 0 {
		cond("e.id < ?", f.Before)
	}
	if f.IDs != nil {
		var set rowset
		for _, id := range f.IDs {
			set.add(id)
		}
		cond("e.id IN (SELECT id FROM @rows(?: id int))", set.text())
	}
	if len(f.Kinds) > 0 {
		var set rowset
		for _, k := range f.Kinds {
			set.add(int(k))
		}
		cond("e.kind IN (SELECT kind FROM @rows(?: kind int))", set.text())
	}
	if f.Site > 0 {
		// What is of several sites names none: a change of tracking, a correction that moves goods.
		cond("(e.site = ? OR e.site = 0 AND e.items > 0 AND EXISTS (SELECT 1 FROM item i JOIN place p ON p.id = i.from_place OR p.id = i.to_place WHERE i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND p.site = ?))", f.Site)
	}
	if f.Partner > 0 {
		cond("e.partner = ?", f.Partner)
	}
	if f.About > 0 {
		cond("e.about = ?", f.About)
	}
	if f.Closing > 0 {
		cond("e.id IN (SELECT l.entry FROM late_entry l WHERE l.closing = ?)", f.Closing)
	}
	if f.noPeople {
		where = append(where, "e."+strings.ReplaceAll(strings.TrimPrefix(peopleUnseen, "entry."), "entry.", "e."))
	}
	if f.Rights {
		where = append(where, rightsEntries)
	}
	if f.Product > 0 {
		cond("EXISTS (SELECT 1 FROM item i WHERE i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND i.product = ?)", f.Product)
	}
	if f.Lot > 0 {
		cond(`e.id IN (SELECT i.entry FROM item i WHERE i.lot = ? UNION ALL SELECT c.entry FROM correction c WHERE c.lot = ? AND c.lot > 0
			UNION ALL SELECT d.entry FROM detail d WHERE d.owner = ? AND d.owner > 0 AND d.kind = 1)`, f.Lot)
	}
	if f.Unit > 0 {
		cond("e.id IN (SELECT i.entry FROM item_unit u JOIN item i ON i.id = u.item WHERE u.unit = ? UNION ALL SELECT c.entry FROM correction c WHERE c.unit = ? AND c.unit > 0)", f.Unit)
	}
	if f.Ref != "" {
		cond("e.id IN (SELECT r.entry FROM reference r WHERE r.code = ?)", f.Ref)
	}
	if f.Field > 0 {
		cond("e.id IN (SELECT d.entry FROM detail d WHERE d.field = "+arg(f.Field)+" AND d.value = ?)", f.Value)
	}
	if f.From > 0 {
		cond("e.occurred_at >= ?", int64(f.From))
	}
	if f.To > 0 {
		cond("e.occurred_at < ?", int64(f.To))
	}
	text := "SELECT " + entryColumns + " FROM entry e"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	order := " ORDER BY e.id"
	if f.Desc {
		order += " DESC"
	}
	return text + order + " LIMIT " + arg(min(max(f.Limit, 1), 1000)), args
}

// EntriesOfItems tells of which entries items are.
func (s *Store) EntriesOfItems(ctx context.Context, items []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	var set rowset
	for _, id := range items {
		set.add(id)
	}
	return out, s.query(ctx, `SELECT i.id, i.entry FROM @rows($1: id int) r JOIN item i ON i.id = r.id`, []any{set.text()}, func(r *sql.Rows) error {
		var item, entry int64
		err := r.Scan(&item, &entry)
		out[item] = entry
		return err
	})
}

// fill adds to entries what other tables hold of them, a statement for each table.
func (s *Store) fill(ctx context.Context, entries []*stock.Entry) error {
	byID := map[int64]*stock.Entry{}
	var set rowset
	for _, e := range entries {
		byID[e.ID] = e
		set.add(e.ID)
	}
	args := []any{set.text()}
	for _, step := range []struct {
		text string
		scan func(*sql.Rows) error
	}{
		{`SELECT ` + itemColumns + ` FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
			JOIN item i ON i.id BETWEEN e.first_item AND e.first_item + e.items - 1 ORDER BY i.id`, func(r *sql.Rows) error {
			it, entry, err := scanItem(r)
			if err == nil {
				byID[entry].Items = append(byID[entry].Items, it)
			}
			return err
		}},
		{`SELECT f.entry, f.kind, f.code FROM @rows($1: id int) r JOIN reference f ON f.entry = r.id ORDER BY f.entry, f.line`, func(r *sql.Rows) error {
			var entry int64
			var ref stock.Reference
			err := r.Scan(&entry, &ref.Kind, &ref.Code)
			byID[entry].References = append(byID[entry].References, ref)
			return err
		}},
		{`SELECT t.entry, t.field, COALESCE(t.text, ''), t.hash FROM @rows($1: id int) r JOIN erasable t ON t.entry = r.id ORDER BY t.entry, t.line`, func(r *sql.Rows) error {
			var entry int64
			var t stock.Erasable
			var hash []byte
			if err := r.Scan(&entry, &t.Field, &t.Text, &hash); err != nil {
				return err
			}
			if len(hash) > 0 {
				t.Erased = new([32]byte)
				copy(t.Erased[:], hash)
			}
			byID[entry].Erasable = append(byID[entry].Erasable, t)
			byID[entry].Tell(t)
			return nil
		}},
		{`SELECT c.entry, c.product, c.lot, c.place, c.counted, c.expected FROM @rows($1: id int) r JOIN counted c ON c.entry = r.id ORDER BY c.entry, c.line`,
			func(r *sql.Rows) error {
				var entry int64
				var c stock.Counted
				err := r.Scan(&entry, &c.Product, &c.Lot, &c.Place, &c.Counted, &c.Expected)
				byID[entry].Counted = append(byID[entry].Counted, c)
				return err
			}},
		{`SELECT r.id, h.id, h.lot, h.place, h.units, h.released FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
			JOIN hold h ON h.id = CASE WHEN e.kind = 30 THEN e.id WHEN e.kind = 31 THEN e.about ELSE 0 END`, func(r *sql.Rows) error {
			var entry int64
			h := &stock.Hold{}
			var units []byte
			if err := r.Scan(&entry, &h.ID, &h.Lot, &h.Place, &units, &h.Released); err != nil {
				return err
			}
			byID[entry].Hold = h
			return nil
		}},
		{`SELECT u.entry, u.units FROM @rows($1: id int) r JOIN hold_unit u ON u.entry = r.id`, func(r *sql.Rows) error {
			var entry int64
			var units []byte
			if err := r.Scan(&entry, &units); err != nil {
				return err
			}
			runs, err := unpack(units)
			if e := byID[entry]; e.Kind == stock.KindHold {
				e.Held = runs
			} else {
				e.Lifted = runs
			}
			return err
		}},
		{`SELECT x.id, x.code, x.field, x.resolved FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
			JOIN exception x ON x.id = CASE WHEN e.kind = 33 THEN e.id WHEN e.kind = 34 THEN e.about ELSE 0 END`, func(r *sql.Rows) error {
			x := &stock.Exception{}
			if err := r.Scan(&x.ID, &x.Code, &x.Field, &x.Resolved); err != nil {
				return err
			}
			if e := byID[x.ID]; e != nil {
				if e.Exception != nil {
					x.Detail, x.Draft = e.Exception.Detail, e.Exception.Draft
				}
				e.Exception = x
			}
			return nil
		}},
		{`SELECT c.entry, c.place FROM @rows($1: id int) r JOIN cleaning c ON c.entry = r.id`, func(r *sql.Rows) error {
			var entry, place int64
			err := r.Scan(&entry, &place)
			byID[entry].Cleaned = place
			return err
		}},
	} {
		if err := s.query(ctx, step.text, args, step.scan); err != nil {
			return err
		}
	}
	if err := s.fillDrawn(ctx, set.text(), byID, numbersShown); err != nil {
		return err
	}
	if err := s.fillCorrections(ctx, set.text(), byID); err != nil {
		return err
	}
	if err := s.fillFiles(ctx, byID); err != nil {
		return err
	}
	if err := s.fillQuality(ctx, byID); err != nil {
		return err
	}
	if err := s.fillSignatures(ctx, set.text(), byID); err != nil {
		return err
	}
	if err := s.fillClosings(ctx, set.text(), byID); err != nil {
		return err
	}
	if err := s.fillReviews(ctx, byID); err != nil {
		return err
	}
	return s.fillDetails(ctx, set.text(), byID)
}

// Head is the newest entry and when it was recorded.
func (s *Store) Head(ctx context.Context) (entry int64, recorded stock.Time, err error) {
	err = s.query(ctx, `SELECT next_entry - 1, recorded_at FROM ledger_head`, nil, func(r *sql.Rows) error { return r.Scan(&entry, &recorded) })
	return entry, recorded, err
}

// firstOf is the first so many units after an id.
func firstOf(units stock.Runs, after int64, most int) (out stock.Runs) {
	left := int64(most)
	for _, r := range units {
		if r.First = max(r.First, after+1); r.First > r.Last || left <= 0 {
			continue
		}
		r.Last = min(r.Last, r.First+left-1)
		out = append(out, r)
		left -= r.Last - r.First + 1
	}
	return out
}

// UnitsOf reads units by runs of ids, above a given id, in id order.
func (s *Store) UnitsOf(ctx context.Context, units stock.Runs, after int64, limit int) ([]*stock.Unit, error) {
	var out []*stock.Unit
	units = firstOf(units, after, limit)
	if len(units) == 0 {
		return out, nil
	}
	err := s.query(ctx, `SELECT `+shownUnits+` FROM @rows($1: first int, last int) r @each(unit u: u.id BETWEEN r.first AND r.last) ORDER BY u.id`, []any{runsText(units)}, func(r *sql.Rows) error {
		u, err := scanUnit(r)
		out = append(out, u)
		return err
	})
	return out, err
}
