package store

import (
	"context"
	"database/sql"
	"time"

	"clew/internal/stock"
)

// Session is somebody who signed in. It holds a hash of the token, which the browser has.
type Session struct {
	ID      int64
	Hash    string
	User    int64
	Station int64 // 0: not at one
	MadeAt  stock.Time
	SeenAt  stock.Time
	Idle    stock.Time // it ends when it was not used for so long
	Until   stock.Time // it ends then for good
	Way     string     // how they were known: password, one_time_code, recovery_code, pin, badge
}

const sessionColumns = `s.id, s.hash, s.holder, s.station, s.made_at, s.seen_at, s.idle, s.until, s.way`

func scanSession(r *sql.Rows) (*Session, error) {
	v := &Session{}
	return v, r.Scan(&v.ID, &v.Hash, &v.User, &v.Station, &v.MadeAt, &v.SeenAt, &v.Idle, &v.Until, &v.Way)
}

// Ended reports whether the session is over at a time.
func (v *Session) Ended(now stock.Time) bool { return now >= v.Until || now >= v.SeenAt+v.Idle }

// mostSessions is how many sessions a user has at once; the oldest ends for another.
const mostSessions = 50

// AddSession keeps a session, and sweeps those that have ended.
func (s *Store) AddSession(ctx context.Context, v *Session) error {
	var used rowset
	used.add(v.User, int64(v.MadeAt))
	if v.Station != 0 {
		used.add(v.Station, int64(v.MadeAt))
	}
	return s.operate(ctx, func(ctx context.Context, w *writer) error {
		for _, t := range []struct {
			text string
			args []any
		}{
			{saveUses, []any{used.text()}},
			{`DELETE FROM session WHERE until <= $1 OR seen_at + idle <= $1`, []any{int64(v.MadeAt)}},
			{`DELETE FROM session WHERE id IN (SELECT s.id FROM session s WHERE s.holder = $1 ORDER BY s.made_at DESC, s.id DESC LIMIT 1000 OFFSET $2)`, []any{v.User, mostSessions - 1}},
			{`INSERT INTO session (id, hash, holder, station, made_at, seen_at, idle, until, way) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				[]any{v.ID, v.Hash, v.User, v.Station, int64(v.MadeAt), int64(v.SeenAt), int64(v.Idle), int64(v.Until), v.Way}},
		} {
			if _, err := w.exec(ctx, t.text, t.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndSession ends one session.
func (s *Store) EndSession(ctx context.Context, id int64) error {
	return s.operatePeople(ctx, func(ctx context.Context, w *writer) error {
		_, err := w.exec(ctx, `DELETE FROM session WHERE id = $1`, id)
		return err
	})
}

// EndSessions ends all sessions of a user.
func (s *Store) EndSessions(ctx context.Context, user int64) error {
	return s.operatePeople(ctx, func(ctx context.Context, w *writer) error {
		_, err := w.exec(ctx, `DELETE FROM session WHERE holder = $1`, user)
		return err
	})
}

// operatePeople is operate for what changes who is signed in: all servers are to forget what they know.
func (s *Store) operatePeople(ctx context.Context, do operation) error {
	err := s.operate(ctx, func(ctx context.Context, w *writer) error {
		if err := do(ctx, w); err != nil {
			return err
		}
		return w.turnPeople(ctx)
	})
	s.turn.Add(1)
	return err
}

// SessionBy finds a session by the hash of its token, nil where there is none.
func (s *Store) SessionBy(ctx context.Context, hash string) (*Session, error) {
	return first(list(ctx, s, `SELECT `+sessionColumns+` FROM session s WHERE s.hash = $1`, []any{hash}, scanSession))
}

// SessionsOf lists the sessions of a user, the newest first.
func (s *Store) SessionsOf(ctx context.Context, user int64) ([]*Session, error) {
	return list(ctx, s, `SELECT `+sessionColumns+` FROM session s WHERE s.holder = $1 ORDER BY s.made_at DESC, s.id LIMIT $2`, []any{user, mostSessions}, scanSession)
}

// first is the first of a list, nil where it is empty.
func first[T any](found []*T, err error) (*T, error) {
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// saveUses tells when keys, users and stations were used last.
const saveUses = `INSERT INTO key_use (about, used_at) SELECT * FROM @rows($1: about int, used_at int)
	WHERE true ON CONFLICT (about) DO UPDATE SET used_at = excluded.used_at WHERE key_use.used_at < excluded.used_at`

// SawSessions tells when sessions were used last, and keys, users and stations. Nobody waits for it but who gathered them.
func (s *Store) SawSessions(ctx context.Context, sessions, uses map[int64]stock.Time) error {
	if len(sessions)+len(uses) == 0 {
		return nil
	}
	return s.operate(ctx, func(ctx context.Context, w *writer) error {
		for _, t := range []struct {
			used map[int64]stock.Time
			text string
		}{
			{sessions, `UPDATE session SET seen_at = r.seen FROM @rows($1: id int, seen int) r WHERE session.id = r.id AND session.seen_at < r.seen`},
			{uses, saveUses},
		} {
			if len(t.used) == 0 {
				continue
			}
			var set rowset
			for id, at := range t.used {
				set.add(id, int64(at))
			}
			if _, err := w.exec(ctx, t.text, set.text()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Secret is what is kept of a password, a key or the like.
type Secret struct {
	About int64 // the credential, key or station
	Hash  string
	Step  int64      // the last one-time code that was used
	Until stock.Time // 0: for ever
}

func scanSecret(r *sql.Rows) (*Secret, error) {
	v := &Secret{}
	return v, r.Scan(&v.About, &v.Hash, &v.Step, &v.Until)
}

// SecretOf finds what is kept of a key, a station or a credential, nil where there is nothing.
func (s *Store) SecretOf(ctx context.Context, about int64) (*Secret, error) {
	return first(list(ctx, s, `SELECT s.about, s.hash, s.step, s.until FROM secret s WHERE s.about = $1 ORDER BY s.line LIMIT 1`, []any{about}, scanSecret))
}

// SecretBy finds whose a secret is by its hash, nil where it is nobody's.
func (s *Store) SecretBy(ctx context.Context, hash string) (*Secret, error) {
	return first(list(ctx, s, `SELECT s.about, s.hash, s.step, s.until FROM secret s WHERE s.hash = $1`, []any{hash}, scanSecret))
}

// UserOf finds a user by id, nil where there is none.
func (s *Store) UserOf(ctx context.Context, id int64) (*stock.User, error) {
	return first(list(ctx, s, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, []any{id}, plainUser))
}

// APIKeyOf finds an API key by id, nil where there is none.
func (s *Store) APIKeyOf(ctx context.Context, id int64) (*stock.APIKey, error) {
	return first(list(ctx, s, `SELECT `+apiKeyColumns+` FROM api_key k WHERE k.id = $1`, []any{id}, func(r *sql.Rows) (*stock.APIKey, error) { return scanAPIKey(r) }))
}

// StationOf finds a station by id, nil where there is none.
func (s *Store) StationOf(ctx context.Context, id int64) (*stock.Station, error) {
	return first(list(ctx, s, `SELECT `+stationColumns+` FROM station t WHERE t.id = $1`, []any{id}, scanStation))
}

// CredentialOf finds a credential by id, nil where there is none.
func (s *Store) CredentialOf(ctx context.Context, id int64) (*stock.Credential, error) {
	return first(list(ctx, s, `SELECT `+credentialColumns+` FROM credential c WHERE c.id = $1`, []any{id}, scanCredential))
}

// UseStep uses up a one-time code. Of several who try at once, one is told that it was theirs.
func (s *Store) UseStep(ctx context.Context, about, step int64) (bool, error) {
	n, err := s.change(ctx, `UPDATE secret SET step = $2 WHERE about = $1 AND step < $2`, about, step)
	return n == 1, err
}

// UseUp uses up a secret that is good once.
func (s *Store) UseUp(ctx context.Context, about int64, hash string) (bool, error) {
	n, err := s.change(ctx, `DELETE FROM secret WHERE about = $1 AND hash = $2`, about, hash)
	return n == 1, err
}

// turnTime is for how long a server of several relies on what it knows of who may do what.
const turnTime = time.Second

// Turn is a number that changes whenever it may have changed who may do what: at once for what this server wrote, and within a second
// for what others did.
func (s *Store) Turn(ctx context.Context) (own, others int64, err error) {
	own = s.turn.Load()
	if !s.shared {
		return own, 0, nil
	}
	s.turning.Lock()
	defer s.turning.Unlock()
	if time.Since(s.turnAt) >= turnTime {
		asked := time.Now()
		if err := s.query(ctx, `SELECT i.turn FROM sign_in i WHERE i.id = 1`, nil, func(r *sql.Rows) error { return r.Scan(&s.turnSeen) }); err != nil {
			return 0, 0, err
		}
		s.turnAt = asked
	}
	return own, s.turnSeen, nil
}
