package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"clew/internal/app"
	"clew/internal/pgtest"
	"clew/internal/stock"
	"clew/internal/store"
)

// TestOrganisations serves many ledgers by few connections: each sees only its own, under its own address.
func TestOrganisations(t *testing.T) {
	const many = 20 // more than there are connections
	server := pgtest.Start(t)
	url, _, first := server.Schema()
	db, err := store.OpenDatabase(t.Context(), store.Options{URL: url, Dir: t.TempDir(), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	handlers := map[string]http.Handler{}
	names := make([]string, many)
	var each sync.WaitGroup
	var mu sync.Mutex
	making := make(chan struct{}, 4)
	for i := range many {
		names[i] = fmt.Sprintf("%s_%d", first, i)
		t.Cleanup(func() { server.Exec(pgtest.Shared, "DROP SCHEMA IF EXISTS clew_"+names[i]+" CASCADE") })
		each.Go(func() {
			making <- struct{}{}
			err := store.CreateOrg(context.Background(), url, names[i], "")
			<-making
			if err != nil {
				t.Error(err)
				return
			}
			s, err := db.Open(context.Background(), names[i])
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { s.Close() })
			mu.Lock()
			defer mu.Unlock()
			handlers[names[i]] = New(app.New(s), Options{Actor: "server", Machine: true})
		})
	}
	each.Wait()
	if t.Failed() {
		return
	}
	listed, err := db.Names(t.Context())
	if err != nil || !strings.Contains(strings.Join(listed, " ")+" ", names[7]+" ") {
		t.Error(listed, err)
	}
	h := Organisations{
		Handler: func(_ context.Context, name string) (http.Handler, error) {
			if handlers[name] == nil {
				return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownOrganisation, "", "there is no such organisation here")
			}
			return handlers[name], nil
		},
		Ready: func(ctx context.Context) error { _, err := db.Names(ctx); return err },
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
	}.Handle()
	for i, name := range names {
		each.Go(func() {
			for n := range 5 {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, call{do: "POST /o/" + name + "/v1/products", body: fmt.Sprintf(`{"sku":"P%d","name":"of %d"}`, n, i)}.request())
				if at := w.Header().Get("Location"); w.Code != 201 || !strings.HasPrefix(at, "/o/"+name+"/v1/entries/") {
					t.Errorf("%d %s %s", w.Code, at, w.Body)
				}
			}
		})
	}
	each.Wait()
	for i, name := range names {
		call{do: "GET /o/" + name + "/v1/products/P4", status: 200, want: []string{fmt.Sprintf(`"name":"of %d"`, i)}}.run(t, h)
	}
	call{do: "POST /o/" + names[0] + "/v1/products", body: `{"sku":"SECRET"}`, status: 201}.run(t, h)
	missing := call{do: "GET /o/" + names[1] + "/v1/products/SECRET", status: 404, want: []string{`"code":"unknown_product"`}}.run(t, h)
	if never := (call{do: "GET /o/" + names[1] + "/v1/products/NEVER", status: 404}).run(t, h); len(never) != len(missing)-1 {
		t.Errorf("another organisation's product does not look like a missing one: %s and %s", missing, never)
	}
	run(t, h, []call{
		{name: "nobody's", do: "GET /o/nobody/v1/products", status: 404, want: []string{`"code":"unknown_organisation"`}},
		{name: "a name that is none", do: "GET /o/..%2f/v1/products", status: 404},
		{name: "no organisation", do: "GET /v1/products", status: 404, want: []string{"nothing at this address"}},
		{name: "there", do: "GET /healthz", status: 200, want: []string{"ok"}},
		{name: "ready", do: "GET /readyz", status: 200, want: []string{"ready"}},
		{name: "not for others", do: "GET /o/" + names[0] + "/v1/nothing", status: 404, want: []string{"nothing at this address"}},
	})
}
