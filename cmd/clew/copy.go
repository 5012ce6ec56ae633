package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clew/internal/store"
)

// copyCommand copies a ledger to another engine or another place.
type copyCommand struct {
	From    string `required:"" help:"Where the ledger is: sqlite:DIR, its folder, or postgres://…, its database." placeholder:"PLACE"`
	FromOrg string `help:"Organisation to copy, of a PostgreSQL database." default:"default" placeholder:"NAME"`
	To      string `required:"" help:"Where the copy is to be, with nothing in it: sqlite:DIR or postgres://…" placeholder:"PLACE"`
	ToOrg   string `help:"Organisation to copy into, made where it is not there." default:"default" placeholder:"NAME"`
}

// Run copies, compares and verifies. Both ledgers stay closed to others where they are files.
func (cmd *copyCommand) Run(s *session) error {
	from, err := s.place("--from", cmd.From, cmd.FromOrg, false)
	if err != nil {
		return err
	}
	to, err := s.place("--to", cmd.To, cmd.ToOrg, true)
	if err != nil {
		return err
	}
	if from.URL != "" && from.URL == to.URL && from.Org == to.Org {
		return fmt.Errorf("%w: --from and --to are the same ledger", errUsage)
	}
	done, err := store.Transfer(s.ctx, from, to, s.progress())
	if s.ctx.Err() != nil {
		return errors.New("the copy was stopped: run it again, and it goes on where it was")
	}
	if err != nil {
		return err
	}
	return tellCopy(s, done)
}

// place reads where a ledger is, and keeps others out of a folder.
func (s *session) place(flag, said, org string, create bool) (store.Options, error) {
	dir, isFolder := strings.CutPrefix(said, "sqlite:")
	switch {
	case isFolder && dir != "":
		if create {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return store.Options{}, fmt.Errorf("the folder cannot be made: %w", err)
			}
		} else if _, err := os.Stat(filepath.Join(dir, "clew.db")); err != nil {
			return store.Options{}, fmt.Errorf("there is no ledger in %s", dir)
		}
		lock, err := lockFile(filepath.Join(dir, "clew.lock"))
		if errors.Is(err, errBusy) {
			return store.Options{}, fmt.Errorf("%w: stop what serves %s, or wait for it to end", errBusy, dir)
		}
		if err != nil {
			return store.Options{}, err
		}
		s.held = append(s.held, lock)
		return store.Options{Path: filepath.Join(dir, "clew.db"), Ephemeral: s.ephemeral}, nil
	case isPostgres(said):
		if err := os.MkdirAll(s.data, 0o700); err != nil {
			return store.Options{}, fmt.Errorf("the data folder cannot be made: %w", err)
		}
		return store.Options{URL: said, Org: org, Dir: s.data, Ephemeral: s.ephemeral}, nil
	}
	return store.Options{}, fmt.Errorf("%w: %s is sqlite:DIR, the folder of a ledger, or postgres://…, a database", errUsage, flag)
}

func tellCopy(s *session, done *store.Transferred) error {
	how := "copied"
	switch {
	case done.Already:
		how = "was there already"
	case done.Resumed:
		how = "copied to its end"
	}
	fmt.Fprintf(s.out, "ledger %s %s: %d entries, %d rows of %d tables and %d contents of files, the same on both sides (SHA-256 %x)\n",
		done.Ledger, how, done.Entries, done.Rows, done.Tables, done.Contents, done.Digest)
	for _, p := range done.Report.Problems {
		fmt.Fprintln(s.out, p)
	}
	if !done.Report.Whole() {
		return fmt.Errorf("the copy is as the source is, and not whole: %d kinds of faults", len(done.Report.Problems))
	}
	fmt.Fprintln(s.out, "whole: every entry is as it was recorded, and the stock is what the entries make of it")
	return nil
}
