package api

import "testing"

// TestMovements_OfSite: what is of several sites is listed for each of them.
func TestMovements_OfSite(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/sites", body: `{"code":"FAR"}`, status: 201},
		{do: "POST /v1/products/BOX/tracking", body: `{"tracking":"lot","reason":"law","rest":{"lot":"OLD"}}`, status: 201},
		{do: "GET /v1/movements?site=MAIN", status: 200, want: []string{`"kind":"tracking"`, `"kind":"receive"`}},
		{do: "GET /v1/movements?site=FAR", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/movements?site=MAIN&kind=tracking", status: 200, want: []string{`"lot":"OLD"`}, not: []string{`"kind":"receive"`}},
	})
}

// TestTrace_LotThatBecameUnits: a lot is no source of itself.
func TestTrace_LotThatBecameUnits(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/products", body: `{"sku":"PUMP","tracking":"lot"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"PUMP","to":"DOCK","lot":"PL1","quantity":"2"}]}`, status: 201},
		{do: "POST /v1/products/PUMP/tracking", body: `{"tracking":"serial","reason":"law","items":[{"site":"MAIN","location":"DOCK","was":"PL1","units":["P1..P2"]}]}`, status: 201},
		{do: "GET /v1/trace/PL1?direction=up", status: 200, want: []string{`"goods":[]`}, not: []string{`"goods":[{"product":"PUMP","lot":"PL1"`}},
		{do: "GET /v1/trace/P1?direction=up", status: 200, want: []string{`"goods":[{"product":"PUMP","lot":"PL1"`}},
	})
}
