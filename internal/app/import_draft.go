package app

import (
	"strings"

	"clew/internal/stock"
)

// draft makes the movement's draft of its rows; an error comes with the row that it is about.
func (m *movementReader) draft(p *pending) (int, *stock.Error) {
	head, from, row, err := headOf(p.rows)
	if err != nil {
		return row, err
	}
	p.movement.where = map[string]int{}
	if kind, is := factOf(head.text("kind")); is {
		return m.fact(p, kind)
	}
	c := &cellReader{row: head}
	d := &stock.MovementDraft{Site: c.text("site"), Reason: c.text("reason"), Note: c.text("note"), Capture: "import"}
	if capture := c.text("capture"); capture != "" {
		d.Capture = capture
	}
	d.OccurredAt = c.time("occurred_at", m.zone(d.Site))
	d.Fields = c.fields(true)
	p.movement.draft = d
	if head.table.kind == "opening" {
		d.Kind = stock.KindOpening
	} else {
		m.movementHead(p.movement, c)
	}
	if c.err != nil {
		return from[c.err.Field], c.err
	}
	for i, row := range p.rows {
		if err := p.movement.item(row, i); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// headOf gathers what the rows say about the movement as a whole. A row may leave it to the others, but not differ.
func headOf(rows []*importRow) (head *importRow, from map[string]int, at int, err *stock.Error) {
	head = rows[0]
	from = map[string]int{}
	if len(rows) == 1 {
		return head, from, 0, nil
	}
	merged := *head
	merged.cells = append([]string{}, head.cells...)
	for i, row := range rows[1:] {
		for at, c := range row.table.columns {
			switch cell := row.cells[at]; {
			case !c.head || cell == "" || cell == merged.cells[at], c.name == "site" && head.text("kind") == stock.KindTracking.String(),
				c.name == "reverses" && head.text("kind") == stock.KindCorrection.String():
			case merged.cells[at] == "":
				merged.cells[at] = cell
				from[c.name] = i + 1
			default:
				first := rows[from[c.name]].record.line
				return nil, nil, i + 1, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name,
					"%q here and %q in line %d: the rows of one movement say the same, or leave it empty", clipped(cell), clipped(merged.cells[at]), first)
			}
		}
	}
	return &merged, from, 0, nil
}

// movementHead reads what only a history of movements has.
func (m *movementReader) movementHead(mv *movement, c *cellReader) {
	d := mv.draft
	kind, ok := stock.ParseKind(strings.ToLower(c.text("kind")))
	switch {
	case c.text("kind") == "":
		c.refuse("kind", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "say what kind of movement it is"))
	case !ok || kind < stock.KindOpening || kind > stock.KindReversal && kind != stock.KindRelease:
		c.refuse("kind", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "%q is no kind of movement", clipped(c.text("kind"))))
	case c.text("occurred_at") == "":
		c.refuse("occurred_at", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "say when it happened"))
	case kind.Transforms() && c.text("reference") == "":
		c.refuse("reference", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "the inputs and outputs of a %s belong together by a reference", kind))
	}
	d.Kind = kind
	d.Partner, d.Address, d.ToSite, d.Purpose = c.text("partner"), c.text("address"), c.text("to_site"), c.text("purpose")
	if closes := c.flag("close"); closes != nil {
		d.Close = *closes
	}
	if c.text("tracking") != "" {
		c.refuse("tracking", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a change of tracking says how goods are told apart"))
	}
	for _, field := range []string{"dispatch", "reverses", "hold"} {
		if ref := c.text(field); ref != "" {
			if mv.about != "" {
				c.refuse(field, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "a movement reverses another, receives a dispatch or lifts a hold, not several of them"))
			}
			mv.about, mv.field = ref, field
		}
	}
	switch {
	case mv.field == "dispatch" && kind != stock.KindArrive:
		c.refuse("dispatch", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only an arrival belongs to a dispatch"))
	case mv.field == "reverses" && kind != stock.KindReversal:
		c.refuse("reverses", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a reversal reverses"))
	case mv.field == "hold" && kind != stock.KindRelease:
		c.refuse("hold", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a release lifts a hold"))
	}
	if kind == stock.KindRelease {
		d.Override = c.text("override")
		for _, column := range []string{"partner", "address", "to_site", "dispatch", "close", "purpose", "reverses", "order", "delivery_note", "invoice", "batch_record", "references"} {
			if c.text(column) != "" {
				c.refuse(column, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "a release moves goods out of a blocking location, or into one, and says no more"))
			}
		}
	}
	for _, kind := range referenceColumns {
		for _, code := range splitList(c.text(kind), "|") {
			mv.refs = append(mv.refs, kind)
			d.References = append(d.References, stock.Reference{Kind: kind, Code: strings.TrimSpace(code)})
		}
	}
	for _, text := range splitList(c.text("references"), "|") {
		kind, code, ok := cutReference(strings.TrimSpace(text))
		if !ok {
			c.refuse("references", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "%q is not written as kind:code", clipped(text)))
		}
		mv.refs = append(mv.refs, "references")
		d.References = append(d.References, stock.Reference{Kind: kind, Code: code})
	}
}

// referenceColumns are the kinds of references with a column of their own.
var referenceColumns = []string{"order", "delivery_note", "invoice", "batch_record"}

// cutReference cuts kind:code at its first colon that has no backslash in front.
func cutReference(text string) (kind, code string, ok bool) {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		} else if text[i] == ':' {
			return strings.ReplaceAll(text[:i], `\:`, ":"), text[i+1:], true
		}
	}
	return "", "", false
}

// item adds the item of a row. A row may have none: a whole reversal, or the end of a dispatch.
func (m *movement) item(row *importRow, n int) *stock.Error {
	empty := true
	for at, c := range row.table.columns {
		empty = empty && (c.head || c.name == "reference" || row.cells[at] == "")
	}
	if empty {
		return nil
	}
	c := &cellReader{row: row}
	if c.text("becomes") != "" {
		c.refuse("becomes", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a correction or a change of tracking calls goods otherwise than before"))
	}
	if m.field == "hold" && c.text("from") == "" && c.text("to") == "" && c.text("product") == "" && c.text("units") != "" {
		m.lifted = append(m.lifted, splitList(c.text("units"), serialMarks)...)
		return c.err
	}
	it := stock.ItemDraft{Scan: c.text("scan"), Product: c.text("product"), Lot: c.text("lot"), Units: splitList(c.text("units"), serialMarks), Quantity: c.quantity("quantity"), Packaging: c.text("packaging"),
		Dates:    stock.Dates{Production: c.date("production"), BestBefore: c.date("best_before"), SellBy: c.date("sell_by"), Expiry: c.date("expiry")},
		Captured: c.text("captured"), Second: c.quantity("second_quantity"), Measure: stock.CommonUoM(c.text("second_uom")), How: c.text("how")}
	if cautious := c.flag("cautious"); cautious != nil {
		it.Cautious = *cautious
	}
	if numbered := c.flag("numbered"); numbered != nil {
		it.Numbered = *numbered
	}
	it.LotFields = c.fields(false)
	if row.table.kind == "opening" {
		it.To = c.text("location")
		m.add(&m.draft.Items, "items", it, n)
		return c.err
	}
	it.From, it.To, it.SupplierLot, it.Override = c.text("from"), c.text("to"), c.text("supplier_lot"), c.text("override")
	it.Expected = c.quantity("expected")
	if born := c.flag("new"); born != nil {
		it.New = *born
	}
	ordinal := c.number("item")
	switch {
	case m.draft.Kind == stock.KindReversal:
		n := 0
		if ordinal != nil {
			if n = *ordinal; n < 1 {
				c.refuse("item", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "items are counted from 1"))
			}
		}
		m.items = append(m.items, n)
	case ordinal != nil:
		c.refuse("item", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a reversal says which item it is about"))
	}
	if !m.draft.Kind.Transforms() {
		if c.text("role") != "" || c.text("group") != "" {
			c.refuse("role", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "a %s has items, not inputs and outputs", m.draft.Kind))
		}
		m.add(&m.draft.Items, "items", it, n)
		return c.err
	}
	g := m.group(c.text("group"))
	switch list := "groups[" + itoa(g) + "]"; strings.ToLower(c.text("role")) {
	case "input":
		m.add(&m.draft.Groups[g].Inputs, list+".inputs", it, n)
	case "output":
		m.add(&m.draft.Groups[g].Outputs, list+".outputs", it, n)
	default:
		c.refuse("role", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "%q is neither input nor output", clipped(c.text("role"))))
	}
	return c.err
}

// add keeps where an item came from, for errors about it.
func (m *movement) add(to *[]stock.ItemDraft, list string, it stock.ItemDraft, row int) {
	m.where[list+"["+itoa(len(*to))+"]"] = row
	*to = append(*to, it)
}

// group finds the group of a transformation by what the file calls it.
func (m *movement) group(label string) int {
	g, ok := m.where["group "+label]
	if !ok {
		g = len(m.draft.Groups)
		m.where["group "+label] = g
		m.draft.Groups = append(m.draft.Groups, stock.Group{})
	}
	return g
}

// locate finds the row and column that an error of the rules is about.
func (p *pending) locate(kind string, err *stock.Error) (int, *stock.Error) {
	named := *err
	if p.movement == nil {
		named.Field = fieldColumn(masterField(kind, err.Field))
		return 0, &named
	}
	m := p.movement
	row, field := 0, err.Field
	if m.fact != nil {
		defer func() { named.Field = factField(m.fact, named.Field) }()
	}
	for cut := len(field); cut > 0; cut = strings.LastIndexByte(field[:cut], '.') {
		if at, ok := m.where[field[:cut]]; ok {
			row, field = at, strings.TrimPrefix(field[cut:], ".")
			break
		}
	}
	if i := strings.IndexByte(field, '['); i >= 0 {
		var n int
		if rest, ok := strings.CutPrefix(field, "references["); ok {
			for _, c := range []byte(rest) {
				if c < '0' || c > '9' {
					break
				}
				n = n*10 + int(c-'0')
			}
			if n < len(m.refs) {
				field = m.refs[n]
			}
		} else {
			field = field[:i]
		}
	}
	switch {
	case field == "idempotency_key":
		field = "reference"
	case field == "to" && kind == "opening":
		field = "location"
	case field == "groups", field == "inputs", field == "outputs":
		field = "role"
	case field == "items":
		field = "product"
	}
	named.Field = fieldColumn(field)
	if field == "lot_fields" {
		named.Field = p.rows[row].firstField()
	}
	return row, &named
}
