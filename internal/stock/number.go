package stock

import (
	"cmp"
	"math"
)

// CounterKey names one counter: of a format, in a period, and of the site, supplier and product that it counts apart.
type CounterKey struct {
	Format                  int64
	Period                  Date
	Site, Supplier, Product int64
}

// Source is where a number comes from: its counter, and all else that its text is made of.
type Source struct {
	Counter CounterKey
	Product int64 // whose number it is to be
	Day     Date
	Names   NumberNames
	By      int64 // the entry that set the format
}

// Drawn is what an entry took from a counter: the numbers from First up to, without, Next, of which Count were free for the product.
type Drawn struct {
	Counter     CounterKey
	Product     int64
	First, Next int64
	Count       int64
}

// DrawNeed says what numbers a draft draws.
type DrawNeed struct {
	Format                  string // empty: the product's own
	Product, Site, Supplier string
	Item                    *ItemDraft // whose goods are numbered, or nil
	At                      Time       // 0: now
	Day                     Date       // 0: the day of At
	Count                   int64
}

// Wanted is a source with the writer of its numbers.
type Wanted struct {
	Source Source
	Start  int64
	Write  func(n int64) (string, *Error)
}

// MaxNumbers is the most numbers that one call draws, so that nobody waits long behind it.
const MaxNumbers = 100_000

// whole is how far the numbers of a source are known where all there is is in memory.
const whole = math.MaxInt64

// source finds the counter of a format and all that its numbers are made of. Site and supplier may be nil.
func (s *State) source(f *Format, p *Product, site *Site, supplier *Partner, day Date) (Source, *Pattern, *Error) {
	src := Source{Counter: CounterKey{Format: f.ID, Period: f.period(day)}, Product: p.ID, Day: day, Names: NumberNames{Product: p.SKU}, By: f.Entry}
	if site != nil {
		src.Names.Site = site.Code
	}
	if supplier != nil {
		src.Names.Supplier = supplier.Code
	}
	if f.Per&PerSite != 0 && site != nil {
		src.Counter.Site = site.ID
	}
	if f.Per&PerSupplier != 0 && supplier != nil {
		src.Counter.Supplier = supplier.ID
	}
	if f.Per&PerProduct != 0 {
		src.Counter.Product = p.ID
	}
	pattern, err := f.parse()
	if err == nil {
		// A site or supplier counted apart is written too, so that a missing one is named here.
		_, err = pattern.Number(day, src.Names, f.Start)
	}
	return src, pattern, err
}

// draw takes the next free numbers for a product from a format, and keeps on the entry what was taken.
func (s *State) draw(e *Entry, f *Format, p *Product, site *Site, supplier *Partner, day Date, count int64) ([]string, *Error) {
	if count < 1 {
		return nil, Errorf(Invalid, CodeInvalidValue, "count", "%d is no count of numbers: ask for one or more", count)
	}
	if count > MaxNumbers {
		return nil, Errorf(TooLarge, CodeTooMany, "count", "%d numbers, at most %d are drawn in one call", count, MaxNumbers)
	}
	src, pattern, err := s.source(f, p, site, supplier, day)
	if err != nil {
		return nil, err
	}
	next, known := s.Counters[src.Counter]
	seen := s.Windows[src]
	if !s.partial {
		seen = whole
	}
	if !known {
		next = f.Start
	}
	first, used := next, s.used(p.ID)
	codes := make([]string, 0, count)
	for ; int64(len(codes)) < count; next++ {
		code, err := pattern.Number(day, src.Names, next)
		if err != nil {
			return nil, err
		}
		if next >= seen {
			return nil, Errorf(Unavailable, CodeTimeout, "format", "format %s or what it numbers was changed at this very moment: send the request again", f.Code)
		}
		if !used(code) {
			codes = append(codes, code)
		}
	}
	if err := CheckCode("pattern", codes[0], patternLength); err != nil {
		return nil, err
	}
	put(s, s.Counters, src.Counter, next)
	s.markUsed(p.ID, codes)
	e.Drawn = append(e.Drawn, Drawn{Counter: src.Counter, Product: p.ID, First: first, Next: next, Count: count})
	return codes, nil
}

// used tells which codes a product has already: lots, former and partners' codes of lots, units, numbers drawn ahead.
func (s *State) used(product int64) func(string) bool {
	drawn, units := s.Used[product], s.Serials[product]
	return func(code string) bool {
		_, taken := drawn[code]
		key := LotKey{product, code}
		return taken || units[code] != nil || s.LotCodes[key] != nil || len(s.Aliases[key]) > 0 || len(s.FormerSerials[key]) > 0
	}
}

func (s *State) markUsed(product int64, codes []string) {
	set := s.Used[product]
	if set == nil {
		set = map[string]struct{}{}
		put(s, s.Used, product, set)
	}
	for _, code := range codes {
		set[code] = struct{}{}
	}
	s.onUndo(func() {
		for _, code := range codes {
			delete(set, code)
		}
	})
}

// Wanted are the sources that the drafts draw from, and how many numbers they draw together. One that cannot be found is no
// error here: Decide finds what is missing.
func (s *State) Wanted(needs *Needs) (out []Wanted, count int64) {
	seen := map[Source]bool{}
	for _, d := range needs.Draws {
		p := s.FindProduct(d.Product)
		if d.Product == "" {
			p = &Product{} // of a preview
		}
		if p != nil && d.Item != nil {
			d.Count = d.Item.numbers(p)
		}
		if p == nil || d.Count < 1 || d.Count > MaxNumbers || count+d.Count > 10*MaxNumbers {
			continue
		}
		f := s.Formats[d.Format]
		if d.Format == "" {
			f = s.formatOf(p)
		}
		if f == nil {
			continue
		}
		count += d.Count
		site, supplier := s.Sites[d.Site], s.Partners[d.Supplier]
		src, pattern, err := s.source(f, p, site, supplier, s.dayOf(d.At, d.Day, site))
		if err != nil || seen[src] {
			continue
		}
		seen[src] = true
		out = append(out, Wanted{src, f.Start, func(n int64) (string, *Error) { return pattern.Number(src.Day, src.Names, n) }})
	}
	return out, count
}

// dayOf is the day that a number is of: the one given, else that of a time at the site.
func (s *State) dayOf(at Time, day Date, site *Site) Date {
	if day != 0 {
		return day
	}
	if at == 0 {
		at = s.Now
	}
	if site == nil {
		return DateOf(at, (&Site{}).Zone())
	}
	return DateOf(at, site.Zone())
}

// formatOf is the format by which a product's goods are numbered, its own or its group's: of its units where they have serial
// numbers, else of its lots.
func (s *State) formatOf(p *Product) *Format {
	group := s.groupOf(p)
	if p.Tracking == TrackSerial {
		return s.FormatIDs[cmp.Or(p.SerialFormat, group.SerialFormat)]
	}
	return s.FormatIDs[cmp.Or(p.LotFormat, group.LotFormat)]
}

// LoadCounter adds the next number of a counter to the state.
func (s *State) LoadCounter(key CounterKey, next int64) { s.Counters[key] = next }

// LoadWindow says up to which number of its counter it is known which of a source's codes the product has already.
func (s *State) LoadWindow(src Source, to int64) { s.Windows[src] = to }

// LoadUsed says that the product has the code already.
func (s *State) LoadUsed(product int64, code string) {
	if s.Used[product] == nil {
		s.Used[product] = map[string]struct{}{}
	}
	s.Used[product][code] = struct{}{}
}

// Preview answers the next numbers of a draw, fewer where the format ends, and draws none. The product may be left out: then
// nothing is known of what is in use.
func (s *State) Preview(d DrawNeed) ([]string, *Error) {
	f, err := s.format("format", d.Format)
	if err != nil {
		return nil, err
	}
	p := s.FindProduct(d.Product)
	if p == nil {
		p = &Product{}
	}
	site := s.Sites[d.Site]
	src, pattern, err := s.source(f, p, site, s.Partners[d.Supplier], s.dayOf(d.At, d.Day, site))
	if err != nil {
		return nil, err
	}
	next, known := s.Counters[src.Counter]
	if !known {
		next = f.Start
	}
	used, out := s.used(p.ID), []string{}
	for ; int64(len(out)) < d.Count; next++ {
		code, err := pattern.Number(src.Day, src.Names, next)
		if err != nil && len(out) == 0 {
			return nil, err
		} else if err != nil {
			break
		}
		if !used(code) {
			out = append(out, code)
		}
	}
	return out, nil
}
