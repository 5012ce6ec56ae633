package api

import "testing"

func TestGetStarted(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, []call{{do: "GET /v1/get-started", status: 200, want: []string{`"done":0`, `{"step":"classify","state":"open","complete":false,"facts":[{"code":"without_class","count":0,"missing":true}`}}})
	run(t, h, business)
	run(t, h, []call{
		{do: "GET /v1/get-started", status: 200, want: []string{`"done":0`,
			`{"code":"without_class","count":3,"of":3,"missing":true},{"code":"tracked","count":2,"of":3,"missing":false}`,
			`{"code":"formats","count":0,"missing":false},{"code":"without_lot_format","count":1,"of":1,"missing":true},{"code":"without_serial_format","count":1,"of":1,"missing":true}`,
			`{"code":"sites","count":2,"missing":false},{"code":"sites_without_locations","count":0,"of":2,"missing":false},{"code":"partners","count":2,"missing":false},{"code":"sites_without_stock","count":1,"of":2,"missing":true},{"code":"without_stock","count":0,"of":3,"missing":false}`,
			`{"code":"dated_without_warning","count":1,"of":1,"missing":true},{"code":"tracked_by_default","count":2,"of":2,"missing":false}`,
			`{"code":"stations","count":0,"missing":true},{"code":"keys","count":0,"missing":false},{"code":"devices","count":0,"missing":false}`,
			`{"code":"users","count":0,"missing":true}`}},
		{do: "POST /v1/classification", body: `[{"product":"FLOUR","class":"A"},{"product":"BIKE","class":"B"},{"product":"BOX","class":"C"}]`, status: 200},
		{do: "PATCH /v1/products/FLOUR", body: `{"warn_days":10}`, status: 200},
		{do: "POST /v1/get-started/formats", body: `{"state":"skipped","note":"the makers' codes are ours"}`, status: 201, want: []string{`"act":{"sort":"get_started","name":"formats","what":"skipped"}`}},
		{do: "POST /v1/get-started/formats", body: `{"step":"rules","state":"done"}`, status: 400, want: []string{`"field":"step"`}},
		{do: "POST /v1/get-started/coffee", body: `{"state":"done"}`, status: 422, want: []string{`"field":"step"`}},
		{do: "POST /v1/users", body: `{"name":"amelia","full_name":"Amelia E."}`, status: 201},
		{do: "POST /v1/movements", headers: "Clew-Device: gate", body: shipBox + `"quantity":"1"}]}`, status: 201},
		{do: "GET /v1/get-started", status: 200, want: []string{`"done":4`, `"step":"classify","state":"done","complete":true`, `"step":"formats","state":"skipped","complete":false`,
			`"marked":{"state":"skipped","by":"server"`, `"note":"the makers' codes are ours"`, `"step":"rules","state":"done"`, `{"code":"devices","count":1`,
			`{"code":"users_without_role","count":1,"of":1,"missing":true},{"code":"users_shown_nothing","count":1,"of":1,"missing":true}`}},
		{do: "POST /v1/get-started/formats", body: `{"state":"open"}`, status: 201},
		{do: "GET /v1/get-started", status: 200, want: []string{`"done":3`, `"step":"formats","state":"open"`}, not: []string{"marked"}},

		{do: "POST /v1/users/NO/shown", body: `{"what":"receiving"}`, status: 404, want: []string{`"code":"unknown_user"`}},
		{do: "GET /v1/users/NO/shown", status: 404},
		{do: "POST /v1/users/amelia/shown", headers: "Idempotency-Key: s1", body: `{"what":"receiving","note":"at the dock","occurred_at":"2026-01-05T08:00:00Z"}`, status: 201, want: []string{`"sort":"shown"`, `"what":"receiving"`}},
		{do: "POST /v1/users/amelia/shown", headers: "Idempotency-Key: s1", body: `{"what":"receiving","note":"at the dock","occurred_at":"2026-01-05T08:00:00Z"}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/users/amelia/shown", body: `{"what":"counting"}`, status: 201},
		{do: "POST /v1/users/amelia/shown", body: `{"what":"receiving"}`, status: 201},
		{do: "GET /v1/users/amelia/shown", status: 200, want: []string{`"user":"amelia","full_name":"Amelia E.","active":true,"shown":[{"what":"receiving"`, `"times":2`, `{"what":"counting"`, `"by":"server"`}},
		{do: "GET /v1/shown", status: 200, want: []string{`"items":[{"user":"amelia"`}},
		{do: "GET /v1/shown?like=nobody", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/get-started", status: 200, want: []string{`{"code":"users_shown_nothing","count":0,"of":1,"missing":false}`}},
	})
}
