package api

import "testing"

// TestExpiry: what is on hand is told by its date, and only while it is on hand.
func TestExpiry(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "PATCH /v1/products/FLOUR", body: `{"name":"Flour","warn_days":36500}`, status: 200},
		{name: "all", do: "GET /v1/expiry", status: 200, want: []string{`"bucket":"expired","to":`, `"lots":1`, `"bucket":"later","from":`, `"lots":2`,
			`{"product":"FLOUR","name":"Flour","lot":"OLD","governing_date":"2020-02-28","bucket":"expired","days":-`, `"warned":true`, `"quantity":"5","uom":"KGM","places":[{"place":"MAIN/DOCK","quantity":"5"}]`, `"lot":"L1"`, `"lot":"L2"`}},
		{name: "a bucket", do: "GET /v1/expiry?bucket=expired", status: 200, want: []string{`"lot":"OLD"`}, not: []string{`"lot":"L1"`}},
		{name: "within a week", do: "GET /v1/expiry?within=7", status: 200, want: []string{`"lot":"OLD"`}, not: []string{`"lot":"L1"`}},
		{name: "a page", do: "GET /v1/expiry?limit=1", status: 200, want: []string{`"next":"`, `"lot":"OLD"`}, not: []string{`"lot":"L1"`}},
		{name: "a site without any", do: "GET /v1/expiry?site=SHOP", status: 200, want: []string{`"items":[]`}},
		{name: "a product without any", do: "GET /v1/expiry?product=BOX", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/expiry?site=NONE", status: 404, want: []string{`"code":"unknown_site"`}},
		{do: "GET /v1/expiry?bucket=never", status: 400},
		{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"FLOUR","lot":"L1","quantity":"40","from":"DOCK","to":"SHELF"}]}`, status: 201},
		{name: "two places, most first", do: "GET /v1/expiry?site=MAIN&bucket=later&limit=1", status: 200, want: []string{`"quantity":"100","uom":"KGM","places":[{"place":"MAIN/DOCK","quantity":"60"},{"place":"MAIN/SHELF","quantity":"40"}]`}},
		{do: "POST /v1/movements", body: `{"kind":"scrap","site":"MAIN","reason":"past","items":[{"product":"FLOUR","lot":"OLD","quantity":"5","from":"DOCK"}]}`, status: 201},
		{name: "gone", do: "GET /v1/expiry", status: 200, not: []string{"OLD"}},
		{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","set":{"expiry":"2020-01-31"},"reason":"misread"}`, status: 201},
		{name: "a date put right", do: "GET /v1/expiry?bucket=expired", status: 200, want: []string{`"lot":"L2","governing_date":"2020-01-31"`}},
		{do: "POST /v1/movements/16/reversal", body: `{"reason":"slip"}`, status: 201},
		{name: "back again", do: "GET /v1/expiry", status: 200, want: []string{`"lot":"OLD"`}},
	})
}
