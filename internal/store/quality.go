package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"clew/internal/stock"
)

// Evidence is what quality asks of products and what is known of lots.
type Evidence struct {
	Plans, GroupPlans map[int64]*stock.Plan
	Files             map[int64][]*stock.File
	Measured          map[int64][]stock.Measured
}

// Plan is the one that counts for a product, nil for none.
func (e *Evidence) Plan(p *stock.Product) *stock.Plan {
	if plan := e.Plans[p.ID]; plan != nil {
		return plan
	}
	return e.GroupPlans[p.Group]
}

type reader func(text string, args []any, scan func(*sql.Rows) error) error

// evidence reads in sets what is asked of products and groups, and what is known of lots.
func evidence(read reader, products, groups, lots []int64) (*Evidence, error) {
	out := &Evidence{map[int64]*stock.Plan{}, map[int64]*stock.Plan{}, map[int64][]*stock.File{}, map[int64][]stock.Measured{}}
	byID := map[int64]*stock.Plan{}
	err := read(`SELECT q.entry, q.product, q.product_group FROM @rows($1: id int) r JOIN quality_plan q
			ON q.entry = (SELECT MAX(o.entry) FROM quality_plan o WHERE o.product = r.id AND o.product > 0)
		UNION ALL SELECT q.entry, q.product, q.product_group FROM @rows($2: id int) r JOIN quality_plan q
			ON q.entry = (SELECT MAX(o.entry) FROM quality_plan o WHERE o.product_group = r.id AND o.product_group > 0)`,
		[]any{idSet(products), idSet(groups)}, func(r *sql.Rows) error {
			p := &stock.Plan{}
			err := r.Scan(&p.Entry, &p.Product, &p.Group)
			byID[p.Entry] = p
			if p.Product != 0 {
				out.Plans[p.Product] = p
			} else {
				out.GroupPlans[p.Group] = p
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	if err := fillNeeds(read, byID); err != nil {
		return nil, err
	}
	set := idSet(lots)
	err = read(`SELECT `+fileColumns+` FROM @rows($1: id int) r JOIN file f ON f.lot = r.id AND f.lot > 0 ORDER BY f.entry`, []any{set}, func(r *sql.Rows) error {
		_, f, err := scanFile(r)
		out.Files[f.Lot] = append(out.Files[f.Lot], f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, read(`SELECT i.lot, m.name, m.value FROM @rows($1: id int) r JOIN inspection i ON i.lot = r.id AND i.lot > 0 JOIN measured m ON m.entry = i.entry
		ORDER BY i.entry, m.line`, []any{set}, func(r *sql.Rows) error {
		var lot int64
		var m stock.Measured
		err := r.Scan(&lot, &m.Name, &m.Value)
		out.Measured[lot] = append(out.Measured[lot], m)
		return err
	})
}

func fillNeeds(read reader, plans map[int64]*stock.Plan) error {
	var set rowset
	for id := range plans {
		set.add(id)
	}
	return read(`SELECT `+needColumns+` FROM @rows($1: id int) r JOIN quality_need n ON n.entry = r.id ORDER BY n.entry, n.line`, []any{set.text()}, func(r *sql.Rows) error {
		entry, n, err := scanNeed(r)
		if err == nil {
			plans[entry].Needs = append(plans[entry].Needs, n)
		}
		return err
	})
}

// Plans lists the plans that count above an entry, in the order they were set: the newest of each product and group, where it asks for something.
func (s *Store) Plans(ctx context.Context, after int64, limit int) ([]*stock.Plan, error) {
	byID := map[int64]*stock.Plan{}
	rows, err := list(ctx, s, `SELECT q.entry, q.product, q.product_group FROM quality_plan q WHERE q.entry > $1
		AND EXISTS (SELECT 1 FROM quality_need n WHERE n.entry = q.entry)
		AND NOT EXISTS (SELECT 1 FROM quality_plan o WHERE o.product = q.product AND o.product > 0 AND o.entry > q.entry)
		AND NOT EXISTS (SELECT 1 FROM quality_plan o WHERE o.product_group = q.product_group AND o.product_group > 0 AND o.entry > q.entry)
		ORDER BY q.entry LIMIT $2`, []any{after, limit}, func(r *sql.Rows) (*stock.Plan, error) {
		p := &stock.Plan{}
		err := r.Scan(&p.Entry, &p.Product, &p.Group)
		byID[p.Entry] = p
		return p, err
	})
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	return rows, fillNeeds(func(text string, args []any, scan func(*sql.Rows) error) error { return s.query(ctx, text, args, scan) }, byID)
}

const needColumns = `n.entry, n.file, n.name, n.unit, n.least, n.most`

func scanNeed(r *sql.Rows) (entry int64, n stock.Need, err error) {
	var least, most sql.NullInt64
	err = r.Scan(&entry, &n.File, &n.Name, &n.Unit, &least, &most)
	given := func(v sql.NullInt64) *stock.Quantity {
		if !v.Valid {
			return nil
		}
		q := stock.Quantity(v.Int64)
		return &q
	}
	n.Least, n.Most = given(least), given(most)
	return entry, n, err
}

func idSet(list []int64) string {
	var set rowset
	for _, id := range list {
		if id != 0 {
			set.add(id)
		}
	}
	return set.text()
}

// Evidence reads what quality asks of products and groups, and what is known of lots.
func (s *Store) Evidence(ctx context.Context, products, groups, lots []int64) (*Evidence, error) {
	return evidence(func(text string, args []any, scan func(*sql.Rows) error) error { return s.query(ctx, text, args, scan) }, products, groups, lots)
}

// releasedLots loads the lots of what holds hold that are to be released.
func (l *loader) releasedLots() error {
	if len(l.needs.Released) == 0 {
		return nil
	}
	for id := range l.needs.Released {
		h := l.s.Holds[id]
		if h == nil {
			continue
		}
		l.lots[h.Lot] = struct{}{}
		for unit := range h.Units.All() {
			if u := l.s.Units[unit]; u != nil {
				l.lots[u.Lot] = struct{}{}
			}
		}
	}
	delete(l.lots, 0)
	return l.lotIDs()
}

// evidence loads what the releases of holds are judged by: for whatever was loaded, since drafts of the same batch may ask for more,
// put a product into another group or units into another lot.
func (l *loader) evidence() error {
	if len(l.needs.Released) == 0 {
		return nil
	}
	known, err := evidence(func(text string, args []any, scan func(*sql.Rows) error) error {
		return l.each(l.ctx, text, args, scan)
	}, slices.Sorted(maps.Keys(l.s.ProductIDs)), slices.Sorted(maps.Keys(l.s.GroupIDs)), slices.Sorted(maps.Keys(l.s.Lots)))
	if err != nil {
		return err
	}
	l.s.Plans, l.s.GroupPlans, l.s.LotFiles, l.s.Measured = known.Plans, known.GroupPlans, known.Files, known.Measured
	return nil
}

// inspected spreads what the entry asks for and what it measured.
func (s *saver) inspected(e *stock.Entry) {
	if p := e.Plan; p != nil {
		s.plans.add(e.ID, p.Product, p.Group)
		for i, n := range p.Needs {
			s.planNeeds.add(e.ID, i, int(n.File), n.Name, n.Unit, quantity(n.Least), quantity(n.Most))
		}
	}
	if i := e.Inspection; i != nil {
		s.inspections.add(e.ID, i.Lot)
		for line, m := range i.Values {
			s.measured.add(e.ID, line, m.Name, int64(m.Value))
		}
	}
}

func (s *saver) inspect() error {
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.plans, `INSERT INTO quality_plan (entry, product, product_group) SELECT * FROM @rows($1: entry int, product int, product_group int)`},
		{&s.planNeeds, `INSERT INTO quality_need (entry, line, file, name, unit, least, most)
			SELECT * FROM @rows($1: entry int, line int, file int, name text, unit text, least int, most int)`},
		{&s.inspections, `INSERT INTO inspection (entry, lot) SELECT * FROM @rows($1: entry int, lot int)`},
		{&s.measured, `INSERT INTO measured (entry, line, name, value) SELECT * FROM @rows($1: entry int, line int, name text, value int)`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return nil
}

// fillQuality adds to entries what they ask for and what they measured.
func (s *Store) fillQuality(ctx context.Context, byID map[int64]*stock.Entry) error {
	plans := map[int64]*stock.Plan{}
	var set rowset
	for id, e := range byID {
		switch e.Kind {
		case stock.KindPlan:
			e.Plan = &stock.Plan{Entry: id}
			plans[id] = e.Plan
			set.add(id)
		case stock.KindInspection:
			set.add(id)
		}
	}
	if set.n == 0 {
		return nil
	}
	args := []any{set.text()}
	if len(plans) > 0 {
		err := s.query(ctx, `SELECT q.entry, q.product, q.product_group FROM @rows($1: id int) r JOIN quality_plan q ON q.entry = r.id`, args, func(r *sql.Rows) error {
			var entry, product, group int64
			err := r.Scan(&entry, &product, &group)
			plans[entry].Product, plans[entry].Group = product, group
			return err
		})
		if err != nil {
			return err
		}
		if err := fillNeeds(func(text string, args []any, scan func(*sql.Rows) error) error { return s.query(ctx, text, args, scan) }, plans); err != nil {
			return err
		}
	}
	err := s.query(ctx, `SELECT i.entry, i.lot FROM @rows($1: id int) r JOIN inspection i ON i.entry = r.id`, args, func(r *sql.Rows) error {
		var entry, lot int64
		err := r.Scan(&entry, &lot)
		byID[entry].Inspection = &stock.Inspection{Lot: lot}
		return err
	})
	if err != nil {
		return err
	}
	return s.query(ctx, `SELECT m.entry, m.name, m.value FROM @rows($1: id int) r JOIN measured m ON m.entry = r.id ORDER BY m.entry, m.line`, args, func(r *sql.Rows) error {
		var entry int64
		var m stock.Measured
		err := r.Scan(&entry, &m.Name, &m.Value)
		i := byID[entry].Inspection
		i.Values = append(i.Values, m)
		return err
	})
}

// InspectionsOf are the entries that inspected a lot.
func (s *Store) InspectionsOf(ctx context.Context, lot int64) ([]int64, error) {
	return list(ctx, s, `SELECT i.entry FROM inspection i WHERE i.lot = $1 AND i.lot > 0 ORDER BY i.entry`, []any{lot},
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}

// pageInspected reads what the page's entries ask for and measured.
func (a *auditor) pageInspected(p *pageRows) error {
	first, last := p.span()
	err := a.each(`SELECT q.entry, q.product, q.product_group FROM quality_plan q WHERE q.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		plan := &stock.Plan{}
		if err := r.Scan(&plan.Entry, &plan.Product, &plan.Group); err != nil {
			return err
		}
		return a.hang(p, "quality_plan", plan.Entry, func(e *pageEntry) { e.Plan = plan })
	}, first, last)
	if err != nil {
		return err
	}
	err = a.each(`SELECT `+needColumns+` FROM quality_need n WHERE n.entry BETWEEN $1 AND $2 ORDER BY n.entry, n.line`, func(r *sql.Rows) error {
		entry, n, err := scanNeed(r)
		if err != nil {
			return err
		}
		return a.hang(p, "quality_need", entry, func(e *pageEntry) {
			if e.Plan == nil {
				e.Plan = &stock.Plan{} // its row is gone: the leaf says more
			}
			e.Plan.Needs = append(e.Plan.Needs, n)
		})
	}, first, last)
	if err != nil {
		return err
	}
	err = a.each(`SELECT i.entry, i.lot FROM inspection i WHERE i.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		var entry, lot int64
		if err := r.Scan(&entry, &lot); err != nil {
			return err
		}
		return a.hang(p, "inspection", entry, func(e *pageEntry) { e.Inspection = &stock.Inspection{Lot: lot} })
	}, first, last)
	if err != nil {
		return err
	}
	return a.each(`SELECT m.entry, m.name, m.value FROM measured m WHERE m.entry BETWEEN $1 AND $2 ORDER BY m.entry, m.line`, func(r *sql.Rows) error {
		var entry int64
		var m stock.Measured
		if err := r.Scan(&entry, &m.Name, &m.Value); err != nil {
			return err
		}
		return a.hang(p, "measured", entry, func(e *pageEntry) {
			if e.Inspection == nil {
				e.Inspection = &stock.Inspection{}
			}
			e.Inspection.Values = append(e.Inspection.Values, m)
		})
	}, first, last)
}

// Available reads what of lots is at hand, place by place.
func (s *Store) Available(ctx context.Context, lots []int64) ([]StockRow, error) {
	return list(ctx, s, `SELECT b.product, b.lot, b.place, b.quantity, b.site FROM @rows($1: id int) r JOIN lot l ON l.id = r.id
		JOIN balance b ON b.product = l.product AND b.lot = l.id WHERE b.site > 0 AND b.quantity > 0 ORDER BY b.lot, b.place`, []any{idSet(lots)},
		func(r *sql.Rows) (row StockRow, err error) {
			return row, r.Scan(&row.Slot.Product, &row.Slot.Lot, &row.Slot.Place, &row.Balance.Quantity, &row.Site)
		})
}
