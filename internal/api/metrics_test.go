package api

import "testing"

func TestMetrics(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, []call{
		{do: "POST /v1/products", headers: "Idempotency-Key: m1", body: `{"sku":"BOX"}`, status: 201},
		{do: "POST /v1/products", headers: "Idempotency-Key: m1", body: `{"sku":"BOX"}`, status: 201},
		{do: "POST /v1/products", headers: "Idempotency-Key: m1", body: `{"sku":"OTHER"}`, status: 409},
		{do: "GET /v1/products/BOX", status: 200},
		{do: "GET /nothing", status: 404},
		{do: "GET /metrics", status: 200, want: []string{`clew_entries_recorded_total{kind="product"} 1`, "clew_drafts_replayed_total 1",
			`clew_drafts_refused_total{code="key_reused"} 1`, "clew_commit_seconds_count 3", "clew_calls_waiting 0", "clew_build_info{go=",
			`clew_http_requests_total{route="POST /v1/products",status="201"} 2`, `clew_http_requests_total{route="POST /v1/products",status="409"} 1`,
			`clew_http_requests_total{route="GET /v1/products/{sku}",status="200"} 1`, `clew_http_requests_total{route="none",status="404"} 1`}},
	})
}
