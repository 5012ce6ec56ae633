package api

import (
	"encoding/json"
	"net/url"
	"testing"
)

func TestLists_Page(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	for list, want := range map[string]int{
		"/v1/products?": 3, "/v1/sites?": 2, "/v1/locations?site=MAIN&": 3, "/v1/partners?": 2, "/v1/lots?": 3, "/v1/units?product=BIKE&": 10,
		"/v1/stock?site=MAIN&": 5, "/v1/movements?": 1, "/v1/movements?order=newest&": 1, "/v1/codes?": 0,
	} {
		if want == 0 {
			continue
		}
		seen, cursor := map[string]bool{}, ""
		for range 20 {
			target := list + "limit=1"
			if cursor != "" {
				target += "&cursor=" + url.QueryEscape(cursor)
			}
			var page List[json.RawMessage]
			if err := json.Unmarshal([]byte(call{do: "GET " + target, status: 200}.run(t, h)), &page); err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				seen[string(item)] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d items, want %d", list, len(seen), want)
		}
	}
}

func TestReads(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smell"}`, status: 201, want: []string{`"kind":"hold"`, `"lot":"L1"`}},
		{do: "GET /v1/holds", status: 200, want: []string{`"reason":"smell"`}},
		{do: "GET /v1/holds?product=FLOUR&lot=L2", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/holds?product=FLOUR", status: 422, want: []string{`"code":"required","field":"lot"`}},
		{do: "GET /v1/holds?lot=L2", status: 422, want: []string{`"code":"required","field":"product"`}},
		{do: "GET /v1/lots?expires_before=2020-12-31", status: 200, want: []string{`"lot":"OLD"`, `"past":true`}, not: []string{`"lot":"L1"`}},
		{do: "GET /v1/lots?expires_before=soon", status: 400, want: []string{`"field":"expires_before"`, `"code":"invalid_date"`}},
		{do: "GET /v1/stock?site=MAIN&location=DOCK&product=FLOUR&lot=L2", status: 200, want: []string{`"quantity":"50"`, `"governing_date":"2099-02-28"`}, not: []string{"L1"}},
		{do: "GET /v1/units?serial=B003", status: 200, want: []string{`"place":"MAIN/DOCK"`}},
		{do: "GET /v1/units", status: 422, want: []string{`"code":"required"`}},
		{do: "GET /v1/movements?kind=ship", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/movements?kind=receive,ship&product=FLOUR&lot=L1", status: 200, want: []string{`"kind":"receive"`}},
		{do: "GET /v1/movements?kind=product", status: 400, want: []string{`"field":"kind"`}},
		{do: "GET /v1/movements/1", status: 404, want: []string{`"code":"unknown_entry"`}},
		{do: "GET /v1/entries?after=0&limit=2", status: 200, want: []string{`"entry":1,`, `"after":2`}},
		{do: "GET /v1/entries?after=9999", status: 200, want: []string{`"items":[]`, `"after":9999`}},
		{do: "GET /v1/sites/MAIN", status: 200, want: []string{`"time_zone":"Europe/Berlin"`}},
		{do: "GET /v1/sites/MAIN/locations/QUAR", status: 200, want: []string{`"blocking":true`}},
		{do: "GET /v1/products?like=flo", status: 200, want: []string{`"sku":"FLOUR"`}, not: []string{`"sku":"BOX"`}},
		{name: "a code with a slash", do: "POST /v1/products", body: `{"sku":"A/B c"}`, status: 201},
		{do: "GET /v1/products/A%2FB%20c", status: 200, want: []string{`"sku":"A/B c"`}},
		{do: "PATCH /v1/products/A%2FB%20c", body: `{"name":"n"}`, status: 200, want: []string{`"name":"n"`}},
		{name: "nothing new", do: "PATCH /v1/products/A%2FB%20c", body: `{"name":"n"}`, status: 200},
		{do: "POST /v1/products", headers: "Prefer: return=minimal", body: `{"sku":"MIN"}`, status: 201, not: []string{`"kind"`}},
	})
}
