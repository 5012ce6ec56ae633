package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// imports measures files of movements on their way in, a row each, beside the same movements posted in bulk calls: as CSV, and as a
// workbook. The files are what the ledger exports that the calls made.
func (r *run) imports() error {
	n := r.unit / 2
	if r.Long {
		n = 1_000_000
	}
	s, err := r.fresh("bulk")
	if err != nil {
		return err
	}
	bulk, err := r.bulk(s, n)
	if err != nil {
		return err
	}
	files := map[string]string{}
	for _, format := range []string{"csv", "xlsx"} {
		files[format] = r.dir("movements." + format)
		if err := s.download(r.ctx, "/v1/export/movements?format="+format, files[format]); err != nil {
			return err
		}
	}
	before := r.peak
	r.close(s)
	r.add(fmt.Sprintf("%d movements of a lot each, in bulk calls of 5,000", n), rate(n, bulk), "", "", "")
	took := map[string]time.Duration{}
	for _, format := range []string{"csv", "xlsx"} {
		if s, err = r.fresh(format); err != nil {
			return err
		}
		if took[format], err = r.importFile(s, files[format], n); err != nil {
			return err
		}
		peak := s.peak.Load()
		r.close(s)
		os.Remove(files[format])
		beside, aim := bulk, "<= 2 x the bulk calls"
		if format == "xlsx" {
			beside, aim = took["csv"], "<= 2 x the CSV file"
		}
		r.add(fmt.Sprintf("  … from a file, %s", format), rate(n, took[format]), "", times(took[format], beside), aim)
		r.add(fmt.Sprintf("  … peak memory (RssAnon), %s", format), fmt.Sprintf("%d MB", peak>>20), "", "", "< 300 MB")
	}
	r.peak = max(before, r.peak)
	return nil
}

// fresh serves a ledger with master data alone.
func (r *run) fresh(name string) (*server, error) {
	l, err := r.build(r.dir("import-" + name))
	if err != nil {
		return nil, err
	}
	l.Close()
	return r.serve(r.dir("import-" + name))
}

// bulk posts n receipts of a lot each.
func (r *run) bulk(s *server, n int) (time.Duration, error) {
	const each = 5000
	var took time.Duration
	for first := 0; first < n; first += each {
		var body bytes.Buffer
		for i := first; i < min(first+each, n); i++ {
			fmt.Fprintf(&body, `{"key":"r%07d","kind":"receive","occurred_at":"2024-02-01T08:00:00Z","site":"MAIN","partner":"MILL","references":[{"kind":"delivery_note","code":"D%06d"}],`+
				`"items":[{"product":"PALLET","lot":"L%07d","quantity":"%d","to":"DOCK"}]}`+"\n", i, i/7, i, 1+i%90)
		}
		start := time.Now()
		answer, err := s.sendAs(r.ctx, http.MethodPost, "/v1/movements/bulk", "application/x-ndjson", &body)
		if err != nil {
			return 0, err
		}
		took += time.Since(start)
		if bytes.Contains(answer, []byte(`"problem"`)) || bytes.Contains(answer, []byte(`"code"`)) {
			return 0, fmt.Errorf("a movement was refused: %.300s", answer)
		}
		if first%(20*each) == 0 {
			fmt.Fprintf(r.Log, "          %d movements\n", first)
		}
	}
	return took, nil
}

// importFile streams a file in, and checks that every row was recorded.
func (r *run) importFile(s *server, path string, n int) (time.Duration, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	start := time.Now()
	answer, err := s.sendAs(r.ctx, http.MethodPost, "/v1/import/movements", "text/csv", file)
	if err != nil {
		return 0, err
	}
	took := time.Since(start)
	last := answer[bytes.LastIndexByte(bytes.TrimSpace(answer), '\n')+1:]
	if !strings.Contains(string(last), fmt.Sprintf(`"recorded":%d,`, n)) {
		return 0, fmt.Errorf("not all of %d rows of %s were recorded: %.500s", n, path, last)
	}
	return took, nil
}

// sendAs sends a body of a type and gives the answer, told a line at a time.
func (s *server) sendAs(ctx context.Context, method, path, media string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, body)
	if err != nil {
		return nil, err
	}
	s.show(req)
	req.Header.Set("Content-Type", media)
	req.Header.Set("Accept", "application/x-ndjson")
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, answer)
	}
	return answer, err
}

// download keeps an answer as a file.
func (s *server) download(ctx context.Context, path, to string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	s.show(req)
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	if _, err := io.Copy(out, resp.Body); err != nil {
		return err
	}
	return out.Flush()
}
