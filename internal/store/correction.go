package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"

	"clew/internal/stock"
)

const correctionColumns = `c.entry, c.lot, c.unit, c.field, c.before, c.after`

func scanCorrection(r *sql.Rows) (entry int64, c stock.Correction, err error) {
	err = r.Scan(&entry, &c.Lot, &c.Unit, &c.Field, &c.Before, &c.After)
	return entry, c, err
}

// formers loads the codes that the lots of the batch have besides their own, so that none of them is kept twice, and those that were found
// to be one of them.
func (l *loader) formers() error {
	if !l.needs.Formers || len(l.lots) == 0 {
		return nil
	}
	err := l.each(l.ctx, `SELECT `+lotColumns+` FROM @rows($1: id int) r CROSS JOIN lot l WHERE l.same_as = r.id AND l.same_as > 0`, []any{ids(maps.Keys(l.lots))}, func(r *sql.Rows) error {
		lot, err := scanLot(r)
		if err == nil {
			l.s.LoadLot(lot)
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.each(l.ctx, `SELECT l.product, a.code, a.lot, a.partner FROM @rows($1: id int) r JOIN lot l ON l.id = r.id JOIN alias a ON a.lot = l.id`,
		[]any{ids(maps.Keys(l.lots))}, func(r *sql.Rows) error {
			var key stock.LotKey
			var a stock.Alias
			if err := r.Scan(&key.Product, &key.Code, &a.Lot, &a.Partner); err != nil {
				return err
			}
			a.Code = key.Code
			for _, known := range l.s.Aliases[key] {
				if known == a {
					return nil
				}
			}
			l.s.Aliases[key] = append(l.s.Aliases[key], a)
			return nil
		})
}

// formerSerials loads the units that had serial numbers which no unit has now, until they were corrected; and all that had those of the
// batch, where it may correct the one that has it now.
func (l *loader) formerSerials() error {
	var set rowset
	for name, serials := range l.needs.Serials {
		p := l.productOf(name)
		if p == nil {
			continue
		}
		for _, serial := range serials {
			if l.needs.Formers || l.s.Serials[p.ID][serial] == nil {
				set.add(p.ID, serial)
			}
		}
	}
	if set.n == 0 {
		return nil
	}
	// Mostly nothing was ever corrected: then the rows are not gone through.
	return l.each(l.ctx, `SELECT DISTINCT `+unitColumns+`, r.serial FROM @rows($1: product int, serial text) r CROSS JOIN correction c ON c.before = r.serial AND c.unit > 0
		JOIN unit u ON u.id = c.unit AND u.product = r.product WHERE EXISTS (SELECT 1 FROM correction x WHERE x.unit > 0)`, []any{set.text()}, l.formerSerial)
}

func (l *loader) formerSerial(r *sql.Rows) error {
	var serial string
	u, err := scanUnit(r, &serial)
	if err != nil {
		return err
	}
	if l.s.Units[u.ID] == nil {
		l.s.LoadUnit(u)
	}
	l.s.LoadFormerSerial(u.Product, serial, u.ID)
	if u.Lot != 0 {
		l.lots[u.Lot] = struct{}{}
	}
	l.places[u.Place] = struct{}{}
	return nil
}

// heldFormerly loads the former serial numbers of the units in holds from which single units are released.
func (l *loader) heldFormerly() error {
	var set rowset
	for hold, serials := range l.needs.Released {
		if h := l.s.Holds[hold]; h != nil && len(serials) > 0 {
			for _, run := range h.Units {
				set.add(run.First, run.Last)
			}
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT DISTINCT `+unitColumns+`, c.before FROM @rows($1: first int, last int) r CROSS JOIN correction c ON c.unit BETWEEN r.first AND r.last AND c.unit > 0
		JOIN unit u ON u.id = c.unit`, []any{set.text()}, l.formerSerial)
}

// correction gathers what an entry puts right, and the lots to be written as they are now.
func (s *saver) correction(e *stock.Entry) {
	for i, c := range e.Corrections {
		s.corrections.add(e.ID, i, c.Lot, c.Unit, c.Field, c.Before, c.After)
		if u := s.state.Units[c.Unit]; u != nil {
			s.renamed.add(u.ID, u.Serial)
		}
		if l := s.state.Lots[c.Lot]; l != nil {
			d := l.Dates
			s.shelved(l.ID)
			s.corrected.add(l.ID, l.Code, int64(d.Production), int64(d.BestBefore), int64(d.SellBy), int64(d.Expiry), l.Source, d.Cautious, l.SameAs)
		}
	}
}

// free takes away the codes of lots that are put right: one that comes into being in the same batch may be rightly called so.
func (s *saver) free() error {
	return s.put(&s.corrected, `UPDATE lot SET code = ' ' || lot.id WHERE id IN (SELECT id FROM @rows($1: id int))`)
}

// correct writes what was put right, and what the lots say now.
func (s *saver) correct() error {
	if err := s.put(&s.corrections, `INSERT INTO correction (entry, line, lot, unit, field, before, after)
		SELECT * FROM @rows($1: entry int, line int, lot int, unit int, field text, before text, after text)`); err != nil {
		return err
	}
	// Two of them may swap their numbers in one batch: the new ones are written once none of the old ones is in the way.
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.renamed, `UPDATE unit SET serial = ' ' || unit.id WHERE id IN (SELECT id FROM @rows($1: id int, serial text))`},
		{&s.renamed, `WITH r AS MATERIALIZED (SELECT DISTINCT * FROM @rows($1: id int, serial text))
			UPDATE unit SET serial = r.serial FROM r WHERE unit.id = r.id`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return s.put(&s.corrected, `WITH r AS MATERIALIZED (SELECT DISTINCT * FROM @rows($1: id int, code text, production int, best_before int, sell_by int, expiry int, source int, cautious int, same_as int))
		UPDATE lot SET code = r.code, production = r.production, best_before = r.best_before, sell_by = r.sell_by, expiry = r.expiry, source = r.source, cautious = r.cautious, same_as = r.same_as
		FROM r WHERE lot.id = r.id`)
}

// fillCorrections adds to entries what they put right.
func (s *Store) fillCorrections(ctx context.Context, set string, byID map[int64]*stock.Entry) error {
	return s.query(ctx, `SELECT `+correctionColumns+` FROM @rows($1: id int) r JOIN correction c ON c.entry = r.id ORDER BY c.entry, c.line`, []any{set}, func(r *sql.Rows) error {
		entry, c, err := scanCorrection(r)
		if err == nil {
			byID[entry].Corrections = append(byID[entry].Corrections, c)
		}
		return err
	})
}

// CorrectionsOfUnits are the entries that put the serial numbers of units right.
func (s *Store) CorrectionsOfUnits(ctx context.Context, units stock.Runs) ([]int64, error) {
	return list(ctx, s, `SELECT DISTINCT c.entry FROM @rows($1: first int, last int) r CROSS JOIN correction c
		WHERE c.unit BETWEEN r.first AND r.last AND c.unit > 0 ORDER BY c.entry`, []any{runsText(units)}, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}

// CorrectionsOf are the entries that put a lot right.
func (s *Store) CorrectionsOf(ctx context.Context, lot int64) ([]int64, error) {
	return list(ctx, s, `SELECT c.entry FROM correction c WHERE c.lot = $1 AND c.lot > 0
		UNION SELECT i.entry FROM item i WHERE i.lot = $1 AND i.flags >= 16 UNION SELECT c.entry FROM lot l JOIN correction c ON c.lot = l.id AND c.lot > 0 WHERE l.same_as = $1 AND l.same_as > 0
		ORDER BY 1`, []any{lot},
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}

// Touched is what a correction of a lot would show under another name.
type Touched struct {
	Place    int64
	Quantity stock.Quantity
}

// TouchedBy lists where the goods of a lot are, and counts the movements that name it, for a look before a correction.
func (s *Store) TouchedBy(ctx context.Context, product, lot int64, limit int) (places []Touched, movements int64, err error) {
	err = s.query(ctx, `SELECT COUNT(DISTINCT i.entry) FROM item i WHERE i.lot = $1 AND i.lot > 0`, []any{lot}, func(r *sql.Rows) error { return r.Scan(&movements) })
	if err != nil {
		return nil, 0, err
	}
	places, err = list(ctx, s, `SELECT b.place, b.quantity FROM balance b WHERE b.product = $1 AND b.lot = $2 AND b.quantity > 0 ORDER BY b.place LIMIT $3`,
		[]any{product, lot, limit}, func(r *sql.Rows) (t Touched, err error) { return t, r.Scan(&t.Place, &t.Quantity) })
	return places, movements, err
}

// pageCorrections reads what the page's entries put right, and gives the lots born in it back what they said at birth: their
// rows say what is right today, their leaves what was said then, and the corrections, each proved by its own leaf, lead from one
// to the other.
func (a *auditor) pageCorrections(p *pageRows) error {
	first, last := p.span()
	err := a.each(`SELECT `+correctionColumns+` FROM correction c WHERE c.entry BETWEEN $1 AND $2 ORDER BY c.entry, c.line`, func(r *sql.Rows) error {
		entry, c, err := scanCorrection(r)
		if err != nil {
			return err
		}
		return a.hang(p, "correction", entry, func(e *pageEntry) { e.Corrections = append(e.Corrections, c) })
	}, first, last)
	if err != nil {
		return err
	}
	made := map[int64][]stock.Correction{}
	err = a.each(`SELECT `+correctionColumns+` FROM lot l JOIN correction c ON c.lot = l.id AND c.lot > 0 WHERE l.birth BETWEEN $1 AND $2 ORDER BY c.entry, c.line`, func(r *sql.Rows) error {
		_, c, err := scanCorrection(r)
		made[c.Lot] = append(made[c.Lot], c)
		return err
	}, first, last)
	if err != nil || len(made) == 0 {
		return err
	}
	for _, e := range p.entries {
		for _, l := range e.Lots {
			if now := fmt.Sprintf("%s %+v of %d", l.Code, l.Dates, l.Source); !l.Uncorrect(made[l.ID]) {
				a.find("lot", record("lot", l.ID), "it says %s, which its corrections do not lead to", now)
			}
		}
	}
	return nil
}

// bornAs gives units back the serial numbers that they were born with: their rows say what is right today.
func (a *auditor) bornAs(units []stock.Unit) error {
	at := map[int64]*stock.Unit{}
	for i := range units {
		at[units[i].ID] = &units[i]
	}
	return a.each(`SELECT `+correctionColumns+` FROM correction c WHERE c.unit BETWEEN $1 AND $2 AND c.unit > 0 ORDER BY c.entry DESC, c.line DESC`, func(r *sql.Rows) error {
		_, c, err := scanCorrection(r)
		u := at[c.Unit]
		if err != nil || u == nil || c.Field == "same_as" {
			return err // another's number names it too
		}
		if u.Serial != c.After || c.Field != "serial" {
			a.find("unit", record("unit", u.ID), "it says %q, which its corrections do not lead to", u.Serial)
		}
		u.Serial = c.Before
		return nil
	}, units[0].ID, units[len(units)-1].ID)
}

// Made is what a correction put right, and the entry that did.
type Made struct {
	Entry int64
	stock.Correction
}

// CorrectionsFrom lists what was put right of lots and units by an entry and later ones, in order: whoever takes them back in turn
// arrives at what was known before that entry.
func (s *Store) CorrectionsFrom(ctx context.Context, entry int64, lots []int64, units stock.Runs) ([]Made, error) {
	var set rowset
	for _, id := range lots {
		set.add(id)
	}
	var out []Made
	for _, q := range []struct{ text, set string }{
		{`SELECT ` + correctionColumns + ` FROM @rows($1: id int) r CROSS JOIN correction c ON c.lot = r.id AND c.lot > 0 WHERE c.entry >= $2 ORDER BY c.entry, c.line`, set.text()},
		{`SELECT ` + correctionColumns + ` FROM @rows($1: first int, last int) r CROSS JOIN correction c ON c.unit BETWEEN r.first AND r.last AND c.unit > 0
			WHERE c.entry >= $2 ORDER BY c.entry, c.line`, runsText(units)},
	} {
		err := s.query(ctx, q.text, []any{q.set, entry}, func(r *sql.Rows) error {
			entry, c, err := scanCorrection(r)
			out = append(out, Made{entry, c})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FormerName is what a lot or a unit of a product was called until a correction.
type FormerName struct {
	Product int64
	Unit    bool
	Code    string
}

// FormerNames lists what lots and units of products were called, with the first entry that said otherwise.
func (s *Store) FormerNames(ctx context.Context, products []int64) (map[FormerName]int64, error) {
	var set rowset
	for _, id := range products {
		set.add(id)
	}
	out := map[FormerName]int64{}
	for _, text := range []string{
		`SELECT l.product, 0, c.before, MIN(c.entry) FROM correction c JOIN lot l ON l.id = c.lot WHERE c.lot > 0 AND c.field = 'lot'
			AND l.product IN (SELECT id FROM @rows($1: id int)) GROUP BY l.product, c.before`,
		`SELECT u.product, 1, c.before, MIN(c.entry) FROM correction c JOIN unit u ON u.id = c.unit WHERE c.unit > 0
			AND u.product IN (SELECT id FROM @rows($1: id int)) GROUP BY u.product, c.before`,
	} {
		err := s.query(ctx, text, []any{set.text()}, func(r *sql.Rows) error {
			var n FormerName
			var unit int
			var entry int64
			err := r.Scan(&n.Product, &unit, &n.Code, &entry)
			n.Unit = unit == 1
			out[n] = entry
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
