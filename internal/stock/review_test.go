package stock

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
)

// TestReview: a review names rights that were on its list, each once, and its leaf says all of it.
func TestReview(t *testing.T) {
	l := open(t)
	l.s.LoadList(0, RightsList{3: true, 4: true, 5: false})
	l.s.LoadList(4, RightsList{3: true})
	for _, c := range []struct {
		draft       ReviewDraft
		code, field string
	}{
		{ReviewDraft{Revoke: []int64{3, 9}}, CodeInvalidValue, "revoke[1]"},
		{ReviewDraft{Revoke: []int64{5}}, CodeInvalidValue, "revoke[0]"},
		{ReviewDraft{Right: &[]int64{3, 3}}, CodeInvalidValue, "right[1]"},
		{ReviewDraft{Right: &[]int64{3}, Revoke: []int64{3}}, CodeInvalidValue, "right[0]"},
		{ReviewDraft{Known: 4, Moment: 7, Revoke: []int64{4}}, CodeInvalidValue, "revoke[0]"},
		{ReviewDraft{Note: strings.Repeat("x", 5000)}, CodeTooLong, "note"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
	e := l.ok(&ReviewDraft{Right: &[]int64{4}, Revoke: []int64{3}, Note: "he left"})
	if v := e.Review; v.AsAt != l.s.Now || v.Known != e.ID-1 || v.Rest || !slices.Equal(v.Judgements, []Judgement{{3, true}, {4, false}}) {
		t.Errorf("%+v", v)
	}
	if e.Kind.String() != "rights_review" || !e.Audited() || bytes.Contains(e.Leaf, []byte("he left")) {
		t.Errorf("%s %q", e.Kind, e.Leaf)
	}
	for name, change := range map[string]func(v *Review){"moment": func(v *Review) { v.AsAt++ }, "list": func(v *Review) { v.Known-- }, "rest": func(v *Review) { v.Rest = true },
		"right": func(v *Review) { v.Judgements[0].Given++ }, "judgement": func(v *Review) { v.Judgements[0].Revoke = false }, "one less": func(v *Review) { v.Judgements = v.Judgements[1:] }} {
		other, v := *e, *e.Review
		v.Judgements = slices.Clone(v.Judgements)
		change(&v)
		if other.Review = &v; bytes.Equal(l.leafOf(&other), e.Leaf) {
			t.Errorf("another %s, the same leaf", name)
		}
	}
	if v := l.ok(&ReviewDraft{Known: 4, Moment: 7}).Review; v.AsAt != 7 || v.Known != 4 || !v.Rest || len(v.Judgements) != 0 {
		t.Errorf("%+v", v)
	}
	l.by = &auth.Principal{Actor: "s", Grants: []auth.Grant{{Role: auth.Supervisor}}}
	l.ok(&ReviewDraft{})
	for _, p := range []*auth.Principal{{Grants: []auth.Grant{{Role: auth.Supervisor, Site: l.s.Sites["S1"].ID}}}, {Grants: []auth.Grant{{Role: auth.Quality}}}} {
		l.by = p
		l.no(&ReviewDraft{}, CodeNotPermitted, "")
	}
}
