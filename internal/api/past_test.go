package api

import (
	"testing"
	"time"
)

// TestPast: what is recorded late changes the past, and what was known then stays what it was.
func TestPast(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","occurred_at":"2020-05-10T08:00:00Z","items":[{"product":"BOX","quantity":"7","to":"SHELF"}]}`, status: 201, want: []string{`"entry":14`}},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","occurred_at":"2020-06-30T21:30:00Z","items":[{"product":"BOX","quantity":"3","from":"SHELF"}]}`, status: 201, want: []string{`"entry":15`}},
		{name: "before all", do: "GET /v1/stock?as_at=2020-05-09", status: 200, want: []string{`"items":[]`, `"as_at":"2020-05-09T23:59:59.999Z"`}},
		{name: "the moment itself", do: "GET /v1/stock?as_at=2020-05-10T08:00:00Z", status: 200, want: []string{`"quantity":"7"`}},
		{name: "a day of the site", do: "GET /v1/stock?site=MAIN&as_at=2020-06-29", status: 200, want: []string{`"quantity":"7"`, `"as_at":"2020-06-29T21:59:59.999Z"`}},
		{name: "the day it left", do: "GET /v1/stock?site=MAIN&as_at=2020-06-30", status: 200, want: []string{`"quantity":"4"`}, not: []string{"FLOUR"}},
		{name: "with the customer", do: "GET /v1/stock?virtual=true&product=BOX&as_at=2020-06-30", status: 200, want: []string{`"quantity":"3"`, `"quantity":"-7"`}},
		{name: "not known then", do: "GET /v1/stock?as_at=2020-06-30&as_known=14", status: 200, want: []string{`"quantity":"7"`, `"as_known":14`}},
		{name: "known, of today", do: "GET /v1/stock?product=BOX&as_known=13", status: 200, want: []string{`"quantity":"20"`}, not: []string{"SHELF"}},
		{do: "GET /v1/stock?product=BOX", status: 200, want: []string{`"quantity":"4"`}, not: []string{"as_at", "as_known"}},

		{do: "GET /v1/stock?as_at=yesterday", status: 422, want: []string{`"field":"as_at"`, `"code":"invalid_date"`}},
		{do: "GET /v1/stock?as_at=2020-06-31", status: 422, want: []string{`"field":"as_at"`, `"code":"invalid_date"`}},
		{do: "GET /v1/stock?as_at=2020-06-30T25:00:00Z", status: 422, want: []string{`"field":"as_at"`, `"code":"invalid_time"`}},
		{do: "GET /v1/stock?as_at=2150-01-01", status: 422, want: []string{`"field":"as_at"`, `"code":"occurred_in_future"`}},
		{do: "GET /v1/stock?as_known=999", status: 404, want: []string{`"field":"as_known"`, `"code":"unknown_entry"`}},
		{do: "GET /v1/stock?as_known=2001-01-01", status: 404, want: []string{`"field":"as_known"`, `"code":"unknown_entry"`}},
	})
}

// TestPast_Goods: units, lots, holds, histories and traces as at a day, and as known at an entry.
func TestPast_Goods(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	move := func(at, rest string) call {
		return call{do: "POST /v1/movements", body: `{"occurred_at":"` + at + `",` + rest + `}`, status: 201}
	}
	run(t, h, []call{
		move("2020-05-01T08:00:00Z", `"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","lot":"G1","supplier_lot":"M77","quantity":"10","expiry":"2020-12-31","to":"DOCK"},{"product":"BIKE","units":["C1","C2"],"to":"DOCK"}]`), // 14
		{do: "POST /v1/products", body: `{"sku":"CAKE","tracking":"lot"}`, status: 201}, // 15
		move("2020-05-03T08:00:00Z", `"kind":"make","site":"MAIN","groups":[{"inputs":[{"product":"FLOUR","lot":"G1","quantity":"4"}],"outputs":[{"product":"CAKE","lot":"K1","quantity":"8","to":"SHELF"}]}]`), // 16
		move("2020-05-05T08:00:00Z", `"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"CAKE","lot":"K1","quantity":"3"},{"product":"BIKE","units":["C1"]}]`),                                   // 17
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"G1","reason":"smells"}`, status: 201},                                                                                                           // 18
		{do: "POST /v1/holds/18/release", body: `{"reason":"it was the box"}`, status: 201},                                                                                                                     // 19
		{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"G1","set":{"lot":"G7","expiry":"2020-11-30"},"reason":"misread"}`, status: 201},                                                           // 20
		{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"C2","set":{"serial":"C3"},"reason":"misread"}`, status: 201},                                                                              // 21

		{name: "a unit where it was", do: "GET /v1/units?serial=C1&as_at=2020-05-04", status: 200, want: []string{`"place":"MAIN/DOCK"`, `"as_at":"2020-05-04T23:59:59.999Z"`}},
		{name: "a unit that left", do: "GET /v1/units?serial=C1&as_at=2020-05-05", status: 200, want: []string{`"place":"partner:CAFE"`}},
		{name: "a unit not yet there", do: "GET /v1/units?serial=C1&as_at=2020-04-05", status: 200, want: []string{`"items":[]`}},
		{name: "the units at a place", do: "GET /v1/units?site=MAIN&location=DOCK&as_at=2020-05-04", status: 200, want: []string{`"serial":"C1"`, `"serial":"C3"`}, not: []string{`"B001"`}},
		{name: "the units at a place after one left", do: "GET /v1/units?site=MAIN&location=DOCK&as_at=2020-05-05", status: 200, want: []string{`"serial":"C3"`}, not: []string{`"C1"`}},
		{name: "the serial number known then", do: "GET /v1/units?serial=C2&as_known=20", status: 200, want: []string{`"serial":"C2"`, `"as_known":20`}, not: []string{"C3"}},
		{name: "a serial number not yet known", do: "GET /v1/units?serial=C3&as_known=20", status: 200, want: []string{`"items":[]`}},

		{name: "a lot is called as today", do: "GET /v1/lots?product=FLOUR&lot=G1&as_at=2020-05-04", status: 200, want: []string{`"lot":"G7"`, `"expiry":"2020-11-30"`}, not: []string{"past", "on_hold"}},
		{name: "a lot on hold as known then", do: "GET /v1/lots?product=FLOUR&lot=G1&as_known=18", status: 200, want: []string{`"on_hold":true`}},
		{name: "a lot past its date then", do: "GET /v1/lots?product=FLOUR&lot=G7&as_at=2020-12-01", status: 200, want: []string{`"past":true`}, not: []string{"on_hold"}},
		{name: "a lot as it was known", do: "GET /v1/lots?product=FLOUR&lot=G1&as_known=19", status: 200, want: []string{`"lot":"G1"`, `"expiry":"2020-12-31"`, `"M77"`}, not: []string{"G7", "former"}},
		{name: "a code not yet known", do: "GET /v1/lots?product=FLOUR&lot=G7&as_known=19", status: 200, want: []string{`"items":[]`}},
		{name: "dates as known", do: "GET /v1/lots?product=FLOUR&like=g&expires_before=2020-12-15&as_known=19", status: 200, want: []string{`"items":[]`}},
		{name: "dates as known now", do: "GET /v1/lots?product=FLOUR&like=g&expires_before=2020-12-15&as_known=20", status: 200, want: []string{`"G7"`}},
		{name: "lots not yet there", do: "GET /v1/lots?product=FLOUR&as_at=2020-04-30", status: 200, want: []string{`"items":[]`}},

		{name: "holds before they were placed", do: "GET /v1/holds?all=true&as_at=2020-05-05", status: 200, want: []string{`"items":[]`}},
		{name: "holds known", do: "GET /v1/holds?product=FLOUR&lot=G1&as_known=18", status: 200, want: []string{`"hold":18`, `"lot":"G1"`}},

		{name: "what it led to, before it was made", do: "GET /v1/trace/G7?as_at=2020-05-02", status: 200, want: []string{`"downstream":[]`, `"as_at":"2020-05-02T23:59:59.999Z"`, `"quantity":"10"`}, not: []string{"K1"}},
		{name: "what it led to, before it was shipped", do: "GET /v1/trace/G7?as_at=2020-05-04", status: 200, want: []string{`"K1"`, `"quantity":"8"`}, not: []string{`"partner":"CAFE"`}},
		{name: "what it led to", do: "GET /v1/trace/G7?as_at=2020-05-05", status: 200, want: []string{`"K1"`, `"partner":"CAFE"`}},
		{name: "where it came from", do: "GET /v1/trace/K1?as_at=2020-05-04&direction=up", status: 200, want: []string{`"G7"`, `"MILL"`}},
		{name: "the status then", do: "GET /v1/trace/G7?direction=none&as_at=2020-12-07", status: 200, want: []string{`"on_hold":false`, `"past":true`}},
		{name: "the status known then", do: "GET /v1/trace/G1?direction=none&as_known=18", status: 200, want: []string{`"on_hold":true`, "smells"}},
		{name: "as it was called", do: "GET /v1/trace/G1?as_known=17", status: 200, want: []string{`"kind":"lot","code":"G1"`, `"K1"`, `"as_known":17`}, not: []string{"G7", "former"}},
		{do: "GET /v1/trace/G7?as_known=17", status: 404, want: []string{`"code":"unknown_code"`}},
		{do: "GET /v1/trace/K1?as_at=2020-05-02", status: 404, want: []string{`"code":"unknown_code"`}},
		{name: "known before it was shipped", do: "GET /v1/trace/K1?as_known=16", status: 200, not: []string{`"CAFE"`}},
		{name: "the units reached", do: "GET /v1/trace/entry:14/units?direction=none&as_at=2020-05-04", status: 200, want: []string{`"total":2`, `"MAIN/DOCK"`, `"as_at"`}, not: []string{"CAFE"}},
		{name: "a code then", do: "GET /v1/lookup/G1?as_known=19", status: 200, want: []string{`"kind":"lot"`}},
		{name: "a code now", do: "GET /v1/lookup/G1", status: 200, want: []string{`"kind":"alias"`}},

		{name: "the history by then", do: "GET /v1/history/C1?as_at=2020-05-04", status: 200, want: []string{`"entry":14`, `"as_at"`}, not: []string{`"entry":17`}},
		{name: "the history of the lot by then", do: "GET /v1/history/G7?as_at=2020-05-06", status: 200, want: []string{`"entry":16`}, not: []string{`"entry":18`, `"entry":20`}},
		{name: "the history known", do: "GET /v1/history/G1?as_known=14", status: 200, want: []string{`"entry":14`}, not: []string{`"entry":16`}},

		{name: "stock as at, as a file", do: "GET /v1/export/stock?site=MAIN&as_at=2020-05-04", status: 200, want: []string{"x-as_at", "2020-05-04T21:59:59.999Z", "C1", "K1"}, not: []string{"B001"}},
		{do: "GET /v1/export/movements?as_at=2020-05-04", status: 422, want: []string{`"code":"unsupported"`, `"field":"as_at"`}},
		{do: "GET /v1/stock?expires_before=2020-05-04&as_known=17", status: 422, want: []string{`"code":"unsupported"`, `"field":"expires_before"`}},
		{name: "compared as at", do: "POST /v1/compare?site=MAIN&as_at=2020-05-04", body: "product,quantity\nCAKE,8\nFLOUR,6\nBIKE,2\n", status: 200, want: []string{`"equal":3`, `"differ":0`, `"as_at"`}, headers: "Content-Type: text/csv"},
		{name: "asked of what has no past", do: "GET /v1/partners?as_at=2020-05-04", status: 400, want: []string{"as_at"}},
	})
}

func todayInBerlin() string {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return time.Now().In(zone).Format(time.DateOnly)
}
