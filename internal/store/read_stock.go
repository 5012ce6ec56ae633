package store

import (
	"context"
	"database/sql"
	"strings"

	"clew/internal/stock"
)

// LotFilter chooses lots; what is left zero does not limit.
type LotFilter struct {
	Product int64
	Code    string // exact, ours
	Like    string
	After   int64 // ids above this one
	Expires stock.Date
	Field   int64 // an extra field that has the value now
	Value   string
	Limit   int

	once bool // also lots that were found to be others, and by codes that they once had
}

const governing = `CASE WHEN l.expiry > 0 THEN l.expiry WHEN l.best_before > 0 THEN l.best_before ELSE l.sell_by END`

// Lots lists lots in the order they were born.
func (s *Store) Lots(ctx context.Context, f LotFilter) ([]*stock.Lot, error) {
	return list(ctx, s, `SELECT `+lotColumns+` FROM lot l WHERE l.id > $1 AND ($2 = 0 OR l.product = $2) AND ($3 = '' OR l.code = $3 OR l.id IN (SELECT a.lot FROM alias a WHERE a.code = $3 AND a.partner = 0 AND `+aliasStands+`)
			OR $9 = 1 AND l.id IN (SELECT c.lot FROM correction c WHERE c.before = $3 AND c.field = 'lot' AND c.lot > 0)) AND (l.same_as = 0 OR $9 = 1)
		AND ($4 = '%%' OR LOWER(l.code) LIKE $4 ESCAPE '\') AND ($5 = 0 OR `+governing+` BETWEEN 1 AND $5) AND ($7 = 0 OR l.id IN (`+detailOwners+`)) ORDER BY l.id LIMIT $6`,
		[]any{f.After, f.Product, f.Code, like(f.Like), int64(f.Expires), min(max(f.Limit, 1), 1000), f.Field, f.Value, f.once}, func(r *sql.Rows) (*stock.Lot, error) { return scanLot(r) })
}

// UnitFilter chooses units; what is left zero does not limit. One of Serial, Place and Product must be given.
type UnitFilter struct {
	Product int64
	Serial  string
	Place   int64
	Lot     int64
	After   int64
	Limit   int

	once bool // also units that were found to be others
}

// former finds units by a serial number that they had before.
func (f UnitFilter) former(serial string) string {
	if f.once {
		return `SELECT c.unit FROM correction c WHERE c.before = ` + serial + ` AND c.unit > 0`
	}
	return formerUnits(serial)
}

// Units lists units in the order they were born.
func (s *Store) Units(ctx context.Context, f UnitFilter) ([]*stock.Unit, error) {
	where := []string{"u.id > $1"}
	if !f.once {
		where = append(where, "u.serial NOT LIKE ' %'")
	}
	args := []any{f.After}
	cond := func(column string, v any) {
		args = append(args, v)
		where = append(where, column+" = $"+itoa(len(args)))
	}
	if f.Serial != "" { // also one that it had until it was corrected
		args = append(args, f.Serial)
		n := itoa(len(args))
		where = append(where, "u.id IN (SELECT o.id FROM unit o WHERE o.serial = $"+n+" UNION "+f.former("$"+n)+")")
	}
	if f.Place != 0 {
		cond("u.place", f.Place)
	}
	if f.Product != 0 {
		cond("u.product", f.Product)
	}
	if f.Lot != 0 {
		cond("u.lot", f.Lot)
	}
	args = append(args, min(max(f.Limit, 1), 1000))
	return list(ctx, s, `SELECT `+unitColumns+` FROM unit u WHERE `+strings.Join(where, " AND ")+` ORDER BY u.id LIMIT $`+itoa(len(args)), args,
		func(r *sql.Rows) (*stock.Unit, error) { return scanUnit(r) })
}

// StockFilter chooses balances; what is left zero does not limit.
type StockFilter struct {
	Site    int64
	Place   int64
	Product int64
	Lot     int64
	Expires stock.Date // governing date on or before this one
	Virtual bool       // also what is with partners, lost, used up
	After   [3]int64   // product, lot, place
	Limit   int
}

// StockRow is one balance with the governing date of its lot.
type StockRow struct {
	Slot      stock.Slot
	Balance   stock.Balance
	Site      int64
	Governing stock.Date
}

// Stock lists balances by product, lot and place. The rows are chosen in an index that has real places only, so that what
// thousands of customers have is not read past, and then looked up.
func (s *Store) Stock(ctx context.Context, f StockFilter) ([]StockRow, error) {
	where := []string{"(b.product, b.lot, b.place) > ($1, $2, $3)"}
	args := []any{f.After[0], f.After[1], f.After[2]}
	cond := func(text string, v any) {
		args = append(args, v)
		where = append(where, strings.ReplaceAll(text, "?", "$"+itoa(len(args))))
	}
	from := "balance b"
	if !f.Virtual {
		where = append(where, "b.site > 0")
	}
	switch {
	case f.Site != 0:
		cond("b.site = ? AND b.site > 0", f.Site)
	case f.Product != 0 && !f.Virtual:
		// Asked by product alone, SQLite takes the primary key, which has every customer's row too.
		from = "site v CROSS JOIN balance b"
		where = append(where, "b.site = v.id")
	}
	if f.Place != 0 {
		cond("b.place = ?", f.Place)
	}
	if f.Product != 0 {
		cond("b.product = ?", f.Product)
	}
	if f.Lot != 0 {
		cond("b.lot = ?", f.Lot)
	}
	if f.Expires != 0 {
		cond("EXISTS (SELECT 1 FROM lot l WHERE l.id = b.lot AND "+governing+" BETWEEN 1 AND ?)", int64(f.Expires))
	}
	args = append(args, min(max(f.Limit, 1), 100_000))
	return list(ctx, s, `SELECT `+balanceColumns+`, b.site, COALESCE(`+governing+`, 0) FROM (SELECT b.product, b.lot, b.place FROM `+from+`
			WHERE `+strings.Join(where, " AND ")+` ORDER BY b.product, b.lot, b.place LIMIT $`+itoa(len(args))+`) k
		JOIN balance b ON b.product = k.product AND b.lot = k.lot AND b.place = k.place LEFT JOIN lot l ON l.id = b.lot
		ORDER BY b.product, b.lot, b.place`, args, func(r *sql.Rows) (row StockRow, err error) {
		return row, r.Scan(&row.Slot.Product, &row.Slot.Lot, &row.Slot.Place, &row.Balance.Quantity, &row.Balance.Second, &row.Site, &row.Governing)
	})
}

// HoldRow is a hold with who placed it.
type HoldRow struct {
	Hold  *stock.Hold
	Units stock.Runs // as it was placed
	Actor int64
	At    stock.Time
	About int64
}

// HoldFilter chooses holds; what is left zero does not limit.
type HoldFilter struct {
	All   bool // released ones too
	Lot   int64
	After int64
	Limit int
}

// HoldList lists holds in the order they were placed.
func (s *Store) HoldList(ctx context.Context, f HoldFilter) ([]HoldRow, error) {
	active := "h.released = 0 AND "
	if f.All {
		active = ""
	}
	return list(ctx, s, `SELECT h.id, h.lot, h.place, h.units, h.released, `+shownText+`, u.units, e.actor, e.recorded_at, e.about
		FROM hold h JOIN entry e ON e.id = h.id LEFT JOIN hold_unit u ON u.entry = h.id LEFT JOIN erasable t ON t.entry = h.id AND t.field = 'reason'
		WHERE `+active+`h.id > $1 AND ($2 = 0 OR h.lot = $2) ORDER BY h.id LIMIT $3`, []any{f.After, f.Lot, min(max(f.Limit, 1), 1000)},
		func(r *sql.Rows) (row HoldRow, err error) {
			var reason string
			var placed []byte
			if row.Hold, err = scanHold(r, &reason, &placed, &row.Actor, &row.At, &row.About); err != nil {
				return row, err
			}
			row.Hold.Reason = reason
			row.Units, err = unpack(placed)
			return row, err
		})
}

// HoldsOfUnits lists the active holds that name any of the units.
func (s *Store) HoldsOfUnits(ctx context.Context, units stock.Runs) ([]HoldRow, error) {
	rows, err := list(ctx, s, `SELECT h.id, h.lot, h.place, h.units, h.released, `+shownText+` FROM hold h
		LEFT JOIN erasable t ON t.entry = h.id AND t.field = 'reason' WHERE h.released = 0 AND h.units IS NOT NULL ORDER BY h.id`, nil,
		func(r *sql.Rows) (row HoldRow, err error) {
			var reason string
			if row.Hold, err = scanHold(r, &reason); err == nil {
				row.Hold.Reason = reason
			}
			return row, err
		})
	var out []HoldRow
	for _, row := range rows {
		if len(row.Hold.Units.Intersect(units)) > 0 {
			out = append(out, row)
		}
	}
	return out, err
}

// ExceptionList lists exceptions in the order they were kept, the open ones only unless all is given.
func (s *Store) ExceptionList(ctx context.Context, all bool, after int64, limit int) ([]*stock.Entry, error) {
	var found []int64
	err := s.query(ctx, `SELECT x.id FROM exception x WHERE x.id > $1 AND ($2 = 1 OR x.resolved = 0) ORDER BY x.id LIMIT $3`,
		[]any{after, all, min(max(limit, 1), 1000)}, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			found = append(found, id)
			return err
		})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return s.Entries(ctx, EntryFilter{IDs: found, Limit: len(found)})
}

// LotsNamed finds the lots of a product that a code means: ours first, then those of which it is a partner's code.
func (s *Store) LotsNamed(ctx context.Context, product int64, code string) ([]*stock.Lot, error) {
	return list(ctx, s, `SELECT `+lotColumns+` FROM lot l WHERE l.product = $1 AND l.id IN (SELECT o.id FROM lot o WHERE o.code = $2 UNION SELECT a.lot FROM alias a JOIN lot l ON l.id = a.lot WHERE a.code = $2 AND `+aliasStands+`) AND l.same_as = 0
		ORDER BY l.code = $2 DESC, l.id`, []any{product, code}, func(r *sql.Rows) (*stock.Lot, error) { return scanLot(r) })
}
