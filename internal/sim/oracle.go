package sim

import (
	"slices"

	"clew/internal/stock"
)

// verdict is what the model says must become of a draft.
type verdict struct {
	opinion bool     // it has one
	replay  int64    // the entry that answered the same key and request before
	codes   []string // it must be refused with one of these; none: it must be accepted
	bad     bool     // it must be refused, with whatever code
}

// accepted is the opinion that nothing stands in the way; refusal names what does.
func refusal(codes ...string) verdict { return verdict{opinion: true, codes: codes} }

// judge says what must become of a draft, as far as the model knows the rules.
func (m *model) judge(c command) verdict {
	d := c.draft
	if used, ok := m.keys[d.Key]; ok && d.Key != "" {
		if used.Hash != d.Hash {
			return refusal(stock.CodeKeyReused)
		}
		return verdict{opinion: true, replay: used.Entry}
	}
	if c.bad {
		return verdict{opinion: true, bad: true}
	}
	switch body := d.Body.(type) {
	case *stock.MovementDraft:
		if d.Keep && m.waits(body) {
			return refusal(stock.CodeWaitsForException)
		}
		if m.comesLate(body) {
			return verdict{opinion: true, bad: true}
		}
		return m.andAsked(body, m.judgeMovement(m.inPieces(body)))
	case *stock.CorrectionDraft:
		return m.judgeCorrection(body)
	case *stock.ReleaseDraft:
		return m.judgeRelease(body)
	case *stock.ResolveDraft:
		return m.judgeResolve(body)
	}
	return m.judgeFurther(d.Body)
}

// waits reports whether an open exception names a unit of a queued movement.
func (m *model) waits(d *stock.MovementDraft) bool {
	for _, it := range d.Items {
		for _, serial := range it.Units {
			for _, subjects := range m.open {
				if slices.Contains(subjects, it.Product+"|"+serial) {
					return true
				}
			}
		}
	}
	return false
}

// judgeMovement knows movements of one line that happen now: out of a site, and received.
func (m *model) judgeMovement(d *stock.MovementDraft) verdict {
	lines := d.Items
	if d.Kind == stock.KindMake && len(d.Groups) == 1 {
		lines = d.Groups[0].Inputs
	}
	if len(lines) != 1 || m.twice(&lines[0]) || d.OccurredAt != 0 || lines[0].New || d.Kind == stock.KindMake && !m.allNew(d.Site, d.Groups[0].Outputs) {
		return verdict{}
	}
	it := &lines[0]
	switch d.Kind {
	case stock.KindShip, stock.KindIssue, stock.KindScrap, stock.KindLoss, stock.KindMove, stock.KindReturnToSupplier, stock.KindDispatch, stock.KindMake:
		if !m.misfit(it) {
			return m.judgeOut(d, it)
		}
		return verdict{opinion: true, bad: true} // drawn before the product became tracked
	case stock.KindReceive:
		if m.misfit(it) || m.products[it.Product].Tracking == stock.TrackLot && it.Lot == "" {
			return verdict{opinion: true, bad: true}
		}
		return m.judgeReceive(d, it)
	}
	return verdict{}
}

// allNew reports whether all outputs are lots and units that are not known yet and that end no sooner than they are made, in
// which nothing can be wrong.
func (m *model) allNew(site string, outputs []stock.ItemDraft) bool {
	for _, it := range outputs {
		if g := it.Dates.Governing(); g != 0 && g < m.day(site, m.now) {
			return false
		}
		if m.misfit(&it) || m.products[it.Product].Tracking == stock.TrackLot && it.Lot == "" || m.named(it.Product, it.Lot) != 0 {
			return false
		}
		for _, serial := range it.Units {
			if m.unitNamed(it.Product, serial) != 0 {
				return false
			}
		}
	}
	return true
}

// judgeReceive: a unit in stock cannot come in; a lot comes from one source, with one date.
func (m *model) judgeReceive(d *stock.MovementDraft, it *stock.ItemDraft) verdict {
	if lot, known := m.lots[m.named(it.Product, it.Lot)]; known && it.Lot != "" {
		if lot.Code != it.Lot {
			return refusal(stock.CodeLotDiffers) // a code found wrong: it is asked what is meant
		}
		if !lot.HistoryUnknown && lot.Source != m.partners[d.Partner] || it.Expiry != 0 && it.Expiry != lot.Dates.Expiry {
			return refusal(stock.CodeLotDiffers)
		}
	}
	for _, serial := range it.Units {
		if u := m.units[m.unitNamed(it.Product, serial)]; u != nil {
			if u.serial != serial {
				return refusal(stock.CodeUnitExists) // a number found wrong: it is asked what is meant
			}
			if at := m.places[u.at]; !at.Outside() {
				if at.Kind == stock.PlaceLocation || at.Kind == stock.PlaceTransit {
					return refusal(stock.CodeUnitElsewhere)
				}
				return verdict{} // taken back by a reversal, or built in
			}
			if lot := m.named(it.Product, it.Lot); it.Lot != "" && (lot == 0 || u.lot != lot) {
				return refusal(stock.CodeLotDiffers, stock.CodeUnitElsewhere)
			}
		}
	}
	return refusal()
}

// judgeOut: what is taken must be there, free to leave, and next in line.
func (m *model) judgeOut(d *stock.MovementDraft, it *stock.ItemDraft) verdict {
	p := m.products[it.Product]
	taken := map[stock.Slot]stock.Quantity{}
	var codes []string
	switch {
	case p.Tracking == stock.TrackSerial:
		for _, serial := range it.Units {
			if m.unitNamed(it.Product, serial) == 0 {
				return refusal(stock.CodeUnknownUnit)
			}
		}
		for _, serial := range it.Units {
			u := m.units[m.unitNamed(it.Product, serial)]
			at := m.places[u.at]
			if !at.Real() || at.Site != m.sites[d.Site].ID || it.From != "" && m.at[d.Site+"/"+it.From] != u.at {
				return refusal(stock.CodeUnitElsewhere)
			}
			taken[stock.Slot{Product: p.ID, Lot: u.lot, Place: u.at}] += stock.One
			if u.holds > 0 && m.uses(d) {
				codes = append(codes, stock.CodeUnitOnHold)
			}
		}
	case it.Lot == "" && p.Tracking == stock.TrackLot:
		return m.judgeChosen(d, it, p)
	default:
		slot := stock.Slot{Product: p.ID, Lot: m.named(it.Product, it.Lot), Place: m.at[d.Site+"/"+it.From]}
		if it.From == "" {
			return verdict{}
		}
		if d.Kind == stock.KindMove && it.From == it.To {
			return refusal(stock.CodeInvalidValue)
		}
		if m.goods[slot] < *it.Quantity {
			return refusal(stock.CodeInsufficientStock)
		}
		taken[slot] = *it.Quantity
	}
	if d.Kind == stock.KindMove {
		for slot := range taken {
			if slot.Place == m.at[d.Site+"/"+it.To] {
				return refusal(stock.CodeInvalidValue)
			}
		}
	}
	for slot := range taken {
		codes = append(codes, m.bars(d, it, p, slot)...)
	}
	if len(codes) == 0 && (d.Kind == stock.KindShip || d.Kind == stock.KindMake) && d.Override == "" && m.skips(d, p, it.Units, taken) {
		codes = append(codes, stock.CodeStrategyViolated)
	}
	return verdict{opinion: true, codes: codes}
}

// judgeChosen: the strategy takes what is free, as much as there is.
func (m *model) judgeChosen(d *stock.MovementDraft, it *stock.ItemDraft, p stock.Product) verdict {
	if d.Kind != stock.KindShip && d.Kind != stock.KindMake || it.From != "" || p.Strategy == stock.Manual {
		return verdict{}
	}
	var free stock.Quantity
	for slot := range m.onHand[[2]int64{p.ID, m.sites[d.Site].ID}] {
		if m.free(d.Site, p, slot) {
			free += m.goods[slot]
		}
	}
	if free < *it.Quantity {
		return refusal(stock.CodeInsufficientStock)
	}
	return refusal()
}

func (m *model) uses(d *stock.MovementDraft) bool {
	return d.Kind == stock.KindShip || d.Kind == stock.KindMake || d.Kind == stock.KindIssue && (d.Purpose == "own_use" || d.Purpose == "donation" || d.Purpose == "counter_sale") ||
		d.Kind == stock.KindReturnToSupplier && !slices.Contains(suppliers, d.Partner)
}

// bars are the rules that keep goods where they are: blocked is blocked.
func (m *model) bars(d *stock.MovementDraft, it *stock.ItemDraft, p stock.Product, slot stock.Slot) (codes []string) {
	if m.pinned(slot) && !m.leavesPinned(d, it, slot) {
		codes = append(codes, stock.CodePlaceBlocked)
	}
	if m.uses(d) && m.lotHeld(slot.Lot) {
		codes = append(codes, stock.CodeLotOnHold)
	}
	if m.uses(d) && p.Past == stock.PastBlocks && m.past(d.Site, slot.Lot) {
		codes = append(codes, stock.CodePastDate)
	}
	return codes
}

func (m *model) leavesPinned(d *stock.MovementDraft, it *stock.ItemDraft, slot stock.Slot) bool {
	switch d.Kind {
	case stock.KindMove:
		return m.pinned(stock.Slot{Product: slot.Product, Lot: slot.Lot, Place: m.at[d.Site+"/"+it.To]})
	case stock.KindScrap, stock.KindLoss:
		return true
	case stock.KindReturnToSupplier:
		return slices.Contains(suppliers, d.Partner)
	case stock.KindIssue:
		return slices.Contains([]string{"sample", "retained_sample", "laboratory", "destruction"}, d.Purpose)
	}
	return false
}

// pinned: the place blocks, or a hold on it, on a place around it, or on the lot there.
func (m *model) pinned(slot stock.Slot) bool {
	for id := slot.Place; id != 0; id = m.places[id].Parent {
		if m.places[id].Blocking {
			return true
		}
		for _, h := range m.holds {
			if h.Place == id && (h.Lot == 0 || h.Lot == slot.Lot) {
				return true
			}
		}
	}
	return false
}

func (m *model) lotHeld(lot int64) bool {
	for _, h := range m.holds {
		if lot != 0 && h.Lot == lot && h.Place == 0 {
			return true
		}
	}
	return false
}

func (m *model) past(site string, lot int64) bool {
	g := m.lots[lot].Dates.Governing()
	return g != 0 && m.day(site, m.now) > g
}

func (m *model) free(site string, p stock.Product, slot stock.Slot) bool {
	return m.goods[slot] > 0 && !m.pinned(slot) && !m.lotHeld(slot.Lot) && (p.Past != stock.PastBlocks || !m.past(site, slot.Lot))
}

// skips reports whether the goods taken leave behind free stock that the strategy would have taken earlier.
func (m *model) skips(d *stock.MovementDraft, p stock.Product, serials []string, taken map[stock.Slot]stock.Quantity) bool {
	for slot := range m.onHand[[2]int64{p.ID, m.sites[d.Site].ID}] {
		rest := m.goods[slot] - taken[slot]
		if slot.Lot == 0 || rest <= 0 || !m.free(d.Site, p, slot) || p.Tracking == stock.TrackSerial && !m.freeUnit(slot, rest, serials) {
			continue
		}
		for other := range taken {
			if other.Lot != 0 && other.Lot != slot.Lot && m.rank(d.Site, p, slot.Lot)+int64(p.Tolerance) < m.rank(d.Site, p, other.Lot) {
				return true
			}
		}
	}
	return false
}

// freeUnit reports whether a slot has a unit that no hold names and the movement does not take.
func (m *model) freeUnit(slot stock.Slot, rest stock.Quantity, taken []string) bool {
	held := map[int64]bool{}
	for _, h := range m.holds {
		for id := range h.Units.All() {
			if u := m.units[id]; u.product == slot.Product && u.lot == slot.Lot && u.at == slot.Place && !slices.Contains(taken, u.serial) {
				held[id] = true
			}
		}
	}
	return rest > stock.Units(len(held))
}

// rank orders lots by strategy, in days; lots without a date come last.
func (m *model) rank(site string, p stock.Product, lot int64) int64 {
	l := m.lots[lot]
	switch p.Rule() {
	case stock.FIFO:
		return int64(m.day(site, l.FirstIn))
	case stock.LIFO:
		return -int64(m.day(site, l.FirstIn))
	case stock.FEFO:
		if g := l.Dates.Governing(); g != 0 {
			return int64(g)
		}
		return 1 << 30
	}
	return 0
}
