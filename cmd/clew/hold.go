package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

// writing is what commands that record one thing have in common.
type writing struct {
	reading
	Reason string `help:"Why." required:"" placeholder:"TEXT"`
	Key    string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// send records what the draft says and shows the entry.
func (w *writing) send(s *session, path string, draft any) error {
	return w.call(s, "POST", path, draft)
}

// patch changes what the draft says and shows the entry.
func (w *writing) patch(s *session, path string, draft any) error {
	return w.call(s, "PATCH", path, draft)
}

func (w *writing) call(s *session, method, path string, draft any) error {
	text, err := json.Marshal(draft)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	var headers []string
	if w.Key != "" {
		headers = append(headers, "Idempotency-Key", w.Key)
	}
	body, err := c.do(method, path, nil, bytes.NewReader(text), headers...)
	if err != nil {
		return err
	}
	if w.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	return tellEntry(s.out, body)
}

type holdsCommand struct {
	reading
	past
	Product string `help:"SKU or GTIN of the lot." placeholder:"SKU"`
	Lot     string `help:"Only holds on this lot." placeholder:"CODE"`
	All     bool   `help:"Released ones too."`
}

// Run lists holds in the order they were placed.
func (cmd *holdsCommand) Run(s *session) error {
	if (cmd.Product == "") != (cmd.Lot == "") {
		return fmt.Errorf("%w: name a lot by --product and --lot together", errUsage)
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("product", cmd.Product, "lot", cmd.Lot)
	cmd.ask(query)
	if cmd.All {
		query.Set("all", "true")
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/holds", query, func(h app.Hold) error { return list.add(h) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "HOLD", "SINCE", "PRODUCT", "LOT", "PLACE", "UNITS", "BY", "STATE", "REASON")
	err = pages(c, "/v1/holds", query, func(h app.Hold) error {
		units, state := "", "holds"
		if h.Units > 0 {
			units = fmt.Sprintf("%d of %d", h.StillHeld, h.Units)
		}
		if h.Released != 0 {
			state = fmt.Sprintf("released by %d", h.Released)
		}
		t.row(strconv.FormatInt(h.Hold, 10), h.PlacedAt.String(), h.Product, h.Lot, h.Place, units, cell(h.Actor), state, cell(h.Reason))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

// cell keeps a free text to one cell of one line.
func cell(text string) string { return strings.Join(strings.Fields(text), " ") }

type holdCommand struct {
	writing
	Scan     []string `help:"A scanned code of the lot, unit or location, in place of naming it; again for another code of the same." sep:"none" placeholder:"CODE"`
	Product  string   `help:"SKU or GTIN of the lot or the units." placeholder:"SKU"`
	Lot      string   `help:"Lot to hold; with a location only what of it is there." placeholder:"CODE"`
	Units    []string `help:"Serial numbers or ranges to hold, separated by commas." placeholder:"SERIAL"`
	Site     string   `help:"Site of the location." placeholder:"CODE"`
	Location string   `help:"Location to hold, with all that is there." placeholder:"CODE"`
	Note     string   `placeholder:"TEXT"`
}

// Run places a hold.
func (cmd *holdCommand) Run(s *session) error {
	return cmd.send(s, "/v1/holds", stock.HoldDraft{Scans: cmd.Scan, Product: cmd.Product, Lot: cmd.Lot, Units: cmd.Units, Site: cmd.Site, Location: cmd.Location,
		Reason: cmd.Reason, Note: cmd.Note})
}

type releaseCommand struct {
	writing
	signing
	Override string   `help:"Why it is released though something is missing or failed." placeholder:"TEXT"`
	Hold     int64    `arg:"" help:"The hold to lift, as clew holds numbers it."`
	Units    []string `help:"Only these of the held units: serial numbers or ranges, separated by commas." placeholder:"SERIAL"`
	Note     string   `placeholder:"TEXT"`
}

// Run lifts a hold, whole or for some of its units. A lot released in part moves goods too: that is for clew post --to releases.
func (cmd *releaseCommand) Run(s *session) error {
	draft, err := cmd.sign(s, api.Release{Units: cmd.Units, Override: cmd.Override, Reason: cmd.Reason, Note: cmd.Note, Capture: "typed"}, stock.MeaningRelease)
	if err != nil {
		return err
	}
	return cmd.send(s, fmt.Sprintf("/v1/holds/%d/release", cmd.Hold), draft)
}
