package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"clew/internal/stock"
	"clew/internal/store"
)

// Searched is what a text finds.
type Searched struct {
	Opens   *SearchItem   `json:"opens,omitempty" doc:"The one thing that the text is, as a code that was scanned, pasted or typed whole: nothing else bears it."`
	Problem *ScanRemark   `json:"problem,omitempty" doc:"Why a barcode was read, but is nothing that is known here."`
	Groups  []SearchGroup `json:"groups" doc:"What else it can be meant to be; groups with what matches exactly come first."`
}

// SearchGroup is what was found of one sort.
type SearchGroup struct {
	Type  string       `json:"type" enum:"product,lot,unit,reference,entry,partner,location,site"`
	Items []SearchItem `json:"items"`
	More  bool         `json:"more,omitempty" doc:"There are more: go on typing."`
}

// SearchItem is one thing that was found, with what opens it.
type SearchItem struct {
	Type  string `json:"type" enum:"product,lot,unit,reference,entry,partner,location,site"`
	Code  string `json:"code" doc:"Its own code: SKU, lot code, serial number, the paper's code, #ENTRY, the partner's or place's code."`
	Title string `json:"title,omitempty" doc:"A name: of a lot or unit its product's."`
	Match string `json:"match" enum:"exact,prefix,word" doc:"How it was found: the text is its code, begins its code, or begins words of its code and name. Case and accents do not count."`

	Product   string          `json:"product,omitempty" doc:"SKU."`
	Lot       string          `json:"lot,omitempty"`
	Serial    string          `json:"serial,omitempty"`
	Alias     string          `json:"alias,omitempty" doc:"Of a lot: the partner's code, or the former one, by which it was found."`
	Partner   string          `json:"partner,omitempty" doc:"Also whose code the alias is, and of a reference the partner of the last entry."`
	Site      string          `json:"site,omitempty"`
	Location  string          `json:"location,omitempty" doc:"The location's own code."`
	Reference string          `json:"reference,omitempty" doc:"Kind of the paper."`
	Entry     int64           `json:"entry,omitempty" doc:"Also of a reference: the last entry that names it."`
	Kind      stock.Kind      `json:"kind,omitempty" doc:"Of that entry."`
	At        stock.Time      `json:"occurred_at,omitempty" doc:"Of that entry."`
	Status    []string        `json:"status,omitempty" doc:"Any of on_hold, past, history_unknown, inactive."`
	Place     string          `json:"place,omitempty" doc:"Where a unit is."`
	Quantity  *stock.Quantity `json:"quantity,omitempty" doc:"Of a lot: what is in our places."`
	UoM       string          `json:"uom,omitempty"`
	Governing stock.Date      `json:"governing_date,omitempty" doc:"Of a lot."`
}

const (
	matchExact  = "exact"
	matchPrefix = "prefix"
	matchWord   = "word"
)

// How much of each sort is told at most, and how many records with words are looked at to rank them.
const (
	mostFound  = 50
	someWorded = 100
)

// searching is one search under way.
type searching struct {
	*App
	ctx    context.Context
	text   string
	folded string
	words  []string
	limit  int // one more than is shown
	names  *store.Names
	groups []SearchGroup
}

// Search finds everything whose code begins as the text does, or whose code and name have words that begin as its words do. What a code
// is as it was scanned is told apart.
func (a *App) Search(ctx context.Context, text string, limit int) (*Searched, error) {
	text = strings.TrimSpace(text)
	out := &Searched{Groups: []SearchGroup{}}
	if text == "" {
		return out, nil
	}
	s := &searching{App: a, ctx: ctx, text: text, folded: stock.Fold(text), words: stock.Words(text), limit: min(max(limit, 1), mostFound) + 1, names: store.NewNames()}
	if utf8.RuneCountInString(text) <= stock.MaxKey {
		for _, find := range []func() error{s.products, s.lots, s.units, s.papers, s.entries, s.partners, s.places} {
			if err := find(); err != nil {
				return nil, err
			}
		}
	}
	var err error
	if out.Opens, out.Problem, err = s.opens(); err != nil {
		return nil, err
	}
	if out.Opens != nil {
		s.include(out.Opens)
	}
	for _, g := range s.groups {
		if g.More = len(g.Items) >= s.limit; g.More {
			g.Items = g.Items[:s.limit-1]
		}
		out.Groups = append(out.Groups, g)
	}
	slices.SortStableFunc(out.Groups, func(a, b SearchGroup) int { return cmp.Compare(rankOf(a.Items[0].Match), rankOf(b.Items[0].Match)) })
	return out, nil
}

func rankOf(match string) int {
	return slices.Index([]string{matchExact, matchPrefix, matchWord}, match)
}

// match tells how the text matches codes of a thing.
func (s *searching) match(codes ...string) string {
	best := matchWord
	for _, code := range codes {
		switch folded := stock.Fold(code); {
		case folded == s.folded:
			return matchExact
		case code != "" && strings.HasPrefix(folded, s.folded):
			best = matchPrefix
		}
	}
	return best
}

// add keeps a group, the best first.
func (s *searching) add(of string, items []SearchItem) {
	if len(items) == 0 {
		return
	}
	for i := range items {
		items[i].Type = of
	}
	slices.SortStableFunc(items, func(a, b SearchItem) int { return cmp.Compare(rankOf(a.Match), rankOf(b.Match)) })
	s.groups = append(s.groups, SearchGroup{Type: of, Items: items[:min(len(items), s.limit)]})
}

// worded reads which records of a sort have the words.
func (s *searching) worded(object stock.Object, words []string) ([]int64, error) {
	if len(words) == 0 {
		return nil, nil
	}
	return s.Store.Worded(s.ctx, object, words, someWorded)
}

func inactive(active bool) []string {
	if active {
		return nil
	}
	return []string{"inactive"}
}

func (s *searching) products() error {
	found, err := s.worded(stock.ObjectProduct, s.words)
	digits := strings.TrimLeft(s.text, "0")
	if err == nil && digits != s.text && digits != "" { // a GTIN is found without the zeros in front
		var more []int64
		more, err = s.worded(stock.ObjectProduct, stock.Words(digits))
		found = append(found, slices.DeleteFunc(more, func(id int64) bool { return slices.Contains(found, id) })...)
	}
	if err != nil {
		return err
	}
	s.names.WantProducts(found...)
	if err := s.Store.LoadNames(s.ctx, s.names); err != nil {
		return err
	}
	var items []SearchItem
	for _, id := range found {
		if p := s.names.Products[id]; p != nil {
			items = append(items, SearchItem{Code: p.SKU, Title: p.Name, Match: s.match(p.SKU, p.GTIN, strings.TrimLeft(p.GTIN, "0")), Product: p.SKU, Status: inactive(p.Active)})
		}
	}
	s.add("product", items)
	return nil
}

func (s *searching) lots() error {
	lots, err := s.Store.LotsLike(s.ctx, s.text, s.limit)
	if err != nil {
		return err
	}
	found, aliases, err := s.Store.AliasesLike(s.ctx, s.text, s.limit)
	if err != nil {
		return err
	}
	by := map[int64]stock.Alias{}
	for i, l := range found {
		if !slices.ContainsFunc(lots, func(o *stock.Lot) bool { return o.ID == l.ID }) {
			lots = append(lots, l)
			by[l.ID] = aliases[i]
		}
	}
	if len(lots) == 0 {
		return nil
	}
	views, err := s.viewLots(s.ctx, s.Store.Today(), Of{}, lots)
	if err != nil {
		return err
	}
	onHand, err := s.Store.OnHandOf(s.ctx, lots)
	if err != nil {
		return err
	}
	for _, l := range lots {
		s.names.WantProducts(l.Product)
		s.names.WantPartners(by[l.ID].Partner)
	}
	if err := s.Store.LoadNames(s.ctx, s.names); err != nil {
		return err
	}
	var items []SearchItem
	for i, v := range views {
		l, p := lots[i], s.names.Products[lots[i].Product]
		alias, quantity := by[l.ID], onHand[l.ID]
		it := SearchItem{Code: v.Lot, Title: p.Name, Match: s.match(cmp.Or(alias.Code, v.Lot)), Product: v.Product, Lot: v.Lot, Alias: alias.Code,
			Partner: partnerCode(s.names, alias.Partner), Quantity: &quantity, UoM: p.UoM, Governing: l.Dates.Governing()}
		it.status(map[string]bool{"on_hold": v.OnHold, "past": v.Past, "history_unknown": v.HistoryUnknown})
		items = append(items, it)
	}
	s.add("lot", items)
	return nil
}

// status lists what holds of it.
func (it *SearchItem) status(is map[string]bool) {
	for _, word := range []string{"on_hold", "past", "history_unknown", "inactive"} {
		if is[word] {
			it.Status = append(it.Status, word)
		}
	}
}

func (s *searching) units() error {
	rows, err := s.Store.UnitsLike(s.ctx, s.text, s.limit)
	if err != nil || len(rows) == 0 {
		return err
	}
	views, err := s.viewUnits(s.ctx, s.Store.Today(), rows)
	if err != nil {
		return err
	}
	for _, u := range rows {
		s.names.WantProducts(u.Product)
	}
	if err := s.Store.LoadNames(s.ctx, s.names); err != nil {
		return err
	}
	var items []SearchItem
	for i, u := range views {
		it := SearchItem{Code: u.Serial, Title: s.names.Products[rows[i].Product].Name, Match: s.match(u.Serial), Product: u.Product, Lot: u.Lot, Serial: u.Serial, Place: u.Place}
		it.status(map[string]bool{"on_hold": u.OnHold, "history_unknown": u.HistoryUnknown})
		items = append(items, it)
	}
	s.add("unit", items)
	return nil
}
