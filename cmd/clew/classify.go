package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type classifyCommand struct {
	reading
	Products   []string `arg:"" optional:"" help:"Only these: SKUs."`
	From       string   `help:"First day of the period; a year before its end by default." placeholder:"DATE"`
	To         string   `help:"Last day of the period; today by default." placeholder:"DATE"`
	SerialFrom string   `help:"What a piece of class A costs at least for serial numbers to be proposed." placeholder:"COST"`
	Class      string   `help:"Only those that rank so: A, B or C." placeholder:"CLASS"`
	Changes    bool     `help:"Only those for which something else is proposed than stands."`
	Accept     bool     `help:"Accept what is proposed for those that are listed: their class, and how their goods are told apart."`
	Rest       string   `help:"With --accept: the lot that today's stock becomes where goods are told apart by lot from now on." placeholder:"LOT"`
	Reason     string   `help:"With --accept: why." placeholder:"TEXT"`
	Key        string   `help:"With --accept: key of the call, for safe repeats." placeholder:"KEY"`
}

// Run shows how products rank, and accepts what is proposed where that is asked.
func (cmd *classifyCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("from", cmd.From, "to", cmd.To, "serial_from", cmd.SerialFrom, "class", cmd.Class)
	if cmd.Changes || cmd.Accept {
		query.Set("changes", "true")
	}
	var rows []app.ClassRow
	if err := pages(c, "/v1/classification", query, func(r app.ClassRow) error {
		if len(cmd.Products) == 0 || slices.Contains(cmd.Products, r.Product) {
			rows = append(rows, r)
		}
		return nil
	}); err != nil {
		return err
	}
	if cmd.Accept {
		return cmd.accept(s, c, rows)
	}
	return cmd.tell(s, rows)
}

func (cmd *classifyCommand) tell(s *session, rows []app.ClassRow) error {
	list := &listWriter{w: s.out}
	t := newTable(s.out, "RANK", "PRODUCT", "CLASS", "NOW", "TRACKING", "PROPOSED", "RULE", "VALUE", "SHARE", "WHY")
	for _, r := range rows {
		if cmd.JSON {
			if err := list.add(r); err != nil {
				return err
			}
			continue
		}
		var why []string
		for _, reason := range r.Reasons {
			word := reason.Code
			if with := reason.Value + strings.Join(reason.Words, "+"); with != "" {
				word += " " + with
			}
			why = append(why, word)
		}
		t.row(strconv.Itoa(r.Rank), r.Product, r.Class, r.Classified, r.Tracking, r.Proposed, r.Rule, r.Value, r.Share.String()+" %", strings.Join(why, ", "))
	}
	if cmd.JSON {
		return list.end()
	}
	return t.end()
}

func (cmd *classifyCommand) accept(s *session, c *client, rows []app.ClassRow) error {
	if len(rows) == 0 {
		fmt.Fprintln(s.out, "nothing is proposed that does not stand")
		return nil
	}
	drafts := make([]stock.ClassDraft, len(rows))
	for i, r := range rows {
		drafts[i] = stock.ClassDraft{Product: r.Product, Class: &r.Class, Reason: cmd.Reason}
		if r.Proposed != r.Tracking {
			drafts[i].Tracking = &r.Proposed
			if cmd.Rest != "" && r.Proposed == stock.TrackLot.String() {
				drafts[i].Rest = &stock.RestDraft{Lot: cmd.Rest}
			}
		}
	}
	text, err := json.Marshal(drafts)
	if err != nil {
		return err
	}
	var headers []string
	if cmd.Key != "" {
		headers = append(headers, "Idempotency-Key", cmd.Key)
	}
	body, err := c.do("POST", "/v1/classification", nil, bytes.NewReader(text), headers...)
	if err != nil {
		return err
	}
	defer body.Close()
	if cmd.JSON {
		return (&postCommand{reading: cmd.reading}).tellMany(s, body)
	}
	var answer api.BulkAnswer
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return err
	}
	for i, r := range answer.Results {
		if r.Problem != nil {
			fmt.Fprintf(s.out, "%s: refused: %s\n", rows[i].Product, tell(r.Problem))
			continue
		}
		fmt.Fprintf(s.out, "%s: class %s, %s (entry %d)\n", rows[i].Product, rows[i].Class, rows[i].Proposed, r.Entry)
	}
	if answer.Refused > 0 {
		return fmt.Errorf("%d of %d were refused: name their stock with clew track, or take it into one lot with --rest", answer.Refused, len(answer.Results))
	}
	return nil
}
