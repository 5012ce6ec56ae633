package store

import (
	"context"
	"database/sql"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// Receipt is how much of some goods came from a partner, less what was reversed.
type Receipt struct {
	Product  int64
	Lot      int64
	Partner  int64
	Quantity stock.Quantity
	Units    stock.Runs // for goods without lot
}

// Received tells from whom lots and units came, at most so many lots.
func (s *View) Received(ctx context.Context, nodes trace.Nodes, limit int) ([]Receipt, error) {
	var out []Receipt
	const received = `CAST(SUM(CASE WHEN e.kind = $2 OR i.flags >= 16 THEN i.quantity ELSE 0 - i.quantity END) AS BIGINT)`
	const from = `JOIN entry e ON e.id = i.entry JOIN entry o ON o.id = CASE WHEN e.kind = $2 THEN e.id WHEN e.kind = $3 THEN e.about
		WHEN e.kind = $5 THEN (SELECT a.entry FROM item a WHERE a.id = i.about) ELSE 0 END AND o.kind = $2`
	args := []any{"", int(stock.KindReceive), int(stock.KindReversal), limit, int(stock.KindCorrection)}
	take := func(r *sql.Rows) error {
		var v Receipt
		err := r.Scan(&v.Product, &v.Lot, &v.Partner, &v.Quantity)
		out = append(out, v)
		return err
	}
	if len(nodes.Lots) > 0 {
		args[0] = ids(nodes.Lots.All())
		where := s.items("i", &args)
		err := s.query(ctx, `SELECT i.product, i.lot, o.partner, `+received+` FROM @rows($1: lot int) r
			CROSS JOIN item i `+from+` WHERE i.lot = r.lot AND i.lot > 0 AND i.role = 0`+where+` GROUP BY i.product, i.lot, o.partner ORDER BY i.product, i.lot LIMIT $4`, args, take)
		if err != nil {
			return nil, err
		}
	}
	if len(nodes.Units) == 0 {
		return out, nil
	}
	first := map[[3]int64]int{}
	args = []any{runsText(nodes.Units), int(stock.KindReceive), int(stock.KindCorrection)}
	where := s.items("i", &args)
	err := s.query(ctx, `SELECT i.product, i.lot, o.partner, i.units, i.about > 0 AND i.flags < 16 FROM (SELECT DISTINCT u.item FROM @rows($1: first int, last int) r CROSS JOIN item_unit u
			WHERE u.unit BETWEEN r.first AND r.last AND u.role = 0) k CROSS JOIN item i JOIN entry e ON e.id = i.entry
		JOIN entry o ON o.id = CASE WHEN e.kind = $2 THEN e.id WHEN e.kind = $3 THEN (SELECT a.entry FROM item a WHERE a.id = i.about) ELSE 0 END AND o.kind = $2
		WHERE i.id = k.item`+where+`
		ORDER BY i.id`, args, func(r *sql.Rows) error {
		var v Receipt
		var blob sql.RawBytes
		var back bool // a correction found it to be of other goods
		if err := r.Scan(&v.Product, &v.Lot, &v.Partner, &blob, &back); err != nil {
			return err
		}
		units, err := unpack(blob)
		key := [3]int64{v.Product, v.Lot, v.Partner}
		i, ok := first[key]
		if !ok {
			if len(out) >= limit {
				return err
			}
			i = len(out)
			first[key] = i
			out = append(out, v)
		}
		if units = units.Intersect(nodes.Units); back {
			out[i].Units = out[i].Units.Minus(units)
		} else {
			out[i].Units = out[i].Units.Union(units)
		}
		out[i].Quantity = stock.Units(out[i].Units.Count())
		return err
	})
	for _, i := range first {
		out[i].Product *= min(out[i].Units.Count(), 1)
	}
	return slices.DeleteFunc(out, func(r Receipt) bool { return r.Product == 0 }), err
}

// UnknownHistory lists lots among the nodes of which the ledger does not know where they came from, and counts such units by product.
func (s *Store) UnknownHistory(ctx context.Context, nodes trace.Nodes, limit int) (lots []int64, units map[int64]int64, err error) {
	if len(nodes.Lots) > 0 {
		err = s.query(ctx, `SELECT l.id FROM @rows($1: first int, last int) r CROSS JOIN lot l WHERE l.id BETWEEN r.first AND r.last AND l.history_unknown = 1
			ORDER BY l.id LIMIT $2`, []any{runsText(nodes.Lots), limit}, func(r *sql.Rows) error {
			var id int64
			err := r.Scan(&id)
			lots = append(lots, id)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	units = map[int64]int64{}
	if len(nodes.Units) == 0 {
		return lots, units, nil
	}
	err = s.query(ctx, `SELECT u.product, COUNT(*) FROM @rows($1: first int, last int) r CROSS JOIN unit u WHERE u.id BETWEEN r.first AND r.last AND u.flags > 0
		GROUP BY u.product`, []any{runsText(nodes.Units)}, func(r *sql.Rows) error {
		var product, n int64
		err := r.Scan(&product, &n)
		units[product] = n
		return err
	})
	return lots, units, err
}
