package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"clew/internal/stock"
)

// ActsOn reads the acts on things beside the log, by the subjects under which these are found, the newest first.
func (s *Store) ActsOn(ctx context.Context, subjects []int64) ([]*stock.Entry, error) {
	var found []int64
	err := s.query(ctx, `SELECT t.entry FROM @rows($1: id int) r JOIN audited t ON t.object = $2 AND t.subject = r.id AND t.aspect = 0 ORDER BY t.entry DESC`,
		[]any{ids(slices.Values(subjects)), int64(stock.ObjectAct)}, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			found = append(found, id)
			return err
		})
	var out []*stock.Entry
	for some := range slices.Chunk(found, 1000) {
		if err != nil {
			break
		}
		var entries []*stock.Entry
		entries, err = s.Entries(ctx, EntryFilter{IDs: some, Desc: true, Limit: len(some)})
		out = append(out, entries...)
	}
	return out, err
}

// Counts are numbers by name.
type Counts map[string]int64

// startedCounts are what tells how far a business is, by name. Each is answered by rows of master data, or by the first row of an index for each.
var startedCounts = []struct{ name, text string }{
	{"products", `SELECT COUNT(*) FROM product p WHERE p.active = 1`},
	{"without_class", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND p.class = 0`},
	{"tracked", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND p.tracking > 0`},
	{"by_serial", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND p.tracking = 2`},
	{"formats", `SELECT COUNT(*) FROM format f WHERE f.active = 1`},
	{"without_lot_format", `SELECT COUNT(*) FROM product p LEFT JOIN product_group g ON g.id = p.product_group WHERE p.active = 1 AND p.tracking = 1 AND p.lot_format = 0 AND COALESCE(g.lot_format, 0) = 0`},
	{"by_lot", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND p.tracking = 1`},
	{"without_serial_format", `SELECT COUNT(*) FROM product p LEFT JOIN product_group g ON g.id = p.product_group WHERE p.active = 1 AND p.tracking = 2 AND p.serial_format = 0 AND COALESCE(g.serial_format, 0) = 0`},
	{"sites", `SELECT COUNT(*) FROM site s WHERE s.active = 1`},
	{"sites_without_locations", `SELECT COUNT(*) FROM site s WHERE s.active = 1 AND NOT EXISTS (SELECT 1 FROM place p WHERE p.site = s.id AND p.site > 0 AND p.kind = 0 AND p.active = 1)`},
	{"sites_without_stock", `SELECT COUNT(*) FROM site s WHERE s.active = 1 AND NOT EXISTS (SELECT 1 FROM balance b WHERE b.site = s.id AND b.site > 0)`},
	{"partners", `SELECT COUNT(*) FROM partner p WHERE p.active = 1`},
	{"without_stock", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND NOT EXISTS (SELECT 1 FROM balance b WHERE b.product = p.id)`},
	{"dated", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND (p.requires > 1 OR p.shelf_life > 0)`},
	{"dated_without_warning", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND (p.requires > 1 OR p.shelf_life > 0) AND p.warn_days = 0`},
	{"tracked_by_default", `SELECT COUNT(*) FROM product p WHERE p.active = 1 AND p.tracking > 0 AND p.strategy = 0`},
	{"stations", `SELECT COUNT(*) FROM station t WHERE t.active = 1`},
	{"keys", `SELECT COUNT(*) FROM api_key k WHERE k.active = 1`},
	{"devices", `SELECT COUNT(*) FROM actor a WHERE a.kind = 6`},
	{"users", `SELECT COUNT(*) FROM users u WHERE u.active = 1`},
	{"users_without_role", `SELECT COUNT(*) FROM users u WHERE u.active = 1 AND NOT EXISTS (SELECT 1 FROM user_grant g WHERE g.holder = u.id AND g.active = 1)`},
}

// Started counts what a business has set up.
func (s *Store) Started(ctx context.Context) (Counts, error) {
	texts := make([]string, len(startedCounts))
	for i, c := range startedCounts {
		texts[i] = "SELECT " + itoa(i) + " AS line, (" + c.text + ") AS number"
	}
	out := Counts{}
	return out, s.query(ctx, strings.Join(texts, " UNION ALL "), nil, func(r *sql.Rows) error {
		var line int
		var n int64
		err := r.Scan(&line, &n)
		out[startedCounts[line].name] = n
		return err
	})
}
