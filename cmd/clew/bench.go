package main

import (
	"os"

	"clew/internal/bench"
)

type benchCommand struct {
	Quick bool   `help:"A tenth of the sizes: under a minute."`
	Long  bool   `help:"Files of a million rows: half an hour more."`
	Only  string `help:"Only the steps whose name holds this, as they are told while they run." placeholder:"TEXT"`
	Dir   string `help:"Scratch folder, on the disk to be measured; a temporary one by default." type:"path"`
}

// Run measures this very binary as a server, in folders of its own; the ledger in --data is not touched.
func (cmd *benchCommand) Run(s *session) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return bench.Run(s.ctx, bench.Options{Binary: self, Dir: cmd.Dir, Quick: cmd.Quick, Long: cmd.Long, Only: cmd.Only, Ephemeral: s.ephemeral, Out: s.out, Log: s.errs})
}
