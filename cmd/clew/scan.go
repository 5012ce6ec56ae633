package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type scanCommand struct {
	reading
	Each           bool     `help:"Each code is an item of its own."`
	Site           string   `help:"Code of the site where is scanned." placeholder:"CODE"`
	Partner        string   `help:"Code of the partner whose goods they are." placeholder:"CODE"`
	Separator      string   `help:"What the scanner sends for FNC1." placeholder:"TEXT"`
	LostSeparators bool     `help:"The scanner drops FNC1."`
	Codes          []string `arg:"" name:"code" help:"Codes of one item as the scanner sent them; - for standard input, where each line is an item."`
}

// Run shows what was scanned. A line of standard input is answered when it has come, so that scanning can go on.
func (cmd *scanCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if len(cmd.Codes) != 1 || cmd.Codes[0] != "-" {
		return cmd.ask(s, c, cmd.items(cmd.Codes))
	}
	lines := bufio.NewScanner(s.in)
	lines.Buffer(make([]byte, 1<<16), 1<<20)
	failed := false
	for lines.Scan() {
		text := strings.TrimRight(lines.Text(), "\r")
		if text == "" {
			continue
		}
		err := cmd.ask(s, c, []api.ScanItem{{Scan: text}})
		if failed = failed || errors.Is(err, errNotKnown); err != nil && !errors.Is(err, errNotKnown) {
			return err
		}
	}
	if err := lines.Err(); err != nil || !failed {
		return err
	}
	return errNotKnown
}

// errNotKnown ends the command where an item is nothing that is known.
var errNotKnown = errors.New("not everything that was scanned is known")

func (cmd *scanCommand) items(codes []string) (out []api.ScanItem) {
	if !cmd.Each {
		return []api.ScanItem{{Scans: codes}}
	}
	for _, code := range codes {
		out = append(out, api.ScanItem{Scan: code})
	}
	return out
}

func (cmd *scanCommand) ask(s *session, c *client, items []api.ScanItem) error {
	text, err := json.Marshal(api.ScanRequest{Items: items, Site: cmd.Site, Partner: cmd.Partner, Scanner: stock.Scanner{Separator: cmd.Separator, LostSeparators: cmd.LostSeparators}})
	if err != nil {
		return err
	}
	body, err := c.do("POST", "/v1/scan", nil, bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer body.Close()
	var answer api.ScanAnswer
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err
	}
	for i := range answer.Results {
		r := &answer.Results[i]
		if cmd.JSON {
			line, err := json.Marshal(r)
			if err != nil {
				return err
			}
			fmt.Fprintf(s.out, "%s\n", line)
		} else {
			tellScan(s.out, r)
		}
	}
	if slices.ContainsFunc(answer.Results, func(r app.Scanned) bool { return r.Problem != nil }) {
		return errNotKnown
	}
	return nil
}

// tellScan shows one item for people.
func tellScan(out io.Writer, r *app.Scanned) {
	for i, text := range r.Scans {
		if i > 0 {
			fmt.Fprint(out, " + ")
		}
		fmt.Fprint(out, strings.ReplaceAll(text, "\x1d", "{GS}"))
	}
	fmt.Fprintln(out)
	if len(r.Readings) > 1 {
		fmt.Fprintf(out, "  it can be %d things:\n", len(r.Readings))
	}
	for i := range r.Readings {
		tellReading(out, &r.Readings[i])
	}
	if p := r.Problem; p != nil {
		fmt.Fprintf(out, "  problem: %s (%s)\n", p.Detail, p.Code)
	}
}

func tellReading(out io.Writer, r *app.Reading) {
	fmt.Fprintf(out, "  %s: %s\n", strings.ReplaceAll(r.Is, "_", " "), named(r))
	var data []string
	for _, d := range r.Data {
		data = append(data, "("+d.AI+") "+d.Value)
	}
	tellList(out, "data", data)
	if k := r.Known; k != nil {
		var known []string
		if k.Place != "" {
			known = append(known, "at "+k.Place)
		}
		if k.Governing != 0 {
			known = append(known, "good until "+k.Governing.String())
		}
		if k.Source != "" {
			known = append(known, "from "+k.Source)
		}
		for i, at := range k.Stock {
			if i == 10 {
				known = append(known, "and more")
				break
			}
			known = append(known, at.Quantity.String()+" at "+at.Place)
		}
		tellList(out, "known", known)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(out, "    warning: %s (%s)\n", w.Detail, w.Code)
	}
	var next []string
	for _, step := range r.Next {
		text := strings.ReplaceAll(step.Station, "_", " ")
		if step.Kind != "" && step.Kind != step.Station {
			text += " (" + strings.ReplaceAll(step.Kind, "_", " ") + ")"
		}
		if step.Barred != nil {
			text += " barred: " + step.Barred.Code
		}
		next = append(next, text)
	}
	tellList(out, "next", next)
}

func tellList(out io.Writer, what string, list []string) {
	if len(list) > 0 {
		fmt.Fprintf(out, "    %s: %s\n", what, strings.Join(list, ", "))
	}
}

// named says in a few words what a reading is of.
func named(r *app.Reading) string {
	var words []string
	add := func(before, text string) {
		if text != "" {
			words = append(words, before+text)
		}
	}
	if p := r.Product; p != nil {
		add("", p.SKU)
		if p.Name != p.SKU {
			add("", p.Name)
		}
		if p.Each != nil {
			add("", "a "+p.Packaging+" of "+p.Each.String())
		}
	}
	add("lot ", r.Lot)
	add("unit ", r.Serial)
	add("SSCC ", r.SSCC)
	if r.Location != "" {
		add("", r.Location)
	} else {
		add("", r.Site)
		add("", r.Partner)
	}
	if r.Reference != nil {
		add("", fmt.Sprintf("%s %s in %d entries", r.Reference.Kind, r.Reference.Code, r.Reference.Entries))
	}
	if r.Entry != 0 {
		add("#", fmt.Sprint(r.Entry))
	}
	if r.Quantity != nil {
		add("quantity ", r.Quantity.String())
	}
	add("", r.Text)
	if r.Label != "" {
		add("by label ", r.Label)
	}
	if len(words) == 0 {
		return "nothing that can be told without the product"
	}
	return strings.Join(words, ", ")
}
