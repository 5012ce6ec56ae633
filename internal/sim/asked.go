package sim

import (
	"fmt"
	"slices"

	"clew/internal/stock"
)

// ask draws where a value is to be given from now on: with some kinds of movements, with goods of a group, with both, nowhere.
func (r *drawer) ask() stock.Body {
	d := &stock.FieldDraft{Code: one(r, []string{"seal", "seal", "grade"}), RequiredFor: &stock.RequiredFor{}}
	if d.Code == "seal" && r.chance(60) {
		d.RequiredFor.Kinds = one(r, [][]string{{"ship"}, {"scrap", "make"}, {"receive"}})
	}
	if d.Code == "grade" && r.chance(60) || d.Code == "seal" && r.chance(20) {
		d.RequiredFor.Groups = []string{"FRESH"}
	}
	return d
}

// answer gives a movement the values that are asked for, and now and then not.
func (r *drawer) answer(d *stock.MovementDraft) {
	if r.chance(5) {
		return
	}
	if m := r.m.fields["seal"]; m != nil && (m.Kinds != 0 || len(m.Groups) > 0) {
		d.Fields = stock.Values{"seal": fmt.Sprint("S-", r.IntN(20))}
	}
	give := func(list []stock.ItemDraft) {
		for i := range list {
			it := &list[i]
			if it.Product == "TEA" && it.Lot != "" && r.m.named("TEA", it.Lot) == 0 {
				it.LotFields = stock.Values{"grade": one(r, []string{"A", "B"})}
			}
		}
	}
	switch {
	case d.Kind == stock.KindReceive || d.Kind == stock.KindOpening:
		give(d.Items)
	case d.Kind.Transforms():
		for _, g := range d.Groups {
			give(g.Outputs)
		}
	}
}

// asks reports whether a field wants a value in a movement of a kind that is about goods of a group.
func asks(f *stock.Field, kind stock.Kind, group int64) bool {
	return f != nil && (f.Kinds != 0 || len(f.Groups) > 0) && (f.Kinds == 0 || f.Kinds>>kind&1 == 1) && (len(f.Groups) == 0 || slices.Contains(f.Groups, group))
}

// lacks reports whether a movement says too little of itself, or of a lot that is born in it.
func (m *model) lacks(d *stock.MovementDraft) bool {
	births, lines := d.Items, slices.Clone(d.Items)
	for _, g := range d.Groups {
		births = g.Outputs
		lines = append(append(lines, g.Inputs...), g.Outputs...)
	}
	lacks := asks(m.fields["seal"], d.Kind, 0) && d.Fields["seal"] == ""
	for _, it := range lines {
		lacks = lacks || asks(m.fields["seal"], d.Kind, m.products[it.Product].Group) && d.Fields["seal"] == ""
	}
	for _, it := range births {
		born := (d.Kind == stock.KindReceive || d.Kind == stock.KindMake) && it.Lot != "" && m.named(it.Product, it.Lot) == 0
		lacks = lacks || born && it.LotFields["grade"] == "" && asks(m.fields["grade"], d.Kind, m.products[it.Product].Group)
	}
	return lacks
}

// andAsked adds to a verdict what fields ask for. Which of several refusals comes first is not the model's matter.
func (m *model) andAsked(d *stock.MovementDraft, v verdict) verdict {
	if v.opinion && !v.bad && m.lacks(d) {
		v.codes = append(v.codes, stock.CodeFieldRequired)
	}
	return v
}

// answered takes in fields and values, and refuses a movement that lacks one.
func (m *model) answered(e *stock.Entry) error {
	m.details += len(e.Details)
	if e.FieldChange != nil {
		m.fields[e.FieldChange.Code] = e.FieldChange
	}
	given := map[int64]bool{} // lots
	sealed := false
	for _, d := range e.Details {
		given[d.Owner] = given[d.Owner] || d.On == stock.OnLot
		sealed = sealed || d.On == stock.OnMovement
	}
	if !e.Kind.Asked() {
		return nil
	}
	for i := range e.Items {
		group := m.product(e.Items[i].Product).Group
		if f := m.fields["seal"]; !sealed && (asks(f, e.Kind, group) || asks(f, e.Kind, 0)) {
			return fmt.Errorf("it lacks a value of %s", f.Code)
		}
	}
	for _, l := range e.Lots {
		if f := m.fields["grade"]; !given[l.ID] && asks(f, e.Kind, m.product(l.Product).Group) {
			return fmt.Errorf("lot %s, born in it, lacks a value of %s", l.Code, f.Code)
		}
	}
	return nil
}
