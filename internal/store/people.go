package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/auth"
	"clew/internal/stock"
)

const (
	userColumns       = `u.id, u.entry, u.name, u.full_name, u.active`
	grantColumns      = `g.id, g.entry, g.holder, g.role, g.site, g.active`
	apiKeyColumns     = `k.id, k.entry, k.holder, k.code, k.name, k.scopes, k.sites, k.expires, k.active`
	credentialColumns = `c.id, c.entry, c.holder, c.sort, c.active`
	stationColumns    = `t.id, t.entry, t.name, t.site, t.active`
)

func scanUser(r *sql.Rows, more ...any) (*stock.User, error) {
	u := &stock.User{}
	return u, r.Scan(append([]any{&u.ID, &u.Entry, &u.Name, &u.FullName, &u.Active}, more...)...)
}

func plainUser(r *sql.Rows) (*stock.User, error) { return scanUser(r) }

func scanGrant(r *sql.Rows) (*stock.UserGrant, error) {
	g := &stock.UserGrant{}
	return g, r.Scan(&g.ID, &g.Entry, &g.User, &g.Role, &g.Site, &g.Active)
}

func scanAPIKey(r *sql.Rows, more ...any) (*stock.APIKey, error) {
	k := &stock.APIKey{}
	var scopes, sites string
	err := r.Scan(append([]any{&k.ID, &k.Entry, &k.User, &k.Code, &k.Name, &scopes, &sites, &k.Expires, &k.Active}, more...)...)
	k.SetTexts(scopes, sites)
	return k, err
}

func scanCredential(r *sql.Rows) (*stock.Credential, error) {
	c := &stock.Credential{}
	return c, r.Scan(&c.ID, &c.Entry, &c.User, &c.Sort, &c.Active)
}

func scanStation(r *sql.Rows) (*stock.Station, error) {
	v := &stock.Station{}
	return v, r.Scan(&v.ID, &v.Entry, &v.Name, &v.Site, &v.Active)
}

// loads runs a statement and puts each row into the state.
func loads[T any](l *loader, text string, set string, scan func(*sql.Rows) (T, error), put func(T)) error {
	return l.each(l.ctx, text, []any{set}, func(r *sql.Rows) error {
		v, err := scan(r)
		if err == nil {
			put(v)
		}
		return err
	})
}

// people loads users with what they may do and by what they are known, API keys and stations.
func (l *loader) people() error {
	if len(l.needs.Stations) > 0 {
		if err := loads(l, `SELECT `+stationColumns+` FROM @rows($1: k text) r JOIN station t ON t.name = r.k`, names(maps.Keys(l.needs.Stations)), scanStation, l.s.LoadStation); err != nil {
			return err
		}
	}
	if len(l.needs.APIKeys) > 0 {
		set := names(maps.Keys(l.needs.APIKeys))
		plain := func(r *sql.Rows) (*stock.APIKey, error) { return scanAPIKey(r) }
		if err := loads(l, `SELECT `+apiKeyColumns+` FROM @rows($1: k text) r JOIN api_key k ON k.code = r.k`, set, plain, l.s.LoadAPIKey); err != nil {
			return err
		}
		if err := loads(l, `SELECT `+userColumns+` FROM @rows($1: k text) r JOIN api_key k ON k.code = r.k JOIN users u ON u.id = k.holder`, set, plainUser, l.s.LoadUser); err != nil {
			return err
		}
	}
	if len(l.needs.Users) == 0 {
		return nil
	}
	if err := loads(l, `SELECT `+userColumns+` FROM @rows($1: k text) r JOIN users u ON u.folded = r.k`, names(maps.Keys(l.needs.Users)), plainUser, l.s.LoadUser); err != nil {
		return err
	}
	set := ids(maps.Keys(l.s.UserIDs))
	if err := loads(l, `SELECT `+grantColumns+` FROM @rows($1: id int) r JOIN user_grant g ON g.holder = r.id`, set, scanGrant, l.s.LoadGrant); err != nil {
		return err
	}
	return loads(l, `SELECT `+credentialColumns+` FROM @rows($1: id int) r JOIN credential c ON c.holder = r.id`, set, scanCredential, l.s.LoadCredential)
}

// peopleRows are what a batch says of people, and what lies beside the log of it.
type peopleRows struct {
	users, userGrants, apiKeys, credentials, stations rowset
	secrets, replaced, signedOut, leftStation         rowset
	touched                                           bool
}

// peopleRow gathers what an entry says of people, from the last entry of the batch to the first.
func (s *saver) peopleRow(e *stock.Entry) {
	s.touched = s.touched || e.People.Touches()
	if u := e.User; u != nil && s.first(u.ID) {
		s.users.add(u.ID, u.Entry, u.Name, stock.UserKey(u.Name), u.FullName, u.Active)
		if !u.Active {
			s.signedOut.add(u.ID)
		}
	}
	if g := e.Grant; g != nil && s.first(g.ID) {
		s.userGrants.add(g.ID, g.Entry, g.User, string(g.Role), g.Site, g.Active)
	}
	if k := e.APIKey; k != nil && s.first(k.ID) {
		s.apiKeys.add(k.ID, k.Entry, k.User, k.Code, k.Name, k.ScopesText(), k.SitesText(), int64(k.Expires), k.Active)
		s.secret(k.ID, k.Active, 0, k.Hash)
	}
	if c := e.Credential; c != nil && s.first(c.ID) {
		s.credentials.add(c.ID, c.Entry, c.User, string(c.Sort), c.Active)
		s.replaced.add(c.ID)
		s.secret(c.ID, c.Active, c.Until, c.Secret...)
		switch c.Sort {
		case stock.Password:
			s.signedOut.add(c.User)
		case stock.PIN, stock.Badge:
			s.leftStation.add(c.User)
		}
	}
	if v := e.Station; v != nil && s.first(v.ID) {
		s.stations.add(v.ID, v.Entry, v.Name, v.Site, v.Active)
		s.secret(v.ID, v.Active, 0, v.Hash)
	}
}

// secret keeps what is known of a secret in the place of what was; what is not active any more keeps none.
func (s *saver) secret(about int64, active bool, until stock.Time, hashes ...string) {
	given := len(hashes) > 0 && hashes[0] != ""
	if given || !active {
		s.replaced.add(about)
	}
	if given && active {
		for line, hash := range hashes {
			s.secrets.add(about, line, hash, 0, int64(until))
		}
	}
}

// people writes them, and ends the sessions of those who are to sign in anew.
func (s *saver) people() error {
	if !s.touched {
		return nil
	}
	s.writer.people = true
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.users, `INSERT INTO users (id, entry, name, folded, full_name, active)
			SELECT * FROM @rows($1: id int, entry int, name text, folded text, full_name text, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, full_name = excluded.full_name, active = excluded.active`},
		{&s.userGrants, `INSERT INTO user_grant (id, entry, holder, role, site, active)
			SELECT * FROM @rows($1: id int, entry int, holder int, role text, site int, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, active = excluded.active`},
		{&s.apiKeys, `INSERT INTO api_key (id, entry, holder, code, name, scopes, sites, expires, active)
			SELECT * FROM @rows($1: id int, entry int, holder int, code text, name text, scopes text, sites text, expires int, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, active = excluded.active`},
		{&s.credentials, `INSERT INTO credential (id, entry, holder, sort, active)
			SELECT * FROM @rows($1: id int, entry int, holder int, sort text, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, active = excluded.active`},
		{&s.stations, `INSERT INTO station (id, entry, name, site, active)
			SELECT * FROM @rows($1: id int, entry int, name text, site int, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, site = excluded.site, active = excluded.active`},
		{&s.replaced, `DELETE FROM session WHERE station > 0 AND station IN (SELECT id FROM @rows($1: id int))`},
		{&s.replaced, `DELETE FROM secret WHERE about IN (SELECT id FROM @rows($1: id int))`},
		{&s.secrets, `INSERT INTO secret (about, line, hash, step, until) SELECT * FROM @rows($1: about int, line int, hash text, step int, until int)`},
		{&s.signedOut, `DELETE FROM session WHERE holder IN (SELECT id FROM @rows($1: id int))`},
		{&s.leftStation, `DELETE FROM session WHERE station > 0 AND holder IN (SELECT id FROM @rows($1: id int))`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return s.turnPeople(s.ctx)
}

// turnPeople has other servers forget what they know of who may do what.
func (w *writer) turnPeople(ctx context.Context) error {
	_, err := w.exec(ctx, `INSERT INTO sign_in (id, turn) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET turn = sign_in.turn + 1`)
	return err
}

// Users lists users by name.
func (s *Store) Users(ctx context.Context, page Page) ([]*stock.User, error) {
	return list(ctx, s, `SELECT `+userColumns+` FROM users u WHERE u.folded > $1
		AND ($2 = '%%' OR u.folded LIKE $2 ESCAPE '\' OR LOWER(u.full_name) LIKE $2 ESCAPE '\') ORDER BY u.folded LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, plainUser)
}

// User finds a user by name, whatever the case.
func (s *Store) User(ctx context.Context, name string) (*stock.User, error) {
	found, err := list(ctx, s, `SELECT `+userColumns+` FROM users u WHERE u.folded = $1`, []any{stock.UserKey(name)}, plainUser)
	return one(found, err, stock.CodeUnknownUser, "user", name)
}

// AnyUser reports whether there is a user at all.
func (s *Store) AnyUser(ctx context.Context) (any bool, err error) {
	err = s.query(ctx, `SELECT EXISTS (SELECT 1 FROM users u)`, nil, func(r *sql.Rows) error { return r.Scan(&any) })
	return any, err
}

// GrantsOf lists what users may do, as it stands.
func (s *Store) GrantsOf(ctx context.Context, users ...int64) ([]*stock.UserGrant, error) {
	if len(users) == 0 {
		return nil, nil
	}
	var set rowset
	for _, id := range users {
		set.add(id)
	}
	return list(ctx, s, `SELECT `+grantColumns+` FROM @rows($1: id int) r JOIN user_grant g ON g.holder = r.id AND g.active > 0 ORDER BY g.id`, []any{set.text()}, scanGrant)
}

// GrantFilter chooses grants; what is left empty does not limit.
type GrantFilter struct {
	After int64
	User  int64
	Role  auth.Role
	Site  int64 // of a site, those for all sites too
	Limit int
}

// Grants lists what users may do, as it stands, in the order in which it was first given.
func (s *Store) Grants(ctx context.Context, f GrantFilter) ([]*stock.UserGrant, error) {
	return list(ctx, s, `SELECT `+grantColumns+` FROM user_grant g WHERE g.id > $1 AND g.active > 0 AND ($2 = 0 OR g.holder = $2) AND ($3 = '' OR g.role = $3)
		AND ($4 = 0 OR g.site = $4 OR g.site = 0) ORDER BY g.id LIMIT $5`, []any{f.After, f.User, string(f.Role), f.Site, Page{Limit: f.Limit}.limit()}, scanGrant)
}

// CredentialsOf lists by what users are known.
func (s *Store) CredentialsOf(ctx context.Context, users ...int64) ([]*stock.Credential, error) {
	if len(users) == 0 {
		return nil, nil
	}
	var set rowset
	for _, id := range users {
		set.add(id)
	}
	return list(ctx, s, `SELECT `+credentialColumns+` FROM @rows($1: id int) r JOIN credential c ON c.holder = r.id AND c.active > 0 ORDER BY c.id`, []any{set.text()}, scanCredential)
}

// UsedKey is an API key with when it was used last.
type UsedKey struct {
	*stock.APIKey
	Used stock.Time
}

func scanUsedKey(r *sql.Rows) (UsedKey, error) {
	var used stock.Time
	k, err := scanAPIKey(r, &used)
	return UsedKey{k, used}, err
}

// APIKeys lists API keys in the order in which they were made, those of one user where it is not 0.
func (s *Store) APIKeys(ctx context.Context, user, after int64, limit int) ([]UsedKey, error) {
	return list(ctx, s, `SELECT `+apiKeyColumns+`, COALESCE(o.used_at, 0) FROM api_key k LEFT JOIN key_use o ON o.about = k.id
		WHERE k.id > $1 AND ($2 = 0 OR k.holder = $2) ORDER BY k.id LIMIT $3`, []any{after, user, Page{Limit: limit}.limit()}, scanUsedKey)
}

// APIKey finds an API key by its code.
func (s *Store) APIKey(ctx context.Context, code string) (UsedKey, error) {
	found, err := list(ctx, s, `SELECT `+apiKeyColumns+`, COALESCE(o.used_at, 0) FROM api_key k LEFT JOIN key_use o ON o.about = k.id WHERE k.code = $1`, []any{code}, scanUsedKey)
	if err == nil && len(found) == 0 {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownAPIKey, "code", "there is no API key %q", code)
	}
	if err != nil {
		return UsedKey{}, err
	}
	return found[0], nil
}

// Stations lists stations by name.
func (s *Store) Stations(ctx context.Context, page Page) ([]*stock.Station, error) {
	return list(ctx, s, `SELECT `+stationColumns+` FROM station t WHERE t.name > $1 AND ($2 = '%%' OR LOWER(t.name) LIKE $2 ESCAPE '\') ORDER BY t.name LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanStation)
}

// Station finds a station by name.
func (s *Store) Station(ctx context.Context, name string) (*stock.Station, error) {
	found, err := list(ctx, s, `SELECT `+stationColumns+` FROM station t WHERE t.name = $1`, []any{name}, scanStation)
	return one(found, err, stock.CodeUnknownStation, "station", name)
}
