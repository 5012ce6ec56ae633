package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"clew/internal/stock"
)

// rightsEntries are the entries that say who may do what; as the index says it.
var rightsEntries = fmt.Sprintf(`e.kind >= %d AND e.kind <= %d`, stock.KindUser, stock.KindStation)

// saidRight is what one entry says of who may do what.
type saidRight struct {
	entry int64
	kind  stock.Kind
	stock.People
}

// rightsUntil reads what the entries up to one say of who may do what and by what they are known; 0 for all.
func rightsUntil(known int64, each func(text string, args []any, scan func(*sql.Rows) error) error, tell func(saidRight)) error {
	return each(`SELECT e.id, e.kind, e.leaf FROM entry e WHERE `+rightsEntries+` AND (e.id <= $1 OR $1 = 0) ORDER BY e.id`, []any{known}, func(r *sql.Rows) error {
		var said saidRight
		var leaf []byte
		if err := r.Scan(&said.entry, &said.kind, &leaf); err != nil {
			return err
		}
		m, err := stock.MasterOf(leaf)
		if err != nil {
			return fmt.Errorf("entry %d: %w", said.entry, err)
		}
		said.People = m.People
		tell(said)
		return nil
	})
}

// rightsLists loads the lists of who may do what that are reviewed.
func (l *loader) rightsLists() error {
	for _, known := range slices.Compact(slices.Sorted(slices.Values(l.needs.RightsAt))) {
		stands := map[int64]saidRight{}
		err := rightsUntil(known, func(text string, args []any, scan func(*sql.Rows) error) error {
			return l.each(l.ctx, text, args, scan)
		}, func(said saidRight) {
			if id, _ := said.Right(); id != 0 {
				stands[id] = said
			}
		})
		if err != nil {
			return err
		}
		list := stock.RightsList{}
		for _, said := range stands {
			_, list[said.entry] = said.Right()
		}
		l.s.LoadList(known, list)
	}
	return nil
}

// reviewRows are what a batch brings to reviews.
type reviewRows struct{ reviewed, judgements rowset }

func (s *saver) reviewRow(e *stock.Entry) {
	if v := e.Review; v != nil {
		s.reviewed.add(e.ID, int64(v.AsAt), v.Known, v.Rest)
		for _, f := range v.Judgements {
			s.judgements.add(e.ID, f.Given, f.Revoke)
		}
	}
}

func (s *saver) reviews() error {
	if err := s.put(&s.reviewed, `INSERT INTO review (entry, as_at, known, rest) SELECT * FROM @rows($1: entry int, as_at int, known int, rest int)`); err != nil {
		return err
	}
	return s.put(&s.judgements, `INSERT INTO judgement (entry, given, revoke) SELECT * FROM @rows($1: entry int, given int, revoke int)`)
}

const (
	reviewColumns    = `v.entry, v.as_at, v.known, v.rest`
	judgementColumns = `f.entry, f.given, f.revoke`
)

func scanReview(r *sql.Rows) (entry int64, v *stock.Review, err error) {
	v = &stock.Review{}
	return entry, v, r.Scan(&entry, &v.AsAt, &v.Known, &v.Rest)
}

func scanJudgement(r *sql.Rows) (entry int64, f stock.Judgement, err error) {
	return entry, f, r.Scan(&entry, &f.Given, &f.Revoke)
}

// fillReviews adds to entries what was found of who may do what.
func (s *Store) fillReviews(ctx context.Context, byID map[int64]*stock.Entry) error {
	var set rowset
	for id, e := range byID {
		if e.Kind == stock.KindReview {
			set.add(id)
		}
	}
	if set.n == 0 {
		return nil
	}
	err := s.query(ctx, `SELECT `+reviewColumns+` FROM @rows($1: id int) r JOIN review v ON v.entry = r.id`, []any{set.text()}, func(r *sql.Rows) error {
		entry, v, err := scanReview(r)
		byID[entry].Review = v
		return err
	})
	if err != nil {
		return err
	}
	return s.query(ctx, `SELECT `+judgementColumns+` FROM @rows($1: id int) r JOIN judgement f ON f.entry = r.id ORDER BY f.entry, f.given`, []any{set.text()}, func(r *sql.Rows) error {
		entry, f, err := scanJudgement(r)
		if v := byID[entry].Review; v != nil { // without it, verification says so
			v.Judgements = append(v.Judgements, f)
		}
		return err
	})
}

// Reviews lists the entries that are reviews of who may do what, the newest first, below an entry unless it is 0.
func (s *Store) Reviews(ctx context.Context, before int64, limit int) ([]*stock.Entry, error) {
	ids, err := s.reviewsBefore(ctx, before, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.Entries(ctx, EntryFilter{IDs: ids, Desc: true, Limit: len(ids)})
}

func (s *Store) reviewsBefore(ctx context.Context, before int64, limit int) (ids []int64, err error) {
	return ids, s.query(ctx, `SELECT v.entry FROM review v WHERE v.entry < $1 OR $1 = 0 ORDER BY v.entry DESC LIMIT $2`, []any{before, Page{Limit: limit}.limit()}, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
}

// RightsChanged counts, for spans of entries given by what comes before each and its last one, the entries that say who may do what.
func (s *Store) RightsChanged(ctx context.Context, spans [][2]int64) ([]int64, error) {
	var set rowset
	for i, span := range spans {
		set.add(i, span[0], span[1])
	}
	out := make([]int64, len(spans))
	return out, s.query(ctx, `SELECT r.line, (SELECT COUNT(*) FROM entry e WHERE `+rightsEntries+` AND e.id > r.after AND e.id <= r.last) FROM @rows($1: line int, after int, last int) r`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var line int
			var n int64
			err := r.Scan(&line, &n)
			out[line] = n
			return err
		})
}

// RightsStanding tells, of each record of people, the entry that says it as the entries up to one made it, 0 for all, in the order of the
// records. How users are known is among it.
func (s *Store) RightsStanding(ctx context.Context, known int64) (map[int64]int64, []*StandingRight, error) {
	rights := map[int64]*StandingRight{}
	gives := map[int64]int64{} // what later entries made of what an entry said: the entry that took its place
	var list []*StandingRight
	err := rightsUntil(known, func(text string, args []any, scan func(*sql.Rows) error) error { return s.query(ctx, text, args, scan) }, func(said saidRight) {
		id, active := said.Right()
		if c := said.Credential; c != nil {
			id, active = c.ID, c.Active
		}
		right := rights[id]
		if right == nil {
			right = &StandingRight{ID: id}
			rights[id] = right
			list = append(list, right)
		} else {
			gives[right.Entry] = said.entry
		}
		right.Entry, right.Active, right.People = said.entry, active, said.People
	})
	slices.SortFunc(list, func(a, b *StandingRight) int { return int(a.ID - b.ID) })
	return gives, list, err
}

// StandingRight is a record of people as entries up to a moment made it.
type StandingRight struct {
	ID     int64
	Entry  int64
	Active bool
	stock.People
}

// LastUses tells when users, keys and stations were used last.
func (s *Store) LastUses(ctx context.Context, ids []int64) (map[int64]stock.Time, error) {
	out := map[int64]stock.Time{}
	return out, s.query(ctx, `SELECT o.about, o.used_at FROM @rows($1: id int) r JOIN key_use o ON o.about = r.id`, []any{idSet(ids)}, func(r *sql.Rows) error {
		var id int64
		var at stock.Time
		err := r.Scan(&id, &at)
		out[id] = at
		return err
	})
}

// rightsAudit is what verification knows of who may do what, to hold reviews against it.
type rightsAudit struct {
	said   map[int64]rightSaid // by entry
	stands map[int64]int64     // by record, the entry that said it last

	reviews, judgements int64
}

type rightSaid struct {
	active bool
	until  int64 // the entry that said the record anew, 0 for none
}

// pageReviews reads the reviews of the page's entries.
func (a *auditor) pageReviews(p *pageRows) error {
	if !slices.ContainsFunc(p.entries, func(e *pageEntry) bool { return e.Kind == stock.KindReview }) {
		return nil // rows of entries that are none are found as strays
	}
	first, last := p.span()
	err := a.each(`SELECT `+reviewColumns+` FROM review v WHERE v.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		entry, v, err := scanReview(r)
		if err != nil {
			return err
		}
		return a.hang(p, "review", entry, func(e *pageEntry) { e.Review = v })
	}, first, last)
	if err != nil {
		return err
	}
	return a.each(`SELECT `+judgementColumns+` FROM judgement f WHERE f.entry BETWEEN $1 AND $2 ORDER BY f.entry, f.given`, func(r *sql.Rows) error {
		entry, f, err := scanJudgement(r)
		if err != nil {
			return err
		}
		return a.hang(p, "judgement", entry, func(e *pageEntry) {
			if e.Review != nil {
				e.Review.Judgements = append(e.Review.Judgements, f)
			}
		})
	}, first, last)
}

// review checks that what a review found is of rights that stood on the list that it is of; then it keeps what the entry says of rights.
func (a *auditor) review(e *pageEntry) {
	r := &a.rights
	if (e.Kind == stock.KindReview) != (e.Review != nil) {
		a.find("review", record("entry", e.ID), "a %s, and the review that it is do not go together", e.Kind)
	}
	if v := e.Review; v != nil {
		r.reviews++
		r.judgements += int64(len(v.Judgements))
		if v.Known >= e.ID || v.Known < 0 {
			a.find("review", record("entry", e.ID), "it is of a list up to entry %d, which came later", v.Known)
		}
		for _, f := range v.Judgements {
			if given, is := r.said[f.Given]; !is || !given.active || f.Given > v.Known || given.until != 0 && given.until <= v.Known {
				a.find("review", record("entry", e.ID), "it is about entry %d, which gave no right that stood at entry %d", f.Given, v.Known)
			}
		}
	}
	if e.master == nil || !e.Kind.GivesRights() {
		return
	}
	id, active := e.master.People.Right()
	if before, is := r.said[r.stands[id]]; is {
		before.until = e.ID
		r.said[r.stands[id]] = before
	}
	r.said[e.ID] = rightSaid{active: active}
	r.stands[id] = e.ID
}
