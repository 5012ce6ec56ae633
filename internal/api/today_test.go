package api

import "testing"

// TestToday: what waits is counted, what moved is counted on, and what is at each site is summed up.
func TestToday(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, []call{{name: "nothing yet", do: "GET /v1/today", status: 200, want: []string{`"attention":[]`, `"movements":[]`, `"stock":[]`, `"entries":0`}}})
	h, _ = openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "PATCH /v1/products/BOX", body: `{"unit_cost":"1.25"}`, status: 200},
		{name: "begun", do: "GET /v1/today", status: 200, want: []string{`{"what":"expired","count":1}`, `"kind":"receive","count":1}`,
			`{"site":"MAIN","name":"MAIN","products":3,"lots":3,"units":10,"value":"25","no_cost":2}`, `"entries":14`}, not: []string{"holds", "SHOP", "exceptions"}},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smells"}`, status: 201},
		{do: "PATCH /v1/products/FLOUR", body: `{"warn_days":36500}`, status: 200},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2020-05-10T08:00:00Z","items":[{"product":"BOX","quantity":"7","to":"SHELF"}]}`, status: 201},
		{name: "counted on", do: "GET /v1/today", status: 200, want: []string{`{"what":"holds","count":1}`, `{"what":"quality","count":1}`, `{"what":"expiring","count":2}`, `{"what":"late","count":1}`,
			`"kind":"receive","count":1}`, `"kind":"ship","count":2}`}},
	})
}
