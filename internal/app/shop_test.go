package app

import (
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// shop is a ledger for trace tests, on a clock that goes on a minute with each call.
type shop struct {
	*testing.T
	*App
	now stock.Time
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{T: t}
	s.now, _ = stock.ParseTime("2026-03-02T08:00:00Z")
	o := onEngine(t)
	o.Clock = func() stock.Time { return s.now }
	st, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s.App = New(st)
	s.ok(&stock.SiteDraft{Code: "MAIN"}, &stock.LocationDraft{Site: "MAIN", Code: "HALL"}, &stock.PartnerDraft{Code: "MILL"},
		&stock.PartnerDraft{Code: "SHOP", Name: ref("The Shop")}, &stock.PartnerDraft{Code: "CAFE"})
	return s
}

func ref[T any](v T) *T { return &v }

func qty(text string) *stock.Quantity {
	q, err := stock.ParseQuantity(text)
	if err != nil {
		panic(err)
	}
	return &q
}

// ok posts bodies and returns the entry of the last.
func (s *shop) ok(bodies ...stock.Body) int64 {
	s.Helper()
	var entry int64
	for _, b := range bodies {
		s.now += 60_000
		out, err := s.Store.Post(s.Context(), &stock.Draft{By: auth.AtMachine, Actor: "tester", Body: b})
		if err != nil {
			s.Fatal(err)
		}
		if out[0].Err != nil {
			s.Fatal(out[0].Err)
		}
		entry = out[0].Entry
	}
	return entry
}

func (s *shop) product(sku, tracking string) {
	s.Helper()
	s.ok(&stock.ProductDraft{SKU: sku, Tracking: &tracking, Decimals: ref(3)})
}

// goods reads "FLOUR L1 10", "BIKE B1,B2" or "BOX 3" (untracked).
func goods(text, from, to string) stock.ItemDraft {
	f := strings.Fields(text)
	it := stock.ItemDraft{Product: f[0], From: from, To: to}
	switch {
	case len(f) == 3 && f[2] == "units":
		it.Units = strings.Split(f[1], ",")
	case len(f) == 3:
		it.Lot, it.Quantity = f[1], qty(f[2])
	default:
		it.Quantity = qty(f[1])
	}
	return it
}

func (s *shop) receive(text string, change ...func(*stock.ItemDraft)) int64 {
	s.Helper()
	it := goods(text, "", "HALL")
	for _, c := range change {
		c(&it)
	}
	return s.ok(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{it}})
}

func (s *shop) ship(partner, text string) int64 {
	s.Helper()
	return s.ok(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: partner, Override: "told so", Items: []stock.ItemDraft{goods(text, "", "")}})
}

// group reads "FLOUR L1 10 + YEAST Y1 1 > DOUGH D1 11".
func group(text string) stock.Group {
	in, out, _ := strings.Cut(text, " > ")
	var g stock.Group
	for _, part := range strings.Split(in, " + ") {
		g.Inputs = append(g.Inputs, goods(part, "", ""))
	}
	for _, part := range strings.Split(out, " + ") {
		g.Outputs = append(g.Outputs, goods(part, "", "HALL"))
	}
	return g
}

func (s *shop) transform(kind stock.Kind, groups ...string) int64 {
	s.Helper()
	d := &stock.MovementDraft{Kind: kind, Site: "MAIN", Override: "told so"}
	for _, g := range groups {
		d.Groups = append(d.Groups, group(g))
	}
	return s.ok(d)
}

func (s *shop) trace(code string) *Traced {
	s.Helper()
	return &s.traceAll(TraceQuery{Code: code}).Results[0]
}

func (s *shop) traceAll(q TraceQuery) *Trace {
	s.Helper()
	out, err := s.Trace(s.Context(), q)
	if err != nil {
		s.Fatal(err)
	}
	return out
}

// path writes levels as "DOUGH D1 11 | BREAD B1 20".
func path(levels []TraceLevel) string {
	var out []string
	for _, l := range levels {
		var goods []string
		for _, g := range l.Goods {
			goods = append(goods, goodsText(g)+" "+g.Quantity.String())
		}
		slices.Sort(goods)
		out = append(out, strings.Join(goods, ", "))
	}
	return strings.Join(out, " | ")
}

func (s *shop) want(what, got, want string) {
	s.Helper()
	if got != want {
		s.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func places(list []TraceWhere) string {
	var out []string
	for _, w := range list {
		out = append(out, w.Product+" "+w.Place+" "+w.Quantity.String())
	}
	return strings.Join(out, ", ")
}

func customers(list []TraceCustomer) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Partner+" "+c.Product+" "+c.Quantity.String())
	}
	return strings.Join(out, ", ")
}

func doubts(list []Doubt) string {
	var out []string
	for _, d := range list {
		out = append(out, strings.Join(strings.Fields(d.Kind+" "+d.Product+" "+d.Lot+d.Place), " "))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}
