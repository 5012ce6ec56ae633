package stock

import (
	"cmp"
	"slices"
)

// take is an item that left under an enforced strategy.
type take struct {
	item     int // index into the entry's items
	product  *Product
	override string
	path     string // of the line in the draft
}

// stockOf lists where the site has stock of a product, or of one lot of it, in the order in which it is taken when no
// location is named: free places before blocked ones that the movement's kind may still take from, then by place.
func (m *decision) stockOf(p *Product, lot int64) []Slot {
	var out []Slot
	for slot := range m.stock[productSite{p.ID, m.site.ID}] {
		if lot != 0 && slot.Lot != lot || m.Balances[slot].Quantity <= 0 {
			continue
		}
		if m.uses && !m.late && m.pinned(slot.Place, slot.Lot) {
			continue
		}
		out = append(out, slot)
	}
	slices.SortFunc(out, func(a, b Slot) int {
		return cmp.Or(compareBool(m.pinned(a.Place, a.Lot), m.pinned(b.Place, b.Lot)), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Lot, b.Lot))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// candidates lists the stock that a strategy may choose from, in its order: neither blocked, on hold nor past a blocking
// date, in the site, or in the location that is named and what lies inside it.
func (m *decision) candidates(p *Product, from *Place) []Slot {
	var out []Slot
	for slot := range m.stock[productSite{p.ID, m.site.ID}] {
		if m.free(p, slot) && (from == nil || m.inside(slot.Place, from.ID)) {
			out = append(out, slot)
		}
	}
	rule := p.Rule()
	slices.SortFunc(out, func(a, b Slot) int {
		x, y := m.Lots[a.Lot], m.Lots[b.Lot]
		// What came in after the movement happened was not there to be taken; it goes last, for clocks differ.
		return cmp.Or(compareBool(x.FirstIn > m.e.OccurredAt, y.FirstIn > m.e.OccurredAt),
			cmp.Compare(m.rank(rule, x), m.rank(rule, y)), cmp.Compare(x.FirstIn, y.FirstIn),
			cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Place, b.Place))
	})
	return out
}

// free reports whether stock in a slot may be shipped or used up on the movement's day.
func (m *decision) free(p *Product, slot Slot) bool {
	if m.Balances[slot].Quantity <= 0 || m.pinned(slot.Place, slot.Lot) {
		return false
	}
	lot := m.Lots[slot.Lot]
	if lot == nil {
		return slot.Lot == 0
	}
	return m.lotHold(lot.ID) == nil && (p.Past != PastBlocks || !lot.Dates.Past(m.day))
}

// lastRank is that of lots without a date.
const lastRank = int64(maxDate) + 1

// rank orders lots by strategy; lower goes first. Ranks are days, so that lots of one day are a tie.
func (m *decision) rank(rule Strategy, lot *Lot) int64 {
	if lot == nil {
		return lastRank
	}
	switch rule {
	case FIFO:
		return int64(DateOf(lot.FirstIn, m.site.Zone()))
	case LIFO:
		return -int64(DateOf(lot.FirstIn, m.site.Zone()))
	case FEFO:
		if g := lot.Dates.Governing(); g != 0 {
			return int64(g)
		}
	}
	return lastRank
}

func (s *State) inside(place, outer int64) bool {
	for p := s.Places[place]; p != nil; p = s.Places[p.Parent] {
		if p.ID == outer {
			return true
		}
	}
	return false
}

// zone is the strategy's horizon for a place: the zone it lies in, or 0 for the whole site.
func (s *State) zone(place int64) int64 {
	for p := s.Places[place]; p != nil; p = s.Places[p.Parent] {
		if p.Zone {
			return p.ID
		}
	}
	return 0
}

// complies judges the movement's choices once all of them are made: none may have skipped free stock, already in the
// ledger's hands when the movement happened, that the strategy would have taken earlier. Another choice keeps its reason.
func (m *decision) complies() *Error {
	type horizon struct {
		product *Product
		zone    int64
	}
	skipped := map[horizon]Slot{}
	for _, t := range m.takes {
		item := &m.e.Items[t.item]
		rule := t.product.Rule()
		lot := m.Lots[item.Lot]
		if rule == Manual || lot == nil {
			continue
		}
		h := horizon{t.product, m.zone(item.From)}
		first, seen := skipped[h]
		if !seen {
			first = m.firstFree(t.product, h.zone)
			skipped[h] = first
		}
		other := m.Lots[first.Lot]
		if other == nil || other == lot || m.rank(rule, other)+int64(t.product.Tolerance) >= m.rank(rule, lot) {
			continue
		}
		if t.override != "" {
			item.Override = t.override
			continue
		}
		err := Errorf(Conflict, CodeStrategyViolated, "lot", "%s goes first of %s: lot %s at %s comes before lot %s; another choice needs an override with a reason",
			rule, t.product.SKU, other.Code, m.PlaceName(first.Place), lot.Code)
		err.Offer = other.Code
		err.About = []string{other.Code, lot.Code}
		return err.At(t.path)
	}
	return nil
}

// firstFree is the slot that the strategy would take next within a zone.
func (m *decision) firstFree(p *Product, zone int64) Slot {
	var best Slot
	rule := p.Rule()
	for slot := range m.stock[productSite{p.ID, m.site.ID}] {
		lot := m.Lots[slot.Lot]
		if lot == nil || lot.FirstIn > m.e.OccurredAt || !m.free(p, slot) || zone != 0 && !m.inside(slot.Place, zone) {
			continue
		}
		if p.Tracking == TrackSerial && !m.anyFreeUnit(slot) {
			continue
		}
		if best.Lot == 0 || cmp.Or(cmp.Compare(m.rank(rule, lot), m.rank(rule, m.Lots[best.Lot])), cmp.Compare(slot.Lot, best.Lot), cmp.Compare(slot.Place, best.Place)) < 0 {
			best = slot
		}
	}
	return best
}
