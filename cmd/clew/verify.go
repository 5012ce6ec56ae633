package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"clew/internal/api"
)

type verifyCommand struct {
	reading
	Against string `help:"File with signed checkpoints that were kept elsewhere: tells whether the log still begins with what they were signed over." type:"existingfile" placeholder:"FILE"`
}

// Run verifies the whole ledger, and fails when something is wrong with it.
func (cmd *verifyCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	method, asked := http.MethodGet, io.Reader(nil)
	if cmd.Against != "" {
		kept, err := os.ReadFile(cmd.Against)
		if err != nil {
			return err
		}
		text, err := json.Marshal(api.Against{Against: string(kept)})
		if err != nil {
			return err
		}
		method, asked = http.MethodPost, bytes.NewReader(text)
	}
	body, err := c.do(method, "/v1/verify", nil, asked, "Accept", "application/x-ndjson")
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
		fmt.Fprintln(s.out, sealedWords(v))
		fmt.Fprintln(s.out, "whole: every entry is as it was recorded, and the stock is what the entries make of it")
	}
	return nil
}

// sealedWords says how far the log is sealed and signed, and what was found against checkpoints from elsewhere.
func sealedWords(v *api.Verification) string {
	text := "no entry is sealed yet"
	if v.Sealed > 0 {
		text = fmt.Sprintf("sealed up to entry %d and not signed: the key is not here", v.Sealed)
	}
	if v.Signed > 0 {
		text = fmt.Sprintf("sealed up to entry %d, signed up to entry %d", v.Sealed, v.Signed)
	}
	switch v.Agreed {
	case 0:
	case 1:
		text += "; it begins with what the given checkpoint was signed over"
	default:
		text += fmt.Sprintf("; it begins with what each of the %d given checkpoints was signed over", v.Agreed)
	}
	return text
}
