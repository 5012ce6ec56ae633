package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// datedLots are the rows of dated_lot as lots and balances say they are.
const datedLots = `SELECT DISTINCT ` + governing + ` AS governing, l.id AS lot, b.site, b.product FROM `

// shelved gathers lots that came to a place of ours or left it, or whose dates may be others.
func (s *saver) shelved(lot int64) {
	if lot != 0 {
		s.datedLots.ints(lot)
	}
}

// dated writes anew at which sites such lots are.
func (s *saver) dated() error {
	if err := s.put(&s.datedLots, `DELETE FROM dated_lot WHERE lot IN (SELECT r.lot FROM @rows($1: lot int) r)`); err != nil {
		return err
	}
	return s.put(&s.datedLots, `INSERT INTO dated_lot (governing, lot, site, product) `+datedLots+`@rows($1: lot int) r CROSS JOIN lot l CROSS JOIN balance b
		WHERE l.id = r.lot AND b.product = l.product AND b.lot = l.id AND b.site > 0 AND b.quantity > 0 AND `+governing+` > 0`)
}

// compareDated holds the board of what expires against lots and balances.
func (a *auditor) compareDated() error {
	const said = datedLots + `balance b JOIN lot l ON l.id = b.lot WHERE b.site > 0 AND b.lot > 0 AND b.quantity > 0 AND ` + governing + ` > 0`
	for what, text := range map[string]string{
		"it is not told among the lots that expire":                  `SELECT k.lot FROM (` + said + ` EXCEPT SELECT d.governing, d.lot, d.site, d.product FROM dated_lot d) k ORDER BY k.lot`,
		"among the lots that expire it is told otherwise than it is": `SELECT k.lot FROM (SELECT d.governing, d.lot, d.site, d.product FROM dated_lot d EXCEPT ` + said + `) k ORDER BY k.lot`,
	} {
		if err := a.each(text, func(r *sql.Rows) error {
			var lot int64
			err := r.Scan(&lot)
			a.find("expiry", record("lot", lot), "%s", what)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// ExpiryFilter chooses lots on hand by their governing dates; what is left zero does not limit.
type ExpiryFilter struct {
	From, To      stock.Date // both included
	Site, Product int64
	After         [2]int64 // governing date and lot
	Limit         int
}

// where is the condition on rows d, and its arguments.
func (f *ExpiryFilter) where() (string, []any) {
	text, args := `d.governing >= $1 AND d.governing <= $2`, []any{int64(f.From), int64(f.To)}
	for _, c := range []struct {
		column string
		id     int64
	}{{"site", f.Site}, {"product", f.Product}} {
		if c.id != 0 {
			args = append(args, c.id)
			text += ` AND d.` + c.column + ` = $` + itoa(len(args))
		}
	}
	return text, args
}

// Expiring lists lots on hand by governing date, then lot.
func (s *Store) Expiring(ctx context.Context, f ExpiryFilter) ([]*stock.Lot, error) {
	where, args := f.where()
	args = append(args, f.After[0], f.After[1], f.Limit)
	n := len(args)
	return list(ctx, s, `SELECT `+lotColumns+` FROM (SELECT DISTINCT d.governing, d.lot FROM dated_lot d WHERE (d.governing, d.lot) > ($`+itoa(n-2)+`, $`+itoa(n-1)+`) AND `+where+`
		ORDER BY d.governing, d.lot LIMIT $`+itoa(n)+`) k CROSS JOIN lot l WHERE l.id = k.lot ORDER BY k.governing, k.lot`, args, func(r *sql.Rows) (*stock.Lot, error) { return scanLot(r) })
}

// ExpiringBy counts lots on hand by governing date.
func (s *Store) ExpiringBy(ctx context.Context, f ExpiryFilter) (days map[stock.Date]int64, err error) {
	where, args := f.where()
	days = map[stock.Date]int64{}
	return days, s.query(ctx, `SELECT d.governing, COUNT(DISTINCT d.lot) FROM dated_lot d WHERE `+where+` GROUP BY d.governing`, args, func(r *sql.Rows) error {
		var day stock.Date
		var n int64
		err := r.Scan(&day, &n)
		days[day] = n
		return err
	})
}

// CountExpiring counts lots on hand by their dates, up to most.
func (s *Store) CountExpiring(ctx context.Context, f ExpiryFilter, most int) (n int64, err error) {
	where, args := f.where()
	args = append(args, most)
	return n, s.query(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT d.governing, d.lot FROM dated_lot d WHERE `+where+` ORDER BY d.governing, d.lot LIMIT $`+itoa(len(args))+`) k`, args,
		func(r *sql.Rows) error { return r.Scan(&n) })
}

// CountWarned counts lots on hand whose date has not passed, but comes within the days that their products warn before it; up to most.
func (s *Store) CountWarned(ctx context.Context, today stock.Date, most int) (n int64, err error) {
	return n, s.query(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT d.governing, d.lot FROM dated_lot d CROSS JOIN product p WHERE d.governing >= $1
		AND d.governing <= $1 + COALESCE((SELECT MAX(m.warn_days) FROM product m), 0) AND p.id = d.product AND p.warn_days > 0 AND d.governing <= $1 + p.warn_days ORDER BY d.governing, d.lot LIMIT $2) k`,
		[]any{int64(today), most}, func(r *sql.Rows) error { return r.Scan(&n) })
}

// Shelf is how much of a lot is at a place of ours.
type Shelf struct {
	Lot, Place int64
	Quantity   stock.Quantity
}

// ShelvesOf lists where lots are, of one site or of all.
func (s *Store) ShelvesOf(ctx context.Context, lots []*stock.Lot, site int64) ([]Shelf, error) {
	var set rowset
	for _, l := range lots {
		set.ints(l.Product, l.ID)
	}
	return list(ctx, s, `SELECT b.lot, b.place, b.quantity FROM @rows($1: product int, lot int) r CROSS JOIN balance b WHERE b.product = r.product AND b.lot = r.lot AND b.site > 0
		AND ($2 = 0 OR b.site = $2) AND b.quantity > 0 ORDER BY b.lot, b.quantity DESC, b.place`, []any{set.text(), site}, func(r *sql.Rows) (v Shelf, err error) {
		return v, r.Scan(&v.Lot, &v.Place, &v.Quantity)
	})
}
