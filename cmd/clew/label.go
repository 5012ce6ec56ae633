package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"clew/internal/app"
	"clew/internal/label"
	"clew/internal/stock"
)

type labelCommand struct {
	Add  labelAddCommand  `cmd:"" help:"Teach a sort of labels from one scan."`
	Try  labelTryCommand  `cmd:"" help:"Show what would be read of further scans; nothing is recorded."`
	List labelListCommand `cmd:"" help:"List the sorts of labels."`
	Off  labelOffCommand  `cmd:"" help:"Read no more scans by a sort of labels."`
}

// marked says which piece of an example is what.
type marked struct {
	Article    string   `help:"The piece that is the article." placeholder:"TEXT"`
	Lot        string   `help:"The piece that is the lot." placeholder:"TEXT"`
	Serial     string   `help:"The piece that is the serial number." placeholder:"TEXT"`
	Quantity   string   `help:"The piece that is the quantity." placeholder:"TEXT"`
	Production string   `help:"The piece that is the date of production." placeholder:"TEXT"`
	BestBefore string   `help:"The piece that is the best-before date." placeholder:"TEXT"`
	SellBy     string   `help:"The piece that is the sell-by date." placeholder:"TEXT"`
	Expiry     string   `help:"The piece that is the expiry date." placeholder:"TEXT"`
	Same       []string `help:"Text that every such label has there." placeholder:"TEXT"`
	Form       string   `help:"How its dates are written, such as YYMMDD or DD.MM.YYYY." placeholder:"FORM"`
	Decimals   int      `help:"How many digits of the quantity are decimals." placeholder:"N"`
	Separator  string   `help:"What parts the pieces. Found out when left out." placeholder:"TEXT"`
}

func (m *marked) draft(example string) stock.LabelDraft {
	marks := []label.Mark{}
	for _, mark := range []label.Mark{{Is: label.Product, Text: m.Article}, {Is: label.Lot, Text: m.Lot}, {Is: label.Serial, Text: m.Serial}, {Is: label.Quantity, Text: m.Quantity, Decimals: m.Decimals},
		{Is: label.Production, Text: m.Production, Form: m.Form}, {Is: label.BestBefore, Text: m.BestBefore, Form: m.Form}, {Is: label.SellBy, Text: m.SellBy, Form: m.Form}, {Is: label.Expiry, Text: m.Expiry, Form: m.Form}} {
		if mark.Text != "" {
			marks = append(marks, mark)
		}
	}
	for _, text := range m.Same {
		marks = append(marks, label.Mark{Is: label.Same, Text: text})
	}
	d := stock.LabelDraft{Example: &example, Marks: &marks}
	if m.Separator != "" {
		d.Separator = &m.Separator
	}
	return d
}

type labelAddCommand struct {
	reading
	marked
	Partner string `help:"Code of the partner whose labels they are." placeholder:"CODE"`
	Product string `help:"SKU or GTIN of the product whose labels they are." placeholder:"SKU"`
	Name    string `help:"What people call it." placeholder:"TEXT"`
	Key     string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Code    string `arg:"" help:"The label's key."`
	Example string `arg:"" help:"The text of one scan."`
}

// Run teaches a sort of labels.
func (cmd *labelAddCommand) Run(s *session) error {
	d := cmd.draft(cmd.Example)
	d.Code = cmd.Code
	for _, given := range []struct {
		text string
		to   **string
	}{{cmd.Partner, &d.Partner}, {cmd.Product, &d.Product}, {cmd.Name, &d.Name}} {
		if given.text != "" {
			*given.to = &given.text
		}
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/labels", d)
}

type labelTryCommand struct {
	reading
	marked
	Example string   `arg:"" help:"The text of one scan."`
	Scans   []string `arg:"" optional:"" help:"Further scans."`
}

// Run shows what a label would read.
func (cmd *labelTryCommand) Run(s *session) error {
	text, err := json.Marshal(app.LabelTrial{LabelDraft: cmd.draft(cmd.Example), Scans: cmd.Scans})
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	body, err := c.do("POST", "/v1/labels/try", nil, bytes.NewReader(text))
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var tried app.LabelTried
	if err := json.NewDecoder(body).Decode(&tried); err != nil {
		return err
	}
	t := newTable(s.out, "ARTICLE", "LOT", "SERIAL", "QUANTITY", "DATES", "SCAN")
	for _, r := range append([]app.LabelRead{tried.Example}, tried.Scans...) {
		if !r.Fits {
			t.row("no such label", "", "", "", "", cell(fmt.Sprintf("%q", r.Scan)))
			continue
		}
		var dates []string
		for _, d := range [][2]string{{"production", r.Production}, {"best before", r.BestBefore}, {"sell by", r.SellBy}, {"expiry", r.Expiry}} {
			if d[1] != "" {
				dates = append(dates, d[0]+" "+d[1])
			}
		}
		t.row(cell(r.Product), cell(r.Lot), cell(r.Serial), cell(r.Quantity), strings.Join(dates, ", "), cell(fmt.Sprintf("%q", r.Scan)))
	}
	return t.end()
}

type labelListCommand struct {
	reading
	Like string `help:"Part of the code or name." placeholder:"TEXT"`
}

// Run lists sorts of labels by code.
func (cmd *labelListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("like", cmd.Like)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/labels", query, func(l app.Label) error { return list.add(l) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "LABEL", "OF", "STATE", "EXAMPLE", "NAME")
	err = pages(c, "/v1/labels", query, func(l app.Label) error {
		state := "active"
		if !l.Active {
			state = "off"
		}
		t.row(l.Code, cell(strings.TrimSpace(l.Partner+" "+l.Product)), state, cell(fmt.Sprintf("%q", l.Example)), cell(l.Name))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type labelOffCommand struct {
	reading
	Key  string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Code string `arg:"" help:"The label's key."`
}

// Run ends a sort of labels.
func (cmd *labelOffCommand) Run(s *session) error {
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.patch(s, "/v1/labels/"+url.PathEscape(cmd.Code), stock.LabelDraft{Active: new(bool)})
}
