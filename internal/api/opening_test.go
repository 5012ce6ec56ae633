package api

import "testing"

// TestOpening_Unread: what nobody can read is counted in without a code; the lot is called by its cautious date.
func TestOpening_Unread(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	const opening = `{"kind":"opening","site":"MAIN","occurred_at":"2026-01-05T23:30:00Z","capture":"camera","items":[{"product":"FLOUR","quantity":"3","cautious":true,"to":"SHELF"},{"product":"FLOUR","quantity":"2","cautious":true,"expiry":"2030-01-01","to":"SHELF"}]}`
	run(t, h, []call{
		{do: "POST /v1/movements", headers: "Idempotency-Key: o1", body: opening, status: 201, want: []string{`"lot":"OPENING-2026-01-06"`, `"lot":"OPENING-2030-01-01"`}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: o1", body: opening, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/movements/bulk", body: `[{"kind":"opening","site":"MAIN","occurred_at":"2026-01-06T08:00:00Z","items":[{"product":"FLOUR","quantity":"4","cautious":true,"to":"DOCK"}]},
			{"kind":"opening","site":"NO","items":[{"product":"FLOUR","quantity":"4","cautious":true,"to":"DOCK"}]},
			{"kind":"opening","site":"MAIN","items":[{"product":"BOX","quantity":"4","cautious":true,"to":"DOCK"}]}]`, status: 200, want: []string{`"recorded":1,"refused":2`, `"code":"unknown_site"`, `"code":"lot_not_allowed"`}},
		{do: "GET /v1/stock?product=FLOUR&lot=OPENING-2026-01-06", status: 200, want: []string{`"quantity":"3"`, `"quantity":"4"`, `"governing_date":"2026-01-06","cautious":true`}},
		{do: "POST /v1/import/opening", headers: asCSV, body: "site,location,product,quantity,cautious,expiry\nMAIN,SHELF,FLOUR,1,yes,2031-01-01\n", status: 200, want: []string{`"refused":0`}},
		{do: "GET /v1/lots?product=FLOUR&lot=OPENING-2031-01-01", status: 200, want: []string{`"OPENING-2031-01-01"`, `"cautious":true`}},
		{do: "POST /v1/movements", body: `{"kind":"opening","site":"MAIN","items":[{"product":"FLOUR","quantity":"3","to":"SHELF"}]}`, status: 422, want: []string{`"field":"items[0].lot"`}},
	})
}
