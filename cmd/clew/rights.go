package main

import (
	"net/url"
	"strconv"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"
)

type auditRightsCommand struct {
	reading
	AsAt    string `help:"As it was then: a day, up to its end in UTC, or a time." placeholder:"DATE"`
	All     bool   `help:"Also what was taken away."`
	Changes bool   `help:"What was changed since the list was reviewed last, instead." xor:"what"`
	Out     string `short:"o" help:"File to write instead, a row for each role and key; a workbook if it ends in .xlsx." placeholder:"FILE" xor:"what"`
}

// Run lists who may do what.
func (cmd *auditRightsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("as_at", cmd.AsAt)
	if cmd.All {
		query.Set("all", "true")
	}
	switch {
	case cmd.Changes:
		return rightsChanges(s, c, cmd.JSON, url.Values{})
	case cmd.Out != "":
		return s.download(c, "/v1/audit/rights/export", query, cmd.Out)
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "ENTRY", "HOLDER", "RIGHT", "AT", "STATE", "SINCE", "BY", "EXPIRES", "LAST USED", "NAME")
	err = pages(c, "/v1/audit/rights", query, func(h app.Holder) error {
		if cmd.JSON {
			return list.add(h)
		}
		for _, held := range h.Lines() {
			t.row(rightRow(&held)...)
		}
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

// rightRow is a line of the list; what is new since the last review has a star.
func rightRow(h *app.Held) []string {
	when := func(t *stock.Time) string {
		if t == nil || *t == 0 {
			return ""
		}
		return t.String()
	}
	entry := strconv.FormatInt(h.Entry, 10)
	if h.Changed {
		entry += "*"
	}
	name := h.Name
	if name == "" {
		name = h.Holder.FullName
	}
	return []string{entry, cell(h.Holder.Name), h.Right, h.Sites, h.State, h.Since.String(), h.By, when(&h.Expires), when(h.Used), cell(name)}
}

// rightsChanges shows what was changed of who may do what before a review, or since.
func rightsChanges(s *session, c *client, asJSON bool, query url.Values) error {
	list := &listWriter{w: s.out}
	t := newTable(s.out, "ENTRY", "RECORDED", "BY", "FROM", "WHAT", "FIELD", "OLD", "NEW", "WHY")
	err := pages(c, "/v1/audit/rights/changes", query, func(r app.AuditRecord) error {
		if asJSON {
			return list.add(r)
		}
		for _, row := range auditRows(r) {
			t.row(row...)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case asJSON:
		return list.end()
	}
	return t.end()
}

type auditReviewCommand struct {
	reading
	AsAt   string  `help:"Of which moment the list was: a day, up to its end in UTC, or a time. Left out, as it stands now." placeholder:"DATE"`
	Right  []int64 `help:"Rights found right, by the entries that the list shows; left out, all that are not to be revoked." placeholder:"ENTRY"`
	Revoke []int64 `help:"Rights found to be taken away, by the entries that the list shows." placeholder:"ENTRY"`
	Note   string  `help:"What is to be said about it." placeholder:"TEXT"`
	Key    string  `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run records a review.
func (cmd *auditReviewCommand) Run(s *session) error {
	d := stock.ReviewDraft{AsAt: cmd.AsAt, Revoke: cmd.Revoke, Note: cmd.Note}
	if len(cmd.Right) > 0 {
		d.Right = &cmd.Right
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/audit/reviews", d)
}

type auditReviewsCommand struct {
	reading
	Review int64 `arg:"" optional:"" help:"Show what was changed between the list reviewed before this review and the one it is of."`
}

// Run lists reviews, or what was changed before one.
func (cmd *auditReviewsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Review != 0 {
		return rightsChanges(s, c, cmd.JSON, queryOf("review", strconv.FormatInt(cmd.Review, 10)))
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "REVIEW", "RECORDED", "BY", "AS AT", "CHANGES", "TO REVOKE", "NOTE")
	err = pages(c, "/v1/audit/reviews", queryOf(), func(v app.Review) error {
		if cmd.JSON {
			return list.add(v)
		}
		var revoke []string
		for _, right := range v.ToRevoke {
			revoke = append(revoke, right.Words())
		}
		t.row(strconv.FormatInt(v.Review, 10), v.RecordedAt.String(), v.Actor, v.AsAt.String(), strconv.FormatInt(v.Changes, 10), cell(strings.Join(revoke, ", ")), cell(v.Note))
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
