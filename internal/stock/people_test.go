package stock

import (
	"bytes"
	"testing"
	"time"

	"clew/internal/auth"
)

func TestUsers(t *testing.T) {
	l := open(t)
	amelia := l.ok(&UserDraft{Name: "Amelia", FullName: ptr("Amelia Kern"), If: MustBeNew})
	if e := amelia; bytes.Contains(e.Leaf, []byte("Amelia")) || len(e.Erasable) != 2 {
		t.Errorf("the leaf has the name, or the entry lacks it: %q %v", e.Leaf, e.Erasable)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &UserDraft{Name: "AMELIA", Active: ptr(true)}}); !out.Unchanged {
		t.Error("it did not stand so", out)
	}
	l.ok(&GrantDraft{User: "amelia", Role: "operator", Site: "S1"})
	l.ok(&GrantDraft{User: "Amelia", Role: "viewer"})
	if out := l.try(&Draft{By: auth.AtMachine, Body: &GrantDraft{User: "Amelia", Role: "viewer"}}); !out.Unchanged {
		t.Error("given twice", out)
	}
	l.ok(&GrantDraft{User: "Amelia", Role: "viewer", Active: ptr(false)})
	l.ok(&GrantDraft{User: "Amelia", Role: "viewer"})
	l.ok(&APIKeyDraft{User: "Amelia", Name: ptr("shop"), Scopes: []string{"read", "move", "read"}, Sites: []string{"S2", "S1"}, Code: "k1", Hash: "h1"})
	if k := l.s.APIKeys["k1"]; k.ScopesText() != "move read" || len(k.Sites) != 2 || k.Expires != l.s.Now+keyYear {
		t.Errorf("%+v", k)
	}
	l.ok(&APIKeyDraft{Code: "k1", Name: ptr("web shop"), If: MustExist})
	l.ok(&CredentialDraft{User: "Amelia", Sort: Password, Secret: []string{"h2"}})
	l.ok(&CredentialDraft{User: "Amelia", Sort: Password, Secret: []string{"h3"}})
	l.ok(&CredentialDraft{User: "Amelia", Sort: Password})
	l.ok(&StationDraft{Name: "dock 1", Site: ptr("S1"), Hash: "h4", If: MustBeNew})
	l.ok(&StationDraft{Name: "dock 1", Hash: "h5"})
	l.ok(&UserDraft{Name: "Amelia", Active: ptr(false), If: MustExist})
	l.ok(&APIKeyDraft{Code: "k1", Active: ptr(false), If: MustExist})
	late := l.s.Now + Time(11*365*24*time.Hour/time.Millisecond)
	for _, c := range []struct {
		body        Body
		code, field string
	}{
		{&UserDraft{Name: "amelia", If: MustBeNew}, CodeUserExists, "name"},
		{&UserDraft{Name: "nobody", If: MustExist}, CodeUnknownUser, "name"},
		{&UserDraft{Name: " x"}, CodeInvalidCode, "name"},
		{&UserDraft{Name: "x", FullName: ptr("\x00")}, CodeInvalidValue, "full_name"},
		{&GrantDraft{Role: "viewer"}, CodeRequired, "user"},
		{&GrantDraft{User: "nobody", Role: "viewer"}, CodeUnknownUser, "user"},
		{&GrantDraft{User: "Amelia", Role: "owner"}, CodeInvalidValue, "role"},
		{&GrantDraft{User: "Amelia", Role: "viewer", Site: "NO"}, CodeUnknownSite, "site"},
		{&GrantDraft{User: "Amelia", Role: "quality", Active: ptr(false)}, CodeInvalidValue, "role"},
		{&APIKeyDraft{User: "Amelia", Name: ptr("x"), Scopes: []string{"read"}, Code: "k2"}, CodeNotActive, "user"},
		{&APIKeyDraft{Code: "no", If: MustExist}, CodeUnknownAPIKey, "code"},
		{&APIKeyDraft{Code: "k1", If: MustBeNew}, CodeKeyTaken, "code"},
		{&APIKeyDraft{Code: "k1", Active: ptr(true), If: MustExist}, CodeNotActive, "active"},
		{&APIKeyDraft{Code: "k1", Scopes: []string{"read"}, If: MustExist}, CodeInvalidValue, "scopes"},
		{&CredentialDraft{User: "Amelia", Sort: PIN, Secret: []string{"h"}}, CodeNotActive, "user"},
		{&CredentialDraft{User: "Amelia", Sort: PIN}, CodeInvalidValue, "user"},
		{&StationDraft{Name: "dock 2", If: MustExist}, CodeUnknownStation, "name"},
		{&StationDraft{Name: "dock 2", Site: ptr("NO")}, CodeUnknownSite, "site"},
	} {
		l.no(c.body, c.code, c.field)
	}
	l.ok(&UserDraft{Name: "Amelia", Active: ptr(true)})
	for _, c := range []struct {
		draft       APIKeyDraft
		code, field string
	}{
		{APIKeyDraft{User: "Amelia", Scopes: []string{"read"}}, CodeBlank, "name"},
		{APIKeyDraft{User: "Amelia", Name: ptr("x")}, CodeRequired, "scopes"},
		{APIKeyDraft{User: "Amelia", Name: ptr("x"), Scopes: []string{"reed"}}, CodeInvalidValue, "scopes"},
		{APIKeyDraft{User: "Amelia", Name: ptr("x"), Scopes: []string{"read"}, Sites: []string{"S1", "NO"}}, CodeUnknownSite, "sites[1]"},
		{APIKeyDraft{User: "Amelia", Name: ptr("x"), Scopes: []string{"read"}, Expires: ptr(l.s.Now)}, CodeInvalidTime, "expires_at"},
		{APIKeyDraft{User: "Amelia", Name: ptr("x"), Scopes: []string{"read"}, Expires: &late}, CodeInvalidTime, "expires_at"},
	} {
		c.draft.Code = "k3"
		l.no(&c.draft, c.code, c.field)
	}
}
