package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

const fileColumns = `f.entry, f.hash, f.size, f.media, f.kind, f.dated, f.valid_until, f.product, f.lot, f.unit, f.partner, f.site, f.place`

func scanFile(r *sql.Rows, more ...any) (entry int64, f *stock.File, err error) {
	f = &stock.File{}
	var hash []byte
	err = r.Scan(append([]any{&entry, &hash, &f.Size, &f.Media, &f.Kind, &f.Dated, &f.ValidUntil, &f.Product, &f.Lot, &f.Unit, &f.Partner, &f.Site, &f.Place}, more...)...)
	copy(f.Hash[:], hash)
	return entry, f, err
}

func (s *saver) file(e *stock.Entry) {
	if f := e.File; f != nil {
		s.files.add(e.ID, f.Hash[:], f.Size, f.Media, int(f.Kind), int64(f.Dated), int64(f.ValidUntil), f.Product, f.Lot, f.Unit, f.Partner, f.Site, f.Place)
	}
}

const saveFiles = `INSERT INTO file (entry, hash, size, media, kind, dated, valid_until, product, lot, unit, partner, site, place)
	SELECT * FROM @rows($1: entry int, hash blob, size int, media text, kind int, dated int, valid_until int, product int, lot int, unit int, partner int, site int, place int)`

// fillFiles adds to entries the files that they attach, with the names that their leaves only have hashes of.
func (s *Store) fillFiles(ctx context.Context, byID map[int64]*stock.Entry) error {
	wanted := map[int64]struct{}{}
	for id, e := range byID {
		if e.Kind == stock.KindFile {
			wanted[id] = struct{}{}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return s.query(ctx, `SELECT `+fileColumns+`, `+shownText+` FROM @rows($1: id int) r JOIN file f ON f.entry = r.id
		LEFT JOIN erasable t ON t.entry = f.entry AND t.field = 'name'`, []any{ids(maps.Keys(wanted))}, func(r *sql.Rows) error {
		var name string
		entry, f, err := scanFile(r, &name)
		if err != nil {
			return err
		}
		f.Name = name
		byID[entry].File = f
		return nil
	})
}

// FileFilter chooses files by what they are about; what is left zero does not limit.
type FileFilter struct {
	Product, Lot, Unit, Partner, Site, Place, Entry int64
	After                                           int64
	Limit                                           int
}

// Files lists the entries that attach files, in their order.
func (s *Store) Files(ctx context.Context, f FileFilter) ([]*stock.Entry, error) {
	where, args := "f.entry > $1", []any{f.After}
	for _, c := range []struct {
		column string
		id     int64
	}{{"f.product", f.Product}, {"f.lot", f.Lot}, {"f.unit", f.Unit}, {"f.partner", f.Partner}, {"f.site", f.Site}, {"f.place", f.Place}, {"e.about", f.Entry}} {
		if c.id != 0 {
			args = append(args, c.id)
			where += " AND " + c.column + " > 0 AND " + c.column + " = $" + itoa(len(args))
		}
	}
	args = append(args, min(max(f.Limit, 1), 1000))
	found, err := list(ctx, s, `SELECT f.entry FROM file f JOIN entry e ON e.id = f.entry WHERE `+where+` ORDER BY f.entry LIMIT $`+itoa(len(args)), args,
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return s.Entries(ctx, EntryFilter{IDs: found, Limit: len(found)})
}

// FilesOf are the entries that attach files to a lot, or to one of some units.
func (s *Store) FilesOf(ctx context.Context, lot int64, units stock.Runs) ([]int64, error) {
	scan := func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }
	if lot != 0 {
		return list(ctx, s, `SELECT f.entry FROM file f WHERE f.lot = $1 AND f.lot > 0 ORDER BY f.entry`, []any{lot}, scan)
	}
	return list(ctx, s, `SELECT f.entry FROM @rows($1: first int, last int) r JOIN file f ON f.unit BETWEEN r.first AND r.last AND f.unit > 0 ORDER BY f.entry`,
		[]any{runsText(units)}, scan)
}

// pageFiles reads the files that the page's entries attach, and notes their contents to be checked.
func (a *auditor) pageFiles(p *pageRows) error {
	first, last := p.span()
	return a.each(`SELECT `+fileColumns+` FROM file f WHERE f.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		entry, f, err := scanFile(r)
		if err != nil {
			return err
		}
		if _, known := a.contents[f.Hash]; !known {
			a.contents[f.Hash] = true
			a.unread = append(a.unread, attached{entry, f.Hash, f.Size})
		}
		return a.hang(p, "file", entry, func(e *pageEntry) { e.File = f })
	}, first, last)
}

// attached is a content that an entry attached first.
type attached struct {
	entry int64
	hash  [32]byte
	size  int64
}

// readContents reads the contents that the last page attached, outside of any snapshot since that may take long.
func (a *auditor) readContents() error {
	for _, c := range a.unread {
		if err := a.ctx.Err(); err != nil {
			return fault(err)
		}
		if err := a.store.checkContent(c.hash, c.size); err != nil {
			if _, told := stock.AsError(err); told {
				return err
			}
			a.find("content", record("entry", c.entry), "the file that it attached: %v", err)
		}
	}
	a.unread = nil
	return nil
}
