package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"clew/internal/stock"
)

// AsAt says of which moment one asks. Both may be given: what took effect by At, going by what was recorded up to Known.
type AsAt struct {
	At    stock.Time // 0: now
	Known int64      // the last entry that counts; 0: all of them
}

// Now reports whether nothing is asked of the past.
func (a AsAt) Now() bool { return a == AsAt{} }

// far is later than all times that are taken.
const far stock.Time = 1 << 53

// moment is AsAt made ready for statements.
type moment struct {
	at    stock.Time // what took effect by then counts
	known int64      // the last entry that counts
	begin stock.Time // of at's span: what was before is in balance_past
	span  int64
	until int64 // of the entries after known, those up to here may have happened before begin without being late
}

func (s *Store) moment(ctx context.Context, when AsAt) (m moment, err error) {
	m.at, m.known = s.Now()+stock.Ahead, stock.MaxID
	if when.At != 0 {
		m.at = min(m.at, when.At)
	}
	if when.Known != 0 {
		m.known = when.Known
		// What was known then had happened by then.
		err = s.query(ctx, `SELECT e.recorded_at FROM entry e WHERE e.id = $1`, []any{when.Known}, func(r *sql.Rows) error {
			var recorded stock.Time
			err := r.Scan(&recorded)
			m.at = min(m.at, recorded+stock.Ahead)
			return err
		})
		if err != nil {
			return m, err
		}
	}
	m.span = spanOf(m.at)
	m.begin = spanBegin(m.span)
	if when.Known != 0 {
		m.until, err = s.EntryAt(ctx, m.begin+lateBy)
	}
	return m, err
}

// lateBy is by how much an entry must be late to be in the index entry_late.
const lateBy = 900_000

// parts are the items between the begin of the span and the moment, and backwards those that are in the spans before but were not known:
// of product $1 where it is not 0, from $2 to $3, up to entry $4, of the entries after it those up to $5 and those that came late.
const parts = `parts AS MATERIALIZED (
	SELECT i.product, i.lot, i.from_place, i.to_place, i.quantity, COALESCE(i.second, 0) AS second FROM entry e CROSS JOIN item i
		WHERE e.occurred_at BETWEEN $2 AND $3 AND e.id <= $4 AND e.items > 0 AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1
		AND i.effective_at IS NULL AND ($1 = 0 OR i.product = $1)
	UNION ALL SELECT i.product, i.lot, i.from_place, i.to_place, i.quantity, COALESCE(i.second, 0) FROM item i
		WHERE i.effective_at BETWEEN $2 AND $3 AND i.effective_at > 0 AND i.entry <= $4 AND ($1 = 0 OR i.product = $1)
	UNION ALL SELECT i.product, i.lot, i.to_place, i.from_place, i.quantity, COALESCE(i.second, 0) FROM entry e CROSS JOIN item i
		WHERE e.id > $4 AND e.id <= $5 AND e.recorded_at - e.occurred_at <= 900000 AND e.occurred_at < $2 AND e.items > 0
		AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND i.effective_at IS NULL AND ($1 = 0 OR i.product = $1)
	UNION ALL SELECT i.product, i.lot, i.to_place, i.from_place, i.quantity, COALESCE(i.second, 0)
		FROM (SELECT l.id FROM entry l WHERE l.id > $4 AND l.recorded_at - l.occurred_at > 900000 AND l.occurred_at < $2) l CROSS JOIN entry e CROSS JOIN item i
		WHERE e.id = l.id AND e.items > 0 AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND i.effective_at IS NULL AND ($1 = 0 OR i.product = $1)
	UNION ALL SELECT i.product, i.lot, i.to_place, i.from_place, i.quantity, COALESCE(i.second, 0) FROM item i
		WHERE i.effective_at < $2 AND i.effective_at > 0 AND i.entry > $4 AND ($1 = 0 OR i.product = $1))`

func (m moment) args(product int64) []any {
	return []any{product, int64(m.begin), int64(m.at), m.known, m.until}
}

// StockAsAt lists balances as they were, by product, lot and place: as they were at the end of the span before the moment, and the
// items since. As many of the former are read as a page has, and the two are matched by their order.
func (s *Store) StockAsAt(ctx context.Context, f StockFilter, when AsAt) ([]StockRow, error) {
	m, err := s.moment(ctx, when)
	if err != nil {
		return nil, err
	}
	return s.stockAsAt(ctx, f, m)
}

func (s *Store) stockAsAt(ctx context.Context, f StockFilter, m moment) ([]StockRow, error) {
	since, err := s.stockSince(ctx, f, m)
	if err != nil {
		return nil, err
	}
	limit := min(max(f.Limit, 1), 100_000)
	var out []StockRow
	for {
		before, err := s.stockBefore(ctx, f, m, limit)
		if err != nil {
			return nil, err
		}
		n := len(since)
		if len(before) == limit {
			last := before[limit-1].Slot
			n, _ = slices.BinarySearchFunc(since, last, func(r StockRow, slot stock.Slot) int { return cmp.Or(compareSlots(r.Slot, slot), -1) })
			f.After = [3]int64{last.Product, last.Lot, last.Place}
		}
		out = joinRows(out, before, since[:n])
		if since = since[n:]; len(before) < limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
	}
}

func compareSlots(a, b stock.Slot) int {
	return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Place, b.Place))
}

// joinRows adds up two lists in the same order, without what comes to nothing.
func joinRows(out, a, b []StockRow) []StockRow {
	for len(a)+len(b) > 0 {
		var row StockRow
		switch {
		case len(b) == 0 || len(a) > 0 && compareSlots(a[0].Slot, b[0].Slot) < 0:
			row, a = a[0], a[1:]
		case len(a) == 0 || compareSlots(b[0].Slot, a[0].Slot) < 0:
			row, b = b[0], b[1:]
		default:
			row = a[0]
			row.Balance.Quantity += b[0].Balance.Quantity
			row.Balance.Second += b[0].Balance.Second
			a, b = a[1:], b[1:]
		}
		if row.Balance != (stock.Balance{}) {
			out = append(out, row)
		}
	}
	return out
}

// conditions choose rows of k by the filter.
func (f StockFilter) conditions(args []any) (where string, all []any) {
	var out []string
	cond := func(text string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			text = strings.Replace(text, "?", "$"+itoa(len(args)), 1)
		}
		out = append(out, text)
	}
	cond("(k.product, k.lot, k.place) > (?, ?, ?)", f.After[0], f.After[1], f.After[2])
	if !f.Virtual {
		out = append(out, "k.site > 0")
	}
	for _, c := range []struct {
		column string
		id     int64
	}{{"k.site", f.Site}, {"k.place", f.Place}, {"k.product", f.Product}, {"k.lot", f.Lot}} {
		if c.id != 0 {
			cond(c.column+" = ?", c.id)
		}
	}
	if f.Expires != 0 {
		cond("EXISTS (SELECT 1 FROM lot l WHERE l.id = k.lot AND "+governing+" BETWEEN 1 AND ?)", int64(f.Expires))
	}
	return strings.Join(out, " AND "), args
}

// stockBefore lists what was there when the span of the moment began; some of it may be nothing. The keys of the page are chosen in an
// index, and then looked up by one seek each.
func (s *Store) stockBefore(ctx context.Context, f StockFilter, m moment, limit int) ([]StockRow, error) {
	from := "balance_life k"
	where, args := f.conditions([]any{m.span})
	if f.Site == 0 && f.Product != 0 && !f.Virtual {
		from = "site v CROSS JOIN balance_life k" // as Stock does
		where += " AND k.site = v.id"
	}
	args = append(args, limit)
	return list(ctx, s, `SELECT k.product, k.lot, k.place, COALESCE((SELECT CAST(x.quantity AS TEXT) || ' ' || CAST(x.second AS TEXT) FROM balance_past x
			WHERE x.product = k.product AND x.lot = k.lot AND x.place = k.place AND x.span < $1 ORDER BY x.span DESC LIMIT 1), '0 0'), k.site, COALESCE(`+governing+`, 0)
		FROM (SELECT k.product, k.lot, k.place, k.site FROM `+from+` WHERE `+where+` AND k.first_span < $1 AND k.last_span >= $1
			ORDER BY k.product, k.lot, k.place LIMIT $`+itoa(len(args))+`) k LEFT JOIN lot l ON l.id = k.lot
		ORDER BY k.product, k.lot, k.place`, args, func(r *sql.Rows) (row StockRow, err error) {
		var both sql.RawBytes
		err = r.Scan(&row.Slot.Product, &row.Slot.Lot, &row.Slot.Place, &both, &row.Site, &row.Governing)
		quantity, second, _ := bytes.Cut(both, []byte{' '})
		row.Balance.Quantity, row.Balance.Second = stock.Quantity(atoi(quantity)), stock.Quantity(atoi(second))
		return row, err
	})
}

// stockSince lists what the items since then brought, and took.
func (s *Store) stockSince(ctx context.Context, f StockFilter, m moment) ([]StockRow, error) {
	where, args := f.conditions(m.args(f.Product))
	return list(ctx, s, `WITH `+parts+`,
		k AS (SELECT u.product, u.lot, p.id AS place, CASE WHEN p.kind = 0 THEN p.site ELSE 0 END AS site,
			CASE WHEN p.id = u.to_place THEN u.quantity ELSE -u.quantity END AS quantity, CASE WHEN p.id = u.to_place THEN u.second ELSE -u.second END AS second
			FROM parts u CROSS JOIN place p WHERE p.id IN (u.from_place, u.to_place))
		SELECT k.product, k.lot, k.place, CAST(SUM(k.quantity) AS BIGINT), CAST(SUM(k.second) AS BIGINT), k.site, COALESCE(`+governing+`, 0)
		FROM k LEFT JOIN lot l ON l.id = k.lot WHERE `+where+`
		GROUP BY k.product, k.lot, k.place, k.site, l.expiry, l.best_before, l.sell_by ORDER BY k.product, k.lot, k.place`, args, func(r *sql.Rows) (row StockRow, err error) {
		return row, r.Scan(&row.Slot.Product, &row.Slot.Lot, &row.Slot.Place, &row.Balance.Quantity, &row.Balance.Second, &row.Site, &row.Governing)
	})
}

// EntryAt is the last entry that was recorded by a time, 0 if none was. Recorded times never go back, so ids are in their order, and half
// of them is left with each look.
func (s *Store) EntryAt(ctx context.Context, t stock.Time) (found int64, err error) {
	err = s.query(ctx, `WITH RECURSIVE span (low, high) AS (SELECT CAST(1 AS BIGINT), h.next_entry - 1 FROM ledger_head h
		UNION ALL SELECT CASE WHEN e.recorded_at <= $1 THEN e.id + 1 ELSE x.low END, CASE WHEN e.recorded_at <= $1 THEN x.high ELSE e.id - 1 END
			FROM span x CROSS JOIN entry e WHERE x.low <= x.high AND e.id = (x.low + x.high) / 2)
		SELECT MAX(x.low) - 1 FROM span x`, []any{int64(t)}, func(r *sql.Rows) error { return r.Scan(&found) })
	return found, err
}
