package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"clew/internal/app"
)

type correctCommand struct {
	reading
	Product    string  `arg:"" help:"SKU or GTIN."`
	Lot        string  `arg:"" help:"The lot that was found wrong, or with --to-serial the unit, by its code now or before."`
	ToSerial   *string `help:"Of a unit: the right serial number; it is still found under the old one." placeholder:"SERIAL"`
	ToLot      *string `help:"The right code; the old one stays an alias." placeholder:"CODE"`
	Production *string `help:"The right date; empty for none." placeholder:"DATE"`
	BestBefore *string `placeholder:"DATE"`
	SellBy     *string `placeholder:"DATE"`
	Expiry     *string `placeholder:"DATE"`
	Source     *string `help:"The partner that it came from; empty: made here." placeholder:"CODE"`
	Reason     string  `help:"How it was found." placeholder:"TEXT"`
	Key        string  `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Override   string  `help:"Why it reaches into books that are closed." placeholder:"TEXT"`
	Affected   bool    `help:"Only show what it would touch; nothing is recorded."`
}

// Run corrects a lot, or shows what that would touch.
func (cmd *correctCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Affected {
		return cmd.affected(s, c)
	}
	set := map[string]string{}
	for name, value := range map[string]*string{"lot": cmd.ToLot, "production": cmd.Production, "best_before": cmd.BestBefore, "sell_by": cmd.SellBy,
		"expiry": cmd.Expiry, "source": cmd.Source} {
		if value != nil {
			set[name] = *value
		}
	}
	what := "lot"
	if cmd.ToSerial != nil {
		what, set["serial"] = "unit", *cmd.ToSerial
	}
	draft := map[string]any{"product": cmd.Product, what: cmd.Lot, "set": set, "reason": cmd.Reason, "capture": "typed"}
	if cmd.Override != "" {
		draft["override"] = cmd.Override
	}
	text, err := json.Marshal(draft)
	if err != nil {
		return err
	}
	var headers []string
	if cmd.Key != "" {
		headers = append(headers, "Idempotency-Key", cmd.Key)
	}
	body, err := c.do("POST", "/v1/corrections", nil, bytes.NewReader(text), headers...)
	if err != nil {
		return err
	}
	defer body.Close()
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	return tellEntry(s.out, body)
}

func (cmd *correctCommand) affected(s *session, c *client) error {
	query := queryOf("product", cmd.Product, "lot", cmd.Lot)
	if cmd.JSON {
		body, err := c.do("GET", "/v1/corrections/affected", query, nil)
		if err != nil {
			return err
		}
		defer body.Close()
		return copyJSON(s.out, body)
	}
	var a app.Affected
	if err := c.get("/v1/corrections/affected", query, &a); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "lot %s of %s: %d movements, goods at %d places, %d of them customers or suppliers\n", a.Lot, a.Product, a.Movements, len(a.Places), a.Customers)
	for _, at := range a.Places {
		fmt.Fprintf(s.out, "  %s %s\n", at.Quantity, at.Place)
	}
	return nil
}
