package api

import "testing"

func TestClassification(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, []call{{do: "GET /v1/classification", status: 200, want: []string{`"basis":"typed"`, `"products":0`, `"items":[]`}}})
	run(t, h, business)
	run(t, h, []call{
		{do: "PATCH /v1/products/BIKE", body: `{"unit_cost":"900"}`, status: 200},
		{do: "PATCH /v1/products/BOX", body: `{"unit_cost":"0.5"}`, status: 200},
		{do: "POST /v1/products", body: `{"sku":"DRILL","unit_cost":"150"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"DRILL","quantity":"100","to":"DOCK"}]}`, status: 201},
		{do: "POST /v1/movements", body: shipBox + `"quantity":"10"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"return","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"3","to":"DOCK"}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"scrap","site":"MAIN","reason":"wet","items":[{"product":"BOX","quantity":"1","from":"DOCK"}]}`, status: 201},
		{do: "POST /v1/holds", body: `{"product":"BIKE","units":["B001..B003"],"reason":"recalled"}`, status: 201},
		{do: "GET /v1/classification", status: 200, want: []string{`"basis":"value"`, `"products":4`,
			`{"rank":1,"product":"DRILL","name":"DRILL","class":"A","tracking":"none","proposed":"serial","rule":"valuable_pieces","reasons":[{"code":"value","value":"62.47"}],"moved":"100","uom":"H87","unit_cost":"150","value":"15000","share":"62.47"}`,
			`{"rank":2,"product":"BIKE","name":"BIKE","class":"B","tracking":"serial","proposed":"serial","rule":"tracked_already","reasons":[{"code":"value","value":"37.48"},{"code":"held","value":"1"}]`,
			`{"rank":3,"product":"BOX","name":"BOX","class":"B","tracking":"none","proposed":"lot","rule":"trouble","reasons":[{"code":"value","value":"0.04"},{"code":"returned","value":"15"},{"code":"scrapped","value":"5"}],"moved":"20"`,
			`{"rank":4,"product":"FLOUR","name":"FLOUR","class":"C","tracking":"lot","proposed":"lot","rule":"perishable","reasons":[{"code":"no_cost"},{"code":"date_required","words":["expiry"]}],"moved":"155"`,
			`{"class":"A","products":1,"value":"15000","share":"62.47"}`, `{"class":"C","products":1,"value":"0","share":"0"}`}},
		{do: "GET /v1/classification?limit=2", status: 200, want: []string{`"rank":2`, `"next":"Mg"`}, not: []string{`"rank":3`}},
		{do: "GET /v1/classification?limit=2&cursor=Mg", status: 200, want: []string{`"rank":3`, `"rank":4`, `"next"`}},
		{do: "GET /v1/classification?limit=2&cursor=NA", status: 200, want: []string{`"items":[]`}, not: []string{`"next"`}},
		{do: "GET /v1/classification?class=B", status: 200, want: []string{`"BIKE"`, `"BOX"`}, not: []string{`"DRILL"`}},
		{do: "GET /v1/classification?serial_from=1000", status: 200, want: []string{`"proposed":"lot","rule":"valuable"`}},
		{do: "GET /v1/classification?from=2020-01-01&to=2020-12-31", status: 200, want: []string{`"basis":"typed"`, `"from":"2020-01-01","to":"2020-12-31"`, `"moved":"0"`}},
		{do: "GET /v1/classification?from=2021-01-01&to=2020-12-31", status: 422, want: []string{`"field":"from"`}},
		{do: "GET /v1/classification?from=soon", status: 400, want: []string{`"field":"from"`}},
		{do: "GET /v1/classification?serial_from=much", status: 400, want: []string{`"field":"serial_from"`}},
		{do: "GET /v1/classification?class=D", status: 400, want: []string{`"field":"class"`}},
		{do: "POST /v1/classification", headers: "Idempotency-Key: k1", body: `[{"product":"DRILL","tracking":"serial","class":"A"},{"product":"BOX","tracking":"lot","class":"B","rest":{"lot":"HOUSE"}},
			{"product":"FLOUR","class":"C"},{"product":"NO","class":"C"},{"product":"BIKE","class":"Z"}]`, status: 200,
			want: []string{`"recorded":2,"refused":3`, `"index":0,"status":409`, `"code":"stock_differs"`, `MAIN/DOCK: 100 expected, 0 given`, `"code":"unknown_product"`, `"field":"class"`}},
		{do: "POST /v1/classification", headers: "Idempotency-Key: k1", body: `[{"product":"DRILL","tracking":"serial","class":"A"},{"product":"BOX","tracking":"lot","class":"B","rest":{"lot":"HOUSE"}}]`, status: 200,
			want: []string{`"replayed":true`, `"refused":1`}},
		{do: "POST /v1/classification", body: `[{"product":"FLOUR","class":"C"}]`, status: 200, want: []string{`"unchanged":true`}},
		{do: "POST /v1/classification", body: `{"product":"FLOUR","class":"C"}`, status: 400},
		{do: "GET /v1/products/BOX", status: 200, want: []string{`"tracking":"lot"`, `"class":"B"`}},
		{do: "GET /v1/products?class=C", status: 200, want: []string{`"sku":"FLOUR"`}, not: []string{"BOX", "DRILL"}},
		{do: "GET /v1/products?class=C&group=NO", status: 404},
		{do: "GET /v1/stock?product=BOX", status: 200, want: []string{`"lot":"HOUSE"`}},
		{do: "GET /v1/classification?changes=true", status: 200, want: []string{`"DRILL"`, `"changes":2`}, not: []string{`"BOX"`, `"FLOUR"`}},
		{do: "GET /v1/export/products", status: 200, want: []string{"class"}},
	})
}
