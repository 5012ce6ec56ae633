package api

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/pgtest"
	"clew/internal/store"

	"github.com/google/go-cmp/cmp"
)

// onEngine is an empty ledger on the engine that CLEW_TEST_ENGINE names: sqlite, where it is left out, or postgres.
func onEngine(t testing.TB) store.Options {
	if pgtest.Engine() == "postgres" {
		url, _, org := pgtest.Start(t).Schema()
		return store.Options{URL: url, Org: org, Create: true, Dir: t.TempDir(), Ephemeral: true}
	}
	return store.Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true}
}

// openLedger opens a fresh ledger with the real handler over it.
func openLedger(t testing.TB) (http.Handler, *app.App) {
	t.Helper()
	s, err := store.Open(t.Context(), onEngine(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a := app.New(s)
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	return New(a, Options{Actor: "server", Machine: true, Log: log}), a
}

// notRaced skips what has nothing to do with races, one caller after another: it runs without the detector.
func notRaced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector")
	}
}

// call is one request of a scenario, and what its answer must be.
type call struct {
	name    string
	do      string // "POST /v1/products"
	headers string // "Name: value", one a line
	body    string
	status  int
	want    []string // must occur in the answer's headers or body
	not     []string // must not
}

func (c call) request() *http.Request {
	method, target, _ := strings.Cut(c.do, " ")
	var body io.Reader
	if c.body != "" {
		body = strings.NewReader(c.body)
	}
	r := httptest.NewRequest(method, "http://localhost"+target, body)
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for line := range strings.Lines(c.headers) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		r.Header.Set(name, value)
	}
	return r
}

func (c call) run(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, c.request())
	got := w.Body.String()
	var whole strings.Builder
	w.Result().Header.Write(&whole)
	whole.WriteString("\n" + got)
	if w.Code != c.status {
		t.Errorf("%s %s: status %d, want %d\n%s", c.name, c.do, w.Code, c.status, got)
	}
	if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s: an error of type %q", c.name, c.do, w.Header().Get("Content-Type"))
	}
	for _, want := range c.want {
		if !strings.Contains(whole.String(), want) {
			t.Errorf("%s %s: %s is missing in\n%s", c.name, c.do, want, whole.String())
		}
	}
	for _, not := range c.not {
		if strings.Contains(whole.String(), not) {
			t.Errorf("%s %s: %s must not be in\n%s", c.name, c.do, not, whole.String())
		}
	}
	return got
}

// business is what most scenarios start with.
var business = []call{
	{do: "POST /v1/sites", body: `{"code":"MAIN","time_zone":"Europe/Berlin"}`, status: 201},
	{do: "POST /v1/sites", body: `{"code":"SHOP","time_zone":"Europe/Berlin"}`, status: 201},
	{do: "POST /v1/locations", body: `{"site":"MAIN","code":"DOCK"}`, status: 201},
	{do: "POST /v1/locations", body: `{"site":"MAIN","code":"SHELF"}`, status: 201},
	{do: "POST /v1/locations", body: `{"site":"MAIN","code":"QUAR","blocking":true}`, status: 201},
	{do: "POST /v1/locations", body: `{"site":"SHOP","code":"FLOOR"}`, status: 201},
	{do: "POST /v1/partners", body: `{"code":"MILL","roles":["supplier"]}`, status: 201},
	{do: "POST /v1/partners", body: `{"code":"CAFE","roles":["customer"]}`, status: 201},
	{do: "POST /v1/products", body: `{"sku":"FLOUR","tracking":"lot","uom":"KGM","decimals":3,"requires":["expiry"]}`, status: 201},
	{do: "POST /v1/products", body: `{"sku":"BIKE","tracking":"serial"}`, status: 201},
	{do: "POST /v1/products", body: `{"sku":"BOX"}`, status: 201},
	{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[
		{"product":"FLOUR","lot":"L1","quantity":"100","expiry":"2099-01-31","to":"DOCK"},
		{"product":"FLOUR","lot":"L2","quantity":"50","expiry":"2099-02-28","to":"DOCK"},
		{"product":"FLOUR","lot":"OLD","quantity":"5","expiry":"2020-02-28","to":"DOCK"},
		{"product":"BIKE","units":["B001..B010"],"to":"DOCK"},
		{"product":"BOX","quantity":"20","to":"DOCK"}]}`, status: 201},
}

func run(t *testing.T, h http.Handler, calls []call) {
	t.Helper()
	for _, c := range calls {
		c.run(t, h)
	}
}

func TestOpenAPI_Golden(t *testing.T) {
	notRaced(t)
	h, _ := openLedger(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, call{do: "GET /openapi.yaml"}.request())
	got := w.Body.String()
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile("openapi.yaml", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("openapi.yaml is not what the code says (UPDATE_GOLDEN=1 go test ./internal/api rewrites it):\n%s", diff)
	}
}
