package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"clew/internal/stock"
)

// Import says what a file holds and how it is to be read.
type Import struct {
	Who
	Kind     string // one of ImportKinds
	Override string // why late breaches of holds, dates and strategies in the file are recorded; rows may say it themselves
	Keep     bool   // keep movements that the rules refuse as exceptions
	DryRun   bool   // tell what would happen, and record nothing
	Sheet    string // of a workbook; the one named like the kind, or its only one, when empty
	Dates    string // how days are written that are not written year first, one of DateOrders; empty: each has to tell
	// Map says which column of the kind a column of the file is, beyond those known by name; "-" passes it over.
	Map map[string]string
	// Header is told the file's columns before any row, and what is known of them beyond their names; Refused each row that is refused, in the file's order.
	// Progress is told the report so far after each batch. Each may be nil.
	Header   func(names []string, said map[string]string) error
	Refused  func(Refusal) error
	Progress func(ImportReport) error
}

// ImportReport counts what became of the rows of a file.
type ImportReport struct {
	Kind     string `json:"kind"`
	DryRun   bool   `json:"dry_run,omitempty" doc:"Nothing was recorded: this is what would be."`
	Rows     int    `json:"rows" doc:"Rows read, without the header and without empty ones."`
	Recorded int    `json:"recorded" doc:"Rows that are now recorded."`
	Already  int    `json:"already" doc:"Rows that were recorded before, or say what already stands."`
	Kept     int    `json:"kept" doc:"Rows that were refused and are kept as exceptions."`
	Refused  int    `json:"refused" doc:"Rows that were refused."`
	Entries  int    `json:"entries" doc:"Movements or records made of the rows that are now recorded."`
	Bytes    int64  `json:"bytes,omitempty" doc:"Of the file that were read."`
	Restored int    `json:"restored,omitempty" doc:"Codes that got back zeros which a spreadsheet took off."`
	// Notes are at most maxNotes.
	Notes []ImportNote `json:"notes,omitempty" doc:"What the file does not say by itself, and how it was understood; the first 100."`
}

// ImportNote tells how something was understood that a file does not say by itself.
type ImportNote struct {
	About  string `json:"about" enum:"columns,dates,numbers,codes"`
	Column string `json:"column,omitempty"`
	Line   int    `json:"line,omitempty" doc:"Of the row that is meant, or that shows it."`
	Text   string `json:"text"`
}

// maxNotes is how many notes a report has.
const maxNotes = 100

// Refusal is a row that was refused, and why.
type Refusal struct {
	Line   int      `json:"line" doc:"Of the file, from 1."`
	Sheet  string   `json:"sheet,omitempty" doc:"Of a workbook."`
	Cell   string   `json:"cell,omitempty" doc:"The cell as spreadsheets name it, where the refusal is about one."`
	Field  string   `json:"field,omitempty" doc:"The column."`
	Code   string   `json:"code"`
	Reason string   `json:"reason"`
	Cells  []string `json:"cells,omitempty" doc:"The row's cells as they were read."`
	Raw    string   `json:"raw,omitempty" doc:"The row's text, where it could not be cut into cells."`
	Key    string   `json:"key,omitempty" doc:"The client key of a movement whose row has no reference."`
}

// pending is what one record is made from: a row of master data, or the rows of a movement.
type pending struct {
	rows     []*importRow
	request  Request
	movement *movement           // nil for master data
	details  *stock.DetailsDraft // extra fields of a row of master data
	fault    *stock.Error        // why it cannot be recorded
	faulty   int                 // the row that the fault is about
	already  bool                // recorded just so: the fault is none
	size     int                 // of units and bytes, by which batches are cut
}

const (
	// A batch is one transaction of the ledger: long enough to share its commit, short enough that others need not wait.
	importDrafts = 500
	importRows   = 5000
	importUnits  = 5000
	// bytesAsUnit is how much text weighs as much as a unit.
	bytesAsUnit = 1 << 10
)

// check reports what is wrong with what is said of a file.
func (o Import) check() error {
	if tables[o.Kind] == nil {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "kind", "%q is none of %s", clipped(o.Kind), strings.Join(ImportKinds, ", "))
	}
	if o.Dates != "" && !slices.Contains(DateOrders, o.Dates) {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "dates", "%q is none of %s", clipped(o.Dates), strings.Join(DateOrders, ", "))
	}
	return nil
}

// Import reads a file of rows and records them, each on its own: what is right goes in, what is wrong is told to Refused.
// An error says that the file could not be read at all, or that reading it was broken off: the report then tells how far it
// came, and the same file can be given again.
func (a *App) Import(ctx context.Context, o Import, file io.Reader) (ImportReport, error) {
	report := ImportReport{Kind: o.Kind, DryRun: o.DryRun}
	if err := o.check(); err != nil {
		return report, err
	}
	t, err := a.tableOf(ctx, o.Kind)
	if err != nil {
		return report, err
	}
	known, err := a.columnsKnown(ctx, o)
	if err != nil {
		return report, err
	}
	in, head, err := openSheet(file, t, o, known)
	if err != nil {
		return report, err
	}
	defer in.close()
	if o.Header != nil {
		if err := o.Header(head.names, head.said); err != nil {
			return report, err
		}
	}
	target := a
	if o.DryRun {
		tried, err := a.Store.Copy(ctx)
		if err != nil {
			return report, err
		}
		defer tried.Close()
		target = New(tried)
	}
	run := &importRun{app: target, o: o, report: &report, head: head, table: t}
	head.evidence.note, head.noteZeros = run.note, run.noteZeros
	if err := run.remember(ctx, a); err != nil {
		return report, err
	}
	err = run.all(ctx, in, head)
	return run.sofar(), err
}

// importRun is one file on its way in: one goroutine reads rows and makes drafts of them, the other records the batch before.
type importRun struct {
	app     *App
	o       Import
	report  *ImportReport
	head    *header
	table   *table     // its columns, with those of extra fields
	waiting []*pending // locations that lie in one which may come further down

	lock     sync.Mutex
	notes    []ImportNote
	restored int // codes that got zeros back
	bytes    atomic.Int64
}

// note adds to what the report tells; both goroutines do.
func (r *importRun) note(n ImportNote) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if len(r.notes) < maxNotes {
		r.notes = append(r.notes, n)
	}
}

// noteZeros counts a code that got zeros back, and names the first of them.
func (r *importRun) noteZeros(n ImportNote) {
	r.lock.Lock()
	r.restored++
	named := r.restored <= maxZeros
	r.lock.Unlock()
	if named {
		r.note(n)
	}
}

// sofar is the report as it stands.
func (r *importRun) sofar() ImportReport {
	r.lock.Lock()
	defer r.lock.Unlock()
	report := *r.report
	report.Bytes = r.bytes.Load()
	report.Restored, report.Notes = r.restored, slices.Clone(r.notes)
	return report
}

func (r *importRun) all(ctx context.Context, in sheet, head *header) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches := make(chan []*pending, 1)
	failed := make(chan error, 1)
	go func() {
		defer close(batches)
		failed <- r.read(ctx, in, head, batches)
	}()
	for batch := range batches {
		if err := r.record(ctx, batch); err != nil {
			stop()
			for range batches { // the reader may be about to hand over one more
				continue
			}
			return err
		}
	}
	if err := <-failed; err != nil {
		return err
	}
	return r.again(ctx)
}

// maxWaiting is how many locations may wait for the one they lie in.
const maxWaiting = 10_000

// waits reports whether a location may be taken once the rest of the file is read.
func (r *importRun) waits(p *pending) bool {
	return r.o.Kind == "locations" && p.fault != nil && p.fault.Code == stock.CodeUnknownLocation && p.fault.Field == "parent" && len(r.waiting) < maxWaiting
}

// again tries the locations that wait, as long as that brings more of them in, and then refuses the rest.
func (r *importRun) again(ctx context.Context) error {
	for len(r.waiting) > 0 {
		waiting := r.waiting
		r.waiting = nil
		for batch := range slices.Chunk(waiting, importDrafts) {
			for _, p := range batch {
				p.fault = nil
			}
			if err := r.post(ctx, batch); err != nil {
				return err
			}
		}
		if len(r.waiting) == len(waiting) {
			break
		}
	}
	for _, p := range r.waiting {
		r.report.Rows++
		r.report.Refused++
		if err := r.refuse(p); err != nil {
			return err
		}
	}
	return nil
}

// read cuts the file into batches.
func (r *importRun) read(ctx context.Context, in sheet, head *header, batches chan<- []*pending) error {
	var batch []*pending
	rows, size := 0, 0
	send := func() error {
		if len(batch) == 0 {
			return nil
		}
		select {
		case batches <- batch:
		case <-ctx.Done():
			return ctx.Err()
		}
		batch, rows, size = nil, 0, 0
		return nil
	}
	take := func(p *pending) error {
		batch = append(batch, p)
		rows += len(p.rows)
		size += p.size
		if len(batch) >= importDrafts || rows >= importRows || size >= importUnits {
			return send()
		}
		return nil
	}
	next := r.masters
	if r.o.Kind == "opening" || r.o.Kind == "movements" {
		next = r.movements(ctx)
	}
	for {
		rec, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		r.bytes.Store(in.bytes())
		row := head.rowOf(r.table, rec)
		if head.evidence.error != nil {
			return head.evidence.error
		}
		if err := next(row, take); err != nil {
			return err
		}
	}
	if err := next(nil, take); err != nil {
		return err
	}
	return send()
}

// masters makes a record of each row.
func (r *importRun) masters(row *importRow, take func(*pending) error) error {
	if row == nil {
		return nil
	}
	p := &pending{rows: []*importRow{row}, fault: row.fault, size: row.size() / bytesAsUnit}
	if p.fault == nil {
		p.request.Body, p.fault = masterBody(r.o.Kind, row)
		p.details = detailsOf(r.o.Kind, row)
	}
	return take(p)
}

// record posts a batch, in parts where a movement refers to an earlier one of the same batch.
func (r *importRun) record(ctx context.Context, batch []*pending) error {
	keys := map[string]bool{}
	start := 0
	for i, p := range batch {
		if p.movement != nil && p.movement.follows(keys) {
			if err := r.post(ctx, batch[start:i]); err != nil {
				return err
			}
			start = i
			clear(keys)
		}
		if p.request.Key != "" {
			keys[p.request.Key] = true
		}
	}
	if err := r.post(ctx, batch[start:]); err != nil {
		return err
	}
	if r.o.Progress == nil {
		return nil
	}
	return r.o.Progress(r.sofar())
}

func (r *importRun) post(ctx context.Context, batch []*pending) error {
	if err := r.resolve(ctx, batch); err != nil {
		return err
	}
	if err := r.keepAddresses(ctx, batch); err != nil {
		return err
	}
	if err := r.newValues(ctx, batch); err != nil {
		return err
	}
	requests, sent := r.requests(batch)
	results, err := r.app.RecordAll(ctx, requests)
	if err != nil {
		return err
	}
	outcome := outcomes(sent, results)
	var reused []*pending
	for _, p := range batch {
		result, posted := outcome[p]
		if posted && result.Err != nil {
			p.faulty, p.fault = p.locate(r.o.Kind, result.Err)
		}
		if posted && p.fault != nil && p.fault.Code == stock.CodeKeyReused {
			reused = append(reused, p)
		}
	}
	same, err := r.app.recordedAs(ctx, reused)
	if err != nil {
		return err
	}
	for _, p := range batch {
		p.already = p.already || same[p]
		if r.waits(p) {
			r.waiting = append(r.waiting, p)
			continue
		}
		if err := r.count(p, outcome[p]); err != nil {
			return err
		}
	}
	return nil
}

// count adds what became of a record to the report.
func (r *importRun) count(p *pending, result Result) error {
	n := len(p.rows)
	r.report.Rows += n
	switch {
	case p.already:
		r.report.Already += n
	case p.fault != nil:
		r.report.Refused += n
		return r.refuse(p)
	case result.Kept && !result.Replayed:
		r.report.Kept += n
	case result.Replayed, result.Unchanged:
		r.report.Already += n
	default:
		r.report.Recorded += n
		r.report.Entries++
	}
	return nil
}

// refuse tells each row of a refused record; those that are not to blame are told with which they belong.
func (r *importRun) refuse(p *pending) error {
	if r.o.Refused == nil {
		return nil
	}
	blamed := p.rows[p.faulty]
	for i, row := range p.rows {
		f := Refusal{Line: row.record.line, Sheet: row.record.sheet, Code: p.fault.Code, Cells: row.record.cells, Raw: row.record.raw}
		if i == p.faulty {
			f.Field, f.Reason = p.fault.Field, p.fault.Detail
			f.Cell = r.head.cellOf(r.table, f.Field, f.Line)
		} else {
			f.Reason = "refused with line " + itoa(blamed.record.line) + " of the same movement: " + p.fault.Detail
		}
		if p.movement != nil && row.cells != nil && row.text("reference") == "" {
			f.Key = p.request.Key
		}
		if err := r.o.Refused(f); err != nil {
			return err
		}
	}
	return nil
}
