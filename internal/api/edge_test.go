package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/stock"
)

func TestEdge(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{name: "request id is kept", do: "GET /healthz", headers: "X-Request-Id: abc-1.2", status: 200, want: []string{"X-Request-Id: abc-1.2", `{"status":"ok"}`}},
		{name: "unless it could spoil a log", do: "GET /healthz", headers: "X-Request-Id: a b=c", status: 200, not: []string{"a b=c"}},
		{name: "and is in problems", do: "GET /v1/products/NO", headers: "X-Request-Id: abc", status: 404, want: []string{`"request_id":"abc"`}},
		{do: "GET /readyz", status: 200, want: []string{"ready"}},
		{name: "no such address", do: "GET /v2", status: 404, want: []string{`"code":"unsupported"`}},
		{name: "no such method", do: "DELETE /v1/products/BOX", status: 405, want: []string{"Allow: GET, PATCH"}},
		{name: "a web page from elsewhere", do: "POST /v1/products", headers: "Origin: https://evil.example\nSec-Fetch-Site: cross-site", body: `{"sku":"EVIL"}`, status: 403},
		{name: "a form", do: "POST /v1/products", headers: "Content-Type: application/x-www-form-urlencoded", body: `{"sku":"EVIL"}`, status: 415, want: []string{"content-type"}},
		{name: "no body", do: "POST /v1/products", headers: "Content-Type: application/json", status: 400, want: []string{`"code":"required"`}},
		{name: "unknown name", do: "POST /v1/products", body: `{"sku":"A","vendor":"B"}`, status: 400, want: []string{`"field":"vendor"`}},
		{name: "trailing data", do: "POST /v1/products", body: `{"sku":"A"}{"sku":"B"}`, status: 400},
		{name: "path and body differ", do: "PATCH /v1/products/BOX", body: `{"sku":"FLOUR"}`, status: 400, want: []string{`"field":"sku"`}},
		{name: "unknown parameter", do: "GET /v1/products?colour=red", status: 400, want: []string{`"field":"colour"`, `"code":"invalid_value"`}},
		{name: "limit", do: "GET /v1/products?limit=1001", status: 400, want: []string{`"field":"limit"`}},
		{name: "limit is no number", do: "GET /v1/products?limit=x", status: 400, want: []string{`"field":"limit"`}},
		{name: "missing parameter", do: "GET /v1/locations", status: 400, want: []string{`"field":"site"`, `"code":"required"`}},
		{name: "bad cursor", do: "GET /v1/products?cursor=xyz", status: 400, want: []string{`"field":"cursor"`}},
		{name: "bad id", do: "GET /v1/entries/x", status: 400, want: []string{`"field":"id"`}},
		{name: "bad header", do: "POST /v1/products", headers: "Clew-If-Refused: perhaps", body: `{"sku":"A"}`, status: 400, want: []string{"Clew-If-Refused"}},
		{name: "long actor", do: "POST /v1/products", headers: "Clew-Actor: " + strings.Repeat("a", 200), body: `{"sku":"A"}`, status: 422, want: []string{`"field":"actor"`}},
		{name: "the description", do: "GET /openapi.json", status: 200, want: []string{`"openapi":"3.1.0"`}},
		{name: "the page loads nothing from elsewhere", do: "GET /docs", status: 200, want: []string{"default-src 'none'", "/v1/movements"}, not: []string{"http://", "https://", "<script"}},
		{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`, `"faults":[]`}},
		{do: "GET /v1/verify", headers: "Accept: application/x-ndjson", status: 200, want: []string{`{"result":{`, `"whole":true`}},
		{do: "GET /v1/codes", status: 200, want: []string{`"code":"unit_elsewhere"`}},
	})
}

func TestEdge_OtherHost(t *testing.T) {
	h, _ := openLedger(t)
	for host, status := range map[string]int{"evil.example": 403, "evil.example:8080": 403, "localhost:8080": 200, "127.0.0.1": 200, "[::1]:80": 200, "clew": 200, "10.0.0.1": 403} {
		r := call{do: "GET /healthz"}.request()
		r.Host = host
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != status {
			t.Errorf("host %s: status %d, want %d", host, w.Code, status)
		}
	}
}

// endless is a body that does not end.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

func TestBody_Gigabyte(t *testing.T) {
	notRaced(t)
	h, _ := openLedger(t)
	run(t, h, business)
	server := httptest.NewServer(h)
	defer server.Close()
	for _, c := range []struct {
		path   string
		length int64 // -1: chunked
		most   int64 // read at most
	}{
		{"/v1/movements", 1 << 30, 8 << 20}, {"/v1/movements", -1, 80 << 20}, {"/v1/products", 1 << 30, 8 << 20}, {"/v1/products", -1, 8 << 20}, {"/v1/movements/bulk", -1, 80 << 20},
	} {
		body := &endless{}
		r, _ := http.NewRequest(http.MethodPost, server.URL+c.path, io.LimitReader(body, 1<<30))
		r.ContentLength = c.length
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			// The server has hung up while we were still sending, which is as good.
			t.Logf("%s: %v", c.path, err)
		} else {
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), stock.CodeBodyTooLarge) {
				t.Errorf("%s: %d %s", c.path, answer.StatusCode, text)
			}
		}
		if read := body.read.Load(); read > c.most {
			t.Errorf("%s, length %d: %d MiB were read", c.path, c.length, read>>20)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 700<<20 {
		t.Errorf("%d MiB of memory", m.Sys>>20)
	}
}

func TestBody_ShorterThanSaid(t *testing.T) {
	h, _ := openLedger(t)
	r := call{do: "POST /v1/products"}.request()
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"sku":`), failing{}))
	r.ContentLength = 100
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 400 || !strings.Contains(w.Body.String(), "ends early") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestErrors_Inside sees that what goes wrong inside is logged, and not told.
func TestErrors_Inside(t *testing.T) {
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.HandleFunc("/error", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, problemOf(r.Context(), errors.New("secret: no such table")))
	})
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("secret") })
	h := newEdge(mux, slog.New(slog.NewTextHandler(&log, nil)))
	for _, path := range []string{"/error", "/panic"} {
		log.Reset()
		call{do: "GET " + path, headers: "X-Request-Id: r1", status: 500, want: []string{`"code":"internal"`, `"request_id":"r1"`}, not: []string{"secret"}}.run(t, h)
		if text := log.String(); strings.Count(text, "secret") != 1 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=ERROR") || !strings.Contains(text, "request_id=r1") {
			t.Errorf("%s: logged %q", path, text)
		}
	}
}

// TestErrors_Closed sees that a server that shuts down says so.
func TestErrors_Closed(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	a.Store.Close()
	call{do: "POST /v1/products", body: `{"sku":"NEW"}`, status: 503, want: []string{`"code":"timeout"`}}.run(t, h)
	call{do: "GET /v1/products", status: 500, want: []string{`"code":"internal"`}, not: []string{"sql", "database"}}.run(t, h)
}

func TestBulk(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	movements := `[
		{"key":"a","kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]},
		{"key":"b","kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1000"}]},
		{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"2","vendor":"X"}]},
		{"key":"a","kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]},
		{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"3"}]}]`
	run(t, h, []call{
		{do: "POST /v1/movements/bulk", headers: "Idempotency-Key: call1", body: movements, status: 200, want: []string{
			`{"index":0,"key":"a","status":201,"entry":`, `{"index":1,"key":"b","status":409,"problem":{`, `"code":"insufficient_stock"`,
			`{"index":2,"status":400,"problem":{`, `"field":"items[0].vendor"`, `{"index":3,"key":"a","status":201,"entry":`, `"replayed":true`, `"recorded":3,"refused":2}`}},
		{name: "the same again", do: "POST /v1/movements/bulk", headers: "Idempotency-Key: call1", body: movements, status: 200,
			want: []string{`{"index":0,"key":"a","status":201,"entry":`, `"replayed":true`, `{"index":4,"status":201`}},
		{name: "posted once", do: "GET /v1/stock?product=BOX", status: 200, want: []string{`"quantity":"16"`}},
		{name: "kept", do: "POST /v1/movements/bulk", headers: "Clew-If-Refused: keep", body: movements, status: 200, want: []string{`{"index":1,"key":"b","status":202,"entry":`, `"exception":true`}},
		{name: "kept before", do: "POST /v1/movements/bulk", headers: "Clew-If-Refused: keep", body: movements, status: 200, want: []string{`{"index":1,"key":"b","status":202,"entry":`, `"replayed":true,"exception":true`}},
		{name: "a single call knows the key too", do: "POST /v1/movements", headers: "Idempotency-Key: a", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]}`, status: 201,
			want: []string{"Idempotency-Replayed: true"}},
		{name: "lines", do: "POST /v1/products/bulk", headers: "Content-Type: application/x-ndjson\nAccept: application/x-ndjson", body: "{\"sku\":\"BOX\",\"name\":\"Box\"}\n{\"sku\":\"BOX\"}\n{\"sku\":\"\"}\n", status: 200,
			want: []string{"{\"index\":0,\"status\":201,", "{\"index\":1,\"status\":200,", `"unchanged":true`, "{\"index\":2,\"status\":422", "application/x-ndjson"}},
		{name: "bad line", do: "POST /v1/products/bulk", headers: "Content-Type: application/x-ndjson", body: "{\"sku\":\"NEVER\"}\n{\"sku\":", status: 400, want: []string{`"field":"[1]"`}},
		{name: "so nothing was recorded", do: "GET /v1/products/NEVER", status: 404},
		{name: "no array", do: "POST /v1/products/bulk", body: `{"sku":"NEVER"}`, status: 400},
		{name: "array cut off", do: "POST /v1/products/bulk", body: `[{"sku":"NEVER"},`, status: 400},
		{name: "empty", do: "POST /v1/products/bulk", body: `[]`, status: 200, want: []string{`{"results":[],"recorded":0,"refused":0}`}},
		{do: "POST /v1/sites/bulk", body: `[{"code":"S3"}]`, status: 200, want: []string{`"recorded":1`}},
		{do: "POST /v1/locations/bulk", body: `[{"site":"S3","code":"A"},{"site":"S3","code":"B","parent":"A"}]`, status: 200, want: []string{`"recorded":2`}},
		{do: "POST /v1/partners/bulk", body: `[{"code":"P1"},{"code":"P1","roles":["boss"]}]`, status: 200, want: []string{`"recorded":1,"refused":1`, `"field":"roles"`}},
	})
}

func TestBulk_Chunks(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	var b strings.Builder
	const n = 2*chunkDrafts + 7
	for i := range n {
		b.WriteString(`{"sku":"P` + strconv.Itoa(i) + "\"}\n")
	}
	got := call{do: "POST /v1/products/bulk", headers: "Content-Type: application/x-ndjson", body: b.String(), status: 200, want: []string{`"recorded":` + strconv.Itoa(n)}}.run(t, h)
	at := 0
	for i := range n {
		next := strings.Index(got[at:], `{"index":`+strconv.Itoa(i)+`,`)
		if next < 0 {
			t.Fatalf("result %d is missing or out of order", i)
		}
		at += next
	}
	b.Reset()
	for i := range 4 {
		b.WriteString(`{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","to":"DOCK","units":["C` + strconv.Itoa(i) + `00001~+1999"]}]}` + "\n")
	}
	call{do: "POST /v1/movements/bulk", headers: "Content-Type: application/x-ndjson", body: b.String(), status: 200, want: []string{`"recorded":4`}}.run(t, h)
}

func TestBulk_OutOfTime(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	s := newServer(a, Options{Actor: "server"})
	run := &bulkRun{server: s, call: &Call{}, out: newBulkWriter(httptest.NewRecorder(), call{do: "GET /"}.request()), until: time.Now().Add(-time.Second)}
	run.add(context.Background(), `{}`, func(string) (string, stock.Body, error) { return "k", &stock.ProductDraft{SKU: "LATE"}, nil })
	if r := run.results[0]; r.Status != 413 || r.Problem.Code != stock.CodeTimeout || len(run.requests) != 0 {
		t.Errorf("%+v", r)
	}
}
