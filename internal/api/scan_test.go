package api

import "testing"

// TestScan walks through what a scan can be.
func TestScan(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "PATCH /v1/products/FLOUR", body: `{"gtin":"9521234543213","packaging":[{"code":"case","quantity":"12","gtin":"19521234543210"}],"barcodes":[{"code":"F-1"},{"code":"C-1","packaging":"case"},{"code":"12345"},{"code":"A-9","partner":"MILL"}]}`, status: 200},
		{do: "PATCH /v1/products/BOX", body: `{"barcodes":[{"code":"A-9","partner":"CAFE"},{"code":"https://example.com/box"},{"code":"9521234BOX"}]}`, status: 200},
		{do: "PATCH /v1/partners/CAFE", body: `{"addresses":[{"code":"DOOR","gln":"9521234600015"}]}`, status: 200},
		{do: "PATCH /v1/products/BIKE", body: `{"gtin":"4006381333931"}`, status: 200},
		{do: "PATCH /v1/sites/MAIN/locations/SHELF", body: `{"gln":"9521234500018"}`, status: 200},
		{do: "POST /v1/labels", body: `{"code":"MILL","partner":"MILL","example":"4711;L1;991231","marks":[{"is":"product","text":"4711"},{"is":"lot","text":"L1"},{"is":"expiry","text":"991231","form":"YYMMDD"}]}`, status: 201},
	})
	run(t, h, []call{{do: "POST /v1/labels", body: `{"code":"SHOP","example":"2112345012506","marks":[{"is":"same","text":"21"},{"is":"product","text":"12345"},{"is":"quantity","text":"01250","decimals":3}]}`, status: 201}})
	scan := func(name, body string, want []string, not ...string) {
		t.Run(name, func(t *testing.T) {
			call{do: "POST /v1/scan", body: body, status: 200, want: want, not: not}.run(t, h)
		})
	}
	scan("GTIN", `{"scan":"9521234543213"}`, []string{`"is":"product"`, `"form":"key"`, `"sku":"FLOUR"`, `"on_hand"`, `"station":"receive","kind":"receive"`}, `"problem"`, `"is":"unknown"`)
	scan("GTIN of a case", `{"scan":"]I119521234543210"}`, []string{`"packaging":"case","each":"12"`, `"symbology":"I1"`})
	scan("lot", `{"scan":"]d2010952123454321310L1"}`, []string{`"is":"lot"`, `"lot":"L1"`, `"form":"element_string"`, `"known":{"lot":"L1"`, `"station":"ship","kind":"ship"`, `{"ai":"10","title":"BATCH/LOT","value":"L1"}`}, `"warnings"`)
	scan("two scans of one item", `{"scans":["9521234543213","]C110L1"]}`, []string{`"is":"lot"`, `"form":"key+element_string"`, `"sku":"FLOUR"`, `"lot":"L1"`}, `"problem"`)
	scan("one of two scans is misread", `{"scans":["9521234543213","(10)L1(17)271399"]}`, []string{`"code":"unreadable_scan"`, "no such month"}, `"scan_differs"`)
	scan("scans of two items", `{"scans":["9521234543213","4006381333931"]}`, []string{`"code":"scan_differs"`, "their products differ"})
	scan("unknown lot", `{"scan":"(01)09521234543213(10)NEW(17)260101"}`, []string{`"is":"lot"`, `"code":"unknown_lot"`, `"code":"past_date"`, `"expiry":"2026-01-01"`, `"station":"receive"`}, `"station":"ship"`)
	scan("date differs", `{"scan":"(01)09521234543213(10)L1(17)300101"}`, []string{`"code":"lot_differs","field":"expiry"`})
	scan("unit", `{"scan":"(01)04006381333931(21)B001","site":"MAIN"}`, []string{`"is":"unit"`, `"serial":"B001"`, `"place":"MAIN/`, `"station":"ship","kind":"ship"`})
	scan("unknown unit", `{"scan":"https://id.gs1.org/01/04006381333931/21/X1"}`, []string{`"is":"unit"`, `"form":"digital_link"`, `"code":"unknown_unit"`})
	scan("serial alone", `{"scan":"B001"}`, []string{`"is":"unit"`, `"form":"code"`, `"sku":"BIKE"`})
	scan("lot alone", `{"scan":"L1"}`, []string{`"is":"lot"`, `"sku":"FLOUR"`})
	scan("barcode", `{"scan":"F-1"}`, []string{`"is":"product"`, `"sku":"FLOUR"`})
	scan("barcode and lot", `{"scans":["F-1","]C110L1"]}`, []string{`"is":"lot"`, `"sku":"FLOUR"`}, `"ai_required"`)
	scan("barcode of a level", `{"scan":"C-1"}`, []string{`"packaging":"case","each":"12"`})
	scan("two readings", `{"scan":"A-9"}`, []string{`"sku":"FLOUR"`, `"sku":"BOX"`}, `"problem"`)
	scan("a partner's barcode", `{"scan":"A-9","partner":"MILL"}`, []string{`"sku":"FLOUR"`}, `"sku":"BOX"`)
	scan("a label", `{"scan":"A-9;L2;990101"}`, []string{`"form":"label"`, `"label":"MILL"`, `"sku":"FLOUR"`, `"lot":"L2"`, `"code":"lot_differs"`}, `"sku":"BOX"`)
	scan("a label of a shop, as EAN", `{"scan":"]E02112345012506"}`, []string{`"form":"label"`, `"label":"SHOP"`, `"sku":"FLOUR"`, `"quantity":"1.25"`}, `"problem"`)
	scan("location by code", `{"scan":"MAIN/DOCK"}`, []string{`"is":"location"`, `"location":"MAIN/DOCK"`, `"kind":"move"`})
	scan("location by GLN", `{"scan":"(414)9521234500018"}`, []string{`"is":"location"`, `"location":"MAIN/SHELF"`})
	scan("site, partner, entry", `{"items":[{"scan":"MAIN"},{"scan":"CAFE"},{"scan":"#1"}]}`, []string{`"is":"site"`, `"is":"partner"`, `"is":"entry"`, `"kind":"return"`})
	scan("no such entry", `{"scan":"#999"}`, []string{`"code":"unknown_code"`}, `"is":"entry"`)
	scan("GLN of a partner's address", `{"scan":"(410)9521234600015"}`, []string{`"is":"location"`, `"location":"partner:CAFE/DOOR"`, `"station":"ship","kind":"ship"`})
	scan("pallet with where it goes", `{"scans":["(00)095212345432112341(410)9521234600015","(02)19521234543210(37)3(10)L1"]}`, []string{`"sscc":"095212345432112341"`, `"quantity":"36"`, `"lot":"L1"`, `"value":"9521234600015"`}, `"problem"`)
	scan("a part without a GTIN", `{"scan":"]d280109521234BOX\u001d80117"}`, []string{`"sku":"BOX"`, `"form":"element_string"`, `"serial":"7"`})
	scan("a link that is a barcode", `{"scan":"]Q1https://example.com/box"}`, []string{`"is":"product"`, `"sku":"BOX"`}, `"problem"`)
	scan("a code in a GS1 symbol", `{"scan":"]C1F-1"}`, []string{`"sku":"FLOUR"`}, `"problem"`)
	scan("a magazine", `{"scan":"]E09521234543213]E112"}`, []string{`"sku":"FLOUR"`}, `"problem"`)
	scan("an order", `{"scan":"(400)PO-1"}`, []string{`"text":"PO-1"`, `"code":"unknown_code"`}, `"text":"(400)PO-1"`)
	scan("a mistyped SSCC", `{"scan":"106141412345678907"}`, []string{`"code":"key_check_digit"`, `"problem":{"code":"required"`})
	scan("SSCC", `{"scan":"(00)095212345432112341"}`, []string{`"sscc":"095212345432112341"`}, `"problem"`)
	scan("check digit", `{"scan":"9521234543214"}`, []string{`"problem":{"code":"check_digit"`})
	scan("unreadable", `{"scan":"(01)0952"}`, []string{`"problem":{"code":"unreadable_scan"`})
	scan("a zero byte", `{"scan":"a\u0000b"}`, []string{`"problem":{"code":"unreadable_scan"`})
	scan("no scan", `{"items":[{}]}`, []string{`"scans":[]`, `"problem":{"code":"required"`})
	scan("a separator that is none", `{"scan":"F-1","separator":"01234567890"}`, []string{`"problem":{"code":"invalid_value","field":"separator"`})
	scan("unknown", `{"scan":"what is it"}`, []string{`"problem":{"code":"unknown_code"`, `"is":"unknown"`, `"text":"what is it"`})
	scan("names no product", `{"scan":"(10)L1"}`, []string{`"problem":{"code":"required"`})
	scan("one typo keeps the others", `{"items":[{"scan":"9521234543213"},{"scan":"  "},{"scan":"B001"}]}`, []string{`"sku":"FLOUR"`, `"code":"required"`, `"sku":"BIKE"`})
	scan("habits of a scanner", `{"scan":"010952123454321310L1~3712","separator":"~"}`, []string{`"lot":"L1"`, `"code":"separator_replaced"`})
	scan("count of cases", `{"scan":"(02)19521234543210(37)3(10)L1"}`, []string{`"quantity":"36"`, `"code":"ai_required"`})
	run(t, h, []call{
		{do: "POST /v1/scan", body: `{}`, status: 422, want: []string{`"field":"scan"`}},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smell"}`, status: 201},
		{do: "POST /v1/scan", body: `{"scan":"L1"}`, status: 200, want: []string{`"code":"lot_on_hold"`, `"held":["smell"]`, `"station":"ship","kind":"ship","barred":{"code":"lot_on_hold"`}},
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 201},
		{do: "POST /v1/scan", body: `{"scan":"B001","site":"MAIN"}`, status: 200, want: []string{`"code":"unit_elsewhere"`, `"place":"partner:CAFE"`, `"kind":"return"`}, not: []string{`"kind":"ship"`}},
	})
}
