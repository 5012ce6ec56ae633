package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"clew/internal/app"
)

type mappingsCommand struct {
	List   mappingsListCommand   `cmd:"" default:"withargs" help:"List what is remembered of the columns of files."`
	Remove mappingsRemoveCommand `cmd:"" help:"Forget what the columns of a header mean."`
}

type mappingsListCommand struct {
	reading
	Kind string `help:"Only of files of this kind." placeholder:"KIND"`
}

// Run lists what was said of columns and is remembered.
func (cmd *mappingsListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("kind", cmd.Kind)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/mappings", query, func(m app.Mapping) error { return list.add(m) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "MAPPING", "KIND", "SAID", "BY", "USES", "LAST", "COLUMNS", "HEADER")
	err = pages(c, "/v1/mappings", query, func(m app.Mapping) error {
		var said []string
		for _, name := range slices.Sorted(maps.Keys(m.Map)) {
			said = append(said, name+"="+m.Map[name])
		}
		t.row(m.Code, m.Kind, m.MadeAt.String(), cell(m.MadeBy), strconv.FormatInt(m.Uses, 10), m.UsedAt.String(), cell(strings.Join(said, " ")), cell(strings.Join(m.Names, " ")))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type mappingsRemoveCommand struct {
	Code string `arg:"" help:"The mapping, as the list names it."`
}

// Run forgets a mapping.
func (cmd *mappingsRemoveCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	body, err := c.do(http.MethodDelete, "/v1/mappings/"+url.PathEscape(cmd.Code), nil, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "mapping %s is forgotten\n", cmd.Code)
	body.Close()
	return err
}
