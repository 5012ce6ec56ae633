package auth

import "testing"

func TestMay(t *testing.T) {
	one := &Principal{Grants: []Grant{{Operator, 1}, {Viewer, Everywhere}}}
	for _, c := range []struct {
		name string
		p    *Principal
		do   Permission
		site int64
		want bool
	}{
		{"nobody", nil, Read, 1, false},
		{"no grants", &Principal{}, Read, 1, false},
		{"granted there", one, Move, 1, true},
		{"granted elsewhere", one, Move, 2, false},
		{"what belongs to no site", one, Move, Everywhere, false},
		{"everywhere", one, Read, 2, true},
		{"not of the role", one, Release, 1, false},
		{"administrator of one site", &Principal{Grants: []Grant{{Administrator, 1}}}, People, Everywhere, false},
		{"a key's scopes", &Principal{Grants: one.Grants, Scopes: []Permission{Read}}, Move, 1, false},
		{"a key without scopes", &Principal{Grants: one.Grants, Scopes: []Permission{}}, Read, 1, false},
		{"a key's sites", &Principal{Grants: one.Grants, Sites: []int64{2}}, Move, 1, false},
		{"a key's sites and all", &Principal{Grants: one.Grants, Sites: []int64{2}}, Read, Everywhere, false},
		{"the machine", &Principal{Machine: true}, People, Everywhere, true},
		{"a role that is none", &Principal{Grants: []Grant{{"owner", Everywhere}}}, Read, 1, false},
	} {
		if got := c.p.May(c.do, c.site); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if one.Anywhere(Release) || !one.Anywhere(Move) || (*Principal)(nil).Anywhere(Read) {
		t.Error("anywhere")
	}
}
