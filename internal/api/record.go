package api

import (
	"context"
	"net/http"
	"strconv"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Call is what every request that writes may say about itself.
type Call struct {
	Actor   string `header:"Clew-Actor" doc:"Who records this. Left out, the one that the server runs for."`
	Device  string `header:"Clew-Device" doc:"What scanned."`
	Reason  string `header:"Clew-Reason" doc:"Why, for what has no reason in its body: up to 500 characters, others than ASCII percent-encoded. Settings say where it is needed."`
	Key     string `header:"Idempotency-Key" doc:"The client's own key of this request, up to 200 characters. Sent again with the same body it gets the first answer, with another body key_reused."`
	Refused string `header:"Clew-If-Refused" enum:"keep" doc:"keep: a movement that the rules refuse is kept as an exception for a person to resolve, and answered 202."`
	Prefer  string `header:"Prefer" doc:"return=minimal: answer with the number of the entry only."`
	Request
	signature *app.SignatureGiven
}

// Request keeps the request itself, for what huma does not do: reading bodies and streaming answers.
type Request struct {
	r *http.Request
	w http.ResponseWriter
}

// Resolve takes the request from huma.
func (c *Request) Resolve(ctx huma.Context) []error {
	c.r, c.w = humago.Unwrap(ctx)
	return nil
}

func (c *Call) call() *Call { return c }

// Recorded answers a request that was recorded.
type Recorded struct {
	Status   int
	Replayed string `header:"Idempotency-Replayed" doc:"true: this request was answered before, and this is that answer."`
	Location string `header:"Location"`
	Body     any
}

// caller is a pointer to an input that embeds Call.
type caller[I any] interface {
	*I
	call() *Call
}

// writes adds an operation that records one body. read decodes the body's text into the draft, knowing the path too.
func writes[I any, P caller[I]](s *server, a access, op huma.Operation, most int64, schema *huma.Schema, read func(in *I, text string) (stock.Body, error)) {
	op.Responses = s.recordedResponses(op)
	op.Errors = []int{400, 403, 404, 409, 413, 415, 503}
	register(s, a, op, func(ctx context.Context, in *I) (*Recorded, error) {
		c := P(in).call()
		text, release, err := s.bodies.read(ctx, c.w, c.r, most)
		if err != nil {
			return nil, err
		}
		defer release()
		if text, c.signature, err = cutSignature(text); err != nil {
			return nil, err
		}
		draft, err := read(in, text)
		if err != nil {
			return nil, err
		}
		out, err := s.record(ctx, c, draft)
		return out, c.slowed(err)
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: schema}})
}

// describeBody says what an operation takes. It comes after register, as huma would read and check a body that it knows of.
func (s *server) describeBody(op huma.Operation, content map[string]*huma.MediaType) {
	path := s.huma.OpenAPI().Paths[op.Path]
	known := path.Post
	if op.Method == http.MethodPatch {
		known = path.Patch
	}
	known.RequestBody = &huma.RequestBody{Required: true, Content: content}
}

func (s *server) recordedResponses(op huma.Operation) map[string]*huma.Response {
	schema := s.schemaOf(app.Entry{})
	answer := func(text string) *huma.Response {
		return &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	}
	out := map[string]*huma.Response{"201": answer("Recorded: the entry")}
	if op.DefaultStatus == http.StatusOK {
		out = map[string]*huma.Response{"200": answer("Recorded, or it already stood so: the entry")}
	} else if op.Tags[0] == tagMaster || op.Tags[0] == tagPeople {
		out["200"] = answer("It already stood so: the entry that made it so")
	}
	if op.Tags[0] == tagMovements {
		out["202"] = answer("Refused, and kept as an exception: its entry")
	}
	return out
}

// record records one body and answers with the entry, in the same words when it is sent again.
func (s *server) record(ctx context.Context, c *Call, body stock.Body) (*Recorded, error) {
	request, err := s.request(ctx, c, c.Key, body)
	if err != nil {
		return nil, err
	}
	receipt, entry, err := s.app.RecordEntry(ctx, request)
	if err != nil {
		return nil, err
	}
	kept := entry.Kind == stock.KindException
	out := &Recorded{Status: http.StatusCreated, Location: "/v1/entries/" + strconv.FormatInt(receipt.Entry, 10), Body: entry}
	if receipt.Replayed {
		out.Replayed = "true"
	}
	if c.Prefer == "return=minimal" {
		out.Body = receipt
	}
	switch {
	case kept:
		out.Status = http.StatusAccepted
	case receipt.Unchanged, c.r.Method == http.MethodPatch:
		out.Status = http.StatusOK
	}
	return out, nil
}

// who says who records. Only the administrator at the machine may name another than is known by how they came.
func (s *server) who(ctx context.Context, c *Call) app.Who {
	by := auth.From(ctx)
	w := app.Who{Actor: c.Actor, Device: c.Device, By: by, Origin: originOf(c.r), Reason: reasonOf(c.Reason)}
	if by != nil && !by.Machine {
		w.Actor = by.Actor
	}
	if by != nil && by.Device != "" {
		w.Device = by.Device
	}
	if w.Actor == "" {
		w.Actor = s.actor
	}
	return w
}

func (s *server) request(ctx context.Context, c *Call, key string, body stock.Body) (app.Request, error) {
	r := app.Request{Who: s.who(ctx, c), Key: key, Keep: c.Refused == "keep", Signature: c.signature, Body: body}
	if key == "" {
		return r, nil
	}
	var err error
	r.Hash, err = app.HashOf(body, reasonOf(c.Reason))
	return r, err
}
