package app

import (
	"slices"

	"clew/internal/stock"
)

// goodsRow is what a row of a correction says of an item of which goods were of another lot.
type goodsRow struct {
	reference string // of the movement
	item      int    // its place in the movement, from 1; 0 where it has one only of the lot
}

// goodsColumns are those of a correction that says which goods were of another lot.
var goodsColumns = []string{"item", "new", "quantity", "second_quantity"}

// corrected reads what is to be put right. Which goods were of another lot may take several rows, an item each.
func (m *movement) corrected(rows []*importRow) (row int, err *stock.Error) {
	c := &cellReader{row: rows[0]}
	d := correctionOf(c)
	m.fact = d
	what, reverses := c.text("corrects"), c.text("reverses")
	switch {
	case !slices.Contains([]string{"", correctsSame, correctsGoods, correctsUndo}, what):
		c.refuse("corrects", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "%q is none of %s, %s and %s", clipped(what), correctsSame, correctsGoods, correctsUndo))
	case what == correctsGoods:
		for i, row := range rows {
			if err := m.goodsOf(d, row, i); err != nil {
				return i, err
			}
		}
		return 0, c.err
	case len(rows) > 1:
		return 1, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "reference", "a correction is one row, unless it says which goods were of another lot: give each a reference of its own")
	case what == correctsUndo && reverses == "":
		c.refuse("reverses", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "say which correction is taken back, by its reference"))
	case what == correctsUndo:
		m.about, m.field = reverses, "reverses"
		m.fact = &stock.CorrectionDraft{Reason: d.Reason, Note: d.Note, Override: d.Override, Capture: d.Capture}
	case reverses != "":
		c.refuse("reverses", stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "what is right of a lot or a unit is said without a movement; where one is meant, corrects is goods or undo"))
	}
	for _, column := range goodsColumns {
		if c.text(column) != "" {
			c.refuse(column, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "only a correction of goods says this: its corrects is goods"))
		}
	}
	return 0, c.err
}

// goodsOf adds an item of which the goods were of another lot.
func (m *movement) goodsOf(d *stock.CorrectionDraft, row *importRow, n int) *stock.Error {
	c := &cellReader{row: row}
	if n > 0 {
		for _, column := range []string{"corrects", "product", "lot", "becomes", "new", "production", "best_before", "sell_by", "expiry"} {
			if c.text(column) != m.first.text(column) {
				return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, column, "the rows of one correction say the same of both lots")
			}
		}
	} else {
		m.first = row
		if born := c.flag("new"); born != nil {
			d.New = *born
		}
	}
	g := goodsRow{reference: c.text("reverses")}
	if at := c.number("item"); at != nil {
		if g.item = *at; g.item < 1 {
			c.refuse("item", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "items are counted from 1"))
		}
	}
	if g.reference == "" {
		c.refuse("reverses", stock.Errorf(stock.Invalid, stock.CodeRequired, "", "say which movement booked these goods, by its reference"))
	}
	m.where["items["+itoa(n)+"]"] = n
	m.goods = append(m.goods, g)
	d.Items = append(d.Items, stock.CorrectedItem{Quantity: c.quantity("quantity"), Second: c.quantity("second_quantity"), Units: splitList(c.text("units"), serialMarks)})
	return c.err
}

// named are the references by which a movement names others.
func (m *movement) named() (out []string) {
	if m.about != "" {
		out = append(out, m.about)
	}
	for _, g := range m.goods {
		if !slices.Contains(out, g.reference) {
			out = append(out, g.reference)
		}
	}
	return out
}

// nameGoods puts the items that a correction names into its draft.
func (p *pending) nameGoods(known map[string]int64, movements map[int64]Entry) {
	for i, g := range p.movement.goods {
		it, entry := &p.movement.fact.(*stock.CorrectionDraft).Items[i], known[g.reference]
		items := movements[entry].Items
		switch {
		case entry == 0:
			p.faulty, p.fault = i, stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "reverses", "no movement with the reference %q is recorded", clipped(g.reference))
			return
		case g.item == 0:
			it.Entry = entry
		case g.item > len(items):
			p.faulty, p.fault = i, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "item", "%q has %d items: say which is meant, from 1", clipped(g.reference), len(items))
			return
		default:
			it.Item = items[g.item-1].Item
		}
	}
}
