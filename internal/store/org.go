package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Org is an organisation of a PostgreSQL database.
type Org struct {
	Name    string
	Ledger  string
	Entries int64
	Current bool // it is of this build's version
	Owned   bool // by the role that asks
	Copying bool // a copy into it is under way, or was broken off
}

// connected runs something with a database that no organisation has been chosen of.
func connected(ctx context.Context, url string, do func(db *sql.DB) error) error {
	s := &Store{}
	db, err := s.pool(ctx, url, 3)
	if err != nil {
		return err
	}
	defer func() {
		db.Close()
		s.closers[0]()
	}()
	return unreached(url, fault(do(db)))
}

// CreateOrg makes an organisation, and gives a role the right to serve it where one is named.
func CreateOrg(ctx context.Context, url, name, role string) error {
	return changeOrg(ctx, url, name, role, func(there bool) error {
		if there {
			return fmt.Errorf("organisation %s is there already: clew org migrate %s brings it up to date", name, name)
		}
		return nil
	})
}

// MigrateOrg brings an organisation up to date, and gives a role the right to serve it where one is named.
func MigrateOrg(ctx context.Context, url, name, role string) error {
	return changeOrg(ctx, url, name, role, func(there bool) error {
		if !there {
			return noOrg(name)
		}
		return nil
	})
}

func noOrg(name string) error {
	return fmt.Errorf("there is no organisation %s in this database: make it with clew org create %s", name, name)
}

// changeOrg makes an organisation or brings it up to date, unless it is refused for being there or not.
func changeOrg(ctx context.Context, url, name, role string, refuse func(there bool) error) error {
	if err := CheckOrg(name); err != nil {
		return err
	}
	return connected(ctx, url, func(db *sql.DB) error {
		d := postgresDialect{schemaPrefix + name, &sync.Map{}}
		taken, err := stepsTaken(ctx, db, d)
		if err == nil {
			err = refuse(len(taken) > 0)
		}
		if err != nil {
			return err
		}
		return makeSchema(ctx, db, d, role)
	})
}

// Orgs lists the organisations of a database by name.
func Orgs(ctx context.Context, url string) (orgs []Org, err error) {
	err = connected(ctx, url, func(db *sql.DB) error {
		if orgs, err = orgsThere(ctx, db); err != nil {
			return err
		}
		for i := range orgs {
			if err := orgs[i].look(ctx, db); err != nil {
				return err
			}
		}
		return nil
	})
	return orgs, err
}

// orgsThere lists organisations with what the database itself says of them.
func orgsThere(ctx context.Context, db *sql.DB) (orgs []Org, err error) {
	rows, err := db.QueryContext(ctx, `SELECT n.nspname, pg_has_role(current_user, n.nspowner, 'USAGE') FROM pg_catalog.pg_namespace n
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'ledger_head'
		WHERE n.nspname LIKE 'clew\_%' AND has_schema_privilege(n.oid, 'USAGE') ORDER BY n.nspname COLLATE "C"`)
	return orgs, scanAll(rows, err, func(r *sql.Rows) error {
		var o Org
		err := r.Scan(&o.Name, &o.Owned)
		o.Name = strings.TrimPrefix(o.Name, schemaPrefix)
		orgs = append(orgs, o)
		return err
	})
}

// look reads what the organisation's ledger says of itself.
func (o *Org) look(ctx context.Context, db *sql.DB) error {
	d := postgresDialect{schemaPrefix + o.Name, &sync.Map{}}
	taken, err := stepsTaken(ctx, db, d)
	if err != nil {
		return err
	}
	steps, newest, err := stepsOf(d)
	if err != nil {
		return err
	}
	o.Current = len(taken) == len(steps) && slices.Max(taken) == newest
	return query(ctx, db, d, `SELECT h.id, h.ledger, h.next_entry - 1 FROM ledger_head h`, nil, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id, &o.Ledger, &o.Entries)
		o.Copying = id != headID
		return err
	})
}

// Owned reports whether the role by which the ledger is open in PostgreSQL owns it, and so may rewrite what was recorded.
func (s *Store) Owned(ctx context.Context) (bool, error) {
	d, shared := s.dialect.(postgresDialect)
	if !shared {
		return false, nil
	}
	owns, err := ownsSchema(ctx, s.write, d.schema)
	return owns, fault(err)
}
