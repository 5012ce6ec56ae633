package store

import (
	"context"
	"database/sql"
	"encoding/json"
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

// undone are the items that today's balances hold and that do not count: those that took effect after $1 and up to $2, and those
// recorded after entry $3 that took effect by $1.
const undone = `undone AS MATERIALIZED (
	SELECT i.product, i.lot, i.from_place, i.to_place, i.quantity, COALESCE(i.second, 0) AS second FROM entry e CROSS JOIN item i
		WHERE e.occurred_at > $1 AND e.occurred_at <= $2 AND e.items > 0 AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND i.effective_at IS NULL
	UNION ALL SELECT i.product, i.lot, i.from_place, i.to_place, i.quantity, COALESCE(i.second, 0) FROM item i
		WHERE i.effective_at > $1 AND i.effective_at <= $2 AND i.effective_at > 0
	UNION ALL SELECT i.product, i.lot, i.from_place, i.to_place, i.quantity, COALESCE(i.second, 0) FROM entry e CROSS JOIN item i
		WHERE $3 > 0 AND e.id > $3 AND e.items > 0 AND i.id BETWEEN e.first_item AND e.first_item + e.items - 1 AND COALESCE(i.effective_at, e.occurred_at) <= $1)`

// StockAsAt lists balances as they were, by product, lot and place: today's, less the whole spans since, less the items between the
// moment and the end of its span. Where goods outside are asked for too there are no spans, and all items since are taken off.
func (s *Store) StockAsAt(ctx context.Context, f StockFilter, when AsAt) ([]StockRow, error) {
	at, until, spans := when.At, far, []int64{}
	if at == 0 {
		at = far
	} else if !f.Virtual {
		until = spanEnd(spanOf(at))
		for span := spanOf(at) + 1; span <= spanOf(s.Now())+1; span++ {
			spans = append(spans, span)
		}
	}
	since, err := json.Marshal(spans)
	if err != nil {
		return nil, err
	}
	args := []any{int64(at), int64(until), when.Known, string(since)}
	where := []string{"true"}
	cond := func(text string, v any) {
		args = append(args, v)
		where = append(where, strings.ReplaceAll(text, "?", "$"+itoa(len(args))))
	}
	cond("(b.product, b.lot, b.place) > (?,", f.After[0])
	args = append(args, f.After[1], f.After[2])
	where[1] += " $" + itoa(len(args)-1) + ", $" + itoa(len(args)) + ")"
	if !f.Virtual {
		where = append(where, "b.site > 0")
	}
	for _, c := range []struct {
		column string
		id     int64
	}{{"b.site", f.Site}, {"b.place", f.Place}, {"b.product", f.Product}, {"b.lot", f.Lot}} {
		if c.id != 0 {
			cond(c.column+" = ?", c.id)
		}
	}
	chosen := strings.Join(where, " AND ")
	today := "balance b WHERE "
	if f.Site == 0 && f.Product != 0 && !f.Virtual {
		today = "site v CROSS JOIN balance b WHERE b.site = v.id AND " // as Stock does
	}
	expires := ""
	if f.Expires != 0 {
		args = append(args, int64(f.Expires))
		expires = " WHERE " + governing + " BETWEEN 1 AND $" + itoa(len(args))
	}
	args = append(args, min(max(f.Limit, 1), 100_000))
	text := `WITH ` + undone + `,
		b AS (SELECT u.product, u.lot, p.id AS place, CASE WHEN p.kind = 0 THEN p.site ELSE 0 END AS site,
			CASE WHEN p.id = u.to_place THEN -u.quantity ELSE u.quantity END AS quantity, CASE WHEN p.id = u.to_place THEN -u.second ELSE u.second END AS second
			FROM undone u CROSS JOIN place p WHERE p.id IN (u.from_place, u.to_place)),
		part AS (SELECT b.product, b.lot, b.place, b.site, b.quantity, b.second FROM ` + today + chosen + `
			UNION ALL SELECT b.product, b.lot, b.place, b.site, -b.quantity, -b.second FROM @list($4) n CROSS JOIN balance_change b WHERE b.span = n.value AND ` + chosen + `
			UNION ALL SELECT b.product, b.lot, b.place, b.site, b.quantity, b.second FROM b WHERE ` + chosen + `),
		slot AS (SELECT product, lot, place, site, CAST(SUM(quantity) AS BIGINT) AS quantity, CAST(SUM(second) AS BIGINT) AS second FROM part
			GROUP BY product, lot, place, site HAVING SUM(quantity) <> 0 OR SUM(second) <> 0)
		SELECT b.product, b.lot, b.place, b.quantity, b.second, b.site, COALESCE(` + governing + `, 0) FROM slot b LEFT JOIN lot l ON l.id = b.lot` + expires + `
		ORDER BY b.product, b.lot, b.place LIMIT $` + itoa(len(args))
	return list(ctx, s, text, args, func(r *sql.Rows) (row StockRow, err error) {
		return row, r.Scan(&row.Slot.Product, &row.Slot.Lot, &row.Slot.Place, &row.Balance.Quantity, &row.Balance.Second, &row.Site, &row.Governing)
	})
}

// EntryAt is the last entry that was recorded by a time, 0 if none was. Recorded times never go back, so ids are in their order.
func (s *Store) EntryAt(ctx context.Context, t stock.Time) (found int64, err error) {
	last, _, err := s.Head(ctx)
	for low, high := int64(1), last; err == nil && low <= high; {
		middle := (low + high) / 2
		var at stock.Time
		err = s.query(ctx, `SELECT e.recorded_at FROM entry e WHERE e.id = $1`, []any{middle}, func(r *sql.Rows) error { return r.Scan(&at) })
		if at <= t {
			found, low = middle, middle+1
		} else {
			high = middle - 1
		}
	}
	return found, err
}
