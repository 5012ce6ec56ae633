package main

type traceCommand struct {
	reading
	Code string `arg:"" help:"A lot, serial number, entry or reference."`
}

// Run traces.
func (cmd *traceCommand) Run(s *session) error { return nil }

type historyCommand struct {
	reading
	Code string `arg:"" help:"A lot or serial number."`
}

// Run shows a history.
func (cmd *historyCommand) Run(s *session) error { return nil }

type verifyCommand struct{ reading }

// Run verifies.
func (cmd *verifyCommand) Run(s *session) error { return nil }
