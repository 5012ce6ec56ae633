package stock

import (
	"slices"
	"strings"

	"clew/internal/auth"
)

// People is what entries say of users, of what they may do and by what they are known. Secrets are never among it.
type People struct {
	User       *User
	Grant      *UserGrant
	APIKey     *APIKey
	Credential *Credential
	Station    *Station
}

// User is a person, or a program with a name of its own, who may sign in or have API keys.
type User struct {
	ID       int64
	Entry    int64
	Name     string // erasable: by which they sign in, and the actor of what they record
	FullName string // erasable
	Active   bool
}

// UserKey is what a user is found by: names differ in more than upper and lower case.
func UserKey(name string) string { return strings.ToLower(name) }

// UserDraft makes a user or changes one. Absent fields (nil) keep what is there.
type UserDraft struct {
	Name     string   `json:"name" doc:"By which the user signs in, and the actor of what the user records. Unique, whatever the case, and never reused." maxLength:"60"`
	FullName *string  `json:"full_name,omitempty" maxLength:"200"`
	Active   *bool    `json:"active,omitempty" doc:"false ends all sessions, keys and PINs of the user at once."`
	If       Presence `json:"-"`
}

func (d *UserDraft) kind() Kind { return KindUser }

func (d *UserDraft) needs(n *Needs) { n.User(d.Name) }

func (d *UserDraft) decide(s *State, e *Entry) *Error {
	old := s.Users[UserKey(d.Name)]
	if err := present(d.If, old != nil, CodeUserExists, CodeUnknownUser, "name", d.Name); err != nil {
		return err
	}
	next := User{Name: d.Name, Active: true}
	if old != nil {
		next = *old
	} else if err := CheckCode("name", d.Name, MaxKey); err != nil {
		return err
	} else if err := notErased("name", d.Name); err != nil {
		return err
	}
	set(&next.FullName, d.FullName)
	set(&next.Active, d.Active)
	if next.FullName != "" {
		if err := checkText("full_name", next.FullName, 200); err != nil {
			return err
		}
	}
	if old != nil && *old == next {
		e.Unchanged(old.Entry)
		return nil
	}
	if old == nil {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putUser(&next)
	e.User = &next
	return nil
}

// PeopleState is what a batch's drafts touch of users.
type PeopleState struct {
	Users       map[string]*User // by UserKey
	UserIDs     map[int64]*User
	UserGrants  map[GrantKey]*UserGrant
	APIKeys     map[string]*APIKey
	Credentials map[CredentialKey]*Credential
	Stations    map[string]*Station
}

func newPeopleState() PeopleState {
	return PeopleState{map[string]*User{}, map[int64]*User{}, map[GrantKey]*UserGrant{}, map[string]*APIKey{}, map[CredentialKey]*Credential{}, map[string]*Station{}}
}

func (s *State) putUser(u *User) {
	put(s, s.Users, UserKey(u.Name), u)
	put(s, s.UserIDs, u.ID, u)
}

// LoadUser adds a user to the state.
func (s *State) LoadUser(u *User) { s.putUser(u) }

// LoadGrant adds a grant to the state.
func (s *State) LoadGrant(g *UserGrant) { put(s, s.UserGrants, g.key(), g) }

// LoadAPIKey adds an API key to the state.
func (s *State) LoadAPIKey(k *APIKey) { put(s, s.APIKeys, k.Code, k) }

// LoadCredential adds a credential to the state.
func (s *State) LoadCredential(c *Credential) { put(s, s.Credentials, c.key(), c) }

// LoadStation adds a station to the state.
func (s *State) LoadStation(v *Station) { put(s, s.Stations, v.Name, v) }

// User asks for a user, with grants and credentials.
func (n *Needs) User(name string) {
	if name != "" {
		add(n.Users, UserKey(name))
	}
}

// user finds an active user, as something new is only given to those.
func (s *State) user(field, name string) (*User, *Error) {
	u := s.Users[UserKey(name)]
	switch {
	case name == "":
		return nil, Errorf(Invalid, CodeRequired, field, "name the user")
	case u == nil:
		return nil, Errorf(NotFound, CodeUnknownUser, field, "there is no user %q", clip(name))
	}
	return u, nil
}

// GrantKey tells grants apart.
type GrantKey struct {
	User int64
	Role auth.Role
	Site int64
}

// UserGrant is a role that a user has, or had, at a site or at all of them.
type UserGrant struct {
	ID     int64
	Entry  int64
	User   int64
	Role   auth.Role
	Site   int64 // auth.Everywhere: all
	Active bool
}

func (g *UserGrant) key() GrantKey { return GrantKey{g.User, g.Role, g.Site} }

// GrantDraft gives a user a role, or takes it away.
type GrantDraft struct {
	User   string `json:"user"`
	Role   string `json:"role" doc:"viewer, operator, supervisor, quality or administrator"`
	Site   string `json:"site,omitempty" doc:"Left out, at all sites, also those to come."`
	Active *bool  `json:"active,omitempty" doc:"false takes it away."`
}

func (d *GrantDraft) kind() Kind { return KindGrant }

func (d *GrantDraft) needs(n *Needs) {
	n.User(d.User)
	n.Site(d.Site)
}

func (d *GrantDraft) decide(s *State, e *Entry) *Error {
	u, err := s.user("user", d.User)
	if err != nil {
		return err
	}
	role := auth.Role(d.Role)
	if _, ok := auth.Roles[role]; !ok {
		return Errorf(Invalid, CodeInvalidValue, "role", "%q: the roles are viewer, operator, supervisor, quality and administrator", clip(d.Role))
	}
	next := UserGrant{User: u.ID, Role: role, Active: d.Active == nil || *d.Active}
	if d.Site != "" {
		v, err := s.siteNamed("site", d.Site)
		if err != nil {
			return err
		}
		next.Site = v
	}
	old := s.UserGrants[next.key()]
	switch {
	case old == nil && !next.Active:
		return Errorf(NotFound, CodeInvalidValue, "role", "%s does not have the role %s there", u.Name, role)
	case old != nil && old.Active == next.Active:
		e.Unchanged(old.Entry)
		return nil
	case old != nil:
		next.ID = old.ID
	default:
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	put(s, s.UserGrants, next.key(), &next)
	e.Grant = &next
	return nil
}

func (s *State) siteNamed(field, code string) (int64, *Error) {
	v := s.Sites[code]
	if v == nil {
		return 0, Errorf(NotFound, CodeUnknownSite, field, "there is no site %q", clip(code))
	}
	return v.ID, nil
}

func (w leafWriter) people(p *People) {
	if u := p.User; u != nil {
		w.group(tagUser, func() { w.int(1, u.ID); w.flag(2, u.Active) })
	}
	if g := p.Grant; g != nil {
		w.group(tagGrant, func() {
			w.int(1, g.ID)
			w.int(2, g.User)
			w.text(3, string(g.Role))
			w.int(4, g.Site)
			w.flag(5, g.Active)
		})
	}
	if k := p.APIKey; k != nil {
		w.group(tagAPIKey, func() { w.apiKey(k) })
	}
	if c := p.Credential; c != nil {
		w.group(tagCredential, func() {
			w.int(1, c.ID)
			w.int(2, c.User)
			w.text(3, string(c.Sort))
			w.flag(4, c.Active)
		})
	}
	if v := p.Station; v != nil {
		w.group(tagStation, func() {
			w.int(1, v.ID)
			w.text(2, v.Name)
			w.int(3, v.Site)
			w.flag(4, v.Active)
		})
	}
}

// read takes what one group of a leaf says of people; names are among the entry's texts.
func (p *People) read(tag uint16, g group) {
	switch tag {
	case tagUser:
		p.User = &User{ID: g.int(1), Active: g.int(2) != 0}
	case tagGrant:
		p.Grant = &UserGrant{ID: g.int(1), User: g.int(2), Role: auth.Role(g.text(3)), Site: g.int(4), Active: g.int(5) != 0}
	case tagAPIKey:
		p.APIKey = g.apiKey()
	case tagCredential:
		p.Credential = &Credential{ID: g.int(1), User: g.int(2), Sort: CredentialSort(g.text(3)), Active: g.int(4) != 0}
	case tagStation:
		p.Station = &Station{ID: g.int(1), Name: g.text(2), Site: g.int(3), Active: g.int(4) != 0}
	}
}

// Touches reports whether an entry says something of people, so that whoever acts has to be looked at anew.
func (p *People) Touches() bool { return *p != People{} }

// sorted lists permissions without repeats, in a fixed order.
func sortedScopes(names []string) ([]auth.Permission, string) {
	var out []auth.Permission
	for _, name := range names {
		do := auth.Permission(name)
		if !slices.Contains(auth.Roles[auth.Administrator], do) {
			return nil, name
		}
		out = append(out, do)
	}
	slices.Sort(out)
	return slices.Compact(out), ""
}
