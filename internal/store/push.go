package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"clew/internal/stock"
)

// Push sends checkpoints to a place outside. Where to and how often is set by people, how far it came by itself.
type Push struct {
	Name      string
	Turn      int64  // counts the changes by people
	Kind      string // file, webhook or mail
	Target    string
	Secret    string // by which a receiver knows us
	Every     int64  // at most once in so many minutes
	Paused    bool
	Sent      int64 // how many entries the last checkpoint covers that arrived
	SentAt    stock.Time
	Since     stock.Time // it has been failing, or well, since then
	Error     string
	Tries     int
	NextTry   stock.Time
	MadeBy    string
	MadeAt    stock.Time
	ChangedBy string
	ChangedAt stock.Time
}

const pushColumns = `c.name, c.turn, c.kind, c.target, c.secret, c.every, c.paused, c.sent, c.sent_at, c.since, c.error, c.tries, c.next_try, c.made_by, c.made_at, c.changed_by, c.changed_at`

func scanPush(r *sql.Rows) (*Push, error) {
	c := &Push{}
	return c, r.Scan(&c.Name, &c.Turn, &c.Kind, &c.Target, &c.Secret, &c.Every, &c.Paused, &c.Sent, &c.SentAt, &c.Since, &c.Error, &c.Tries, &c.NextTry,
		&c.MadeBy, &c.MadeAt, &c.ChangedBy, &c.ChangedAt)
}

// maxPushes is how many there may be.
const maxPushes = 20

// act is what people set of one; its secret only shows whether it is another.
func (c *Push) act() string {
	sum := sha256.Sum256([]byte(c.Secret))
	return actText(map[string]any{"kind": c.Kind, "target": c.Target, "every": c.Every, "paused": c.Paused, "secret": "sha256:" + hex.EncodeToString(sum[:4])})
}

// pushNamed finds one.
const pushNamed = `SELECT ` + pushColumns + ` FROM checkpoint_push c WHERE c.name = $1`

// onlyPush finds one within an operation.
func onlyPush(ctx context.Context, w *writer, name string) (*Push, error) {
	c, err := onlyRow(ctx, w, pushNamed, []any{name}, scanPush)
	if err == nil && c == nil {
		err = unknownPush(name)
	}
	return c, err
}

// AddPush adds a place that checkpoints are sent to.
func (s *Store) AddPush(ctx context.Context, by By, c *Push) error {
	c.Turn, c.MadeBy, c.MadeAt = 1, by.Actor, s.Now()
	c.Since, c.ChangedBy, c.ChangedAt = c.MadeAt, c.MadeBy, c.MadeAt
	added := false
	err := s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		result, err := w.exec(ctx, `INSERT INTO checkpoint_push (name, turn, kind, target, secret, every, paused, sent, sent_at, since, error, tries, next_try, made_by, made_at, changed_by, changed_at)
		SELECT $1, 1, $2, $3, $4, $5, 0, 0, 0, $6, '', 0, 0, $7, $6, $7, $6 WHERE (SELECT COUNT(*) FROM checkpoint_push) < $8 ON CONFLICT (name) DO NOTHING`,
			c.Name, c.Kind, c.Target, c.Secret, c.Every, int64(c.MadeAt), c.MadeBy, maxPushes)
		if err != nil {
			return nil, err
		}
		n, err := result.RowsAffected()
		if added = n > 0; !added || err != nil {
			return nil, err
		}
		return &stock.ActDraft{Sort: "checkpoint_push", Name: c.Name, What: "added", New: c.act()}, nil
	})
	if err != nil || added {
		return err
	}
	if _, err := s.Push(ctx, c.Name); err != nil {
		return stock.Errorf(stock.Conflict, stock.CodeLimitReached, "name", "checkpoints are sent to %d places already, the most that may be", maxPushes)
	}
	return stock.Errorf(stock.Conflict, stock.CodePushExists, "name", "checkpoints are sent to %q already", c.Name)
}

// ChangePush pauses, resumes or retries one, which is then tried at once, and keeps who did.
func (s *Store) ChangePush(ctx context.Context, by By, name, what string, paused bool) (*Push, error) {
	err := s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		c, err := onlyPush(ctx, w, name)
		if err != nil {
			return nil, err
		}
		old := c.act()
		c.Paused = paused
		_, err = w.exec(ctx, `UPDATE checkpoint_push SET turn = turn + 1, paused = $2, next_try = 0, changed_by = $3, changed_at = $4 WHERE name = $1`, name, number(paused), by.Actor, int64(s.Now()))
		return &stock.ActDraft{Sort: "checkpoint_push", Name: name, What: what, Old: old, New: c.act()}, err
	})
	if err != nil {
		return nil, err
	}
	return s.Push(ctx, name)
}

// SavePush writes how far one came and how it does, unless somebody changed or removed it meanwhile.
func (s *Store) SavePush(ctx context.Context, c *Push) error {
	_, err := s.change(ctx, `UPDATE checkpoint_push SET sent = $3, sent_at = $4, since = $5, error = $6, tries = $7, next_try = $8 WHERE name = $1 AND turn = $2`,
		c.Name, c.Turn, c.Sent, int64(c.SentAt), int64(c.Since), c.Error, c.Tries, int64(c.NextTry))
	return err
}

// RemovePush removes one.
func (s *Store) RemovePush(ctx context.Context, by By, name string) error {
	return s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		c, err := onlyPush(ctx, w, name)
		if err != nil {
			return nil, err
		}
		_, err = w.exec(ctx, `DELETE FROM checkpoint_push WHERE name = $1`, name)
		return &stock.ActDraft{Sort: "checkpoint_push", Name: name, What: "removed", Old: c.act()}, err
	})
}

// Pushes lists where checkpoints are sent, by name.
func (s *Store) Pushes(ctx context.Context, page Page) ([]*Push, error) {
	return list(ctx, s, `SELECT `+pushColumns+` FROM checkpoint_push c WHERE c.name > $1 ORDER BY c.name LIMIT $2`, []any{page.After, page.limit()}, scanPush)
}

// Push finds one by name.
func (s *Store) Push(ctx context.Context, name string) (*Push, error) {
	found, err := list(ctx, s, pushNamed, []any{name}, scanPush)
	return one(found, err, stock.CodeUnknownPush, "name", name)
}

func unknownPush(name string) error {
	return stock.Errorf(stock.NotFound, stock.CodeUnknownPush, "name", "no checkpoints are sent to %q", name)
}
