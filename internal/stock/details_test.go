package stock

import "testing"

// TestDetails: lots, products and partners get, change and lose values by an entry of their own.
func TestDetails(t *testing.T) {
	l := open(t)
	l.ok(&FieldDraft{Code: "grade", On: ptr("lot"), RequiredFor: &RequiredFor{Kinds: []string{"make"}}})
	l.ok(&FieldDraft{Code: "dock", On: ptr("lot"), Type: ptr("location")})
	l.ok(&FieldDraft{Code: "msl", On: ptr("product")})
	l.ok(&FieldDraft{Code: "vat", On: ptr("partner")})
	e := l.ok("receive; BOLT/L1 5 >A")
	lot := e.Lots[0].ID
	e = l.ok(&DetailsDraft{Product: "BOLT", Lot: "L1", Fields: Values{"grade": "A", "dock": "S2/B"}})
	if e.Kind != KindDetails || len(e.Details) != 2 || e.Details[0] != (Detail{l.s.Fields["dock"].ID, "dock", OnLot, lot, "S2/B"}) {
		t.Errorf("%+v", e.Details)
	}
	e = l.ok(&DetailsDraft{Product: "BOLT", Lot: "L1", Fields: Values{"dock": ""}, Reason: "misread"})
	if len(e.Details) != 1 || e.Details[0].Value != "" {
		t.Errorf("%+v", e.Details)
	}
	l.ok(&DetailsDraft{Product: "PUMP", Fields: Values{"msl": "3"}})
	l.ok(&DetailsDraft{Partner: "SUP", Fields: Values{"vat": "7"}})
	for _, c := range []struct {
		d           DetailsDraft
		code, field string
	}{
		{DetailsDraft{Fields: Values{"msl": "3"}}, CodeRequired, "product"},
		{DetailsDraft{Product: "NO", Fields: Values{"msl": "3"}}, CodeUnknownProduct, "product"},
		{DetailsDraft{Product: "BOLT", Lot: "L9", Fields: Values{"grade": "3"}}, CodeUnknownLot, "lot"},
		{DetailsDraft{Partner: "NO", Fields: Values{"vat": "3"}}, CodeUnknownPartner, "partner"},
		{DetailsDraft{Partner: "SUP", Product: "BOLT", Fields: Values{"vat": "3"}}, CodeUnsupported, "partner"},
		{DetailsDraft{Product: "BOLT"}, CodeRequired, "fields"},
		{DetailsDraft{Product: "BOLT", Fields: Values{"grade": "A"}}, CodeUnknownField, "fields.grade"},
		{DetailsDraft{Product: "BOLT", Fields: Values{"grade": ""}, Reason: "x"}, CodeUnknownField, "fields.grade"},
		{DetailsDraft{Product: "BOLT", Fields: Values{"msl": ""}}, CodeReasonRequired, "reason"},
		{DetailsDraft{Product: "BOLT", Lot: "L1", Fields: Values{"dock": "S2/X"}}, CodeUnknownLocation, "fields.dock"},
		{DetailsDraft{Product: "BOLT", Lot: "L1", Fields: Values{"grade": ""}, Reason: "x"}, CodeFieldRequired, "fields.grade"},
	} {
		l.no(&c.d, c.code, c.field)
	}
}

// TestFieldSets: every field of a ready set is one that can be defined.
func TestFieldSets(t *testing.T) {
	l := open(t)
	if _, err := FieldSet("wine"); err == nil || err.Code != CodeUnknownFieldSet {
		t.Error(err)
	}
	for name := range fieldSets {
		set, _ := FieldSet(name)
		for i := range set {
			if f := l.ok(&set[i]).FieldChange; f.Label == f.Code {
				t.Errorf("%s: %s has no label", name, f.Code)
			}
		}
	}
}
