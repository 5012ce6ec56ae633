package store

import (
	"database/sql"
	"fmt"
	"slices"

	"clew/internal/stock"
)

// compare holds the current state in the tables against the recomputed one.
func (a *auditor) compare() error {
	for _, step := range []func() error{a.compareHead, a.compareUnits, a.compareHistory, a.compareBalances, a.comparePasts, a.compareHolds, a.compareExceptions, a.compareReversals, a.compareCounters,
		a.comparePackaging, a.compareBarcodes, a.compareLater, a.compareAudited, a.compareSettings, a.compareErasures, a.compareKeys, a.compareWords, a.compareDated, a.compareStrays, a.compareSeals, a.compareAgainst} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (a *auditor) compareHead() error {
	var n stock.Next
	var recorded stock.Time
	var ledger string
	err := a.each(`SELECT ledger, recorded_at, next_entry, next_item, next_unit, next_lot, next_master FROM ledger_head WHERE id = 1`, func(r *sql.Rows) error {
		return r.Scan(&ledger, &recorded, &n.Entry, &n.Item, &n.Unit, &n.Lot, &n.Master)
	})
	if err != nil {
		return err
	}
	if n != a.next || recorded != a.recorded {
		a.find("head", "ledger_head", "the next ids are %+v at %s, the entries say %+v at %s", n, recorded, a.next, a.recorded)
	}
	if n.Entry > a.next.Entry {
		a.find("entry", record("entry", a.next.Entry), "it is missing: the head says that %d entries were made", n.Entry-1)
	}
	if ledger != a.report.Ledger {
		a.find("head", "ledger_head", "the ledger calls itself %q, it was opened as %q", ledger, a.report.Ledger)
	}
	return nil
}

func (a *auditor) compareUnits() error {
	next := int64(1)
	var id, product, lot, place, holds int64
	err := a.each(`SELECT id, product, lot, place, holds FROM unit ORDER BY id`, func(r *sql.Rows) error {
		if err := r.Scan(&id, &product, &lot, &place, &holds); err != nil {
			return err
		}
		if id != next {
			a.find("unit", record("unit", next), "it is missing: after it comes unit %d", id)
		}
		next = id + 1
		if id < 1 || id >= int64(len(a.units)) {
			a.find("unit", record("unit", id), "no entry bears it")
			return nil
		}
		u := &a.units[id]
		if place != int64(u.place) || lot != int64(u.lot) || product != int64(u.product) {
			a.find("unit", record("unit", id), "it is of product %d and lot %d at place %d, the entries say %d, %d and %d", product, lot, place, u.product, u.lot, u.place)
		}
		if holds != int64(u.holds) {
			a.find("hold", record("unit", id), "%d holds name it, the entries say %d", holds, u.holds)
		}
		return nil
	})
	if err == nil && next < a.next.Unit {
		a.find("unit", record("unit", next), "it is missing: the entries bear %d units", a.next.Unit-1)
	}
	return err
}

// compareHistory checks the index of units' histories against what the items said.
func (a *auditor) compareHistory() error {
	at, history := int64(0), uint64(0)
	var bad []int64
	judge := func() {
		if at == 0 || at < int64(len(a.units)) && a.units[at].history == history {
			return
		}
		if _, seen := a.kinds["history"]; !seen {
			bad = append(bad, at)
		}
		a.find("history", record("unit", at), "the index of its history is not what the items say")
	}
	var unit, item, role int64
	err := a.each(`SELECT unit, item, role FROM item_unit ORDER BY unit, item`, func(r *sql.Rows) error {
		if err := r.Scan(&unit, &item, &role); err != nil {
			return err
		}
		if unit != at {
			judge()
			if unit != at+1 && at+1 < int64(len(a.units)) {
				a.find("history", record("unit", at+1), "its history is missing")
			}
			at, history = unit, 0
		}
		history = digestItem(history, item, role)
		return nil
	})
	if err != nil {
		return err
	}
	judge()
	if at+1 < int64(len(a.units)) {
		a.find("history", record("unit", at+1), "its history is missing")
	}
	for _, id := range bad {
		if err := a.explainHistory(id); err != nil {
			return err
		}
	}
	return nil
}

// explainHistory looks for the row that should not be there; where there is none, one is missing.
func (a *auditor) explainHistory(id int64) error {
	why := "an item is missing in it"
	err := a.each(`SELECT u.item, u.role, i.role, i.units FROM item_unit u LEFT JOIN item i ON i.id = u.item WHERE u.unit = $1 ORDER BY u.item`, func(r *sql.Rows) error {
		var item, role int64
		var is sql.NullInt64
		var packed []byte
		if err := r.Scan(&item, &role, &is, &packed); err != nil {
			return err
		}
		if units, err := unpack(packed); err != nil || !units.Contains(id) || is.Int64 != role {
			why = fmt.Sprintf("it lists item %d in role %d, the item says otherwise", item, role)
		}
		return nil
	}, id)
	a.report.Problems[a.kinds["history"]].Detail += ": " + why
	return err
}

func (a *auditor) compareBalances() error {
	var slot, group stock.Slot
	var site int64
	var b, sum stock.Balance
	judge := func() {
		if sum != (stock.Balance{}) {
			a.find("sum", fmt.Sprintf("product %d, lot %d", group.Product, group.Lot), "all places together hold %s (second measure %s), not nothing", sum.Quantity, sum.Second)
		}
	}
	err := a.each(`SELECT product, lot, place, site, quantity, second FROM balance ORDER BY product, lot, place`, func(r *sql.Rows) error {
		if err := r.Scan(&slot.Product, &slot.Lot, &slot.Place, &site, &b.Quantity, &b.Second); err != nil {
			return err
		}
		if slot.Product != group.Product || slot.Lot != group.Lot {
			judge()
			group, sum = slot, stock.Balance{}
		}
		sum.Quantity += b.Quantity
		sum.Second += b.Second
		a.balance(slot, site, b)
		return nil
	})
	if err != nil {
		return err
	}
	judge()
	missing := make([]stock.Slot, 0, len(a.balances))
	for slot := range a.balances {
		missing = append(missing, slot)
	}
	slices.SortFunc(missing, compareSlots)
	for _, slot := range missing {
		a.find("balance", slotName(slot), "the entries say %s, the balance is missing", a.balances[slot].Quantity)
	}
	return nil
}

// balance holds one row against the recomputed balance and takes that off the list.
func (a *auditor) balance(slot stock.Slot, site int64, b stock.Balance) {
	if want := a.balances[slot]; b != want {
		a.find("balance", slotName(slot), "it is %s (second measure %s), the entries say %s (%s)", b.Quantity, b.Second, want.Quantity, want.Second)
	}
	delete(a.balances, slot)
	at := a.places[slot.Place]
	if at.kind != stock.PlaceLocation {
		at.site = 0
	}
	if site != at.site {
		a.find("balance", slotName(slot), "it is counted for site %d, its place is of %d", site, at.site)
	}
	if at.kind == stock.PlaceLocation && b.Quantity < 0 {
		a.find("negative", slotName(slot), "there is %s in a real place", b.Quantity)
	}
}

func slotName(s stock.Slot) string {
	return fmt.Sprintf("balance of product %d, lot %d at place %d", s.Product, s.Lot, s.Place)
}

func (a *auditor) compareHolds() error {
	err := a.each(`SELECT h.id, h.lot, h.place, h.units, h.released FROM hold h WHERE h.released = 0 ORDER BY h.id`, func(r *sql.Rows) error {
		h, err := scanHold(r)
		if err != nil {
			return err
		}
		want := a.holds[h.ID]
		delete(a.holds, h.ID)
		if want == nil {
			a.find("hold", record("hold", h.ID), "it is active, the entries say it is not")
		} else if !slices.Equal(want.Units, h.Units) || want.Lot != h.Lot || want.Place != h.Place {
			a.find("hold", record("hold", h.ID), "it holds %d units, the entries say %d, or others", h.Units.Count(), want.Units.Count())
		}
		return nil
	})
	for id := range a.holds {
		a.find("hold", record("hold", id), "the entries say it is active, its row does not")
	}
	return err
}

func (a *auditor) compareExceptions() error {
	err := a.each(`SELECT id FROM exception WHERE resolved = 0`, func(r *sql.Rows) error {
		var id int64
		if err := r.Scan(&id); err != nil {
			return err
		}
		if _, open := a.open[id]; !open {
			a.find("exception", record("exception", id), "it is open, the entries say it is not")
		}
		delete(a.open, id)
		return nil
	})
	for id := range a.open {
		a.find("exception", record("exception", id), "the entries say it is open, its row does not")
	}
	return err
}

// compareReversals looks for items of which more was taken back than they moved.
func (a *auditor) compareReversals() error {
	return a.each(`SELECT b.about, SUM(CASE WHEN b.flags >= 16 THEN 0 - b.quantity ELSE b.quantity END) AS back, MAX(COALESCE(i.quantity, 0)) FROM item b LEFT JOIN item i ON i.id = b.about
		WHERE b.about > 0 GROUP BY b.about HAVING SUM(CASE WHEN b.flags >= 16 THEN 0 - b.quantity ELSE b.quantity END) > MAX(COALESCE(i.quantity, 0))
			OR SUM(CASE WHEN b.flags >= 16 THEN 0 - b.quantity ELSE b.quantity END) < 0`, func(r *sql.Rows) error {
		var item int64
		var back, was stock.Quantity
		if err := r.Scan(&item, &back, &was); err != nil {
			return err
		}
		a.find("reversal", record("item", item), "it moved %s and %s of it was reversed", was, back)
		return nil
	})
}

// compareStrays counts rows that no entry was asked about: those of entries to come, and those of the wrong kind.
func (a *auditor) compareStrays() error {
	for _, t := range []struct {
		table, text string
		want        int64
		args        []any
	}{
		{"item", `SELECT COUNT(*) FROM item WHERE id < 1 OR id >= $1`, 0, []any{a.next.Item}},
		{"entry", `SELECT COUNT(*) FROM entry WHERE id < 1 OR id >= $1`, 0, []any{a.next.Entry}},
		{"lot", `SELECT COUNT(*) FROM lot`, a.next.Lot - 1, nil},
		{"hold", `SELECT COUNT(*) FROM hold`, a.held, nil},
		{"exception", `SELECT COUNT(*) FROM exception`, a.kept, nil},
		{"cleaning", `SELECT COUNT(*) FROM cleaning`, a.cleaned, nil},
		{"reference", `SELECT COUNT(*) FROM reference WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"alias", `SELECT COUNT(*) FROM alias WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"quality plan", `SELECT COUNT(*) FROM quality_plan WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"quality need", `SELECT COUNT(*) FROM quality_need WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"inspection", `SELECT COUNT(*) FROM inspection WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"measured", `SELECT COUNT(*) FROM measured WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"file", `SELECT COUNT(*) FROM file WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"correction", `SELECT COUNT(*) FROM correction WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"drawn", `SELECT COUNT(*) FROM drawn WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"drawn_number", `SELECT COUNT(*) FROM drawn_number`, a.numbered, nil},
		{"detail", `SELECT COUNT(*) FROM detail WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"extra fields changed last", `SELECT fields FROM ledger_head`, a.fieldsAt, nil},
		{"closing", `SELECT COUNT(*) FROM closing WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"review", `SELECT COUNT(*) FROM review`, a.rights.reviews, nil},
		{"judgement", `SELECT COUNT(*) FROM judgement`, a.rights.judgements, nil},
		{"late_entry", `SELECT COUNT(*) FROM late_entry WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"signature", `SELECT COUNT(*) FROM signature WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"settings changed last", `SELECT setting FROM ledger_head`, a.settled.at, nil},
		{"newest closing", `SELECT closing FROM ledger_head`, a.audited.last, nil},
		{"erasable", `SELECT COUNT(*) FROM erasable WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"erasure", `SELECT COUNT(*) FROM erasure WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"counted", `SELECT COUNT(*) FROM counted WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"hold_unit", `SELECT COUNT(*) FROM hold_unit WHERE entry < 1 OR entry >= $1`, 0, []any{a.next.Entry}},
		{"exception_subject", `SELECT COUNT(*) FROM exception_subject WHERE exception < 1 OR exception >= $1`, 0, []any{a.next.Entry}},
		{"master data", `SELECT (SELECT COUNT(*) FROM product) + (SELECT COUNT(*) FROM site) + (SELECT COUNT(*) FROM partner) +
			(SELECT COUNT(*) FROM product_group) + (SELECT COUNT(*) FROM field) + (SELECT COUNT(*) FROM format) + (SELECT COUNT(*) FROM barcode) + (SELECT COUNT(*) FROM label) + (SELECT COUNT(*) FROM place) + (SELECT COUNT(*) FROM actor) +
			(SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM user_grant) + (SELECT COUNT(*) FROM api_key) + (SELECT COUNT(*) FROM credential) + (SELECT COUNT(*) FROM station)`, a.masters, nil},
	} {
		n, err := a.number(t.text, t.args...)
		if err != nil {
			return err
		}
		if n != t.want {
			a.find("stray", t.table, "%d rows where the entries say %d", n, t.want)
		}
	}
	return a.strayPeople()
}
