package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"
)

type correctCommand struct {
	reading
	Product    string   `arg:"" optional:"" help:"SKU or GTIN."`
	Lot        string   `arg:"" optional:"" help:"The lot, or the unit, that was found wrong, by its code now or before."`
	ToSerial   *string  `help:"Of a unit: the right serial number; it is still found under the old one." placeholder:"SERIAL"`
	ToLot      *string  `help:"The right code; the old one stays an alias. With --items: the lot that they were of." placeholder:"CODE"`
	SameAs     string   `help:"The lot, or the unit, that it is: what was booked as two is one." placeholder:"CODE"`
	Items      []string `help:"Only these goods of the lot were mislabelled: ENTRY:ITEM, and how much or which units where it is not all (--affected lists them)." placeholder:"ENTRY:ITEM[=QTY|=#UNIT+UNIT]"`
	New        bool     `help:"With --items: --to-lot is a new lot, with the dates and source given."`
	Undo       int64    `help:"Take back the correction of goods, or of two that are one, that this entry made." placeholder:"ENTRY"`
	Production *string  `help:"The right date; empty for none." placeholder:"DATE"`
	BestBefore *string  `placeholder:"DATE"`
	SellBy     *string  `placeholder:"DATE"`
	Expiry     *string  `placeholder:"DATE"`
	Source     *string  `help:"The partner that it came from; empty: made here." placeholder:"CODE"`
	Reason     string   `help:"How it was found." placeholder:"TEXT"`
	Key        string   `help:"Key of the call, for safe repeats." placeholder:"KEY"`
	Override   string   `help:"Why it reaches into books that are closed." placeholder:"TEXT"`
	Affected   bool     `help:"Only show what it would touch; nothing is recorded."`
}

// Run corrects a lot or a unit, or shows what that would touch.
func (cmd *correctCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	what := "lot"
	if cmd.ToSerial != nil || (cmd.SameAs != "" || cmd.Affected) && cmd.isUnit(c) {
		what = "unit"
	}
	if cmd.Affected {
		return cmd.affected(s, c, what)
	}
	draft, err := cmd.draft(what)
	if err != nil {
		return err
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

// isUnit reports whether the product has a unit of the code.
func (cmd *correctCommand) isUnit(c *client) bool {
	var page struct {
		Items []app.Unit `json:"items"`
	}
	err := c.get("/v1/units", queryOf("product", cmd.Product, "serial", cmd.Lot), &page)
	return err == nil && len(page.Items) > 0
}

// draft is the correction that the flags ask for.
func (cmd *correctCommand) draft(what string) (map[string]any, error) {
	draft := map[string]any{"reason": cmd.Reason, "capture": "typed"}
	set := map[string]string{}
	for name, value := range map[string]*string{"lot": cmd.ToLot, "production": cmd.Production, "best_before": cmd.BestBefore, "sell_by": cmd.SellBy,
		"expiry": cmd.Expiry, "source": cmd.Source, "serial": cmd.ToSerial} {
		if value != nil {
			set[name] = *value
		}
	}
	if len(set) > 0 {
		draft["set"] = set
	}
	for name, value := range map[string]string{"product": cmd.Product, what: cmd.Lot, "same_as": cmd.SameAs, "override": cmd.Override} {
		if value != "" {
			draft[name] = value
		}
	}
	if cmd.Undo != 0 {
		draft["undo"] = cmd.Undo
	}
	if cmd.New {
		draft["new"] = true
	}
	var items []stock.CorrectedItem
	for _, text := range cmd.Items {
		it, err := correctedItem(text)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	if len(items) > 0 {
		draft["items"] = items
	}
	return draft, nil
}

// correctedItem reads ENTRY:ITEM, ENTRY:ITEM=QUANTITY or ENTRY:ITEM=#UNIT+UNIT.
func correctedItem(text string) (it stock.CorrectedItem, err error) {
	name, part, _ := strings.Cut(text, "=")
	entry, item, named := strings.Cut(name, ":")
	if it.Entry, err = strconv.ParseInt(entry, 10, 64); err == nil && named {
		it.Item, err = strconv.ParseInt(item, 10, 64)
	}
	if err != nil {
		return it, fmt.Errorf("--items: %q is not ENTRY:ITEM, with =QUANTITY or =#UNIT+UNIT behind it where it is not all", text)
	}
	if units, given := strings.CutPrefix(part, "#"); given {
		it.Units = strings.Split(units, "+")
	} else if part != "" {
		q, err := stock.ParseQuantity(part)
		if err != nil {
			return it, err
		}
		it.Quantity = &q
	}
	return it, nil
}

func (cmd *correctCommand) affected(s *session, c *client, what string) error {
	query := queryOf("product", cmd.Product, what, cmd.Lot)
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
	fmt.Fprintf(s.out, "%s %s of %s: %d movements, goods at %d places, %d of them customers or suppliers\n", what, a.Lot+a.Unit, a.Product, a.Movements, len(a.Places), a.Customers)
	for _, at := range a.Places {
		fmt.Fprintf(s.out, "  %s %s\n", at.Quantity, at.Place)
	}
	for i, it := range a.Items {
		if i == mostTold {
			fmt.Fprintf(s.out, "  … and more\n")
			break
		}
		fmt.Fprintf(s.out, "  item %d:%d  %s  %s, %s to %s\n", it.Entry, it.Item, it.At, it.Quantity, it.From, it.To)
	}
	return nil
}
