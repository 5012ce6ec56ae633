package stock

import (
	"slices"
	"strconv"
	"strings"

	"clew/internal/auth"
)

// APIKey is that by which a program acts for a user: never more than the user may, and only what the key's scopes and sites leave.
type APIKey struct {
	ID      int64
	Entry   int64
	User    int64
	Code    string // the part of the key that may be shown
	Name    string
	Scopes  []auth.Permission
	Sites   []int64 // none: all
	Expires Time
	Active  bool
	Hash    string // of the key when it is made: kept beside the log, in no leaf
}

// keyYear is how long a key is good when nobody says for how long, longestKey the longest.
const (
	keyYear    = Time(365 * 24 * 3600 * 1000)
	longestKey = 10 * keyYear
)

// APIKeyDraft makes a key or changes one. What it may do and until when cannot be changed: make another.
type APIKeyDraft struct {
	User    string   `json:"user,omitempty" doc:"For whom it acts. Left out, whoever makes it."`
	Name    *string  `json:"name,omitempty" doc:"What it is for." maxLength:"60"`
	Scopes  []string `json:"scopes,omitempty" doc:"What may be done with it: read, move, adjust, override, reverse, hold, release, manage, people, audit, review. Never more than the user may." maxItems:"20"`
	Sites   []string `json:"sites,omitempty" doc:"Where; left out, wherever the user may." maxItems:"1000"`
	Expires *Time    `json:"expires_at,omitempty" doc:"Left out, after a year. Ten years are the most."`
	Active  *bool    `json:"active,omitempty" doc:"false revokes it, for good."`
	Code    string   `json:"-"`
	Hash    string   `json:"-"` // of the key
	If      Presence `json:"-"`
}

func (d *APIKeyDraft) kind() Kind { return KindAPIKey }

func (d *APIKeyDraft) needs(n *Needs) {
	n.User(d.User)
	add(n.APIKeys, d.Code)
	for _, code := range d.Sites {
		n.Site(code)
	}
}

func (d *APIKeyDraft) decide(s *State, e *Entry) *Error {
	old := s.APIKeys[d.Code]
	if err := present(d.If, old != nil, CodeKeyTaken, CodeUnknownAPIKey, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		return d.make(s, e)
	}
	if d.User != "" || d.Scopes != nil || d.Sites != nil || d.Expires != nil {
		return Errorf(Invalid, CodeInvalidValue, "scopes", "a key's user, scopes, sites and expiry stay as they were made: make another key and revoke this one")
	}
	next := *old
	set(&next.Name, d.Name)
	set(&next.Active, d.Active)
	if err := CheckCode("name", next.Name, MaxKey); err != nil {
		return err
	}
	switch {
	case !old.Active && next.Active:
		return Errorf(Conflict, CodeNotActive, "active", "key %s was revoked, which is for good: make another", old.Code)
	case old.Name == next.Name && old.Active == next.Active:
		e.Unchanged(old.Entry)
		return nil
	}
	return d.keep(s, e, next)
}

func (d *APIKeyDraft) make(s *State, e *Entry) *Error {
	u, err := s.user("user", d.User)
	if err != nil {
		return err
	}
	if !u.Active {
		return Errorf(Conflict, CodeNotActive, "user", "user %s is not active", u.Name)
	}
	next := APIKey{User: u.ID, Code: d.Code, Expires: s.Now + keyYear, Active: true, Hash: d.Hash}
	set(&next.Name, d.Name)
	if err := CheckCode("name", next.Name, MaxKey); err != nil {
		return err
	}
	scopes, unknown := sortedScopes(d.Scopes)
	switch {
	case unknown != "":
		return Errorf(Invalid, CodeInvalidValue, "scopes", "%q: the scopes are %s", clip(unknown), keyScopes())
	case len(scopes) == 0:
		return Errorf(Invalid, CodeRequired, "scopes", "say what may be done with the key: %s", keyScopes())
	}
	next.Scopes = scopes
	for i, code := range d.Sites {
		v, err := s.siteNamed(index("sites", i), code)
		if err != nil {
			return err
		}
		next.Sites = append(next.Sites, v)
	}
	slices.Sort(next.Sites)
	next.Sites = slices.Compact(next.Sites)
	if d.Expires != nil {
		if *d.Expires <= s.Now || *d.Expires > s.Now+longestKey {
			return Errorf(Invalid, CodeInvalidTime, "expires_at", "a key is good until a time to come, ten years from now at most")
		}
		next.Expires = *d.Expires
	}
	next.ID = s.takeMaster()
	return d.keep(s, e, next)
}

func (d *APIKeyDraft) keep(s *State, e *Entry, next APIKey) *Error {
	next.Entry = e.ID
	put(s, s.APIKeys, next.Code, &next)
	e.APIKey = &next
	return nil
}

func keyScopes() string {
	var names []string
	for _, do := range auth.Roles[auth.Administrator] {
		names = append(names, string(do))
	}
	return strings.Join(names, ", ")
}

// ScopesText writes a key's scopes as the store holds them.
func (k *APIKey) ScopesText() string {
	var names []string
	for _, do := range k.Scopes {
		names = append(names, string(do))
	}
	return strings.Join(names, " ")
}

// SitesText writes a key's sites as the store and the leaf hold them.
func (k *APIKey) SitesText() string {
	var ids []string
	for _, id := range k.Sites {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	return strings.Join(ids, " ")
}

// SetTexts reads what ScopesText and SitesText write. A text that was tampered with gives other scopes: the leaf is not the one sealed.
func (k *APIKey) SetTexts(scopes, sites string) {
	k.Scopes, k.Sites = nil, nil
	for name := range strings.FieldsSeq(scopes) {
		k.Scopes = append(k.Scopes, auth.Permission(name))
	}
	for text := range strings.FieldsSeq(sites) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			id = -1 // of no site: a text that cannot be read leaves nothing
		}
		k.Sites = append(k.Sites, id)
	}
}

func (w leafWriter) apiKey(k *APIKey) {
	w.int(1, k.ID)
	w.int(2, k.User)
	w.text(3, k.Code)
	w.text(4, k.Name)
	w.text(5, k.ScopesText())
	w.text(6, k.SitesText())
	w.int(7, int64(k.Expires))
	w.flag(8, k.Active)
}

func (g group) apiKey() *APIKey {
	k := &APIKey{ID: g.int(1), User: g.int(2), Code: g.text(3), Name: g.text(4), Expires: Time(g.int(7)), Active: g.int(8) != 0}
	k.SetTexts(g.text(5), g.text(6))
	return k
}
