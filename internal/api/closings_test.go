package api

import "testing"

// TestClosings: what comes late into closed books says why, and is shown where somebody looks for it.
func TestClosings(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	late := func(day, override string) string {
		return `{"kind":"opening","site":"MAIN","occurred_at":"` + day + `T11:00:00Z"` + override + `,"items":[{"product":"BOX","quantity":"1","to":"DOCK"}]}`
	}
	closing := entryIn(call{do: "POST /v1/closings", headers: "Idempotency-Key: c1\nClew-Actor: office", body: `{"until":"2020-06-30","note":"audited"}`, status: 201}.run(t, h))
	run(t, h, []call{
		{do: "POST /v1/closings", headers: "Idempotency-Key: c1\nClew-Actor: office", body: `{"until":"2020-06-30","note":"audited"}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/closings", body: `{"until":"2020-05-31"}`, status: 422, want: []string{`"code":"reason_required"`, `"field":"reason"`}},
		{do: "POST /v1/closings", body: `{"until":"2150-01-01"}`, status: 422, want: []string{`"code":"invalid_date"`, `"field":"until"`}},
		{do: "POST /v1/closings", body: `{"until":"2020-05-31","site":"NO"}`, status: 404, want: []string{`"code":"unknown_site"`}},
		{do: "POST /v1/closings", body: `{}`, status: 422, want: []string{`"code":"required"`, `"field":"until"`}},
		{do: "POST /v1/movements", body: late("2020-06-30", ""), status: 409, want: []string{`"code":"books_closed"`, `"` + closing + `"`}},
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: late("2020-06-30", ""), status: 202, want: []string{`"code":"books_closed"`}},
		{do: "POST /v1/movements", body: late("2020-06-14", `,"override":"the note lay in the van"`), status: 201,
			want: []string{`"late":[{"site":"MAIN","day":"2020-06-14","closing":` + closing + `}]`, `"override":"the note lay in the van"`}},
		{do: "POST /v1/movements", body: late("2020-07-01", ""), status: 201, not: []string{`"late"`}},
		{do: "POST /v1/closings", body: `{"until":"2020-07-31","site":"SHOP"}`, status: 201, want: []string{`"closing":{"site":"SHOP","until":"2020-07-31"}`}},
		{do: "GET /v1/closings", status: 200, want: []string{`"until":"2020-06-30"`, `"actor":"office"`, `"note":"audited","stands":true,"late_entries":1}`, `"site":"SHOP","until":"2020-07-31"`}},
		{do: "GET /v1/closings?limit=1", status: 200, want: []string{`"next"`}, not: []string{"SHOP"}},
		{do: "GET /v1/closings/" + closing + "/entries", status: 200, want: []string{`"day":"2020-06-14"`}, not: []string{"2020-07-01"}},
		{do: "GET /v1/closings/1/entries", status: 404, want: []string{`"code":"unknown_entry"`}},
		{do: "GET /v1/value?month=2020-06", status: 200, want: []string{`"closed_until":"2020-06-30","late_entries":1`, `"closed_until":"2020-07-31"}`}},
		{do: "GET /v1/value?month=2020-05", status: 200, want: []string{`"closed_until":"2020-06-30"}`}},
		{do: "GET /v1/entries?limit=1000", status: 200, want: []string{`"kind":"closing"`}},
		{do: "POST /v1/closings", body: `{"until":"2020-05-31","reason":"a delivery was missing"}`, status: 201},
		{do: "POST /v1/movements", body: late("2020-06-20", ""), status: 201, not: []string{`"late"`}},
		{do: "GET /v1/closings", status: 200, want: []string{`"reason":"a delivery was missing","stands":true`, `"stands":false`}},
	})
}
