package store

import (
	"context"
	"database/sql"
	"maps"

	"clew/internal/stock"
)

// numbersShown is how many of the numbers that an entry drew ahead are shown with it; Numbers lists them all.
const numbersShown = 1000

const counterColumns = `c.format, c.period, c.site, c.supplier, c.product`

func counterArgs(k *stock.CounterKey) []any {
	return []any{&k.Format, &k.Period, &k.Site, &k.Supplier, &k.Product}
}

// position is a number of a counter.
type position struct {
	counter stock.CounterKey
	n       int64
}

// prober looks up which codes products have already, a statement for all of them.
type prober func(text string, args []any, scan func(*sql.Rows) error) error

// counters loads the counters that the batch draws from, and so many codes ahead of each that every draw finds a free one:
// a code is passed over only where its product has it already, or where another draw of the batch has just taken it.
func (l *loader) counters() error {
	if len(l.needs.Draws) == 0 {
		return nil
	}
	wanted, count := l.s.Wanted(l.needs)
	if len(wanted) == 0 {
		return nil
	}
	probe := func(text string, args []any, scan func(*sql.Rows) error) error {
		return l.each(l.ctx, text, args, scan)
	}
	next, err := loadCounters(probe, wanted, l.s.LoadCounter)
	if err != nil {
		return err
	}
	typed := l.typed()
	return windows(probe, wanted, next, count, func(product int64, code string) bool {
		_, taken := typed[stock.LotKey{Product: product, Code: code}]
		return taken
	}, l.s.LoadUsed, l.s.LoadWindow)
}

// typed are the codes that the batch names itself: they may be taken before a number is drawn.
func (l *loader) typed() map[stock.LotKey]struct{} {
	out := map[stock.LotKey]struct{}{}
	for sku, serials := range l.needs.Serials {
		if p := l.productOf(sku); p != nil {
			for _, serial := range serials {
				out[stock.LotKey{Product: p.ID, Code: serial}] = struct{}{}
			}
		}
	}
	for pair := range l.needs.Lots {
		if p := l.productOf(pair.In); p != nil {
			out[stock.LotKey{Product: p.ID, Code: pair.Name}] = struct{}{}
		}
	}
	return out
}

// loadCounters reads the next number of each counter; one that never drew begins with the start of its format.
func loadCounters(probe prober, wanted []stock.Wanted, keep func(stock.CounterKey, int64)) (map[stock.CounterKey]int64, error) {
	next := map[stock.CounterKey]int64{}
	var set rowset
	for _, w := range wanted {
		k := w.Source.Counter
		if _, seen := next[k]; !seen {
			set.add(k.Format, int64(k.Period), k.Site, k.Supplier, k.Product)
		}
		next[k] = w.Start
	}
	err := probe(`SELECT `+counterColumns+`, c.next FROM @rows($1: format int, period int, site int, supplier int, product int) r
		JOIN format_counter c ON c.format = r.format AND c.period = r.period AND c.site = r.site AND c.supplier = r.supplier AND c.product = r.product`,
		[]any{set.text()}, func(r *sql.Rows) error {
			var k stock.CounterKey
			var n int64
			err := r.Scan(append(counterArgs(&k), &n)...)
			next[k] = n
			keep(k, n)
			return err
		})
	return next, err
}

// windows finds out which codes are taken, until each counter has count numbers ahead that are free for all that draw from it, or no
// more. Each round looks twice as far as the one before, so that there are few.
func windows(probe prober, wanted []stock.Wanted, next map[stock.CounterKey]int64, count int64, typed func(int64, string) bool,
	used func(int64, string), window func(stock.Source, int64)) error {
	byCounter := map[stock.CounterKey][]stock.Wanted{}
	free := map[stock.CounterKey]int64{}
	for _, w := range wanted {
		byCounter[w.Source.Counter] = append(byCounter[w.Source.Counter], w)
	}
	for width := count; len(byCounter) > 0; width *= 2 {
		var set rowset
		var codes []stock.LotKey
		at := map[stock.LotKey][]position{}
		taken := map[stock.CounterKey]map[int64]bool{}
		ends := map[stock.CounterKey]bool{}
		for key, sources := range byCounter {
			taken[key] = map[int64]bool{}
			for _, w := range sources {
				n := next[key]
				for ; n < next[key]+width; n++ {
					code, err := w.Write(n)
					if err != nil {
						ends[key] = true // the numbers end here; Decide says so
						break
					}
					k := stock.LotKey{Product: w.Source.Product, Code: code}
					set.add(k.Product, code)
					codes = append(codes, k)
					at[k] = append(at[k], position{key, n})
				}
				window(w.Source, next[key]+width)
			}
		}
		if len(codes) == 0 {
			return nil
		}
		err := probe(takenCodes, []any{set.text()}, func(r *sql.Rows) error {
			var k stock.LotKey
			if err := r.Scan(&k.Product, &k.Code); err != nil {
				return err
			}
			used(k.Product, k.Code)
			for _, p := range at[k] {
				taken[p.counter][p.n] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range codes {
			if typed(k.Product, k.Code) {
				for _, p := range at[k] {
					taken[p.counter][p.n] = true
				}
			}
		}
		for key := range maps.Clone(byCounter) {
			next[key] += width
			free[key] += width - int64(len(taken[key]))
			if free[key] >= count || ends[key] {
				delete(byCounter, key)
			}
		}
	}
	return nil
}

// takenCodes are those that a product has already: of a unit, a lot, by a partner or before a correction, or drawn ahead.
const takenCodes = `SELECT r.product, r.code FROM @rows($1: product int, code text) r
	WHERE EXISTS (SELECT 1 FROM drawn_number n WHERE n.code = r.code AND n.product = r.product)
	OR EXISTS (SELECT 1 FROM unit u WHERE u.serial = r.code AND u.product = r.product)
	OR EXISTS (SELECT 1 FROM correction c JOIN unit u ON u.id = c.unit WHERE c.before = r.code AND c.unit > 0 AND u.product = r.product)
	OR EXISTS (SELECT 1 FROM lot l WHERE l.code = r.code AND l.product = r.product)
	OR EXISTS (SELECT 1 FROM alias a JOIN lot l ON l.id = a.lot WHERE a.code = r.code AND l.product = r.product)`

// drawn gathers what an entry took from counters.
func (s *saver) drawn(e *stock.Entry) {
	for i, d := range e.Drawn {
		k := d.Counter
		s.draws.add(e.ID, i, k.Format, int64(k.Period), k.Site, k.Supplier, k.Product, d.Product, d.First, d.Next, d.Count)
		s.drawnFrom.add(k.Format, int64(k.Period), k.Site, k.Supplier, k.Product, d.Next)
		for line, code := range e.Numbers {
			s.numbers.add(e.ID, line, d.Product, code)
		}
	}
}

// count writes what was drawn and where the counters are now: the last draw of each counter comes last in its set.
func (s *saver) count() error {
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.draws, `INSERT INTO drawn (entry, line, format, period, site, supplier, product, drawn_for, first, next, count)
			SELECT * FROM @rows($1: entry int, line int, format int, period int, site int, supplier int, product int, drawn_for int, first int, next int, count int)`},
		{&s.numbers, `INSERT INTO drawn_number (entry, line, product, code) SELECT * FROM @rows($1: entry int, line int, product int, code text)`},
		{&s.drawnFrom, `INSERT INTO format_counter (format, period, site, supplier, product, next)
			SELECT format, period, site, supplier, product, MAX(next) FROM @rows($1: format int, period int, site int, supplier int, product int, next int) r
			WHERE true GROUP BY format, period, site, supplier, product
			ON CONFLICT (format, period, site, supplier, product) DO UPDATE SET next = excluded.next`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return nil
}

const drawnColumns = `d.entry, d.format, d.period, d.site, d.supplier, d.product, d.drawn_for, d.first, d.next, d.count`

func scanDrawn(r *sql.Rows) (entry int64, d stock.Drawn, err error) {
	err = r.Scan(append(append([]any{&entry}, counterArgs(&d.Counter)...), &d.Product, &d.First, &d.Next, &d.Count)...)
	return entry, d, err
}

// fillDrawn adds to entries what they drew, and the first numbers drawn ahead.
func (s *Store) fillDrawn(ctx context.Context, set string, byID map[int64]*stock.Entry, most int) error {
	err := s.query(ctx, `SELECT `+drawnColumns+` FROM @rows($1: id int) r JOIN drawn d ON d.entry = r.id ORDER BY d.entry, d.line`, []any{set}, func(r *sql.Rows) error {
		entry, d, err := scanDrawn(r)
		if err == nil {
			byID[entry].Drawn = append(byID[entry].Drawn, d)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.query(ctx, `SELECT n.entry, n.code FROM @rows($1: id int) r JOIN drawn_number n ON n.entry = r.id AND n.line < $2 ORDER BY n.entry, n.line`,
		[]any{set, most}, func(r *sql.Rows) error {
			var entry int64
			var code string
			err := r.Scan(&entry, &code)
			byID[entry].Numbers = append(byID[entry].Numbers, code)
			return err
		})
}

// Numbers lists the numbers that an entry drew ahead, from the one after a number of them on.
func (s *Store) Numbers(ctx context.Context, entry, after int64, limit int) ([]string, error) {
	return list(ctx, s, `SELECT n.code FROM drawn_number n WHERE n.entry = $1 AND n.line >= $2 ORDER BY n.line LIMIT $3`, []any{entry, after, min(max(limit, 1), 10_000)},
		func(r *sql.Rows) (code string, err error) { return code, r.Scan(&code) })
}

// Preview loads the counter and the codes in use that the next numbers of a draw pass over, into a state that draws nothing.
func (s *Store) Preview(ctx context.Context, state *stock.State, needs *stock.Needs) error {
	wanted, count := state.Wanted(needs)
	if len(wanted) == 0 {
		return nil
	}
	probe := func(text string, args []any, scan func(*sql.Rows) error) error { return s.query(ctx, text, args, scan) }
	next, err := loadCounters(probe, wanted, state.LoadCounter)
	if err != nil {
		return err
	}
	return windows(probe, wanted, next, count, func(int64, string) bool { return false }, state.LoadUsed, state.LoadWindow)
}

// pageDrawn reads what the page's entries drew.
func (a *auditor) pageDrawn(p *pageRows) error {
	first, last := p.span()
	return a.each(`SELECT `+drawnColumns+` FROM drawn d WHERE d.entry BETWEEN $1 AND $2 ORDER BY d.entry, d.line`, func(r *sql.Rows) error {
		entry, d, err := scanDrawn(r)
		if err != nil {
			return err
		}
		return a.hang(p, "drawn", entry, func(e *pageEntry) { e.Drawn = append(e.Drawn, d) })
	}, first, last)
}

// draws counts the recomputed counters on, and reads the numbers that the entry drew ahead: there may be a million.
func (a *auditor) draws(e *pageEntry) error {
	for _, d := range e.Drawn {
		next, known := a.counters[d.Counter]
		if known && d.First != next || d.Count < 1 || d.Next-d.First < d.Count {
			a.find("number", record("entry", e.ID), "it took %d numbers from %d up to %d of a counter that was at %d", d.Count, d.First, d.Next, next)
		}
		a.counters[d.Counter] = d.Next
	}
	if e.Kind != stock.KindNumbering {
		return nil
	}
	err := a.each(`SELECT n.product, n.code FROM drawn_number n WHERE n.entry = $1 ORDER BY n.line`, func(r *sql.Rows) error {
		var product int64
		var code string
		err := r.Scan(&product, &code)
		e.Numbers = append(e.Numbers, code)
		if len(e.Drawn) != 1 || product != e.Drawn[0].Product {
			a.find("number", record("entry", e.ID), "number %s is of product %d, for which it drew none", code, product)
		}
		return err
	}, e.ID)
	if len(e.Drawn) != 1 || int64(len(e.Numbers)) != e.Drawn[0].Count {
		a.find("number", record("entry", e.ID), "it has %d numbers, not as many as it drew", len(e.Numbers))
	}
	a.numbered += int64(len(e.Numbers))
	return err
}

func (a *auditor) compareCounters() error {
	left := maps.Clone(a.counters)
	err := a.each(`SELECT `+counterColumns+`, c.next FROM format_counter c ORDER BY `+counterColumns, func(r *sql.Rows) error {
		var k stock.CounterKey
		var next int64
		if err := r.Scan(append(counterArgs(&k), &next)...); err != nil {
			return err
		}
		if want, known := left[k]; !known || want != next {
			a.find("number", record("counter of format", k.Format), "its next number is %d, the entries say %d", next, want)
		}
		delete(left, k)
		return nil
	})
	for k := range left {
		a.find("number", record("counter of format", k.Format), "it is missing: the entries say that its next number is %d", left[k])
	}
	return err
}
