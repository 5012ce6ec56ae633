package main

import (
	"net/http"
	"strconv"
	"strings"

	"clew/internal/app"
)

type searchCommand struct {
	reading
	Text  []string `arg:"" help:"The beginning of a code, words of names, or a barcode."`
	Limit int      `help:"The most things of each sort; 8 when left out."`
}

// Run finds everything that the text can be meant to be.
func (cmd *searchCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("q", strings.Join(cmd.Text, " "))
	if cmd.Limit > 0 {
		query.Set("limit", strconv.Itoa(cmd.Limit))
	}
	if cmd.JSON {
		body, err := c.do(http.MethodGet, "/v1/search", query, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var found app.Searched
	if err := c.get("/v1/search", query, &found); err != nil {
		return err
	}
	t := newTable(s.out, "TYPE", "CODE", "PRODUCT", "NAME", "DETAIL")
	for _, g := range found.Groups {
		for _, it := range g.Items {
			product := it.Product
			if g.Type == "product" {
				product = ""
			}
			t.row(g.Type, it.Code, product, it.Title, searchDetail(&it))
		}
		if g.More {
			t.row(g.Type, "…", "", "", "there are more")
		}
	}
	if found.Problem != nil {
		t.row("barcode", "", "", "", found.Problem.Detail)
	}
	return t.end()
}

// searchDetail is what is told of a thing in a line.
func searchDetail(it *app.SearchItem) string {
	parts := strings.Split(strings.ReplaceAll(strings.Join(it.Status, ","), "_", " "), ",")
	if it.Quantity != nil {
		parts = append(parts, it.Quantity.String()+" "+it.UoM)
	}
	if it.Governing != 0 {
		parts = append(parts, "good until "+it.Governing.String())
	}
	if it.Alias != "" {
		parts = append(parts, strings.TrimSpace(it.Partner+" calls it "+it.Alias))
	}
	if it.Entry != 0 {
		parts = append(parts, it.Reference, it.Kind.String(), it.At.String(), it.Partner)
	}
	parts = append(parts, it.Place)
	var out []string
	for _, part := range parts {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, ", ")
}
