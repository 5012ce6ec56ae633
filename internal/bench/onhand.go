package bench

import (
	"fmt"
	"strings"
	"time"
)

// onHand measures what is on hand of every lot at every location.
func (r *run) onHand(data string, lots int) error {
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	clew, err := r.asked(s, "/v1/stock?product=PALLET&limit=1000", `"L000000"`)
	if err != nil {
		return err
	}
	r.close(s)
	db, err := bare(data)
	if err != nil {
		return err
	}
	defer db.Close()
	var floor []time.Duration
	for range 9 {
		start := time.Now()
		if _, err := drain(db.Query(`SELECT p.sku, l.code, b.place, b.quantity FROM balance b JOIN product p ON p.id = b.product LEFT JOIN lot l ON l.id = b.lot
			WHERE b.site > 0 AND b.product = (SELECT id FROM product WHERE sku = 'PALLET') ORDER BY b.product, b.lot, b.place LIMIT 1000`)); err != nil {
			return err
		}
		floor = append(floor, time.Since(start))
	}
	r.add(fmt.Sprintf("on hand by lot and location, first 1000 rows of %d lots", lots), ms(clew), ms(quantile(floor, 0.5)), times(clew, quantile(floor, 0.5)), "< 100 ms")
	return nil
}

// moments is at how many moments stock is asked for, seven minutes apart: what has to be added up is kept at the ends of spans of 35
// minutes, so some of them are far from one, wherever spans begin.
const moments = 6

// past measures stock as at a day beside the same question of today: both are Clew's, so the floor is today's. Of several moments
// the slowest is told.
func (r *run) past(data string, moves int) error {
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	defer r.close(s)
	for _, q := range []struct {
		what, ask, by string
		ago           time.Duration
		want          string
	}{
		{"a product 80 days ago, 1000 rows", "product=PALLET&limit=1000", "as_at", 80 * day, `"L000000"`},
		{"a product at a site 80 days ago", "product=PALLET&site=MAIN&limit=1000", "as_at", 80 * day, `"L000000"`},
		{"the whole site 80 days ago", "site=MAIN&limit=1000", "as_at", 80 * day, `"L000000"`},
		{"all sites 80 days ago", "limit=1000", "as_at", 80 * day, `"L000000"`},
		{"the whole site a year ago, before all moves", "site=MAIN&limit=1000", "as_at", year + 10*day, `"BIKE"`},
		{"one lot 80 days ago", "product=PALLET&lot=L000000", "as_at", 80 * day, `"L000000"`},
		{"the whole site, known 80 days ago", "site=MAIN&limit=1000", "as_known", 80 * day, `"L000000"`},
		{"one lot, known 80 days ago", "product=PALLET&lot=L000000", "as_known", 80 * day, `"L000000"`},
	} {
		now, err := r.asked(s, "/v1/stock?"+q.ask, "")
		if err != nil {
			return err
		}
		var slowest time.Duration
		for i := range moments {
			moment := time.Now().Add(-q.ago + time.Duration(i)*7*time.Minute).UTC().Format(time.RFC3339)
			then, err := r.asked(s, "/v1/stock?"+q.ask+"&"+q.by+"="+moment, q.want)
			if err != nil {
				return err
			}
			slowest = max(slowest, then)
		}
		r.add(fmt.Sprintf("stock as at, %d moves: %s, slowest of %d moments; beside today's", moves, q.what, moments), ms(slowest), ms(now), times(slowest, now), "<= 2 x")
	}
	return nil
}

// asked is the median time of an answer that has a text in it.
func (r *run) asked(s *server, path, want string) (time.Duration, error) {
	var all []time.Duration
	for range 15 {
		start := time.Now()
		answer, err := s.get(r.ctx, path)
		if err != nil {
			return 0, err
		}
		if !strings.Contains(string(answer), want) {
			return 0, fmt.Errorf("%s lacks %s: %.300s", path, want, answer)
		}
		all = append(all, time.Since(start))
	}
	return quantile(all, 0.5), nil
}
