package api

import "testing"

// TestQuality: goods wait with what they need, until it is there or somebody says why not.
func TestQuality(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/quality-plans", body: `{"product":"FLOUR","files":["certificate_of_analysis"],"measurements":[{"name":"ash","unit":"%","max":"0.6"}]}`, status: 201},
		{do: "POST /v1/inspections", body: `{"product":"FLOUR","lot":"L1","values":[{"name":"ash","value":"0.7"}]}`, status: 201},
		{do: "POST /v1/holds", body: `{"product":"BIKE","units":["B001"],"reason":"loose"}`, status: 201},
	})
	hold := entryIn(call{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"new"}`, status: 201}.run(t, h))
	run(t, h, []call{
		{do: "GET /v1/quality", status: 200, want: []string{`"stock":[{"place":"MAIN/DOCK","quantity":"100"}],"needs":[{"file":"certificate_of_analysis","state":"missing"},` +
			`{"name":"ash","unit":"%","max":"0.6","state":"failed","value":"0.7"}],"ready":false`, `"reason":"loose"`, `"needs":[],"ready":true`}},
		{do: "POST /v1/quality-plans", body: `{"product":"BIKE","files":["photo"]}`, status: 201},
		{do: "POST /v1/quality-plans", body: `{"product":"BIKE"}`, status: 201},
		{do: "POST /v1/product-groups", body: `{"code":"RAW"}`, status: 201},
		{do: "POST /v1/quality-plans", body: `{"group":"RAW","files":["photo"]}`, status: 201},
		{do: "GET /v1/quality-plans", status: 200, want: []string{`"product":"FLOUR","needs":[{"file":"certificate_of_analysis"},{"name":"ash","unit":"%","max":"0.6"}]}`, `"group":"RAW","needs":[{"file":"photo"}]}`}, not: []string{"BIKE"}},
		{do: "GET /v1/quality-plans?limit=1", status: 200, want: []string{`"next"`, `"FLOUR"`}, not: []string{"RAW"}},
		{do: "GET /v1/quality?limit=1", status: 200, want: []string{`"next"`, `"loose"`}, not: []string{`"FLOUR"`}},
		{do: "POST /v1/holds/" + hold + "/release", body: `{"reason":"fine"}`, status: 409, want: []string{"release_incomplete"}},
		{do: "POST /v1/inspections", body: `{"product":"FLOUR","lot":"L1","values":[{"name":"ash","value":"0.5"}]}`, status: 201},
		{do: "POST /v1/files", headers: formHeader, body: formOf("old.txt", "old", "product", "FLOUR", "lot", "L1", "kind", "certificate_of_analysis", "valid_until", "2020-01-01"), status: 201},
		{do: "POST /v1/holds/" + hold + "/release", body: `{"reason":"fine"}`, status: 409, want: []string{"not valid on that day"}},
		{do: "POST /v1/files", headers: formHeader, body: formOf("new.txt", "new", "product", "FLOUR", "lot", "L1", "kind", "certificate_of_analysis"), status: 201},
		{do: "GET /v1/quality", status: 200, want: []string{`"state":"present","value":"0.5"}],"ready":true`}},
		{do: "POST /v1/holds/" + hold + "/release", body: `{"reason":"fine"}`, status: 201},
		{do: "GET /v1/history/L1", status: 200, want: []string{`"inspection":{"product":"FLOUR","lot":"L1","values":[{"name":"ash","value":"0.7"}]}`, `"old.txt"`}},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L2","reason":"new"}`, status: 201},
	})
	hold = entryIn(call{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L2","reason":"more"}`, status: 201}.run(t, h))
	run(t, h, []call{
		{do: "POST /v1/holds/" + hold + "/release", body: `{"reason":"fine","override":"the mill tells by phone"}`, status: 201, want: []string{`"override":"the mill tells by phone"`}},
		{do: "GET /v1/entries?after=0&limit=1000", status: 200, want: []string{`"kind":"quality_plan"`, `"kind":"inspection"`}},
	})
}
