package api

import (
	"strings"
	"testing"
)

const formHeader = "Content-Type: multipart/form-data; boundary=frame"

// formOf writes a form of fields with a file behind them.
func formOf(name, content string, fields ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(fields); i += 2 {
		b.WriteString("--frame\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i+1] + "\r\n")
	}
	b.WriteString("--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--frame--\r\n")
	return b.String()
}

func TestFiles(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	post := func(status int, body string, want ...string) {
		t.Helper()
		call{do: "POST /v1/files", headers: formHeader, body: body, status: status, want: want}.run(t, h)
	}
	pdf := "%PDF-1.7 analysis"
	post(201, formOf("coa.pdf", pdf, "kind", "certificate_of_analysis", "product", "FLOUR", "lot", "L1", "dated", "2026-11-01", "valid_until", "2027-11-01"),
		`"kind":"file"`, `"kind":"certificate_of_analysis","name":"coa.pdf","media":"application/pdf","size":17`, `"dated":"2026-11-01","valid_until":"2027-11-01"`, `"product":"FLOUR","lot":"L1"`)
	post(201, formOf("../../etc/evil\u202egpj.exe", "<html><script>", "product", "BOX"), `"name":"evilgpj.exe","media":"application/octet-stream"`)
	post(201, formOf("photo.jpg", "<html><script>", "product", "BIKE", "unit", "B003", "kind", "photo"), `"media":"application/octet-stream"`, `"unit":"B003"`)
	post(201, formOf("a.txt", "about", "partner", "MILL"), `"partner":"MILL"`, `"media":"text/plain"`)
	post(201, formOf("a.txt", "about", "site", "MAIN"), `"site":"MAIN"`)
	post(201, formOf("a.txt", "about", "site", "MAIN", "location", "DOCK"), `"place":"MAIN/DOCK"`)
	post(201, formOf("a.txt", "about", "entry", "5"), `"about":5`)
	for _, c := range []struct {
		fields      []string
		status      int
		code, field string
	}{
		{nil, 422, "required", "product"},
		{[]string{"product", "NO"}, 404, "unknown_product", "product"},
		{[]string{"product", "FLOUR", "lot", "NO"}, 404, "unknown_lot", "lot"},
		{[]string{"product", "BIKE", "unit", "NO"}, 404, "unknown_unit", "unit"},
		{[]string{"lot", "L1"}, 422, "required", "product"},
		{[]string{"location", "DOCK"}, 422, "required", "site"},
		{[]string{"site", "MAIN", "location", "NO"}, 404, "unknown_location", "location"},
		{[]string{"partner", "NO"}, 404, "unknown_partner", "partner"},
		{[]string{"entry", "999"}, 404, "unknown_entry", "entry"},
		{[]string{"entry", "first"}, 400, "invalid_value", "entry"},
		{[]string{"product", "BOX", "partner", "MILL"}, 422, "unsupported", "file"},
		{[]string{"product", "BOX", "product", "BOX"}, 400, "invalid_value", "product"},
		{[]string{"product", "BOX", "colour", "red"}, 400, "invalid_value", "colour"},
		{[]string{"product", "BOX", "kind", "poem"}, 422, "invalid_value", "kind"},
		{[]string{"product", "BOX", "kind", "declaration"}, 422, "date_required", "dated"},
		{[]string{"product", "BOX", "dated", "yesterday"}, 400, "invalid_date", "dated"},
		{[]string{"product", "BOX", "dated", "2026-02-01", "valid_until", "2026-01-01"}, 422, "invalid_date", "valid_until"},
		{[]string{"product", "BOX", "note", strings.Repeat("a", maxField+1)}, 400, "too_long", "note"},
	} {
		post(c.status, formOf("a.txt", "refused "+c.code, c.fields...), `"code":"`+c.code+`"`, `"field":"`+c.field+`"`)
	}
	run(t, h, []call{
		{do: "POST /v1/files", body: `{}`, status: 415},
		{do: "GET /v1/files?product=FLOUR&lot=L1", status: 200, want: []string{`"name":"coa.pdf"`}, not: []string{"evil"}},
		{do: "GET /v1/files?product=FLOUR", status: 200, want: []string{`"name":"coa.pdf"`}},
		{do: "GET /v1/files?lot=L1", status: 422, want: []string{`"field":"product"`}},
		{do: "GET /v1/files?partner=MILL", status: 200, want: []string{`"partner":"MILL"`}},
		{do: "GET /v1/files?site=MAIN", status: 200, want: []string{`"site":"MAIN"`}},
		{do: "GET /v1/files?site=MAIN&location=DOCK", status: 200, want: []string{`"place":"MAIN/DOCK"`}},
		{do: "GET /v1/files?entry=5", status: 200, want: []string{`"about":5`}},
		{do: "GET /v1/files?limit=2", status: 200, want: []string{`"next"`}},
		{do: "GET /v1/history/L1", status: 200, want: []string{`"kind":"file"`, `"name":"coa.pdf"`}},
		{do: "GET /v1/history/B003", status: 200, want: []string{`"name":"photo.jpg"`}},
		{do: "GET /v1/trace/L1", status: 200, want: []string{`"name":"coa.pdf"`}},
	})
	list := call{do: "GET /v1/files?product=FLOUR", status: 200}.run(t, h)
	run(t, h, []call{{do: "GET /v1/files/" + entryIn(list) + "/content", status: 200, want: []string{pdf, "Content-Type: application/pdf", "Content-Disposition: attachment; filename=coa.pdf",
		"X-Content-Type-Options: nosniff", "Content-Security-Policy: sandbox"}}})
	call{do: "POST /v1/files", headers: formHeader + "\nIdempotency-Key: k", body: formOf("b.txt", "one", "product", "BOX"), status: 201}.run(t, h)
	call{do: "POST /v1/files", headers: formHeader + "\nIdempotency-Key: k", body: formOf("b.txt", "one", "product", "BOX"), status: 201, want: []string{"Idempotency-Replayed: true"}}.run(t, h)
	call{do: "POST /v1/files", headers: formHeader + "\nIdempotency-Key: k", body: formOf("b.txt", "two", "product", "BOX"), status: 409, want: []string{"key_reused"}}.run(t, h)
}

// TestFiles_Cut: a form that ends anywhere before its end is refused as such, and nothing of it is kept.
func TestFiles_Cut(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	whole := formOf("a.txt", "content", "product", "BOX")
	for n := 1; n < len(whole)-len("\r\n"); n++ {
		call{do: "POST /v1/files", headers: formHeader, body: whole[:n], status: 400, want: []string{`"code":"incomplete_file"`}}.run(t, h)
	}
	call{do: "GET /v1/files", status: 200, want: []string{`"items":[]`}}.run(t, h)
	call{do: "POST /v1/files", headers: formHeader, body: whole, status: 201}.run(t, h)
}
