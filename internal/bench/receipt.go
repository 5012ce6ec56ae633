package bench

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// receipt measures one call that receives many serials, each named, against inserting the same rows.
func (r *run) receipt() error {
	n := r.unit
	var best, floor time.Duration
	for round := range 3 {
		took, err := r.receiptOnce(n, fmt.Sprintf("receipt%d", round))
		if err != nil {
			return err
		}
		bare, err := r.receiptFloor(n, fmt.Sprintf("receipt-floor%d", round))
		if err != nil {
			return err
		}
		if round == 0 || took < best {
			best = took
		}
		if round == 0 || bare < floor {
			floor = bare
		}
	}
	r.add(fmt.Sprintf("receive %d serials in one call, best of 3", n), rate(n, best), rate(n, floor), percent(floor.Seconds(), best.Seconds()), ">= 50 %, 100,000/s")
	return nil
}

func receiptBody(n, first int) []byte {
	units := make([]string, n)
	for i := range units {
		units[i] = serial("BIKE", first+i)
	}
	list, _ := json.Marshal(units)
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","to":"DOCK","units":%s}]}`, list)
	return b.Bytes()
}

func (r *run) receiptOnce(n int, name string) (time.Duration, error) {
	l, err := r.build(r.dir(name))
	if err != nil {
		return 0, err
	}
	l.Close()
	s, err := r.serve(r.dir(name))
	if err != nil {
		return 0, err
	}
	defer r.close(s)
	body := receiptBody(n, 0)
	start := time.Now()
	_, err = s.post(r.ctx, "/v1/movements", "receipt", body)
	return time.Since(start), err
}

// receiptFloor inserts the rows of such a receipt into the same tables with nothing around it.
func (r *run) receiptFloor(n int, name string) (time.Duration, error) {
	l, err := r.build(r.dir(name))
	if err != nil {
		return 0, err
	}
	l.Close()
	db, err := bare(r.dir(name))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	units := make([]string, n)
	for i := range units {
		units[i] = serial("BIKE", i)
	}
	leaf := make([]byte, 120)
	start := time.Now()
	list, _ := json.Marshal(units)
	err = inTx(db, func(tx *sql.Tx) error {
		for _, step := range []struct {
			text string
			args []any
		}{
			{`INSERT INTO unit (id, product, serial, lot, place, holds, flags) SELECT key + 1, 3, value, 0, 40, 0, 0 FROM json_each(?1)`, []any{string(list)}},
			{`INSERT INTO item_unit (unit, item, role) SELECT id, 1, 0 FROM unit WHERE id BETWEEN 1 AND ?1`, []any{n}},
			{insertItem, []any{1, 100, 3, 0, n * 1000000, 50, 40}},
			{insertEntry, []any{100, 11, 1, 1, leaf, "receipt"}},
			{upsertBalance, []any{3, 0, 40, 1, n}}, {upsertBalance, []any{3, 0, 50, 0, -n}},
		} {
			if _, err := tx.Exec(step.text, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return time.Since(start), err
}

const (
	insertEntry = `INSERT INTO entry (id, kind, occurred_at, recorded_at, actor, device, capture, site, partner, address, about, first_item, items, client_key, request_hash, leaf)
		VALUES (?1, ?2, 1790000000000, 1790000000000, 1, 0, 0, 1, 1, 50, 0, ?3, ?4, ?6, zeroblob(32), ?5)`
	insertItem = `INSERT INTO item (id, entry, product, lot, quantity, from_place, to_place, known, role, grp, about, flags, units)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 3, 0, 0, 0, 0, x'0102')`
	upsertBalance = `INSERT INTO balance (product, lot, place, site, quantity, second) VALUES (?1, ?2, ?3, ?4, ?5, 0)
		ON CONFLICT (product, lot, place) DO UPDATE SET quantity = balance.quantity + excluded.quantity`
)

func inTx(db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}
