package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

const formatColumns = `f.id, f.entry, f.code, f.name, f.pattern, f.restart, f.per, f.start, f.base, f.free, f.active`

func scanFormat(r *sql.Rows) (*stock.Format, error) {
	f := &stock.Format{}
	return f, r.Scan(&f.ID, &f.Entry, &f.Code, &f.Name, &f.Pattern, &f.Restart, &f.Per, &f.Start, &f.Base, &f.Free, &f.Active)
}

// formats loads the formats that are named, and those of the products and groups loaded.
func (l *loader) formats() error {
	of := map[int64]struct{}{}
	for _, p := range l.s.ProductIDs {
		of[p.LotFormat], of[p.SerialFormat] = struct{}{}, struct{}{}
	}
	for _, g := range l.s.GroupIDs {
		of[g.LotFormat], of[g.SerialFormat] = struct{}{}, struct{}{}
	}
	delete(of, 0)
	if len(l.needs.Formats) == 0 && len(of) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+formatColumns+` FROM format f WHERE f.code IN (SELECT k FROM @rows($1: k text)) OR f.id IN (SELECT id FROM @rows($2: id int))`,
		[]any{names(maps.Keys(l.needs.Formats)), ids(maps.Keys(of))}, func(r *sql.Rows) error {
			f, err := scanFormat(r)
			if err == nil {
				l.s.LoadFormat(f)
			}
			return err
		})
}

const saveFormats = `INSERT INTO format (id, entry, code, name, pattern, restart, per, start, base, free, active)
	SELECT * FROM @rows($1: id int, entry int, code text, name text, pattern text, restart int, per int, start int, base int, free int, active int)
	WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, pattern = excluded.pattern, restart = excluded.restart,
	per = excluded.per, start = excluded.start, base = excluded.base, free = excluded.free, active = excluded.active`

func (s *saver) formatRow(e *stock.Entry) {
	if f := e.FormatChange; f != nil && s.first(f.ID) {
		s.formats.add(f.ID, f.Entry, f.Code, f.Name, f.Pattern, int(f.Restart), int(f.Per), f.Start, f.Base, f.Free, f.Active)
	}
}

// Formats lists formats by code.
func (s *Store) Formats(ctx context.Context, page Page) ([]*stock.Format, error) {
	return list(ctx, s, `SELECT `+formatColumns+` FROM format f WHERE f.code > $1
		AND ($2 = '%%' OR LOWER(f.code) LIKE $2 ESCAPE '\' OR LOWER(f.name) LIKE $2 ESCAPE '\') ORDER BY f.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanFormat)
}

// Format finds a format by code.
func (s *Store) Format(ctx context.Context, code string) (*stock.Format, error) {
	found, err := list(ctx, s, `SELECT `+formatColumns+` FROM format f WHERE f.code = $1`, []any{code}, scanFormat)
	return one(found, err, stock.CodeUnknownFormat, "format", code)
}

// WantFormats asks for formats by id.
func (n *Names) WantFormats(ids ...int64) { want(n.Formats, n.formats, ids) }
