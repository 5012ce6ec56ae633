package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"clew/internal/stock"
)

// shownText is a text as it is shown, for queries that join erasable as t.
const shownText = `CASE WHEN t.hash IS NOT NULL THEN '` + stock.Erased + `' ELSE COALESCE(t.text, '') END`

// texts loads what an erasure may erase.
func (l *loader) texts() error {
	for key := range l.needs.Texts {
		if err := l.textsOf(key); err != nil {
			return err
		}
	}
	return nil
}

const textColumns = `t.entry, t.line, t.field, t.salt, t.text`

func (l *loader) textsOf(key stock.TextsOf) error {
	switch key.Of {
	case stock.EraseUser: // 45 is their kind, written out with the bounds of the index
		u := l.s.Users[stock.UserKey(key.Name)]
		if u == nil {
			return nil
		}
		err := l.take(key, textColumns+` FROM entry e JOIN erasable t ON t.entry = e.id AND t.field IN ('name', 'full_name')
			WHERE e.kind = 45 AND e.kind >= 45 AND e.kind <= 49 AND EXISTS (SELECT 1 FROM erasable n WHERE n.entry = e.id AND n.field = 'name' AND n.text = $1)`, u.Name)
		if err != nil {
			return err
		}
		return l.textsOfActor(key, stock.ActorKey{Kind: stock.KindActor, Name: u.Name})
	case stock.EraseActor:
		return l.textsOfActor(key, stock.ActorKey{Kind: stock.KindActor, Name: key.Name})
	case stock.EraseDevice:
		return l.textsOfActor(key, stock.ActorKey{Kind: stock.KindDevice, Name: key.Name})
	case stock.ErasePartner:
		if p := l.s.Partners[key.Name]; p != nil {
			return l.textsOfPartner(key, p)
		}
	case stock.EraseEntry:
		return l.take(key, textColumns+` FROM erasable t WHERE t.entry = $1`, key.Entry)
	}
	return nil
}

// take adds texts that are not erased yet.
func (l *loader) take(key stock.TextsOf, text string, arg any) error {
	left := stock.MaxErased + 1 - len(l.s.Texts[key])
	if left <= 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+text+` AND t.hash IS NULL ORDER BY t.entry, t.line LIMIT $2`, []any{arg, left}, func(r *sql.Rows) error {
		t, err := scanText(r)
		l.s.Texts[key] = append(l.s.Texts[key], t)
		return err
	})
}

func scanText(r *sql.Rows, more ...any) (t stock.Text, err error) {
	var salt []byte
	err = r.Scan(append([]any{&t.Entry, &t.Line, &t.Field, &salt, &t.Text}, more...)...)
	copy(t.Salt[:], salt)
	return t, err
}

// textsOfActor are the name under which somebody recorded, and from where that came.
func (l *loader) textsOfActor(key stock.TextsOf, name stock.ActorKey) error {
	a := l.s.Actors[name]
	if a == nil {
		a = &stock.Actor{Kind: name.Kind, Name: name.Name}
		err := l.each(l.ctx, `SELECT a.id FROM actor a WHERE a.name = $1 AND a.kind = $2`, []any{name.Name, int(name.Kind)}, func(r *sql.Rows) error { return r.Scan(&a.ID) })
		if err != nil || a.ID == 0 {
			return err
		}
		l.s.Actors[name] = a
	}
	for _, text := range []string{
		fmt.Sprintf(` FROM audited d JOIN entry e ON e.id = d.entry AND e.kind IN (%d, %d) JOIN erasable t ON t.entry = d.entry AND t.field = 'name'
			WHERE d.object = %d AND d.subject = $1 AND d.aspect = 0`, stock.KindActor, stock.KindDevice, stock.ObjectActor),
		fmt.Sprintf(` FROM audited d JOIN erasable t ON t.entry = d.entry AND t.field = 'origin' WHERE d.object = %d AND d.subject = $1 AND d.aspect = 0`, stock.ObjectBy),
	} {
		if err := l.take(key, textColumns+text, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// textsOfPartner are what entries that set the partner said of it, those of addresses with which one each names.
func (l *loader) textsOfPartner(key stock.TextsOf, p *stock.Partner) error {
	places := map[int64][]*stock.Place{}
	return l.each(l.ctx, fmt.Sprintf(`SELECT `+textColumns+`, e.leaf FROM audited d JOIN entry e ON e.id = d.entry AND e.kind = %d JOIN erasable t ON t.entry = d.entry
		WHERE d.object = %d AND d.subject = $1 AND d.aspect = 0 AND t.hash IS NULL AND t.field NOT IN ('reason', 'origin') ORDER BY t.entry, t.line LIMIT $2`, stock.KindPartner, stock.ObjectPartner),
		[]any{p.ID, stock.MaxErased + 1}, func(r *sql.Rows) error {
			var leaf []byte
			t, err := scanText(r, &leaf)
			if err != nil {
				return err
			}
			if _, read := places[t.Entry]; !read {
				m, err := stock.MasterOf(leaf)
				if err != nil {
					return err
				}
				places[t.Entry] = m.Places
			}
			var i int
			if n, _ := fmt.Sscanf(t.Field, "places[%d].name", &i); n == 1 && i >= 0 && i < len(places[t.Entry]) {
				t.Place = places[t.Entry][i].ID
			}
			l.s.Texts[key] = append(l.s.Texts[key], t)
			return nil
		})
}

// erasureRows gathers what an erasure says and what it erases.
func (s *saver) erasureRow(e *stock.Entry) {
	v := e.Erasure
	if v == nil {
		return
	}
	s.erasing = append(s.erasing, v)
	if p := s.state.PartnerIDs[v.ID]; v.Name && p != nil {
		s.found(stock.ObjectPartner, p.ID, stock.Words(p.Code, p.Name))
	}
	for i, t := range v.Texts {
		s.erasures.add(e.ID, i, t.Entry, t.Line)
		hash := t.Hash()
		s.erased.add(t.Entry, t.Line, hash[:])
	}
}

// erase takes the texts away, and the names from where they are kept beside the entries. SQLite would leave them in pages that are free.
func (s *saver) erase() error {
	if s.erasures.n == 0 {
		return nil
	}
	s.writer.people, s.forgets = true, true
	if _, is := s.store.dialect.(sqliteDialect); is {
		if _, err := s.conn.ExecContext(s.ctx, `PRAGMA secure_delete = ON`); err != nil {
			return err
		}
	}
	if err := s.put(&s.erasures, `INSERT INTO erasure (entry, line, text_entry, text_line) SELECT * FROM @rows($1: entry int, line int, text_entry int, text_line int)`); err != nil {
		return err
	}
	if err := s.put(&s.erased, `UPDATE erasable SET salt = NULL, text = NULL, hash = r.hash FROM @rows($1: entry int, line int, hash blob) r WHERE erasable.entry = r.entry AND erasable.line = r.line`); err != nil {
		return err
	}
	for _, v := range s.erasing {
		if err := s.eraseNames(v); err != nil {
			return err
		}
	}
	return s.turnPeople(s.ctx)
}

// madeBy are where names of people stand beside the log.
var madeBy = []string{"feed.made_by", "feed.changed_by", "mapping.made_by", "import_job.actor", "checkpoint_push.made_by", "checkpoint_push.changed_by"}

func (s *saver) eraseNames(v *stock.Erasure) error {
	type statement struct {
		text string
		args []any
	}
	var all []statement
	add := func(text string, args ...any) { all = append(all, statement{text, args}) }
	if v.Of == stock.EraseUser {
		add(`UPDATE users SET name = $2, folded = $3, full_name = $4 WHERE id = $1`, v.ID, v.Now, stock.UserKey(v.Now), stock.Erased)
	}
	if v.Actor != 0 {
		add(`UPDATE actor SET name = $2 WHERE id = $1`, v.Actor, v.Now)
	}
	if v.Now != "" && v.Of != stock.EraseDevice {
		add(`UPDATE import_job SET origin = '' WHERE actor = $1`, v.Was)
		for _, of := range madeBy {
			table, column, _ := strings.Cut(of, ".")
			add(`UPDATE `+table+` SET `+column+` = $2 WHERE `+column+` = $1`, v.Was, v.Now)
		}
	}
	if v.Name {
		add(`UPDATE partner SET name = $2 WHERE id = $1`, v.ID, stock.Erased)
	}
	if v.Contacts {
		add(`UPDATE partner SET contacts = '' WHERE id = $1`, v.ID)
	}
	if len(v.Places) > 0 {
		add(`UPDATE place SET name = $2 WHERE id IN (SELECT id FROM @rows($1: id int))`, ids(slices.Values(v.Places)), stock.Erased)
	}
	for _, one := range all {
		if err := s.later(s.ctx, one.text, one.args...); err != nil {
			return err
		}
	}
	return nil
}

// forget clears what SQLite keeps of the erased texts in the log beside its file. Where somebody is reading what was before, it is
// cleared with one of the next checkpoints, at the latest when the ledger is closed.
func (w *writer) forget(ctx context.Context) {
	w.forgets = false
	if _, is := w.store.dialect.(sqliteDialect); !is || w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, text := range []string{`PRAGMA secure_delete = OFF`, `PRAGMA busy_timeout = 200`, `PRAGMA wal_checkpoint(TRUNCATE)`, `PRAGMA busy_timeout = 10000`} {
		_, _ = w.conn.ExecContext(ctx, text) // what was recorded is recorded
	}
}

// Erasures lists the erasures in the order of their entries.
func (s *Store) Erasures(ctx context.Context, after int64, limit int) ([]*stock.Entry, error) {
	return s.Entries(ctx, EntryFilter{After: after, Kinds: []stock.Kind{stock.KindErasure}, Limit: limit})
}
