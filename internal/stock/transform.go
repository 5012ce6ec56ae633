package stock

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
	return m.balanced(m.e.Items[first:made], m.e.Items[made:])
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
	if kind != KindSplit && kind != KindMerge && kind != KindRelabel {
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
