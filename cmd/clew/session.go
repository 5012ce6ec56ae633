package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/store"
)

// session is what a command runs in.
type session struct {
	ctx    context.Context
	data   string
	db     string // of PostgreSQL; the ledger is in the folder where it is empty
	dbRead string // a replica of it
	org    string
	logKey string // file with the key that signs the log
	actor  string

	ephemeral bool // what is recorded may get lost
	in        io.Reader
	out       io.Writer
	errs      io.Writer

	held []io.Closer // released in reverse when the command ends
}

func (s *session) close() {
	for i := len(s.held) - 1; i >= 0; i-- {
		if err := s.held[i].Close(); err != nil {
			fmt.Fprintf(s.errs, "clew: %s\n", oneLine(err))
		}
	}
	s.held = nil
}

func (s *session) socket() string { return filepath.Join(s.data, "clew.sock") }

// who is the actor: as given, else the user of the operating system.
func (s *session) who() string {
	if s.actor != "" {
		return s.actor
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}

// errBusy says that another process has the ledger open.
var errBusy = errors.New("another clew works on this data")

// open opens the ledger itself, as nobody else may meanwhile. A folder without a ledger gets one only when create is set.
func (s *session) open(create bool) (*app.App, error) {
	if err := s.checkPlace(); err != nil {
		return nil, err
	}
	if s.db != "" {
		return s.openShared(create)
	}
	file := filepath.Join(s.data, "clew.db")
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) && !create {
		return nil, fmt.Errorf("there is no ledger in %s: make one with clew serve, import or demo, or name another folder with --data", s.data)
	}
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	lock, err := lockFile(filepath.Join(s.data, "clew.lock"))
	if err != nil {
		return nil, err
	}
	s.held = append(s.held, lock)
	ledger, err := store.Open(s.ctx, store.Options{Path: file, LogKey: s.logKey, Ephemeral: s.ephemeral})
	if err != nil {
		return nil, err
	}
	s.held = append(s.held, ledger)
	return app.New(ledger), nil
}

// checkPlace says what is wrong with how the ledger's place was named.
func (s *session) checkPlace() error {
	switch {
	case s.db == "" && (s.org != store.DefaultOrg || s.dbRead != ""):
		return fmt.Errorf("%w: --org and --db-read are about a PostgreSQL database: name it with --db postgres://…", errUsage)
	case s.db != "" && !isPostgres(s.db):
		return fmt.Errorf("%w: --db is postgres://ROLE@HOST/DATABASE", errUsage)
	case s.dbRead != "" && !isPostgres(s.dbRead):
		return fmt.Errorf("%w: --db-read is postgres://ROLE@HOST/DATABASE", errUsage)
	}
	return nil
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// openShared opens a ledger in PostgreSQL, which others may have open too. Only the first organisation of a database is made on the way.
func (s *session) openShared(create bool) (*app.App, error) {
	ledger, err := store.Open(s.ctx, s.options(create && s.org == store.DefaultOrg))
	if err != nil {
		return nil, err
	}
	s.held = append(s.held, ledger)
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	return app.New(ledger), nil
}

// options are those of the ledger in PostgreSQL.
func (s *session) options(create bool) store.Options {
	return store.Options{URL: s.db, ReadURL: s.dbRead, Org: s.org, Create: create, Dir: s.data, LogKey: s.logKey, Ephemeral: s.ephemeral}
}

// ledger says where the ledger is, without passwords.
func (s *session) ledger() string {
	if s.db == "" {
		return s.data
	}
	return store.Redacted(s.db) + ", organisation " + s.org
}

// client reaches the API: over the ledger in this process when nobody has it open, else through the server that has.
func (s *session) client() (*client, error) { return s.reach(false) }

// reach is client; with create, a folder without a ledger gets one.
func (s *session) reach(create bool) (*client, error) {
	const patience = 5 * time.Second // for another short command to end
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		a, err := s.open(create)
		if err == nil {
			handler := api.New(a, api.Options{Actor: s.who(), Machine: true, Version: version})
			return &client{ctx: s.ctx, actor: s.who(), http: &http.Client{Transport: inProcess{handler}}}, nil
		}
		if !errors.Is(err, errBusy) {
			return nil, err
		}
		if c := s.remote(); c != nil {
			return c, nil
		}
		if time.Since(start) > patience {
			return nil, fmt.Errorf("%w (%s) and serves no calls at %s: wait for it to end, or stop it", errBusy, s.data, s.socket())
		}
	}
}

// remote reaches the server on the same data, nil when there is none.
func (s *session) remote() *client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", s.socket())
	}
	conn, err := dial(s.ctx, "", "")
	if err != nil {
		return nil
	}
	conn.Close()
	return &client{ctx: s.ctx, actor: s.who(), http: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}
