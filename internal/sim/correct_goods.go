package sim

import (
	"fmt"
	"slices"
	"strconv"

	"clew/internal/stock"
)

// exchange draws a correction of goods: two lots that are one, some that were of another lot, a unit booked twice, or the undoing of one.
func (r *drawer) exchange() stock.Body {
	m := r.m
	if len(m.exchanged) > 0 && r.chance(25) {
		return &stock.CorrectionDraft{Undo: m.exchanged[len(m.exchanged)-1-r.IntN(min(len(m.exchanged), 8))], Reason: "it was right", Override: "found late"}
	}
	if d := r.twin(); d != nil && r.chance(30) {
		return d
	}
	slots := r.recent()
	for _, slot := range slots {
		if slot.Lot == 0 {
			continue
		}
		d := &stock.CorrectionDraft{Product: m.skus[slot.Product], Lot: m.lots[slot.Lot].Code, Reason: "the labels were read again", Override: "found late"}
		other := ""
		for id := int64(len(m.lots)); id > 0 && id > int64(len(m.lots))-200; id-- {
			if l := m.lots[id]; l.Product == slot.Product && l.SameAs == 0 && (id != slot.Lot || r.chance(5)) && r.chance(30) {
				other = l.Code
				break
			}
		}
		if other != "" && r.chance(40) {
			d.SameAs = other
			return d
		}
		return r.apart(d, slot.Lot, other)
	}
	return r.receive()
}

// apart draws which goods of a lot were of another, known or new.
func (r *drawer) apart(d *stock.CorrectionDraft, lot int64, other string) stock.Body {
	m := r.m
	d.Set.Lot = &other
	if other == "" || r.chance(50) {
		r.n++
		d.New, d.Set.Lot = true, ptr(fmt.Sprint("L", r.n))
		if dates := r.dates(d.Product); dates.Expiry != 0 {
			d.Set.Expiry = ptr(dates.Expiry)
		}
	}
	share := stock.Quantity(1 + r.IntN(100))
	for _, id := range m.rowsOf(lot) {
		s := m.stands[id]
		it := stock.CorrectedItem{Item: id}
		switch {
		case len(s.units[lot]) > 0 && r.chance(50):
			it.Units = []string{m.units[s.units[lot][0].First].serial}
		case len(s.units[lot]) == 0 && s.item.Second == nil && share < 60 && s.parts[lot] > 2*stock.One:
			it.Quantity = ptr(s.parts[lot] * share / 100 / stock.One * stock.One)
		}
		if it.Quantity != nil && *it.Quantity == 0 {
			it.Quantity = nil
		}
		if r.chance(80) || len(d.Items) == 0 {
			d.Items = append(d.Items, it)
		}
		if len(it.Units) > 0 || len(s.units[lot]) > 0 && r.chance(50) {
			break
		}
	}
	if len(d.Items) == 0 {
		return r.receive()
	}
	return d
}

// twin draws two units of a product that are one, mostly such that one was where the other is.
func (r *drawer) twin() stock.Body {
	m := r.m
	if len(m.units) < 2 {
		return nil
	}
	for range 8 {
		a, b := m.units[r.unit()], m.units[r.unit()]
		if a == nil || b == nil || a.product != b.product || a == b {
			continue
		}
		return &stock.CorrectionDraft{Product: m.skus[a.product], Unit: b.serial, SameAs: a.serial, Reason: "one plate, read twice", Override: "found late"}
	}
	return nil
}

// judgeExchange says what must become of a correction of goods.
func (m *model) judgeExchange(d *stock.CorrectionDraft) verdict {
	switch {
	case d.Undo != 0:
		return verdict{}
	case d.Unit != "":
		return m.judgeTwin(d)
	}
	lot := m.named(d.Product, d.Lot)
	if lot == 0 {
		return refusal(stock.CodeUnknownLot)
	}
	m.wasHeld = m.lotHeld(lot)
	if len(d.Items) > 0 {
		return m.judgeApart(d, lot)
	}
	switch m.named(d.Product, d.SameAs) {
	case 0:
		return refusal(stock.CodeUnknownLot)
	case lot:
		return refusal(stock.CodeInvalidValue)
	}
	return refusal()
}

// judgeTwin: one unit goes on from where the other was, anywhere on its way.
func (m *model) judgeTwin(d *stock.CorrectionDraft) verdict {
	twin, unit := m.unitNamed(d.Product, d.Unit), m.unitNamed(d.Product, d.SameAs)
	switch {
	case twin == 0 || unit == 0:
		return refusal(stock.CodeUnknownUnit)
	case twin == unit:
		return refusal(stock.CodeInvalidValue)
	case !slices.Contains(m.way(twin, unit), m.units[unit].at):
		return refusal(stock.CodeUnitElsewhere)
	}
	return refusal()
}

// judgeApart: the goods named must stand, and the lot must have been everywhere where they were taken from.
func (m *model) judgeApart(d *stock.CorrectionDraft, lot int64) verdict {
	to := m.named(d.Product, *d.Set.Lot)
	rows := map[int64]stock.Quantity{}
	var units stock.Runs
	for _, it := range d.Items {
		s := m.stands[it.Item]
		switch {
		case s == nil || s.parts[lot] == 0:
			return refusal(stock.CodeUnknownEntry)
		case rows[it.Item] != 0:
			return verdict{}
		case len(it.Units) > 0:
			id := m.unitNamed(d.Product, it.Units[0])
			if id == 0 || !s.units[lot].Contains(id) {
				return verdict{opinion: true, bad: true}
			}
			units = units.Union(stock.RunsOf([]int64{id}))
		case len(s.units[lot]) > 0:
			units = units.Union(s.units[lot])
		case it.Quantity != nil && *it.Quantity > s.parts[lot]:
			return refusal(stock.CodeInsufficientStock)
		case s.item.Second != nil:
			return verdict{} // part of it may have gone back
		case it.Quantity != nil:
			rows[it.Item] = *it.Quantity
		default:
			rows[it.Item] = s.parts[lot]
		}
	}
	switch {
	case to == 0 && !d.New:
		return refusal(stock.CodeUnknownLot)
	case to == lot:
		return refusal(stock.CodeInvalidValue)
	case to != 0 && d.New:
		return refusal(stock.CodeLotExists)
	case to != 0 && d.Set.Expiry != nil:
		return refusal(stock.CodeUnsupported)
	}
	for id, s := range m.stands {
		if both := s.units[lot].Intersect(units); len(both) > 0 {
			rows[id] = stock.Units(both.Count())
		}
	}
	less, more := map[int64]stock.Quantity{}, map[int64]stock.Quantity{}
	for id, q := range rows {
		it := m.stands[id].item
		less[it.To] += q
		less[it.From] -= q
		more[it.From] += q
		more[it.To] -= q
	}
	product := m.lots[lot].Product
	whole := map[int64]stock.Quantity{} // booked by quantity
	for id, q := range rows {
		if s := m.stands[id]; len(s.units[lot]) == 0 {
			whole[s.item.To] += q
			whole[s.item.From] -= q
		}
	}
	var also []string
	for place, q := range whole {
		if at := m.places[place]; q != 0 && m.product(product).Tracking == stock.TrackSerial && (at.Real() || at.Kind == stock.PlaceTransit) {
			also = append(also, stock.CodeTrackingChanged)
		}
	}
	for place := range less {
		at := m.places[place]
		if !at.Real() && at.Kind != stock.PlaceTransit {
			continue
		}
		if m.goods[stock.Slot{Product: product, Lot: lot, Place: place}] < less[place] || m.goods[stock.Slot{Product: product, Lot: to, Place: place}] < more[place] {
			return refusal(append(also, stock.CodeInsufficientStock)...)
		}
	}
	if len(also) > 0 {
		return refusal(also...)
	}
	return refusal()
}

// ones takes in what an entry says of two that were found to be one: their names.
func (m *model) ones(c stock.Correction) error {
	if c.Unit != 0 {
		key := m.skus[m.units[c.Unit].product] + "|" + c.Before
		m.wasCalled(c.Unit, key)
		m.merged[m.twin] = append(m.merged[m.twin], key)
		return nil
	}
	lot := m.lots[c.Lot]
	was := ""
	if lot.SameAs != 0 {
		was = strconv.FormatInt(lot.SameAs, 10)
	}
	for _, u := range m.units { // also those that were taken back
		if to, err := strconv.ParseInt(c.After, 10, 64); u.lot == c.Lot && err == nil {
			u.lot = to
		}
	}
	if c.Before != was {
		return fmt.Errorf("lot %d was the same as %q, the model says %q", c.Lot, c.Before, was)
	}
	if lot.SameAs, _ = strconv.ParseInt(c.After, 10, 64); lot.SameAs == 0 {
		m.unsure[m.skus[lot.Product]+"|"+lot.Code] = true // once it is not called so any more
	}
	m.lots[c.Lot] = lot
	for _, code := range m.formers[c.Lot] {
		if stock.Nameless(code) {
			continue
		}
		to := c.Lot
		if lot.SameAs != 0 {
			to = lot.SameAs
			m.formers[to] = append(m.formers[to], code)
		} else {
			m.unsure[m.skus[lot.Product]+"|"+code] = true // both were called so
		}
		m.former[m.skus[lot.Product]+"|"+code] = to
	}
	return nil
}

// one: of what was found to be another nothing is left, and what was held is held.
func (h *history) one(d *stock.CorrectionDraft) error {
	m := h.m
	switch {
	case d.Undo != 0:
		return nil
	case d.Unit != "":
		twin, unit := m.unitNamed(d.Product, d.Unit), m.unitNamed(d.Product, d.SameAs)
		if twin != unit && !m.vague(d.Product, d.Unit, d.SameAs) {
			return fmt.Errorf("%s and %s of %s are not one unit", d.Unit, d.SameAs, d.Product)
		}
		return nil
	case d.SameAs != "":
		lot := m.named(d.Product, d.SameAs)
		if m.named(d.Product, d.Lot) != lot || m.wasHeld && !m.lotHeld(lot) {
			return fmt.Errorf("%s and %s of %s are not one lot, or it is not held any more", d.Lot, d.SameAs, d.Product)
		}
		for slot := range m.goods {
			if m.lots[slot.Lot].SameAs != 0 {
				return fmt.Errorf("%+v is left of lot %d, which is the same as another", slot, slot.Lot)
			}
		}
	case m.wasHeld && !m.lotHeld(m.named(d.Product, *d.Set.Lot)):
		return fmt.Errorf("goods of lot %s of %s were held and are not any more", d.Lot, d.Product)
	}
	return nil
}
