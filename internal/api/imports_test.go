package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
)

// working runs the worker of imports beside the test, until the test ends or stop is called.
func working(t *testing.T, a *app.App) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		app.NewImportWorker(a, slog.New(slog.NewTextHandler(io.Discard, nil))).Run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// ended waits for an import to end.
func ended(t *testing.T, h http.Handler, id int64) app.ImportJob {
	t.Helper()
	for range 12_000 { // five minutes: the race detector on a busy machine takes its time
		if j := importOf(t, h, id); j.EndedAt > 0 {
			return j
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the import does not end")
	return app.ImportJob{}
}

func importOf(t *testing.T, h http.Handler, id int64) (j app.ImportJob) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, call{do: fmt.Sprintf("GET /v1/imports/%d", id)}.request())
	if err := json.Unmarshal(w.Body.Bytes(), &j); err != nil || w.Code != 200 {
		t.Fatal(err, w.Code, w.Body)
	}
	return j
}

func TestImports(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	file := "sku,name,decimals\nP1,One,0\nP2,=Two,x\n"
	later := "Prefer: respond-async\nIdempotency-Key: k1\nClew-Actor: desk\n" + asCSV
	run(t, h, []call{
		{name: "later", do: "POST /v1/import/products", headers: later, body: file, status: 202, want: []string{"Location: /v1/imports/1", `"id":1,"state":"waiting"`, `"size":37`, `"actor":"desk"`}},
		{name: "the same key", do: "POST /v1/import/products", headers: later, body: file, status: 202, want: []string{`"id":1,`}},
		{name: "the same key, another file", do: "POST /v1/import/products", headers: later, body: "sku\nP9\n", status: 409, want: []string{`"code":"key_reused"`}},
		{name: "no such column", do: "POST /v1/import/products?async=true", headers: asCSV, body: "sku,colour\nP1,red\n", status: 422, want: []string{`"code":"unknown_column"`}},
		{name: "no rows yet", do: "GET /v1/imports/1/errors", status: 404},
	})
	stop := working(t, a)
	j := ended(t, h, 1)
	if j.State != "done_with_refusals" || j.Rows != 2 || j.Recorded != 1 || j.Refused != 1 || j.Bytes != j.Size || j.Tries != 1 {
		t.Errorf("%+v", j)
	}
	run(t, h, []call{
		{do: "GET /v1/imports/1/errors", status: 200, want: []string{"text/csv", "sku,name,decimals,x-line,x-field,x-code,x-reason,x-row\nP2,'=Two,x,3,decimals,invalid_value"}},
		{do: "GET /v1/imports/1/errors", headers: "Accept: " + mediaXLSX, status: 200, want: []string{mediaXLSX, "import-1-refused.xlsx", "PK"}},
		{name: "too late to cancel", do: "POST /v1/imports/1/cancel", status: 409, want: []string{`"code":"import_ended"`}},
		{name: "the same file again", do: "POST /v1/import/products?async=true", headers: asCSV, body: file, status: 202, want: []string{`"id":2,`}},
	})
	if j := ended(t, h, 2); j.Already != 1 || j.Recorded != 0 {
		t.Errorf("%+v", j)
	}
	stop()
	run(t, h, []call{
		{name: "a workbook", do: "POST /v1/import/products?async=true", headers: asXLSX, body: sheetOf(t, cells("sku")+cells("P3")), status: 202, want: []string{`"id":3,`}},
		{name: "to be cancelled", do: "POST /v1/import/products?async=true", headers: asCSV, body: "sku\nP4\n", status: 202, want: []string{`"id":4,`}},
		{name: "dry", do: "POST /v1/import/products?async=true&dry_run=true", headers: asCSV, body: "sku\nP5\n", status: 202, want: []string{`"id":5,`}},
		{name: "cancel", do: "POST /v1/imports/4/cancel", status: 200, want: []string{`"state":"cancelled"`}},
		{name: "cancel again", do: "POST /v1/imports/4/cancel", status: 409, want: []string{`"code":"import_ended"`}},
		{do: "GET /v1/imports?limit=2", status: 200, want: []string{`"id":5`, `"id":4`, `"next"`}, not: []string{`"id":3`}},
		{do: "GET /v1/imports?state=waiting", status: 200, want: []string{`"id":5`, `"id":3`}, not: []string{`"id":4`, `"next"`}},
	})
	defer working(t, a)()
	if j := ended(t, h, 5); j.State != "done" || j.Recorded != 1 || !j.DryRun {
		t.Errorf("%+v", j)
	}
	if j := importOf(t, h, 3); j.State != "done" || j.Recorded != 1 {
		t.Errorf("%+v", j)
	}
	run(t, h, []call{{do: "GET /v1/products/P3", status: 200}, {do: "GET /v1/products/P4", status: 404}, {do: "GET /v1/products/P5", status: 404}})
}

// TestImports_ServerEnds stops the worker in the midst of a file: nothing is doubled.
func TestImports_ServerEnds(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	stock := 20
	id, rows := caught(t, h, a, func(_ int64, stop func()) { stop() }, func(j app.ImportJob, rows int) bool {
		stock += rows
		return j.State == "running"
	})
	if j := importOf(t, h, id); j.EndedAt > 0 || j.Bytes == 0 || j.Bytes >= j.Size {
		t.Errorf("%+v", j)
	}
	defer working(t, a)()
	if j := ended(t, h, id); j.State != "done" || j.Already == 0 || j.Recorded == 0 || j.Already+j.Recorded != rows || j.Tries != 2 {
		t.Errorf("%+v", j)
	}
	call{do: "GET /v1/stock?product=BOX&location=DOCK&site=MAIN", status: 200, want: []string{fmt.Sprintf(`"quantity":"%d"`, stock)}}.run(t, h)
}

// TestImports_Cancelled cancels an import that runs: what is recorded stays.
func TestImports_Cancelled(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	id, rows := caught(t, h, a, func(id int64, stop func()) {
		cancel := call{do: fmt.Sprintf("POST /v1/imports/%d/cancel", id)}
		h.ServeHTTP(httptest.NewRecorder(), cancel.request()) // refused if it has just ended
		ended(t, h, id)
		time.Sleep(2 * time.Second) // until the worker hears of it
		stop()
	}, func(j app.ImportJob, _ int) bool { return j.State == "cancelled" })
	if j := importOf(t, h, id); j.Recorded == 0 || j.Recorded >= rows {
		t.Errorf("%+v", j)
	}
}

// caught interrupts an import that has told some progress. After one that was through before that, it begins another, four times as long.
func caught(t *testing.T, h http.Handler, a *app.App, interrupt func(id int64, stop func()), midst func(j app.ImportJob, rows int) bool) (id int64, rows int) {
	t.Helper()
	for rows = 20_000; rows < 2_000_000; rows *= 4 {
		id++
		var file strings.Builder
		file.WriteString("reference,kind,occurred_at,site,product,quantity,to\n")
		for i := range rows {
			fmt.Fprintf(&file, "r%d-%d,opening,2024-02-01,MAIN,BOX,1,DOCK\n", id, i)
		}
		call{do: "POST /v1/import/movements?async=true", headers: asCSV, body: file.String(), status: 202}.run(t, h)
		stop := working(t, a)
		midway(t, h, id)
		interrupt(id, stop)
		if midst(importOf(t, h, id), rows) {
			return id, rows
		}
	}
	t.Fatal("every import was through before it was interrupted")
	return 0, 0
}

// midway waits until an import has told some progress.
func midway(t *testing.T, h http.Handler, id int64) {
	t.Helper()
	for range 12_000 {
		if j := importOf(t, h, id); j.Recorded > 0 || j.EndedAt > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no progress")
}
