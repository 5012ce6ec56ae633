package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// BirthOfLot is the entry that brought a lot into the ledger.
func (s *Store) BirthOfLot(ctx context.Context, lot int64) (entry int64, err error) {
	return entry, s.query(ctx, `SELECT l.birth FROM lot l WHERE l.id = $1`, []any{lot}, func(r *sql.Rows) error { return r.Scan(&entry) })
}

// BirthOfUnit is the entry that brought a unit into the ledger, and all units that the same item did, with the serial numbers that they were born with.
func (s *Store) BirthOfUnit(ctx context.Context, unit int64) (entry int64, born []stock.Unit, err error) {
	var units stock.Runs
	err = s.query(ctx, `SELECT i.entry, i.units FROM item i WHERE i.id = (SELECT MIN(u.item) FROM item_unit u WHERE u.unit = $1)`, []any{unit}, func(r *sql.Rows) error {
		var packed []byte
		err := r.Scan(&entry, &packed)
		if err == nil {
			units, err = unpack(packed)
		}
		return err
	})
	if err != nil || len(units) == 0 {
		return 0, nil, err
	}
	a := newAuditor(s, ctx)
	return entry, born, a.inSnapshot(func() error {
		err := a.each(`SELECT u.id, u.serial FROM unit u WHERE u.id BETWEEN $1 AND $2 ORDER BY u.id`, func(r *sql.Rows) error {
			var u stock.Unit
			err := r.Scan(&u.ID, &u.Serial)
			born = append(born, u)
			return err
		}, units[0].First, units[len(units)-1].Last)
		if err == nil && len(born) > 0 {
			err = a.bornAs(born)
		}
		return err
	})
}
