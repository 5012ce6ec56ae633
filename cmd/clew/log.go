package main

import (
	"fmt"

	"clew/internal/app"
)

type logCommand struct {
	RotateKey logRotateKeyCommand `cmd:"" name:"rotate-key" help:"Sign the log with a new key from here on; the old one vouches for it."`
}

type logRotateKeyCommand struct {
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
	Lost   bool   `help:"The old key is lost for good: the new one begins without its word."`
}

// Run gives the log another key.
func (cmd *logRotateKeyCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	var k app.LogKey
	if err := c.send("POST", "/v1/log/keys", app.KeyTurn{Reason: cmd.Reason, Lost: cmd.Lost}, &k); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "the log is signed with %s from entry %d on\n", k.Key, k.Entry)
	if cmd.Lost {
		fmt.Fprintln(s.out, "nothing that the old key signed vouches for it: give it to everybody who checks proofs, by a way that they trust")
	}
	return nil
}
