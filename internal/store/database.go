package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Database is the connections to a PostgreSQL database that the organisations of one server share, so that a thousand of them need no more
// than a few. Files have connections of their own: however many are being read, writers do not wait for them.
type Database struct {
	options            Options
	write, files, read *pgxpool.Pool
	far                *pgxpool.Pool // of the replica; nil where there is none
	asked              *sql.DB       // for what is of no organisation
}

// sharedConnections is how many connections a Database has at most of each kind.
const sharedConnections = 16

// OpenDatabase makes the connections, by o.URL and o.ReadURL. Every organisation is opened with the other options, too.
func OpenDatabase(ctx context.Context, o Options) (*Database, error) {
	d := &Database{options: o}
	for _, p := range []struct {
		into **pgxpool.Pool
		url  string
	}{{&d.write, o.URL}, {&d.files, o.URL}, {&d.read, o.URL}, {&d.far, o.ReadURL}} {
		if p.url == "" {
			continue
		}
		pool, err := newPool(ctx, p.url, sharedConnections)
		if err != nil {
			d.Close()
			return nil, err
		}
		*p.into = pool
	}
	d.asked = stdlib.OpenDBFromPool(d.read)
	return d, nil
}

// Open opens the ledger of an organisation, which must be there. Its files are worked on in a folder of its own.
func (d *Database) Open(ctx context.Context, org string) (*Store, error) {
	if err := CheckOrg(org); err != nil {
		return nil, err
	}
	o := d.options
	if o.LogKey == "" {
		o.LogKey = filepath.Join(o.Dir, logKeyFile) // the same as where only one is served
	}
	o.Org, o.database, o.Dir = org, d, filepath.Join(o.Dir, org)
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	return Open(ctx, o)
}

// Names lists the organisations that the role may use.
func (d *Database) Names(ctx context.Context) (names []string, err error) {
	orgs, err := orgsThere(ctx, d.asked)
	for _, o := range orgs {
		names = append(names, o.Name)
	}
	return names, unreached(d.options.URL, err)
}

// Close ends the connections, once all ledgers are closed.
func (d *Database) Close() error {
	if d.asked != nil {
		d.asked.Close()
	}
	for _, pool := range []*pgxpool.Pool{d.write, d.files, d.read, d.far} {
		if pool != nil {
			pool.Close()
		}
	}
	return nil
}

// share has a store use the connections of its database.
func (s *Store) share(d *Database) {
	s.write, s.read = s.over(d.write), s.over(d.read)
	s.shelf = s.shelve(d.files)
	if d.far != nil {
		s.far.db = s.over(d.far)
	}
}
