package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clew/internal/demo"
	"clew/internal/store"
)

type demoCommand struct {
	Scale int    `help:"Multiplies the volumes." default:"1"`
	Seed  uint64 `help:"Another number makes another year." default:"1"`
	Days  int    `help:"How many days, up to yesterday." default:"365"`
}

// Run makes a year of business in an empty ledger. It opens the ledger itself, on a clock that runs through that year.
func (cmd *demoCommand) Run(s *session) error {
	if err := s.checkPlace(); err != nil {
		return err
	}
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	ledger := s.options(s.org == store.DefaultOrg)
	if s.db == "" {
		lock, err := lockFile(filepath.Join(s.data, "clew.lock"))
		if errors.Is(err, errBusy) {
			return fmt.Errorf("%w (%s): a demo needs it for itself, so stop the server first", err, s.data)
		} else if err != nil {
			return err
		}
		s.held = append(s.held, lock)
		ledger = store.Options{Path: filepath.Join(s.data, "clew.db"), Ephemeral: s.ephemeral}
	}
	report, err := demo.Run(s.ctx, demo.Options{Ledger: ledger, Seed: cmd.Seed, Scale: cmd.Scale, Days: cmd.Days, Progress: s.errs})
	if s.ctx.Err() != nil {
		return errors.New("the demo was interrupted; the same command goes on with it")
	}
	if err != nil {
		return err
	}
	report.Print(s.out, s.where())
	return nil
}

// where is the flag by which other commands find the ledger of this one, empty where they find it without.
func (s *session) where() string {
	if s.db != "" {
		if s.db == os.Getenv("CLEW_DB") && s.org == cmp.Or(os.Getenv("CLEW_ORG"), store.DefaultOrg) {
			return ""
		}
		return " --db '" + store.Redacted(s.db) + "' --org " + s.org
	}
	here, err := filepath.Abs(s.data)
	usual, fault := filepath.Abs(cmp.Or(os.Getenv("CLEW_DATA"), "data"))
	if err != nil || fault != nil || here == usual {
		return ""
	}
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, here); err == nil && filepath.IsLocal(rel) {
			here = rel
		}
	}
	if strings.ContainsAny(here, " \t'\"$&;()*?\\") {
		here = "'" + strings.ReplaceAll(here, "'", `'\''`) + "'"
	}
	return " --data " + here
}
