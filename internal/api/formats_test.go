package api

import "testing"

func TestFormats(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/formats/preview?supplier=MILL&day=2026-11-23", body: `{"pattern":"{SUPPLIER}-{YYMMDD}-{SEQ:3}"}`, status: 200, want: []string{`"numbers":["MILL-261123-001","MILL-261123-002"`}},
		{do: "POST /v1/formats/preview", body: `{"pattern":"{SUPPLIER}-{SEQ:3}"}`, status: 422, want: []string{`"code":"required"`, `"field":"supplier"`}},
		{do: "POST /v1/formats/preview", body: `{"pattern":"{SEQ}"}`, status: 422, want: []string{`"field":"pattern"`}},
		{do: "POST /v1/formats", body: `{"code":"LOTS","pattern":"{SITE}{YYMMDD}-{SEQ:3}","restart":"day","per":["site"]}`, status: 201,
			want: []string{`"kind":"format"`, `"format_set":{"code":"LOTS","name":"LOTS","pattern":"{SITE}{YYMMDD}-{SEQ:3}","restart":"day","per":["site"],"start":1,"base":10`}},
		{do: "PATCH /v1/formats/LOTS", body: `{"name":"Our lots"}`, status: 200, want: []string{`"name":"Our lots"`}},
		{do: "PATCH /v1/formats/LOTS", body: `{"code":"X"}`, status: 400, want: []string{`"field":"code"`}},
		{do: "GET /v1/formats?like=our", status: 200, want: []string{`"code":"LOTS"`}},
		{do: "GET /v1/formats/LOTS", status: 200, want: []string{`"restart":"day"`}},
		{do: "GET /v1/formats/LOTS/preview?site=MAIN&day=2026-11-23", status: 200, want: []string{`"numbers":["MAIN261123-001"`, `"MAIN261123-010"]`}},
		{do: "GET /v1/formats/LOTS/preview", status: 422, want: []string{`"field":"site"`}},
		{do: "GET /v1/formats/LOTS/preview?site=NO", status: 404, want: []string{`"code":"unknown_site"`}},
		{do: "POST /v1/formats/LOTS/numbers", headers: "Idempotency-Key: k", body: `{"product":"FLOUR","site":"MAIN","count":3,"day":"2026-11-23"}`, status: 201,
			want: []string{`"kind":"numbering"`, `"drawn":[{"format":"LOTS","product":"FLOUR","count":3,"numbers":["MAIN261123-001","MAIN261123-002","MAIN261123-003"]}]`}},
		{do: "POST /v1/formats/LOTS/numbers", headers: "Idempotency-Key: k", body: `{"product":"FLOUR","site":"MAIN","count":3,"day":"2026-11-23"}`, status: 201,
			want: []string{`"MAIN261123-003"`, "Idempotency-Replayed: true"}},
		{do: "GET /v1/formats/LOTS/preview?site=MAIN&day=2026-11-23&product=FLOUR", status: 200, want: []string{`"numbers":["MAIN261123-004"`}},
		{do: "PATCH /v1/products/FLOUR", body: `{"lot_format":"LOTS"}`, status: 200, want: []string{`"lot_format":"LOTS"`}},
		{do: "GET /v1/products/FLOUR", status: 200, want: []string{`"lot_format":"LOTS"`}},
		{do: "GET /v1/entries?after=0&limit=1000", status: 200, want: []string{`"kind":"format"`, `"kind":"numbering"`, `"lot_format":"LOTS"`, `"MAIN261123-003"`}},
	})
	entry := entryIn(call{do: "POST /v1/formats/LOTS/numbers", body: `{"product":"FLOUR","site":"MAIN","count":5,"day":"2026-11-24"}`, status: 201}.run(t, h))
	run(t, h, []call{
		{do: "GET /v1/entries/" + entry + "/numbers?limit=4", status: 200, want: []string{`{"items":["MAIN261124-001","MAIN261124-002","MAIN261124-003","MAIN261124-004"],"next":`}},
		{do: "GET /v1/entries/" + entry + "/numbers?limit=4&cursor=" + cursorOf(4), status: 200, want: []string{`{"items":["MAIN261124-005"]}`}},
		{do: "GET /v1/entries/99999/numbers", status: 404},
	})
}
