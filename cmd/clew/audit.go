package main

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"clew/internal/app"
)

// errEnough ends a list that was read far enough.
var errEnough = errors.New("enough")

type auditCommand struct {
	Changes auditChangesCommand `cmd:"" default:"withargs" help:"Show who changed what, when, from where, old, new and why."`
	Rights  auditRightsCommand  `cmd:"" help:"List who may do what, as at any moment."`
	Review  auditReviewCommand  `cmd:"" help:"Record that the list of who may do what was looked through, and what was found."`
	Reviews auditReviewsCommand `cmd:"" help:"List the reviews, with what was changed before each and what came of it."`
}

type auditChangesCommand struct {
	reading
	Product  string   `help:"Of this product." placeholder:"SKU"`
	Lot      string   `help:"Of this lot of the product." placeholder:"CODE"`
	Site     string   `help:"Of this site, and at it." placeholder:"CODE"`
	Location string   `help:"Of this location of the site." placeholder:"CODE"`
	Partner  string   `help:"Of this partner." placeholder:"CODE"`
	User     string   `help:"Of this user, with roles and keys." placeholder:"NAME"`
	Thing    string   `help:"Of something beside the log, as feed:NAME, mapping:CODE, import:NUMBER." placeholder:"SORT:NAME"`
	Entry    int64    `help:"What this entry changed." placeholder:"N"`
	By       string   `help:"Only what this person did." placeholder:"NAME"`
	Kind     []string `help:"Only entries of these kinds." placeholder:"KIND"`
	From     string   `help:"Only what was recorded at this time or later, RFC 3339." placeholder:"TIME"`
	To       string   `help:"Only what was recorded before this time." placeholder:"TIME"`
	Out      string   `short:"o" help:"File to write instead, a row for each field; a workbook if it ends in .xlsx." placeholder:"FILE"`
	Limit    int      `help:"The newest so many." default:"100"`
}

func (cmd *auditChangesCommand) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{"product": cmd.Product, "lot": cmd.Lot, "site": cmd.Site, "location": cmd.Location, "partner": cmd.Partner, "thing": cmd.Thing, "user": cmd.User,
		"actor": cmd.By, "kind": strings.Join(cmd.Kind, ","), "recorded_from": cmd.From, "recorded_to": cmd.To} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if cmd.Entry != 0 {
		query.Set("entry", strconv.FormatInt(cmd.Entry, 10))
	}
	return query
}

// Run shows the newest changes, or writes all of them to a file.
func (cmd *auditChangesCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := cmd.query()
	if cmd.Out != "" {
		return s.download(c, "/v1/audit/export", query, cmd.Out)
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "ENTRY", "RECORDED", "BY", "FROM", "WHAT", "FIELD", "OLD", "NEW", "WHY")
	shown := 0
	err = pages(c, "/v1/audit", query, func(r app.AuditRecord) error {
		if shown++; shown > cmd.Limit {
			return errEnough
		}
		if cmd.JSON {
			return list.add(r)
		}
		for _, row := range auditRows(r) {
			t.row(row...)
		}
		return nil
	})
	switch {
	case err != nil && err != errEnough:
		return err
	case cmd.JSON:
		return list.end()
	}
	return t.end()
}

// auditRows are a record's lines: who and why once, then field by field.
func auditRows(r app.AuditRecord) (rows [][]string) {
	why := cmp.Or(strings.Join(r.Overrides, "; "), r.Reason)
	if g := r.Signature; g != nil {
		why += "; signed by " + g.Signer + ": " + g.Meaning
	}
	from := ""
	if f := r.From; f != nil {
		from = f.Address
		if from == "" && f.Machine {
			from = "the machine"
		}
	}
	head := []string{strconv.FormatInt(r.Entry, 10), r.RecordedAt.String(), r.Actor, from}
	what := r.Kind.String()
	if r.What != "" {
		what = r.What
	}
	for i, change := range r.Changes {
		if i > 0 {
			head, why = []string{"", "", "", ""}, ""
		}
		rows = append(rows, append(head[:4:4], cell(change.Object+" "+change.Name), change.Field, cell(change.Old), cell(change.New), cell(why)))
	}
	if len(rows) == 0 {
		rows = append(rows, append(head, what, "", "", "", cell(why)))
	}
	return rows
}
