package api

import "testing"

// TestGraph: a trace as nodes and edges, with steps between goods, and partners at both ends.
func TestGraph(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/products", body: `{"sku":"CAKE","tracking":"lot"}`, status: 201},
		{do: "POST /v1/products", body: `{"sku":"TIN","tracking":"serial"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"make","site":"MAIN","groups":[{"inputs":[{"product":"FLOUR","lot":"L1","quantity":"4"},{"product":"BOX","quantity":"2"}],"outputs":[{"product":"CAKE","lot":"K1","quantity":"8","to":"SHELF"}]}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"make","site":"MAIN","groups":[{"inputs":[{"product":"CAKE","lot":"K1","quantity":"5"}],"outputs":[{"product":"TIN","units":["T1..T5"],"to":"SHELF"}]}]}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"TIN","units":["T1","T2"]},{"product":"CAKE","lot":"K1","quantity":"1"}]}`, status: 201},

		{name: "both ways", do: "GET /v1/trace/K1/graph", status: 200, want: []string{
			`"type":"goods","level":0,"product":"CAKE","name":"CAKE","lot":"K1"`, `"on_hand":"2","shipped":"1"`,
			`"type":"step","level":1`, `"type":"step","level":-1`, `"kind":"make"`,
			`"level":1,"product":"TIN","name":"TIN","units":5,"first_serial":"T1","last_serial":"T5","expandable":true,"uom":"H87","on_hand":"3","shipped":"2"`,
			`"level":-1,"product":"FLOUR","name":"FLOUR","lot":"L1"`, `"level":-1,"product":"BOX"`,
			`"type":"supplier","level":-2,"name":"MILL","partner":"MILL"`, `"type":"customer","level":2,"name":"CAFE","partner":"CAFE"`,
			`"quantity":"4"}`, `"quantity":"5","units":5}`, `"quantity":"2","units":2}`, `"quantity":"100"}`}, not: []string{"more_nodes", "more_links"}},
		{name: "one by one", do: "GET /v1/trace/K1/graph?expand=u38.0.1.0", status: 200, want: []string{`"units":1,"first_serial":"T1"`, `"units":1,"first_serial":"T5"`, `"quantity":"1","units":1}`}, not: []string{"expandable"}},
		{name: "one way", do: "GET /v1/trace/L1/graph?direction=down", status: 200, want: []string{`"level":2,"product":"TIN"`}, not: []string{`"level":-2`}},
		{name: "from the end", do: "GET /v1/trace/T3/graph", status: 200, want: []string{`"level":0,"product":"TIN","name":"TIN","units":1,"first_serial":"T3"`, `"level":-2,"product":"FLOUR"`, `"level":-3,"name":"MILL"`}},
		{name: "few nodes", do: "GET /v1/trace/K1/graph?nodes=2", status: 200, want: []string{`"level":0`, `"more_`}},
		{name: "an entry", do: "GET /v1/trace/entry:16/graph", status: 200, want: []string{`"kind":"make"`, `"subject":{"kind":"entry"`}},
		{do: "GET /v1/trace/NOTHING/graph", status: 404, want: []string{`"code":"unknown_code"`}},
		{do: "GET /v1/trace/CAFE/graph", status: 404, want: []string{`"code":"unknown_code"`}},
	})
}
