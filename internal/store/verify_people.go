package store

import (
	"database/sql"

	"clew/internal/stock"
)

// peopleIDs are those of the records of people that the entries of a page are about.
type peopleIDs struct{ users, grants, apiKeys, credentials, stations rowset }

func (k *peopleIDs) add(p *stock.People) {
	if v := p.User; v != nil {
		k.users.add(v.ID)
	}
	if v := p.Grant; v != nil {
		k.grants.add(v.ID)
	}
	if v := p.APIKey; v != nil {
		k.apiKeys.add(v.ID)
	}
	if v := p.Credential; v != nil {
		k.credentials.add(v.ID)
	}
	if v := p.Station; v != nil {
		k.stations.add(v.ID)
	}
}

// knownPeople are the rows of them.
type knownPeople struct {
	users       map[int64]*stock.User
	grants      map[int64]*stock.UserGrant
	apiKeys     map[int64]*stock.APIKey
	credentials map[int64]*stock.Credential
	stations    map[int64]*stock.Station
}

func (a *auditor) pagePeople(p *pageRows, k *peopleIDs) error {
	p.known = knownPeople{map[int64]*stock.User{}, map[int64]*stock.UserGrant{}, map[int64]*stock.APIKey{}, map[int64]*stock.Credential{}, map[int64]*stock.Station{}}
	for _, t := range []struct {
		set  *rowset
		text string
		scan func(*sql.Rows) error
	}{
		{&k.users, userColumns + `, u.folded FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN users u ON u.id = r.id`, func(r *sql.Rows) error {
			var folded string
			v, err := scanUser(r, &folded)
			if err == nil && folded != stock.UserKey(v.Name) {
				a.find("name", record("user", v.ID), "it is found as %q and called %q", folded, v.Name)
			}
			p.known.users[v.ID] = v
			return err
		}},
		{&k.grants, grantColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN user_grant g ON g.id = r.id`, func(r *sql.Rows) error {
			v, err := scanGrant(r)
			p.known.grants[v.ID] = v
			return err
		}},
		{&k.apiKeys, apiKeyColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN api_key k ON k.id = r.id`, func(r *sql.Rows) error {
			v, err := scanAPIKey(r)
			p.known.apiKeys[v.ID] = v
			return err
		}},
		{&k.credentials, credentialColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN credential c ON c.id = r.id`, func(r *sql.Rows) error {
			v, err := scanCredential(r)
			p.known.credentials[v.ID] = v
			return err
		}},
		{&k.stations, stationColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN station t ON t.id = r.id`, func(r *sql.Rows) error {
			v, err := scanStation(r)
			p.known.stations[v.ID] = v
			return err
		}},
	} {
		if t.set.n > 0 {
			if err := a.each(`SELECT `+t.text, t.scan, t.set.text()); err != nil {
				return err
			}
		}
	}
	return nil
}

// masterPeople gives the entry what it says of people, as the rows say where it was the last to change them.
func (a *auditor) masterPeople(p *pageRows, e *pageEntry, said *stock.People) {
	if v := said.User; v != nil {
		e.User = standing(a, e, "user", v.ID, v, p.known.users, func(row *stock.User) int64 { return row.Entry })
		if row := e.User; row != v {
			a.named(e, record("user", v.ID), "name", row.Name)
			a.named(e, record("user", v.ID), "full_name", row.FullName)
		}
	}
	if v := said.Grant; v != nil {
		e.Grant = standing(a, e, "grant", v.ID, v, p.known.grants, func(row *stock.UserGrant) int64 { return row.Entry })
	}
	if v := said.APIKey; v != nil {
		e.APIKey = standing(a, e, "API key", v.ID, v, p.known.apiKeys, func(row *stock.APIKey) int64 { return row.Entry })
	}
	if v := said.Credential; v != nil {
		e.Credential = standing(a, e, "credential", v.ID, v, p.known.credentials, func(row *stock.Credential) int64 { return row.Entry })
	}
	if v := said.Station; v != nil {
		e.Station = standing(a, e, "station", v.ID, v, p.known.stations, func(row *stock.Station) int64 { return row.Entry })
	}
}

// strayPeople looks for what lets somebody in and belongs to nothing that the entries say: a secret of what is not active, a session of a
// user or at a station that is not.
func (a *auditor) strayPeople() error {
	for _, t := range []struct{ what, text string }{
		{"secret", `SELECT COUNT(*) FROM secret s WHERE NOT EXISTS (SELECT 1 FROM credential c WHERE c.id = s.about AND c.active > 0)
			AND NOT EXISTS (SELECT 1 FROM api_key k WHERE k.id = s.about AND k.active > 0) AND NOT EXISTS (SELECT 1 FROM station t WHERE t.id = s.about AND t.active > 0)`},
		{"session", `SELECT COUNT(*) FROM session s WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = s.holder AND u.active > 0)
			OR s.station > 0 AND NOT EXISTS (SELECT 1 FROM station t WHERE t.id = s.station AND t.active > 0)`},
	} {
		n, err := a.number(t.text)
		if err != nil {
			return err
		}
		if n > 0 {
			a.find("stray", t.what, "%d rows belong to nobody who may sign in", n)
		}
	}
	return nil
}
