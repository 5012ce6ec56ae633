package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const asCSV = "Content-Type: text/csv"

// mappingOfTest is the code of a header of products with the columns Art.-Nr. and Farbe.
const mappingOfTest = "b73b318b7169"

func TestImport(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{name: "report", do: "POST /v1/import/products", headers: asCSV, body: "sku,name,decimals\nP1,One,0\nP2,Two,x\n", status: 200,
			want: []string{`"rows":2`, `"recorded":1`, `"refused":1`, `"line":3`, `"field":"decimals"`, `"code":"invalid_value"`, `"cells":["P2","Two","x"]`}},
		{name: "again", do: "POST /v1/import/products", headers: asCSV, body: "sku,name,decimals\nP1,One,0\n", status: 200, want: []string{`"already":1`, `"refusals":[]`}},
		{name: "dry run", do: "POST /v1/import/products?dry_run=true", headers: asCSV, body: "sku\nP3\n", status: 200, want: []string{`"recorded":1`, `"dry_run":true`}},
		{do: "GET /v1/products/P3", status: 404},
		{name: "lines", do: "POST /v1/import/products", headers: asCSV + "\nAccept: application/x-ndjson", body: "sku,uom\nP4,H87\nP5,?\n", status: 200,
			want: []string{`{"columns":["sku","uom"]}`, `{"refused":{"line":3`, `{"report":{"kind":"products","rows":2,"recorded":1`}},
		{name: "lines of no file", do: "POST /v1/import/products", headers: asCSV + "\nAccept: application/x-ndjson", body: "uom\n", status: 422, want: []string{`"field":"sku"`}},
		{name: "not csv", do: "POST /v1/import/products", body: "sku\n", status: 415, want: []string{"text/csv"}},
		{name: "no such kind", do: "POST /v1/import/lots", headers: asCSV, body: "lot\n", status: 400, want: []string{`"field":"kind"`}},
		{name: "empty", do: "POST /v1/import/products", headers: asCSV, body: "\n", status: 422, want: []string{`"code":"required"`}},
		{name: "actor", do: "POST /v1/import/movements", headers: asCSV + "\nClew-Actor: desk", status: 200, want: []string{`"recorded":1`},
			body: "reference,kind,occurred_at,site,product,quantity,to\nopen-7,opening,2024-02-01,MAIN,BOX,5,DOCK\n"},
		{do: "GET /v1/movements?reference=x", status: 200},
		{name: "keep", do: "POST /v1/import/movements", headers: asCSV + "\nClew-If-Refused: keep", status: 200, want: []string{`"kept":1`, `"refused":0`},
			body: "reference,kind,occurred_at,site,product,quantity,from,partner\ns7,ship,2024-02-01,MAIN,BOX,5000,DOCK,CAFE\n"},
		{name: "export", do: "GET /v1/export/movements?product=BOX", status: 200, want: []string{"Content-Type: text/csv", "open-7,opening,2024-01-31T23:00:00.000Z", ",desk,"}},
		{name: "export of stock", do: "GET /v1/export/stock?site=MAIN", status: 200, want: []string{"attachment; filename=\"stock.csv\"", "reference,occurred_at,site"}},
		{name: "columns said", do: "POST /v1/import/products?map=Art.-Nr.%3Dsku&map=Farbe%3D-", headers: asCSV, body: "Art.-Nr.;Farbe\nP8;red\n", status: 200, want: []string{`"recorded":1`}, not: []string{`"notes"`}},
		{name: "columns remembered", do: "POST /v1/import/products", headers: asCSV, body: "Farbe;Art.-Nr.\nred;P9\n", status: 200, want: []string{`"recorded":1`, `columns as remembered from 20`, `Art.-Nr. = sku, Farbe passed over`}},
		{name: "columns remembered, as lines", do: "POST /v1/import/products", headers: asCSV + "\nAccept: application/x-ndjson", body: "Farbe;Art.-Nr.\nred;P9\n", status: 200, want: []string{`"map":{"Art.-Nr.":"sku","Farbe":"-"}`}},
		{do: "GET /v1/mappings?kind=products&limit=1", status: 200, want: []string{`"kind":"products","names":["Art.-Nr.","Farbe"],"map":{"Art.-Nr.":"sku","Farbe":"-"}`, `"uses":2`}},
		{do: "GET /v1/mappings?kind=sites", status: 200, want: []string{`"items":[]`}},
		{do: "DELETE /v1/mappings/" + mappingOfTest, status: 204},
		{do: "DELETE /v1/mappings/" + mappingOfTest, status: 404},
		{name: "compare", do: "POST /v1/compare?site=MAIN", headers: asCSV, body: "product,quantity\nNO,1\n", status: 200, want: []string{`"refused":1`, `"code":"unknown_product"`, `"sites":[]`}},
		{name: "compare what is no list", do: "POST /v1/compare", headers: asCSV, body: "product\nNO\n", status: 422, want: []string{`"field":"quantity"`}},
		{name: "compare JSON", do: "POST /v1/compare", body: "{}", status: 415},
		{name: "export of nowhere", do: "GET /v1/export/stock?site=NO", status: 404, want: []string{`"code":"unknown_site"`}},
		{name: "export of no kind", do: "GET /v1/export/lots", status: 400},
		{name: "export of a time that is none", do: "GET /v1/export/movements?from=noon", status: 422, want: []string{`"field":"from"`, `"code":"invalid_time"`}},
		{name: "export of what has no time", do: "GET /v1/export/products?from=2024-01-01", status: 422},
	})
}

// A file that is declared larger than a bulk call may be is refused before it is read, one that turns out to be is broken off.
func TestImport_TooLarge(t *testing.T) {
	notRaced(t)
	h, _ := openLedger(t)
	r := httptest.NewRequest("POST", "http://localhost/v1/import/products", io.LimitReader(rows("sku", "P"), largeBody+1))
	r.Header.Set("Content-Type", "text/csv")
	r.ContentLength = largeBody + 1
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	r = httptest.NewRequest("POST", "http://localhost/v1/import/products", io.MultiReader(strings.NewReader("sku\nA\n"), io.LimitReader(zeros{}, largeBody+10)))
	r.Header.Set("Content-Type", "text/csv")
	r.ContentLength = -1
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"code":"body_too_large"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// rows makes an endless file.
func rows(head, prefix string) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := fmt.Fprintln(w, head)
		for i := 0; err == nil; i++ {
			_, err = fmt.Fprintf(w, "%s%d\n", prefix, i)
		}
	}()
	return r
}

// Over a connection, refused rows are told while the file still comes.
func TestImport_Streams(t *testing.T) {
	h, _ := openLedger(t)
	server := httptest.NewUnstartedServer(h)
	server.Config.ReadTimeout = 2 * time.Second // shorter than the file takes
	server.Start()
	defer server.Close()
	in, file := io.Pipe()
	r, err := http.NewRequest("POST", server.URL+"/v1/import/products", in)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv")
	r.Header.Set("Accept", "application/x-ndjson")
	go func() {
		fmt.Fprint(file, "sku,uom\n")
		for i := range 6000 {
			fmt.Fprintf(file, "P%d,?\n", i)
			if i%1000 == 0 {
				time.Sleep(400 * time.Millisecond)
			}
		}
		file.Close()
	}()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	refused, progress := 0, 0
	for lines := json.NewDecoder(answer.Body); ; {
		var line ImportLine
		if err := lines.Decode(&line); err != nil {
			t.Fatalf("after %d refused rows: %v", refused, err)
		}
		if line.Problem != nil {
			t.Fatal(line.Problem)
		}
		if line.Refused != nil {
			refused++
		}
		if line.Progress != nil {
			progress++
		}
		if line.Report != nil {
			break
		}
	}
	if refused != 6000 || progress < 2 {
		t.Errorf("%d refused, %d times progress", refused, progress)
	}
}

// A file that ends in the middle leaves what was recorded, and the same file goes on from there.
func TestImport_ConnectionLost(t *testing.T) {
	h, a := openLedger(t)
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "POST /v1/import/products HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nAccept: application/x-ndjson\r\nContent-Length: 100000\r\n\r\nsku\n")
	for i := range 1000 {
		fmt.Fprintf(conn, "P%04d\n", i)
	}
	defer conn.Close()
	deadline := time.Now().Add(time.Minute)
	for {
		if _, err := a.Product(t.Context(), "P0499"); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(errors.New("the first batch was not recorded"))
		}
		time.Sleep(20 * time.Millisecond)
	}
	conn.Close()
	var file strings.Builder
	file.WriteString("sku\n")
	for i := range 1000 {
		fmt.Fprintf(&file, "P%04d\n", i)
	}
	call{do: "POST /v1/import/products", headers: asCSV, body: file.String(), status: 200, want: []string{`"rows":1000`, `"refused":0`}, not: []string{`"already":0`}}.run(t, h)
}
