package app

import (
	"context"
	"strconv"
	"strings"

	"clew/internal/stock"
)

// factOf is the kind of a row that says something beside movements; false for a movement's.
func factOf(text string) (stock.Kind, bool) {
	kind, _ := stock.ParseKind(strings.ToLower(text))
	switch kind {
	case stock.KindHold, stock.KindCleaning, stock.KindCorrection, stock.KindTracking, stock.KindDetails:
		return kind, true
	}
	return kind, false
}

// factColumns are what rows of such kinds may say beside what they are, when, why and of which reference.
var factColumns = map[stock.Kind]string{
	stock.KindHold:       " site from product lot units ",
	stock.KindCleaning:   " site from ",
	stock.KindCorrection: " product lot units becomes corrects production best_before sell_by expiry partner reverses item new quantity second_quantity ",
	stock.KindDetails:    " product lot ",
	stock.KindTracking:   " product tracking site to lot becomes units quantity production best_before sell_by expiry cautious second_quantity second_uom ",
}

const factHead = " kind reference occurred_at reason note capture override "

// fact reads rows that say something beside movements.
func (m *movementReader) fact(p *pending, kind stock.Kind) (int, *stock.Error) {
	mv, head := p.movement, p.rows[0]
	c := &cellReader{row: head}
	if kind != stock.KindTracking && kind != stock.KindCorrection && len(p.rows) > 1 {
		return 1, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "reference", "a %s is one row: give each a reference of its own", kind)
	}
	for i, row := range p.rows {
		for at, column := range row.table.columns {
			if kind == stock.KindDetails && !column.head && strings.HasPrefix(column.name, fieldMark) {
				continue
			}
			if row.cells[at] != "" && !strings.Contains(factColumns[kind]+factHead, " "+column.name+" ") {
				return i, stock.Errorf(stock.Invalid, stock.CodeUnsupported, column.name, "a row of a %s says nothing in this column", kind)
			}
		}
	}
	occurred := c.time("occurred_at", m.zone(c.text("site")))
	if occurred == 0 {
		c.refuse("occurred_at", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "say when it happened"))
	}
	units := splitList(c.text("units"), serialMarks)
	switch kind {
	case stock.KindHold:
		mv.fact = &stock.HoldDraft{Product: c.text("product"), Lot: c.text("lot"), Units: units, Site: c.text("site"), Location: c.text("from"),
			Reason: c.text("reason"), Note: c.text("note"), Occurred: occurred}
		if base, _, entailed := cutHold(p.request.Key); entailed {
			mv.after = base
		}
	case stock.KindCleaning:
		mv.fact = &stock.CleaningDraft{Site: c.text("site"), Location: c.text("from"), Occurred: occurred, Note: c.text("note")}
	case stock.KindCorrection:
		if row, fault := mv.corrected(p.rows); fault != nil {
			return row, fault
		}
	case stock.KindDetails:
		mv.fact = &stock.DetailsDraft{Product: c.text("product"), Lot: c.text("lot"), Fields: c.fields(false), Reason: c.text("reason"), Note: c.text("note"), Capture: "import"}
	case stock.KindTracking:
		d := &stock.TrackingDraft{Product: c.text("product"), Tracking: c.text("tracking"), Reason: c.text("reason"), Note: c.text("note"), Capture: "import", OccurredAt: occurred}
		for i, row := range p.rows {
			if fault := mv.tracked(d, row, i); fault != nil {
				return i, fault
			}
		}
		mv.fact = d
	}
	return 0, c.err
}

// correctionOf reads what is right of a lot or a unit.
func correctionOf(c *cellReader) *stock.CorrectionDraft {
	d := &stock.CorrectionDraft{Product: c.text("product"), Lot: c.text("lot"), Reason: c.text("reason"), Note: c.text("note"), Override: c.text("override"), Capture: "import"}
	for _, f := range []struct {
		column string
		to     **stock.Date
	}{{"production", &d.Set.Production}, {"best_before", &d.Set.BestBefore}, {"sell_by", &d.Set.SellBy}, {"expiry", &d.Set.Expiry}} {
		if text := c.clearable(f.column); text != nil {
			day := new(stock.Date)
			c.refuse(f.column, day.UnmarshalText([]byte(*text)))
			*f.to = day
		}
	}
	d.Set.Source = c.clearable("partner")
	units, becomes := splitList(c.text("units"), serialMarks), c.given("becomes")
	switch {
	case c.text("corrects") == correctsGoods || len(units) == 0:
		d.Set.Lot = becomes
	case len(units) > 1:
		c.refuse("units", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "a correction is of one unit: make one for each"))
	default:
		d.Unit, d.Set.Serial = units[0], becomes
	}
	if c.text("corrects") == correctsSame {
		d.Set.Lot, d.Set.Serial = nil, nil
		if becomes != nil {
			d.SameAs = *becomes
		}
	}
	return d
}

// tracked adds a row of a change of tracking. One without a place is of a product without stock.
func (m *movement) tracked(d *stock.TrackingDraft, row *importRow, n int) *stock.Error {
	c := &cellReader{row: row}
	if product, tracking := c.text("product"), c.text("tracking"); product != d.Product || tracking != d.Tracking {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "product", "the rows of one change of tracking name the same product and the same tracking")
	}
	if c.text("to") == "" && c.text("quantity") == "" && c.text("units") == "" {
		return nil
	}
	it := stock.TrackedItem{Site: c.text("site"), Location: c.text("to"), Was: c.text("lot"), Lot: c.text("becomes"), Units: splitList(c.text("units"), serialMarks),
		Dates:  stock.Dates{Production: c.date("production"), BestBefore: c.date("best_before"), SellBy: c.date("sell_by"), Expiry: c.date("expiry")},
		Second: c.quantity("second_quantity"), Measure: c.text("second_uom")}
	if q := c.quantity("quantity"); len(it.Units) == 0 {
		it.Quantity = q
	}
	if cautious := c.flag("cautious"); cautious != nil {
		it.Cautious = *cautious
	}
	m.where["items["+itoa(len(d.Items))+"]"] = n
	d.Items = append(d.Items, it)
	return c.err
}

// factField names the column that an error of the rules is about.
func factField(body stock.Body, field string) string {
	field = strings.TrimPrefix(field, "set.")
	switch body.(type) {
	case *stock.HoldDraft, *stock.CleaningDraft:
		if field == "location" {
			return "from"
		}
	case *stock.CorrectionDraft:
		switch field {
		case "lot", "serial", "set", "same_as":
			return "becomes"
		case "source":
			return "partner"
		case "unit":
			return "units"
		case "undo", "entry":
			return "reverses"
		}
	case *stock.TrackingDraft:
		switch field {
		case "location":
			return "to"
		case "was":
			return "lot"
		case "lot":
			return "becomes"
		}
	}
	return field
}

// cutHold reads the reference of a hold that a movement entailed: the movement's, and which of its holds it is.
func cutHold(reference string) (movement string, n int64, ok bool) {
	at := strings.LastIndex(reference, holdSuffix)
	if at < 0 {
		return reference, 0, false
	}
	n, err := strconv.ParseInt(reference[at+len(holdSuffix):], 10, 32)
	return reference[:at], n, err == nil && n > 0
}

// entriesOf finds the entries that references name: by the client's key, as export names what has none, or as a hold that a movement
// entailed.
func (a *App) entriesOf(ctx context.Context, references []string) (map[string]int64, error) {
	keys := make([]string, 0, len(references))
	for _, ref := range references {
		base, _, _ := cutHold(ref)
		keys = append(keys, ref, base, strings.TrimSuffix(ref, lossSuffix))
	}
	known, err := a.Store.EntriesByKey(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	entailed := map[string][2]int64{} // the hold's entry and the movement's
	var ids []int64
	for _, ref := range references {
		find := func(key string) int64 {
			if id := known[key]; id != 0 {
				return id
			}
			return a.ownEntry(key)
		}
		id := find(ref)
		if id == 0 {
			id = find(strings.TrimSuffix(ref, lossSuffix))
		}
		if base, n, is := cutHold(ref); is && id == 0 {
			if by := find(base); by != 0 {
				entailed[ref] = [2]int64{by + n, by}
				ids = append(ids, by+n)
			}
			continue
		}
		out[ref] = id
	}
	if len(ids) == 0 {
		return out, nil
	}
	heads, err := a.Store.EntryHeads(ctx, ids)
	for ref, e := range entailed {
		if h := heads[e[0]]; h != nil && h.Kind == stock.KindHold && h.About == e[1] {
			out[ref] = e[0]
		}
	}
	return out, err
}

// follows reports whether the movement refers to one of those that are about to be recorded.
func (m *movement) follows(keys map[string]bool) bool {
	for _, ref := range m.named() {
		base, _, _ := cutHold(ref)
		if keys[ref] || keys[base] || keys[strings.TrimSuffix(ref, lossSuffix)] {
			return true
		}
	}
	return keys[m.after]
}
