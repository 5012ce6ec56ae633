package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/pgtest"
	"clew/internal/store"
)

// serving is a server of an organisation in PostgreSQL.
func serving(t *testing.T, o store.Options) http.Handler {
	t.Helper()
	o.Dir = t.TempDir()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(app.New(s), Options{Machine: true, Actor: "server"})
}

// TestServers: what one server recorded, another shows at once, and tells those who wait there.
func TestServers(t *testing.T) {
	url, _, org := pgtest.Start(t).Schema()
	one := serving(t, store.Options{URL: url, Org: org, Create: true, Ephemeral: true})
	two := serving(t, store.Options{URL: url, Org: org, ReadURL: url, Ephemeral: true})
	run(t, one, business)
	run(t, two, []call{{do: "GET /v1/stock?product=BOX&site=MAIN&location=DOCK", status: 200, want: []string{`"quantity":"20"`}}})
	last := call{do: "GET /v1/entries?limit=1000", status: 200}.run(t, two)
	after := last[strings.LastIndex(last, `"after":`)+len(`"after":`):]
	after = after[:strings.IndexByte(after, '}')]
	told := make(chan struct{})
	go func() {
		w := httptest.NewRecorder()
		two.ServeHTTP(w, call{do: "GET /v1/entries?wait=30&after=" + after}.request())
		if !strings.Contains(w.Body.String(), `"kind":"receive"`) {
			t.Errorf("it waited for %s", w.Body)
		}
		close(told)
	}()
	time.Sleep(500 * time.Millisecond)
	call{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BOX","quantity":"5","to":"DOCK"}]}`, status: 201}.run(t, one)
	run(t, two, []call{{do: "GET /v1/stock?product=BOX&site=MAIN&location=DOCK", status: 200, want: []string{`"quantity":"25"`}}})
	select {
	case <-told:
	case <-time.After(25 * time.Second): // it asked to be answered after 30 s in any case
		t.Error("who waits at the other server is not told")
	}
	run(t, two, []call{{do: "GET /metrics", status: 200, want: []string{`clew_database_connections{pool="write",state="in_use"} 1`, `clew_database_connections{pool="read",state="waiting"} 0`,
		`clew_database_connections_max{pool="read"} 8`, `clew_database_connections_max{pool="replica"} 8`}}})
}

// TestReady: a server says that it is not ready while its database is away, or takes no entries, and is ready again when it does.
func TestReady(t *testing.T) {
	leader := pgtest.New(t, pgtest.Options{})
	o := store.Options{URL: leader.URL(pgtest.Owner, pgtest.Shared), Create: true, Ephemeral: true}
	h := serving(t, o)
	// Servers may take a moment for what they were told: a busy machine that starts PostgreSQL answers when it can.
	ready := func(h http.Handler, status int, want string) {
		t.Helper()
		until(t, "readiness "+want, func() bool {
			got := httptest.NewRecorder()
			h.ServeHTTP(got, call{do: "GET /readyz"}.request())
			return got.Code == status && strings.Contains(got.Body.String(), want)
		})
	}
	ready(h, 200, "ready")
	standby := leader.Standby()
	leader.Do(standby.CaughtUp(leader.Server))
	o.URL = standby.URL(pgtest.Owner, pgtest.Shared)
	replica := serving(t, o)
	ready(replica, 503, `"code":"read_only"`)
	leader.Do(leader.Kill())
	ready(h, 503, `"code":"database_away"`)
	run(t, h, []call{{do: "GET /healthz", status: 200}})
	leader.Do(leader.Restart())
	ready(h, 200, "ready")
	leader.Do(leader.Kill())
	leader.Do(standby.Promote())
	ready(replica, 200, "ready")
}
