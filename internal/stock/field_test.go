package stock

import (
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
)

func TestField(t *testing.T) {
	l := open(t)
	l.ok(&ProductGroupDraft{Code: "FRESH"})
	need := &RequiredFor{Kinds: []string{"receive", "make"}, Groups: []string{"FRESH"}}
	e := l.ok(&FieldDraft{Code: "grade", Label: ptr("Grade"), On: ptr("lot"), Type: ptr("choice"), Choices: &[]string{"A", "B"}, RequiredFor: need})
	if m, err := MasterOf(e.Leaf); err != nil || m.Field == nil || m.Field.Code != "grade" || m.Field.Type != FieldChoice || m.Field.On != OnLot ||
		!slices.Equal(m.Field.Choices, []string{"A", "B"}) || !slices.Equal(m.Field.KindNames(), need.Kinds) || !slices.Equal(m.Field.Groups, []int64{l.s.Groups["FRESH"].ID}) || !m.Field.Active {
		t.Errorf("the leaf says %+v, %v", m.Field, err)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &FieldDraft{Code: "grade", Label: ptr("Grade"), RequiredFor: need}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("the same again: %+v", out)
	}
	for _, c := range []struct {
		body        *FieldDraft
		code, field string
	}{
		{&FieldDraft{Code: "grade", If: MustBeNew}, CodeFieldExists, "code"},
		{&FieldDraft{Code: "none", If: MustExist}, CodeUnknownField, "code"},
		{&FieldDraft{On: ptr("lot")}, CodeBlank, "code"},
		{&FieldDraft{Code: "Harvest", On: ptr("lot")}, CodeInvalidCode, "code"},
		{&FieldDraft{Code: "1st", On: ptr("lot")}, CodeInvalidCode, "code"},
		{&FieldDraft{Code: "new"}, CodeRequired, "on"},
		{&FieldDraft{Code: "new", On: ptr("site")}, CodeInvalidValue, "on"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Type: ptr("colour")}, CodeInvalidValue, "type"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Type: ptr("choice")}, CodeRequired, "choices"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Choices: &[]string{"A"}}, CodeUnsupported, "choices"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Type: ptr("choice"), Choices: &[]string{"A", "A"}}, CodeInvalidValue, "choices[1]"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Type: ptr("choice"), Choices: &[]string{"A", ""}}, CodeBlank, "choices[1]"},
		{&FieldDraft{Code: "new", On: ptr("lot"), MaxLength: ptr(0)}, CodeInvalidValue, "max_length"},
		{&FieldDraft{Code: "new", On: ptr("lot"), Label: ptr(strings.Repeat("n", 201))}, CodeTooLong, "label"},
		{&FieldDraft{Code: "new", On: ptr("lot"), RequiredFor: &RequiredFor{Kinds: []string{"hold"}}}, CodeInvalidValue, "required_for.kinds[0]"},
		{&FieldDraft{Code: "new", On: ptr("product"), RequiredFor: &RequiredFor{Kinds: []string{"ship"}}}, CodeUnsupported, "required_for.kinds[0]"},
		{&FieldDraft{Code: "new", On: ptr("product"), RequiredFor: &RequiredFor{Groups: []string{"FRESH"}}}, CodeUnsupported, "required_for.groups[0]"},
		{&FieldDraft{Code: "new", On: ptr("partner"), RequiredFor: &RequiredFor{Groups: []string{"FRESH"}}}, CodeUnsupported, "required_for.groups[0]"},
		{&FieldDraft{Code: "new", On: ptr("lot"), RequiredFor: &RequiredFor{Groups: []string{"NO"}}}, CodeUnknownGroup, "required_for.groups[0]"},
		{&FieldDraft{Code: "grade", Type: ptr("text"), Choices: &[]string{}}, CodeUnsupported, "type"},
		{&FieldDraft{Code: "grade", On: ptr("movement")}, CodeUnsupported, "on"},
	} {
		l.no(c.body, c.code, c.field)
	}
}

// move is a movement of the test language, with extra fields.
func (l *ledger) move(text string, own Values, lots Values) *MovementDraft {
	d := l.body(text).(*MovementDraft)
	d.Fields = own
	d.each(func(_ string, it *ItemDraft) {
		if it.To != "" {
			it.LotFields = lots
		}
	})
	return d
}

// TestFieldValues: values are kept in one form each; wrong ones are refused with their path.
func TestFieldValues(t *testing.T) {
	l := open(t)
	for code, kind := range map[string]string{"remark": "text", "brix": "number", "cut": "date", "broker": "partner", "dock": "location", "grade": "choice"} {
		d := &FieldDraft{Code: code, On: ptr("movement"), Type: ptr(kind), MaxLength: ptr(10)}
		if kind == "choice" {
			d.Choices = &[]string{"A", "B"}
		}
		l.ok(d)
	}
	l.ok(&FieldDraft{Code: "vat", On: ptr("lot")})
	l.ok(&FieldDraft{Code: "old", On: ptr("movement"), Active: ptr(false)})
	for i, c := range []struct{ code, text, kept string }{
		{"remark", " two\nlines", " two\nlines"}, {"brix", "012.50", "12.5"}, {"brix", "-0", "0"}, {"cut", "2026-02-28", "2026-02-28"}, {"broker", "SUP2", "SUP2"},
		{"dock", "A", "S1/A"}, {"dock", "S2/B", "S2/B"}, {"grade", "B", "B"},
	} {
		e := l.ok(l.move("receive; BOLT/L1 5 >A", Values{c.code: c.text}, nil))
		if len(e.Details) != 1 || e.Details[0] != (Detail{Field: l.s.Fields[c.code].ID, Code: c.code, Value: c.kept}) {
			t.Errorf("%d: %s %q kept as %+v", i, c.code, c.text, e.Details)
		}
	}
	for _, c := range []struct{ code, text, fault string }{
		{"remark", "", CodeBlank}, {"remark", "12345678901", CodeTooLong}, {"remark", "\x00", CodeInvalidValue}, {"brix", "1e3", CodeWrongType}, {"brix", "", CodeWrongType},
		{"brix", "1.1234567", CodeWrongType}, {"cut", "2026-02-30", CodeWrongType}, {"cut", "28.2.2026", CodeWrongType}, {"broker", "NOBODY", CodeUnknownPartner},
		{"dock", "S2", CodeUnknownLocation}, {"dock", "S9/A", CodeUnknownLocation}, {"grade", "C", CodeWrongType}, {"colour", "red", CodeUnknownField},
		{"vat", "7", CodeUnknownField}, {"old", "7", CodeNotActive},
	} {
		l.no(l.move("receive; BOLT/L1 5 >A", Values{c.code: c.text}, nil), c.fault, "fields."+c.code)
	}
	// Details come in the order of their codes, whatever order they are given in, so that the same facts have one leaf.
	e := l.ok(l.move("receive; BOLT/L1 5 >A", Values{"cut": "2026-02-28", "brix": "7", "grade": "A"}, nil))
	if len(e.Details) != 3 || e.Details[0].Value != "7" || e.Details[1].Value != "2026-02-28" || e.Details[2].Value != "A" {
		t.Errorf("%+v", e.Details)
	}
	other := *e
	other.Details = slices.Clone(e.Details)
	other.Details[1].Value = "2026-02-27"
	if string(LeafOf(&other, func(int64) string { return "BOLT" })) == string(e.Leaf) {
		t.Error("another value has the same leaf")
	}
}

// TestFieldRequired: a value is asked for by the kind, the group of any item's product, or both.
func TestFieldRequired(t *testing.T) {
	l := open(t)
	l.ok(&ProductGroupDraft{Code: "FRESH"})
	l.ok(&ProductDraft{SKU: "MILK", Group: ptr("FRESH")})
	l.ok(&FieldDraft{Code: "cut", On: ptr("movement"), Type: ptr("date"), RequiredFor: &RequiredFor{Kinds: []string{"receive"}, Groups: []string{"FRESH"}}})
	l.ok("receive; BOLT/L1 5 >A")
	both := "receive; BOLT/L1 5 >A; MILK/M1 5 >A exp=2026-06-01"
	l.no(both, CodeFieldRequired, "fields.cut")
	l.ok(l.move(both, Values{"cut": "2026-02-28"}, nil))
	l.ok("ship; MILK/M1 1")
	l.ok(&FieldDraft{Code: "seal", On: ptr("movement"), RequiredFor: &RequiredFor{Kinds: []string{"ship"}}})
	l.no("ship; BOLT/L1 1", CodeFieldRequired, "fields.seal")
	l.no(l.move("ship; BOLT/L1 1", Values{"seal": " "}, nil), CodeBlank, "fields.seal")
	l.ok(&FieldDraft{Code: "seal", Active: ptr(false)})
	l.ok("ship; BOLT/L1 1")
	l.ok(&FieldDraft{Code: "cut", RequiredFor: &RequiredFor{Groups: []string{"FRESH"}}})
	l.no("ship; MILK/M1 1", CodeFieldRequired, "fields.cut")
	l.ok(&FieldDraft{Code: "cut", RequiredFor: &RequiredFor{}})
	l.ok("ship; MILK/M1 1")
}

// TestLotFields: a lot gets its fields where it is born, once.
func TestLotFields(t *testing.T) {
	l := open(t)
	l.ok(&FieldDraft{Code: "vat", On: ptr("lot"), RequiredFor: &RequiredFor{Kinds: []string{"receive"}}})
	l.ok(&FieldDraft{Code: "cut", On: ptr("lot"), Type: ptr("date")})
	l.no("receive; BOLT/L1 5 >A", CodeFieldRequired, "items[0].lot_fields.vat")
	l.no(l.move("receive; BOLT/L1 5 >A", nil, Values{"vat": "7", "cut": "soon"}), CodeWrongType, "items[0].lot_fields.cut")
	e := l.ok(l.move("receive; BOLT/L1 5 >A; BOLT/L1 3 >B; SALT 1 >A", nil, nil).withLots(Values{"vat": "7"}, 2))
	if len(e.Details) != 1 || e.Details[0] != (Detail{l.s.Fields["vat"].ID, "vat", OnLot, e.Lots[0].ID, "7"}) {
		t.Errorf("%+v", e.Details)
	}
	l.ok("receive; BOLT/L1 5 >A") // the lot has its fields
	l.no(l.move("receive; BOLT/L1 5 >A", nil, Values{"vat": "8"}), CodeLotExists, "items[0].lot_fields.vat")
	l.no(l.move("receive; BOLT/L2 5 >A; BOLT/L2 3 >B", nil, nil).withLots(Values{"vat": "7"}, 1).then(1, Values{"vat": "8"}), CodeLotExists, "items[1].lot_fields.vat")
	l.no(l.move("receive; SALT 5 >A", nil, Values{"vat": "8"}), CodeLotRequired, "items[0].lot")
	l.no(l.move("move; BOLT/L1 5 <A >B", nil, Values{"vat": "8"}), CodeUnsupported, "items[0].lot_fields")
	l.no(l.move("ship; BOLT/L1 1", nil, nil).withLots(Values{"vat": "8"}, 1), CodeUnsupported, "items[0].lot_fields")
}

// withLots gives the first items the fields of their lots.
func (d *MovementDraft) withLots(values Values, n int) *MovementDraft {
	for i := range n {
		d.Items[i].LotFields = values
	}
	return d
}

func (d *MovementDraft) then(i int, values Values) *MovementDraft {
	d.Items[i].LotFields = values
	return d
}
