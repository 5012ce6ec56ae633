package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"clew/internal/app"
)

type fieldsCommand struct {
	reading
	Like string `help:"Only fields with this in their code or label." placeholder:"TEXT"`
	Set  string `help:"Define the fields of a ready set that are not there yet: fsma204, pharma or electronics." placeholder:"NAME"`
}

// Run lists extra fields by code, or defines those of a ready set.
func (cmd *fieldsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Set != "" {
		return cmd.install(s, c)
	}
	query := queryOf("like", cmd.Like)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/fields", query, func(f app.Field) error { return list.add(f) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "FIELD", "ON", "TYPE", "NEEDED FOR", "STATE", "LABEL")
	err = pages(c, "/v1/fields", query, func(f app.Field) error {
		needed, state := "", "active"
		if r := f.RequiredFor; r != nil {
			needed = strings.Join(append(r.Kinds, r.Groups...), ", ")
		}
		if !f.Active {
			state = "over"
		}
		t.row(f.Code, f.On, f.Type, needed, state, cell(f.Label))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

func (cmd *fieldsCommand) install(s *session, c *client) error {
	body, err := c.do("POST", "/v1/field-sets/"+url.PathEscape(cmd.Set), nil, nil)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var set app.FieldSet
	if err := json.NewDecoder(body).Decode(&set); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d fields are new, %d were there already\n", set.Set, len(set.Created), len(set.Kept))
	return nil
}
