package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"clew/gs1"
	"clew/internal/stock"
	"clew/internal/store"
)

// ScanQuery asks what one item is, of which one code or several were scanned.
type ScanQuery struct {
	Scans   []string
	Scanner Scanner
	Site    string // where: what is elsewhere is then told
	Partner string // with whom: codes and labels of others are then passed over

	said    string // the product that the item names itself
	lenient bool   // a site or partner that is not known is refused elsewhere
}

const (
	// mostScans is how many codes of one item are judged together.
	mostScans = 10
	// mostReadings is how many readings of one item are followed.
	mostReadings = 50
)

// scanning is one call under way: the scans of many items, resolved by a fixed number of statements.
type scanning struct {
	*App
	ctx   context.Context
	now   stock.Time
	today time.Time
	items []*scanItem

	first *store.Looked            // what names mean
	named map[string][]store.Named // what texts name outright
	there map[int64]bool           // entries that texts name
	state *store.Looked            // what is known of the goods, and where they are
}

// scanItem is one item on its way to its readings.
type scanItem struct {
	ScanQuery
	partner  int64 // of the query
	facts    [][]*facts
	things   []*thing
	readings []*resolved
	fault    *stock.Error // it cannot be read at all, or its scans do not go together
}

// resolve finds out what scans mean. It creates nothing and guesses nothing: what can mean two things has two readings.
func (a *App) resolve(ctx context.Context, queries []ScanQuery) (*scanning, error) {
	now := a.Store.Now()
	s := &scanning{App: a, ctx: ctx, now: now, today: time.UnixMilli(int64(now)).UTC()}
	labels, err := a.Store.ActiveLabels(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range queries {
		it := &scanItem{ScanQuery: q}
		s.items = append(s.items, it)
		switch {
		case len(q.Scans) == 0:
			it.fault = stock.Errorf(stock.Invalid, stock.CodeRequired, "scan", "give the text of a scan")
		case len(q.Scans) > mostScans:
			it.fault = stock.Errorf(stock.Invalid, stock.CodeTooMany, "scans", "%d scans of one item, at most %d are judged together", len(q.Scans), mostScans)
		}
		for _, text := range q.Scans {
			if it.fault != nil {
				break
			}
			read, fault := readScan(text, q.Scanner, labels, s.today)
			it.facts, it.fault = append(it.facts, read), fault
		}
		if q.said != "" {
			it.facts = append(it.facts, []*facts{{said: true, article: q.said}})
		}
	}
	if err := s.nameAll(); err != nil {
		return nil, err
	}
	for _, it := range s.items {
		s.combine(it)
	}
	if err := s.lookUp(); err != nil {
		return nil, err
	}
	for _, it := range s.items {
		s.conclude(it)
	}
	return s, nil
}

// nameAll looks up what the names in the scans stand for.
func (s *scanning) nameAll() error {
	look := store.NewLook()
	texts, glns := map[string]struct{}{}, map[string]struct{}{}
	var entries []int64
	name := func(text string) {
		if text != "" {
			look.SKU(text)
			look.Barcode(text)
		}
	}
	for _, it := range s.items {
		look.Partner(it.Partner)
		look.Site(it.Site)
		for _, readings := range it.facts {
			for _, f := range readings {
				name(f.gtin)
				name(f.article)
				name(f.text)
				if id := entryNumber(f.text); id != 0 {
					entries = append(entries, id)
				}
				if f.label != nil && f.label.Product != 0 {
					look.Products[f.label.Product] = struct{}{}
				}
				for _, text := range append([]string{f.text}, f.papers...) {
					if text != "" {
						texts[text] = struct{}{}
					}
				}
				for _, gln := range []string{f.gln, f.party} {
					if gln != "" {
						glns[gln] = struct{}{}
					}
				}
			}
		}
	}
	var err error
	if s.first, err = s.Store.LookUp(s.ctx, look); err != nil {
		return err
	}
	if s.named, err = s.Store.NamedBy(s.ctx, texts, glns); err != nil {
		return err
	}
	if s.there, err = s.entries(entries); err != nil {
		return err
	}
	for _, it := range s.items {
		if p := s.first.Partners[it.Partner]; p != nil {
			it.partner = p.ID
		} else if it.Partner != "" && it.fault == nil && !it.lenient {
			it.fault = stock.Errorf(stock.NotFound, stock.CodeUnknownPartner, "partner", "there is no partner %q", clipped(it.Partner))
		}
		if it.Site != "" && s.first.Sites[it.Site] == nil && it.fault == nil && !it.lenient {
			it.fault = stock.Errorf(stock.NotFound, stock.CodeUnknownSite, "site", "there is no site %q", clipped(it.Site))
		}
	}
	return s.outright()
}

// entries tells which of them are in the log.
func (s *scanning) entries(ids []int64) (map[int64]bool, error) {
	there := map[int64]bool{}
	if len(ids) == 0 {
		return there, nil
	}
	heads, err := s.Store.EntryHeads(s.ctx, ids)
	for id, e := range heads {
		there[id] = e != nil
	}
	return there, err
}

// outright loads the lots and units that texts name, to know whose they are.
func (s *scanning) outright() error {
	look := store.NewLook()
	for _, list := range s.named {
		for _, n := range list {
			switch n.Kind {
			case store.NamedLot:
				look.Lots[n.ID] = struct{}{}
			case store.NamedUnit:
				look.Units[n.ID] = struct{}{}
			case store.NamedPlace:
				look.Places[n.ID] = struct{}{}
			case store.NamedSite:
				look.Sites[n.ID] = struct{}{}
			}
		}
	}
	if len(look.Lots)+len(look.Units)+len(look.Places)+len(look.Sites) == 0 {
		return nil
	}
	more, err := s.Store.LookUp(s.ctx, look)
	if err != nil {
		return err
	}
	for id, l := range more.Lots {
		s.first.Lots[id] = l
	}
	for id, u := range more.Units {
		s.first.Units[id] = u
	}
	for id, p := range more.Places {
		s.first.Places[id] = p
	}
	for id, p := range more.ProductIDs {
		s.first.ProductIDs[id] = p
	}
	for id, v := range more.SiteIDs {
		s.first.SiteIDs[id] = v
	}
	return s.extended()
}

// extended finds the locations that the GLN of a site and an extension name together.
func (s *scanning) extended() error {
	texts := map[string]struct{}{}
	for _, it := range s.items {
		for _, readings := range it.facts {
			for _, f := range readings {
				for _, n := range s.named[f.gln] {
					if v := s.first.SiteIDs[n.ID]; n.Kind == store.NamedSite && f.glnMore != "" && v != nil {
						texts[v.Code+"/"+f.glnMore] = struct{}{}
					}
				}
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	found, err := s.Store.NamedBy(s.ctx, texts, nil)
	for text, list := range found {
		s.named[text] = list
	}
	return err
}

// combine joins the readings of an item's scans: those that do not contradict each other.
func (s *scanning) combine(it *scanItem) {
	if it.fault != nil {
		return
	}
	field := ""
	for i, readings := range it.facts {
		var next []*thing
		for _, f := range readings {
			next = append(next, s.expand(it, f)...)
		}
		if i == 0 {
			it.things = next
			continue
		}
		var joined []*thing
		for _, a := range it.things {
			for _, b := range next {
				if t, differs := a.join(b); t != nil {
					joined = append(joined, t)
				} else if a.known() && b.known() || field == "" {
					field = differs
				}
			}
		}
		if len(joined) == 0 {
			it.things, it.fault = nil, s.apart(it, field)
			return
		}
		it.things = joined[:min(len(joined), mostReadings)]
	}
	if slices.ContainsFunc(it.things, (*thing).known) {
		it.things = slices.DeleteFunc(it.things, func(t *thing) bool { return !t.known() })
	} else if len(it.things) > 1 { // a text that is nothing known is told as GS1 data or as a label where it can be
		if rest := slices.DeleteFunc(slices.Clone(it.things), func(t *thing) bool { return t.text != "" && t.forms[0].form == "code" }); len(rest) > 0 {
			it.things = rest
		}
	}
}

// apart says why an item's scans do not go together: one of them was not read rightly, or they are of different things.
func (s *scanning) apart(it *scanItem, field string) *stock.Error {
	for i, text := range it.Scans {
		known := slices.ContainsFunc(it.facts[i], func(f *facts) bool {
			return slices.ContainsFunc(s.expand(it, f), (*thing).known)
		})
		if fault := wrong(text, it.Scanner); fault != nil && !known {
			return fault
		}
	}
	return stock.Errorf(stock.Conflict, stock.CodeScanDiffers, "scans", "the scans do not belong to one item: their %s differ", field)
}

// lookUp loads what is known of all things that came up.
func (s *scanning) lookUp() error {
	look := store.NewLook()
	for _, it := range s.items {
		look.Site(it.Site)
		look.Partner(it.Partner)
		for _, t := range it.things {
			if p := t.product; p != nil {
				look.SKU(p.SKU)
				look.Lot(p.SKU, t.lotCode)
				if t.serial != "" {
					look.Needs.Units(p.SKU, []string{t.serial})
				}
				if t.lotCode == "" && (t.serial == "" || p.Tracking != stock.TrackSerial) || p.Tracking == stock.TrackNone {
					look.Shelves[p.ID] = struct{}{}
				}
			}
			for _, ask := range []struct {
				id  int64
				set map[int64]struct{}
			}{{t.lot, look.Lots}, {t.unit, look.Units}, {t.place, look.Places}, {t.partner, look.Partners}, {t.site, look.Sites}} {
				if ask.id != 0 {
					ask.set[ask.id] = struct{}{}
				}
			}
		}
	}
	var err error
	s.state, err = s.Store.LookUp(s.ctx, look)
	return err
}

// conclude makes readings of an item's things, each once.
func (s *scanning) conclude(it *scanItem) {
	seen := map[string]bool{}
	for _, t := range it.things {
		for _, r := range s.settle(it, t) {
			if key := r.key(); !seen[key] {
				seen[key] = true
				it.readings = append(it.readings, r)
			}
		}
	}
}

// settle finds the lots and units that a thing can be.
func (s *scanning) settle(it *scanItem, t *thing) []*resolved {
	if t.product == nil {
		return []*resolved{{thing: t}}
	}
	p := s.state.ProductIDs[t.product.ID]
	serial := t.serial
	if t.level != "" { // of a case, not of a unit in it
		serial = ""
	}
	goods := func(lot *stock.Lot, unit *stock.Unit) *resolved {
		return &resolved{thing: t, goods: &stock.Goods{Product: p, LotCode: t.lotCode, Lot: lot, Serial: serial, Unit: unit, Dates: t.dates, Stock: s.state.Shelves[p.ID]}}
	}
	lots := []*stock.Lot{nil}
	switch {
	case t.lot != 0:
		lots[0] = s.state.Lots[t.lot]
	case t.lotCode != "":
		if found := s.state.LotsCalled(p, t.lotCode, cmpPartner(t.whose, it.partner)); len(found) > 0 {
			lots = found
		}
	}
	units := []*stock.Unit{nil}
	switch {
	case t.unit != 0:
		units[0] = s.state.State.Units[t.unit]
	case t.serial != "" && p.Tracking == stock.TrackSerial && t.level == "":
		if found := s.state.UnitsCalled(p, t.serial); len(found) > 0 {
			units = found
		}
	}
	var out []*resolved
	for _, unit := range units {
		for _, lot := range lots {
			if unit != nil && len(lots) > 1 && (lot == nil || unit.Lot != lot.ID) {
				continue // the unit tells which of the lots of that code it is
			}
			out = append(out, goods(lot, unit))
		}
	}
	if len(out) == 0 {
		out = append(out, goods(nil, units[0]))
	}
	return out
}

func cmpPartner(label, query int64) int64 {
	if query != 0 {
		return query
	}
	return label
}

// Scan says what scanned codes are, what is known about it, and what can be done next. One item that cannot be read does not stop the others.
func (a *App) Scan(ctx context.Context, queries []ScanQuery) ([]Scanned, error) {
	s, err := a.resolve(ctx, queries)
	if err != nil {
		return nil, err
	}
	return views(s.items, s.view), nil
}

// entryNumber reads #123 and entry:123.
func entryNumber(text string) int64 {
	digits, ok := strings.CutPrefix(text, "#")
	if !ok {
		digits, ok = strings.CutPrefix(text, "entry:")
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || id < 1 || id > stock.MaxID {
		return 0
	}
	return id
}

// associated is what GS1 says of elements that stand on one item, nil when nothing. Where another of its codes names the product, nothing
// lacks a GTIN.
func associated(elements []gs1.Element, named bool) *stock.Error {
	if len(elements) == 0 {
		return nil
	}
	fault, ok := gs1.Associate(&gs1.Message{Elements: elements}).(*gs1.Error)
	if !ok || named && fault.Code == gs1.CodeRequired && slices.Contains(strings.Split(fault.Other, ","), "01") {
		return nil
	}
	return stock.Errorf(stock.Invalid, string(fault.Code), "scan", "%s", fault.Text())
}
