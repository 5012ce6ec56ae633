package app

import (
	"context"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// Format is a format of lot codes or serial numbers as it stands.
type Format struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Pattern string   `json:"pattern"`
	Restart string   `json:"restart" doc:"When the counter begins again: never, year, month or day."`
	Per     []string `json:"per" doc:"What is counted apart: site, supplier, product."`
	Start   int64    `json:"start"`
	Base    int      `json:"base"`
	Free    bool     `json:"free"`
	Active  bool     `json:"active"`
	Entry   int64    `json:"entry,omitempty" doc:"The entry that last changed it."`
}

func viewFormat(f *stock.Format) Format {
	return Format{Code: f.Code, Name: f.Name, Pattern: f.Pattern, Restart: f.Restart.String(), Per: f.Per.Names(), Start: f.Start, Base: f.Base, Free: f.Free,
		Active: f.Active, Entry: f.Entry}
}

// Drawn is what an entry took from a format.
type Drawn struct {
	Format  string   `json:"format"`
	Product string   `json:"product"`
	Count   int64    `json:"count"`
	Numbers []string `json:"numbers,omitempty" doc:"The first numbers drawn ahead, up to 1000; /v1/entries/{entry}/numbers lists all. Those drawn for goods are their lots and serial numbers, among the items."`
}

func viewDrawn(e *stock.Entry, n *store.Names, most int) (out []Drawn) {
	for _, d := range e.Drawn {
		v := Drawn{Format: formatCode(n, d.Counter.Format), Count: d.Count, Numbers: e.Numbers[:min(len(e.Numbers), most)]}
		if p := n.Products[d.Product]; p != nil {
			v.Product = p.SKU
		}
		out = append(out, v)
	}
	return out
}

func formatCode(n *store.Names, id int64) string {
	if f := n.Formats[id]; f != nil {
		return f.Code
	}
	return ""
}

// Formats lists formats by code.
func (a *App) Formats(ctx context.Context, page store.Page) ([]Format, error) {
	rows, err := a.Store.Formats(ctx, page)
	return views(rows, viewFormat), err
}

// Format shows one format.
func (a *App) Format(ctx context.Context, code string) (Format, error) {
	f, err := a.Store.Format(ctx, code)
	if err != nil {
		return Format{}, err
	}
	return viewFormat(f), nil
}

// Numbers lists the numbers that an entry drew ahead, after the first so many of them.
func (a *App) Numbers(ctx context.Context, entry, after int64, limit int) ([]string, error) {
	numbers, err := a.Store.Numbers(ctx, entry, after, limit)
	if err != nil || len(numbers) > 0 || after > 0 {
		return numbers, err
	}
	_, err = a.Entry(ctx, entry)
	return numbers, err
}

// PreviewQuery says whose numbers are looked at, by the codes that the pattern writes.
type PreviewQuery struct {
	Site, Supplier, Product string
	Day                     stock.Date // 0: today
}

// previewed is how many numbers a preview shows.
const previewed = 10

// Preview shows the next ten numbers of a format and draws none. Somebody else may draw them first.
func (a *App) Preview(ctx context.Context, code string, q PreviewQuery) ([]string, error) {
	f, err := a.Store.Format(ctx, code)
	if err != nil {
		return nil, err
	}
	state := stock.NewState(a.Store.Now(), nil)
	state.LoadFormat(f)
	if q.Site != "" {
		v, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, err
		}
		state.LoadSite(v)
	}
	if q.Supplier != "" {
		p, err := a.Store.Partner(ctx, q.Supplier)
		if err != nil {
			return nil, field(err, "supplier")
		}
		state.LoadPartner(p)
	}
	if q.Product != "" {
		p, err := a.Store.Product(ctx, q.Product)
		if err != nil {
			return nil, err
		}
		state.LoadProduct(p)
	}
	d := stock.DrawNeed{Format: f.Code, Product: q.Product, Site: q.Site, Supplier: q.Supplier, Day: q.Day, Count: previewed}
	if err := a.Store.Preview(ctx, state, &stock.Needs{Draws: []stock.DrawNeed{d}}); err != nil {
		return nil, err
	}
	state.Loaded()
	numbers, fault := state.Preview(d)
	return numbers, asError(fault)
}

// PreviewDraft shows the first ten numbers of a format that is not there yet. The codes need not exist.
func (a *App) PreviewDraft(d *stock.FormatDraft, q PreviewQuery) ([]string, error) {
	f, fault := d.Draft()
	if fault != nil {
		return nil, fault
	}
	if q.Day == 0 {
		q.Day = stock.DateOf(a.Store.Now(), time.UTC)
	}
	p, fault := stock.ParsePattern(f.Pattern, f.Base, f.Free)
	if fault != nil {
		return nil, fault
	}
	out := []string{}
	for n := f.Start; n < f.Start+previewed; n++ {
		number, fault := p.Number(q.Day, stock.NumberNames{Site: q.Site, Supplier: q.Supplier, Product: q.Product}, n)
		if fault != nil && fault.Code == stock.CodeFormatExhausted && len(out) > 0 {
			break
		}
		if fault != nil {
			return nil, fault
		}
		out = append(out, number)
	}
	return out, nil
}

// asError keeps a fault that is none from becoming an error that is not nil.
func asError(fault *stock.Error) error {
	if fault == nil {
		return nil
	}
	return fault
}

// field makes an error about another field.
func field(err error, name string) error {
	fault, ok := stock.AsError(err)
	if !ok {
		return err
	}
	named := *fault
	named.Field = name
	return &named
}
