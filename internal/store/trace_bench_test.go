package store

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/trace"
)

// genealogy posts n units through three levels: a lot of cells into packs, packs into drives, drives into bikes, which are shipped
// to twenty customers. In runs, 1,000 units share a group; else each unit is assembled in a group of its own.
func genealogy(tb testing.TB, n, perGroup int) (*Store, int64) {
	tb.Helper()
	ctx := tb.Context()
	s, err := Open(ctx, Options{Path: filepath.Join(tb.TempDir(), "clew.db"), Ephemeral: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	post := func(bodies ...stock.Body) {
		var ds []*stock.Draft
		for _, b := range bodies {
			ds = append(ds, &stock.Draft{By: auth.AtMachine, Actor: "tester", Body: b})
		}
		out, err := s.Post(ctx, ds...)
		if err != nil {
			tb.Fatal(err)
		}
		for _, o := range out {
			if o.Err != nil {
				tb.Fatal(o.Err)
			}
		}
	}
	post(&stock.ProductDraft{SKU: "CELL", Tracking: p("lot")}, &stock.ProductDraft{SKU: "PACK", Tracking: p("serial")},
		&stock.ProductDraft{SKU: "DRIVE", Tracking: p("serial")}, &stock.ProductDraft{SKU: "BIKE", Tracking: p("serial")},
		&stock.SiteDraft{Code: "MAIN"}, &stock.LocationDraft{Site: "MAIN", Code: "HALL"}, &stock.PartnerDraft{Code: "MILL"})
	for c := range 20 {
		post(&stock.PartnerDraft{Code: fmt.Sprint("SHOP", c)})
	}
	post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL",
		Items: []stock.ItemDraft{{Product: "CELL", Lot: "C1", Quantity: p(stock.Units(n)), To: "HALL"}}})
	make1 := func(in, out string) {
		groups := make([]stock.Group, 0, n/perGroup)
		for at := 0; at < n; at += perGroup {
			var g stock.Group
			units := fmt.Sprintf("%%s%07d~+%d", at, perGroup-1)
			item := stock.ItemDraft{Product: in, Units: []string{fmt.Sprintf(units, in)}}
			if in == "CELL" {
				item = stock.ItemDraft{Product: in, Lot: "C1", From: "HALL", Quantity: p(stock.Units(perGroup))}
			}
			g.Inputs = []stock.ItemDraft{item}
			g.Outputs = []stock.ItemDraft{{Product: out, Units: []string{fmt.Sprintf(units, out)}, To: "HALL"}}
			groups = append(groups, g)
		}
		post(&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: groups, Override: "bench"})
	}
	make1("CELL", "PACK")
	make1("PACK", "DRIVE")
	make1("DRIVE", "BIKE")
	for c := range 20 {
		post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: fmt.Sprint("SHOP", c),
			Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("BIKE%07d~+%d", n/20*c, n/20-1)}}}})
	}
	return s, 1
}

func BenchmarkTrace(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for _, perGroup := range []int{1000, 1} {
			b.Run(fmt.Sprintf("units=%d/group=%d", n, perGroup), func(b *testing.B) {
				s, lot := genealogy(b, n, perGroup)
				b.Run("walk", func(b *testing.B) {
					for b.Loop() {
						t := s.Today().NewTracer(b.Context(), false, 200)
						w, err := trace.Walk(b.Context(), []trace.Goods{{Product: 1, Lot: lot}}, t.Step, trace.Options{})
						if err != nil || w.Reached.Count() != int64(3*n) {
							b.Fatal(err, w.Reached)
						}
					}
				})
				b.Run("bare", func(b *testing.B) {
					for b.Loop() {
						if got := bare(b, s, lot); got != 3*n {
							b.Fatal(got)
						}
					}
				})
				b.Run("walk+now", func(b *testing.B) {
					for b.Loop() {
						t := s.Today().NewTracer(b.Context(), false, 200)
						w, err := trace.Walk(b.Context(), []trace.Goods{{Product: 1, Lot: lot}}, t.Step, trace.Options{})
						if err != nil {
							b.Fatal(err)
						}
						total := int64(0)
						for _, level := range w.Levels {
							if err := s.Today().WhereNow(b.Context(), level.Goods, func(x Whereabouts) { total += x.Units }); err != nil {
								b.Fatal(err)
							}
						}
						if total != int64(3*n) {
							b.Fatal(total)
						}
					}
				})
			})
		}
	}
}

// bare is the floor: the same search level by level in plain SQL, its outputs read into Go and nothing made of them.
func bare(b *testing.B, s *Store, lot int64) int {
	const far = ` CROSS JOIN item o WHERE o.entry = n.entry AND o.grp = n.grp AND o.role = 2 AND o.role > 0`
	text, arg := `SELECT o.entry, o.grp, o.product, o.lot, o.quantity, o.units FROM (SELECT DISTINCT i.entry, i.grp FROM @rows($1: lot int) r
		CROSS JOIN item i WHERE i.lot = r.lot AND i.lot > 0 AND i.role = 1) n`+far, ids(stock.RunsOf([]int64{lot}).All())
	reached := 0
	for {
		var found stock.Runs
		count := 0
		err := s.query(b.Context(), text, []any{arg}, func(r *sql.Rows) error {
			var entry, group, product, lot, quantity int64
			var blob sql.RawBytes
			if err := r.Scan(&entry, &group, &product, &lot, &quantity, &blob); err != nil {
				return err
			}
			units, err := unpack(blob)
			count += int(units.Count())
			if n := len(found); n > 0 && found[n-1].Last+1 == units[0].First {
				found[n-1].Last = units[0].Last
			} else {
				found = append(found, units...)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		if count == 0 {
			return reached
		}
		reached += count
		text, arg = `SELECT o.entry, o.grp, o.product, o.lot, o.quantity, o.units FROM (SELECT DISTINCT i.entry, i.grp FROM item i WHERE i.id IN
			(SELECT u.item FROM @rows($1: first int, last int) r CROSS JOIN item_unit u WHERE u.unit BETWEEN r.first AND r.last AND u.role = 1)) n`+far, runsText(found)
	}
}
