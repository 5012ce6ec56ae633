package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Whereabouts is how much of some goods is at a place.
type Whereabouts struct {
	Of       int // which of the goods asked for
	Place    int64
	Quantity stock.Quantity
	Units    int64
}

// WhereNow tells place by place where goods are: lots by their balances, units by counting. What was used up of a
// lot is nowhere; a unit that is built in is in production.
func (v *View) WhereNow(ctx context.Context, goods []trace.Goods, visit func(Whereabouts)) error {
	if v.past != nil {
		return v.whereThen(ctx, goods, visit)
	}
	return v.Store.whereNow(ctx, goods, visit)
}

func (s *Store) whereNow(ctx context.Context, goods []trace.Goods, visit func(Whereabouts)) error {
	var lots rowset
	units := map[int]struct{}{}
	for i, g := range goods {
		switch {
		case len(g.Units) > 0:
			units[i] = struct{}{}
		case g.Lot != 0:
			lots.add(i, g.Product, g.Lot)
		}
	}
	if lots.n > 0 {
		err := s.query(ctx, `SELECT r.i, b.place, b.quantity FROM @rows($1: i int, product int, lot int) r
			CROSS JOIN balance b JOIN place p ON p.id = b.place
			WHERE b.product = r.product AND b.lot = r.lot AND b.quantity > 0 AND p.kind <> $2`, []any{lots.text(), int(stock.PlaceProduction)}, func(r *sql.Rows) error {
			var w Whereabouts
			err := r.Scan(&w.Of, &w.Place, &w.Quantity)
			visit(w)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.unitsNow(ctx, goods, units, visit)
}

// unitsNow counts units by place. Few runs are counted in the index of the places where their product has stock, which
// reads no unit; scattered ones, and those of which some are elsewhere, are looked up one by one inside the engine.
func (s *Store) unitsNow(ctx context.Context, goods []trace.Goods, want map[int]struct{}, visit func(Whereabouts)) error {
	products := map[int64]struct{}{}
	for i := range want {
		products[goods[i].Product] = struct{}{}
	}
	places := map[int64][]int64{}
	for product := range products {
		if s.shared {
			break
		}
		at, err := s.placesOf(ctx, product)
		if err != nil {
			return err
		}
		places[product] = at
	}
	var seeks, scans rowset
	for i := range goods {
		if _, ok := want[i]; !ok {
			continue
		}
		g := &goods[i]
		at := places[g.Product]
		if s.shared || int64(len(g.Units)*len(at)) > 1000+g.Units.Count()/4 { // an index of PostgreSQL has no ids to count by
			addRuns(&scans, i, g.Units)
			continue
		}
		for _, place := range at {
			for _, run := range g.Units {
				seeks.ints(int64(i), g.Product, place, run.First, run.Last)
			}
		}
	}
	found := map[int]int64{}
	if seeks.n > 0 {
		counts := map[[2]int64]int64{}
		err := s.query(ctx, `SELECT r.i, r.place, (SELECT COUNT(*) FROM unit u WHERE u.place = r.place AND u.product = r.product AND u.id BETWEEN r.first AND r.last)
			FROM @rows($1: i int, product int, place int, first int, last int) r`, []any{seeks.text()}, func(r *sql.Rows) error {
			var i, place, n int64
			err := r.Scan(&i, &place, &n)
			counts[[2]int64{i, place}] += n
			found[int(i)] += n
			return err
		})
		if err != nil {
			return err
		}
		for i := range found {
			if found[i] != goods[i].Units.Count() {
				addRuns(&scans, i, goods[i].Units)
			}
		}
		for key, n := range counts {
			if i := int(key[0]); n > 0 && found[i] == goods[i].Units.Count() {
				visit(Whereabouts{Of: i, Place: key[1], Quantity: stock.Units(n), Units: n})
			}
		}
	}
	if scans.n == 0 {
		return nil
	}
	return s.query(ctx, `SELECT r.i, u.place, COUNT(*) FROM @rows($1: i int, first int, last int) r
		@each(unit u: u.id BETWEEN r.first AND r.last) GROUP BY r.i, u.place`, []any{scans.text()}, func(r *sql.Rows) error {
		var w Whereabouts
		err := r.Scan(&w.Of, &w.Place, &w.Units)
		w.Quantity = stock.Units(w.Units)
		visit(w)
		return err
	})
}

func addRuns(set *rowset, i int, runs stock.Runs) {
	for _, run := range runs {
		set.ints(int64(i), run.First, run.Last)
	}
}

// placesOf lists where units of a product may be: where it has a balance, and production, where made and used units cancel out.
func (s *Store) placesOf(ctx context.Context, product int64) ([]int64, error) {
	var out []int64
	err := s.query(ctx, `SELECT b.place FROM balance b WHERE b.product = $1 UNION SELECT p.id FROM place p WHERE p.kind = $2`,
		[]any{product, int(stock.PlaceProduction)}, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// LotUnits are all units that ever were of a lot of serial-tracked goods.
func (s *View) LotUnits(ctx context.Context, lot int64) (stock.Runs, error) {
	var out stock.Runs
	const corrects = `i.about > 0 AND EXISTS (SELECT 1 FROM entry e WHERE e.id = i.entry AND e.kind = $4)`
	args := []any{lot, flagBorn, int(stock.Output), int(stock.KindCorrection)}
	where := s.items("i", &args)
	err := s.query(ctx, `SELECT i.units, CASE WHEN i.flags < 16 AND `+corrects+` THEN 1 ELSE 0 END FROM item i WHERE i.lot = $1 AND i.lot > 0 AND i.units IS NOT NULL
		AND (i.flags & $2 > 0 OR i.role = $3 OR `+corrects+`)`+where+` ORDER BY i.id`, args, func(r *sql.Rows) error {
		var blob []byte
		var takenBack bool // they were found to be of another lot
		if err := r.Scan(&blob, &takenBack); err != nil {
			return err
		}
		units, err := unpack(blob)
		if takenBack {
			out = out.Minus(units)
		} else {
			out = out.Union(units)
		}
		return err
	})
	return out, err
}
