package api

import "testing"

func TestCoverage(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, []call{{do: "GET /v1/coverage", status: 200, want: []string{`"lines":0,"share":"0"`, `"stations":[]`, `"weeks":[]`, `{"gap":"refused","entries":0}`}}})
	run(t, h, business)
	const january = "&from=2026-01-05&to=2026-01-18"
	run(t, h, []call{
		{do: "PATCH /v1/products/BIKE", body: `{"class":"A"}`, status: 200},
		{do: "POST /v1/movements", headers: "Clew-Device: gate", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-05T00:00:00Z","capture":"scanner","references":[{"kind":"order","code":"O1"}],"items":[{"product":"FLOUR","lot":"L1","quantity":"10","to":"DOCK"},{"product":"BOX","quantity":"1","to":"DOCK"}]}`, status: 201},
		{do: "POST /v1/movements", headers: "Clew-Device: gate", body: `{"kind":"move","site":"MAIN","occurred_at":"2026-01-11T23:59:59Z","capture":"typed","items":[{"product":"FLOUR","lot":"L1","quantity":"1","from":"DOCK","to":"SHELF"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-12T00:00:00Z","items":[{"product":"FLOUR","lot":"L1","quantity":"4","to":"DOCK"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2026-01-12T00:00:00Z","items":[{"product":"BOX","quantity":"4","to":"DOCK"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"found","site":"MAIN","occurred_at":"2026-01-13T00:00:00Z","capture":"camera","items":[{"product":"BIKE","units":["F1"],"new":true,"to":"DOCK"}]}`, status: 201},
		{do: "GET /v1/coverage?from=2026-01-05&to=2026-01-18", status: 200, want: []string{`"from":"2026-01-05","to":"2026-01-18"`,
			`"total":{"scanned":2,"typed":1,"imported":0,"api":1,"chosen":0,"lines":4,"share":"50"}`,
			`"stations":[{"scanned":1,"typed":0,"imported":0,"api":1,"chosen":0,"lines":2,"share":"50"},{"device":"gate","scanned":1,"typed":1`,
			`"weeks":[{"week":"2026-01-05","scanned":1,"typed":1,"imported":0,"api":0,"chosen":0,"lines":2,"share":"50"},{"week":"2026-01-12","scanned":1`,
			`{"gap":"no_document","entries":1},{"gap":"recorded_late","entries":4},{"gap":"no_receipt","entries":1},{"gap":"returned_by_other","entries":0},{"gap":"refused","entries":0},{"gap":"not_scanned","entries":2}`}},
		{do: "GET /v1/coverage?class=A" + january, status: 200, want: []string{`"lines":1,"share":"100"`, `{"gap":"no_document","entries":0},{"gap":"recorded_late","entries":1}`}},
		{do: "GET /v1/coverage?site=SHOP" + january, status: 200, want: []string{`"lines":0`}},
		{do: "GET /v1/coverage?site=NO" + january, status: 404},
		{do: "GET /v1/coverage?from=2026-02-01&to=2026-01-01", status: 422, want: []string{`"field":"from"`}},
		{do: "GET /v1/coverage?late_hours=8760" + january, status: 200},
		{do: "GET /v1/coverage/gaps?gap=no_document" + january, status: 200, want: []string{`"kind":"receive"`, `"occurred_at":"2026-01-12T00:00:00.000Z"`, `"lot":"L1"`}, not: []string{`"next"`, "BOX"}},
		{do: "GET /v1/coverage/gaps?gap=recorded_late&limit=3" + january, status: 200, want: []string{`"kind":"move"`, `"next":"WzE3NjgxNzYwMDAwMDAsMThd"`}, not: []string{"found"}},
		{do: "GET /v1/coverage/gaps?gap=recorded_late&limit=3&cursor=WzE3NjgxNzYwMDAwMDAsMThd" + january, status: 200, want: []string{`"kind":"found"`}, not: []string{`"kind":"move"`, `"next"`}},
		{do: "GET /v1/coverage/gaps?gap=no_receipt" + january, status: 200, want: []string{`"F1"`}},
		{do: "GET /v1/coverage/gaps?gap=not_scanned" + january, status: 200, want: []string{`"capture":"typed"`, `"capture":"api"`}, not: []string{`"capture":"scanner"`}},
		{do: "GET /v1/coverage/gaps?gap=returned_by_other", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/coverage/gaps", status: 400},
		{do: "GET /v1/coverage/gaps?gap=none", status: 400},

		// Today: what is refused waits, and goods come back from another than they went to.
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: shipFlour + `"lot":"NO","quantity":"1"}]}`, status: 202},
		{do: "GET /v1/coverage/gaps?gap=refused", status: 200, want: []string{`"kind":"exception"`}},
		{do: "POST /v1/partners", body: `{"code":"BAR"}`, status: 201},
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"return","site":"MAIN","partner":"BAR","items":[{"product":"BIKE","units":["B001"],"to":"DOCK"}]}`, status: 201},
		{do: "GET /v1/coverage/gaps?gap=returned_by_other", status: 200, want: []string{`"B001"`, `"partner":"BAR"`}},
		{do: "GET /v1/coverage/gaps?gap=no_document", status: 200, want: []string{`"kind":"ship"`}},
		{do: "GET /v1/coverage", status: 200, want: []string{`{"gap":"no_document","entries":2}`, `{"gap":"returned_by_other","entries":1},{"gap":"refused","entries":1}`}},
	})
}
