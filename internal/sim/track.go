package sim

import (
	"cmp"
	"fmt"
	"slices"

	"clew/internal/stock"
)

// rising are products that become tracked: not at all, by lot, unit by unit.
var rising = []string{"ROPE", "CORD", "YARN", "HOSE"}

// lotless reports whether goods of a product are brought in without a lot.
func (r *drawer) lotless(sku string) bool {
	return sku == "PUMP" || r.m.products[sku].Tracking == stock.TrackNone
}

func (r *drawer) bySerial(sku string) bool { return r.m.products[sku].Tracking == stock.TrackSerial }

// track draws a change of tracking that names today's stock, or nearly.
func (r *drawer) track() stock.Body {
	sku := one(r, rising)
	p := r.m.products[sku]
	to := one(r, []stock.Tracking{p.Tracking, p.Tracking + 1, p.Tracking + 1, p.Tracking + 2, 0})
	d := &stock.TrackingDraft{Product: sku, Tracking: min(to, stock.TrackSerial).String(), Reason: "the law"}
	if to <= p.Tracking {
		return d
	}
	if to == stock.TrackLot && r.chance(40) {
		r.n++
		d.Rest = &stock.RestDraft{Lot: fmt.Sprint("L", r.n)}
	}
	for _, slot := range r.m.stockOf(p.ID) {
		at, have := r.m.places[slot.Place], r.m.goods[slot]
		it := stock.TrackedItem{Site: r.m.siteIDs[at.Site], Location: at.Code}
		if slot.Lot != 0 {
			it.Was = r.m.lots[slot.Lot].Code
		}
		if d.Rest != nil && r.chance(50) {
			continue
		}
		r.n++
		if d.Tracking == "lot" {
			it.Lot, it.Quantity = fmt.Sprint("L", r.n), &have
		} else {
			it.Units = []string{fmt.Sprintf("U%d-0001~+%d", r.n, have/stock.One-1)}
		}
		d.Items = append(d.Items, it)
	}
	if n := len(d.Items); n > 0 && r.chance(35) {
		d.Items = d.Items[:n-1] // somebody forgot a shelf
	}
	return d
}

// stockOf lists where the product's stock is.
func (m *model) stockOf(product int64) (out []stock.Slot) {
	for _, site := range siteCodes {
		for slot := range m.onHand[[2]int64{product, m.sites[site].ID}] {
			out = append(out, slot)
		}
	}
	slices.SortFunc(out, func(a, b stock.Slot) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Lot, b.Lot)) })
	return out
}

// misfit reports whether a line names its goods otherwise than the product is tracked.
func (m *model) misfit(it *stock.ItemDraft) bool {
	switch m.products[it.Product].Tracking {
	case stock.TrackNone:
		return it.Lot != "" || len(it.Units) > 0
	case stock.TrackLot:
		return len(it.Units) > 0
	}
	return len(it.Units) == 0
}

// judgeTracking: nothing on its way, and just today's stock named.
func (m *model) judgeTracking(d *stock.TrackingDraft) verdict {
	p, rest := m.products[d.Product], map[stock.Slot]stock.Quantity{}
	for slot, have := range m.goods {
		if at := m.places[slot.Place]; slot.Product == p.ID && at.Kind == stock.PlaceTransit && have != 0 {
			rest[slot] = have
		}
	}
	switch to := map[string]stock.Tracking{"none": stock.TrackNone, "lot": stock.TrackLot, "serial": stock.TrackSerial}[d.Tracking]; {
	case to == p.Tracking && len(d.Items) == 0 && d.Rest == nil:
		return refusal()
	case to == p.Tracking:
		return refusal(stock.CodeInvalidValue)
	case len(rest) > 0:
		return refusal(stock.CodeGoodsInTransit)
	case to < p.Tracking && (len(d.Items) > 0 || d.Rest != nil):
		return verdict{opinion: true, bad: true} // drawn for a lower one
	case to < p.Tracking && len(m.stockOf(p.ID)) > 0:
		return refusal(stock.CodeTrackingInUse)
	case to < p.Tracking:
		return refusal()
	}
	for _, slot := range m.stockOf(p.ID) {
		rest[slot] = m.goods[slot]
	}
	for _, it := range d.Items {
		if m.vague(d.Product, it.Was) {
			return verdict{}
		}
		slot := stock.Slot{Product: p.ID, Lot: m.named(d.Product, it.Was), Place: m.at[it.Site+"/"+it.Location]}
		if it.Was != "" && (slot.Lot == 0 || p.Tracking == stock.TrackNone) || it.Was == "" && p.Tracking == stock.TrackLot {
			return verdict{} // drawn for another mode
		}
		if it.Quantity != nil {
			rest[slot] -= *it.Quantity
		} else if units, err := stock.ExpandSerials(it.Units, stock.MaxUnits); err == nil {
			rest[slot] -= stock.Units(len(units))
		}
	}
	for _, left := range rest {
		if left < 0 || left > 0 && d.Rest == nil {
			return refusal(stock.CodeStockDiffers)
		}
	}
	return refusal()
}

// raised: after a change of tracking no stock is told apart as before.
func (m *model) raised(e *stock.Entry) error {
	if e.Kind != stock.KindTracking {
		return nil
	}
	count := map[stock.Slot]int{}
	for _, u := range m.units {
		count[stock.Slot{Product: u.product, Lot: u.lot, Place: u.at}]++
	}
	for _, slot := range m.stockOf(e.Product.ID) {
		switch p := m.product(slot.Product); {
		case p.Tracking == stock.TrackLot && slot.Lot == 0:
			return fmt.Errorf("%s at place %d became no lot", m.goods[slot], slot.Place)
		case p.Tracking == stock.TrackSerial && stock.Units(count[slot]) != m.goods[slot]:
			return fmt.Errorf("%s at place %d became %d units", m.goods[slot], slot.Place, count[slot])
		}
	}
	return nil
}
