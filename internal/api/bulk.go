package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// A bulk call is worked off in chunks, each a batch of the ledger, so that only one chunk of it is held as drafts.
const (
	chunkDrafts = 500
	chunkUnits  = 5000
)

// MovementEntry is a movement in a bulk call.
type MovementEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.MovementDraft
}

// ProductEntry is a product in a bulk call.
type ProductEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.ProductDraft
}

// SiteEntry is a site in a bulk call.
type SiteEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.SiteDraft
}

// LocationEntry is a location in a bulk call.
type LocationEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.LocationDraft
}

// PartnerEntry is a partner in a bulk call.
type PartnerEntry struct {
	Key string `json:"key,omitempty" doc:"As the header Idempotency-Key, for this entry."`
	stock.PartnerDraft
}

// BulkResult is what became of one entry of a bulk call.
type BulkResult struct {
	Index     int      `json:"index" doc:"Its place in the request, from 0."`
	Key       string   `json:"key,omitempty"`
	Status    int      `json:"status" doc:"As if it had been sent alone."`
	Entry     int64    `json:"entry,omitempty" doc:"The entry of the log that records it."`
	Replayed  bool     `json:"replayed,omitempty" doc:"It was recorded before, under the same key."`
	Unchanged bool     `json:"unchanged,omitempty" doc:"It already stood so."`
	Exception bool     `json:"exception,omitempty" doc:"It was refused and is kept as an exception, of this entry."`
	Problem   *Problem `json:"problem,omitempty"`
}

// BulkAnswer answers a bulk call.
type BulkAnswer struct {
	Results  []BulkResult `json:"results"`
	Recorded int          `json:"recorded" doc:"How many were recorded, now or before, or already stood so."`
	Refused  int          `json:"refused" doc:"How many were not."`
}

func (s *server) bulk() {
	bulkOf(s, moves, "movements", tagMovements, func(e *MovementEntry) (string, stock.Body) { return e.Key, &e.MovementDraft })
	bulkOf(s, manages, "products", tagMaster, func(e *ProductEntry) (string, stock.Body) { return e.Key, &e.ProductDraft })
	bulkOf(s, asks(Sites, auth.Manage), "sites", tagMaster, func(e *SiteEntry) (string, stock.Body) { return e.Key, &e.SiteDraft })
	bulkOf(s, asks(Sites, auth.Manage), "locations", tagMaster, func(e *LocationEntry) (string, stock.Body) { return e.Key, &e.LocationDraft })
	bulkOf(s, manages, "partners", tagMaster, func(e *PartnerEntry) (string, stock.Body) { return e.Key, &e.PartnerDraft })
}

// bulkOf adds the bulk operation of a noun.
func bulkOf[E any](s *server, a access, noun, tag string, part func(*E) (string, stock.Body)) {
	what := "Record many " + noun
	if tag == tagMaster {
		what = "Create or change many " + noun
	}
	bulkAt(s, a, "/v1/"+noun+"/bulk", "bulk-"+noun, what+", answered entry by entry", tag, part)
}

// bulkAt adds an operation that takes many things at once.
func bulkAt[E any](s *server, a access, path, id, summary, tag string, part func(*E) (string, stock.Body)) {
	entry := s.schema(reflect.TypeFor[E]())
	result := s.schemaOf(BulkResult{})
	op := huma.Operation{
		Method: http.MethodPost, Path: path, OperationID: id, Summary: summary, Tags: []string{tag},
		Description: "Each entry stands for itself: one that is refused does not stop the others. The body is a JSON array or, as application/x-ndjson, " +
			"a line for each; at most 64 MiB and 60 s. An entry without a key of its own has the header's, a colon and its index. " +
			"With Accept: application/x-ndjson the answer is a line for each result.",
		Responses: map[string]*huma.Response{"200": {Description: "What became of each", Content: map[string]*huma.MediaType{
			"application/json":     {Schema: s.schemaOf(BulkAnswer{})},
			"application/x-ndjson": {Schema: result},
		}}},
		Errors: []int{400, 403, 413, 415, 503},
	}
	register(s, a, op, func(ctx context.Context, in *struct{ Call }) (*huma.StreamResponse, error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, largeBody)
		if err != nil {
			return nil, err
		}
		entries, err := entriesOf(in.r, text)
		if err != nil {
			release()
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			defer release()
			run := &bulkRun{server: s, call: &in.Call, out: newBulkWriter(in.w, in.r), until: time.Now().Add(BodyTime)}
			run.all(ctx, entries, func(text string) (string, stock.Body, error) {
				e := new(E)
				err := decode(text, e)
				key, body := part(e)
				return key, body, err
			})
		}}, nil
	})
	s.describeBody(op, map[string]*huma.MediaType{
		"application/json":     {Schema: &huma.Schema{Type: huma.TypeArray, Items: entry}},
		"application/x-ndjson": {Schema: entry},
	})
}

// entriesOf cuts a body into the texts of its entries, checking all of it first: a body that is cut off records nothing.
func entriesOf(r *http.Request, text string) (func() (string, error), error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	lines := isLines(media)
	if !lines && !json.Valid([]byte(text)) || !lines && !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "[") {
		return nil, malformedf("", "the body is no JSON array")
	}
	if lines {
		check := json.NewDecoder(strings.NewReader(text))
		for n := 1; ; n++ {
			var raw json.RawMessage
			if err := check.Decode(&raw); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, malformedf("["+strconv.Itoa(n-1)+"]", "this line is not JSON")
			}
		}
	}
	dec := json.NewDecoder(strings.NewReader(text))
	if !lines {
		dec.Token() // the bracket, which is there
	}
	return func() (string, error) {
		if !dec.More() {
			return "", io.EOF
		}
		var raw json.RawMessage
		err := dec.Decode(&raw)
		return string(raw), err
	}, nil
}

// bulkRun works off one bulk call.
type bulkRun struct {
	*server
	call  *Call
	out   *bulkWriter
	until time.Time

	index    int
	requests []app.Request
	results  []BulkResult // of the chunk; those to be recorded are filled in when it is posted
	at       []int        // where in results the outcome of each request goes
	units    int
}

func (b *bulkRun) all(ctx context.Context, next func() (string, error), read func(string) (string, stock.Body, error)) {
	for {
		text, err := next()
		if err != nil {
			break
		}
		b.add(ctx, text, read)
		if len(b.results) >= chunkDrafts || b.units >= chunkUnits {
			b.post(ctx)
		}
	}
	b.post(ctx)
	b.out.end()
}

// add takes one entry into the chunk. Serial ranges are expanded first, as they say how large the chunk really is.
func (b *bulkRun) add(ctx context.Context, text string, read func(string) (string, stock.Body, error)) {
	result := BulkResult{Index: b.index}
	b.index++
	key, body, err := read(text)
	if err != nil {
		if _, given, _ := cutSignature(text); given != nil {
			err = malformedf("signature", "nothing is signed in a bulk call: send what needs a signature one by one")
		}
	}
	result.Key = key
	if key == "" && b.call.Key != "" {
		key = b.call.Key + ":" + strconv.Itoa(result.Index)
	}
	var request app.Request
	if err == nil {
		request, err = b.request(ctx, b.call, key, body)
	}
	if err == nil && time.Now().After(b.until) {
		err = stock.Errorf(stock.TooLarge, stock.CodeTimeout, "", "the call has taken %s: send this entry again in another call", BodyTime)
	}
	if err != nil {
		result.refuse(ctx, err)
		b.results = append(b.results, result)
		return
	}
	draft := stock.Draft{Body: body}
	if fault := draft.Expand(); fault == nil {
		b.units += draft.Size()
	}
	b.at = append(b.at, len(b.results))
	b.results = append(b.results, result)
	b.requests = append(b.requests, request)
}

// post records the chunk and answers it.
func (b *bulkRun) post(ctx context.Context) {
	var outcomes []app.Result
	var err error
	if len(b.requests) > 0 {
		outcomes, err = b.app.RecordAll(ctx, b.requests)
	}
	for i, at := range b.at {
		r := &b.results[at]
		switch {
		case err != nil:
			r.refuse(ctx, err)
		case outcomes[i].Err != nil:
			r.refuse(ctx, outcomes[i].Err)
		default:
			r.accept(outcomes[i].Receipt)
		}
	}
	for i := range b.results {
		b.out.write(&b.results[i])
	}
	b.requests, b.results, b.at, b.units = nil, b.results[:0], b.at[:0], 0
}

func (r *BulkResult) accept(got app.Receipt) {
	r.Status, r.Entry, r.Replayed, r.Unchanged, r.Exception = http.StatusCreated, got.Entry, got.Replayed, got.Unchanged, got.Kept
	switch {
	case got.Kept:
		r.Status = http.StatusAccepted
	case got.Unchanged:
		r.Status = http.StatusOK
	}
}

func (r *BulkResult) refuse(ctx context.Context, err error) {
	r.Problem = problemOf(ctx, err)
	r.Problem.RequestID = ""
	r.Status = r.Problem.Status
}

// bulkWriter writes results as they come, so that an answer is never held whole.
type bulkWriter struct {
	w        *bufio.Writer
	enc      *json.Encoder
	lines    bool
	n        int
	recorded int
	refused  int
}

func newBulkWriter(w http.ResponseWriter, r *http.Request) *bulkWriter {
	b := &bulkWriter{w: bufio.NewWriterSize(w, 1<<16)}
	b.enc = json.NewEncoder(b.w)
	b.enc.SetEscapeHTML(false)
	if b.lines = wantsLines(r); b.lines {
		w.Header().Set("Content-Type", "application/x-ndjson")
	} else {
		w.Header().Set("Content-Type", "application/json")
		b.w.WriteString(`{"results":[`)
	}
	return b
}

func (b *bulkWriter) write(r *BulkResult) {
	if b.n++; b.n > 1 && !b.lines {
		b.w.WriteByte(',')
	}
	if r.Problem == nil {
		b.recorded++
	} else {
		b.refused++
	}
	b.enc.Encode(r)
}

func (b *bulkWriter) end() {
	if !b.lines {
		b.w.WriteString(`],"recorded":` + strconv.Itoa(b.recorded) + `,"refused":` + strconv.Itoa(b.refused) + "}\n")
	}
	b.w.Flush()
}
