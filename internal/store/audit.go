package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"clew/internal/stock"
)

const saveAudited = `INSERT INTO audited (object, subject, aspect, entry) SELECT * FROM @rows($1: object int, subject int, aspect int, entry int)`

// auditRows gathers by what an entry is found.
func (s *saver) auditRows(e *stock.Entry) {
	of := stock.ProductOf{
		Lot: func(id int64) int64 {
			if l := s.state.Lots[id]; l != nil {
				return l.Product
			}
			return 0
		},
		Unit: func(id int64) int64 {
			if u := s.state.Units[id]; u != nil {
				return u.Product
			}
			return 0
		},
	}
	for _, t := range e.Touches(of) {
		s.audited.ints(int64(t.Object), t.ID, t.Aspect, e.ID)
	}
}

func (s *saver) audit() error { return s.put(&s.audited, saveAudited) }

// AuditFilter chooses audited entries; what is left zero does not limit.
type AuditFilter struct {
	Object stock.Object
	ID     int64
	By     int64 // who recorded them
	Kinds  []stock.Kind
	From   stock.Time // recorded then or later
	To     stock.Time // recorded before
	After  int64      // ids above this one, ascending
	Before int64      // ids below this one
	Desc   bool       // newest first
	Limit  int        // 1 to 1000
}

// AuditedEntries reads audited entries whole.
func (s *Store) AuditedEntries(ctx context.Context, f AuditFilter) ([]*stock.Entry, error) {
	object, id, by := f.Object, f.ID, f.By
	if object == stock.ObjectAny && by != 0 {
		object, id, by = stock.ObjectBy, by, 0
	}
	var kinds rowset
	for _, k := range f.Kinds {
		kinds.add(int(k))
	}
	text := `SELECT t.entry FROM audited t JOIN entry e ON e.id = t.entry WHERE t.object = $1 AND t.subject = $2 AND t.aspect = 0 AND t.entry > $3 AND (t.entry < $4 OR $4 = 0)
		AND (e.actor = $5 OR $5 = 0) AND (e.recorded_at >= $6 OR $6 = 0) AND (e.recorded_at < $7 OR $7 = 0)`
	args := []any{int64(object), id, f.After, f.Before, by, int64(f.From), int64(f.To)}
	if kinds.n > 0 {
		text += ` AND e.kind IN (SELECT kind FROM @rows($9: kind int))`
	}
	order := " ORDER BY t.entry"
	if f.Desc {
		order += " DESC"
	}
	args = append(args, min(max(f.Limit, 1), 1000))
	if kinds.n > 0 {
		args = append(args, kinds.text())
	}
	var found []int64
	err := s.query(ctx, text+order+` LIMIT $8`, args, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		found = append(found, id)
		return err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return s.Entries(ctx, EntryFilter{IDs: found, Desc: f.Desc, Limit: len(found)})
}

// Said is an aspect of a thing, as an entry said it.
type Said struct {
	stock.Touch
	Entry int64
}

// Formerly finds, for aspects of things that entries say anew, which entry said each before; those that no entry said are left out.
func (s *Store) Formerly(ctx context.Context, said []Said) (map[Said]int64, error) {
	out := map[Said]int64{}
	if len(said) == 0 {
		return out, nil
	}
	var set rowset
	for _, p := range said {
		set.ints(int64(p.Object), p.ID, p.Aspect, p.Entry)
	}
	return out, s.query(ctx, `SELECT r.object, r.subject, r.aspect, r.entry, (SELECT COALESCE(MAX(t.entry), 0) FROM audited t
		WHERE t.object = r.object AND t.subject = r.subject AND t.aspect = r.aspect AND t.entry < r.entry) FROM @rows($1: object int, subject int, aspect int, entry int) r`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var p Said
			var before int64
			err := r.Scan(&p.Object, &p.ID, &p.Aspect, &p.Entry, &before)
			if before != 0 {
				out[p] = before
			}
			return err
		})
}

// DetailsBefore finds the values that extra fields of records had before entries changed them, by the records' touches.
func (s *Store) DetailsBefore(ctx context.Context, entries []*stock.Entry) (map[Said]string, error) {
	out := map[Said]string{}
	var set rowset
	for _, e := range entries {
		for _, d := range e.Details {
			if d.Owner != 0 {
				set.ints(d.Field, int64(d.On), d.Owner, e.ID)
			}
		}
	}
	if set.n == 0 {
		return out, nil
	}
	return out, s.query(ctx, `SELECT r.field, r.kind, r.owner, r.entry, d.value FROM @rows($1: field int, kind int, owner int, entry int) r
		JOIN detail d ON d.owner = r.owner AND d.owner > 0 AND d.kind = r.kind AND d.field = r.field AND d.entry = (SELECT MAX(o.entry) FROM detail o
			WHERE o.owner = r.owner AND o.owner > 0 AND o.kind = r.kind AND o.field = r.field AND o.entry < r.entry)`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var field, kind, owner, entry int64
			var value string
			err := r.Scan(&field, &kind, &owner, &entry, &value)
			out[Said{stock.Touch{Object: stock.CarrierOf(stock.FieldOn(kind)), ID: owner, Aspect: stock.AspectField + field}, entry}] = value
			return err
		})
}

// audits is what verification makes of who is asked about what: a digest for each entry.
type audits struct {
	digests map[int64]uint64
	lots    []uint32 // product of each
	collect func(entry int64, t stock.Touch)
}

// audit tells by what an entry is to be found.
func (a *auditor) audit(p *pageRows, e *pageEntry) {
	for _, l := range e.Lots {
		for int64(len(a.audits.lots)) <= l.ID {
			a.audits.lots = append(a.audits.lots, 0)
		}
		a.audits.lots[l.ID] = uint32(l.Product)
	}
	whole := *e.Entry
	if e.Kind == stock.KindRelease {
		whole.Hold = p.holds[e.About]
	}
	for _, t := range whole.Touches(stock.ProductOf{Lot: a.lotProduct, Unit: a.unitProduct}) {
		if a.audits.collect != nil {
			a.audits.collect(e.ID, t)
			continue
		}
		a.audits.digests[e.ID] += digestTouch(t, e.ID)
	}
}

func (a *auditor) lotProduct(id int64) int64 {
	if id < 0 || id >= int64(len(a.audits.lots)) {
		return 0 // tampered with, and found by its leaf
	}
	return int64(a.audits.lots[id])
}

func (a *auditor) unitProduct(id int64) int64 {
	if id < 0 || id >= int64(len(a.units)) {
		return 0
	}
	return int64(a.units[id].product)
}

// digestTouch is of rows in any order: the digests of an entry's are added up.
func digestTouch(t stock.Touch, entry int64) uint64 {
	h := uint64(14695981039346656037)
	for _, n := range [...]int64{int64(t.Object), t.ID, t.Aspect, entry} {
		h = (h ^ uint64(n)) * 0x9E3779B97F4A7C15
		h ^= h >> 29
	}
	return h
}

// compareAudited holds the rows by which audited entries are found against what the entries say.
func (a *auditor) compareAudited() error {
	left := a.audits.digests
	err := a.each(`SELECT object, subject, aspect, entry FROM audited`, func(r *sql.Rows) error {
		var t stock.Touch
		var entry int64
		if err := r.Scan(&t.Object, &t.ID, &t.Aspect, &entry); err != nil {
			return err
		}
		if left[entry] -= digestTouch(t, entry); left[entry] == 0 {
			delete(left, entry)
		}
		return nil
	})
	wrong := make([]int64, 0, len(left))
	for id := range left {
		wrong = append(wrong, id)
	}
	slices.Sort(wrong)
	for _, id := range wrong {
		a.find("audit", record("entry", id), "what it is found by in the audit is not what it says")
	}
	return err
}

// indexAudited tells of a ledger of an older version by what its audited entries are found. What cannot be read is left to verification.
func indexAudited(ctx context.Context, db *sql.DB, d dialect) error {
	var pending int64
	err := query(ctx, db, d, `SELECT COUNT(*) FROM ledger_head WHERE id = 1 AND next_entry > 1 AND NOT EXISTS (SELECT 1 FROM audited)`, nil, func(r *sql.Rows) error {
		return r.Scan(&pending)
	})
	if err != nil || pending == 0 {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	a := newAuditor(&Store{dialect: d}, ctx)
	a.tx = tx
	var set rowset
	a.audits.collect = func(entry int64, t stock.Touch) { set.ints(int64(t.Object), t.ID, t.Aspect, entry) }
	for done := false; !done; {
		if done, err = a.page(); err != nil {
			if a.unreadable(err) {
				return nil
			}
			return err
		}
		if set.n == 0 {
			continue
		}
		text, args, err := d.statement(saveAudited, []any{set.text()})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return fmt.Errorf("the audit cannot be indexed: %w", err)
		}
		set = rowset{}
	}
	return tx.Commit()
}

// ActorID finds a person who records by name; 0 where there is none.
func (s *Store) ActorID(ctx context.Context, name string) (id int64, err error) {
	err = s.query(ctx, `SELECT a.id FROM actor a WHERE a.kind = $1 AND a.name = $2`, []any{int(stock.KindActor), name}, func(r *sql.Rows) error { return r.Scan(&id) })
	return id, err
}
