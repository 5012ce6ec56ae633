package sim

import (
	"fmt"
	"strings"

	"clew/internal/stock"
)

// The formats of every history: N2 writes the same numbers as N1, and DAY counts apart by site and day.
func formats() (out []stock.Body) {
	for _, code := range []string{"N1", "N2"} {
		out = append(out, &stock.FormatDraft{Code: code, Pattern: ptr("N{SEQ:8}")})
	}
	return append(out, &stock.FormatDraft{Code: "DAY", Pattern: ptr("N{SITE}{YYMMDD}{SEQ:5}{CHECK}"), Restart: ptr("day"), Per: &[]string{"site"}})
}

// numbered has goods of a line that comes in numbered, in the place of what it names.
func (r *drawer) numbered(it *stock.ItemDraft) {
	switch it.Product {
	case "PUMP":
		it.Units, it.Quantity = nil, ptr(stock.Units(1+r.IntN(5)))
	case "BOLT", "MILK":
		it.Lot, it.Dates = "", r.dates(it.Product)
	default:
		return
	}
	it.Numbered = true
}

// numbering draws numbers ahead.
func (r *drawer) numbering() stock.Body {
	return &stock.NumberingDraft{Format: one(r, []string{"", "N1", "N2", "DAY"}), Product: one(r, []string{"PUMP", "BOLT", "MILK"}), Site: one(r, siteCodes), Count: int64(1 + r.IntN(20))}
}

// ahead answers a number drawn ahead for a product and not known to be used, as a label would carry it; empty where there is none.
func (r *drawer) ahead(sku string) string {
	for range 5 {
		if n := len(r.m.labels); n > 0 {
			if code, ok := strings.CutPrefix(r.m.labels[r.IntN(n)], sku+"|"); ok {
				return code
			}
		}
	}
	return ""
}

// count follows the counters: each goes on where it was, and no number is a product's twice.
func (m *model) count(e *stock.Entry) error {
	for _, d := range e.Drawn {
		if next := m.counters[d.Counter]; next != 0 && d.First != next || d.Count < 1 || d.Next-d.First < d.Count {
			return fmt.Errorf("entry %d draws %+v, the counter was at %d", e.ID, d, next)
		}
		m.counters[d.Counter] = d.Next
	}
	if e.Kind == stock.KindNumbering && len(e.Drawn) == 1 {
		for _, code := range e.Numbers {
			name := m.skus[e.Drawn[0].Product] + "|" + code
			if m.taken(name) {
				return fmt.Errorf("entry %d draws number %s, which is taken", e.ID, name)
			}
			m.drawn[name] = true
			m.labels = append(m.labels, name)
		}
		return nil
	}
	if len(e.Drawn) == 0 {
		return nil
	}
	// No draft types labels where it has goods numbered: what comes in so was not drawn ahead.
	for _, l := range e.Lots {
		if name := m.skus[l.Product] + "|" + l.Code; m.drawn[name] {
			return fmt.Errorf("entry %d numbers lot %s as a label", e.ID, name)
		}
	}
	for _, u := range e.Births {
		if name := m.skus[u.Product] + "|" + u.Serial; m.drawn[name] {
			return fmt.Errorf("entry %d numbers unit %s as a label", e.ID, name)
		}
	}
	return nil
}

// taken reports whether a product has the code already.
func (m *model) taken(name string) bool {
	return m.drawn[name] || m.codes[name] != 0 || m.former[name] != 0 || m.serials[name] != 0
}
