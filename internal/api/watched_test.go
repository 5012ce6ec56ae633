package api

import (
	"fmt"
	"testing"

	"clew/internal/stock"
	"clew/internal/store"
)

func TestWatched(t *testing.T) {
	h, a := openLedger(t)
	for i, state := range []string{store.WatchedDone, store.WatchedFailed, store.WatchedRefusals} {
		f, err := a.Store.FindWatched(t.Context(), fmt.Sprintf("products-%d.csv", i+1), "a1", "products")
		if err != nil {
			t.Fatal(err)
		}
		f.State = state
		if err := a.Store.SaveWatched(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	run(t, h, []call{
		{do: "GET /v1/watched?limit=2", status: 200, want: []string{`"id":3`, `"id":2`, `"next":"`}, not: []string{`"id":1`}},
		{do: "GET /v1/watched?limit=2&cursor=" + cursorOf(2), status: 200, want: []string{`"id":1`}, not: []string{`"id":2`, `"next":`}},
		{do: "GET /v1/watched?state=failed", status: 200, want: []string{`"id":2`, `"name":"products-2.csv"`}, not: []string{`"id":1`, `"id":3`}},
		{do: "GET /v1/watched?state=lost", status: 400, want: []string{`"field":"state"`}},
		{do: "POST /v1/watched/2/retry", status: 200, want: []string{`"state":"waiting"`}},
		{do: "POST /v1/watched/3/retry", status: 200, want: []string{`"state":"waiting"`}},
		{do: "POST /v1/watched/1/retry", status: 409, want: []string{`"code":"` + stock.CodeNothingToRetry + `"`}},
	})
}
