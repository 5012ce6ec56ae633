package store

import (
	"fmt"
	"testing"

	"clew/internal/stock"
)

// BenchmarkVerify measures verification by unit moves, 100 units an item, and by leaves, one unit an entry.
func BenchmarkVerify(b *testing.B) {
	for _, c := range []struct {
		name         string
		units, moves int
		singles      int
	}{{"units", 100_000, 20, 0}, {"leaves", 100, 0, 100_000}} {
		b.Run(c.name, func(b *testing.B) {
			s := mustOpen(b, engines(b)[0].fresh(b))
			world(b, s)
			fill(b, s, c.units, c.moves, c.singles)
			var report *Report
			for b.Loop() {
				report = isWhole(b, s)
			}
			seconds := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(float64(report.Entries)/seconds, "leaves/s")
			b.ReportMetric(float64(report.UnitMoves)/seconds, "unit-moves/s")
		})
	}
}

// fill receives units and moves all of them to and fro, 100 an item; then sends single bikes likewise.
func fill(t testing.TB, s *Store, units, moves, singles int) {
	t.Helper()
	places := []string{"DOCK", "SHELF"}
	items := func(from, to string) (out []stock.ItemDraft) {
		for i := 0; i < units; i += 100 {
			out = append(out, stock.ItemDraft{Product: "BIKE", Units: []string{fmt.Sprintf("SN%07d~+99", i)}, From: from, To: to})
		}
		return out
	}
	ok(t, s, receive(items("", "DOCK")...))
	for i := range moves {
		ok(t, s, &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: items(places[i%2], places[(i+1)%2])})
	}
	for i := 0; i < singles; i += 200 {
		var bodies []stock.Body
		for k := range 200 {
			serial := fmt.Sprintf("SN%07d", k%units)
			at := (i/units*2 + k/units) % 2
			bodies = append(bodies, &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{serial}, From: places[at], To: places[1-at]}}})
		}
		ok(t, s, bodies...)
	}
}
