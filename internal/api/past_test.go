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

func todayInBerlin() string {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return time.Now().In(zone).Format(time.DateOnly)
}
