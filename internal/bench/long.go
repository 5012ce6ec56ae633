package bench

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

const (
	day   = 24 * time.Hour
	year  = 365 * day
	years = 2 * year
)

// long builds the big data set, a million units moved ten times, and a million lot movements, over two years, and measures what
// must stay flat on it: the history of one unit, stock on hand and as it was, bytes on disk, the time to start.
func (r *run) long() error {
	data := r.dir("long")
	l, err := r.buildSince(data, years)
	if err != nil {
		return err
	}
	units := 10 * r.unit
	empty, err := size(data)
	if err != nil {
		return err
	}
	for first := 0; first < units; first += r.unit {
		if err := l.receive("BIKE", first, r.unit); err != nil {
			return err
		}
	}
	born, err := size(data)
	if err != nil {
		return err
	}
	r.add("bytes on disk for a unit's birth", fmt.Sprintf("%.0f", float64(born-empty)/float64(units)), "", "", "")
	// A tenth of the units goes and comes back, so that the rest of the story begins with all of them at the dock.
	for round := range 2 {
		if err := r.moveAll(l, units, round, 2, units/10, years-time.Duration(round)*20*day); err != nil {
			return err
		}
	}
	l.Close()
	if err := r.history(data, units/10, fmt.Sprintf("history of one unit, %d moves in the ledger", units/5)); err != nil {
		return err
	}
	if l, err = r.buildSince(data, year); err != nil {
		return err
	}
	start := time.Now()
	for round := range 10 {
		if err := r.moveAll(l, units, round, 10, units, year-time.Duration(round)*20*day); err != nil {
			return err
		}
	}
	took := time.Since(start)
	moved, err := size(data)
	if err != nil {
		return err
	}
	moves := 10*units + units/5
	r.add("unit moves, 100 units an item, 50 items a call (not HTTP)", rate(10*units, took), "", "", "")
	r.add(fmt.Sprintf("bytes on disk for a unit moved, %d moves", moves), fmt.Sprintf("%.1f", float64(moved-born)/float64(moves)), "", "", "<= 35")
	lots, err := r.lotMoves(l)
	if err != nil {
		return err
	}
	l.Close()
	if err := r.history(data, units, fmt.Sprintf("history of one unit, %d moves in the ledger", moves)); err != nil {
		return err
	}
	if err := r.onHand(data, lots); err != nil {
		return err
	}
	return r.past(data, moves)
}

// moveAll moves the first n units to the other place, 100 units an item, 50 movements in a batch, over twenty days that begin so long ago.
func (r *run) moveAll(l *ledger, units, round, rounds, n int, ago time.Duration) error {
	to := []string{"SHELF", "DOCK"}[round%2]
	for first := 0; first < n; first += 5000 {
		l.ago(ago - 20*day/time.Duration(n)*time.Duration(first))
		var drafts []*stock.Draft
		for u := first; u < first+5000 && u < n; u += 100 {
			drafts = append(drafts, &stock.Draft{By: auth.AtMachine, Actor: "bench", Key: fmt.Sprintf("m%d-%d-%d", rounds, round, u), Body: &stock.MovementDraft{
				Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: span("BIKE", u, 100), To: to}}}})
		}
		if err := l.drafts(drafts); err != nil {
			return err
		}
		if first%(units/4) == 0 {
			fmt.Fprintf(r.Log, "          round %d of %d: %d units\n", round+1, rounds, first)
		}
	}
	return nil
}

// lotMoves receives lots and moves them about, a million movements in all; it returns how many lots there are.
func (r *run) lotMoves(l *ledger) (int, error) {
	lots, moves := r.unit/20, 10*r.unit
	amount, some := stock.Units(1000), stock.Units(1)
	for first := 0; first < moves; first += 250 {
		l.ago(160*day - 160*day/time.Duration(moves)*time.Duration(first))
		var drafts []*stock.Draft
		for i := first; i < first+250; i++ {
			lot := fmt.Sprintf("L%06d", i%lots)
			m := &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "PALLET", Lot: lot, Quantity: &some, From: "DOCK", To: "SHELF"}}}
			if i < lots {
				m = &stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "PALLET", Lot: lot, Quantity: &amount, To: "DOCK"}}}
			}
			drafts = append(drafts, &stock.Draft{By: auth.AtMachine, Actor: "bench", Key: fmt.Sprintf("lot-%d", i), Body: m})
		}
		if err := l.drafts(drafts); err != nil {
			return 0, err
		}
		if first%(2*r.unit) == 0 {
			fmt.Fprintf(r.Log, "          %d lot movements\n", first)
		}
	}
	return lots, nil
}

// history measures the history of random units over HTTP, and the bare query for the same.
func (r *run) history(data string, units int, what string) error {
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	r.add("  start to first answer", ms(s.first), "", "", "< 500 ms")
	random := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	for range 300 {
		code := serial("BIKE", random.IntN(units))
		start := time.Now()
		if _, err := s.get(r.ctx, "/v1/history/"+code+"?product=BIKE"); err != nil {
			return err
		}
		all = append(all, time.Since(start))
	}
	r.close(s)
	db, err := bare(data)
	if err != nil {
		return err
	}
	defer db.Close()
	stmt, err := db.Prepare(`SELECT e.id, e.kind, e.occurred_at, i.from_place, i.to_place FROM unit u JOIN item_unit x ON x.unit = u.id
		JOIN item i ON i.id = x.item JOIN entry e ON e.id = i.entry WHERE u.serial = ?1 AND u.product = (SELECT id FROM product WHERE sku = 'BIKE') ORDER BY i.id`)
	if err != nil {
		return err
	}
	var floor []time.Duration
	for range 300 {
		code := serial("BIKE", random.IntN(units))
		start := time.Now()
		if _, err := drain(stmt.Query(code)); err != nil {
			return err
		}
		floor = append(floor, time.Since(start))
	}
	r.add(what+", median", ms(quantile(all, 0.5)), ms(quantile(floor, 0.5)), times(quantile(all, 0.5), quantile(floor, 0.5)), "< 1 ms")
	return nil
}

func drain(rows *sql.Rows, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	into := make([]any, len(cols))
	for i := range into {
		into[i] = new(any)
	}
	n := 0
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
