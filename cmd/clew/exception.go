package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type exceptionsCommand struct {
	reading
	All bool `help:"Resolved ones too."`
}

// Run lists movements that were refused and kept.
func (cmd *exceptionsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf()
	if cmd.All {
		query.Set("all", "true")
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/exceptions", query, func(e app.Entry) error { return list.add(e) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "EXCEPTION", "HAPPENED", "BY", "CODE", "STATE", "WHY IT WAS REFUSED")
	err = pages(c, "/v1/exceptions", query, func(e app.Entry) error {
		x, state := e.Exception, "open"
		if x == nil {
			return fmt.Errorf("entry %d is listed as an exception but says nothing of what was refused", e.Entry)
		}
		if x.Resolved != 0 {
			state = fmt.Sprintf("resolved by %d", x.Resolved)
		}
		why := x.Detail
		if x.Field != "" {
			why = x.Field + ": " + why
		}
		t.row(strconv.FormatInt(e.Entry, 10), e.OccurredAt.String(), cell(e.Actor), x.Code, state, cell(why))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type resolveCommand struct {
	writing
	signing
	Exception int64  `arg:"" help:"The exception to end, as clew exceptions numbers it."`
	Action    string `arg:"" help:"post the movement, as it was or amended; or dismiss it." enum:"post,dismiss"`
	Amended   string `help:"File with the JSON of the movement to post instead; - for standard input." placeholder:"FILE"`
}

// Run ends an exception.
func (cmd *resolveCommand) Run(s *session) error {
	if cmd.Sign && cmd.Amended == "-" {
		return fmt.Errorf("%w: standard input cannot be both the movement and the password: name a file", errUsage)
	}
	if cmd.Amended != "" && cmd.Action != "post" {
		return fmt.Errorf("%w: an amended movement is posted, not dismissed", errUsage)
	}
	// The movement goes to the API as it was written, which names what it does not know in it.
	draft := struct {
		api.Resolution
		Amended json.RawMessage `json:"amended,omitempty"`
	}{Resolution: api.Resolution{Action: cmd.Action, Reason: cmd.Reason}}
	if cmd.Amended != "" {
		text, err := cmd.amended(s)
		if err != nil {
			return err
		}
		if !json.Valid(text) {
			return fmt.Errorf("%s is not JSON", cmd.Amended)
		}
		draft.Amended = text
	}
	signed, err := cmd.sign(s, draft, stock.MeaningOverride)
	if err != nil {
		return err
	}
	return cmd.send(s, fmt.Sprintf("/v1/exceptions/%d/resolution", cmd.Exception), signed)
}

// amended reads the movement.
func (cmd *resolveCommand) amended(s *session) ([]byte, error) {
	in := s.in
	if cmd.Amended != "-" {
		f, err := os.Open(cmd.Amended)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(in)
}
