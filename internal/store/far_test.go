package store

import (
	"testing"

	"clew/internal/pgtest"
)

// TestReplica: a replica answers what it may once it has caught up; one that lags or is gone costs nobody what was recorded.
func TestReplica(t *testing.T) {
	notRaced(t)
	server, db := served(t, pgtest.Options{})
	first := mustOpen(t, db)
	world(t, first)
	standby := server.Standby()
	s, err := db.open(t, Options{ReadURL: standby.URL(pgtest.App, pgtest.Shared)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	far := Far(t.Context())
	finds := func(serial string, byReplica bool) {
		t.Helper()
		if asked := s.reads(far) == s.far.db; asked != byReplica {
			t.Errorf("%s: the replica is asked: %v, want %v", serial, asked, byReplica)
		}
		if found, err := s.Units(far, UnitFilter{Serial: serial}); err != nil || len(found) != 1 {
			t.Errorf("%s: %d found, %v", serial, len(found), err)
		}
	}
	ok(t, s, receive(bikes("R1")))
	standby.Do(standby.CaughtUp(server.Server))
	finds("R1", true)
	standby.Do(standby.Pause())
	ok(t, s, receive(bikes("R2")))
	finds("R2", false)
	if s.reads(t.Context()) != s.read {
		t.Error("a read that did not say that it may is sent to the replica")
	}
	standby.Do(standby.Resume())
	standby.Do(standby.CaughtUp(server.Server))
	finds("R2", true)
	standby.Do(standby.Kill())
	if found, err := s.Units(far, UnitFilter{Serial: "R2"}); err != nil || len(found) != 1 {
		t.Errorf("without the replica: %d found, %v", len(found), err)
	}
	ok(t, s, receive(bikes("R3")))
	finds("R3", false)
}
