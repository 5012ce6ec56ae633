package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sync"
	"time"

	"clew/internal/stock"
)

// dayMillis is a day of UTC.
const dayMillis = 24 * 60 * 60 * 1000

// MovedDay is a day, a site and a kind of movement, by which movements are counted. Site is 0 for those of several sites.
type MovedDay struct {
	Day  stock.Date
	Site int64
	Kind stock.Kind
}

// pulse keeps what is told of the whole ledger at once, so that it need not be counted again for everybody who looks: how many movements there
// were on each of the last days, counted on from the last entry that was looked at, and what is at each site, which may be a minute old.
type pulse struct {
	mu    sync.Mutex
	last  int64 // entry
	since stock.Date
	moved map[MovedDay]int64

	stockAt time.Time
	stock   []SiteStock
}

// farBehind is from how many new entries on the days are counted afresh.
const farBehind = 200_000

// MovedSince counts movements by day of UTC, site and kind, from a day on; sites that are hidden from who reads are left out, and so is what is of
// several sites where any is hidden.
func (s *Store) MovedSince(ctx context.Context, since stock.Date) (map[MovedDay]int64, error) {
	hidden, err := s.hidden(ctx)
	if err != nil {
		return nil, err
	}
	head, _, err := s.Head(ctx)
	if err != nil {
		return nil, err
	}
	p := &s.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	from, known := int64(0), p.moved
	if known == nil || since < p.since || head-p.last > farBehind {
		known = map[MovedDay]int64{}
	} else {
		from, known = p.last, maps.Clone(known)
	}
	var kinds rowset
	for k := stock.Kind(1); k < 255; k++ {
		if k.Movement() {
			kinds.ints(int64(k))
		}
	}
	if head > from {
		text := `SELECT e.occurred_at / $4, e.site, e.kind, COUNT(*) FROM entry e WHERE e.occurred_at >= $1 AND e.id <= $2 AND e.kind IN (SELECT r.kind FROM @rows($3: kind int) r) GROUP BY 1, 2, 3`
		args := []any{int64(since) * dayMillis, head, kinds.text(), int64(dayMillis)}
		if from > 0 {
			text = `SELECT e.occurred_at / $4, e.site, e.kind, COUNT(*) FROM entry e WHERE e.occurred_at >= $1 AND e.id > $5 AND e.id <= $2 AND e.kind IN (SELECT r.kind FROM @rows($3: kind int) r) GROUP BY 1, 2, 3`
			args = append(args, from)
		}
		if err := s.query(seeing(ctx), text, args, func(r *sql.Rows) error {
			var d MovedDay
			var n int64
			err := r.Scan(&d.Day, &d.Site, &d.Kind, &n)
			known[d] += n
			return err
		}); err != nil {
			return nil, err
		}
	}
	for d := range known {
		if d.Day < since {
			delete(known, d)
		}
	}
	p.last, p.since, p.moved = max(head, from), since, known
	out := map[MovedDay]int64{}
	for d, n := range known {
		if !slices.Contains(hidden, d.Site) && (d.Site != 0 || len(hidden) == 0) {
			out[d] = n
		}
	}
	return out, nil
}

// SiteStock is what is at a site.
type SiteStock struct {
	Site     int64
	Products int64
	Lots     int64
	Units    int64       // of products that are told apart unit by unit
	Worth    stock.Worth // of what has a cost
	NoCost   int64       // products on hand without one
}

// stockFor is how old what is told of stock by site may be.
const stockFor = time.Minute

// StockBySite sums up what is at each site that may be seen, and says when that was.
func (s *Store) StockBySite(ctx context.Context) ([]SiteStock, time.Time, error) {
	hidden, err := s.hidden(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	p := &s.pulse
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); p.stock == nil || now.Sub(p.stockAt) > stockFor {
		if p.stock, err = s.stockBySite(seeing(ctx)); err != nil {
			return nil, time.Time{}, err
		}
		p.stockAt = now
	}
	var out []SiteStock
	for _, v := range p.stock {
		if !slices.Contains(hidden, v.Site) {
			out = append(out, v)
		}
	}
	return out, p.stockAt, nil
}

func (s *Store) stockBySite(ctx context.Context) ([]SiteStock, error) {
	out := []SiteStock{}
	err := s.query(ctx, `SELECT b.site, p.tracking, p.unit_cost, COUNT(DISTINCT NULLIF(b.lot, 0)), CAST(SUM(b.quantity) AS BIGINT) FROM balance b JOIN product p ON p.id = b.product
		WHERE b.site > 0 AND b.quantity > 0 GROUP BY b.site, b.product, p.tracking, p.unit_cost ORDER BY b.site`, nil, func(r *sql.Rows) error {
		var site, lots int64
		var tracking stock.Tracking
		var cost string
		var quantity stock.Quantity
		if err := r.Scan(&site, &tracking, &cost, &lots, &quantity); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].Site != site {
			out = append(out, SiteStock{Site: site})
		}
		v := &out[len(out)-1]
		v.Products++
		v.Lots += lots
		if tracking == stock.TrackSerial {
			v.Units += int64(quantity / stock.One)
		}
		each, err := stock.ParseQuantity(cost)
		if cost == "" || err != nil {
			v.NoCost++
			return nil
		}
		v.Worth.Add(quantity, each)
		return nil
	})
	return out, err
}

// Waits counts what waits for somebody, each up to most.
type Waits struct{ Holds, Exceptions, Quality, Late int64 }

// Unattended counts active holds, open exceptions, lots on hold, and what was recorded late after an entry.
func (s *Store) Unattended(ctx context.Context, after int64, most int) (w Waits, err error) {
	for _, t := range []struct {
		into *int64
		text string
		args []any
	}{
		{&w.Holds, `SELECT COUNT(*) FROM (SELECT h.id FROM hold h WHERE h.released = 0 LIMIT $1) k`, nil},
		{&w.Quality, `SELECT COUNT(*) FROM (SELECT h.id FROM hold h WHERE h.released = 0 AND h.lot > 0 LIMIT $1) k`, nil},
		{&w.Exceptions, `SELECT COUNT(*) FROM (SELECT x.id FROM exception x WHERE x.resolved = 0 LIMIT $1) k`, nil},
		{&w.Late, `SELECT COUNT(*) FROM (SELECT e.id FROM entry e WHERE e.recorded_at - e.occurred_at > 900000 AND e.id > $2 LIMIT $1) k`, []any{after}},
	} {
		if err := s.query(ctx, t.text, append([]any{most}, t.args...), func(r *sql.Rows) error { return r.Scan(t.into) }); err != nil {
			return w, err
		}
	}
	return w, nil
}
