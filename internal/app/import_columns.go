package app

import (
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// column is one column of a kind of file.
type column struct {
	name     string
	required bool   // the file must have it; cells may still be empty where the rules allow it
	free     bool   // free text, taken letter by letter; in other columns space around the text is taken off
	head     bool   // of a movement: said once for all of its rows
	number   bool   // a number, which export writes without regard to formulas
	date     bool   // a day or time
	code     bool   // an identifier, whose digits a spreadsheet must not shorten
	note     string // what a column of an extra field means
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
	"products": newTable("products", column{name: "sku", code: true, required: true}, column{name: "gtin", code: true}, column{name: "name", free: true},
		column{name: "tracking"}, column{name: "uom"}, column{name: "decimals", number: true}, column{name: "strategy"},
		column{name: "tolerance_days", number: true}, column{name: "requires"}, column{name: "past_date"},
		column{name: "shelf_life_days", number: true}, column{name: "warn_days", number: true}, column{name: "unit_cost", number: true},
		column{name: "tags"}, column{name: "hold_on"}, column{name: "group", code: true}, column{name: "packaging"}, column{name: "barcodes", code: true}, column{name: "lot_format", code: true}, column{name: "serial_format", code: true}, column{name: "class"}, column{name: "active"}),
	"product-groups": newTable("product-groups", column{name: "code", code: true, required: true}, column{name: "name", free: true}, column{name: "hold_on"}, column{name: "supplier_licence"}, column{name: "customer_licence"}, column{name: "lot_format", code: true}, column{name: "serial_format", code: true}, column{name: "active"}),
	"sites": newTable("sites", column{name: "code", code: true, required: true}, column{name: "name", free: true}, column{name: "time_zone"},
		column{name: "gln", code: true}, column{name: "private"}, column{name: "contact"}, column{name: "active"}),
	"locations": newTable("locations", column{name: "site", code: true, required: true}, column{name: "code", code: true, required: true}, column{name: "parent"},
		column{name: "name", free: true}, column{name: "gln", code: true}, column{name: "blocking"}, column{name: "mixed"}, column{name: "zone"}, column{name: "active"}),
	"partners": newTable("partners", column{name: "code", code: true, required: true}, column{name: "name", free: true}, column{name: "gln", code: true},
		column{name: "roles"}, column{name: "hold_on"}, column{name: "contacts"}, column{name: "licences"}, column{name: "active"}, column{name: "address"}, column{name: "address_name", free: true},
		column{name: "address_gln", code: true}),
	"opening":   newTable("opening", slices.Concat(openingHead, openingItem)...),
	"movements": newTable("movements", slices.Concat(movementHead, movementItem)...),
}

var (
	openingHead = []column{{name: "reference"}, {name: "occurred_at", head: true, date: true}, {name: "site", code: true, head: true, required: true}, {name: "reason", head: true, free: true},
		{name: "note", head: true, free: true}, {name: "capture", head: true}}
	openingItem = []column{{name: "location", code: true, required: true}, {name: "product", code: true}, {name: "scan", code: true}, {name: "lot", code: true}, {name: "units", code: true},
		{name: "quantity", number: true}, {name: "packaging"}, {name: "production", date: true}, {name: "best_before", date: true}, {name: "sell_by", date: true}, {name: "expiry", date: true}, {name: "cautious"}, {name: "numbered"}, {name: "how"},
		{name: "captured", free: true}, {name: "second_quantity", number: true}, {name: "second_uom"}}
	movementHead = []column{{name: "reference"}, {name: "kind", head: true, required: true}, {name: "occurred_at", head: true, date: true, required: true},
		{name: "site", code: true, head: true, required: true}, {name: "partner", head: true}, {name: "address", head: true}, {name: "to_site", head: true},
		{name: "dispatch", head: true}, {name: "close", head: true}, {name: "purpose", head: true}, {name: "reverses", head: true}, {name: "hold", head: true}, {name: "tracking", head: true}}
	movementItem = []column{{name: "item", number: true}, {name: "role"}, {name: "group", number: true}, {name: "product", code: true}, {name: "scan", code: true}, {name: "lot", code: true}, {name: "units", code: true}, {name: "becomes", code: true}, {name: "corrects"},
		{name: "quantity", number: true}, {name: "packaging"}, {name: "from"}, {name: "to"}, {name: "production", date: true}, {name: "best_before", date: true}, {name: "sell_by", date: true}, {name: "expiry", date: true},
		{name: "cautious"}, {name: "supplier_lot", code: true}, {name: "new"}, {name: "numbered"}, {name: "how"}, {name: "captured", free: true}, {name: "second_quantity", number: true}, {name: "second_uom"},
		{name: "expected", number: true}, {name: "override", free: true},
		{name: "reason", head: true, free: true}, {name: "note", head: true, free: true}, {name: "order", head: true}, {name: "delivery_note", head: true},
		{name: "invoice", head: true}, {name: "batch_record", head: true}, {name: "references", head: true}, {name: "capture", head: true}}
)

// ImportKinds are the kinds of files that Import reads, in the order in which a new ledger takes them.
var ImportKinds = []string{"product-groups", "sites", "locations", "partners", "products", "opening", "movements"}

// header says which column of the file is which.
type header struct {
	names []string // as the file has them
	cells []int    // for each column of the file its place in the table; -1: ignored, -2: nameless and to be empty
	dates string   // the order of days, one of DateOrders; empty: each date has to tell

	said map[string]string // what is known of the columns beyond their names
	from *store.Mapping    // what was remembered of it; nil for nothing

	table     *table
	line      int // of the row that is read
	evidence  evidence
	noteZeros func(ImportNote) // told of each code that got zeros back
}

// ignored columns say something to people only. Export and the file of refused rows write them.
const (
	ignoredMark = "x-"
	cellIgnored = -1
	cellUnnamed = -2
	cellUnknown = -3
)

// normalName makes column names alike that differ in case, spaces, hyphens or underscores only.
func normalName(name string) string {
	name = strings.ToLower(strings.TrimSpace(plainCell(name)))
	if strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "x_") {
		return ignoredMark + name[2:]
	}
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_")
}

// header finds the columns by their names, some of which the user may have said.
func (t *table) header(names []string, said map[string]string) (*header, error) {
	h := &header{table: t, names: names, cells: make([]int, len(names))}
	seen := map[int]bool{}
	given := map[string]string{}
	for to := range said {
		if other, twice := given[normalName(to)]; twice {
			return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, "map", "%q and %q are one column, of which it is said twice what it means", clipped(min(to, other)), clipped(max(to, other)))
		}
		given[normalName(to)] = to
		if !slices.ContainsFunc(names, func(name string) bool { return normalName(name) == normalName(to) }) {
			return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, "map", "the file has no column %q, of which it is said what it means", clipped(to))
		}
	}
	for i, name := range names {
		at := t.find(name, said)
		switch {
		case at == cellUnknown:
			return nil, t.unknown(name)
		case at >= 0 && seen[at]:
			return nil, stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, name, "the column %q is there twice", clipped(t.columns[at].name))
		}
		seen[at] = true
		h.cells[i] = at
	}
	for i, c := range t.columns {
		if c.required && !seen[i] {
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
	if h.again(rec.cells) {
		row.fault = stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", "the row names the columns once more: take it off")
		return row
	}
	h.line = rec.line
	if !h.evidence.asked {
		h.learn(rec)
	}
	row.cells = make([]string, len(t.columns))
	for i, at := range h.cells {
		cell := rec.cells[i]
		if at >= 0 {
			if cell = plainCell(cell); !t.columns[at].free {
				cell = strings.TrimSpace(cell)
			}
			var fault *stock.Error
			if cell, fault = h.plain(t.columns[at], cell, rec.kind(i)); fault != nil && row.fault == nil {
				row.fault = fault
			}
			if fault != nil && rec.kind(i) != cellText {
				rec.cells[i] = "" // what the spreadsheet made of it must not come back as if it were text
			}
			if h.evidence.plain != "" {
				rec.cells[i], h.evidence.plain = h.evidence.plain, "" // the file of refused rows may lack the row that decided
			}
			row.cells[at] = cell
		} else if at == cellUnnamed && strings.TrimSpace(cell) != "" && row.fault == nil {
			row.fault = stock.Errorf(stock.Invalid, stock.CodeUnknownColumn, "", "%q stands in column %d, which has no name", clipped(cell), i+1)
		}
	}
	return row
}

// text is the cell under a column; empty where the kind of file has no such column.
func (r *importRow) text(name string) string {
	if at, ok := r.table.at[name]; ok {
		return r.cells[at]
	}
	return ""
}

// size is how much text the row holds.
func (r *importRow) size() int {
	n := len(r.record.raw)
	for _, cell := range r.record.cells {
		n += len(cell)
	}
	return n
}

// again reports whether a row is the header once more.
func (h *header) again(cells []string) bool {
	for i, name := range h.names {
		if cells[i] != name {
			return false
		}
	}
	return len(h.names) > 1
}

// cellOf names the cell of a row as spreadsheets do; empty when the column is not in the file.
func (h *header) cellOf(t *table, field string, line int) string {
	at, ok := t.at[field]
	if !ok {
		return ""
	}
	for i, column := range h.cells {
		if column == at {
			return cellName(i, line)
		}
	}
	return ""
}
