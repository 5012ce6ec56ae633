package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type formatCommand struct {
	Add     formatAddCommand     `cmd:"" help:"Record a format."`
	List    formatListCommand    `cmd:"" help:"List formats."`
	Preview formatPreviewCommand `cmd:"" help:"Show the next ten numbers of a format, or of a pattern that is not recorded, drawing none."`
	Draw    formatDrawCommand    `cmd:"" help:"Draw numbers ahead, for labels, one on a line."`
}

// written says how the numbers of a pattern are counted.
type written struct {
	Restart string   `help:"When the counter begins again: ${enum}." enum:"never,year,month,day" default:"never"`
	Per     []string `help:"What is counted apart: site, supplier, product." placeholder:"WHAT"`
	Start   int64    `help:"The first number of each counter." default:"1"`
	Base    int      `help:"10, or 36 for a counter of digits and letters." enum:"10,36" default:"10"`
	Free    bool     `help:"Numbers may be longer than 20 characters and have any character."`
}

func (w *written) draft(pattern string) stock.FormatDraft {
	per := append([]string{}, w.Per...)
	return stock.FormatDraft{Pattern: &pattern, Restart: &w.Restart, Per: &per, Start: &w.Start, Base: &w.Base, Free: &w.Free}
}

type formatAddCommand struct {
	reading
	written
	Name    string `help:"What it is for." placeholder:"TEXT"`
	Key     string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Code    string `arg:"" help:"The format's key."`
	Pattern string `arg:"" help:"Such as {SUPPLIER}-{YYMMDD}-{SEQ:3}."`
}

// Run records a format.
func (cmd *formatAddCommand) Run(s *session) error {
	d := cmd.draft(cmd.Pattern)
	d.Code = cmd.Code
	if cmd.Name != "" {
		d.Name = &cmd.Name
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/formats", d)
}

type formatListCommand struct {
	reading
	Like string `help:"Part of the code or name." placeholder:"TEXT"`
}

// Run lists formats by code.
func (cmd *formatListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("like", cmd.Like)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/formats", query, func(f app.Format) error { return list.add(f) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "FORMAT", "PATTERN", "RESTART", "PER", "START", "NAME")
	err = pages(c, "/v1/formats", query, func(f app.Format) error {
		t.row(f.Code, f.Pattern, f.Restart, strings.Join(f.Per, ","), strconv.FormatInt(f.Start, 10), cell(f.Name))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

// numberedFor are the names that numbers contain.
type numberedFor struct {
	Site     string `help:"Code of the site." placeholder:"CODE"`
	Supplier string `help:"Code of the supplier." placeholder:"CODE"`
	Product  string `help:"SKU of the product." placeholder:"SKU"`
	Day      string `help:"The day that the numbers are of; today by default." placeholder:"DATE"`
}

type formatPreviewCommand struct {
	reading
	written
	numberedFor
	Format string `arg:"" help:"A format, or a pattern: what has a brace in it."`
}

// Run shows the next numbers.
func (cmd *formatPreviewCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("site", cmd.Site, "supplier", cmd.Supplier, "product", cmd.Product, "day", cmd.Day)
	method, path, text := "GET", "/v1/formats/"+url.PathEscape(cmd.Format)+"/preview", []byte(nil)
	if strings.ContainsAny(cmd.Format, "{}") {
		method, path = "POST", "/v1/formats/preview"
		if text, err = json.Marshal(cmd.draft(cmd.Format)); err != nil {
			return err
		}
	}
	body, err := c.do(method, path, query, bytes.NewReader(text))
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var answer api.Numbers
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err
	}
	for _, number := range answer.Numbers {
		fmt.Fprintln(s.out, number)
	}
	return nil
}

type formatDrawCommand struct {
	reading
	numberedFor
	Count  int64  `help:"How many numbers." default:"1"`
	Key    string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Format string `arg:"" help:"The format."`
}

// Run draws numbers and shows them all.
func (cmd *formatDrawCommand) Run(s *session) error {
	d := stock.NumberingDraft{Product: cmd.Product, Count: cmd.Count, Site: cmd.Site, Supplier: cmd.Supplier}
	if cmd.Day != "" {
		day, err := stock.ParseDate(cmd.Day)
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		d.Day = &day
	}
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	var headers []string
	if cmd.Key != "" {
		headers = append(headers, "Idempotency-Key", cmd.Key)
	}
	body, err := c.do("POST", "/v1/formats/"+url.PathEscape(cmd.Format)+"/numbers", nil, bytes.NewReader(text), headers...)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var e app.Entry
	if err := json.NewDecoder(body).Decode(&e); err != nil {
		return err
	}
	return pages(c, fmt.Sprintf("/v1/entries/%d/numbers", e.Entry), url.Values{}, func(number string) error {
		_, err := fmt.Fprintln(s.out, number)
		return err
	})
}
