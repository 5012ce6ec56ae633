package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// EntriesByKey finds the entries that client keys name; keys that are not known are left out.
func (s *Store) EntriesByKey(ctx context.Context, keys []string) (map[string]int64, error) {
	found := make(map[string]int64, len(keys))
	err := s.query(ctx, `SELECT e.client_key, e.id FROM @list($1) k JOIN entry e ON e.client_key = k.value`, []any{texts(keys)}, func(r *sql.Rows) error {
		var key string
		var id int64
		err := r.Scan(&key, &id)
		found[key] = id
		return err
	})
	return found, err
}

// AliasesGiven lists the partners' lot codes that entries brought, by entry.
func (s *Store) AliasesGiven(ctx context.Context, entries []int64) (map[int64][]stock.Alias, error) {
	var set rowset
	for _, id := range entries {
		set.add(id)
	}
	found := map[int64][]stock.Alias{}
	err := s.query(ctx, `SELECT a.entry, a.partner, a.code, a.lot FROM @rows($1: id int) r JOIN alias a ON a.entry = r.id ORDER BY a.entry, a.lot, a.code`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var entry int64
			var a stock.Alias
			err := r.Scan(&entry, &a.Partner, &a.Code, &a.Lot)
			found[entry] = append(found[entry], a)
			return err
		})
	return found, err
}
