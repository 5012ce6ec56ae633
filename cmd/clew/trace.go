package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"
)

type traceCommand struct {
	reading
	Code      string `arg:"" help:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Product   string `help:"SKU or GTIN: of that product only." placeholder:"SKU"`
	Kind      string `help:"One of the code's meanings only: lot, alias, unit, entry or reference." enum:",lot,alias,unit,entry,reference" default:""`
	Direction string `help:"Where from (up), where to (down), or neither (none); both when left out." enum:",up,down,none" default:""`
	Levels    int    `help:"The most levels; to the end when left out."`
}

// Run traces whatever the code means.
func (cmd *traceCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	path := "/v1/trace/" + url.PathEscape(cmd.Code)
	query := queryOf("product", cmd.Product, "kind", cmd.Kind, "direction", cmd.Direction)
	if cmd.Levels > 0 {
		query.Set("levels", strconv.Itoa(cmd.Levels))
	}
	if cmd.JSON {
		body, err := c.do(http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var t app.Trace
	if err := c.get(path, query, &t); err != nil {
		return err
	}
	w := &traceWriter{out: s.out}
	for i := range t.Results {
		w.traced(&t.Results[i])
	}
	w.others(&t)
	return w.err
}

// traceWriter writes a trace for people.
type traceWriter struct {
	out interface{ Write([]byte) (int, error) }
	err error
}

func (w *traceWriter) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// head writes the head of a list, and reports whether there is a list to follow.
func head[T any](w *traceWriter, title string, list []T) bool {
	if len(list) > 0 {
		w.line("\n%s", title)
	}
	return len(list) > 0
}

func (w *traceWriter) traced(t *app.Traced) {
	w.subject(&t.Subject, &t.Status)
	head(w, "WHERE IT IS", t.Now)
	for _, p := range t.Now {
		w.line("  %s", whereabouts(p))
	}
	head(w, "HISTORY", t.History)
	for _, e := range t.History {
		w.line("  %s", eventLine(&e))
	}
	if t.After > 0 {
		w.line("  … and more: clew history %s", t.Subject.Code)
	}
	w.levels("WHERE IT CAME FROM", t.Upstream)
	head(w, "SUPPLIERS", t.Suppliers)
	for _, p := range t.Suppliers {
		w.line("  %s%s: %s%s", p.Partner, named(p.Partner, p.Name), amount(p.Quantity, p.Units, p.Product, p.Lot), listed(" as ", p.SupplierLots))
	}
	w.levels("WHAT BECAME OF IT", t.Downstream)
	head(w, "IN ALL", t.Totals.Products)
	for _, p := range t.Totals.Products {
		w.line("  %s%s: %s %s, %s in stock, %s with customers", p.Product, named(p.Product, p.Name), p.Quantity, p.UoM, p.Stock, p.Shipped)
	}
	head(w, "WITH CUSTOMERS", t.Totals.Shipped)
	for _, p := range t.Totals.Shipped {
		w.line("  %s%s: %s", p.Partner, named(p.Partner, p.Name), amount(p.Quantity, p.Units, p.Product, ""))
	}
	head(w, "NOT CERTAIN", t.Uncertain)
	for _, d := range t.Uncertain {
		w.line("  %s%s%s", d.Detail, listed(": ", []string{goods(d.Product, d.Lot)}), listed(" at ", []string{d.Place}))
	}
	w.line("")
}

func (w *traceWriter) subject(s *app.Subject, status *app.Status) {
	w.line("%s %s%s%s", strings.ToUpper(s.Kind), s.Code, listed(" of ", []string{s.Product}), named(s.Product, s.Name))
	if s.Lot != "" {
		w.line("  lot %s", s.Lot)
	}
	for _, l := range s.SupplierLots {
		w.line("  %s calls it %s", l.Partner, l.Lot)
	}
	if s.Governing != 0 {
		past := ""
		if status.Past {
			past = ", which has passed"
		}
		w.line("  good until %s%s", s.Governing, past)
	}
	for _, h := range status.Holds {
		w.line("  ON HOLD since %s: %s (hold %d, by %s)", h.PlacedAt, h.Reason, h.Hold, h.Actor)
	}
	if len(status.Blocked) > 0 {
		w.line("  BLOCKED at %s", strings.Join(status.Blocked, ", "))
	}
	if status.HistoryUnknown {
		w.line("  where it came from is not known")
	}
}

func (w *traceWriter) levels(title string, levels []app.TraceLevel) {
	head(w, title, levels)
	for _, level := range levels {
		for _, l := range level.Links {
			kind := l.Kind.String()
			if l.Mixed {
				kind = "mixed in " + l.Place
			}
			w.line("  %d  entry %d, %s: %s → %s", level.Level, l.Entry, kind, manyGoods(l.Inputs), manyGoods(l.Outputs))
		}
		if level.More > 0 {
			w.line("  %d  … and %d more", level.Level, level.More)
		}
	}
}

func (w *traceWriter) others(t *app.Trace) {
	for _, m := range t.Meanings {
		switch m.Kind {
		case "lot", "alias", "unit", "entry", "reference":
		default:
			w.line("%s is also a %s: %s", m.Code, m.Kind, m.Name)
		}
	}
	if t.More > 0 {
		w.line("… and %d more meanings: choose one with --product or --kind", t.More)
	}
}

func whereabouts(p app.TraceWhere) string {
	return p.Place + named(p.Place[strings.LastIndexAny(p.Place, "/:")+1:], p.Name) + ": " + amount(p.Quantity, p.Units, p.Product, "")
}

func manyGoods(list []app.TraceGoods) string {
	parts := make([]string, len(list))
	for i, g := range list {
		parts[i] = amount(g.Quantity, g.Units, g.Product, g.Lot)
		if g.First != "" {
			parts[i] += " " + g.First
		}
		if g.Last != "" && g.Last != g.First {
			parts[i] += ".." + g.Last
		}
	}
	return strings.Join(parts, ", ")
}

func amount(q stock.Quantity, units int64, product, lot string) string {
	text := q.String()
	if units > 0 {
		text = strconv.FormatInt(units, 10)
	}
	return text + " " + goods(product, lot)
}

// named adds a name to a code, where the name says more.
func named(code, name string) string {
	if name == "" || name == code {
		return ""
	}
	return " (" + name + ")"
}

// listed writes what there is of the parts behind a word, and nothing when there is none.
func listed(word string, parts []string) string {
	text := strings.Join(parts, ", ")
	if text == "" {
		return ""
	}
	return word + text
}
