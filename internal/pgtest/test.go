package pgtest

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// T is what a test is to this package, so that no binary has the testing package in it because of it.
type T interface {
	Helper()
	Fatal(args ...any)
	Skip(args ...any)
	Cleanup(func())
	Error(args ...any)
	Log(args ...any)
	Failed() bool
}

// Test is a server, or its standby, in a test that fails when something cannot be done.
type Test struct {
	*Server
	t T
}

var (
	once      sync.Once
	shared    *Server
	sharedErr error
	names     atomic.Int64
)

// Start gives the server that all tests of this process share; it has no fsync. The test fails if there can be none.
func Start(t T) *Test {
	t.Helper()
	once.Do(func() { shared, sharedErr = Launch(Options{Unsafe: true}) })
	must(t, sharedErr)
	return &Test{shared, t}
}

// New gives the test a server of its own, which may be killed. It commits durably unless it is asked not to.
func New(t T, o Options) *Test {
	t.Helper()
	s, err := Launch(o)
	must(t, err)
	return keep(t, s)
}

// Bare is New without the roles and the database of the product, for the tests of what makes them.
func Bare(t T, o Options) *Test {
	t.Helper()
	s, err := launchBare(o)
	must(t, err)
	return keep(t, s)
}

// keep closes a server with its test, and shows the log of one that failed.
func keep(t T, s *Server) *Test {
	t.Cleanup(func() {
		if said, err := os.ReadFile(s.log()); err == nil && t.Failed() {
			t.Log(fmt.Sprintf("PostgreSQL on port %d said:\n%s", s.Port, said[max(0, len(said)-4000):]))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Test{s, t}
}

// must fails a test that cannot have its server. Only someone who asked for a part of the tests has it skipped.
func must(t T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if missing := Missing(); missing != "" && os.Getenv("CLEW_TEST_PARTIAL") == "1" {
		t.Skip("not run: missing: " + missing)
	}
	t.Fatal(err)
}

// Do fails the test if err says so: s.Do(s.Kill()).
func (s *Test) Do(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// Standby gives a streaming standby of the server.
func (s *Test) Standby() *Test {
	s.t.Helper()
	standby, err := s.Follow()
	s.Do(err)
	return keep(s.t, standby)
}

// RecoverAt gives another server, from a backup and the log that was archived since, as this one was at a time.
func (s *Test) RecoverAt(backup string, at time.Time) *Test {
	s.t.Helper()
	s.Do(s.archived())
	recovered, err := s.Recover(backup, at)
	s.Do(err)
	return keep(s.t, recovered)
}

// PgBouncer gives a pooler of transactions before the server.
func (s *Test) PgBouncer() *Bouncer {
	s.t.Helper()
	if missing := MissingPgBouncer(); missing != "" && os.Getenv("CLEW_TEST_PARTIAL") == "1" {
		s.t.Skip("not run: missing: " + missing)
	}
	b, err := s.Pool(10)
	s.Do(err)
	s.t.Cleanup(func() {
		if err := b.Close(); err != nil {
			s.t.Error(err)
		}
	})
	return b
}

// Database gives the test an empty database that the owner's role owns, by the URLs of both roles.
func (s *Test) Database() (ownerURL, appURL string) {
	s.t.Helper()
	name := fmt.Sprintf("test%d", names.Add(1))
	s.Do(s.createDatabase(name))
	s.t.Cleanup(func() {
		if err := s.Exec("postgres", "DROP DATABASE "+name+" WITH (FORCE)"); err != nil && s.child.running() {
			s.t.Error(err)
		}
	})
	return s.URL(Owner, name), s.URL(App, name)
}

// Schema gives the test a name that no schema has yet in the database that tests share, by the URLs of both roles. What is
// made of it is dropped with the test, also the schema of an organisation of that name.
func (s *Test) Schema() (ownerURL, appURL, name string) {
	s.t.Helper()
	name = fmt.Sprintf("test%d", names.Add(1))
	s.t.Cleanup(func() {
		if err := s.Exec(Shared, "DROP SCHEMA IF EXISTS "+name+", clew_"+name+" CASCADE"); err != nil && s.child.running() {
			s.t.Error(err)
		}
	})
	return s.URL(Owner, Shared), s.URL(App, Shared), name
}

// Engine is which engine the tests of the upper floors run on, as CLEW_TEST_ENGINE says: SQLite unless it says postgres.
func Engine() string { return os.Getenv("CLEW_TEST_ENGINE") }
