package sim

import (
	"fmt"

	"clew/internal/stock"
)

// reserial draws a correction of a unit's serial number: mostly to a new one, sometimes to one that another unit has, or its own.
func (r *drawer) reserial() stock.Body {
	if len(r.m.units) == 0 {
		return nil
	}
	u := r.m.units[r.unit()]
	if u == nil {
		return nil
	}
	r.n++
	right := fmt.Sprint("R", r.n)
	if other := r.m.units[r.unit()]; r.chance(20) && other != nil && other.product == u.product {
		right = other.serial
	}
	return &stock.CorrectionDraft{Product: r.m.skus[u.product], Unit: u.serial, Set: stock.LotIdentity{Serial: &right}, Reason: "misread"}
}

// unitNamed is the unit that a serial number stands for: what is called so, else what was called so until it was corrected.
func (m *model) unitNamed(sku, serial string) int64 {
	if id := m.serials[sku+"|"+serial]; id != 0 {
		return id
	}
	return m.formerly[sku+"|"+serial]
}

// judgeReserial: the unit must be known, and no other may be called so.
func (m *model) judgeReserial(d *stock.CorrectionDraft) verdict {
	u := m.units[m.unitNamed(d.Product, d.Unit)]
	switch {
	case u == nil:
		return refusal(stock.CodeUnknownUnit)
	case u.serial == *d.Set.Serial:
		return refusal(stock.CodeInvalidValue)
	case m.serials[d.Product+"|"+*d.Set.Serial] != 0:
		return refusal(stock.CodeUnitExists)
	}
	return refusal()
}

// wasCalled notes that a unit had a serial number; another that had it too makes it unsure.
func (m *model) wasCalled(unit int64, key string) {
	if was := m.formerly[key]; was != 0 && was != unit && was != m.twin {
		m.unsure[key] = true
	}
	m.formerly[key] = unit
}

// rename takes in a corrected serial number.
func (m *model) rename(c stock.Correction) error {
	u := m.units[c.Unit]
	if u == nil || c.Field != "serial" || u.serial != c.Before {
		return fmt.Errorf("it corrects the %s of unit %d from %q, the model says %+v", c.Field, c.Unit, c.Before, u)
	}
	sku := m.skus[u.product]
	key := sku + "|" + u.serial
	delete(m.serials, key)
	if stock.Nameless(c.Before) { // two after all, and both were called so
		for _, both := range m.merged[c.Unit] {
			m.unsure[both] = true
		}
	}
	if stock.Nameless(c.After) {
		m.twin = c.Unit
	}
	m.wasCalled(c.Unit, key)
	u.serial = c.After
	m.serials[sku+"|"+u.serial] = c.Unit
	return nil
}
