package api

import (
	"cmp"
	"strings"
	"testing"

	"clew/gs1/symbol"
)

func TestSymbols(t *testing.T) {
	h, _ := openLedger(t)
	const svg, png = "Content-Type: image/svg+xml", "Content-Type: image/png"
	run(t, h, []call{
		{do: "GET /v1/symbols/gs1-datamatrix?data=010952123454321310LOT42A%5E21S0001", status: 200,
			want: []string{svg, "Cache-Control: private, max-age=86400", "Content-Security-Policy: sandbox; default-src 'none'", "X-Content-Type-Options: nosniff", "<title>GS1 DataMatrix (01)09521234543213(10)LOT42A(21)S0001</title>"}},
		{do: "GET /v1/symbols/ean-13?data=9521234543213&format=png&pixels=2&module=0.264&height=15&dark=%23002060&light=%23ffff80", status: 200, want: []string{png, "\x89PNG"}},
		{do: "GET /v1/symbols/qr?data=https://id.example.org/01/09521234543213&no_text=true", status: 200, want: []string{svg}, not: []string{"<text"}},
		{do: "GET /v1/symbols/code-128?data=A1&text=%3Cscript%3E%0Abehind+the+door", status: 200, want: []string{">&lt;script&gt;</text>", ">behind the door</text>"}},

		{do: "GET /v1/symbols/pdf417?data=A1", status: 400, want: []string{`"field":"kind"`}},
		{do: "GET /v1/symbols/qr", status: 400, want: []string{`"field":"data"`, `"code":"required"`}},
		{do: "GET /v1/symbols/gs1-qr?data=%5E", status: 422, want: []string{`"field":"data"`, `"code":"blank"`}},
		{do: "GET /v1/symbols/ean-13?data=9521234543214", status: 422, want: []string{`"field":"data"`, `"code":"invalid_value"`, "should be 3"}},
		{do: "GET /v1/symbols/code-128?data=" + strings.Repeat("a", 81), status: 422, want: []string{`"code":"too_long"`, "at most 80"}},
		{do: "GET /v1/symbols/qr?data=" + strings.Repeat("a", 9000), status: 400, want: []string{`"field":"data"`}},
		{do: "GET /v1/symbols/qr?data=A&pixels=65", status: 422, want: []string{`"field":"pixels"`}},
		{do: "GET /v1/symbols/qr?data=A&format=gif", status: 400, want: []string{`"field":"format"`}},
		{do: "GET /v1/symbols/qr?data=A&light=red", status: 422, want: []string{`"field":"light"`, "#rrggbb"}},
		{do: "GET /v1/symbols/qr?data=A&dark=%23ff0000", status: 422, want: []string{`"field":"dark"`, "red light"}},
	})
	gtin := map[symbol.Kind]string{symbol.EAN13: "9521234543213", symbol.EAN8: "96385074", symbol.UPCA: "614141123452", symbol.ITF14: "19521234543210"}
	for _, kind := range symbol.Kinds() { // the operation names them in a tag
		data := cmp.Or(gtin[kind], "0109521234543213")
		run(t, h, []call{{do: "GET /v1/symbols/" + string(kind) + "?data=" + data, status: 200, want: []string{svg}}})
	}
}
