package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/store"
)

// sealWithKey seals as the one server does that makes the first key: where several share a ledger, asking for a checkpoint makes none.
func sealWithKey(t *testing.T, a *app.App) {
	t.Helper()
	if _, err := a.Store.Seal(t.Context(), store.Sealing{MakeKey: true}); err != nil {
		t.Fatal(err)
	}
}

// TestLog_WithoutKey is a server from which the key was taken away: it says so, and proves nothing that it cannot sign.
func TestLog_WithoutKey(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	sealWithKey(t, a)
	run(t, h, []call{{do: "GET /v1/log/checkpoint", status: 200}})
	keys, _ := filepath.Glob(filepath.Join(a.Store.Dir(), "log.key"))
	if len(keys) != 1 {
		t.Fatal("no key")
	}
	if err := os.Remove(keys[0]); err != nil {
		t.Fatal(err)
	}
	run(t, h, []call{
		{do: "PATCH /v1/products/BOX", body: `{"name":"Box"}`, status: 200},
		{do: "GET /v1/log/checkpoint", status: 200, want: []string{`"entries":13`, `"recorded":14`, `"sealed":14`}},
		{do: "GET /v1/log/proof/inclusion?entry=13", status: 200, want: []string{`"entries":13`}},
		{do: "GET /v1/log/proof/inclusion?entry=14", status: 404, want: []string{"covers the entries from 1 to 13"}},
		{do: "GET /v1/log/checkpoint?size=14", status: 503, want: []string{`"code":"no_log_key"`}},
		{do: "GET /v1/log/key", status: 200, want: []string{`"here":false`}},
		{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`, `"sealed":14`, `"signed":13`}},
	})
}

// TestVerify_Against holds the log against what was kept elsewhere.
func TestVerify_Against(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	take := func() string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, call{do: "GET /v1/log/checkpoint"}.request())
		var c app.Checkpoint
		if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || c.Checkpoint == "" {
			t.Fatal(w.Body, err)
		}
		return c.Checkpoint
	}
	ask := func(text string) string {
		body, _ := json.Marshal(Against{text})
		return string(body)
	}
	first := take()
	run(t, h, []call{{do: "PATCH /v1/products/BOX", body: `{"name":"Box"}`, status: 200}})
	second := take()
	other, _ := openLedger(t)
	run(t, other, business)
	run(t, h, []call{
		{do: "POST /v1/verify", body: ask(first + second), status: 200, want: []string{`"whole":true`, `"agreed":2`}},
		{do: "POST /v1/verify", headers: "Accept: application/x-ndjson", body: ask(first), status: 200, want: []string{`{"result":{`, `"agreed":1`}},
		{do: "POST /v1/verify", body: ask(strings.Replace(first, "\n13\n", "\n12\n", 1)), status: 200, want: []string{`"whole":false`, `"check":"against"`, "somebody changed it"}},
		{do: "POST /v1/verify", body: ask("hello"), status: 200, want: []string{`"whole":false`, "no signed checkpoint"}},
		{do: "POST /v1/verify", body: ask(" "), status: 422, want: []string{`"field":"against"`}},
	})
	run(t, other, []call{{do: "POST /v1/verify", body: ask(first), status: 200, want: []string{`"whole":false`, "it is of another ledger"}}})
}

// TestSealer seals within a second of the commit what is recorded while it runs, and what was recorded before.
func TestSealer(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		app.NewSealer(a, slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	defer func() { stop(); <-ended }()
	signed := func() int64 {
		for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			sealed, err := a.Store.Sealed(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if sealed.Signed == sealed.Entries {
				return time.Since(start).Milliseconds()
			}
			if time.Since(start) > time.Minute {
				t.Fatal("not sealed", sealed)
			}
		}
	}
	signed()
	for range 3 {
		run(t, h, []call{{do: "POST /v1/movements", body: shipBox + `"quantity":"1"}]}`, status: 201}})
		if took := signed(); took > 1000 {
			t.Logf("sealed after %d ms", took)
		}
	}
}
