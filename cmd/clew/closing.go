package main

import (
	"strconv"

	"clew/internal/app"
)

type closeCommand struct {
	reading
	Until  string `help:"The last day that is closed. An earlier one than before opens the books again, and needs a reason." placeholder:"DATE" required:""`
	Site   string `help:"Only of this site; of all sites when left out." placeholder:"CODE"`
	Reason string `help:"Why; needed where books are opened again." placeholder:"TEXT"`
	Key    string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run closes books.
func (cmd *closeCommand) Run(s *session) error {
	draft := map[string]string{"until": cmd.Until}
	for name, value := range map[string]string{"site": cmd.Site, "reason": cmd.Reason} {
		if value != "" {
			draft[name] = value
		}
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/closings", draft)
}

type closingsCommand struct {
	reading
	Closing int64 `arg:"" optional:"" help:"Show what came late into the books of this one."`
}

// Run lists closings, or the entries that came late into one.
func (cmd *closingsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Closing != 0 {
		return cmd.late(s, c)
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "CLOSING", "SITE", "UNTIL", "RECORDED", "BY", "LATE ENTRIES", "STANDS", "REASON")
	err = pages(c, "/v1/closings", queryOf(), func(row app.Closing) error {
		if cmd.JSON {
			return list.add(row)
		}
		site, stands := row.Site, "yes"
		if site == "" {
			site = "all"
		}
		if !row.Stands {
			stands = "no"
		}
		t.row(strconv.FormatInt(row.Closing, 10), site, row.Until.String(), row.RecordedAt.String(), row.Actor, strconv.FormatInt(row.Late, 10), stands, cell(row.Reason))
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

// late lists the entries that came late, with the reason of the entry or else of its first line that has one.
func (cmd *closingsCommand) late(s *session, c *client) error {
	list := &listWriter{w: s.out}
	t := newTable(s.out, "ENTRY", "KIND", "SITE", "FOR DAY", "RECORDED", "BY", "WHY")
	err := pages(c, "/v1/closings/"+strconv.FormatInt(cmd.Closing, 10)+"/entries", queryOf(), func(e app.Entry) error {
		if cmd.JSON {
			return list.add(e)
		}
		why := e.Override
		for i := 0; i < len(e.Items) && why == ""; i++ {
			why = e.Items[i].Override
		}
		for _, l := range e.Late {
			t.row(strconv.FormatInt(e.Entry, 10), e.Kind.String(), l.Site, l.Day.String(), e.RecordedAt.String(), e.Actor, cell(why))
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
