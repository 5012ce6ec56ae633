package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

func lastDay(t testing.TB) stock.Date {
	t.Helper()
	d, err := stock.ParseDate("2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// salts are the same in every run.
func salts() func() [16]byte {
	n := uint64(0)
	return func() (salt [16]byte) {
		n++
		binary.BigEndian.PutUint64(salt[:], n)
		return salt
	}
}

func small(t testing.TB) Options {
	return Options{Ledger: store.Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true}, Seed: 1, Days: MinDays, End: lastDay(t), Salt: salts()}
}

func mustRun(t testing.TB, o Options) *Report {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t testing.TB, o Options) *app.App {
	t.Helper()
	s, err := store.Open(t.Context(), o.Ledger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return app.New(s)
}

// entries reads the whole log.
func entries(t testing.TB, a *app.App) []*stock.Entry {
	t.Helper()
	var out []*stock.Entry
	for {
		f := store.EntryFilter{Limit: 1000}
		if len(out) > 0 {
			f.After = out[len(out)-1].ID
		}
		page, err := a.Store.Entries(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return out
		}
		out = append(out, page...)
	}
}

func TestRun(t *testing.T) {
	o := small(t)
	r := mustRun(t, o)
	t.Run("again", func(t *testing.T) { again(t, o, r) })
	a := open(t, o)
	log := entries(t, a)
	t.Run("whole", func(t *testing.T) {
		found, err := a.Store.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found.Problems {
			t.Error(p)
		}
		if found.Units != int64(r.Units) {
			t.Errorf("the ledger has %d units, the report says %d", found.Units, r.Units)
		}
	})
	t.Run("kinds", func(t *testing.T) { coversKinds(t, log) })
	t.Run("times", func(t *testing.T) { recordedSoon(t, log, o) })
	t.Run("fefo", func(t *testing.T) { keepsFEFO(t, a, log) })
	t.Run("stories", func(t *testing.T) { storiesExist(t, a, r) })
	t.Run("flour", func(t *testing.T) { flourSpreads(t, a, r, log) })
	t.Run("came back", func(t *testing.T) { unitCameBack(t, a, r) })
	t.Run("repeats", func(t *testing.T) { repeats(t, a, r) })
	t.Run("goes on", func(t *testing.T) { goesOn(t, r) })
	t.Run("traces", func(t *testing.T) { tracesTell(t, a, r) })
	t.Run("carries", func(t *testing.T) { carries(t, a, r) })
}

// coversKinds checks that the year has nearly every kind of movement, as newcomers look for examples.
func coversKinds(t *testing.T, log []*stock.Entry) {
	seen := map[stock.Kind]int{}
	for _, e := range log {
		seen[e.Kind]++
	}
	rare := []stock.Kind{stock.KindFound, stock.KindLoss, stock.KindRelabel, stock.KindSplit, stock.KindMerge, stock.KindResolution, stock.KindReversal}
	for k := stock.KindOpening; k <= stock.KindException; k++ {
		if seen[k] == 0 && !slices.Contains(rare, k) {
			t.Errorf("there is no %s", k)
		}
	}
	if seen[stock.KindException] != 1 {
		t.Errorf("%d exceptions, want the one of the story", seen[stock.KindException])
	}
}

// recordedSoon checks that all was recorded within minutes, and inside the year.
func recordedSoon(t *testing.T, log []*stock.Entry, o Options) {
	for _, e := range log {
		if late := e.RecordedAt - e.OccurredAt; late < 0 || late > 15*60*1000 {
			t.Fatalf("entry %d occurred at %s and was recorded at %s", e.ID, e.OccurredAt, e.RecordedAt)
		}
	}
	if end := log[len(log)-1].RecordedAt.Std().Format("2006-01-02"); end != o.End.String() {
		t.Errorf("the year ends on %s", end)
	}
}

// keepsFEFO replays the log with a book of its own: no shipment skips goods on the same shelf that expire earlier.
func keepsFEFO(t *testing.T, a *app.App, log []*stock.Entry) {
	type slot struct{ lot, place int64 }
	book := map[slot]stock.Quantity{}
	expiry := map[int64]stock.Date{} // of lots
	product := map[int64]int64{}
	for after := int64(0); ; {
		lots, err := a.Store.Lots(t.Context(), store.LotFilter{After: after, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(lots) == 0 {
			break
		}
		for _, l := range lots {
			after, expiry[l.ID], product[l.ID] = l.ID, l.Dates.Expiry, l.Product
		}
	}
	shipped, overrides := 0, 0
	for _, e := range log {
		if e.Kind == stock.KindException {
			continue
		}
		for _, it := range e.Items {
			book[slot{it.Lot, it.From}] -= it.Quantity
			book[slot{it.Lot, it.To}] += it.Quantity
		}
		if e.Kind != stock.KindShip {
			continue
		}
		day := stock.DateOf(e.OccurredAt, e.OccurredAt.Std().Location()) // the hour of shipping is the same day everywhere in Europe
		for _, it := range e.Items {
			if expiry[it.Lot] == 0 {
				continue
			}
			shipped++
			for other, left := range book {
				earlier := other.place == it.From && left > 0 && product[other.lot] == it.Product && expiry[other.lot] >= day && expiry[other.lot] < expiry[it.Lot]
				if earlier && it.Override == "" {
					t.Fatalf("entry %d ships lot %d before lot %d", e.ID, it.Lot, other.lot)
				}
			}
			if it.Override != "" {
				overrides++
			}
		}
	}
	if shipped < 500 || overrides != 1 {
		t.Errorf("%d items shipped and %d overrides, want hundreds and one", shipped, overrides)
	}
}

// storiesExist checks that every story is there and its code names one thing.
func storiesExist(t *testing.T, a *app.App, r *Report) {
	want := []string{"batteries", "came back", "exception", "expired", "flour", "held", "late", "misread", "override", "shelf", "tracked"}
	got := map[string]string{}
	for _, s := range r.Stories {
		got[s.Name] = s.Code
		lots, err := a.Lots(t.Context(), app.LotQuery{Lot: s.Code, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		units, err := a.Units(t.Context(), app.UnitQuery{Serial: s.Code, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(lots)+len(units) != 1 {
			t.Errorf("%s: %s names %d lots and %d units", s.Name, s.Code, len(lots), len(units))
		}
		if s.Name == "expired" && (len(lots) != 1 || !lots[0].Past) {
			t.Errorf("%s is not past its date", s.Code)
		}
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("stories %q, want %q", names, want)
	}
	var out bytes.Buffer
	r.Print(&out, " --data x")
	for _, code := range got {
		if !strings.Contains(out.String(), "\nclew trace "+code+" --data x  ") {
			t.Errorf("no line tells how to trace %s:\n%s", code, out.String())
		}
	}
	open, err := a.Exceptions(t.Context(), false, 0, 10)
	if err != nil || len(open) != 1 || open[0].Exception.Code != stock.CodeUnitElsewhere {
		t.Errorf("open exceptions: %v, %v", open, err)
	}
}

// flourSpreads follows the contaminated lot by hand, through what was made of it to where that is.
func flourSpreads(t *testing.T, a *app.App, r *Report, log []*stock.Entry) {
	story := r.Stories[slices.IndexFunc(r.Stories, func(s Story) bool { return s.Name == "flour" })]
	lots, err := a.Store.Lots(t.Context(), store.LotFilter{Code: story.Code, Limit: 1})
	if err != nil || len(lots) != 1 {
		t.Fatal(lots, err)
	}
	bad := map[int64]bool{lots[0].ID: true}
	places := map[int64]bool{}
	for _, e := range log {
		for _, it := range e.Items {
			if bad[it.Lot] && it.Role == stock.Plain {
				places[it.To] = true
			}
			if it.Role != stock.Output || bad[it.Lot] {
				continue
			}
			bad[it.Lot] = slices.ContainsFunc(e.Items, func(in stock.Item) bool { return in.Role == stock.Input && in.Group == it.Group && bad[in.Lot] })
		}
	}
	n := store.NewNames()
	n.WantPlaces(slices.Collect(maps.Keys(places))...)
	if err := a.Store.LoadNames(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	shops, customers := map[string]bool{}, map[string]bool{}
	for place := range places {
		switch ref := n.PlaceRef(place); {
		case strings.HasSuffix(ref, "/SHELF"):
			shops[ref] = true
		case strings.HasPrefix(ref, "partner:"):
			customers[ref] = true
		}
	}
	if len(shops) < 3 || len(customers) < 3 {
		t.Errorf("the flour reached %d shops and %d customers", len(shops), len(customers))
	}
}

// unitCameBack checks each step of the bike that was sold twice.
func unitCameBack(t *testing.T, a *app.App, r *Report) {
	story := r.Stories[slices.IndexFunc(r.Stories, func(s Story) bool { return s.Name == "came back" })]
	units, err := a.Units(t.Context(), app.UnitQuery{Serial: story.Code, Limit: 1})
	if err != nil || len(units) != 1 {
		t.Fatal(units, err)
	}
	rows, err := a.Entries(t.Context(), app.EntryQuery{Product: units[0].Product, Serial: story.Code, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range rows {
		kinds = append(kinds, e.Kind.String())
	}
	if got, want := strings.Join(kinds, " "), "make ship return disassemble make ship"; got != want {
		t.Errorf("%s: %s, want %s", story.Code, got, want)
	}
}

// tracesTell checks that each story's trace shows what the story says.
func tracesTell(t *testing.T, a *app.App, r *Report) {
	shipped := func(product string) func(app.Traced) bool {
		return func(x app.Traced) bool {
			return slices.ContainsFunc(x.Totals.Shipped, func(c app.TraceCustomer) bool { return c.Product == product && c.Quantity > 0 })
		}
	}
	held := func(x app.Traced) bool { return x.Status.OnHold }
	for story, checks := range map[string][]func(app.Traced) bool{
		"flour": {held, shipped("LOAF-WHEAT"), func(x app.Traced) bool {
			return slices.ContainsFunc(x.Totals.Other, func(w app.TraceWhere) bool { return w.Kind == "counter_sale" && strings.HasPrefix(w.Site, "BAK-S") })
		}},
		"batteries": {held, shipped("EBIKE-CITY")},
		"expired":   {func(x app.Traced) bool { return x.Status.Past }, shipped("MED-ANTIVENOM")},
		"held":      {held, func(x app.Traced) bool { return len(x.Customers) > 3 && len(x.Now) > len(x.Customers) }},
		"exception": {func(x app.Traced) bool {
			return slices.ContainsFunc(x.Uncertain, func(d app.Doubt) bool { return d.Kind == "exception" })
		}},
		"override": {func(x app.Traced) bool {
			return slices.ContainsFunc(x.History, func(e app.TraceEvent) bool { return e.Override != "" })
		}},
		"misread": {shipped("MED-ANTIVENOM"), func(x app.Traced) bool {
			return len(x.Subject.FormerLots) == 1 && slices.ContainsFunc(x.History, func(e app.TraceEvent) bool { return len(e.Corrected) == 1 })
		}},
		"tracked": {shipped("MED-SYRINGE"), func(x app.Traced) bool {
			return x.Status.UnknownBefore != 0 && len(x.Upstream) == 1 && x.History[0].Kind == stock.KindTracking
		}},
		"late": {shipped("MED-VACCINE"), func(x app.Traced) bool {
			var kinds []string
			for _, e := range x.History {
				kinds = append(kinds, e.Kind.String())
			}
			return strings.Join(kinds, " ") == "receive hold inspection file release ship"
		}},
		"came back": {func(x app.Traced) bool { return len(x.Now) == 1 && x.Now[0].Partner == "BIKE-C08" }},
	} {
		code := r.Stories[slices.IndexFunc(r.Stories, func(s Story) bool { return s.Name == story })].Code
		trace, err := a.Trace(t.Context(), app.TraceQuery{Code: code})
		if err != nil || len(trace.Results) != 1 {
			t.Fatalf("%s: %s: %d results, %v", story, code, len(trace.Results), err)
		}
		for i, holds := range checks {
			if !holds(trace.Results[0]) {
				t.Errorf("%s: the trace of %s fails check %d: %+v", story, code, i, trace.Results[0].Totals)
			}
		}
	}
}

// repeats checks that the same seed gives the same year, down to the leaves where the salts are the same.
func repeats(t *testing.T, a *app.App, want *Report) {
	o := small(t)
	if r := mustRun(t, o); !slices.Equal(r.Stories, want.Stories) {
		t.Errorf("stories differ:\n%v\n%v", r.Stories, want.Stories)
	}
	sameLogs(t, a, open(t, o))
}

func sameLogs(t *testing.T, a, b *app.App) {
	t.Helper()
	x, y := entries(t, a), entries(t, b)
	if len(x) != len(y) {
		t.Fatalf("%d and %d entries", len(x), len(y))
	}
	for i := range x {
		if !bytes.Equal(x[i].Leaf, y[i].Leaf) {
			t.Fatalf("the leaves of entry %d differ", x[i].ID)
		}
	}
}

// again checks that a demo is made once, also when it is asked for a day later, and that another is refused.
func again(t *testing.T, o Options, want *Report) {
	o.End++
	if r := mustRun(t, o); r.Added != 0 || r.Entries != want.Entries || r.Last != want.Last || !slices.Equal(r.Stories, want.Stories) {
		t.Errorf("the second run added %d entries", r.Added)
	}
	o.Seed = 2
	if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "another demo (seed 1, scale 1, 40 days up to 2026-11-22)") {
		t.Errorf("another seed: %v", err)
	}
}

// goesOn checks that a demo which was interrupted is completed by the next run.
func goesOn(t *testing.T, want *Report) {
	cut := small(t)
	ctx, cancel := context.WithCancel(t.Context())
	salt, left := cut.Salt, 300
	cut.Salt = func() [16]byte {
		if left--; left == 0 {
			cancel()
		}
		return salt()
	}
	if _, err := Run(ctx, cut); err == nil {
		t.Fatal("an interrupted run should fail")
	}
	cut.Salt = nil
	got := mustRun(t, cut)
	if got.Added == 0 || int64(got.Added) == got.Entries || got.Entries != want.Entries || !slices.Equal(got.Stories, want.Stories) {
		t.Errorf("added %d of %d entries, want some of %d", got.Added, got.Entries, want.Entries)
	}
}

func TestRun_Refuses(t *testing.T) {
	used := small(t)
	a := open(t, used)
	if _, err := a.Record(t.Context(), app.Request{Who: app.Who{By: auth.AtMachine, Actor: "somebody"}, Body: &stock.SiteDraft{Code: "MINE"}}); err != nil {
		t.Fatal(err)
	}
	short, wide := small(t), small(t)
	short.Days, wide.Scale = MinDays-1, 2000
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"a ledger in use", used, "is not empty and what it holds is no demo"},
		{"too few days", short, "--days 39"},
		{"too large", wide, "--scale 2000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Run(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	if got := number("4006381", 33393); got != "4006381333931" { // a GTIN known from the textbooks
		t.Errorf("got %s", got)
	}
}
