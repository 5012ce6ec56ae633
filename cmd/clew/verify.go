package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"clew/internal/api"
)

type verifyCommand struct{ reading }

// Run verifies the whole ledger, and fails when something is wrong with it.
func (cmd *verifyCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	body, err := c.do(http.MethodGet, "/v1/verify", nil, nil, "Accept", "application/x-ndjson")
	if err != nil {
		return err
	}
	defer body.Close()
	for lines := json.NewDecoder(body); ; {
		var line api.VerificationLine
		if err := lines.Decode(&line); err != nil {
			return fmt.Errorf("the verification broke off: %w", err)
		}
		switch {
		case line.Progress != nil && !cmd.JSON:
			fmt.Fprintf(s.errs, "%d of %d entries\n", line.Progress.Done, line.Progress.Total)
		case line.Problem != nil:
			return errors.New(tell(line.Problem))
		case line.Result != nil:
			return cmd.tell(s, line.Result)
		}
	}
}

func (cmd *verifyCommand) tell(s *session, v *api.Verification) error {
	if cmd.JSON {
		if err := json.NewEncoder(s.out).Encode(v); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(s.out, "ledger %s: %d entries, %d items, %d units, %d unit moves\n", v.Ledger, v.Entries, v.Items, v.Units, v.UnitMoves)
		for _, f := range v.Faults {
			fmt.Fprintf(s.out, "%s: %s: %s (%d)\n", f.Check, f.Record, f.Detail, f.Count)
		}
	}
	if !v.Whole {
		return fmt.Errorf("the ledger is not whole: %d kinds of faults", len(v.Faults))
	}
	if !cmd.JSON {
		fmt.Fprintln(s.out, "whole: every entry is as it was recorded, and the stock is what the entries make of it")
	}
	return nil
}
