package app

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"clew/internal/stock"
)

// fewLines is how many lines of a list WriteText writes unless all is asked for.
const fewLines = 10

// WriteText writes the trace for a terminal: a summary first, lists cut to ten lines unless all is given.
func WriteText(w io.Writer, t *Trace, all bool) error {
	tw := &textWriter{tab: tabwriter.NewWriter(w, 0, 4, 2, ' ', 0), all: all}
	tw.of(t.Of)
	for _, m := range t.Meanings {
		if len(t.Meanings) > 1 || !m.traceable() {
			tw.line("%s means\t%s %s\t%s\t%s", t.Code, m.Kind, m.Code, m.Product+m.Papers, m.Partner)
		}
	}
	for i := range t.Results {
		if i > 0 || len(t.Meanings) > 1 {
			tw.line("")
		}
		tw.traced(&t.Results[i])
	}
	if t.More > 0 {
		tw.line("\n%d more meanings were not traced: choose with --product or --kind", t.More)
	}
	if err := tw.tab.Flush(); err != nil {
		return err
	}
	return tw.err
}

// of says of which moment the answer is, if not of now.
func (w *textWriter) of(o Of) {
	if o.AsAt != 0 {
		w.line("as at %s", o.AsAt)
	}
	if o.AsKnown != 0 {
		w.line("as known at entry %d", o.AsKnown)
	}
}

type textWriter struct {
	tab *tabwriter.Writer
	all bool
	err error
}

func (w *textWriter) line(format string, args ...any) {
	if _, err := fmt.Fprintf(w.tab, format+"\n", args...); err != nil && w.err == nil {
		w.err = err
	}
}

// head begins a block: its columns are aligned apart from those of the block before.
func (w *textWriter) head(format string, args ...any) {
	if err := w.tab.Flush(); err != nil && w.err == nil {
		w.err = err
	}
	w.line(format, args...)
}

// each writes the first lines of a list, and says how many more there are.
func each[T any](w *textWriter, list []T, more int64, line func(T)) {
	n := len(list)
	if !w.all {
		n = min(n, fewLines)
	}
	for _, v := range list[:n] {
		line(v)
	}
	if rest := int64(len(list)-n) + more; rest > 0 {
		hint := "; --all lists them"
		if len(list) == n {
			hint = ", not listed"
		}
		w.line("  … %d more%s", rest, hint)
	}
}

func (w *textWriter) traced(t *Traced) {
	w.subject(&t.Subject, &t.Status)
	if len(t.Now) > 0 {
		w.head("now")
		each(w, t.Now, 0, w.where)
	}
	if len(t.Suppliers) > 0 {
		w.head("received from")
		each(w, t.Suppliers, 0, func(s TraceSupplier) {
			w.line("  %s\t%s\t%s\t%s %s", s.Partner, amount(s.Quantity, s.Units), s.Product, s.Lot, strings.Join(s.SupplierLots, " "))
		})
	}
	w.levels("upstream", "what went in", t.Upstream)
	w.levels("downstream", "what became of it", t.Downstream)
	if len(t.Downstream) > 0 {
		w.totals(&t.Totals)
	}
	w.events(t)
	if len(t.Uncertain) > 0 {
		w.head("not sure")
		each(w, t.Uncertain, 0, func(d Doubt) {
			what := strings.TrimSpace(d.Product + " " + d.Lot + " " + d.Place)
			if d.Entry > 0 {
				what += fmt.Sprintf(" #%d", d.Entry)
			}
			w.line("  %s\t%s\t%s", d.Kind, what, d.Detail)
		})
	}
}

func (w *textWriter) subject(s *Subject, st *Status) {
	title := s.Kind + " " + s.Code
	if s.Product != "" {
		title += " of " + s.Product
	}
	if s.Name != "" && s.Name != s.Product {
		title += " (" + s.Name + ")"
	}
	w.head("%s", title)
	if s.Lot != "" {
		w.line("  lot\t%s", s.Lot)
	}
	for _, code := range append(slices.Clone(s.FormerLots), s.FormerUnits...) {
		w.line("  formerly\t%s, until it was corrected", code)
	}
	for _, note := range fieldNotes(s.Fields) {
		name, value, _ := strings.Cut(note, " ")
		w.line("  %s\t%s", name, value)
	}
	for _, a := range s.SupplierLots {
		w.line("  known as\t%s at %s", a.Lot, a.Partner)
	}
	if s.Dates != nil {
		for _, d := range []struct {
			name string
			date stock.Date
		}{{"produced", s.Dates.Production}, {"best before", s.Dates.BestBefore}, {"sell by", s.Dates.SellBy}, {"expires", s.Dates.Expiry}} {
			if d.date != 0 {
				w.line("  %s\t%s", d.name, d.date)
			}
		}
	}
	if s.Dates != nil && s.Dates.Cautious {
		w.line("  CAUTIOUS DATE\tits label could not be read: this is the earliest that its date can be")
	}
	if s.Birth > 0 {
		from := ""
		if s.Source != "" {
			from = " from " + s.Source
		}
		w.line("  first in\t%s #%d%s", minute(s.FirstIn), s.Birth, from)
	}
	if s.Used > 0 {
		w.line("  used up\t%s", s.Used)
	}
	for _, h := range st.Holds {
		w.line("  ON HOLD\t%s (#%d)", h.Reason, h.Hold)
	}
	if st.Past {
		w.line("  PAST DATE\t%s", s.Governing)
	}
	switch {
	case st.UnknownBefore != 0:
		w.line("  ORIGIN UNKNOWN\tbefore %s", st.UnknownBefore)
	case st.HistoryUnknown:
		w.line("  HISTORY UNKNOWN\tbefore it came into the ledger")
	}
	for _, ref := range st.Blocked {
		w.line("  BLOCKED AT\t%s", ref)
	}
}

func (w *textWriter) where(v TraceWhere) {
	name := ""
	if v.Partner != "" || v.Name != v.Location {
		name = v.Name
	}
	w.line("  %s\t%s\t%s\t%s", v.Place, amount(v.Quantity, v.Units), v.Product, name)
}

func (w *textWriter) levels(name, what string, levels []TraceLevel) {
	for _, l := range levels {
		if len(l.Goods) == 0 && l.MoreGoods == 0 && !w.all {
			continue // only goods that were named before
		}
		w.head("%s, level %d: %s", name, l.Level, what)
		each(w, l.Goods, int64(l.MoreGoods), func(g TraceGoods) {
			w.line("  %s\t%s\t%s", goodsText(g), amount(g.Quantity, g.Units), placesText(g.Now))
		})
		if w.all {
			each(w, l.Links, l.More, func(k TraceLink) {
				mark := ""
				if k.Mixed {
					mark = "  mixed in " + k.Place
				}
				w.line("    #%d\t%s → %s%s", k.Entry, sideText(k.Inputs), sideText(k.Outputs), mark)
			})
		}
	}
}

func sideText(goods []TraceGoods) string {
	var out []string
	for _, g := range goods[:min(len(goods), 3)] {
		out = append(out, goodsText(g)+" "+amount(g.Quantity, g.Units))
	}
	if n := len(goods) - len(out); n > 0 {
		out = append(out, fmt.Sprintf("… %d more", n))
	}
	return strings.Join(out, " + ")
}

func goodsText(g TraceGoods) string {
	text := g.Product
	if g.Lot != "" {
		text += " " + g.Lot
	}
	switch {
	case g.First != "" && g.First != g.Last:
		text += " " + g.First + " … " + g.Last
	case g.First != "":
		text += " " + g.First
	}
	return text
}

func placesText(now []TraceWhere) string {
	var out []string
	for _, v := range now[:min(len(now), 3)] {
		out = append(out, v.Place+" "+amount(v.Quantity, v.Units))
	}
	if n := len(now) - len(out); n > 0 {
		out = append(out, fmt.Sprintf("… %d more places", n))
	}
	return strings.Join(out, ", ")
}

func (w *textWriter) totals(t *TraceTotals) {
	w.head("affected in all")
	each(w, t.Products, 0, func(p ProductTotal) {
		w.line("  %s\t%s\tin stock %s\tshipped %s\tbuilt in %s", p.Product, amount(p.Quantity, p.Units), p.Stock, p.Shipped, p.Used)
	})
	if len(t.Stock) > 0 {
		w.head("in stock")
		each(w, t.Stock, 0, w.where)
	}
	if len(t.Shipped) > 0 {
		w.head("with customers")
		each(w, t.Shipped, 0, func(c TraceCustomer) {
			w.line("  %s\t%s\t%s\t%s", c.Partner, amount(c.Quantity, c.Units), c.Product, c.Name)
		})
	}
}

func (w *textWriter) events(t *Traced) {
	if len(t.History) == 0 {
		return
	}
	w.head("history")
	more := int64(0)
	if t.After > 0 {
		more = 1
	}
	each(w, t.History, more, w.event)
}

func (w *textWriter) event(e TraceEvent) {
	var notes []string
	for _, r := range e.References {
		notes = append(notes, r.Kind+" "+r.Code)
	}
	if e.Known == "chosen" {
		notes = append(notes, "lot chosen, not scanned")
	}
	if e.Reversed > 0 {
		notes = append(notes, "reversed "+e.Reversed.String())
	}
	switch {
	case e.Again:
		notes = append(notes, "in its place, as of "+minute(e.At))
	case e.At != 0:
		notes = append(notes, "taken back as of "+minute(e.At))
	}
	if e.Late {
		notes = append(notes, "recorded "+minute(e.RecordedAt))
	}
	if e.Inspection != nil {
		for _, m := range e.Inspection.Values {
			notes = append(notes, m.Name+" "+m.Value.String())
		}
	}
	if e.File != nil {
		notes = append(notes, e.File.Text())
	}
	notes = append(notes, fieldNotes(e.Fields)...)
	for _, c := range e.Corrected {
		notes = append(notes, c.Text())
	}
	if e.Reason != "" {
		notes = append(notes, e.Reason)
	}
	way := ""
	if e.From != "" {
		way = e.From + " → " + e.To
	}
	w.line("  #%d\t%s\t%s\t%s\t%s\t%s\t%s", e.Entry, minute(e.OccurredAt), e.Kind, amount(e.Quantity, 0), way, e.Actor, strings.Join(notes, "; "))
}

// WriteHistory writes events for a terminal.
func WriteHistory(w io.Writer, events []TraceEvent) error {
	tw := &textWriter{tab: tabwriter.NewWriter(w, 0, 4, 2, ' ', 0), all: true}
	each(tw, events, 0, tw.event)
	if err := tw.tab.Flush(); err != nil {
		return err
	}
	return tw.err
}

func amount(q stock.Quantity, units int64) string {
	if q == 0 && units == 0 {
		return ""
	}
	return q.String()
}

func minute(t stock.Time) string {
	if t == 0 {
		return ""
	}
	return t.Std().Format("2006-01-02 15:04")
}
