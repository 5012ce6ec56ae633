package api

import "testing"

func TestScenario_Business(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/movements", headers: "Idempotency-Key: k1\nClew-Actor: desk", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR","quantity":"120"}]}`, status: 201,
			want: []string{`"lot":"L1","quantity":"100"`, `"lot":"L2","quantity":"20"`, `"known":"chosen"`, `"actor":"desk"`, "Location: /v1/entries/"}, not: []string{"Idempotency-Replayed"}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: k1\nClew-Actor: desk", body: `{ "site":"MAIN", "kind":"ship", "partner":"CAFE","items":[{"quantity":120,"product":"FLOUR"}]}`, status: 201,
			want: []string{`"lot":"L2","quantity":"20"`, "Idempotency-Replayed: true"}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: k1\nClew-Actor: desk", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR","quantity":"121"}]}`, status: 409,
			want: []string{`"code":"key_reused"`}},
	})
}
