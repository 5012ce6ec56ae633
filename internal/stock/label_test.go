package stock

import (
	"testing"

	"clew/internal/label"

	"clew/internal/auth"
)

func TestLabel(t *testing.T) {
	l := open(t)
	marks := []label.Mark{{Is: "product", Text: "4711"}, {Is: "lot", Text: "L123"}, {Is: "expiry", Text: "261231", Form: "YYMMDD"}}
	e := l.ok(&LabelDraft{Code: "MILL", Partner: ptr("SUP"), Example: ptr("4711;L123;261231"), Marks: &marks})
	if v := e.LabelChange; e.Kind != KindLabel || v.Rule.Separator != ";" || len(v.Rule.Pieces) != 3 || v.Partner != l.s.Partners["SUP"].ID || !v.Active || v.Entry != e.ID {
		t.Errorf("label: %+v", v)
	}
	if m, err := MasterOf(e.Leaf); err != nil || m.Label == nil || m.Label.RuleText() != e.LabelChange.RuleText() || m.Label.Example != "4711;L123;261231" {
		t.Errorf("the leaf says %+v, %v", m.Label, err)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &LabelDraft{Code: "MILL", Example: ptr("4711;L123;261231"), Marks: &marks}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("the same again: %+v", out)
	}
	for _, c := range []struct {
		body        Body
		code, field string
	}{
		{&LabelDraft{Code: "MILL", If: MustBeNew}, CodeLabelExists, "code"},
		{&LabelDraft{Code: "NO", If: MustExist}, CodeUnknownLabel, "code"},
		{&LabelDraft{Code: ""}, CodeBlank, "code"},
		{&LabelDraft{Code: "NEW"}, CodeRequired, "example"},
		{&LabelDraft{Code: "NEW", Partner: ptr("NO")}, CodeUnknownPartner, "partner"},
		{&LabelDraft{Code: "NEW", Product: ptr("NO")}, CodeUnknownProduct, "product"},
		{&LabelDraft{Code: "NEW", Example: ptr("A;B"), Marks: &[]label.Mark{{Is: "lot", Text: "C"}}}, CodeInvalidValue, "marks[0].text"},
	} {
		l.no(c.body, c.code, c.field)
	}
	if e = l.ok(&LabelDraft{Code: "MILL", Active: ptr(false)}); e.LabelChange.Active || e.LabelChange.Rule.Separator != ";" {
		t.Errorf("no longer active: %+v", e.LabelChange)
	}
	if e = l.ok(&LabelDraft{Code: "MILL", Partner: ptr(""), Product: ptr("BOLT")}); e.LabelChange.Partner != 0 || e.LabelChange.Product == 0 {
		t.Errorf("of a product: %+v", e.LabelChange)
	}
}
