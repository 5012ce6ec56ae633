package main

import (
	"net/url"

	"clew/internal/app"
)

type historyCommand struct {
	reading
	past
	asked
	Kind string `help:"Where the code means several things: lot, alias, unit, entry or reference." enum:",lot,alias,unit,entry,reference" default:""`
}

// Run shows a whole history, page by page.
func (cmd *historyCommand) Run(s *session) error {
	code, product, err := cmd.code()
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	path, query := "/v1/history/"+url.PathEscape(code), queryOf("product", product, "kind", cmd.Kind)
	cmd.ask(query)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, path, query, func(e app.TraceEvent) error { return list.add(e) }); err != nil {
			return err
		}
		return list.end()
	}
	// Columns are aligned over so many lines at a time.
	const together = 200
	var lines []app.TraceEvent
	flush := func() error {
		err := app.WriteHistory(s.out, lines)
		lines = lines[:0]
		return err
	}
	err = pages(c, path, query, func(e app.TraceEvent) error {
		if lines = append(lines, e); len(lines) < together {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}
