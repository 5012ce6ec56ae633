package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// View is the ledger as at a moment: what its own methods tell is of then, what those of the Store tell is of today.
type View struct {
	*Store
	past *moment // nil: today
}

// Today is the ledger as it stands.
func (s *Store) Today() *View { return &View{Store: s} }

// View is the ledger as at a moment.
func (s *Store) View(ctx context.Context, when AsAt) (*View, error) {
	if when.Now() {
		return s.Today(), nil
	}
	m, err := s.moment(ctx, when)
	return &View{s, &m}, err
}

// known is the last entry that counts.
func (v *View) known() int64 {
	if v.past == nil {
		return stock.MaxID
	}
	return v.past.known
}

// items is a condition that an item counts, empty today; args gets what it asks for.
func (v *View) items(item string, args *[]any) string {
	if v.past == nil {
		return ""
	}
	known, at := v.hold(args)
	return ` AND ` + item + `.entry <= ` + known + ` AND COALESCE(` + item + `.effective_at, (SELECT te.occurred_at FROM entry te WHERE te.id = ` + item + `.entry)) <= ` + at
}

// entries is a condition that an entry counts, empty today.
func (v *View) entries(entry string, args *[]any) string {
	if v.past == nil {
		return ""
	}
	known, at := v.hold(args)
	return ` AND ` + entry + `.id <= ` + known + ` AND ` + entry + `.occurred_at <= ` + at
}

func (v *View) hold(args *[]any) (known, at string) {
	*args = append(*args, v.past.known, int64(v.past.at))
	return "$" + itoa(len(*args)-1), "$" + itoa(len(*args))
}

// Only keeps the entries that count.
func (v *View) Only(ctx context.Context, entries []int64) ([]int64, error) {
	if v.past == nil || len(entries) == 0 {
		return entries, nil
	}
	var set rowset
	for _, id := range entries {
		set.add(id)
	}
	args := []any{set.text()}
	where := v.entries("e", &args)
	return list(ctx, v.Store, `SELECT e.id FROM @rows($1: id int) r CROSS JOIN entry e WHERE e.id = r.id`+where, args,
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}

// Stock lists balances by product, lot and place.
func (v *View) Stock(ctx context.Context, f StockFilter) ([]StockRow, error) {
	if v.past == nil {
		return v.Store.Stock(ctx, f)
	}
	return v.stockAsAt(ctx, f, *v.past)
}

// Details are the values that the fields of records have, all of one sort, by record: now, or by what was known then.
func (v *View) Details(ctx context.Context, on stock.FieldOn, owners []int64) (map[int64]stock.Values, error) {
	return v.detailsOf(ctx, on, owners, v.known())
}
