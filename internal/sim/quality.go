package sim

import (
	"fmt"

	"clew/internal/stock"
)

// quality draws what is asked of WIRE and of the group of TEA before it is released, or a measurement of a lot.
func (r *drawer) quality() stock.Body {
	if r.chance(20) {
		d := &stock.PlanDraft{Product: "WIRE"}
		if r.chance(50) {
			d.Product, d.Group = "", "FRESH"
		}
		for i := range r.IntN(3) {
			d.Measurements = append(d.Measurements, stock.MeasurementDraft{Name: fmt.Sprint("test", i), Max: ptr(stock.Units(5 + r.IntN(5)))})
		}
		return d
	}
	for _, slot := range r.recent() {
		if sku := r.m.skus[slot.Product]; sku == "WIRE" || sku == "TEA" {
			return r.inspection(sku, slot.Lot)
		}
	}
	return r.release()
}

func (r *drawer) inspection(sku string, lot int64) stock.Body {
	d := &stock.InspectionDraft{Product: sku, Lot: r.m.called(lot)}
	for i := range 1 + r.IntN(3) {
		d.Values = append(d.Values, stock.MeasuredDraft{Name: fmt.Sprint("test", i), Value: ptr(stock.Units(r.IntN(9)))})
	}
	return d
}

// lacking is whether a lot lacks what its product's plan, or else its group's, asks for.
func (m *model) lacking(product, lot int64) bool {
	plan := m.plans[product]
	if plan == nil {
		plan = m.groups[m.product(product).Group]
	}
	if plan == nil {
		return false
	}
	for _, n := range plan.Needs {
		if v, ok := m.measured[lot][n.Name]; !ok || v > *n.Most {
			return true
		}
	}
	return false
}

// judgeRelease: the hold must be active, and what it holds have what quality asks for.
func (m *model) judgeRelease(d *stock.ReleaseDraft) verdict {
	h := m.holds[d.Hold]
	switch {
	case d.Hold == 0 || len(d.Items) > 0:
		return verdict{}
	case h == nil:
		return refusal(stock.CodeHoldReleased, stock.CodeUnknownHold)
	case d.Override != "":
	case h.Lot != 0 && m.lacking(m.lots[h.Lot].Product, h.Lot):
		return refusal(stock.CodeReleaseIncomplete)
	case len(d.Units) > 0:
		return verdict{}
	}
	return refusal()
}

// inspect takes in what quality asks for and what it measured.
func (m *model) inspect(e *stock.Entry) error {
	if p := e.Plan; p != nil && p.Product != 0 {
		m.plans[p.Product] = p
	} else if p != nil {
		m.groups[p.Group] = p
	}
	if i := e.Inspection; i != nil {
		if m.measured[i.Lot] == nil {
			m.measured[i.Lot] = map[string]stock.Quantity{}
		}
		for _, v := range i.Values {
			m.measured[i.Lot][v.Name] = v.Value
		}
	}
	if h := e.Hold; e.Kind == stock.KindRelease && e.Override == "" && h != nil && h.Lot != 0 && m.lots[h.Lot].SameAs == 0 && m.lacking(m.lots[h.Lot].Product, h.Lot) {
		return fmt.Errorf("lot %d is released and lacks what its plan asks for", h.Lot)
	}
	return nil
}
