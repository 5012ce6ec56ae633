package store

import (
	"context"
	"database/sql"
	"strings"

	"clew/internal/stock"
)

// Lots lists lots in the order they were born: those to which anything had happened by then, by what was known of them.
func (v *View) Lots(ctx context.Context, f LotFilter) ([]*stock.Lot, error) {
	if v.past == nil {
		return v.Store.Lots(ctx, f)
	}
	limit, all := min(max(f.Limit, 1), 1000), f
	all.Limit = 1000
	if v.known() < stock.MaxID {
		all.Like, all.Expires, all.Field, all.Value, all.once = "", 0, 0, "", true // it may have been another then
	}
	var out []*stock.Lot
	for {
		some, err := v.Store.Lots(ctx, all)
		if err != nil {
			return nil, err
		}
		n := len(some)
		if n > 0 {
			all.After = some[n-1].ID
		}
		if some, err = v.lotsOf(ctx, some, f); err != nil {
			return nil, err
		}
		if out = append(out, some...); n < all.Limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
	}
}

// lotsOf keeps the lots that were there and are asked for.
func (v *View) lotsOf(ctx context.Context, lots []*stock.Lot, f LotFilter) ([]*stock.Lot, error) {
	there, err := v.lotsThere(ctx, lots)
	if err != nil {
		return nil, err
	}
	if err := v.lotsThen(ctx, lots); err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range lots {
		ids = append(ids, l.ID)
	}
	former, err := v.AliasesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	named := map[int64]bool{}
	for _, a := range former {
		named[a.Lot] = named[a.Lot] || a.Partner == 0 && a.Code == f.Code
	}
	valued := map[int64]bool{}
	if f.Field != 0 {
		if valued, err = v.valued(ctx, f, ids); err != nil {
			return nil, err
		}
	}
	var out []*stock.Lot
	for _, l := range lots {
		day := l.Dates.Governing()
		if there[l.ID] && l.SameAs == 0 && (f.Code == "" || l.Code == f.Code || named[l.ID]) && strings.Contains(strings.ToLower(l.Code), strings.ToLower(f.Like)) &&
			(f.Expires == 0 || day != 0 && day <= f.Expires) && (f.Field == 0 || valued[l.ID]) {
			out = append(out, l)
		}
	}
	return out, nil
}

// valued tells which records had the value that is asked for.
func (v *View) valued(ctx context.Context, f LotFilter, lots []int64) (map[int64]bool, error) {
	var set rowset
	for _, id := range lots {
		set.add(id)
	}
	out := map[int64]bool{}
	return out, v.query(ctx, `SELECT d.owner, d.value FROM @rows($1: id int) r CROSS JOIN detail d WHERE d.owner = r.id AND d.owner > 0 AND d.kind = 1 AND d.field = $2 AND d.entry <= $3
		ORDER BY d.entry, d.line`, []any{set.text(), f.Field, v.known()}, func(r *sql.Rows) error {
		var owner int64
		var value string
		err := r.Scan(&owner, &value)
		out[owner] = value == f.Value
		return err
	})
}
