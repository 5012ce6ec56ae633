package api

import (
	"strings"
	"testing"
)

// TestCorrections_Goods: two lots that are one, goods that were mislabelled and a unit booked twice, with what is refused, and undone.
func TestCorrections_Goods(t *testing.T) {
	for name, calls := range map[string][]call{
		"two lots are one": {
			{do: "GET /v1/corrections/affected?product=FLOUR&lot=L2", status: 200, want: []string{`"lot":"L2"`, `"items":[{"entry":`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","same_as":"NO","reason":"x"}`, status: 404, want: []string{`"code":"unknown_lot"`, `"field":"same_as"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","same_as":"L2","reason":"x"}`, status: 422, want: []string{`"field":"same_as"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","same_as":"L1","new":true,"reason":"x"}`, status: 422, want: []string{`"code":"unsupported"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","same_as":"L1"}`, status: 422, want: []string{`"code":"reason_required"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L2","same_as":"L1","reason":"read twice"}`, status: 201, want: []string{`"field":"same_as","before":"L2","after":"L1"`, `"again":true`, `"took_effect":"`}},
			{do: "GET /v1/trace/L2?product=FLOUR", status: 200, want: []string{`"former_lots":["L2"]`, `"again":true`}},
			{do: "GET /v1/lots?product=FLOUR&lot=L2", status: 200, want: []string{`"lot":"L1"`}},
			{do: "GET /v1/corrections?product=FLOUR&lot=L1", status: 200, want: []string{`"kind":"correction"`}},
		},
		"mislabelled": {
			{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","lot":"L9","quantity":"10","to":"DOCK","expiry":"2099-01-01"}]}`, status: 201},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L9","items":[{"entry":{last}}],"reason":"x"}`, status: 422, want: []string{`"code":"lot_required"`, `"field":"set.lot"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L9","items":[{"entry":1}],"set":{"lot":"L1"},"reason":"x"}`, status: 404, want: []string{`"field":"items[0].item"`}},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L9","set":{"lot":"L10"},"new":true,"reason":"x"}`, status: 422, want: []string{`"field":"new"`}},
		},
		"mislabelled, part": {
			{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","lot":"L9","quantity":"10","to":"DOCK","expiry":"2099-01-01"}]}`, status: 201},
			{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L9","items":[{"entry":{last},"quantity":"4"}],"set":{"lot":"L10","expiry":"2098-01-01"},"new":true,"reason":"half"}`, status: 201,
				want: []string{`"field":"goods","before":"L9","after":"L10"`}},
			{do: "POST /v1/corrections", body: `{"undo":{last},"lot":"L9","reason":"no"}`, status: 422, want: []string{`"field":"undo"`}},
			{do: "POST /v1/corrections", body: `{"undo":9999,"reason":"no"}`, status: 404, want: []string{`"field":"undo"`}},
			{do: "POST /v1/corrections", body: `{"undo":1,"reason":"no"}`, status: 409, want: []string{`"code":"not_reversible"`}},
		},
		"a unit twice": {
			{do: "GET /v1/corrections/affected?product=BIKE&unit=B002", status: 200, want: []string{`"unit":"B002"`}},
			{do: "GET /v1/corrections/affected?product=BIKE", status: 422, want: []string{`"field":"lot"`}},
			{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"B002","same_as":"B001","reason":"plate read twice"}`, status: 201, want: []string{`"unit":"B001","field":"same_as","before":"B002"`}},
			{do: "GET /v1/units?product=BIKE&serial=B002", status: 200, want: []string{`"serial":"B001"`}},
			{do: "POST /v1/corrections", body: `{"undo":{last},"reason":"two after all"}`, status: 201, want: []string{`"unit":"B002"`}},
			{do: "GET /v1/units?product=BIKE&serial=B002", status: 200, want: []string{`"serial":"B002"`}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, _ := openLedger(t)
			run(t, h, business)
			last := ""
			for _, c := range calls {
				c.body = strings.ReplaceAll(c.body, "{last}", last)
				if entry := entryIn(c.run(t, h)); entry != "" {
					last = entry
				}
			}
		})
	}
}
