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
