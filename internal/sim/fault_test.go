package sim

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// Each planted fault makes the store or its rules wrong in one way. A check that does not find its fault checks nothing.

// faults change what reaches the store, or what it answers, as a wrong rule would.
var faults = []planted{
	{"oversold", (*faulty).oversold, `must be refused with \[insufficient_stock\]`},
	{"hold on a lot ignored", pass(stock.CodeLotOnHold), `must be refused with \[.*lot_on_hold`},
	{"hold on a unit ignored", pass(stock.CodeUnitOnHold), `must be refused with \[.*unit_on_hold`},
	{"quarantine ignored", pass(stock.CodePlaceBlocked), `must be refused with \[.*place_blocked`},
	{"date ignored", pass(stock.CodePastDate), `must be refused with \[.*past_date`},
	{"strategy ignored", pass(stock.CodeStrategyViolated), `must be refused with \[.*strategy_violated`},
	{"unit shipped twice", (*faulty).twice, `must be refused with \[unit_elsewhere\]`},
	{"key posted twice", (*faulty).again, `answered by entry \d+ before`},
	{"key taken for another request", (*faulty).reused, `must be refused with \[key_reused\]`},
	{"refused without a reason", (*faulty).grumpy, `nothing stands in the way|came after`},
	{"bad input accepted", (*faulty).lax, `bad input was accepted`},
	{"strategy picks another lot", (*faulty).picky, `marked|picked`},
	{"correction of another code", (*faulty).miscorrected, `is not as the correction asked`},
	{"answer without an entry", (*faulty).forgetful, `which the answer does not hold`},
}

// planted is a fault, and what finds it.
type planted struct {
	name  string
	fault func(*faulty, *stock.Draft, stock.Outcome) stock.Outcome
	found string
}

// faulty posts one draft after another and bends what comes of each.
type faulty struct {
	*store.Store
	bend func(*faulty, *stock.Draft, stock.Outcome) stock.Outcome
	bent int
}

func (f *faulty) Post(ctx context.Context, drafts ...*stock.Draft) ([]stock.Outcome, error) {
	var all []stock.Outcome
	for _, d := range drafts {
		out, err := f.Store.Post(ctx, d)
		if err != nil {
			return nil, err
		}
		all = append(all, f.bend(f, d, out[0]))
	}
	return all, nil
}

// instead posts something else in the place of a draft.
func (f *faulty) instead(drafts ...*stock.Draft) (last stock.Outcome) {
	var entries []*stock.Entry
	for _, d := range drafts {
		out, err := f.Store.Post(context.Background(), d)
		if err != nil {
			return stock.Outcome{Err: stock.Errorf(stock.Internal, stock.CodeInternal, "", "%v", err)}
		}
		last = out[0]
		entries = append(entries, last.Entries...)
	}
	if last.Err == nil {
		f.bent++
	}
	last.Entries = entries
	return last
}

func refusedWith(o stock.Outcome, code string) bool { return o.Err != nil && o.Err.Code == code }

// changed is a copy of a movement, changed.
func changed(d *stock.Draft, change func(*stock.Draft, *stock.MovementDraft)) (*stock.Draft, bool) {
	m, ok := d.Body.(*stock.MovementDraft)
	if !ok {
		return nil, false
	}
	next, body := *d, *m
	body.Items = slices.Clone(m.Items)
	next.Body = &body
	change(&next, &body)
	return &next, true
}

func (f *faulty) oversold(d *stock.Draft, o stock.Outcome) stock.Outcome {
	m, ok := d.Body.(*stock.MovementDraft)
	if !ok || !refusedWith(o, stock.CodeInsufficientStock) || len(m.Items) != 1 || m.Items[0].Product != "SALT" || m.Items[0].From == "" {
		return o
	}
	more := &stock.MovementDraft{Kind: stock.KindOpening, Site: m.Site, Items: []stock.ItemDraft{{Product: "SALT", Quantity: m.Items[0].Quantity, To: m.Items[0].From}}}
	return f.instead(&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: more}, d)
}

// pass lets one rule's breaches through, by recording them as late ones.
func pass(code string) func(*faulty, *stock.Draft, stock.Outcome) stock.Outcome {
	return func(f *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
		if !refusedWith(o, code) {
			return o
		}
		late, ok := changed(d, func(_ *stock.Draft, m *stock.MovementDraft) {
			m.Override = "it seemed right"
			if code != stock.CodeStrategyViolated {
				m.OccurredAt = f.Now() - 3600_000
			}
		})
		if !ok {
			return o
		}
		if out := f.instead(late); out.Err == nil {
			return out
		}
		return o
	}
}

// twice says that a unit was shipped though it is gone.
func (f *faulty) twice(d *stock.Draft, o stock.Outcome) stock.Outcome {
	m, ok := d.Body.(*stock.MovementDraft)
	if ok && m.Kind == stock.KindShip && len(m.Items) == 1 && m.OccurredAt == 0 && refusedWith(o, stock.CodeUnitElsewhere) {
		return stock.Outcome{Entry: 1, Entries: []*stock.Entry{{ID: 1}}}
	}
	return o
}

// miscorrected gives a lot another code than was asked for.
func (f *faulty) miscorrected(d *stock.Draft, o stock.Outcome) stock.Outcome {
	c, ok := d.Body.(*stock.CorrectionDraft)
	if !ok || o.Err != nil || o.Replayed || c.Set.Lot == nil {
		return o
	}
	again := *c
	again.Lot, again.Set.Lot = *c.Set.Lot, ptr(*c.Set.Lot+"X")
	out := f.instead(&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &again})
	out.Entries = append(o.Entries, out.Entries...)
	return out
}

func (f *faulty) again(d *stock.Draft, o stock.Outcome) stock.Outcome {
	if !o.Replayed {
		return o
	}
	next := *d
	next.Key = ""
	if out := f.instead(&next); out.Err == nil {
		return out
	}
	return o
}

func (f *faulty) reused(d *stock.Draft, o stock.Outcome) stock.Outcome {
	if !refusedWith(o, stock.CodeKeyReused) {
		return o
	}
	next := *d
	next.Key = ""
	return f.instead(&next)
}

func (f *faulty) grumpy(d *stock.Draft, o stock.Outcome) stock.Outcome {
	if _, ok := d.Body.(*stock.MovementDraft); ok && o.Entry > 500 && !o.Replayed {
		return stock.Outcome{Err: stock.Errorf(stock.Conflict, stock.CodeInsufficientStock, "", "no")}
	}
	return o
}

func (f *faulty) lax(d *stock.Draft, o stock.Outcome) stock.Outcome {
	if o.Err == nil || o.Err.Kind != stock.Invalid {
		return o
	}
	good, ok := changed(d, func(d *stock.Draft, m *stock.MovementDraft) {
		m.Note, m.References, m.Capture, d.Actor = "", nil, "", "desk"
	})
	if !ok {
		return o
	}
	if out := f.instead(good); out.Err == nil {
		return out
	}
	return o
}

// picky ships a lot that it names itself where the strategy was to pick.
func (f *faulty) picky(d *stock.Draft, o stock.Outcome) stock.Outcome {
	m, ok := d.Body.(*stock.MovementDraft)
	if !ok || m.Kind != stock.KindShip || o.Err != nil || len(o.Entries) == 0 {
		return o
	}
	for _, it := range o.Entries[len(o.Entries)-1].Items {
		if it.Known == stock.Chosen {
			o.Entries[len(o.Entries)-1].Items[0].Known = stock.Scanned
		}
	}
	return o
}

// forgetful answers and drops the entry.
func (f *faulty) forgetful(_ *stock.Draft, o stock.Outcome) stock.Outcome {
	if o.Entry > 500 && o.Err == nil && !o.Replayed {
		return stock.Outcome{Entry: o.Entry, Entries: nil}
	}
	return o
}

func TestSimFaults_Rules(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			var r Result
			var err error
			for seed := uint64(2); seed < 24 && err == nil; seed += 2 {
				r, err = run(t, seed, 2_000, func(c *Config) {
					c.Fault = func(s *store.Store) Poster { return &faulty{Store: s, bend: f.fault} }
				})
			}
			if err == nil {
				t.Fatalf("not found: %+v", r)
			}
			if !regexp.MustCompile(f.found).MatchString(err.Error()) {
				t.Errorf("found by another check than %q: %v", f.found, err)
			}
		})
	}
}

func TestSimFaults_State(t *testing.T) {
	for _, f := range []struct{ invariant, statement, found string }{
		{"state recomputed: a balance write skipped", `UPDATE balance SET quantity = quantity + 1000000 WHERE site > 0 AND quantity > 0 AND lot = (SELECT MAX(lot) FROM balance WHERE site > 0)`, `balance:`},
		{"sums are zero", `UPDATE balance SET quantity = quantity + 1000000 WHERE site > 0 AND lot = (SELECT MAX(lot) FROM balance WHERE site > 0)`, `sum:`},
		{"no negative stock", `UPDATE balance SET quantity = -5 WHERE site > 0 AND lot = (SELECT MAX(lot) FROM balance WHERE site > 0)`, `negative:`},
		{"one place per unit", `UPDATE unit SET place = place + 1 WHERE id = 5`, `unit: unit 5`},
		{"one row per unit", `DROP INDEX unit_serial; INSERT INTO unit SELECT (SELECT MAX(id) + 1 FROM unit), product, serial, lot, place + 1, holds, flags FROM unit WHERE id = 5`, `unit: unit \d+: no entry bears it`},
		{"unbroken chain: history row dropped", `DELETE FROM item_unit WHERE unit = 5 AND item = (SELECT MAX(item) FROM item_unit WHERE unit = 5)`, `history: unit 5`},
		{"unbroken chain: item elsewhere", `UPDATE item SET from_place = from_place + 1 WHERE units IS NOT NULL AND flags & 1 = 0`, `chain:`},
		{"the log verifies: leaf byte swapped", `UPDATE entry SET leaf = CAST(substr(leaf, 1, 15) || x'7f' || substr(leaf, 17) AS BLOB) WHERE id = 60`, `leaf: entry 60`},
		{"dense ids", `DELETE FROM entry WHERE id = 60`, `entry: entry 60: it is missing`},
		{"time never goes back", `UPDATE entry SET recorded_at = 1 WHERE id = 60`, `clock: entry 60`},
		{"holds as recorded", `UPDATE hold SET released = 1 WHERE id = (SELECT MAX(id) FROM hold WHERE released = 0)`, `hold:`},
		{"keys are kept", `UPDATE entry SET client_key = NULL WHERE id = (SELECT MAX(id) FROM entry WHERE client_key IS NOT NULL)`, `leaf:`},
	} {
		t.Run(f.invariant, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, 4, 900, func(c *Config) {
				c.Tamper = func(path string) error { return tamper(path, f.statement) }
			})
			if err == nil || !regexp.MustCompile(f.found).MatchString(err.Error()) {
				t.Errorf("want a finding like %q, got %v", f.found, err)
			}
		})
	}
}

// TestSimFaults_Model shows that the comparison with the model finds by itself what verification would, for it may be wrong too.
func TestSimFaults_Model(t *testing.T) {
	for _, f := range []struct{ statement, found string }{
		{`UPDATE balance SET quantity = quantity + 1 WHERE site > 0`, `the model says`},
		{`DELETE FROM balance WHERE site > 0`, `balances, the model has`},
		{`UPDATE balance_past SET quantity = quantity + 1`, `as at`},
		{`UPDATE balance_past SET span = span + 100000`, `as at`},
		{`DELETE FROM balance_past`, `as at`},
		{`DELETE FROM balance_life WHERE site > 0`, `as at`},
		{`UPDATE unit SET holds = holds + 1`, `the model says`},
		{`DELETE FROM unit WHERE id = 3`, `units, the model has`},
		{`UPDATE hold SET released = 1`, `the model says`},
		{`DELETE FROM late_entry`, `late_entry: `},
		{`DELETE FROM detail`, `detail: `},
		{`UPDATE product SET tracking = tracking + 1`, `product: `},
		{`UPDATE measured SET value = value + 1`, `measured `},
		{`UPDATE closing SET until = until - 1`, `closing `},
	} {
		t.Run(f.statement, func(t *testing.T) {
			t.Parallel()
			ctx, steps := t.Context(), 900
			h := &history{Config: Config{Seed: 4, Steps: steps, Ledger: fileIn(t.TempDir())}, m: newModel(), clock: start, result: Result{Kinds: map[string]int{}}}
			h.draw = newDrawer(4, h.m)
			if err := h.run(ctx); err != nil {
				t.Fatal(err)
			}
			h.store.Close()
			if err := tamper(h.Ledger.Path, f.statement); err != nil {
				t.Fatal(err)
			}
			if err := h.open(ctx); err != nil {
				t.Fatal(err)
			}
			defer h.store.Close()
			if err := h.same(ctx); err == nil || !regexp.MustCompile(f.found).MatchString(err.Error()) {
				t.Errorf("want a finding like %q, got %v", f.found, err)
			}
		})
	}
}

// tamper changes the file with its triggers out of the way.
func tamper(path, statement string) error {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	rows, err := db.Query(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	var drop, create []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		drop, create = append(drop, "DROP TRIGGER "+name), append(create, text)
	}
	rows.Close()
	for _, s := range slices.Concat(drop, []string{statement}, create) {
		if _, err := db.Exec(s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
