package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestEntries_Wait(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	after := entryAfterAll(t, h)
	ask := func(wait string) <-chan string {
		answered := make(chan string, 1)
		go func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, call{do: "GET /v1/entries?after=" + after + "&wait=" + wait}.request())
			answered <- w.Body.String()
		}()
		return answered
	}
	soon := func(answered <-chan string, not string) string {
		t.Helper()
		select {
		case text := <-answered:
			return text
		case <-time.After(20 * time.Second):
			t.Fatal(not)
			return ""
		}
	}
	if got := soon(ask("1"), "it waited on"); !strings.Contains(got, `"items":[]`) {
		t.Error("nothing was answered when nothing was recorded")
	}
	waits := ask("30")
	select {
	case got := <-waits:
		t.Fatalf("it did not wait: %s", got)
	case <-time.After(200 * time.Millisecond):
	}
	call{do: "POST /v1/products", body: `{"sku":"AWAITED"}`, status: 201}.run(t, h)
	if got := soon(waits, "the entry was not told"); !strings.Contains(got, `"sku":"AWAITED"`) {
		t.Error(got)
	}
	call{do: "GET /v1/entries?after=0&wait=30&limit=1", status: 200, want: []string{`"entry":1`}}.run(t, h)
	call{do: "GET /v1/entries?wait=31", status: 400, want: []string{`"field":"wait"`}}.run(t, h)

	after = entryAfterAll(t, h)
	stop := make(chan struct{})
	h = New(a, Options{Actor: "server", Machine: true, Stop: stop})
	waits = ask("30")
	close(stop)
	soon(waits, "a server that stops waited for those who wait")
}

// TestEntries_TooManyWait: one more than may wait is told so, unless there is something for it already.
func TestEntries_TooManyWait(t *testing.T) {
	_, a := openLedger(t)
	stop := make(chan struct{})
	s := newServer(a, Options{Actor: "server", Waiting: 1, Stop: stop})
	h := newEdge(s.mux, slog.New(slog.DiscardHandler))
	h.machine = true
	run(t, h, business)
	after, ended := entryAfterAll(t, h), make(chan struct{})
	go func() {
		defer close(ended)
		h.ServeHTTP(httptest.NewRecorder(), call{do: "GET /v1/entries?after=" + after + "&wait=30"}.request())
	}()
	for len(s.waiting) == 0 {
		time.Sleep(time.Millisecond)
	}
	call{do: "GET /v1/entries?after=" + after + "&wait=30", status: 503, want: []string{`"code":"limit_reached"`, `"field":"wait"`}}.run(t, h)
	call{do: "GET /v1/entries?after=0&limit=1&wait=30", status: 200, want: []string{`"entry":1`}}.run(t, h)
	close(stop)
	<-ended
	if len(s.waiting) != 0 {
		t.Error("its place was not given back")
	}
}

// entryAfterAll is the number of the last entry, as the feed gives it.
func entryAfterAll(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, call{do: "GET /v1/entries?limit=1000"}.request())
	var feed struct{ After int64 }
	if err := json.Unmarshal(w.Body.Bytes(), &feed); err != nil || feed.After == 0 {
		t.Fatal(err, w.Body)
	}
	return strconv.FormatInt(feed.After, 10)
}
