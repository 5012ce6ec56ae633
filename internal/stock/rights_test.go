package stock

import (
	"strings"
	"testing"

	"clew/internal/auth"
)

// TestRights_EveryKind: each kind of entry says what it asks for, so that none is recorded by whoever comes.
func TestRights_EveryKind(t *testing.T) {
	for k := KindProduct; k <= KindLast; k++ {
		if k.String() == "" {
			continue // kept free
		}
		r, known := rights[k]
		if !known || r.where == 0 || (r.where != askedFor) != (len(r.may) > 0) {
			t.Errorf("%s: say in rights.go what recording it asks for: %+v", k, r)
		}
	}
}

func holding(site int64, roles ...auth.Role) *auth.Principal {
	p := &auth.Principal{Actor: "clerk"}
	for _, r := range roles {
		p.Grants = append(p.Grants, auth.Grant{Role: r, Site: site})
	}
	return p
}

// TestRights_Acting: acting is granted per site, kind by kind.
func TestRights_Acting(t *testing.T) {
	l := open(t)
	s1, s2 := l.s.Sites["S1"].ID, l.s.Sites["S2"].ID
	l.ok("receive; SALT 100 >A")
	l.ok("receive; BOLT/B1 100 >A")
	ship := l.ok("ship; SALT 1")
	sent := l.ok(&MovementDraft{Kind: KindDispatch, Site: "S1", ToSite: "S2", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("5"))}}})
	hold := l.ok(&HoldDraft{Product: "BOLT", Lot: "B1", Reason: "damp"})
	l.s.LotSites[l.s.LotCodes[LotKey{l.s.Products["BOLT"].ID, "B1"}].ID] = []int64{s1}
	receive := "receive; SALT 1 >A"
	arrive := &MovementDraft{Kind: KindArrive, Site: "S2", Dispatch: sent.ID, Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), To: "A"}}}
	reversal := &MovementDraft{Kind: KindReversal, Reverses: ship.ID, Reason: "slip"}
	for _, c := range []struct {
		name string
		by   *auth.Principal
		body any
		ok   bool
	}{
		{"nobody", &auth.Principal{}, receive, false},
		{"a viewer", holding(s1, auth.Viewer), receive, false},
		{"an operator", holding(s1, auth.Operator), receive, true},
		{"an operator elsewhere", holding(s2, auth.Operator), receive, false},
		{"an operator of all sites", holding(0, auth.Operator), receive, true},
		{"a key for another site", &auth.Principal{Grants: holding(0, auth.Operator).Grants, Sites: []int64{s2}}, receive, false},
		{"a key that only reads", &auth.Principal{Grants: holding(0, auth.Operator).Grants, Scopes: []auth.Permission{auth.Read}}, receive, false},
		{"a count by an operator", holding(s1, auth.Operator), "count; SALT 93 >A", false},
		{"a count by a supervisor", holding(s1, auth.Supervisor), "count; SALT 93 >A", true},
		{"a reversal by an operator", holding(s1, auth.Operator), reversal, false},
		{"a reversal by a supervisor elsewhere", holding(s2, auth.Supervisor), reversal, false},
		{"a reversal by a supervisor", holding(s1, auth.Supervisor), reversal, true},
		{"an arrival where it was sent", holding(s1, auth.Operator), arrive, false},
		{"an arrival where it arrives", holding(s2, auth.Operator), arrive, true},
		{"a dispatch from where one is not", holding(s2, auth.Operator), &MovementDraft{Kind: KindDispatch, Site: "S1", ToSite: "S2", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1"))}}}, false},
		{"a product by an administrator of one site", holding(s1, auth.Administrator), &ProductDraft{SKU: "NEW"}, false},
		{"a product", holding(0, auth.Administrator), &ProductDraft{SKU: "NEW"}, true},
		{"a location of one's site", holding(s1, auth.Administrator), &LocationDraft{Site: "S1", Code: "NEW"}, true},
		{"a location of another", holding(s2, auth.Administrator), &LocationDraft{Site: "S1", Code: "NEWER"}, false},
		{"one's site", holding(s1, auth.Administrator), &SiteDraft{Code: "S1", Name: ptr("Works")}, true},
		{"a new site", holding(s1, auth.Administrator), &SiteDraft{Code: "S9"}, false},
		{"closing one's books", holding(s1, auth.Administrator), &ClosingDraft{Site: "S1", Until: day("2020-01-31")}, true},
		{"closing all books", holding(s1, auth.Administrator), &ClosingDraft{Until: day("2020-01-31")}, false},
		{"a hold by an operator", holding(s1, auth.Operator), &HoldDraft{Site: "S1", Location: "A", Reason: "damp"}, false},
		{"a hold on a lot that is elsewhere", holding(s2, auth.Quality), &HoldDraft{Product: "BOLT", Lot: "B1", Reason: "damp"}, false},
		{"a hold on a lot", holding(s1, auth.Quality), &HoldDraft{Product: "BOLT", Lot: "B1", Reason: "damp"}, true},
		{"a release elsewhere", holding(s2, auth.Quality), &ReleaseDraft{Hold: hold.ID, Reason: "dry"}, false},
		{"a release", holding(s1, auth.Quality), &ReleaseDraft{Hold: hold.ID, Reason: "dry"}, true},
		{"a correction of a lot that is elsewhere", holding(s2, auth.Supervisor), &CorrectionDraft{Product: "BOLT", Lot: "B1", Set: LotIdentity{Expiry: ptr(day("2030-01-01"))}, Reason: "misread"}, false},
		{"a correction", holding(s1, auth.Supervisor), &CorrectionDraft{Product: "BOLT", Lot: "B1", Set: LotIdentity{Expiry: ptr(day("2030-01-01"))}, Reason: "misread"}, true},
		{"an override by an operator", holding(s1, auth.Operator), &MovementDraft{Kind: KindMove, Site: "S1", Override: "told so", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), From: "A", To: "B"}}}, false},
		{"an override by a supervisor", holding(s1, auth.Supervisor), &MovementDraft{Kind: KindMove, Site: "S1", Override: "told so", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), From: "A", To: "B"}}}, true},
	} {
		l.by = c.by
		out := l.try(&Draft{By: c.by, Body: l.body(c.body)})
		switch {
		case c.ok && out.Err != nil:
			t.Errorf("%s: %v", c.name, out.Err)
		case !c.ok && (out.Err == nil || out.Err.Code != CodeNotPermitted && (c.by.Sites == nil || out.Err.Code != CodeUnknownSite)):
			t.Errorf("%s: %v", c.name, out.Err)
		}
	}
	if out := l.try(&Draft{By: holding(s2, auth.Operator), Keep: true, Body: l.body(receive)}); out.Err == nil || out.Kept {
		t.Error("what somebody may not record is kept for them as an exception")
	}
}

// TestRights_Hidden: of a private site, who may not read there is told that goods are at another branch and whom to call.
func TestRights_Hidden(t *testing.T) {
	l := open(t)
	s1 := l.s.Sites["S1"].ID
	l.ok(&SiteDraft{Code: "S2", Private: ptr(true), Contact: ptr("the night desk, 555-0100")})
	l.ok(&MovementDraft{Kind: KindReceive, Site: "S2", Partner: "SUP", Items: []ItemDraft{{Product: "PUMP", Units: []string{"HID1"}, To: "A"}, {Product: "BOLT", Lot: "HIDDEN", Quantity: ptr(qty("7")), To: "A"}}})
	by := holding(s1, auth.Supervisor)
	says := func(name string, body any, code string, wants ...string) {
		t.Helper()
		out := l.try(&Draft{By: by, Body: l.body(body)})
		if out.Err == nil || out.Err.Code != code {
			t.Errorf("%s: %v", name, out.Err)
			return
		}
		for _, want := range wants {
			if !strings.Contains(out.Err.Detail, want) {
				t.Errorf("%s: %q lacks %q", name, out.Err.Detail, want)
			}
		}
		for _, not := range []string{"S2", "S2/A"} {
			if strings.Contains(out.Err.Detail, not) && !strings.Contains(name, "named") || strings.Contains(strings.Join(out.Err.About, " "), not) {
				t.Errorf("%s: %q tells of %s", name, out.Err.Detail, not)
			}
		}
	}
	says("shipping a unit that is there", &MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "PUMP", Units: []string{"HID1"}}}}, CodeUnitElsewhere, "another branch (call the night desk, 555-0100)")
	says("receiving it again", &MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Items: []ItemDraft{{Product: "PUMP", Units: []string{"HID1"}, To: "A"}}}, CodeUnitElsewhere, "another branch")
	says("the site named", "receive site=S2; SALT 1 >A", CodeUnknownSite)
	says("a correction of a unit there", &CorrectionDraft{Product: "PUMP", Unit: "HID1", Set: LotIdentity{Serial: ptr("X")}, Reason: "misread"}, CodeNotPermitted, "another branch")
}
