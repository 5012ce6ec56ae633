package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type postCommand struct {
	reading
	signing
	To   string `help:"What is recorded: ${enum}." enum:"movements,product-groups,fields,products,sites,locations,partners,holds,releases,cleanings,corrections,details,quality-plans,inspections,closings" default:"movements"`
	Keep bool   `help:"Keep a movement that is refused as an exception."`
	Key  string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	File string `arg:"" help:"File with a JSON object, or an array of them; - for standard input."`
}

// Run records what the file says.
func (cmd *postCommand) Run(s *session) error {
	if cmd.Sign && cmd.File == "-" {
		return fmt.Errorf("%w: standard input cannot be both the file and the password: name a file", errUsage)
	}
	in := s.in
	if cmd.File != "-" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	text := bufio.NewReader(in)
	many, err := isArray(text)
	if err != nil {
		return err
	}
	if cmd.Sign {
		if text, err = cmd.signed(s, text); err != nil {
			return err
		}
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	var headers []string
	if cmd.Keep {
		headers = append(headers, "Clew-If-Refused", "keep")
	}
	if cmd.Key != "" {
		headers = append(headers, "Idempotency-Key", cmd.Key)
	}
	path := "/v1/" + cmd.To
	if many && (cmd.To == "holds" || cmd.To == "releases" || cmd.To == "cleanings" || cmd.To == "corrections" || cmd.To == "details" || cmd.To == "quality-plans" || cmd.To == "inspections" || cmd.To == "closings") {
		return fmt.Errorf("%s are recorded one by one: give an object, not an array", cmd.To)
	}
	if many {
		path += "/bulk"
	}
	body, err := c.do("POST", path, nil, text, headers...)
	if err != nil {
		return err
	}
	defer body.Close()
	switch {
	case many:
		return cmd.tellMany(s, body)
	case cmd.JSON:
		return copyJSON(s.out, body)
	}
	return tellEntry(s.out, body)
}

// signed is the file's object with a signature of the actor.
func (cmd *postCommand) signed(s *session, text io.Reader) (*bufio.Reader, error) {
	meaning := stock.MeaningOverride
	if cmd.To == "releases" {
		meaning = stock.MeaningRelease
	}
	body, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	draft, err := cmd.sign(s, json.RawMessage(body), meaning)
	if err != nil {
		return nil, err
	}
	body, err = json.Marshal(draft)
	return bufio.NewReader(bytes.NewReader(body)), err
}

// isArray looks at what the text begins with.
func isArray(text *bufio.Reader) (bool, error) {
	for {
		c, err := text.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return false, errors.New("there is nothing in the file")
		case err != nil:
			return false, err
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			continue
		}
		return c == '[', text.UnreadByte()
	}
}

// tellEntry shows an entry that was recorded.
// mostTold is how many items of a correction are listed: it may have thousands.
const mostTold = 40

// again says what an item of a correction does to the one that it is about.
func again(e app.Entry, it app.Item) string {
	switch {
	case e.Kind != stock.KindCorrection:
		return ""
	case it.Again:
		return fmt.Sprintf(", in the place of item %d", it.About)
	}
	return fmt.Sprintf(", taking back item %d", it.About)
}

func tellEntry(out io.Writer, body io.Reader) error {
	var e app.Entry
	if err := json.NewDecoder(body).Decode(&e); err != nil {
		return err
	}
	fmt.Fprintf(out, "entry %d: %s\n", e.Entry, e.Kind)
	if x := e.Exception; x != nil {
		fmt.Fprintf(out, "  refused and kept: %s (%s)\n", x.Detail, x.Code)
	}
	if g := e.Signature; g != nil {
		fmt.Fprintf(out, "  signed by %s: %s\n", g.Signer, g.Meaning)
	}
	if f := e.File; f != nil {
		fmt.Fprintf(out, "  %s to %s: %s, %d bytes\n", f.Text(), aboutFile(*f), f.Media, f.Size)
	}
	if h := e.Hold; h != nil {
		tellHold(out, h)
	}
	if c := e.Closing; c != nil {
		fmt.Fprintf(out, "  the books of %s are closed up to %s\n", cmp.Or(c.Site, "all sites"), c.Until)
	}
	for _, b := range e.Barcodes {
		what := "stands for"
		if !b.Active {
			what = "no longer stands for"
		}
		fmt.Fprintf(out, "  %s %s %s%s\n", b.Code, what, b.Product, packed(b.Packaging))
	}
	for _, c := range e.Corrected {
		what := goods(c.Product, c.Lot)
		if c.Unit != "" {
			what += " unit " + c.Unit
		}
		fmt.Fprintf(out, "  %s: %s\n", what, c.Text())
	}
	for i, it := range e.Items {
		if e.Kind == stock.KindCorrection && i == mostTold {
			fmt.Fprintf(out, "  … and %d more\n", len(e.Items)-i)
			break
		}
		fmt.Fprintf(out, "  %s %s, %s to %s%s\n", it.Quantity, goods(it.Product, it.Lot), it.From, it.To, chosen(it.Known)+again(e, it))
		if len(e.Drawn) > 0 && it.Born {
			fmt.Fprintf(out, "    numbered %s\n", several(it.Serials, it.Units))
		}
	}
	return nil
}

// tellHold says what a hold or a release is of, where it says so.
func tellHold(out io.Writer, h *app.EntryHold) {
	what := goods(h.Product, h.Lot)
	if h.Units > 0 {
		what = strings.TrimSpace(fmt.Sprintf("%s units: %d", what, h.Units))
	}
	if h.Place != "" {
		what = strings.TrimSpace(what + " at " + h.Place)
	}
	if what != "" {
		fmt.Fprintf(out, "  %s\n", what)
	}
}

// several names the first of many serial numbers.
func several(serials []string, all int64) string {
	const most = 10
	text := strings.Join(serials[:min(len(serials), most)], ", ")
	if all > most {
		text += fmt.Sprintf(" and %d more", all-most)
	}
	return text
}

func goods(product, lot string) string {
	if lot == "" {
		return product
	}
	return product + " lot " + lot
}

func chosen(known string) string {
	if known == "chosen" {
		return " (chosen by the strategy)"
	}
	return ""
}

// tellMany shows what became of each entry, and fails when any was refused.
func (cmd *postCommand) tellMany(s *session, body io.Reader) error {
	var answer api.BulkAnswer
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err
	}
	if cmd.JSON {
		text, err := json.MarshalIndent(answer, "", " ")
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s\n", text)
	} else {
		for _, r := range answer.Results {
			if r.Problem != nil {
				fmt.Fprintf(s.out, "%d: refused: %s\n", r.Index, tell(r.Problem))
				continue
			}
			fmt.Fprintf(s.out, "%d: entry %d\n", r.Index, r.Entry)
		}
	}
	if answer.Refused > 0 {
		return fmt.Errorf("%d of %d were refused", answer.Refused, answer.Recorded+answer.Refused)
	}
	return nil
}
