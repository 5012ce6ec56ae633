package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"clew/internal/stock"
)

// Mapping is what the columns of a header mean, as somebody said once.
type Mapping struct {
	Code   string // made of the kind and of the header's names
	Kind   string
	Names  []string          // of the header's columns
	Said   map[string]string // by the file's name of a column, the kind's
	MadeBy string
	MadeAt stock.Time
	Uses   int64 // how often it was applied since
	UsedAt stock.Time
}

const mappingColumns = `m.code, m.kind, m.names, m.said, m.made_by, m.made_at, m.uses, m.used_at`

func scanMapping(r *sql.Rows) (*Mapping, error) {
	m := &Mapping{}
	var names, said string
	if err := r.Scan(&m.Code, &m.Kind, &names, &said, &m.MadeBy, &m.MadeAt, &m.Uses, &m.UsedAt); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(names), &m.Names); err != nil {
		return nil, err
	}
	return m, json.Unmarshal([]byte(said), &m.Said)
}

// mappingNamed finds a mapping.
const mappingNamed = `SELECT ` + mappingColumns + ` FROM mapping m WHERE m.code = $1`

// SaveMapping remembers a mapping in place of what was remembered under its code.
func (s *Store) SaveMapping(ctx context.Context, by By, m *Mapping) error {
	names, err := json.Marshal(m.Names)
	if err != nil {
		return err
	}
	said, err := json.Marshal(m.Said)
	if err != nil {
		return err
	}
	m.MadeBy, m.MadeAt = by.Actor, s.Now()
	return s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		act := &stock.ActDraft{Sort: "mapping", Name: m.Code, What: "added", New: m.act()}
		old, err := onlyRow(ctx, w, mappingNamed, []any{m.Code}, scanMapping)
		if err != nil {
			return nil, err
		}
		if old != nil {
			act.What, act.Old = "changed", old.act()
		}
		_, err = w.exec(ctx, `INSERT INTO mapping (code, kind, names, said, made_by, made_at, uses, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)
		ON CONFLICT (code) DO UPDATE SET names = excluded.names, said = excluded.said, made_by = excluded.made_by, made_at = excluded.made_at`,
			m.Code, m.Kind, string(names), string(said), m.MadeBy, int64(m.MadeAt))
		return act, err
	})
}

// UseMapping keeps that a mapping was applied.
func (s *Store) UseMapping(ctx context.Context, code string) error {
	_, err := s.change(ctx, `UPDATE mapping SET uses = uses + 1, used_at = $2 WHERE code = $1`, code, int64(s.Now()))
	return err
}

// Mappings lists mappings by code, of one kind where it is given.
func (s *Store) Mappings(ctx context.Context, kind string, page Page) ([]*Mapping, error) {
	return list(ctx, s, `SELECT `+mappingColumns+` FROM mapping m WHERE m.code > $1 AND ($2 = '' OR m.kind = $2) ORDER BY m.code LIMIT $3`,
		[]any{page.After, kind, page.limit()}, scanMapping)
}

// RemoveMapping forgets a mapping.
func (s *Store) RemoveMapping(ctx context.Context, by By, code string) error {
	return s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		m, err := onlyRow(ctx, w, mappingNamed, []any{code}, scanMapping)
		if err == nil && m == nil {
			err = stock.Errorf(stock.NotFound, stock.CodeUnknownMapping, "code", "no mapping %q is remembered", code)
		}
		if err != nil {
			return nil, err
		}
		_, err = w.exec(ctx, `DELETE FROM mapping WHERE code = $1`, code)
		return &stock.ActDraft{Sort: "mapping", Name: code, What: "removed", Old: m.act()}, err
	})
}
