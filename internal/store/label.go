package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

const labelColumns = `l.id, l.entry, l.code, l.name, l.partner, l.product, l.example, l.rule, l.active`

func scanLabel(r *sql.Rows) (*stock.Label, error) {
	l := &stock.Label{}
	var rule string
	if err := r.Scan(&l.ID, &l.Entry, &l.Code, &l.Name, &l.Partner, &l.Product, &l.Example, &rule, &l.Active); err != nil {
		return l, err
	}
	// A text that was tampered with reads as no rule: then the leaf is not the one that was sealed.
	_ = l.SetRule(rule)
	return l, nil
}

func (l *loader) labels() error {
	if len(l.needs.Labels) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+labelColumns+` FROM @rows($1: k text) r JOIN label l ON l.code = r.k`, []any{names(maps.Keys(l.needs.Labels))}, func(r *sql.Rows) error {
		v, err := scanLabel(r)
		if err == nil {
			l.s.LoadLabel(v)
		}
		return err
	})
}

const saveLabels = `INSERT INTO label (id, entry, code, name, partner, product, example, rule, active)
	SELECT * FROM @rows($1: id int, entry int, code text, name text, partner int, product int, example text, rule text, active int)
	WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, partner = excluded.partner, product = excluded.product,
	example = excluded.example, rule = excluded.rule, active = excluded.active`

func (s *saver) labelRow(e *stock.Entry) {
	if l := e.LabelChange; l != nil && s.first(l.ID) {
		s.labels.add(l.ID, l.Entry, l.Code, l.Name, l.Partner, l.Product, l.Example, l.RuleText(), l.Active)
	}
}

// Labels lists sorts of labels by code.
func (s *Store) Labels(ctx context.Context, page Page) ([]*stock.Label, error) {
	return list(ctx, s, `SELECT `+labelColumns+` FROM label l WHERE l.code > $1
		AND ($2 = '%%' OR LOWER(l.code) LIKE $2 ESCAPE '\' OR LOWER(l.name) LIKE $2 ESCAPE '\') ORDER BY l.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanLabel)
}

// Label finds a sort of labels by code.
func (s *Store) Label(ctx context.Context, code string) (*stock.Label, error) {
	found, err := list(ctx, s, `SELECT `+labelColumns+` FROM label l WHERE l.code = $1`, []any{code}, scanLabel)
	return one(found, err, stock.CodeUnknownLabel, "label", code)
}

// ActiveLabels are the sorts of labels by which scans are read, by code.
func (s *Store) ActiveLabels(ctx context.Context) ([]*stock.Label, error) {
	return list(ctx, s, `SELECT `+labelColumns+` FROM label l WHERE l.active > 0 ORDER BY l.code`, nil, scanLabel)
}

// masterLabel gives the entry the label that it taught or changed, as its row says where the entry was the last to change it.
func (a *auditor) masterLabel(p *pageRows, e *pageEntry, v *stock.Label) {
	row := p.labels[v.ID]
	if row == nil {
		a.find("row", record("label", v.ID), "it is missing: entry %d is about it", e.ID)
	} else if a.current(e, record("label", v.ID), row.Entry) {
		v = row
	}
	a.fresh(v.ID)
	e.LabelChange = v
}
