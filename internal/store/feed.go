package store

import (
	"context"
	"database/sql"
	"strings"

	"clew/internal/stock"
)

// Feed sends entries to another system. What it sends and where is set by people, how far it came by itself.
type Feed struct {
	Name      string
	Turn      int64 // counts the changes by people
	URL       string
	Kinds     []string // of entries; none for all
	Secret    string   // by which the other system knows us
	Paused    bool
	Sent      int64 // the last entry that was taken, or passed over
	SentAt    stock.Time
	Since     stock.Time // it has been failing, or well, since then
	Error     string     // what the last try met with; empty when it went well
	Tries     int        // since it went well
	NextTry   stock.Time
	MadeBy    string
	MadeAt    stock.Time
	ChangedBy string
	ChangedAt stock.Time
}

const feedColumns = `f.name, f.turn, f.url, f.kinds, f.secret, f.paused, f.sent, f.sent_at, f.since, f.error, f.tries, f.next_try, f.made_by, f.made_at, f.changed_by, f.changed_at`

func scanFeed(r *sql.Rows) (*Feed, error) {
	f := &Feed{}
	var kinds string
	err := r.Scan(&f.Name, &f.Turn, &f.URL, &kinds, &f.Secret, &f.Paused, &f.Sent, &f.SentAt, &f.Since, &f.Error, &f.Tries, &f.NextTry,
		&f.MadeBy, &f.MadeAt, &f.ChangedBy, &f.ChangedAt)
	f.Kinds = strings.Fields(kinds)
	return f, err
}

// feedNamed finds a feed.
const feedNamed = `SELECT ` + feedColumns + ` FROM feed f WHERE f.name = $1`

// maxFeeds is how many feeds there may be: each reads the log and waits for another system at the same time.
const maxFeeds = 100

// AddFeed adds a feed, which begins after the entry it was sent.
func (s *Store) AddFeed(ctx context.Context, by By, f *Feed) error {
	f.Turn, f.MadeBy, f.MadeAt = 1, by.Actor, s.Now()
	f.Since, f.ChangedBy, f.ChangedAt = f.MadeAt, f.MadeBy, f.MadeAt
	added := false
	err := s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		result, err := w.exec(ctx, `INSERT INTO feed (name, turn, url, kinds, secret, paused, sent, sent_at, since, error, tries, next_try, made_by, made_at, changed_by, changed_at)
		SELECT $1, 1, $2, $3, $4, 0, $5, 0, $6, '', 0, 0, $7, $6, $7, $6 WHERE (SELECT COUNT(*) FROM feed) < $8 ON CONFLICT (name) DO NOTHING`,
			f.Name, f.URL, strings.Join(f.Kinds, " "), f.Secret, f.Sent, int64(f.MadeAt), f.MadeBy, maxFeeds)
		if err != nil {
			return nil, err
		}
		n, err := result.RowsAffected()
		if added = n > 0; !added || err != nil {
			return nil, err
		}
		return &stock.ActDraft{Sort: "feed", Name: f.Name, What: "added", New: f.act()}, nil
	})
	if err != nil || added {
		return err
	}
	if _, err := s.Feed(ctx, f.Name); err != nil {
		return stock.Errorf(stock.Conflict, stock.CodeLimitReached, "name", "there are %d feeds already, the most that are served: remove one that is not needed, or have one system hand entries on", maxFeeds)
	}
	return stock.Errorf(stock.Conflict, stock.CodeFeedExists, "name", "there is a feed %q already", f.Name)
}

// ChangeFeed lets change set what people set of a feed, and its state with it, and keeps who did.
func (s *Store) ChangeFeed(ctx context.Context, by By, name, what string, change func(*Feed) error) (*Feed, error) {
	var f *Feed
	err := s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		var err error
		f, err = onlyRow(ctx, w, feedNamed, []any{name}, scanFeed)
		if err == nil && f == nil {
			err = unknownFeed(name)
		}
		if err != nil {
			return nil, err
		}
		old := f.act()
		if err := change(f); err != nil {
			return nil, err
		}
		f.Turn, f.ChangedBy, f.ChangedAt = f.Turn+1, by.Actor, s.Now()
		_, err = w.exec(ctx, `UPDATE feed SET turn = $2, url = $3, kinds = $4, secret = $5, paused = $6, sent = $7, since = $8, error = $9, tries = $10, next_try = $11,
			changed_by = $12, changed_at = $13 WHERE name = $1`, name, f.Turn, f.URL, strings.Join(f.Kinds, " "), f.Secret, number(f.Paused), f.Sent, int64(f.Since), f.Error,
			f.Tries, int64(f.NextTry), f.ChangedBy, int64(f.ChangedAt))
		return &stock.ActDraft{Sort: "feed", Name: name, What: what, Old: old, New: f.act()}, err
	})
	return f, err
}

// SaveFeed writes how far a feed came and how it does. It tells that it was not written where somebody changed or removed the
// feed meanwhile.
func (s *Store) SaveFeed(ctx context.Context, f *Feed) (saved bool, err error) {
	n, err := s.change(ctx, `UPDATE feed SET sent = $3, sent_at = $4, since = $5, error = $6, tries = $7, next_try = $8 WHERE name = $1 AND turn = $2`,
		f.Name, f.Turn, f.Sent, int64(f.SentAt), int64(f.Since), f.Error, f.Tries, int64(f.NextTry))
	return n > 0, err
}

// RemoveFeed removes a feed.
func (s *Store) RemoveFeed(ctx context.Context, by By, name string) error {
	return s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		f, err := onlyRow(ctx, w, feedNamed, []any{name}, scanFeed)
		if err == nil && f == nil {
			err = unknownFeed(name)
		}
		if err != nil {
			return nil, err
		}
		_, err = w.exec(ctx, `DELETE FROM feed WHERE name = $1`, name)
		return &stock.ActDraft{Sort: "feed", Name: name, What: "removed", Old: f.act()}, err
	})
}

// Feeds lists feeds by name.
func (s *Store) Feeds(ctx context.Context, page Page) ([]*Feed, error) {
	return list(ctx, s, `SELECT `+feedColumns+` FROM feed f WHERE f.name > $1 AND ($2 = '%%' OR LOWER(f.name) LIKE $2 ESCAPE '\') ORDER BY f.name LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanFeed)
}

// Feed finds a feed by name.
func (s *Store) Feed(ctx context.Context, name string) (*Feed, error) {
	found, err := list(ctx, s, `SELECT `+feedColumns+` FROM feed f WHERE f.name = $1`, []any{name}, scanFeed)
	return one(found, err, stock.CodeUnknownFeed, "feed", name)
}

func unknownFeed(name string) error {
	return stock.Errorf(stock.NotFound, stock.CodeUnknownFeed, "feed", "there is no feed %q", name)
}

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
