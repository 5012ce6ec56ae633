package main

import (
	"encoding/json"
	"fmt"
	"runtime"
)

type versionCommand struct{ reading }

// Run shows what was built.
func (cmd *versionCommand) Run(s *session) error {
	if cmd.JSON {
		return json.NewEncoder(s.out).Encode(map[string]string{"version": version, "go": runtime.Version()})
	}
	_, err := fmt.Fprintf(s.out, "clew %s\n", version)
	return err
}
