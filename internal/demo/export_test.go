package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/google/go-cmp/cmp"
)

func exported(t *testing.T, a *app.App, kind string) string {
	t.Helper()
	var b bytes.Buffer
	if err := a.Export(t.Context(), app.Export{Kind: kind}, &b); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return b.String()
}

// carries exports the demo, imports it into an empty ledger without an override, and compares all that one can ask for.
func carries(t *testing.T, from *app.App, r *Report) {
	to := open(t, small(t))
	for _, kind := range app.ExportKinds {
		if kind == "stock" {
			continue
		}
		told := 0
		report, err := to.Import(t.Context(), app.Import{Kind: kind, Who: app.Who{By: auth.AtMachine, Actor: "mover"}, Refused: func(f app.Refusal) error {
			if told++; told < 5 {
				t.Errorf("%s line %d: %s %s: %s", kind, f.Line, f.Code, f.Field, f.Reason)
			}
			return nil
		}}, strings.NewReader(exported(t, from, kind)))
		if err != nil || report.Refused > 0 {
			t.Fatalf("%s: %v %+v", kind, err, report)
		}
	}
	for _, kind := range app.ExportKinds {
		a, b := plainRows(exported(t, from, kind)), plainRows(exported(t, to, kind))
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s exported again differ:\n%s", kind, clip(diff))
		}
	}
	for name, ask := range map[string]func(*app.App) []string{"stock": allStock, "lots": allLots, "units": allUnits, "holds": allHolds} {
		a, b := ask(from), ask(to)
		if len(a) == 0 {
			t.Errorf("there are no %s", name)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s differ:\n%s", name, clip(diff))
		}
	}
	for _, s := range r.Stories {
		if s.Name == "exception" {
			continue // what was refused is no movement and not among them
		}
		if diff := cmp.Diff(traced(t, from, s.Code), traced(t, to, s.Code)); diff != "" {
			t.Errorf("the traces of %s differ:\n%s", s.Code, clip(diff))
		}
	}
	found, err := to.Store.Verify(t.Context(), nil)
	if err != nil || len(found.Problems) > 0 {
		t.Errorf("%v %v", err, found.Problems)
	}
}

func clip(text string) string { return text[:min(len(text), 3000)] }

var ctx = context.Background()

// plainRows are a file's rows without its columns for people, which say when and by whom it was recorded, sorted: lots and products
// came into the other ledger in another order.
func plainRows(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	head, _, _ := strings.Cut(lines[0], ",x-")
	keep := strings.Count(head, ",") + 1
	var out []string
	for _, line := range lines {
		if at := strings.Index(line, ",correction,"); at >= 0 {
			line = line[:at] + ",correction," + line[at+len(",correction,2006-01-02T15:04:05.000Z"):] // it happens when it is imported
		}
		out = append(out, strings.Join(strings.SplitN(line, ",", keep+1)[:keep], ","))
	}
	slices.Sort(out)
	return out
}

func allStock(a *app.App) []string {
	rows, err := a.Stock(ctx, app.StockQuery{Virtual: true, Limit: 100_000})
	return lines(rows, err, func(r app.StockRow) string {
		place, _, _ := strings.Cut(r.Place, "transit:")
		return fmt.Sprint(r.Product, r.Lot, place, r.Quantity, r.Second, r.Governing)
	})
}

func allLots(a *app.App) []string {
	rows, err := a.Lots(ctx, app.LotQuery{Limit: 100_000})
	return lines(rows, err, func(l app.Lot) string {
		return fmt.Sprint(l.Product, l.Lot, l.Dates, l.Source, l.HistoryUnknown, l.UnknownBefore, l.FirstIn)
	})
}

func allUnits(a *app.App) []string {
	var out []string
	products, err := a.Products(ctx, store.Page{Limit: 1000})
	if err != nil {
		return []string{err.Error()}
	}
	for _, p := range products {
		rows, err := a.Units(ctx, app.UnitQuery{Product: p.SKU, Limit: 100_000})
		out = append(out, lines(rows, err, func(u app.Unit) string {
			place, _, _ := strings.Cut(u.Place, "transit:")
			return fmt.Sprint(u.Product, u.Serial, u.Lot, place)
		})...)
	}
	return out
}

func allHolds(a *app.App) []string {
	rows, _, err := a.Holds(ctx, app.HoldQuery{All: true, Limit: 100_000})
	return lines(rows, err, func(h app.Hold) string {
		return fmt.Sprint(h.Product, h.Lot, h.Place, h.Units, h.StillHeld, h.Serials, h.Reason, h.Released != 0)
	})
}

func lines[T any](rows []T, err error, line func(T) string) []string {
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, r := range rows {
		out = append(out, line(r))
	}
	slices.Sort(out)
	return out
}

// traced is what a trace answers, but for the numbers of entries, and who recorded what.
func traced(t *testing.T, a *app.App, code string) []string {
	t.Helper()
	found, err := a.Trace(t.Context(), app.TraceQuery{Code: code})
	if err != nil || len(found.Results) != 1 {
		t.Fatal(code, err)
	}
	x := found.Results[0]
	out := []string{fmt.Sprint(x.Status.OnHold, x.Status.Past, x.Status.UnknownBefore, x.Subject.FormerLots)}
	for _, v := range x.Totals.Products {
		out = append(out, fmt.Sprint("product ", v))
	}
	for _, v := range x.Totals.Shipped {
		out = append(out, fmt.Sprint("shipped ", v))
	}
	for _, v := range slices.Concat(x.Totals.Stock, x.Totals.Other) {
		out = append(out, fmt.Sprint("where ", v))
	}
	for _, v := range x.Now {
		out = append(out, fmt.Sprint("now ", v))
	}
	for _, v := range x.Customers {
		out = append(out, fmt.Sprint("customer ", v.Partner, v.Quantity))
	}
	for way, levels := range map[string][]app.TraceLevel{"up": x.Upstream, "down": x.Downstream} {
		for _, l := range levels {
			for _, g := range l.Goods {
				out = append(out, fmt.Sprint(way, l.Level, g.Product, g.Lot, g.Quantity))
			}
		}
	}
	for _, e := range x.History {
		if e.Kind == stock.KindFile || e.Kind == stock.KindInspection {
			continue // what quality keeps is not in the files
		}
		out = append(out, fmt.Sprint("history ", e.Kind, e.Reason, e.References))
	}
	slices.Sort(out)
	return out
}
