package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"clew/internal/stock"
)

const fieldColumns = `f.id, f.entry, f.code, f.label, f.type, f.carried_by, f.choices, f.kinds, f.groups, f.max_length, f.active`

func scanField(r *sql.Rows) (*stock.Field, error) {
	f := &stock.Field{}
	var choices, groups string
	var kinds int64
	err := r.Scan(&f.ID, &f.Entry, &f.Code, &f.Label, &f.Type, &f.On, &choices, &kinds, &groups, &f.MaxLength, &f.Active)
	f.Kinds = uint64(kinds)
	if choices != "" {
		f.Choices = strings.Split(choices, "|")
	}
	for text := range strings.SplitSeq(groups, ",") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			f.Groups = append(f.Groups, id)
		}
	}
	return f, err
}

// knownFields are the extra fields as the writer last read them. Fields change seldom and every movement asks for them, so they
// are read again only when the ledger's head names another entry that changed one.
type knownFields struct {
	read   bool // they were read, or there are none
	at     int64
	fields []*stock.Field
}

// fields loads all extra fields.
func (l *loader) fields() error {
	known := &l.writer.known
	if known.at != l.fieldsAt {
		*known = knownFields{}
		err := l.each(l.ctx, `SELECT `+fieldColumns+` FROM field f ORDER BY f.id`, nil, func(r *sql.Rows) error {
			f, err := scanField(r)
			known.fields = append(known.fields, f)
			return err
		})
		if err != nil {
			return err
		}
		known.at = l.fieldsAt
	}
	known.read = true
	return nil
}

// resolve has what the drafts' values of extra fields name loaded too.
func (l *loader) resolve() {
	for _, f := range l.writer.known.fields {
		l.s.LoadField(f)
	}
	l.needs.Resolve(l.s.Fields)
}

const saveFields = `INSERT INTO field (id, entry, code, label, type, carried_by, choices, kinds, groups, max_length, active)
	SELECT * FROM @rows($1: id int, entry int, code text, label text, type int, carried_by int, choices text, kinds int, groups text, max_length int, active int)
	WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, label = excluded.label, choices = excluded.choices, kinds = excluded.kinds,
	groups = excluded.groups, max_length = excluded.max_length, active = excluded.active`

const saveDetails = `INSERT INTO detail (entry, line, field, kind, owner, value)
	SELECT * FROM @rows($1: entry int, line int, field int, kind int, owner int, value text)`

// fieldRows are what a batch brings to extra fields.
type fieldRows struct {
	fields, details rowset
	lastField       int64 // the last entry of the batch that changed a field
}

func (s *saver) fieldRow(e *stock.Entry) {
	if f := e.FieldChange; f != nil && s.first(f.ID) {
		var groups []string
		for _, id := range f.Groups {
			groups = append(groups, strconv.FormatInt(id, 10))
		}
		s.fields.add(f.ID, f.Entry, f.Code, f.Label, int(f.Type), int(f.On), strings.Join(f.Choices, "|"), int64(f.Kinds), strings.Join(groups, ","), f.MaxLength, f.Active)
		s.lastField = max(s.lastField, e.ID)
	}
}

func (s *saver) detailRows(e *stock.Entry) {
	for i, d := range e.Details {
		s.details.add(e.ID, i, d.Field, int(d.On), d.Owner, d.Value)
	}
}

// fieldsChanged tells the batches to come that the fields are to be read again.
func (s *saver) fieldsChanged() error {
	if s.lastField == 0 {
		return nil
	}
	return s.later(s.ctx, `UPDATE ledger_head SET fields = $1 WHERE id = 1`, s.lastField)
}

// Fields lists extra fields by code.
func (s *Store) Fields(ctx context.Context, page Page) ([]*stock.Field, error) {
	return list(ctx, s, `SELECT `+fieldColumns+` FROM field f WHERE f.code > $1
		AND ($2 = '%%' OR LOWER(f.code) LIKE $2 ESCAPE '\' OR LOWER(f.label) LIKE $2 ESCAPE '\') ORDER BY f.code LIMIT $3`,
		[]any{page.After, like(page.Like), page.limit()}, scanField)
}

// Field finds an extra field by code.
func (s *Store) Field(ctx context.Context, code string) (*stock.Field, error) {
	found, err := list(ctx, s, `SELECT `+fieldColumns+` FROM field f WHERE f.code = $1`, []any{code}, scanField)
	return one(found, err, stock.CodeUnknownField, "extra field", code)
}

func (n *Names) wantDetails(details []stock.Detail) {
	for _, d := range details {
		switch d.On {
		case stock.OnLot:
			n.WantLots(d.Owner)
		case stock.OnProduct:
			n.WantProducts(d.Owner)
		case stock.OnPartner:
			n.WantPartners(d.Owner)
		}
	}
}

const detailColumns = `d.entry, d.field, COALESCE((SELECT f.code FROM field f WHERE f.id = d.field), ''), d.kind, d.owner, d.value`

func scanDetail(r *sql.Rows) (entry int64, d stock.Detail, err error) {
	err = r.Scan(&entry, &d.Field, &d.Code, &d.On, &d.Owner, &d.Value)
	return entry, d, err
}

// fillDetails adds to entries the values that they gave to extra fields.
func (s *Store) fillDetails(ctx context.Context, set string, byID map[int64]*stock.Entry) error {
	return s.query(ctx, `SELECT `+detailColumns+` FROM @rows($1: id int) r JOIN detail d ON d.entry = r.id ORDER BY d.entry, d.line`, []any{set}, func(r *sql.Rows) error {
		entry, d, err := scanDetail(r)
		if err == nil {
			byID[entry].Details = append(byID[entry].Details, d)
		}
		return err
	})
}

// detailOwners are the records whose field $7 has the value $8 now.
const detailOwners = `SELECT d.owner FROM detail d WHERE d.field = $7 AND d.value = $8
	AND NOT EXISTS (SELECT 1 FROM detail x WHERE x.owner = d.owner AND x.owner > 0 AND x.kind = d.kind AND x.field = d.field AND x.entry > d.entry)`

// DetailsOf are the values that the fields of records have now, all of one sort, by record.
func (s *Store) DetailsOf(ctx context.Context, on stock.FieldOn, owners []int64) (map[int64]stock.Values, error) {
	return s.detailsOf(ctx, on, owners, stock.MaxID)
}

// detailsOf are those that entries up to one gave.
func (s *Store) detailsOf(ctx context.Context, on stock.FieldOn, owners []int64, known int64) (map[int64]stock.Values, error) {
	out := map[int64]stock.Values{}
	if len(owners) == 0 {
		return out, nil
	}
	var set rowset
	for _, id := range owners {
		set.add(id)
	}
	return out, s.query(ctx, `SELECT d.owner, f.code, d.value FROM @rows($1: id int) r JOIN detail d ON d.owner = r.id AND d.owner > 0 AND d.kind = $2 JOIN field f ON f.id = d.field
		WHERE d.entry <= $3 ORDER BY d.entry, d.line`, []any{set.text(), int(on), known}, func(r *sql.Rows) error {
		var owner int64
		var field, value string
		if err := r.Scan(&owner, &field, &value); err != nil {
			return err
		}
		if out[owner] == nil {
			out[owner] = stock.Values{}
		}
		if out[owner][field] = value; value == "" {
			delete(out[owner], field)
		}
		return nil
	})
}

// DetailsEntries are the entries that gave values to the fields of a lot by themselves, not in a movement.
func (s *Store) DetailsEntries(ctx context.Context, lot int64) ([]int64, error) {
	return list(ctx, s, `SELECT DISTINCT d.entry FROM detail d WHERE d.owner = $1 AND d.owner > 0 AND d.kind = 1 ORDER BY d.entry`, []any{lot},
		func(r *sql.Rows) (id int64, err error) {
			err = r.Scan(&id)
			return id, err
		})
}

// pageDetails reads the values that the page's entries gave to fields; the leaves prove them.
func (a *auditor) pageDetails(p *pageRows) error {
	first, last := p.span()
	return a.each(`SELECT `+detailColumns+` FROM detail d WHERE d.entry BETWEEN $1 AND $2 ORDER BY d.entry, d.line`, func(r *sql.Rows) error {
		entry, d, err := scanDetail(r)
		if err != nil {
			return err
		}
		return a.hang(p, "detail", entry, func(e *pageEntry) { e.Details = append(e.Details, d) })
	}, first, last)
}

// DetailsByKey reads the values of the extra fields that products have by SKU, or partners by code.
func (s *Store) DetailsByKey(ctx context.Context, on stock.FieldOn, keys []string) (map[string]stock.Values, error) {
	of := `product p ON p.sku = k.value`
	if on == stock.OnPartner {
		of = `partner p ON p.code = k.value`
	}
	out := map[string]stock.Values{}
	return out, s.query(ctx, `SELECT k.value, f.code, d.value FROM @list($1) k JOIN `+of+` JOIN detail d ON d.owner = p.id AND d.owner > 0 AND d.kind = $2
		JOIN field f ON f.id = d.field ORDER BY d.entry, d.line`, []any{texts(keys), int(on)}, func(r *sql.Rows) error {
		var key, field, value string
		if err := r.Scan(&key, &field, &value); err != nil {
			return err
		}
		if out[key] == nil {
			out[key] = stock.Values{}
		}
		if out[key][field] = value; value == "" {
			delete(out[key], field)
		}
		return nil
	})
}
