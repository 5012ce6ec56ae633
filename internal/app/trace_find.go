package app

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// Lookup answers a code with everything that it can mean: a lot by our code or a partner's, a unit, an entry (#123 or
// entry:123), a reference, a product by SKU or GTIN, a partner, a site, a location. It fails with unknown_code.
func (a *App) Lookup(ctx context.Context, code string) ([]Meaning, error) {
	out, _, err := a.lookup(ctx, a.Store.Today(), code)
	return out, err
}

// LookupOf answers a code with everything that it meant at a moment.
func (a *App) LookupOf(ctx context.Context, as AsAt, code string) ([]Meaning, Of, error) {
	past, of, err := a.view(ctx, as, time.UTC)
	if err != nil {
		return nil, of, err
	}
	out, _, err := a.lookup(ctx, past, code)
	return out, of, err
}

// lookup also tells the names that it read.
func (a *App) lookup(ctx context.Context, past *store.View, code string) ([]Meaning, *store.Names, error) {
	code = strings.TrimSpace(code)
	if code == "" {
		return nil, nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "code", "name what to look up")
	}
	out, err := a.entryMeaning(ctx, past, code)
	if err != nil {
		return nil, nil, err
	}
	f, err := past.Find(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	n := store.NewNames()
	for _, v := range f.Aliases {
		n.WantPartners(v.Partner)
		n.WantProducts(v.Lot.Product)
	}
	for _, l := range f.Lots {
		n.WantProducts(l.Product)
	}
	for _, u := range f.Units {
		n.WantProducts(u.Product)
	}
	for _, p := range f.Locations {
		n.WantSites(p.Site)
	}
	for _, r := range f.References {
		n.WantPartners(r.Partner)
	}
	if err := past.LoadNames(ctx, n); err != nil {
		return nil, nil, err
	}
	out = append(out, meanings(f, n, code)...)
	if len(out) == 0 {
		if contact, known, err := a.Store.Beyond(ctx, code); err != nil || known {
			return nil, nil, cmp.Or(err, beyond(code, contact))
		}
		return nil, nil, stock.Errorf(stock.NotFound, stock.CodeUnknownCode, "code", "nothing here is known as %q", code)
	}
	return out, n, nil
}

// beyond says of goods at a site that is hidden from who asks that they are known, and whom to call.
func beyond(code, contact string) error {
	return stock.Errorf(stock.NotFound, stock.CodeKnownElsewhere, "code", "%q is known at %s", code, (&stock.Site{Contact: contact}).Elsewhere())
}

func meanings(f *store.Found, n *store.Names, code string) []Meaning {
	var out []Meaning
	for _, l := range f.Lots {
		p := n.Products[l.Product]
		out = append(out, Meaning{Kind: "lot", Code: l.Code, Product: p.SKU, Name: p.Name, id: l.ID, product: p.ID})
	}
	for _, v := range f.Aliases {
		p := n.Products[v.Lot.Product]
		if v.Lot.Code == code {
			continue // the partner's code and ours are the same: one lot, told once
		}
		out = append(out, Meaning{Kind: "alias", Code: v.Lot.Code, Product: p.SKU, Partner: partnerCode(n, v.Partner), Name: p.Name, id: v.Lot.ID, product: p.ID})
	}
	for _, u := range f.Units {
		p := n.Products[u.Product]
		out = append(out, Meaning{Kind: "unit", Code: u.Serial, Product: p.SKU, Name: p.Name, id: u.ID, product: p.ID, unit: u})
	}
	for _, r := range f.References {
		out = append(out, Meaning{Kind: "reference", Code: code, Papers: r.Kind, Entries: r.Entries, Partner: partnerCode(n, r.Partner)})
	}
	for _, p := range f.Products {
		out = append(out, Meaning{Kind: "product", Code: p.SKU, Product: p.SKU, Name: p.Name, id: p.ID, product: p.ID})
	}
	for _, p := range f.Partners {
		out = append(out, Meaning{Kind: "partner", Code: p.Code, Partner: p.Code, Name: p.Name, id: p.ID})
	}
	for _, v := range f.Sites {
		out = append(out, Meaning{Kind: "site", Code: v.Code, Name: v.Name, id: v.ID})
	}
	for _, p := range f.Locations {
		out = append(out, Meaning{Kind: "location", Code: p.Ref(n.Sites[p.Site].Code, ""), Name: p.Name, id: p.ID})
	}
	return out
}

// entryMeaning reads #123 and entry:123.
func (a *App) entryMeaning(ctx context.Context, past *store.View, code string) ([]Meaning, error) {
	digits, ok := strings.CutPrefix(code, "#")
	if !ok {
		digits, ok = strings.CutPrefix(code, "entry:")
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return nil, nil
	}
	counts, err := past.Only(ctx, []int64{id})
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	heads, err := a.Store.EntryHeads(ctx, []int64{id})
	if err != nil || heads[id] == nil {
		return nil, err
	}
	return []Meaning{{Kind: "entry", Code: "#" + digits, Name: heads[id].Kind.String(), id: id}}, nil
}

// traceable are the kinds of meanings that goods can be traced from.
func (m *Meaning) traceable() bool {
	switch m.Kind {
	case "lot", "alias", "unit", "entry", "reference":
		return true
	}
	return false
}
