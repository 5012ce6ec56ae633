package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// Report is what Verify found. Without problems the ledger is whole: each entry says what its leaf bytes say, and the
// current state is what the entries make of it.
type Report struct {
	Ledger    string
	Entries   int64
	Items     int64
	Units     int64
	UnitMoves int64

	Sealed     int64  // entries that are sealed
	Signed     int64  // of which the newest checkpoint covers so many
	Checkpoint string // that checkpoint
	Agreed     int    // how many checkpoints from elsewhere the log agrees with

	Problems []Problem
}

// Problem is one kind of fault, named by the first record that has it.
type Problem struct {
	Check  string // file, schema, row, entry, clock, item, lot, unit, leaf, chain, negative, place, balance, change, sum, mixed, hold, history, content, exception, name, reversal, number, closing, erasure, audit, setting, signature, review, head, seal, checkpoint, key, against or stray
	Record string // the first bad record, such as "entry 12"
	Detail string
	Count  int64 // how many records have it
}

// Whole reports whether nothing is wrong.
func (r *Report) Whole() bool { return len(r.Problems) == 0 }

func (p Problem) String() string {
	if p.Count > 1 {
		return fmt.Sprintf("%s: %s: %s (first of %d)", p.Check, p.Record, p.Detail, p.Count)
	}
	return fmt.Sprintf("%s: %s: %s", p.Check, p.Record, p.Detail)
}

const (
	// verifyPage is how many entries are read in one snapshot. Between pages the writer's log can be checkpointed.
	verifyPage = 2000
	// verifyUnits is how many newborn units are read at once.
	verifyUnits = 8192
)

// Verify reads the whole ledger in the order of its entries and proves it: the file and its schema, dense ids, times
// that never go back, leaf bytes that equal what the rows say, and a current state that equals the one recomputed from
// the entries. It runs beside the writer, in memory that grows with the units and balances only. progress, which may
// be nil, is told how many of the entries are done.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (*Report, error) {
	return s.VerifyAgainst(ctx, nil, progress)
}

// VerifyAgainst is Verify that also holds the log against signed checkpoints from elsewhere.
func (s *Store) VerifyAgainst(ctx context.Context, checkpoints []string, progress func(done, total int64)) (*Report, error) {
	a := newAuditor(s, ctx)
	a.against = checkpoints
	err := a.file()
	if err == nil {
		err = a.sealKeys()
	}
	for done := false; err == nil && !done; {
		err = a.inSnapshot(func() error {
			var err error
			if done, err = a.page(); err != nil || !done {
				return err
			}
			// The last page and the current state are of one snapshot, so that entries posted meanwhile do no harm.
			return a.compare()
		})
		if err == nil {
			err = a.readContents()
		}
		if progress != nil && err == nil {
			progress(a.report.Entries, max(a.total, a.report.Entries))
		}
	}
	if err != nil && !a.unreadable(err) {
		return nil, err
	}
	return a.report, nil
}

// auditor recomputes the current state from the entries.
type auditor struct {
	store  *Store
	ctx    context.Context
	tx     *sql.Tx
	report *Report
	kinds  map[string]int // check → its problem
	total  int64

	next     stock.Next // the ids that come next
	recorded stock.Time
	units    []unitFate // by id
	balances map[stock.Slot]stock.Balance
	changed  spanSums
	places   map[int64]placeFact
	skus     map[int64]string
	masters  int64
	later    map[string]int64 // records whose rows name a later entry as the last that changed them
	fieldsAt int64            // the last entry that changed an extra field
	audited  auditedBooks
	audits   audits
	rights   rightsAudit
	settled  settingsAudit
	holds    map[int64]*stock.Hold // active ones
	held     int64                 // holds ever placed
	erased   map[textAt]erasedName // names that were erased, as they stand
	open     map[int64]struct{}    // open exceptions
	kept     int64                 // exceptions ever kept
	cleaned  int64
	counters map[stock.CounterKey]int64 // the next number of each
	numbered int64                      // numbers drawn ahead
	newborn  []stock.Unit               // read ahead
	seal     sealAudit
	against  []string          // checkpoints from elsewhere
	contents map[[32]byte]bool // of files, seen
	unread   []attached
}

// unitFate is where a unit is, in few bytes: there may be millions. Ids of places, products and lots fit 32 bits by far.
type unitFate struct {
	place, lot, product uint32
	holds               uint32
	history             uint64 // digest of the items it was in
}

type placeFact struct {
	kind  stock.PlaceKind
	mixed bool // by now
	site  int64
}

func newAuditor(s *Store, ctx context.Context) *auditor {
	return &auditor{store: s, ctx: ctx, report: &Report{Ledger: s.ledger}, kinds: map[string]int{},
		next: stock.Next{Entry: 1, Item: 1, Unit: 1, Lot: 1, Master: 1}, units: make([]unitFate, 1),
		balances: map[stock.Slot]stock.Balance{}, changed: spanSums{}, places: map[int64]placeFact{}, skus: map[int64]string{},
		holds: map[int64]*stock.Hold{}, counters: map[stock.CounterKey]int64{}, open: map[int64]struct{}{}, contents: map[[32]byte]bool{},
		later:  map[string]int64{},
		erased: map[textAt]erasedName{},
		seal:   sealAudit{tree: &tlog.Tree{}, upper: map[tlog.TileID][]byte{}, turned: map[int64]bool{}, announced: map[int64]*stock.LogKey{}},
		rights: rightsAudit{said: map[int64]rightSaid{}, stands: map[int64]int64{}},
		audits: audits{digests: map[int64]uint64{}}, audited: auditedBooks{map[int64]*stock.Closing{}, map[int64]*time.Location{}, 0}}
}

// find keeps a problem: the first record of each check, and how many more there are.
func (a *auditor) find(check, record, format string, args ...any) {
	if i, seen := a.kinds[check]; seen {
		a.report.Problems[i].Count++
		return
	}
	a.kinds[check] = len(a.report.Problems)
	a.report.Problems = append(a.report.Problems, Problem{Check: check, Record: record, Detail: fmt.Sprintf(format, args...), Count: 1})
}

// unreadable makes a finding of an error that says that the file, and not the reading, is at fault.
func (a *auditor) unreadable(err error) bool {
	switch {
	case sqliteDamaged(err), postgresDamaged(err):
		a.find("file", "the file", "%v", err)
	case strings.Contains(err.Error(), "sql: Scan error"), strings.Contains(err.Error(), "packed ids"):
		a.find("row", fmt.Sprintf("a row behind entry %d", a.next.Entry-1), "%v", err)
	default:
		return false
	}
	return true
}

func (a *auditor) inSnapshot(do func() error) error {
	tx, err := a.store.snapshot(a.ctx)
	if err != nil {
		return fault(err)
	}
	defer tx.Rollback()
	a.tx = tx
	return do()
}

func (a *auditor) each(text string, scan func(*sql.Rows) error, args ...any) error {
	statement, args, err := a.store.dialect.statement(text, args)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	rows, err := a.tx.QueryContext(a.ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("verify: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("verify: %w", fault(err))
	}
	return nil
}

// number runs a query that answers one number.
func (a *auditor) number(text string, args ...any) (n int64, err error) {
	err = a.each(text, func(r *sql.Rows) error { return r.Scan(&n) }, args...)
	return n, err
}

func record(kind string, id int64) string { return fmt.Sprintf("%s %d", kind, id) }
