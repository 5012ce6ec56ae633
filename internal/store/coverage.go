package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"clew/internal/stock"
)

// CoverageFilter chooses movements: those of a period, at a site or at all, of tracked products or those of a class.
type CoverageFilter struct {
	From, Until stock.Time
	Site        int64
	Class       stock.Class
	Late        stock.Time // how much later than it happened something is recorded late
}

func (f CoverageFilter) args() []any {
	return []any{int64(f.From), int64(f.Until), f.Site, int(f.Class), int64(f.Late)}
}

// CoveredLines is how many lines of movements were captured in a way, at a device in a week: the day on which it began, a Monday.
type CoveredLines struct {
	Device  int64
	Week    stock.Date
	Known   stock.Known
	Capture stock.Capture
	Lines   int64
}

// What the statements below have in common. Lines from before a product was tracked name no lot and no units, and do not count.
var (
	coveredPeriod = `e.occurred_at >= $1 AND e.occurred_at < $2 AND (e.site = $3 OR $3 = 0)`
	coveredItems  = `item i JOIN product p ON p.id = i.product`
	coveredItem   = `i.id >= e.first_item AND i.id < e.first_item + e.items AND i.known > 0 AND p.tracking > 0 AND (p.class = $4 OR $4 = 0)`
	coveredKinds  = fmt.Sprintf(`e.kind BETWEEN %d AND %d`, stock.KindOpening, stock.KindScrap)
	hasCovered    = `EXISTS (SELECT 1 FROM ` + coveredItems + ` WHERE ` + coveredItem + `)`
)

// gaps are what is looked for, by its code: what is said of an entry e.
var gaps = map[stock.Gap]string{
	stock.GapNoDocument: fmt.Sprintf(`e.kind IN (%d, %d) AND NOT EXISTS (SELECT 1 FROM reference r WHERE r.entry = e.id) AND NOT EXISTS (SELECT 1 FROM entry v WHERE v.about = e.id AND v.about > 0 AND v.kind = %d) AND `,
		stock.KindReceive, stock.KindShip, stock.KindReversal) + hasCovered,
	stock.GapRecordedLate: coveredKinds + ` AND e.recorded_at - e.occurred_at > $5 AND ` + hasCovered,
	stock.GapNoReceipt: fmt.Sprintf(`e.kind IN (%d, %d, %d) AND `, stock.KindFound, stock.KindCount, stock.KindReturn) + `(EXISTS (SELECT 1 FROM lot l WHERE l.birth = e.id AND l.history_unknown = 1)
		OR EXISTS (SELECT 1 FROM ` + coveredItems + ` WHERE ` + coveredItem + fmt.Sprintf(` AND i.flags %% %d >= %d)) AND `, 2*flagBorn, flagBorn) + hasCovered,
	stock.GapOtherPartner: fmt.Sprintf(`e.kind = %d AND EXISTS (SELECT 1 FROM `, stock.KindReturn) + coveredItems + ` WHERE ` + coveredItem + fmt.Sprintf(` AND i.flags %% %d >= %d)`, 2*flagNoted, flagNoted),
	stock.GapRefused:      fmt.Sprintf(`e.kind = %d AND EXISTS (SELECT 1 FROM exception x WHERE x.id = e.id AND x.resolved = 0)`, stock.KindException),
	stock.GapNotScanned:   coveredKinds + ` AND EXISTS (SELECT 1 FROM ` + coveredItems + ` WHERE ` + coveredItem + fmt.Sprintf(` AND i.known <> %d)`, stock.Scanned),
}

// Covered counts the lines of movements by how they were captured.
func (s *Store) Covered(ctx context.Context, f CoverageFilter) ([]CoveredLines, error) {
	const week = `(e.occurred_at + 259200000) / 604800000` // the epoch was a Thursday
	return list(ctx, s, `SELECT e.device, `+week+`, i.known, e.capture, COUNT(*) FROM entry e JOIN item i ON i.id >= e.first_item AND i.id < e.first_item + e.items JOIN product p ON p.id = i.product
		WHERE `+coveredPeriod+` AND e.items > 0 AND `+coveredKinds+` AND `+coveredItem+`
		GROUP BY e.device, `+week+`, i.known, e.capture ORDER BY e.device`, f.args()[:4], func(r *sql.Rows) (CoveredLines, error) {
		var c CoveredLines
		var week int64
		err := r.Scan(&c.Device, &week, &c.Known, &c.Capture, &c.Lines)
		c.Week = stock.Date(week*7 - 3)
		return c, err
	})
}

// GapCounts counts the entries of a period in which something is missing, in one pass.
func (s *Store) GapCounts(ctx context.Context, f CoverageFilter) (map[stock.Gap]int64, error) {
	var sums []string
	for _, g := range stock.Gaps {
		sums = append(sums, `COALESCE(SUM(CASE WHEN `+gaps[g]+` THEN 1 ELSE 0 END), 0)`)
	}
	out := map[stock.Gap]int64{}
	return out, s.query(ctx, `SELECT `+strings.Join(sums, ", ")+` FROM entry e WHERE `+coveredPeriod, f.args(), func(r *sql.Rows) error {
		counts := make([]int64, len(stock.Gaps))
		into := make([]any, len(counts))
		for i := range counts {
			into[i] = &counts[i]
		}
		err := r.Scan(into...)
		for i, g := range stock.Gaps {
			out[g] = counts[i]
		}
		return err
	})
}

// GapEntries lists entries in which something is missing, in the order in which they happened, behind a time and an id.
func (s *Store) GapEntries(ctx context.Context, g stock.Gap, f CoverageFilter, after [2]int64, limit int) ([]*stock.Entry, error) {
	var order []int64
	err := s.query(ctx, `SELECT e.id FROM entry e WHERE `+coveredPeriod+` AND e.occurred_at >= $6 AND (e.occurred_at > $6 OR e.id > $7) AND `+gaps[g]+` AND CAST($4 AS BIGINT) >= 0 AND CAST($5 AS BIGINT) >= 0
		ORDER BY e.occurred_at, e.id LIMIT $8`, append(f.args(), after[0], after[1], limit), func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		order = append(order, id)
		return err
	})
	if err != nil || len(order) == 0 {
		return nil, err
	}
	out, err := s.Entries(ctx, EntryFilter{IDs: order, Limit: len(order)})
	place := map[int64]int{}
	for i, id := range order {
		place[id] = i
	}
	slices.SortFunc(out, func(a, b *stock.Entry) int { return place[a.ID] - place[b.ID] })
	return out, err
}
