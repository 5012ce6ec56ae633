package stock

import (
	"cmp"
	"slices"
)

// arrive takes goods out of the transit of their dispatch, in parts if need be. More than was dispatched is found, and
// with close what has not come is lost; both need a reason.
func (m *decision) arrive() *Error {
	sent := m.Entries[m.d.Dispatch]
	if sent == nil || sent.Kind != KindDispatch {
		return Errorf(NotFound, CodeUnknownEntry, "dispatch", "entry %d is no dispatch", m.d.Dispatch)
	}
	m.e.About = sent.ID
	for _, it := range sent.Items {
		if p := m.Places[it.To]; p.Kind == PlaceTransit {
			m.other = p
		}
	}
	if m.other.ToSite != m.site.ID {
		return Errorf(Invalid, CodeWrongSite, "site", "dispatch %d is bound for site %s, not %s", sent.ID, m.siteCode(m.other.ToSite), m.site.Code)
	}
	if len(m.d.Items) == 0 && !m.d.Close {
		return Errorf(Invalid, CodeRequired, "items", "say what arrived, or close the dispatch")
	}
	for i := range m.d.Items {
		if err := m.arriveItem(&m.d.Items[i]); err != nil {
			return err.At(index("items", i))
		}
	}
	if m.d.Close {
		return m.loseRest()
	}
	return nil
}

func (m *decision) arriveItem(it *ItemDraft) *Error {
	p, _, err := m.line(&it)
	if err != nil {
		return err
	}
	to, err := m.location("to", m.site, it.To)
	if err != nil {
		return err
	}
	quantity, err := it.amount(p)
	if err != nil {
		return err
	}
	if p.Tracking == TrackSerial {
		units, err := m.units(p, it.Units)
		if err != nil {
			return err
		}
		for _, u := range units {
			if u.Place != m.other.ID {
				return m.elsewhere(p, u, m.other)
			}
		}
		before := len(m.e.Items)
		if err := m.postUnits(p, it, units, func(*Unit) Item { return Item{To: to.ID} }); err != nil {
			return err
		}
		return m.weighedOnce(it, before)
	}
	var lot *Lot
	if it.Lot != "" {
		if lot, err = m.lot(p, it.Lot); err != nil {
			return err
		}
	}
	before := len(m.e.Items)
	left := quantity
	var last int64
	for _, slot := range m.inTransit(p) {
		if left == 0 {
			break
		}
		if lot != nil && slot.Lot != lot.ID {
			continue
		}
		some := min(left, m.Balances[slot].Quantity)
		if err := m.post(it, Item{Product: p.ID, Lot: slot.Lot, Quantity: some, From: m.other.ID, To: to.ID, Known: m.chosenUnless(p, it)}); err != nil {
			return err
		}
		last = slot.Lot
		left -= some
	}
	if left == 0 {
		return m.weighedOnce(it, before)
	}
	if lot == nil && p.Tracking == TrackLot && last == 0 {
		return Errorf(Invalid, CodeLotRequired, "lot", "dispatch %d carries no more of %s: name the lot of what came beyond it", m.e.About, p.SKU)
	}
	if lot != nil {
		last = lot.ID
	}
	if m.e.Reason == "" {
		return Errorf(Conflict, CodeInsufficientStock, "quantity", "dispatch %d carries %s less of %s than that; to book the surplus as found, give a reason", m.e.About, left, p.SKU)
	}
	if err := m.post(it, Item{Product: p.ID, Lot: last, Quantity: left, From: m.purpose(m.site, PlaceFound).ID, To: to.ID, Known: m.chosenUnless(p, it)}); err != nil {
		return err
	}
	return m.weighedOnce(it, before)
}

// chosenUnless says how the lot of an arriving line is known: nobody looked when the line named none.
func (m *decision) chosenUnless(p *Product, it *ItemDraft) Known {
	if p.Tracking == TrackLot && it.Lot == "" {
		return Chosen
	}
	return KnownNone
}

func (m *decision) inTransit(p *Product) []Slot {
	var out []Slot
	for slot, b := range m.Balances {
		if slot.Place == m.other.ID && b.Quantity > 0 && (p == nil || slot.Product == p.ID) {
			out = append(out, slot)
		}
	}
	slices.SortFunc(out, func(a, b Slot) int { return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Lot, b.Lot)) })
	return out
}

func (m *decision) loseRest() *Error {
	loss := m.purpose(m.site, PlaceLoss)
	rest := m.inTransit(nil)
	if len(rest) > 0 && m.e.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "goods of dispatch %d are missing: say why they are given up", m.e.About)
	}
	for _, slot := range rest {
		item := Item{Product: slot.Product, Lot: slot.Lot, Quantity: m.Balances[slot].Quantity, From: slot.Place, To: loss.ID}
		if m.ProductIDs[slot.Product].Tracking == TrackSerial {
			var ids []int64
			for _, u := range m.Units {
				if u.Place == slot.Place && u.Lot == slot.Lot && u.Product == slot.Product {
					ids = append(ids, u.ID)
				}
			}
			item.Units = RunsOf(ids)
		}
		if err := m.post(&ItemDraft{}, item); err != nil {
			return err
		}
	}
	return nil
}
