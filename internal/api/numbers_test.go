package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"clew/internal/app"
)

func TestNumbered(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/formats", body: `{"code":"LOTS","pattern":"{SUPPLIER}-{YYMMDD}-{SEQ:3}","restart":"day","per":["supplier"]}`, status: 201},
		{do: "POST /v1/formats", body: `{"code":"SN","pattern":"N{SEQ:6}"}`, status: 201},
		{do: "POST /v1/movements", body: receiveFlour + `"numbered":true,"quantity":"5","expiry":"2099-01-31"}]}`, status: 422, want: []string{`"code":"required"`, `"field":"items[0].numbered"`}},
		{do: "PATCH /v1/products/FLOUR", body: `{"lot_format":"LOTS"}`, status: 200},
		{do: "PATCH /v1/products/BIKE", body: `{"serial_format":"SN"}`, status: 200},
		{do: "POST /v1/movements", headers: "Idempotency-Key: n1", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-05T12:00:00Z","items":[{"product":"FLOUR","numbered":true,"quantity":"5","expiry":"2099-01-31","to":"DOCK"}]}`, status: 201,
			want: []string{`"drawn":[{"format":"LOTS","product":"FLOUR","count":1}]`, `"lot":"MILL-260105-001"`}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: n1", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-05T12:00:00Z","items":[{"product":"FLOUR","numbered":true,"quantity":"5","expiry":"2099-01-31","to":"DOCK"}]}`, status: 201,
			want: []string{`"lot":"MILL-260105-001"`, "Idempotency-Replayed: true"}},
		{do: "POST /v1/movements", body: `{"kind":"make","site":"MAIN","groups":[{"inputs":[{"product":"BOX","quantity":"1"}],"outputs":[{"product":"BIKE","numbered":true,"quantity":"3","to":"DOCK"}]}]}`, status: 201,
			want: []string{`"serials":["N000001","N000002","N000003"]`, `"format":"SN"`}},
		// A product without a format of its own is numbered by its group's.
		{do: "POST /v1/product-groups", body: `{"code":"BAKED","lot_format":"NONE"}`, status: 404, want: []string{`"field":"lot_format"`}},
		{do: "POST /v1/product-groups", body: `{"code":"BAKED","lot_format":"SN"}`, status: 201, want: []string{`"lot_format":"SN"`}},
		{do: "GET /v1/product-groups/BAKED", status: 200, want: []string{`"lot_format":"SN"`}},
		{do: "POST /v1/products", body: `{"sku":"CAKE","tracking":"lot","group":"BAKED"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"found","site":"MAIN","items":[{"product":"CAKE","numbered":true,"new":true,"quantity":"3","to":"DOCK"}]}`, status: 201,
			want: []string{`"lot":"N000004"`, `"format":"SN"`}},
		{do: "PATCH /v1/products/CAKE", body: `{"lot_format":"LOTS"}`, status: 200},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-06T12:00:00Z","items":[{"product":"CAKE","numbered":true,"quantity":"3","to":"DOCK"}]}`, status: 201,
			want: []string{`"lot":"MILL-260106-001"`}},
		{do: "GET /v1/trace/N000002", status: 200, want: []string{"BIKE"}},
	})
}

// TestNumbers_Storm: ten formats are drawn from by 64 clients at once, over HTTP, ahead and for goods, with refused calls among
// them; no number is given twice.
func TestNumbers_Storm(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	server := httptest.NewServer(h)
	defer server.Close()
	post := func(path, body string) (int, app.Entry) {
		r, err := http.Post(server.URL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, app.Entry{}
		}
		defer r.Body.Close()
		text, _ := io.ReadAll(r.Body)
		var e app.Entry
		if r.StatusCode == http.StatusCreated {
			err = json.Unmarshal(text, &e)
		}
		if err != nil || r.StatusCode >= 500 {
			t.Errorf("%d %v: %s", r.StatusCode, err, text)
		}
		return r.StatusCode, e
	}
	for f := range 10 {
		post("/v1/formats", fmt.Sprintf(`{"code":"F%d","pattern":"Q%d{SEQ:6}"}`, f, f/2)) // two and two write the same numbers
		post("/v1/products", fmt.Sprintf(`{"sku":"P%d","tracking":"serial","serial_format":"F%d"}`, f/2, f))
	}
	var lock sync.Mutex
	var wait sync.WaitGroup
	seen := map[string]bool{}
	for client := range 64 {
		wait.Go(func() {
			for i := range 6 {
				f := (client + i) % 10
				var numbers []string
				status, e := post(fmt.Sprintf("/v1/formats/F%d/numbers", f), fmt.Sprintf(`{"product":"P%d","count":3}`, f/2))
				for _, d := range e.Drawn {
					numbers = append(numbers, d.Numbers...)
				}
				in := `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"P%d","numbered":true,"quantity":"2","to":"%s"}]}`
				if refused, _ := post("/v1/movements", fmt.Sprintf(in, f/2, "NOWHERE")); refused != 404 {
					t.Errorf("status %d", refused)
				}
				received, e := post("/v1/movements", fmt.Sprintf(in, f/2, "DOCK"))
				for _, it := range e.Items {
					numbers = append(numbers, it.Serials...)
				}
				if status != 201 || received != 201 || len(numbers) != 5 {
					t.Errorf("%d, %d: %q", status, received, numbers)
				}
				lock.Lock()
				for _, number := range numbers {
					if seen[number] {
						t.Errorf("%s was given twice", number)
					}
					seen[number] = true
				}
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	run(t, h, []call{{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`}}})
}
