package main

import (
	"encoding/json"
	"fmt"
	"os"

	"clew/internal/app"
)

type checkpointCommand struct {
	reading
	Size int64  `help:"Sign the log as it was when it had so many entries." placeholder:"N"`
	Out  string `help:"Write it to this file, in the place of what is there." type:"path" placeholder:"FILE"`
	Add  string `help:"Add it to the end of this file, behind older ones." type:"path" placeholder:"FILE"`
}

// Run seals what is not sealed yet, and shows the newest checkpoint.
func (cmd *checkpointCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf()
	if cmd.Size != 0 {
		query.Set("size", fmt.Sprint(cmd.Size))
	}
	var v app.Checkpoint
	if err := c.get("/v1/log/checkpoint", query, &v); err != nil {
		return err
	}
	for _, file := range []struct {
		path string
		how  int
	}{{cmd.Out, os.O_TRUNC}, {cmd.Add, os.O_APPEND}} {
		if file.path == "" {
			continue
		}
		if err := writeEnd(file.path, file.how, v.Checkpoint); err != nil {
			return err
		}
	}
	switch {
	case cmd.JSON:
		return json.NewEncoder(s.out).Encode(v)
	case cmd.Out != "" || cmd.Add != "":
		fmt.Fprintf(s.out, "ledger %s: %d entries, signed at %s\n", v.Ledger, v.Entries, v.SignedAt)
	default:
		fmt.Fprint(s.out, v.Checkpoint)
	}
	if v.Entries < v.Recorded && cmd.Size == 0 {
		fmt.Fprintf(s.errs, "it covers %d of %d entries: the key that signs is not on this server\n", v.Entries, v.Recorded)
	}
	return nil
}

// writeEnd writes text to a file, so that it is on the disk when it returns.
func writeEnd(path string, how int, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|how, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}
