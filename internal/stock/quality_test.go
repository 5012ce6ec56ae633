package stock

import (
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	least, most := ptr(qty("3")), ptr(qty("4"))
	plan := &Plan{Needs: []Need{{File: FileCertificate}, {Name: "fat", Least: least, Most: most}}}
	coa := func(dated, until Date) *File { return &File{Kind: FileCertificate, Dated: dated, ValidUntil: until} }
	fat := func(values ...string) (out []Measured) {
		for _, v := range values {
			out = append(out, Measured{"fat", qty(v)})
		}
		return out
	}
	for name, c := range map[string]struct {
		files  []*File
		values []Measured
		want   string
	}{
		"nothing":             {nil, nil, "missing missing"},
		"other file":          {[]*File{{Kind: FilePhoto}}, []Measured{{"salt", qty("3")}}, "missing missing"},
		"good":                {[]*File{coa(0, 0)}, fat("3"), "present present"},
		"last day":            {[]*File{coa(100, 100)}, fat("4"), "present present"},
		"expired":             {[]*File{coa(0, 99)}, fat("4.1"), "failed failed"},
		"not yet":             {[]*File{coa(101, 0)}, fat("2.9"), "failed failed"},
		"one of two expired":  {[]*File{coa(0, 99), coa(0, 0)}, fat("9", "3.5"), "present present"},
		"the last one counts": {nil, fat("3.5", "9"), "missing failed"},
	} {
		var got []string
		for _, f := range plan.Judge(c.files, c.values, 100) {
			got = append(got, f.State.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestQualityRelease(t *testing.T) {
	l := open(t)
	l.ok(&ProductGroupDraft{Code: "DAIRY"})
	l.ok(&ProductDraft{SKU: "PUMP", Group: ptr("DAIRY")})
	l.ok("receive; BOLT/L1 10 >A; PUMP/U1 #P1+P2 >A; PUMP #P3 >A")
	file := func(product, lot string) *FileDraft {
		return &FileDraft{Product: product, Lot: lot, Kind: "certificate_of_analysis", Name: "a", Media: "text/plain", Hash: strings.Repeat("ab", 32), Size: 1}
	}
	value := func(v string) *InspectionDraft {
		return &InspectionDraft{Product: "BOLT", Lot: "L1", Values: []MeasuredDraft{{"width", ptr(qty(v))}}}
	}
	ask := &PlanDraft{Product: "BOLT", Files: []string{"certificate_of_analysis"}, Measurements: []MeasurementDraft{{Name: "width", Unit: "mm", Min: ptr(qty("1")), Max: ptr(qty("2"))}}}
	l.ok(ask)
	h := l.hold("BOLT/L1", "new")
	err := l.no(l.lift(h, ""), CodeReleaseIncomplete, "hold")
	if !strings.Contains(err.Detail, "certificate_of_analysis is missing, width is missing") {
		t.Error(err.Detail)
	}
	l.ok(file("BOLT", "L1"))
	l.ok(value("2.5"))
	if err := l.no(l.lift(h, ""), CodeReleaseIncomplete, "hold"); !strings.Contains(err.Detail, "width failed with 2.5") {
		t.Error(err.Detail)
	}
	l.ok(value("1.5"))
	l.ok(l.lift(h, ""))
	h = l.hold("BOLT/L1", "again")
	l.ok(value("9"))
	d := l.lift(h, "")
	d.Override = "tested by the customer"
	if e := l.ok(d); e.Override != d.Override {
		t.Errorf("%+v", e)
	}
	// A group's plan is for its products without one; units are judged by their lots.
	l.ok(&PlanDraft{Group: "DAIRY", Files: []string{"certificate_of_analysis"}})
	units := l.hold("PUMP #P1+P2+P3", "new")
	l.no(l.lift(units, "P1"), CodeReleaseIncomplete, "hold")
	l.ok(file("PUMP", "U1"))
	l.ok(l.lift(units, "P1+P2"))
	l.no(l.lift(units, "P3"), CodeReleaseIncomplete, "hold")
	l.ok(&PlanDraft{Product: "PUMP"}) // asks for nothing
	l.ok(l.lift(units, "P3"))

	for _, c := range []struct {
		draft       Body
		code, field string
	}{
		{&PlanDraft{}, CodeRequired, "product"},
		{&PlanDraft{Product: "BOLT", Group: "DAIRY"}, CodeUnsupported, "group"},
		{&PlanDraft{Product: "NO"}, CodeUnknownProduct, "product"},
		{&PlanDraft{Product: "SALT"}, CodeLotNotAllowed, "product"},
		{&PlanDraft{Group: "NO"}, CodeUnknownGroup, "group"},
		{&PlanDraft{Product: "BOLT", Files: []string{"poem"}}, CodeInvalidValue, "files[0]"},
		{&PlanDraft{Product: "BOLT", Measurements: []MeasurementDraft{{Name: "w"}}}, CodeRequired, "measurements[0].min"},
		{&PlanDraft{Product: "BOLT", Measurements: []MeasurementDraft{{Name: "w", Min: ptr(qty("2")), Max: ptr(qty("1"))}}}, CodeInvalidValue, "measurements[0].max"},
		{&PlanDraft{Product: "BOLT", Files: make([]string, 51)}, CodeTooMany, "measurements"},
		{&InspectionDraft{}, CodeRequired, "product"},
		{&InspectionDraft{Product: "NO"}, CodeUnknownProduct, "product"},
		{&InspectionDraft{Product: "BOLT"}, CodeRequired, "lot"},
		{&InspectionDraft{Product: "BOLT", Lot: "L1"}, CodeRequired, "values"},
		{&InspectionDraft{Product: "BOLT", Lot: "NO", Values: make([]MeasuredDraft, 1)}, CodeUnknownLot, "lot"},
		{&InspectionDraft{Product: "BOLT", Lot: "L1", Values: []MeasuredDraft{{Name: "w"}}}, CodeRequired, "values[0].value"},
		{&InspectionDraft{Product: "BOLT", Lot: "L1", Values: make([]MeasuredDraft, 51)}, CodeTooMany, "values"},
		{&InspectionDraft{Product: "BOLT", Lot: "L1", Occurred: l.s.Now + 1e13}, CodeOccurredInFuture, "occurred_at"},
	} {
		l.no(c.draft, c.code, c.field)
	}
}
