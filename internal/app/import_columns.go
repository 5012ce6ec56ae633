package app

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"clew/internal/stock"
)

// column is one column of a kind of file.
type column struct {
	name     string
	required bool // the file must have it; cells may still be empty where the rules allow it
	free     bool // free text, taken letter by letter; in other columns space around the text is taken off
	head     bool // of a movement: said once for all of its rows
	number   bool // a number, which export writes without regard to formulas
}

// table is the columns of a kind of file, in the order in which export writes them.
type table struct {
	kind    string
	columns []column
	at      map[string]int
}

func newTable(kind string, columns ...column) *table {
	t := &table{kind: kind, columns: columns, at: map[string]int{}}
	for i, c := range columns {
		t.at[c.name] = i
	}
	return t
}

// tables are the kinds of files that can be read and written.
var tables = map[string]*table{
	"products": newTable("products", column{name: "sku", required: true}, column{name: "gtin"}, column{name: "name", free: true},
		column{name: "tracking"}, column{name: "uom"}, column{name: "decimals", number: true}, column{name: "strategy"},
		column{name: "tolerance_days", number: true}, column{name: "requires"}, column{name: "past_date"},
		column{name: "shelf_life_days", number: true}, column{name: "warn_days", number: true}, column{name: "unit_cost", number: true},
		column{name: "tags"}, column{name: "hold_on"}, column{name: "group"}, column{name: "packaging"}, column{name: "active"}),
	"product-groups": newTable("product-groups", column{name: "code", required: true}, column{name: "name", free: true}, column{name: "hold_on"}, column{name: "active"}),
	"sites": newTable("sites", column{name: "code", required: true}, column{name: "name", free: true}, column{name: "time_zone"},
		column{name: "gln"}, column{name: "private"}, column{name: "active"}),
	"locations": newTable("locations", column{name: "site", required: true}, column{name: "code", required: true}, column{name: "parent"},
		column{name: "name", free: true}, column{name: "gln"}, column{name: "blocking"}, column{name: "mixed"}, column{name: "zone"}, column{name: "active"}),
	"partners": newTable("partners", column{name: "code", required: true}, column{name: "name", free: true}, column{name: "gln"},
		column{name: "roles"}, column{name: "hold_on"}, column{name: "active"}, column{name: "address"}, column{name: "address_name", free: true},
		column{name: "address_gln"}),
	"opening":   newTable("opening", slices.Concat(openingHead, openingItem)...),
	"movements": newTable("movements", slices.Concat(movementHead, movementItem)...),
}

var (
	openingHead = []column{{name: "reference"}, {name: "occurred_at", head: true}, {name: "site", head: true, required: true}, {name: "reason", head: true, free: true},
		{name: "note", head: true, free: true}, {name: "capture", head: true}}
	openingItem = []column{{name: "location", required: true}, {name: "product", required: true}, {name: "lot"}, {name: "units"},
		{name: "quantity", number: true}, {name: "packaging"}, {name: "production"}, {name: "best_before"}, {name: "sell_by"}, {name: "expiry"}, {name: "cautious"}, {name: "how"},
		{name: "captured", free: true}, {name: "second_quantity", number: true}, {name: "second_uom"}}
	movementHead = []column{{name: "reference"}, {name: "kind", head: true, required: true}, {name: "occurred_at", head: true, required: true},
		{name: "site", head: true, required: true}, {name: "partner", head: true}, {name: "address", head: true}, {name: "to_site", head: true},
		{name: "dispatch", head: true}, {name: "close", head: true}, {name: "purpose", head: true}, {name: "reverses", head: true}}
	movementItem = []column{{name: "item", number: true}, {name: "role"}, {name: "group", number: true}, {name: "product", required: true}, {name: "lot"}, {name: "units"},
		{name: "quantity", number: true}, {name: "packaging"}, {name: "from"}, {name: "to"}, {name: "production"}, {name: "best_before"}, {name: "sell_by"}, {name: "expiry"},
		{name: "cautious"}, {name: "supplier_lot"}, {name: "new"}, {name: "how"}, {name: "captured", free: true}, {name: "second_quantity", number: true}, {name: "second_uom"},
		{name: "expected", number: true}, {name: "override", free: true},
		{name: "reason", head: true, free: true}, {name: "note", head: true, free: true}, {name: "order", head: true}, {name: "delivery_note", head: true},
		{name: "invoice", head: true}, {name: "batch_record", head: true}, {name: "references", head: true}, {name: "capture", head: true}}
)

// ImportKinds are the kinds of files that Import reads, in the order in which a new ledger takes them.
var ImportKinds = []string{"product-groups", "products", "sites", "locations", "partners", "opening", "movements"}

// header says which column of the file is which.
type header struct {
	names []string // as the file has them
	cells []int    // for each column of the file its place in the table; -1: ignored, -2: nameless and to be empty
}

// ignored columns say something to people only. Export and the file of refused rows write them.
const (
	ignoredMark = "x-"
	cellIgnored = -1
	cellUnnamed = -2
)

// normalName makes column names alike that differ in case, spaces, hyphens or underscores only.
func normalName(name string) string {
	name = strings.ToLower(strings.TrimSpace(plainCell(name)))
	if strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "x_") {
		return ignoredMark + name[2:]
	}
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_")
}

// readHeader finds out how the file is written and which columns it has.
func readHeader(r *csvReader, t *table) (*header, error) {
	start, err := r.in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		r.in.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "the file is UTF-16: save it as CSV UTF-8")
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "the file is a spreadsheet, not text: save it as CSV UTF-8")
	}
	if err := chooseComma(r, t); err != nil {
		return nil, err
	}
	rec, err := r.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "", "the file is empty: its first row names the columns")
	case err != nil:
		return nil, err
	case rec.fault != nil:
		return nil, stock.Errorf(rec.fault.Kind, rec.fault.Code, "", "line %d, the header: %s", rec.line, rec.fault.Detail)
	case len(rec.cells) > maxCells:
		return nil, stock.Errorf(stock.TooLarge, stock.CodeTooMany, "", "the header has more than %d columns", maxCells)
	}
	r.width = len(rec.cells)
	return t.header(rec.cells)
}

// chooseComma takes comma, semicolon or tab for what separates cells: the one by which the header has most names that are
// known. A first line sep=; as Excel writes it decides.
func chooseComma(r *csvReader, t *table) error {
	var line []byte
	for len(trimBreak(line)) == 0 {
		next, err := r.readLine()
		if errors.Is(err, io.EOF) {
			return nil // said by who reads the header
		}
		if err != nil {
			return err
		}
		line = bytes.Clone(next)
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(trimBreak(line)), "sep="); ok && len(rest) == 1 {
		r.comma = rest[0]
		return nil
	}
	best := -1
	for _, comma := range []byte{',', ';', '\t'} {
		known := 0
		for cell := range strings.SplitSeq(trimBreak(line), string(comma)) {
			name := normalName(strings.Trim(strings.TrimSpace(cell), `"`))
			if _, ok := t.at[name]; ok || strings.HasPrefix(name, ignoredMark) {
				known++
			}
		}
		if known > best {
			best, r.comma = known, comma
		}
	}
	r.pending = append([][]byte{line}, r.pending...)
	r.line--
	return nil
}

// header finds the columns by their names.
func (t *table) header(names []string) (*header, error) {
	h := &header{names: names, cells: make([]int, len(names))}
	seen := map[string]bool{}
	for i, name := range names {
		normal := normalName(name)
		at, ok := t.at[normal]
		switch {
		case normal == "":
			at = cellUnnamed
		case strings.HasPrefix(normal, ignoredMark):
			at = cellIgnored
		case !ok:
			return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, name,
				"a file of %s has no column %q; its columns are %s; columns that begin with x- are passed over", t.kind, clipped(name), t.names())
		case seen[normal]:
			return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, name, "the column %q is there twice", clipped(name))
		}
		seen[normal] = true
		h.cells[i] = at
	}
	for _, c := range t.columns {
		if c.required && !seen[c.name] {
			return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, c.name, "a file of %s needs the column %s", t.kind, c.name)
		}
	}
	return h, nil
}

func (t *table) names() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// clipped shortens text that is shown in an error.
func clipped(text string) string {
	if len(text) <= 60 {
		return text
	}
	return strings.ToValidUTF8(text[:60], "") + "…"
}

// importRow is a row of the file on its way into the ledger.
type importRow struct {
	table  *table
	record csvRecord
	cells  []string // by the table's columns
	fault  *stock.Error
}

// rowOf sorts the cells of a record under the table's columns.
func (h *header) rowOf(t *table, rec csvRecord) *importRow {
	row := &importRow{table: t, record: rec, fault: rec.fault}
	if rec.fault != nil {
		return row
	}
	row.cells = make([]string, len(t.columns))
	for i, at := range h.cells {
		cell := rec.cells[i]
		if at >= 0 {
			if cell = plainCell(cell); !t.columns[at].free {
				cell = strings.TrimSpace(cell)
			}
			row.cells[at] = cell
		} else if at == cellUnnamed && strings.TrimSpace(cell) != "" && row.fault == nil {
			row.fault = stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, "", "%q stands in column %d, which has no name", clipped(cell), i+1)
		}
	}
	return row
}

func (r *importRow) text(name string) string { return r.cells[r.table.at[name]] }

// size is how much text the row holds.
func (r *importRow) size() int {
	n := len(r.record.raw)
	for _, cell := range r.record.cells {
		n += len(cell)
	}
	return n
}
