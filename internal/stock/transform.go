package stock

import "slices"

// transform decides a movement that makes goods out of others: inputs go to production, outputs come from it.
func (m *decision) transform() *Error {
	if len(m.d.Groups) == 0 {
		return Errorf(Invalid, CodeRequired, "groups", "a %s has at least one group of inputs and outputs", m.d.Kind)
	}
	if len(m.d.Groups) > MaxGroups {
		return Errorf(Invalid, CodeTooMany, "groups", "%d groups, at most %d in one call", len(m.d.Groups), MaxGroups)
	}
	for g := range m.d.Groups {
		if err := m.group(&m.d.Groups[g], g+1); err != nil {
			return err.At(index("groups", g))
		}
	}
	if err := m.complies(); err != nil {
		return err
	}
	return m.holdBorn()
}

// MaxGroups is the most groups that one transformation may have.
const MaxGroups = 100_000

// group decides one group. Its items get adjacent ids, inputs before outputs: traces match the two sides by that.
func (m *decision) group(g *Group, number int) *Error {
	if len(g.Inputs) == 0 {
		return Errorf(Invalid, CodeRequired, "inputs", "say what went in")
	}
	if len(g.Outputs) == 0 {
		return Errorf(Invalid, CodeRequired, "outputs", "say what came out")
	}
	first := len(m.e.Items)
	for i := range g.Inputs {
		m.path = index("groups", number-1) + "." + index("inputs", i)
		if err := m.takeOut(&g.Inputs[i], m.other, Input, number); err != nil {
			return err.At(index("inputs", i))
		}
	}
	made := len(m.e.Items)
	m.inputs = m.e.Items[first:made]
	earliest := m.earliest(m.e.Items[first:made])
	for i := range g.Outputs {
		out := &g.Outputs[i]
		if out.Expected != nil && *out.Expected <= 0 {
			return Errorf(Invalid, CodeInvalidQuantity, "expected", "%s is not above zero", *out.Expected).At(index("outputs", i))
		}
		if err := m.bringIn(out, m.other, Output, number, earliest); err != nil {
			return err.At(index("outputs", i))
		}
	}
	if err := m.staysPast(m.e.Items[first:made], m.e.Items[made:]); err != nil {
		return err
	}
	return m.balanced(m.e.Items[first:made], m.e.Items[made:])
}

// renames reports whether the kind only tells the same goods apart anew.
func (k Kind) renames() bool { return k == KindRelabel || k == KindSplit || k == KindMerge }

// staysPast keeps goods that are past a blocking date from becoming good again under another name.
func (m *decision) staysPast(in, out []Item) *Error {
	past := func(it Item) bool {
		lot := m.Lots[it.Lot]
		return lot != nil && lot.Dates.Past(m.day)
	}
	if !m.d.Kind.renames() || !slices.ContainsFunc(out, func(it Item) bool { return !past(it) }) {
		return nil
	}
	for i := range in {
		if p := m.ProductIDs[in[i].Product]; past(in[i]) && p.Past == PastBlocks {
			lot := m.Lots[in[i].Lot]
			return m.breach(&in[i], &ItemDraft{}, Errorf(Conflict, CodePastDate, "outputs",
				"lot %s of %s passed its date, %s: under another name the goods keep it", lot.Code, p.SKU, lot.Dates.Governing()))
		}
	}
	return nil
}

// earliest is the earliest governing date of the items' lots: what a derived lot takes unless it is given one.
func (m *decision) earliest(items []Item) Date {
	var out Date
	for _, it := range items {
		lot := m.Lots[it.Lot]
		if lot == nil {
			continue
		}
		if g := lot.Dates.Governing(); g != 0 && (out == 0 || g < out) {
			out = g
		}
	}
	return out
}

// balanced checks the kinds that only tell the same goods apart anew: what goes in comes out.
func (m *decision) balanced(in, out []Item) *Error {
	kind := m.d.Kind
	if !kind.renames() {
		return nil
	}
	var sumIn, sumOut Quantity
	fits := true
	lotsIn, lotsOut := map[int64]bool{}, map[int64]bool{}
	products := map[int64]bool{}
	for _, it := range in {
		sum, ok := sumIn.Add(it.Quantity)
		sumIn, fits = sum, fits && ok
		lotsIn[it.Lot], products[it.Product] = true, true
	}
	for _, it := range out {
		sum, ok := sumOut.Add(it.Quantity)
		sumOut, fits = sum, fits && ok
		lotsOut[it.Lot], products[it.Product] = true, true
	}
	switch {
	case !fits:
		return Errorf(Invalid, CodeInvalidQuantity, "outputs", "the quantities together pass the largest that can be kept")
	case kind == KindSplit && (len(lotsIn) > 1 || len(products) > 1):
		return Errorf(Invalid, CodeUnbalanced, "inputs", "a split takes one lot apart, of one product")
	case kind == KindMerge && (len(lotsOut) > 1 || len(products) > 1):
		return Errorf(Invalid, CodeUnbalanced, "outputs", "a merge makes one lot, of one product")
	case sumIn != sumOut:
		return Errorf(Invalid, CodeUnbalanced, "outputs", "%s goes in and %s comes out; a %s keeps the quantity (book the rest as loss or scrap)", sumIn, sumOut, kind)
	}
	return nil
}
