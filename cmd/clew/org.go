package main

import (
	"fmt"
	"strconv"

	"clew/internal/store"
)

// orgCommand is about the organisations of a PostgreSQL database. Each has a schema, a ledger and a log of its own.
type orgCommand struct {
	Create  orgCreateCommand  `cmd:"" help:"Make an organisation."`
	List    orgListCommand    `cmd:"" help:"List the organisations."`
	Migrate orgMigrateCommand `cmd:"" help:"Bring organisations up to this build's version."`
}

// database is the PostgreSQL database that was named.
func (s *session) database() (string, error) {
	if err := s.checkPlace(); err != nil {
		return "", err
	}
	if s.db == "" {
		return "", fmt.Errorf("%w: organisations are of a PostgreSQL database: name it with --db postgres://…", errUsage)
	}
	return s.db, nil
}

type orgCreateCommand struct {
	Name string `arg:"" help:"Small letters, digits and underscores."`
	Role string `help:"Role by which clew serve works: it may read everything and add to the log, and not change what is in it." placeholder:"ROLE"`
}

// Run makes an organisation, as the role that will own it.
func (cmd *orgCreateCommand) Run(s *session) error {
	url, err := s.database()
	if err != nil {
		return err
	}
	if err := store.CreateOrg(s.ctx, url, cmd.Name, cmd.Role); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "organisation %s is there: serve it with clew serve --org %s\n", cmd.Name, cmd.Name)
	return nil
}

type orgListCommand struct {
	JSON bool `help:"As JSON."`
}

// Run lists the organisations that the role may use.
func (cmd *orgListCommand) Run(s *session) error {
	url, err := s.database()
	if err != nil {
		return err
	}
	orgs, err := store.Orgs(s.ctx, url)
	if err != nil {
		return err
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		for _, o := range orgs {
			if err := list.add(map[string]any{"name": o.Name, "ledger": o.Ledger, "entries": o.Entries, "current": o.Current, "owned": o.Owned, "copying": o.Copying}); err != nil {
				return err
			}
		}
		return list.end()
	}
	t := newTable(s.out, "ORGANISATION", "ENTRIES", "VERSION", "LEDGER")
	for _, o := range orgs {
		version := "current"
		switch {
		case o.Copying:
			version = "a copy that is not at its end: run the same clew copy again"
		case !o.Current:
			version = "another: clew org migrate " + o.Name
		}
		t.row(o.Name, strconv.FormatInt(o.Entries, 10), version, o.Ledger)
	}
	return t.end()
}

type orgMigrateCommand struct {
	Name string `arg:"" optional:"" help:"All where it is left out."`
	Role string `help:"Role to give the right to serve; those that have it keep it." placeholder:"ROLE"`
}

// Run brings organisations up to date, as the role that owns them.
func (cmd *orgMigrateCommand) Run(s *session) error {
	url, err := s.database()
	if err != nil {
		return err
	}
	names := []string{cmd.Name}
	if cmd.Name == "" {
		orgs, err := store.Orgs(s.ctx, url)
		if err != nil {
			return err
		}
		names = nil
		for _, o := range orgs {
			names = append(names, o.Name)
		}
	}
	for _, name := range names {
		if err := store.MigrateOrg(s.ctx, url, name, cmd.Role); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(s.out, "organisation %s is of this build's version\n", name)
	}
	return nil
}
