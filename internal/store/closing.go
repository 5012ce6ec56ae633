package store

import (
	"cmp"
	"context"
	"database/sql"
	"strconv"
	"time"

	"clew/internal/stock"
)

// newestClosings finds the newest closing of each site, and that of all at 0.
const newestClosings = `SELECT c.entry, c.site, c.until FROM closing c WHERE c.entry IN (SELECT MAX(o.entry) FROM closing o GROUP BY o.site)`

func scanClosing(r *sql.Rows) (*stock.Closing, error) {
	c := &stock.Closing{}
	return c, r.Scan(&c.ID, &c.Site, &c.Until)
}

// knownClosings are the closings as the writer last read them; see knownFields.
type knownClosings struct {
	at   int64
	list []*stock.Closing
}

// closings loads what books are closed, with the sites of all places, by whose calendars that is judged.
func (l *loader) closings() error {
	if l.needs.EverySite {
		if err := l.each(l.ctx, `SELECT `+siteColumns+` FROM site s`, nil, func(r *sql.Rows) error {
			v, err := scanSite(r)
			if err == nil && l.s.SiteIDs[v.ID] == nil {
				l.s.LoadSite(v)
			}
			return err
		}); err != nil {
			return err
		}
	}
	if l.closedAt == 0 && !l.needs.EverySite {
		return nil
	}
	if closed := &l.writer.closed; closed.at != l.closedAt {
		closed.at, closed.list = 0, nil
		if err := l.each(l.ctx, newestClosings, nil, func(r *sql.Rows) error {
			c, err := scanClosing(r)
			closed.list = append(closed.list, c)
			return err
		}); err != nil {
			return err
		}
		closed.at = l.closedAt
	}
	for _, c := range l.writer.closed.list {
		l.s.LoadClosing(c)
	}
	return l.moreSites()
}

// closingRows are what a batch brings to closings.
type closingRows struct {
	shut, late  rowset
	lastClosing int64
}

func (s *saver) closingRow(e *stock.Entry) {
	if c := e.Closing; c != nil {
		s.shut.add(e.ID, c.Site, int(c.Until))
		s.lastClosing = e.ID
	}
	for _, l := range e.Late {
		s.late.add(e.ID, l.Site, l.Closing, int(l.Day))
	}
}

func (s *saver) closings() error {
	if err := s.put(&s.late, `INSERT INTO late_entry (entry, site, closing, day) SELECT * FROM @rows($1: entry int, site int, closing int, day int)`); err != nil || s.lastClosing == 0 {
		return err
	}
	if err := s.put(&s.shut, `INSERT INTO closing (entry, site, until) SELECT * FROM @rows($1: entry int, site int, until int)`); err != nil {
		return err
	}
	return s.later(s.ctx, `UPDATE ledger_head SET closing = $1 WHERE id = 1`, s.lastClosing)
}

// fillClosings adds to entries which books they close, and which closed ones they reach into.
func (s *Store) fillClosings(ctx context.Context, set string, byID map[int64]*stock.Entry) error {
	err := s.query(ctx, `SELECT c.entry, c.site, c.until FROM @rows($1: id int) r JOIN closing c ON c.entry = r.id`, []any{set}, func(r *sql.Rows) error {
		c, err := scanClosing(r)
		byID[c.ID].Closing = c
		return err
	})
	if err != nil {
		return err
	}
	return s.query(ctx, `SELECT `+lateColumns+` FROM @rows($1: id int) r JOIN late_entry l ON l.entry = r.id ORDER BY l.entry, l.site`, []any{set}, func(r *sql.Rows) error {
		entry, late, err := scanLate(r)
		byID[entry].Late = append(byID[entry].Late, late)
		return err
	})
}

const lateColumns = `l.entry, l.site, l.closing, l.day`

func scanLate(r *sql.Rows) (entry int64, l stock.Late, err error) {
	return entry, l, r.Scan(&entry, &l.Site, &l.Closing, &l.Day)
}

// CountLate counts the entries that reach into closings, by closing.
func (s *Store) CountLate(ctx context.Context, closings []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	return out, s.query(ctx, `SELECT l.closing, COUNT(DISTINCT l.entry) FROM @rows($1: id int) r JOIN late_entry l ON l.closing = r.id GROUP BY l.closing`, []any{idSet(closings)},
		func(r *sql.Rows) error {
			var id, n int64
			err := r.Scan(&id, &n)
			out[id] = n
			return err
		})
}

// Closings are the newest closings by site, that of all sites at 0, as they were known at an entry; 0 for now.
func (s *Store) Closings(ctx context.Context, known int64) (map[int64]*stock.Closing, error) {
	out := map[int64]*stock.Closing{}
	return out, s.query(ctx, `SELECT c.entry, c.site, c.until FROM closing c WHERE c.entry IN (SELECT MAX(o.entry) FROM closing o WHERE o.entry <= $1 OR $1 = 0 GROUP BY o.site)`,
		[]any{known}, func(r *sql.Rows) error {
			c, err := scanClosing(r)
			out[c.Site] = c
			return err
		})
}

// LateUntil counts the entries that were recorded, by an entry if that is not 0, when the books of a site were closed, and took effect
// there on a day or before it.
func (s *Store) LateUntil(ctx context.Context, site int64, day stock.Date, known int64) (n int64, err error) {
	err = s.query(ctx, `SELECT COUNT(*) FROM late_entry l WHERE l.site = $1 AND l.day <= $2 AND (l.entry <= $3 OR $3 = 0)`, []any{site, int64(day), known},
		func(r *sql.Rows) error { return r.Scan(&n) })
	return n, err
}

// pageClosings reads which books the page's entries close, and which closed ones they reach into.
func (a *auditor) pageClosings(p *pageRows) error {
	first, last := p.span()
	err := a.each(`SELECT c.entry, c.site, c.until FROM closing c WHERE c.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		c, err := scanClosing(r)
		if err != nil {
			return err
		}
		return a.hang(p, "closing", c.ID, func(e *pageEntry) { e.Closing = c })
	}, first, last)
	if err != nil {
		return err
	}
	return a.each(`SELECT `+lateColumns+` FROM late_entry l WHERE l.entry BETWEEN $1 AND $2 ORDER BY l.entry, l.site`, func(r *sql.Rows) error {
		entry, late, err := scanLate(r)
		if err != nil {
			return err
		}
		return a.hang(p, "late_entry", entry, func(e *pageEntry) { e.Late = append(e.Late, late) })
	}, first, last)
}

// auditedBooks are the books as the entries so far have closed them.
type auditedBooks struct {
	closed map[int64]*stock.Closing
	zones  map[int64]*time.Location
	last   int64
}

// books checks that an entry says which closed books it reaches into, and why; then it closes those that it says it does.
func (a *auditor) books(e *pageEntry) {
	b := &a.audited
	if v := e.SiteChange; v != nil {
		b.zones[v.ID] = v.Zone()
	}
	if len(b.closed) > 0 {
		late := stock.LateIn(e.Entry, func(place int64) int64 { return a.places[place].site }, func(site int64) (*stock.Closing, *time.Location) {
			return stock.Closed(b.closed, site), cmp.Or(b.zones[site], time.UTC) // a site that is missing was found already
		})
		if !sameLate(late, e.Late) {
			a.find("closing", record("entry", e.ID), "it reaches into closed books at %d sites as said (%v), the entries say %v", len(e.Late), e.Late, late)
		}
		if len(late) > 0 && !saysWhy(e.Entry) {
			a.find("closing", record("entry", e.ID), "it takes effect in books that closing %d had closed, and nothing says why", late[0].Closing)
		}
	} else if len(e.Late) > 0 {
		a.find("closing", record("entry", e.ID), "it says that it reaches into closed books, and none were closed")
	}
	if (e.Kind == stock.KindClosing) != (e.Closing != nil) {
		a.find("closing", record("entry", e.ID), "a %s, and the books that it closes do not go together", e.Kind)
	}
	if c := e.Closing; c != nil {
		b.closed[c.Site], b.last = c, e.ID
	}
}

// sameLate compares lists of few.
func sameLate(a, b []stock.Late) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// saysWhy reports whether the entry, or else a line of it, carries an override, be it erased.
func saysWhy(e *stock.Entry) bool {
	fields := map[string]bool{}
	for _, t := range e.Erasable {
		fields[t.Field] = true
	}
	if fields["override"] {
		return true
	}
	for i := range e.Items {
		if fields["items["+strconv.Itoa(i)+"].override"] {
			return true
		}
	}
	return false
}
