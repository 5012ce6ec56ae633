package app

import (
	"context"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// fieldMark begins the names of columns of extra fields.
const fieldMark = "field:"

// fieldsIn says of which records the extra fields are that the rows of a kind of file carry.
var fieldsIn = map[string][]stock.FieldOn{"products": {stock.OnProduct}, "partners": {stock.OnPartner}, "opening": {stock.OnMovement, stock.OnLot},
	"movements": {stock.OnMovement, stock.OnLot}}

// tableOf is the columns of a kind of file, with one for each extra field of this ledger that its rows may carry; nil for no kind.
func (a *App) tableOf(ctx context.Context, kind string) (*table, error) {
	t := tables[kind]
	if t == nil || fieldsIn[kind] == nil {
		return t, nil
	}
	fields, err := a.Store.Fields(ctx, store.Page{Limit: stock.MaxFields})
	if err != nil {
		return nil, err
	}
	columns := slices.Clone(t.columns)
	for _, f := range fields {
		if f.Active && slices.Contains(fieldsIn[kind], f.On) {
			columns = append(columns, column{name: fieldMark + f.Code, note: f.Label, free: f.Type == stock.FieldText || f.Type == stock.FieldChoice,
				number: f.Type == stock.FieldNumber, date: f.Type == stock.FieldDate, code: f.Type == stock.FieldPartner || f.Type == stock.FieldLocation,
				head: f.On == stock.OnMovement})
		}
	}
	if len(columns) == len(t.columns) {
		return t, nil
	}
	return newTable(kind, columns...), nil
}

// fields are the values that a row gives to extra fields: those of the movement as a whole, or the others. A dash takes a value away.
func (c *cellReader) fields(head bool) stock.Values {
	var out stock.Values
	for at, col := range c.row.table.columns {
		code, is := strings.CutPrefix(col.name, fieldMark)
		if !is || col.head != head || c.row.cells[at] == "" {
			continue
		}
		if out == nil {
			out = stock.Values{}
		}
		if out[code] = c.row.cells[at]; out[code] == clearMark {
			out[code] = ""
		}
	}
	return out
}

// fields writes values into the columns of their fields.
func (c cells) fields(values stock.Values) {
	for code, text := range values {
		c[fieldMark+code] = text
	}
}

// fieldColumn names the column of an extra field that an error of the rules is about.
func fieldColumn(field string) string {
	for _, list := range []string{"fields.", "lot_fields."} {
		if code, is := strings.CutPrefix(field, list); is {
			return fieldMark + code
		}
	}
	return field
}

// firstField is the first column of an extra field in which the row says something of a lot.
func (r *importRow) firstField() string {
	for at, c := range r.table.columns {
		if strings.HasPrefix(c.name, fieldMark) && !c.head && r.cells[at] != "" {
			return c.name
		}
	}
	return "product"
}

// detailsOf reads what a row of master data says of extra fields; nil when it says nothing.
func detailsOf(kind string, row *importRow) *stock.DetailsDraft {
	d := &stock.DetailsDraft{Fields: (&cellReader{row: row}).fields(false), Capture: "import", Reason: "the imported file says so"}
	switch {
	case len(d.Fields) == 0:
		return nil
	case kind == "partners":
		d.Partner = row.text("code")
	default:
		d.Product = row.text("sku")
	}
	return d
}

// newValues leaves of what rows of master data say of extra fields only what is not so yet: the same file again changes nothing.
func (r *importRun) newValues(ctx context.Context, batch []*pending) error {
	var keys []string
	for _, p := range batch {
		if p.details != nil && p.fault == nil {
			keys = append(keys, p.details.Product+p.details.Partner)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	known, err := r.app.Store.DetailsByKey(ctx, fieldsIn[r.o.Kind][0], keys)
	if err != nil {
		return err
	}
	for _, p := range batch {
		if p.details == nil {
			continue
		}
		now := known[p.details.Product+p.details.Partner]
		for code, text := range p.details.Fields {
			if now[code] == text {
				delete(p.details.Fields, code)
			}
		}
		if len(p.details.Fields) == 0 {
			p.details = nil
		}
	}
	return nil
}

// requests are what the rows of a batch ask for: each record itself and then its extra fields.
func (r *importRun) requests(batch []*pending) (requests []Request, sent []*pending) {
	for _, p := range batch {
		if p.fault != nil {
			continue
		}
		_, movement := p.request.Body.(*stock.MovementDraft)
		p.request.Who, p.request.Keep = r.o.Who, r.o.Keep && movement
		requests, sent = append(requests, p.request), append(sent, p)
		if p.details != nil {
			requests, sent = append(requests, Request{Who: r.o.Who, Body: p.details}), append(sent, p)
		}
	}
	return requests, sent
}

// outcomes are what became of each record: where it has extra fields too, of both together.
func outcomes(sent []*pending, results []Result) map[*pending]Result {
	out := map[*pending]Result{}
	for i, p := range sent {
		first, again := out[p]
		switch {
		case !again:
			out[p] = results[i]
		case first.Err != nil: // the record itself was refused
		default:
			out[p] = results[i]
		}
	}
	return out
}
