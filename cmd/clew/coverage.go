package main

import (
	"net/url"
	"strconv"

	"clew/internal/app"
)

type coverageCommand struct {
	reading
	From  string `help:"First day of the period; twelve weeks before its end by default." placeholder:"DATE"`
	To    string `help:"Last day of the period; today by default." placeholder:"DATE"`
	Site  string `placeholder:"CODE"`
	Class string `help:"Only products of this class: A, B or C." placeholder:"CLASS"`
	Late  int    `help:"From how many hours on something is recorded late." default:"24" placeholder:"HOURS"`
	Gap   string `help:"List the entries in which this is missing: ${enum}." enum:",no_document,recorded_late,no_receipt,returned_by_other,refused,not_scanned" default:"" placeholder:"GAP"`
}

// Run says how well movements of tracked products are covered.
func (cmd *coverageCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("from", cmd.From, "to", cmd.To, "site", cmd.Site, "class", cmd.Class, "late_hours", strconv.Itoa(cmd.Late), "gap", cmd.Gap)
	if cmd.Gap != "" {
		return cmd.gaps(s, c, query)
	}
	if cmd.JSON {
		body, err := c.do("GET", "/v1/coverage", query, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var got app.Coverage
	if err := c.get("/v1/coverage", query, &got); err != nil {
		return err
	}
	t := newTable(s.out, "", "SCANNED", "TYPED", "FILES", "PROGRAMS", "CHOSEN", "SHARE")
	row := func(what string, sum app.CoverageSum) {
		n := func(v int64) string { return strconv.FormatInt(v, 10) }
		t.row(what, n(sum.Scanned), n(sum.Typed), n(sum.Imported), n(sum.API), n(sum.Chosen), sum.Share.String()+" %")
	}
	for _, w := range got.Weeks {
		row("week of "+w.Week.String(), w.CoverageSum)
	}
	for _, d := range got.Stations {
		if d.Device == "" {
			d.Device = "no device"
		}
		row(d.Device, d.CoverageSum)
	}
	row("in all", got.Total)
	if err := t.end(); err != nil {
		return err
	}
	t = newTable(s.out, "GAP", "ENTRIES")
	for _, g := range got.Gaps {
		t.row(string(g.Gap), strconv.FormatInt(g.Entries, 10))
	}
	return t.end()
}

func (cmd *coverageCommand) gaps(s *session, c *client, query url.Values) error {
	list := &listWriter{w: s.out}
	t := newTable(s.out, "ENTRY", "KIND", "OCCURRED", "RECORDED", "SITE", "PARTNER", "DEVICE", "ACTOR")
	err := pages(c, "/v1/coverage/gaps", query, func(e app.Entry) error {
		if cmd.JSON {
			return list.add(e)
		}
		t.row(strconv.FormatInt(e.Entry, 10), e.Kind.String(), e.OccurredAt.String(), e.RecordedAt.String(), e.Site, e.Partner, e.Device, e.Actor)
		return nil
	})
	switch {
	case err != nil:
		return err
	case cmd.JSON:
		return list.end()
	}
	return t.end()
}
