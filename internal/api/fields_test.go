package api

import "testing"

func TestFields(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	receive := func(more string) string {
		return `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","lot":"L77","expiry":"2099-01-31","quantity":"5","to":"DOCK","lot_fields":{"grade":"A"}}]` + more + `}`
	}
	run(t, h, []call{
		{do: "POST /v1/fields", body: `{"code":"harvest_date","label":"Date of harvest","on":"movement","type":"date","required_for":{"kinds":["receive"]}}`, status: 201,
			want: []string{`"kind":"field"`, `"field_set":{"code":"harvest_date","label":"Date of harvest","type":"date","on":"movement","required_for":{"kinds":["receive"]},"active":true`}},
		{do: "PATCH /v1/fields/harvest_date", body: `{"label":"Harvested on"}`, status: 200, want: []string{`"label":"Harvested on"`, `"kinds":["receive"]`}},
		{do: "PATCH /v1/fields/harvest_date", body: `{"code":"other"}`, status: 400, want: []string{`"field":"code"`}},
		{do: "PATCH /v1/fields/no", body: `{"label":"x"}`, status: 404, want: []string{`"code":"unknown_field"`}},
		{do: "POST /v1/fields/bulk", body: `[{"code":"grade","on":"lot","type":"choice","choices":["A","B"]},{"code":"brix","on":"movement","type":"number"},{"code":"wild"}]`, status: 200,
			want: []string{`"recorded":2`, `"refused":1`, `"field":"on"`}},
		{do: "GET /v1/fields?limit=1", status: 200, want: []string{`"code":"brix"`, `"next"`}, not: []string{"grade"}},
		{do: "GET /v1/fields?like=harvest", status: 200, want: []string{`"code":"harvest_date"`}, not: []string{"grade"}},
		{do: "GET /v1/fields/grade", status: 200, want: []string{`"choices":["A","B"]`}},
		{do: "POST /v1/movements", body: receive(``), status: 422, want: []string{`"code":"field_required"`, `"field":"fields.harvest_date"`}},
		{do: "POST /v1/movements", body: receive(`,"fields":{"harvest_date":20260501}`), status: 422, want: []string{`"code":"wrong_type"`, `"field":"fields.harvest_date"`}},
		{do: "POST /v1/movements", body: receive(`,"fields":{"harvest_date":true}`), status: 400, want: []string{`"field":"fields.harvest_date"`}},
		{do: "POST /v1/movements", body: receive(`,"fields":{"brix":1,"brix":2}`), status: 400, want: []string{`"field":"fields.brix"`, "twice"}},
		{do: "POST /v1/movements", body: receive(`,"fields":["brix"]`), status: 400, want: []string{`"field":"fields"`}},
		{do: "POST /v1/movements", body: receive(`,"fields":{"harvest_date":"2026-05-01","brix":12.50}`), status: 201,
			want: []string{`"fields":{"brix":"12.5","harvest_date":"2026-05-01"}`, `"details":[{"product":"FLOUR","lot":"L77","fields":{"grade":"A"}}]`}},
		{do: "GET /v1/movements?field=harvest_date&value=2026-05-01", status: 200, want: []string{`"fields":{"brix":"12.5"`}},
		{do: "GET /v1/movements?field=brix&value=12.50", status: 200, want: []string{`"lot":"L77"`}},
		{do: "GET /v1/movements?field=grade&value=A", status: 200, want: []string{`"lot":"L77"`}},
		{do: "GET /v1/movements?field=brix&value=7", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/movements?field=brix&value=x", status: 422, want: []string{`"field":"value"`}},
		{do: "GET /v1/movements?field=brix", status: 422, want: []string{`"field":"value"`}},
		{do: "GET /v1/movements?value=7", status: 422, want: []string{`"field":"field"`}},
		{do: "GET /v1/movements?field=no&value=7", status: 404, want: []string{`"field":"field"`}},
		{do: "GET /v1/lots?field=grade&value=A", status: 200, want: []string{`"lot":"L77"`, `"fields":{"grade":"A"}`}},
		{do: "GET /v1/lots?field=grade&value=B", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/lots?field=brix&value=12.5", status: 422, want: []string{`"code":"unknown_field"`}},
		{do: "GET /v1/entries?after=0&limit=1000", status: 200, want: []string{`"kind":"field"`, `"field_set"`, `"fields":{"brix":"12.5"`}},
		{do: "GET /v1/trace/L77", status: 200, want: []string{`"fields":{"grade":"A"}`}},
		{do: "POST /v1/details", body: `{"product":"FLOUR","lot":"L77","fields":{"grade":"B"}}`, status: 201, want: []string{`"kind":"details"`, `"details":[{"product":"FLOUR","lot":"L77","fields":{"grade":"B"}}]`}},
		{do: "GET /v1/lots?field=grade&value=A", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/lots?field=grade&value=B", status: 200, want: []string{`"fields":{"grade":"B"}`}},
		{do: "GET /v1/trace/L77", status: 200, want: []string{`"fields":{"grade":"B"}`, `"kind":"details"`, `"fields":{"brix":"12.5","grade":"A","harvest_date":"2026-05-01"}`}},
		{do: "POST /v1/details", body: `{"product":"FLOUR","lot":"L77","fields":{"grade":""}}`, status: 422, want: []string{`"field":"reason"`}},
		{do: "POST /v1/details", body: `{"product":"FLOUR","lot":"L77","fields":{"grade":""},"reason":"misread"}`, status: 201, want: []string{`"grade":""`}},
		{do: "GET /v1/lots?lot=L77", status: 200, want: []string{`"L77"`}, not: []string{"grade"}},
		{do: "POST /v1/field-sets/electronics", status: 200, want: []string{`"created":["manufacturer_number","msl"`, `"kept":[]`}},
		{do: "POST /v1/field-sets/electronics", status: 200, want: []string{`"created":[]`, `"kept":["manufacturer_number"`}},
		{do: "POST /v1/field-sets/fsma204", status: 200, want: []string{`"kept":["harvest_date"]`}},
		{do: "POST /v1/field-sets/pharma", status: 200, want: []string{`"kept":[]`}},
		{do: "GET /v1/fields/harvest_date", status: 200, want: []string{`"label":"Harvested on"`}},
		{do: "POST /v1/details", body: `{"product":"BIKE","fields":{"msl":"2a","rohs":"maybe"}}`, status: 422, want: []string{`"code":"wrong_type"`, `"field":"fields.rohs"`}},
		{do: "POST /v1/details", body: `{"product":"BIKE","fields":{"msl":"2a","rohs":"compliant"}}`, status: 201, want: []string{`"details":[{"product":"BIKE","fields":{"msl":"2a"`}},
		{do: "GET /v1/products/BIKE", status: 200, want: []string{`"fields":{"msl":"2a","rohs":"compliant"}`}},
		{do: "POST /v1/fields", body: `{"code":"vat","on":"partner"}`, status: 201},
		{do: "POST /v1/details", body: `{"partner":"MILL","fields":{"vat":"DE1"}}`, status: 201, want: []string{`"details":[{"partner":"MILL","fields":{"vat":"DE1"}}]`}},
		{do: "GET /v1/partners/MILL", status: 200, want: []string{`"fields":{"vat":"DE1"}`}},
	})
}
