package api

import "testing"

func TestValue(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "PATCH /v1/products/BOX", body: `{"unit_cost":"0.10"}`, status: 200},
		{do: "POST /v1/products", body: `{"sku":"=RAW"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"opening","site":"SHOP","items":[{"product":"BOX","quantity":"3","to":"FLOOR"},{"product":"=RAW","quantity":"1","to":"FLOOR"}]}`, status: 201},
		{do: "PATCH /v1/products/BOX", body: `{"unit_cost":"7"}`, status: 200},
	})
	today := "GET /v1/value?date=" + todayInBerlin()
	run(t, h, []call{
		{name: "as it stands", do: today, status: 200, want: []string{`"quantity":"20","uom":"H87","unit_cost":"7","value":"140"`,
			`"quantity":"155","uom":"KGM","no_cost":true`, `"site":"SHOP",`, `"value":"21","no_cost":1`}},
		{name: "one site", do: today + "&site=SHOP", status: 200, not: []string{"MAIN"}},
		{name: "at the cost then", do: today + "&site=SHOP&as_known=16", status: 200, want: []string{`"unit_cost":"0.1","value":"0.3"`}},
		{name: "before all", do: "GET /v1/value?month=2020-02", status: 200, want: []string{`"items":[]`, `"as_at":"2020-02-29T22:59:59.999Z","value":"0","no_cost":0`}},
		{name: "a page", do: today + "&limit=1", status: 200, want: []string{`"product":"BIKE"`, `"next":`}, not: []string{`"FLOUR"`}},
		{name: "a file", do: "GET /v1/value.csv?date=" + todayInBerlin(), status: 200, want: []string{"text/csv", "MAIN,BOX,BOX,20,H87,7,140,", "SHOP,'=RAW,"}},
		{do: "GET /v1/value", status: 422, want: []string{`"code":"required"`, `"field":"month"`}},
		{do: "GET /v1/value?month=2026-13", status: 422, want: []string{`"code":"invalid_date"`, `"field":"month"`}},
		{do: "GET /v1/value?month=2150-01", status: 422, want: []string{`"code":"occurred_in_future"`, `"field":"month"`}},
		{do: "GET /v1/value?date=soon", status: 422, want: []string{`"code":"invalid_date"`, `"field":"date"`}},
		{do: "GET /v1/value?month=2020-01&site=NONE", status: 404, want: []string{`"code":"unknown_site"`}},
	})
}
