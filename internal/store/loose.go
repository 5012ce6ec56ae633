package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"strings"
)

// looseAtOnce is how many contents are looked at together.
const looseAtOnce = 500

// SweepContents removes contents from a shared database that nothing has attached for a day. One that is just being kept again, here or by
// another server, stays: keeping it makes it young.
func (s *Store) SweepContents(ctx context.Context) error {
	d, is := s.shelf.(*databaseShelf)
	if !is {
		return nil
	}
	for {
		n, err := d.sweep(ctx)
		if err != nil || n < looseAtOnce {
			return err
		}
	}
}

// tie says of a content that something attaches it, if that is so.
func (d *databaseShelf) tie(ctx context.Context, hash [32]byte) error {
	return d.in(ctx, func(w *shelfWork) error {
		_, err := w.exec(`UPDATE kept_file SET loose = 0 WHERE name = $1 AND loose > 0 AND EXISTS (SELECT 1 FROM file f WHERE f.hash = $2)`, contentName(hash), hash[:])
		return err
	})
}

// sweep looks at the oldest loose contents.
func (d *databaseShelf) sweep(ctx context.Context) (n int, err error) {
	err = d.in(ctx, func(w *shelfWork) error {
		loose, attached := rowset{}, map[string]bool{}
		var names []string
		if err := w.each(`SELECT k.name FROM kept_file k WHERE k.loose > 0 AND k.kept_at < @now - $1 AND k.name > 'files/' AND k.name < 'files0' ORDER BY k.kept_at LIMIT $2`,
			[]any{looseTime.Milliseconds(), looseAtOnce}, func(r *sql.Rows) error {
				var name string
				err := r.Scan(&name)
				names = append(names, name)
				hash, _ := hex.DecodeString(strings.ReplaceAll(strings.TrimPrefix(name, contentFolder+"/"), "/", ""))
				loose.add(hash)
				return err
			}); err != nil {
			return err
		}
		if n = len(names); n == 0 {
			return nil
		}
		if err := w.each(`SELECT DISTINCT f.hash FROM @rows($1: hash blob) r JOIN file f ON f.hash = r.hash`, []any{loose.text()}, func(r *sql.Rows) error {
			var hash []byte
			err := r.Scan(&hash)
			attached[contentName([32]byte(hash))] = true
			return err
		}); err != nil {
			return err
		}
		var tied, gone []string
		for _, name := range names {
			if attached[name] {
				tied = append(tied, name)
			} else {
				gone = append(gone, name)
			}
		}
		if _, err := w.exec(`UPDATE kept_file SET loose = 0 WHERE name IN (SELECT l.value FROM @list($1) l)`, texts(tied)); err != nil {
			return err
		}
		// The condition holds when the row is locked: whoever kept it meanwhile made it young, whoever keeps it now waits and keeps it anew.
		return w.remove(`name IN (SELECT l.value FROM @list($1) l) AND loose > 0 AND kept_at < @now - $2`, texts(gone), looseTime.Milliseconds())
	})
	return n, err
}
