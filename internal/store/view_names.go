package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"clew/internal/stock"
)

// What lots and units are called as known at an entry is what the corrections since left: they are gone through backwards. As at a day
// they are called as they are today, since a correction puts the past right too.

// LoadNames looks the wanted ids up, each kind by one statement. Lots and units are called as they were known to be.
func (v *View) LoadNames(ctx context.Context, n *Names) error {
	lots, units := wanted(n.lots), wanted(n.units)
	if err := v.Store.LoadNames(ctx, n); err != nil || v.known() == stock.MaxID {
		return err
	}
	lots, err := v.otherwise(ctx, n, lots)
	if err != nil {
		return err
	}
	l, err := v.lotsByID(ctx, lots)
	if err != nil {
		return err
	}
	for id, lot := range l {
		n.Lots[id] = lot
		n.WantPartners(lot.Source)
	}
	var u []*stock.Unit
	for _, id := range units {
		if unit := n.Units[id]; unit != nil {
			u = append(u, unit)
		}
	}
	if err := v.Store.LoadNames(ctx, n); err != nil {
		return err
	}
	return v.serialsThen(ctx, u)
}

// otherwise keeps the lots that may have been called otherwise than today: those corrected since, and those found to be another.
func (v *View) otherwise(ctx context.Context, n *Names, lots []int64) (out []int64, err error) {
	for _, id := range lots {
		if l := n.Lots[id]; l != nil && l.SameAs != 0 {
			out = append(out, id)
		}
	}
	return out, v.query(ctx, `SELECT DISTINCT c.lot FROM @rows($1: id int) r CROSS JOIN correction c WHERE c.lot = r.id AND c.lot > 0 AND c.entry > $2`,
		[]any{ids(slices.Values(lots)), v.known()}, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			out = append(out, id)
			return err
		})
}

// lotsByID reads lots as they were known; one that was found to be another by then is called as that one is.
func (v *View) lotsByID(ctx context.Context, wanted []int64) (map[int64]*stock.Lot, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	rows, err := list(ctx, v.Store, `SELECT `+lotColumns+` FROM @rows($1: id int) r JOIN lot l ON l.id = r.id`, []any{ids(slices.Values(wanted))},
		func(r *sql.Rows) (*stock.Lot, error) { return scanLot(r) })
	if err != nil {
		return nil, err
	}
	if err := v.lotsThen(ctx, rows); err != nil {
		return nil, err
	}
	out := map[int64]*stock.Lot{}
	var others []int64
	for _, l := range rows {
		if out[l.ID] = l; l.SameAs != 0 {
			others = append(others, l.SameAs)
		}
	}
	if len(others) == 0 {
		return out, nil
	}
	called, err := v.lotsByID(ctx, others)
	for _, l := range rows {
		if other := called[l.SameAs]; other != nil {
			l.Code = other.Code
		}
	}
	return out, err
}

func wanted(set map[int64]struct{}) (out []int64) {
	for id := range set {
		out = append(out, id)
	}
	return out
}

// lotsThen gives lots back what they said before the corrections that were not yet known.
func (v *View) lotsThen(ctx context.Context, lots []*stock.Lot) error {
	if v.known() == stock.MaxID || len(lots) == 0 {
		return nil
	}
	wanted := map[int64]struct{}{}
	for _, l := range lots {
		wanted[l.ID] = struct{}{}
	}
	made := map[int64][]stock.Correction{}
	err := v.query(ctx, `SELECT `+correctionColumns+` FROM @rows($1: id int) r CROSS JOIN correction c WHERE c.lot = r.id AND c.lot > 0 AND c.entry > $2 ORDER BY c.entry, c.line`,
		[]any{ids(maps.Keys(wanted)), v.known()}, func(r *sql.Rows) error {
			_, c, err := scanCorrection(r)
			made[c.Lot] = append(made[c.Lot], c)
			return err
		})
	done := map[*stock.Lot]bool{}
	for _, l := range lots {
		if !done[l] {
			l.Uncorrect(made[l.ID])
		}
		done[l] = true
	}
	return err
}

// serialsThen gives units back the serial numbers that they had before the corrections that were not yet known.
func (v *View) serialsThen(ctx context.Context, units []*stock.Unit) error {
	if v.known() == stock.MaxID || len(units) == 0 {
		return nil
	}
	var set rowset
	for _, u := range units {
		set.add(u.ID)
	}
	first := map[int64]string{}
	err := v.query(ctx, `SELECT c.unit, c.before FROM @rows($1: id int) r CROSS JOIN correction c WHERE c.unit = r.id AND c.unit > 0 AND c.entry > $2 AND c.field = 'serial'
		ORDER BY c.entry DESC, c.line DESC`, []any{set.text(), v.known()}, func(r *sql.Rows) error {
		var unit int64
		var before string
		err := r.Scan(&unit, &before)
		first[unit] = before // the earliest comes last
		return err
	})
	for _, u := range units {
		if before, ok := first[u.ID]; ok {
			u.Serial = before
		}
	}
	return err
}

// AliasesOf lists the partners' codes of lots, and those that they had until they were found wrong.
func (v *View) AliasesOf(ctx context.Context, lots []int64) ([]stock.Alias, error) {
	var set rowset
	for _, id := range lots {
		set.add(id)
	}
	stands := aliasStands
	if v.past != nil { // by what was known of corrections then
		stands = `(a.partner > 0 OR NOT EXISTS (SELECT 1 FROM entry u WHERE u.about = a.entry AND u.about > 0 AND u.kind = 35 AND u.id <= $2))`
	}
	return list(ctx, v.Store, `SELECT a.partner, a.code, a.lot FROM @rows($1: id int) r JOIN alias a ON a.lot = r.id JOIN lot l ON l.id = a.lot
		WHERE a.entry <= $2 AND `+stands+` ORDER BY a.lot, a.code`,
		[]any{set.text(), v.known()}, func(r *sql.Rows) (a stock.Alias, err error) { return a, r.Scan(&a.Partner, &a.Code, &a.Lot) })
}

// FormerSerials are the serial numbers that a unit had before they were corrected.
func (v *View) FormerSerials(ctx context.Context, unit *stock.Unit) ([]string, error) {
	return list(ctx, v.Store, `SELECT DISTINCT c.before FROM correction c JOIN unit u ON u.id = c.unit WHERE c.unit = $1 AND c.unit > 0 AND c.before <> $2 AND c.entry <= $3
		AND c.before NOT LIKE ' %' AND NOT EXISTS (SELECT 1 FROM unit o WHERE o.serial = c.before AND o.product = u.product) ORDER BY c.before`, []any{unit.ID, unit.Serial, v.known()}, func(r *sql.Rows) (serial string, err error) { return serial, r.Scan(&serial) })
}

// UnitsOf lists units of a set, after an id, as they were; those that were not yet there are left out.
func (v *View) UnitsOf(ctx context.Context, units stock.Runs, after int64, limit int) ([]*stock.Unit, error) {
	rows, err := v.Store.UnitsOf(ctx, units, after, limit)
	if err != nil {
		return nil, err
	}
	return v.unitsThen(ctx, rows)
}

// Find looks a code up in every index of codes: what it meant then, by the names that were known then.
func (v *View) Find(ctx context.Context, code string) (*Found, error) {
	f, err := v.Store.Find(ctx, code)
	if err != nil || v.past == nil {
		return f, err
	}
	if err := v.lotsFound(ctx, f, code); err != nil {
		return nil, err
	}
	if v.known() < stock.MaxID {
		if f.Units, err = v.Store.Units(ctx, UnitFilter{Serial: code, Limit: mostMeanings, once: true}); err != nil {
			return nil, err
		}
	}
	if f.Units, err = v.unitsThen(ctx, f.Units); err != nil {
		return nil, err
	}
	if v.known() < stock.MaxID {
		f.Units = slices.DeleteFunc(f.Units, func(u *stock.Unit) bool { return u.Serial != code && !v.once(ctx, u, code) })
	}
	args := []any{code}
	where := v.entries("e", &args)
	f.References, err = list(ctx, v.Store, `SELECT f.kind, COUNT(*), MIN(e.partner) FROM reference f JOIN entry e ON e.id = f.entry WHERE f.code = $1`+where+` GROUP BY f.kind ORDER BY f.kind LIMIT 20`,
		args, func(r *sql.Rows) (ref FoundReference, err error) {
			return ref, r.Scan(&ref.Kind, &ref.Entries, &ref.Partner)
		})
	return f, err
}

// once reports whether the unit had had the serial number by then.
func (v *View) once(ctx context.Context, u *stock.Unit, serial string) bool {
	former, err := v.FormerSerials(ctx, u)
	return err == nil && slices.Contains(former, serial)
}

// lotsFound keeps the lots that were there, and that the code meant by what was known.
func (v *View) lotsFound(ctx context.Context, f *Found, code string) error {
	lots := slices.Clone(f.Lots)
	for _, a := range f.Aliases {
		lots = append(lots, a.Lot)
	}
	if v.known() < stock.MaxID {
		more, err := v.Store.Lots(ctx, LotFilter{Code: code, Limit: mostMeanings, once: true})
		if err != nil {
			return err
		}
		lots = append(lots, more...)
	}
	if err := v.lotsThen(ctx, lots); err != nil {
		return err
	}
	there, err := v.lotsThere(ctx, lots)
	if err != nil {
		return err
	}
	var ids []int64
	for _, l := range lots {
		ids = append(ids, l.ID)
	}
	aliases, err := v.AliasesOf(ctx, ids)
	if err != nil {
		return err
	}
	named := map[int64]bool{}
	var found []*stock.Lot
	for _, l := range lots {
		if there[l.ID] && l.SameAs == 0 && l.Code == code && !named[l.ID] {
			named[l.ID] = true
			found = append(found, l)
		}
	}
	f.Lots = found
	f.Aliases = slices.DeleteFunc(f.Aliases, func(a FoundAlias) bool {
		return !there[a.Lot.ID] || a.Lot.SameAs != 0 || !slices.ContainsFunc(aliases, func(b stock.Alias) bool { return b.Lot == a.Lot.ID && b.Partner == a.Partner && b.Code == code })
	})
	return nil
}

// lotsThere tells which lots anything had happened to.
func (v *View) lotsThere(ctx context.Context, lots []*stock.Lot) (map[int64]bool, error) {
	var set rowset
	for _, l := range lots {
		set.add(l.ID)
	}
	out := map[int64]bool{}
	args := []any{set.text()}
	where := v.items("i", &args)
	return out, v.query(ctx, `SELECT r.id FROM @rows($1: id int) r WHERE EXISTS (SELECT 1 FROM item i WHERE i.lot = r.id AND i.lot > 0`+where+`)`, args, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		out[id] = true
		return err
	})
}
