package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// manyUnits is a receipt of n bikes, each serial written out.
func manyUnits(prefix string, n int) string {
	var b strings.Builder
	b.WriteString(`{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","to":"DOCK","units":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%s%08d"`, prefix, i)
	}
	b.WriteString("]}]}")
	return b.String()
}

func TestMovement_ManyUnits(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	start := time.Now()
	call{do: "POST /v1/movements", headers: "Idempotency-Key: big", body: manyUnits("S", manyInTest), status: 201, want: []string{`"units":` + strconv.Itoa(manyInTest)}}.run(t, h)
	t.Logf("%d units in %s", manyInTest, time.Since(start))
	call{do: "POST /v1/movements", headers: "Idempotency-Key: big", body: manyUnits("S", manyInTest), status: 201, want: []string{"Idempotency-Replayed: true"}}.run(t, h)
}

func BenchmarkDecode_100000Units(b *testing.B) {
	text := manyUnits("S", 100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := decode(text, &stock.MovementDraft{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHash_100000Units(b *testing.B) {
	d := &stock.MovementDraft{}
	if err := decode(manyUnits("S", 100_000), d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		app.HashOf(d, "")
	}
}

func BenchmarkMovement_Single(b *testing.B) {
	for _, prefer := range []string{"", "return=minimal"} {
		b.Run("prefer="+prefer, func(b *testing.B) {
			h, _ := openLedger(b)
			for _, c := range business {
				h.ServeHTTP(httptest.NewRecorder(), c.request())
			}
			c := call{do: "POST /v1/movements", headers: "Prefer: " + prefer, body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BOX","quantity":"1","to":"DOCK"}]}`}
			b.SetParallelism(64)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					w := httptest.NewRecorder()
					if h.ServeHTTP(w, c.request()); w.Code != http.StatusCreated {
						b.Error(w.Body.String())
					}
				}
			})
		})
	}
}
