package app

import (
	"context"
	"slices"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// User is who may sign in, as it stands.
type User struct {
	Name     string      `json:"name"`
	FullName string      `json:"full_name,omitempty"`
	Active   bool        `json:"active"`
	Grants   []UserGrant `json:"grants,omitempty" doc:"What the user may do."`
	KnownBy  []string    `json:"known_by,omitempty" doc:"password, one_time_codes, recovery_codes, pin, badge"`
	Entry    int64       `json:"entry,omitempty" doc:"The entry that last changed it."`
}

// UserGrant is a role that a user has, at a site or at all.
type UserGrant struct {
	User   string `json:"user,omitempty"`
	Role   string `json:"role"`
	Site   string `json:"site,omitempty" doc:"Left out, at all sites, also those to come."`
	Active bool   `json:"active"`
	Entry  int64  `json:"entry,omitempty" doc:"The entry that gave it or took it away."`
}

// APIKey is that by which a program acts for a user.
type APIKey struct {
	Code    string      `json:"code" doc:"The part of the key by which it is known. The key itself is shown once, when it is made."`
	User    string      `json:"user"`
	Name    string      `json:"name"`
	Scopes  []string    `json:"scopes"`
	Sites   []string    `json:"sites,omitempty" doc:"Left out, wherever the user may."`
	Expires stock.Time  `json:"expires_at"`
	Active  bool        `json:"active"`
	Used    *stock.Time `json:"last_used_at,omitempty" doc:"To the minute, or so."`
	Entry   int64       `json:"entry,omitempty" doc:"The entry that last changed it."`
	Key     string      `json:"key,omitempty" doc:"The key, shown only when it is made."`
}

// Credential says by what a user is known from here on, or no longer.
type Credential struct {
	User   string `json:"user"`
	Sort   string `json:"sort"`
	Active bool   `json:"active"`
}

// Station is a device that people share, as it stands.
type Station struct {
	Name   string `json:"name"`
	Site   string `json:"site,omitempty"`
	Active bool   `json:"active"`
	Entry  int64  `json:"entry,omitempty"`
	Token  string `json:"token,omitempty" doc:"What the device keeps, shown only when the station is put up."`
}

// PeopleSet is what an entry says of people.
type PeopleSet struct {
	UserSet       *User       `json:"user_set,omitempty"`
	GrantSet      *UserGrant  `json:"grant_set,omitempty"`
	APIKeySet     *APIKey     `json:"api_key_set,omitempty"`
	CredentialSet *Credential `json:"credential_set,omitempty"`
	StationSet    *Station    `json:"station_set,omitempty"`
}

func userName(n *store.Names, id int64) string {
	if u := n.Users[id]; u != nil {
		return u.Name
	}
	return ""
}

func viewGrant(g *stock.UserGrant, n *store.Names) UserGrant {
	return UserGrant{User: userName(n, g.User), Role: string(g.Role), Site: siteCode(n, g.Site), Active: g.Active, Entry: g.Entry}
}

func viewAPIKey(k *stock.APIKey, n *store.Names) APIKey {
	out := APIKey{Code: k.Code, User: userName(n, k.User), Name: k.Name, Expires: k.Expires, Active: k.Active, Entry: k.Entry}
	for _, do := range k.Scopes {
		out.Scopes = append(out.Scopes, string(do))
	}
	for _, id := range k.Sites {
		out.Sites = append(out.Sites, siteCode(n, id))
	}
	return out
}

func viewStation(v *stock.Station, n *store.Names) Station {
	return Station{Name: v.Name, Site: siteCode(n, v.Site), Active: v.Active, Entry: v.Entry}
}

// viewPeople shows what an entry says of people; text are its erasable texts.
func viewPeople(p *stock.People, n *store.Names, text map[string]string) (out PeopleSet) {
	if u := p.User; u != nil {
		out.UserSet = &User{Name: text["name"], FullName: text["full_name"], Active: u.Active}
	}
	if p.Grant != nil {
		g := viewGrant(p.Grant, n)
		out.GrantSet = &g
	}
	if p.APIKey != nil {
		k := viewAPIKey(p.APIKey, n)
		out.APIKeySet = &k
	}
	if c := p.Credential; c != nil {
		out.CredentialSet = &Credential{userName(n, c.User), string(c.Sort), c.Active}
	}
	if p.Station != nil {
		v := viewStation(p.Station, n)
		out.StationSet = &v
	}
	return out
}

// Users lists users by name, with what they may do.
func (a *App) Users(ctx context.Context, page store.Page) ([]User, error) {
	rows, err := a.Store.Users(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewUsers(ctx, rows)
}

// User shows a user.
func (a *App) User(ctx context.Context, name string) (User, error) {
	u, err := a.Store.User(ctx, name)
	if err != nil {
		return User{}, err
	}
	out, err := a.viewUsers(ctx, []*stock.User{u})
	if err != nil {
		return User{}, err
	}
	return out[0], nil
}

func (a *App) viewUsers(ctx context.Context, rows []*stock.User) ([]User, error) {
	ids := make([]int64, len(rows))
	for i, u := range rows {
		ids[i] = u.ID
	}
	grants, err := a.Store.GrantsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	known, err := a.Store.CredentialsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, g := range grants {
		n.WantSites(g.Site)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	return views(rows, func(u *stock.User) User {
		out := User{Name: u.Name, FullName: u.FullName, Active: u.Active, Entry: u.Entry}
		for _, g := range grants {
			if g.User == u.ID {
				out.Grants = append(out.Grants, viewGrant(g, n))
			}
		}
		for _, c := range known {
			if c.User == u.ID {
				out.KnownBy = append(out.KnownBy, string(c.Sort))
			}
		}
		return out
	}), nil
}

// GrantQuery chooses grants; what is left empty does not limit.
type GrantQuery struct {
	User, Role, Site string
	After            int64
	Limit            int
}

// Grants lists who has which role where, and the id of the last for the next page.
func (a *App) Grants(ctx context.Context, q GrantQuery) ([]UserGrant, int64, error) {
	f := store.GrantFilter{After: q.After, Role: auth.Role(q.Role), Limit: q.Limit}
	if q.User != "" {
		u, err := a.Store.User(ctx, q.User)
		if err != nil {
			return nil, 0, err
		}
		f.User = u.ID
	}
	if q.Site != "" {
		v, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, 0, err
		}
		f.Site = v.ID
	}
	rows, err := a.Store.Grants(ctx, f)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	n := store.NewNames()
	for _, g := range rows {
		n.WantUsers(g.User)
		n.WantSites(g.Site)
	}
	err = a.Store.LoadNames(ctx, n)
	last := rows[len(rows)-1].ID
	if len(rows) < q.Limit {
		last = 0
	}
	return views(rows, func(g *stock.UserGrant) UserGrant { return viewGrant(g, n) }), last, err
}

// APIKeys lists keys, those of one user where it is named, and the id of the last for the next page.
func (a *App) APIKeys(ctx context.Context, user string, after int64, limit int) ([]APIKey, int64, error) {
	var id int64
	if user != "" {
		u, err := a.Store.User(ctx, user)
		if err != nil {
			return nil, 0, err
		}
		id = u.ID
	}
	rows, err := a.Store.APIKeys(ctx, id, after, limit)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	out, err := a.viewAPIKeys(ctx, rows)
	last := rows[len(rows)-1].ID
	if len(rows) < limit {
		last = 0
	}
	return out, last, err
}

// APIKey shows a key.
func (a *App) APIKey(ctx context.Context, code string) (APIKey, error) {
	k, err := a.Store.APIKey(ctx, code)
	if err != nil {
		return APIKey{}, err
	}
	out, err := a.viewAPIKeys(ctx, []store.UsedKey{k})
	if err != nil {
		return APIKey{}, err
	}
	return out[0], nil
}

func (a *App) viewAPIKeys(ctx context.Context, rows []store.UsedKey) ([]APIKey, error) {
	n := store.NewNames()
	for _, k := range rows {
		n.WantUsers(k.User)
		n.WantSites(k.Sites...)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	return views(rows, func(k store.UsedKey) APIKey {
		out := viewAPIKey(k.APIKey, n)
		if k.Used != 0 {
			out.Used = &k.Used
		}
		return out
	}), nil
}

// NewAPIKey makes a key, and shows it for the only time.
func (a *App) NewAPIKey(ctx context.Context, who Who, d stock.APIKeyDraft) (APIKey, error) {
	code, key := auth.NewKey()
	d.Code, d.Hash, d.If = code, auth.HashToken(key), stock.MustBeNew
	if d.User == "" {
		d.User = who.Actor
	}
	if _, err := a.Record(ctx, Request{Who: who, Body: &d}); err != nil {
		return APIKey{}, err
	}
	out, err := a.APIKey(ctx, code)
	out.Key = key
	return out, err
}

// Stations lists stations by name.
func (a *App) Stations(ctx context.Context, page store.Page) ([]Station, error) {
	rows, err := a.Store.Stations(ctx, page)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, v := range rows {
		n.WantSites(v.Site)
	}
	err = a.Store.LoadNames(ctx, n)
	return views(rows, func(v *stock.Station) Station { return viewStation(v, n) }), err
}

// PutUpStation puts up a station, or gives one another token, and shows it for the only time.
func (a *App) PutUpStation(ctx context.Context, who Who, d stock.StationDraft) (Station, error) {
	token := auth.NewToken()
	d.Hash = auth.HashToken(token)
	if _, err := a.Record(ctx, Request{Who: who, Body: &d}); err != nil {
		return Station{}, err
	}
	v, err := a.Store.Station(ctx, d.Name)
	if err != nil {
		return Station{}, err
	}
	n := store.NewNames()
	n.WantSites(v.Site)
	err = a.Store.LoadNames(ctx, n)
	out := viewStation(v, n)
	out.Token = token
	return out, err
}

// SetPassword gives a user a password, and ends the user's sessions. Without one, one is drawn for the first sign-in, and shown.
func (a *App) SetPassword(ctx context.Context, who Who, name, password string) (drawn string, err error) {
	u, err := a.Store.User(ctx, name)
	if err != nil {
		return "", err
	}
	d := &stock.CredentialDraft{User: u.Name, Sort: stock.Password}
	if password == "" {
		drawn = auth.NewPassword()
		password, d.Until = drawn, a.Store.Now()+firstPasswordTime
	} else if fault := auth.WeakPassword(password, u.Name, u.FullName); fault != "" {
		return "", stock.Errorf(stock.Invalid, stock.CodeWeakPassword, "password", "%s", fault)
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return "", err
	}
	d.Secret = []string{hash}
	_, err = a.Record(ctx, Request{Who: who, Body: d})
	return drawn, err
}

// SetPIN gives a user a PIN for stations, or takes it away where it is empty.
func (a *App) SetPIN(ctx context.Context, who Who, name, pin string) error {
	d := &stock.CredentialDraft{User: name, Sort: stock.PIN}
	if pin != "" {
		if fault := auth.WeakPIN(pin); fault != "" {
			return stock.Errorf(stock.Invalid, stock.CodeWeakPassword, "pin", "%s", fault)
		}
		hash, err := a.hash(ctx, pin)
		if err != nil {
			return err
		}
		d.Secret = []string{hash}
	}
	_, err := a.Record(ctx, Request{Who: who, Body: d})
	return err
}

// NewBadge gives a user a badge for stations in the place of the one before, and shows what is on it for the only time.
func (a *App) NewBadge(ctx context.Context, who Who, name string) (string, error) {
	badge := auth.NewBadge()
	_, err := a.Record(ctx, Request{Who: who, Body: &stock.CredentialDraft{User: name, Sort: stock.Badge, Secret: []string{auth.HashToken(badge)}}})
	return badge, err
}

// Forget takes away something by which a user is known.
func (a *App) Forget(ctx context.Context, who Who, name string, sorts ...stock.CredentialSort) error {
	u, err := a.Store.User(ctx, name)
	if err != nil {
		return err
	}
	known, err := a.Store.CredentialsOf(ctx, u.ID)
	if err != nil {
		return err
	}
	for _, c := range known {
		if !slices.Contains(sorts, c.Sort) {
			continue
		}
		if _, err := a.Record(ctx, Request{Who: who, Body: &stock.CredentialDraft{User: u.Name, Sort: c.Sort}}); err != nil {
			return err
		}
	}
	return nil
}
