package main

import (
	"fmt"
	"net/url"
	"strings"

	"clew/internal/app"
)

type historyCommand struct {
	reading
	Code    string `arg:"" help:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Product string `help:"SKU or GTIN: of that product." placeholder:"SKU"`
	Kind    string `help:"Where the code means several things: lot, alias, unit, entry or reference." enum:",lot,alias,unit,entry,reference" default:""`
}

// Run shows a whole history, page by page.
func (cmd *historyCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	list := &listWriter{w: s.out}
	each := func(e app.TraceEvent) error {
		_, err := fmt.Fprintln(s.out, eventLine(&e))
		return err
	}
	if cmd.JSON {
		each = func(e app.TraceEvent) error { return list.add(e) }
	}
	err = pages(c, "/v1/history/"+url.PathEscape(cmd.Code), queryOf("product", cmd.Product, "kind", cmd.Kind), each)
	if err == nil && cmd.JSON {
		err = list.end()
	}
	return err
}

// eventLine tells one event.
func eventLine(e *app.TraceEvent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %-10s entry %d", e.OccurredAt.Std().Format("2006-01-02 15:04"), e.Kind, e.Entry)
	if e.From != "" || e.To != "" {
		fmt.Fprintf(&b, "  %s, %s to %s", amount(e.Quantity, e.Units, e.Product, e.Lot), e.From, e.To)
	}
	b.WriteString(chosen(e.Known))
	if e.Late {
		b.WriteString(" (recorded " + e.RecordedAt.Std().Format("2006-01-02 15:04") + ")")
	}
	if e.Reversed != 0 {
		fmt.Fprintf(&b, " (%s taken back)", e.Reversed)
	}
	for _, r := range e.References {
		b.WriteString(" " + r.Kind + " " + r.Code)
	}
	b.WriteString(listed(": ", []string{e.Reason}))
	b.WriteString(" by " + e.Actor)
	return b.String()
}
