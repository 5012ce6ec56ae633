package api

import "testing"

// TestSearch: everything is found by the beginning of its code, however it is spelled, and by words of its name; what a code is opens.
func TestSearch(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/products", body: `{"sku":"MEHL-T55","name":"Weizenmehl fein, M\u00fchle S\u00fcd","gtin":"04012345000016","tracking":"lot"}`, status: 201},
		{do: "POST /v1/products", body: `{"sku":"MEHL-T80","name":"Roggenmehl der M\u00dcHLE","tracking":"lot"}`, status: 201},
		{do: "POST /v1/partners", body: `{"code":"P1","name":"Stra\u00dfenb\u00e4ckerei \u0141\u00f3d\u017a"}`, status: 201},
		{do: "POST /v1/locations", body: `{"site":"MAIN","code":"K\u00dcHL-1","name":"cold room"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","references":[{"kind":"delivery_note","code":"LS-2026-001"}],"items":[
			{"product":"MEHL-T55","lot":"a\u00c4-7","supplier_lot":"M-991","quantity":"10","to":"DOCK"},{"product":"MEHL-T55","lot":"A7","quantity":"1","to":"DOCK"},{"product":"MEHL-T80","lot":"AA-7","quantity":"3","to":"SHELF"},
			{"product":"BIKE","units":["x-1","X-10","X-11"],"to":"SHELF"}]}`, status: 201, want: []string{`"entry":18`}},
		{do: "POST /v1/holds", body: `{"product":"MEHL-T80","lot":"AA-7","reason":"smells"}`, status: 201},

		{name: "nothing", do: "GET /v1/search?q=", status: 200, want: []string{`"groups":[]`}},
		{name: "nothing but space", do: "GET /v1/search?q=%20", status: 200, want: []string{`"groups":[]`}},
		{name: "nothing like it", do: "GET /v1/search?q=nowhere", status: 200, want: []string{`"groups":[]`}, not: []string{"opens", "problem"}},
		{do: "GET /v1/search", status: 200, want: []string{`"groups":[]`}},

		{name: "a SKU, small", do: "GET /v1/search?q=mehl-t55", status: 200, want: []string{`"groups":[{"type":"product","items":[{"type":"product","code":"MEHL-T55","title":"Weizenmehl fein, Mühle Süd","match":"exact"`}, not: []string{"T80"}},
		{name: "a SKU begun", do: "GET /v1/search?q=mehl", status: 200, want: []string{"MEHL-T55", "MEHL-T80", `"match":"prefix"`}},
		{name: "words without accents", do: "GET /v1/search?q=suedx", status: 200, want: []string{`"groups":[]`}},
		{name: "two words, any order", do: "GET /v1/search?q=muhle%20weiz", status: 200, want: []string{"MEHL-T55", `"match":"word"`}, not: []string{"T80"}},
		{name: "a GTIN of 13 digits", do: "GET /v1/search?q=4012345000016", status: 200, want: []string{`"opens":{"type":"product","code":"MEHL-T55"`, `"match":"exact"`}},
		{name: "a GTIN begun", do: "GET /v1/search?q=0401234", status: 200, want: []string{"MEHL-T55", `"match":"prefix"`}, not: []string{"opens"}},
		{name: "a GS1 element string", do: "GET /v1/search?q=(01)04012345000016(10)AA-7", status: 200, want: []string{`"opens":{"type":"product","code":"MEHL-T55"`}},
		{name: "a Digital Link", do: "GET /v1/search?q=https://id.example.org/01/04012345000016/10/A7", status: 200, want: []string{`"opens":{"type":"lot","code":"A7"`, `"product":"MEHL-T55"`}},
		{name: "a wrong check digit", do: "GET /v1/search?q=(01)04012345000017", status: 200, want: []string{`"problem":{"code":"check_digit"`}},

		{name: "a lot's code of two products", do: "GET /v1/search?q=aa-7", status: 200, want: []string{`"code":"aÄ-7"`, `"code":"AA-7"`, `"match":"exact"`, `"status":["on_hold"]`, `"quantity":"10"`}, not: []string{"opens"}},
		{name: "a supplier's code", do: "GET /v1/search?q=m-99", status: 200, want: []string{`"code":"aÄ-7"`, `"alias":"M-991"`, `"partner":"MILL"`}},
		{name: "a supplier's code, whole", do: "GET /v1/search?q=M-991", status: 200, want: []string{`"opens":{"type":"lot","code":"aÄ-7"`}},
		{name: "serial numbers", do: "GET /v1/search?q=x-1", status: 200, want: []string{`"type":"unit","items":[{"type":"unit","code":"x-1"`, `"code":"X-10"`, `"place":"MAIN/SHELF"`}},
		{name: "no more than asked for", do: "GET /v1/search?q=x-1&limit=2", status: 200, want: []string{`"more":true`, `"X-10"`}, not: []string{"X-11"}},
		{name: "a serial number, whole", do: "GET /v1/search?q=X-11", status: 200, want: []string{`"opens":{"type":"unit","code":"X-11","title":"BIKE","match":"exact"`}},

		{name: "a paper", do: "GET /v1/search?q=ls-2026", status: 200, want: []string{`"type":"reference","items":[{"type":"reference","code":"LS-2026-001"`, `"reference":"delivery_note"`, `"entry":18`, `"kind":"receive"`}},
		{name: "a paper, whole", do: "GET /v1/search?q=LS-2026-001", status: 200, want: []string{`"opens":{"type":"reference"`, `"type":"entry","items":[{"type":"entry","code":"#18"`}},
		{name: "an entry", do: "GET /v1/search?q=%2318", status: 200, want: []string{`"opens":{"type":"entry","code":"#18"`, `"kind":"receive"`}},
		{name: "an entry by digits", do: "GET /v1/search?q=18", status: 200, want: []string{`"code":"#18"`, `"match":"prefix"`}},

		{name: "a partner by name", do: "GET /v1/search?q=strassen%20lodz", status: 200, want: []string{`"type":"partner","items":[{"type":"partner","code":"P1"`}},
		{name: "a place", do: "GET /v1/search?q=kuhl", status: 200, want: []string{`"type":"location","items":[{"type":"location","code":"MAIN/KÜHL-1","title":"cold room"`, `"location":"KÜHL-1"`}},
		{name: "a place with its site", do: "GET /v1/search?q=main/k", status: 200, want: []string{`"MAIN/KÜHL-1"`}, not: []string{"DOCK"}},
		{name: "a site", do: "GET /v1/search?q=main", status: 200, want: []string{`"type":"site","items":[{"type":"site","code":"MAIN"`}},

		{name: "a name that changes", do: "PATCH /v1/partners/P1", body: `{"name":"Ofenhaus"}`, status: 200},
		{name: "its new words", do: "GET /v1/search?q=ofen", status: 200, want: []string{`"P1"`}},
		{name: "not its old ones", do: "GET /v1/search?q=strassen", status: 200, want: []string{`"groups":[]`}},
	})
}
