package bench

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"clew/internal/stock"
)

// traces measures the downstream trace of one supplier lot over HTTP, through three levels to places and customers,
// against the bare search: the same tables, level by level, with nothing read but what finds the next level.
func (r *run) traces(how string, build func(*ledger, int) error, aim string) error {
	for _, n := range []int{r.unit / 10, r.unit} {
		data := r.dir(fmt.Sprintf("trace-%s-%d", how, n))
		l, err := r.build(data)
		if err != nil {
			return err
		}
		if err := build(l, n); err != nil {
			return err
		}
		l.Close()
		s, err := r.serve(data)
		if err != nil {
			return err
		}
		var all []time.Duration
		for range 9 {
			start := time.Now()
			if _, err := s.get(r.ctx, "/v1/trace/C1?direction=down"); err != nil {
				return err
			}
			all = append(all, time.Since(start))
		}
		r.close(s)
		floor, found, err := r.bareTrace(data)
		if err != nil {
			return err
		}
		if found != int64(2*n) {
			return fmt.Errorf("the bare search found %d units, not %d", found, 2*n)
		}
		r.add(r.where()+fmt.Sprintf("trace a lot to %d units made %s", n, how), ms(quantile(all, 0.5)), ms(floor), times(quantile(all, 0.5), floor), aim+", <= 2 x")
	}
	return nil
}

// buildRuns makes packs of a lot in runs of 1000, bikes of the packs in runs of 1000, and ships two thirds.
func (r *run) buildRuns(l *ledger, n int) error {
	if err := l.cells(n); err != nil {
		return err
	}
	for first := 0; first < n; first += 1000 {
		amount := stock.Units(1)
		if err := l.post(
			&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: []stock.Group{{
				Inputs:  []stock.ItemDraft{{Product: "CELL", Lot: "C1", Quantity: &amount}},
				Outputs: []stock.ItemDraft{{Product: "PACK", Units: span("PACK", first, 1000), To: "DOCK"}}}}},
			&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: []stock.Group{{
				Inputs:  []stock.ItemDraft{{Product: "PACK", Units: span("PACK", first, 1000)}},
				Outputs: []stock.ItemDraft{{Product: "BIKE", Units: span("BIKE", first, 1000), To: "DOCK"}}}}}); err != nil {
			return err
		}
	}
	return l.ship(n)
}

// buildAssemblies makes each pack and each bike in a group of its own, 500 groups in a call.
func (r *run) buildAssemblies(l *ledger, n int) error {
	if err := l.cells(n); err != nil {
		return err
	}
	for first := 0; first < n; first += 500 {
		packs := &stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN"}
		bikes := &stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN"}
		for i := first; i < first+500; i++ {
			amount := stock.One / 1000
			packs.Groups = append(packs.Groups, stock.Group{
				Inputs:  []stock.ItemDraft{{Product: "CELL", Lot: "C1", Quantity: &amount}},
				Outputs: []stock.ItemDraft{{Product: "PACK", Units: []string{serial("PACK", i)}, To: "DOCK"}}})
			bikes.Groups = append(bikes.Groups, stock.Group{
				Inputs:  []stock.ItemDraft{{Product: "PACK", Units: []string{serial("PACK", i)}}},
				Outputs: []stock.ItemDraft{{Product: "BIKE", Units: []string{serial("BIKE", i)}, To: "DOCK"}}})
		}
		if err := l.post(packs, bikes); err != nil {
			return err
		}
	}
	return l.ship(n)
}

func (l *ledger) cells(n int) error {
	amount := stock.Units(n)
	return l.post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL",
		Items: []stock.ItemDraft{{Product: "CELL", Lot: "C1", Quantity: &amount, To: "DOCK"}}})
}

// ship sends a third to each of two customers.
func (l *ledger) ship(n int) error {
	var bodies []stock.Body
	for first := 0; first+100 <= n*2/3; first += 100 {
		bodies = append(bodies, &stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: []string{"SHOP", "STORE"}[first/100%2],
			Items: []stock.ItemDraft{{Product: "BIKE", Units: span("BIKE", first, 100)}}})
	}
	return l.post(bodies...)
}

// traceFloor is the bare search, and how many units it found.
func (r *run) traceFloor(data string) (time.Duration, int64, error) {
	db, err := bare(data)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	var all []time.Duration
	var found int64
	for range 9 {
		start := time.Now()
		found = 0
		frontier, err := outputs(db, `SELECT o.units FROM item i JOIN item o ON o.entry = i.entry AND o.grp = i.grp AND o.role = 2 AND o.role > 0
			WHERE i.lot = (SELECT id FROM lot WHERE code = 'C1') AND i.lot > 0 AND i.role = 1`)
		for err == nil && len(frontier) > 0 {
			found += frontier.Count()
			list := runList(frontier)
			if err = places(db, list); err != nil {
				break
			}
			frontier, err = outputs(db, `SELECT o.units FROM (SELECT DISTINCT u.item FROM json_each(?1) j CROSS JOIN item_unit u
				WHERE u.unit BETWEEN j.value ->> 0 AND j.value ->> 1 AND u.role = 1) u CROSS JOIN item i ON i.id = u.item
				CROSS JOIN item o ON o.entry = i.entry AND o.grp = i.grp AND o.role = 2 AND o.role > 0`, list)
		}
		if err != nil {
			return 0, 0, err
		}
		all = append(all, time.Since(start))
	}
	return quantile(all, 0.5), found, nil
}

func outputs(db *sql.DB, text string, args ...any) (stock.Runs, error) {
	rows, err := db.Query(text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	var out stock.Runs
	for rows.Next() {
		var blob sql.RawBytes
		if err := rows.Scan(&blob); err != nil {
			return nil, err
		}
		units, err := stock.UnpackRuns(blob)
		if err != nil {
			return nil, err
		}
		for id := range units.All() {
			ids = append(ids, id)
		}
	}
	out = stock.RunsOf(ids)
	return out, rows.Err()
}

func runList(units stock.Runs) string {
	pairs := make([][2]int64, len(units))
	for i, run := range units {
		pairs[i] = [2]int64{run.First, run.Last}
	}
	text, _ := json.Marshal(pairs)
	return string(text)
}

// places counts where the units of a level are.
func places(db *sql.DB, list string) error {
	rows, err := db.Query(`SELECT u.place, COUNT(*) FROM json_each(?1) j CROSS JOIN unit u WHERE u.id BETWEEN j.value ->> 0 AND j.value ->> 1 GROUP BY u.place`, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var place, n int64
		if err := rows.Scan(&place, &n); err != nil {
			return err
		}
	}
	return rows.Err()
}
