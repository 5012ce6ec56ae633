package app

import (
	"slices"
	"strconv"
	"strings"

	"clew/internal/stock"
)

// papers finds references, and what was recorded of the one that the text is.
func (s *searching) papers() error {
	papers, err := s.Store.PapersLike(s.ctx, s.text, s.limit)
	if err != nil || len(papers) == 0 {
		return err
	}
	var entries, named []int64
	for _, p := range papers {
		entries = append(entries, p.Entry)
		if len(named) == 0 && p.Code == s.text {
			if named, err = s.Store.EntriesNaming(s.ctx, p.Code, p.Kind, s.limit); err != nil {
				return err
			}
		}
	}
	heads, err := s.heads(append(entries, named...))
	if err != nil {
		return err
	}
	var items []SearchItem
	for _, p := range papers {
		it := SearchItem{Code: p.Code, Match: s.match(p.Code), Reference: p.Kind, Entry: p.Entry}
		if e := heads[p.Entry]; e != nil {
			it.Kind, it.At, it.Partner = e.Kind, e.OccurredAt, partnerCode(s.names, e.Partner)
		}
		items = append(items, it)
	}
	s.add("reference", items)
	s.add("entry", s.viewHeads(named, heads, matchPrefix))
	return nil
}

// heads reads entries, and whose they are.
func (s *searching) heads(ids []int64) (map[int64]*stock.Entry, error) {
	heads, err := s.Store.EntryHeads(s.ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, e := range heads {
		s.names.WantPartners(e.Partner)
		s.names.WantSites(e.Site)
	}
	return heads, s.Store.LoadNames(s.ctx, s.names)
}

func (s *searching) viewHeads(ids []int64, heads map[int64]*stock.Entry, match string) []SearchItem {
	var items []SearchItem
	for _, id := range ids {
		e := heads[id]
		if e == nil {
			continue
		}
		it := SearchItem{Code: "#" + strconv.FormatInt(id, 10), Match: match, Entry: id, Kind: e.Kind, At: e.OccurredAt, Partner: partnerCode(s.names, e.Partner)}
		if v := s.names.Sites[e.Site]; v != nil {
			it.Site = v.Code
		}
		items = append(items, it)
	}
	return items
}

// entries finds the entry of a number, written #123, entry:123 or 123.
func (s *searching) entries() error {
	id := entryNumber(s.text)
	if id == 0 {
		id = entryNumber("#" + s.text)
	}
	if id == 0 {
		return nil
	}
	heads, err := s.heads([]int64{id})
	if err != nil {
		return err
	}
	match := matchPrefix // digits alone are more often something else
	if entryNumber(s.text) == id {
		match = matchExact
	}
	items := s.viewHeads([]int64{id}, heads, match)
	if i := slices.IndexFunc(s.groups, func(g SearchGroup) bool { return g.Type == "entry" }); i >= 0 && len(items) > 0 {
		s.groups[i].Items = append(s.groups[i].Items, items...)
		s.groups[i].Items = s.groups[i].Items[:min(len(s.groups[i].Items), s.limit)]
		s.groups[i].Items[len(s.groups[i].Items)-1].Type = "entry"
		return nil
	}
	s.add("entry", items)
	return nil
}

func (s *searching) partners() error {
	found, err := s.worded(stock.ObjectPartner, s.words)
	if err != nil {
		return err
	}
	s.names.WantPartners(found...)
	if err := s.Store.LoadNames(s.ctx, s.names); err != nil {
		return err
	}
	var items []SearchItem
	for _, id := range found {
		if p := s.names.Partners[id]; p != nil {
			items = append(items, SearchItem{Code: p.Code, Title: p.Name, Match: s.match(p.Code), Partner: p.Code, Status: inactive(p.Active)})
		}
	}
	s.add("partner", items)
	return nil
}

// places finds locations and sites. A location is also found by its site in front, as in SITE/LOCATION.
func (s *searching) places() error {
	words, site := s.words, ""
	if before, after, cut := strings.Cut(s.text, "/"); cut {
		site = stock.Fold(before)
		words = stock.Words(after)
	}
	found, err := s.worded(stock.ObjectPlace, words)
	if err != nil {
		return err
	}
	sites, err := s.worded(stock.ObjectSite, s.words)
	if err != nil {
		return err
	}
	s.names.WantSites(sites...)
	s.names.WantPlaces(found...)
	if err := s.Store.LoadNames(s.ctx, s.names); err != nil {
		return err
	}
	var items []SearchItem
	for _, id := range found {
		p := s.names.Places[id]
		if p == nil || s.names.Sites[p.Site] == nil || site != "" && stock.Fold(s.names.Sites[p.Site].Code) != site {
			continue
		}
		v := s.names.Sites[p.Site]
		items = append(items, SearchItem{Code: s.names.PlaceRef(id), Title: p.Name, Match: s.match(p.Code, s.names.PlaceRef(id)), Site: v.Code, Location: p.Code, Status: inactive(p.Active && v.Active)})
	}
	s.add("location", items)
	items = nil
	for _, id := range sites {
		if v := s.names.Sites[id]; v != nil {
			items = append(items, SearchItem{Code: v.Code, Title: v.Name, Match: s.match(v.Code), Site: v.Code, Status: inactive(v.Active)})
		}
	}
	s.add("site", items)
	return nil
}

// opens reads the text as a scan: it tells what it is where that is one thing.
func (s *searching) opens() (*SearchItem, *ScanRemark, error) {
	scanned, err := s.Scan(s.ctx, []ScanQuery{{Scans: []string{s.text}}})
	if err != nil || len(scanned) != 1 {
		return nil, nil, err
	}
	var one *SearchItem
	for i := range scanned[0].Readings {
		it := itemRead(&scanned[0].Readings[i])
		switch {
		case it == nil:
		case one != nil:
			return nil, nil, nil
		default:
			one = it
		}
	}
	if p := scanned[0].Problem; one == nil && p != nil && p.Code != stock.CodeUnknownCode && p.Code != stock.CodeRequired {
		return nil, p, nil
	}
	return one, nil, nil
}

// itemRead is what a reading opens, nil where that is nothing that is known. What is not known of a product opens the product.
func itemRead(r *Reading) *SearchItem {
	it := &SearchItem{Match: matchExact}
	switch {
	case r.Product != nil:
		it.Type, it.Code, it.Title, it.Product, it.UoM = "product", r.Product.SKU, r.Product.Name, r.Product.SKU, r.Product.UoM
		if r.Known == nil {
			return it
		}
		switch {
		case r.Is == "unit" && r.Known.Place != "":
			it.Type, it.Code, it.Serial, it.Lot, it.Place = "unit", r.Serial, r.Serial, r.Known.Lot, r.Known.Place
			it.status(map[string]bool{"on_hold": r.Known.UnitHeld || len(r.Known.Held) > 0, "past": r.Known.Past})
		case (r.Is == "lot" || r.Is == "unit") && r.Known.Lot != "":
			it.Type, it.Code, it.Lot, it.Quantity, it.Governing = "lot", r.Known.Lot, r.Known.Lot, r.Known.OnHand, r.Known.Governing
			it.status(map[string]bool{"on_hold": len(r.Known.Held) > 0, "past": r.Known.Past})
		}
	case r.Is == "location":
		it.Type, it.Code, it.Site, it.Partner = "location", r.Location, r.Site, r.Partner
		_, it.Location, _ = strings.Cut(r.Location, "/")
		if r.Site == "" {
			it.Type, it.Code, it.Location = "partner", r.Partner, ""
		}
	case r.Is == "site":
		it.Type, it.Code, it.Site = "site", r.Site, r.Site
	case r.Is == "partner":
		it.Type, it.Code, it.Partner = "partner", r.Partner, r.Partner
	case r.Is == "reference":
		it.Type, it.Code, it.Reference = "reference", r.Reference.Code, r.Reference.Kind
	case r.Is == "entry":
		it.Type, it.Code, it.Entry = "entry", "#"+strconv.FormatInt(r.Entry, 10), r.Entry
	default:
		return nil
	}
	return it
}

// include makes sure that what the text is is told in its group too, as the first one, with what the group says of it.
func (s *searching) include(one *SearchItem) {
	at := slices.IndexFunc(s.groups, func(g SearchGroup) bool { return g.Type == one.Type })
	if at < 0 {
		s.groups = append(s.groups, SearchGroup{Type: one.Type, Items: []SearchItem{*one}})
		return
	}
	items := s.groups[at].Items
	if i := slices.IndexFunc(items, func(it SearchItem) bool {
		return it.Code == one.Code && it.Product == one.Product && (one.Reference == "" || it.Reference == one.Reference)
	}); i >= 0 {
		items[i].Match = matchExact
		*one = items[i]
		items = slices.Delete(items, i, i+1)
	}
	s.groups[at].Items = slices.Insert(items, 0, *one)
}
