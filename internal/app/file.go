package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"clew/internal/stock"
	"clew/internal/store"
)

// File is a file attached to a record.
type File struct {
	Entry      int64      `json:"entry" doc:"The entry that attached it. It names the file."`
	Kind       string     `json:"kind" enum:"certificate_of_analysis,photo,declaration,other"`
	Name       string     `json:"name"`
	Media      string     `json:"media" doc:"The type that it is served as; application/octet-stream where it is not known, or not what it says it is."`
	Size       int64      `json:"size" doc:"In bytes."`
	Hash       string     `json:"sha256"`
	Dated      stock.Date `json:"dated,omitempty" doc:"Its own date."`
	ValidUntil stock.Date `json:"valid_until,omitempty" doc:"The last day on which it counts."`
	Product    string     `json:"product,omitempty"`
	Lot        string     `json:"lot,omitempty"`
	Unit       string     `json:"unit,omitempty"`
	Partner    string     `json:"partner,omitempty"`
	Site       string     `json:"site,omitempty"`
	Place      string     `json:"place,omitempty" doc:"SITE/LOCATION"`
	About      int64      `json:"about,omitempty" doc:"The entry that it is about."`
	Actor      string     `json:"actor"`
	AttachedAt stock.Time `json:"attached_at"`
}

// Text tells it to people on one line.
func (f *File) Text() string {
	text := fmt.Sprintf("%s %s", f.Kind, f.Name)
	if f.Dated != 0 {
		text += ", dated " + f.Dated.String()
	}
	if f.ValidUntil != 0 {
		text += ", valid until " + f.ValidUntil.String()
	}
	return text
}

func viewFile(e *stock.Entry, n *store.Names, serial map[int64]string) *File {
	f := e.File
	if f == nil {
		return nil
	}
	out := &File{Entry: e.ID, Kind: f.Kind.String(), Name: f.Name, Media: f.Media, Size: f.Size, Hash: hex.EncodeToString(f.Hash[:]), Dated: f.Dated,
		ValidUntil: f.ValidUntil, Lot: lotCode(n, f.Lot), Unit: serial[f.Unit], Partner: partnerCode(n, f.Partner), Place: n.PlaceRef(f.Place), About: e.About,
		Actor: n.Actors[e.Actor], AttachedAt: e.RecordedAt}
	if p := n.Products[f.Product]; p != nil {
		out.Product = p.SKU
	}
	if v := n.Sites[f.Site]; v != nil {
		out.Site = v.Code
	}
	return out
}

// Attach records a file whose content is on its way in, and shows its entry. Where it is refused, nothing of the content stays.
func (a *App) Attach(ctx context.Context, r Request, draft *stock.FileDraft, content *store.Incoming) (receipt Receipt, entry Entry, err error) {
	hash, size, err := content.Keep()
	if err != nil {
		return Receipt{}, Entry{}, err
	}
	draft.Hash, draft.Size = hex.EncodeToString(hash[:]), size
	r.Body = draft
	if r.Key != "" {
		if r.Hash, err = HashOf(draft, r.Reason); err != nil {
			return Receipt{}, Entry{}, err
		}
	}
	outcomes, err := a.Store.Post(ctx, r.draft())
	if err != nil {
		return Receipt{}, Entry{}, err // it may be recorded: the content stays
	}
	out := outcomes[0]
	if out.Err != nil {
		if err := a.Store.Settle(context.WithoutCancel(ctx), content, true); err != nil {
			return Receipt{}, Entry{}, err
		}
		return Receipt{}, Entry{}, out.Err
	}
	receipt = Receipt{out.Entry, out.Replayed, out.Unchanged, out.Kept}
	if len(out.Entries) > 0 {
		entry, err = viewOutcome(out)
	} else {
		entry, err = a.Entry(ctx, out.Entry)
	}
	return receipt, entry, err
}

// FileQuery chooses files by what they are about; what is left empty does not limit.
type FileQuery struct {
	Product, Lot, Unit, Partner, Site, Location string
	Entry, After                                int64
	Limit                                       int
}

// Files lists files in the order they were attached. Asked by product, it lists those of its lots and units too.
func (a *App) Files(ctx context.Context, q FileQuery) ([]File, error) {
	f := store.FileFilter{Entry: q.Entry, After: q.After, Limit: q.Limit}
	if err := a.fileSubject(ctx, q, &f); err != nil {
		return nil, err
	}
	rows, err := a.Store.Files(ctx, f)
	if err != nil {
		return nil, err
	}
	entries, err := a.viewEntries(ctx, rows, 0)
	if err != nil {
		return nil, err
	}
	return views(entries, func(e Entry) File { return *e.File }), nil
}

func (a *App) fileSubject(ctx context.Context, q FileQuery, f *store.FileFilter) error {
	if q.Product != "" || q.Lot != "" || q.Unit != "" {
		var goods store.EntryFilter
		if err := a.goods(ctx, EntryQuery{Product: q.Product, Lot: q.Lot, Serial: q.Unit}, &goods); err != nil {
			return err
		}
		f.Product, f.Lot, f.Unit = goods.Product, goods.Lot, goods.Unit
	}
	if q.Partner != "" {
		p, err := a.Store.Partner(ctx, q.Partner)
		if err != nil {
			return err
		}
		f.Partner = p.ID
	}
	switch {
	case q.Site == "" && q.Location != "":
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "site", "name the site of the location")
	case q.Site == "":
		return nil
	}
	v, err := a.Store.Site(ctx, q.Site)
	if err != nil {
		return err
	}
	if q.Location == "" {
		f.Site = v.ID
		return nil
	}
	at, err := a.Store.Location(ctx, v.ID, q.Location)
	if err != nil {
		return err
	}
	f.Place = at.ID
	return nil
}

// FileContent opens a file, proved to be what was attached.
func (a *App) FileContent(ctx context.Context, entry int64) (File, io.ReadCloser, error) {
	rows, err := a.Store.Entries(ctx, store.EntryFilter{IDs: []int64{entry}, Limit: 1})
	if err != nil {
		return File{}, nil, err
	}
	if len(rows) == 0 || rows[0].File == nil {
		return File{}, nil, stock.Errorf(stock.NotFound, stock.CodeUnknownFile, "entry", "there is no file of entry %d", entry)
	}
	n := store.NewNames()
	n.WantEntry(rows[0])
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return File{}, nil, err
	}
	content, err := a.Store.Content(rows[0].File)
	return *viewFile(rows[0], n, nil), content, err
}

// papers are the entries that attached files to the goods whose history is told: the lot, or the units.
func (t *tracing) papers(ctx context.Context, lot int64, units stock.Runs) ([]int64, error) {
	var out []int64
	if t.lot != nil && lot != 0 {
		of, err := t.Store.FilesOf(ctx, lot, nil)
		if err != nil {
			return nil, err
		}
		out = of
	}
	if len(units) == 0 {
		return out, nil
	}
	of, err := t.Store.FilesOf(ctx, 0, units)
	return append(out, of...), err
}
