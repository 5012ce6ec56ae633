package api

import (
	"context"
	"net/http"
	"time"

	"clew/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

type exportInput struct {
	Request
	Kind    string `path:"kind" enum:"product-groups,products,sites,locations,partners,movements,stock"`
	Site    string `query:"site" doc:"Only of this site."`
	Product string `query:"product" doc:"Only movements with this product, and its stock."`
	From    string `query:"from" doc:"Only movements that occurred at this time or later. A day is one of the site's calendar or, without a site, of UTC's."`
	To      string `query:"to" doc:"Only movements that occurred before this time, or up to the end of this day."`
}

func (s *server) exports() {
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/export/{kind}", OperationID: "export-file", Summary: "Write a CSV file that import reads", Tags: []string{tagSystem},
		Description: "Movements come whole and in the order of the log, up to its newest entry; stock comes as opening stock. Columns that begin with x- are for " +
			"people and passed over by import. Text that a spreadsheet would take for a formula has an apostrophe in front, which import takes off. " +
			"A file that is broken off ends without the chunk that closes it.",
		Responses: map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}},
		Errors: []int{400, 404, 422, 503},
	}
	register(s, op, func(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
		o := app.Export{Kind: in.Kind, Site: in.Site, Product: in.Product, From: in.From, To: in.To}
		return &huma.StreamResponse{Body: func(huma.Context) { s.export(ctx, o, in.w) }}, nil
	})
}

func (s *server) export(ctx context.Context, o app.Export, w http.ResponseWriter) {
	out := &fileWriter{w: w, connection: http.NewResponseController(w), name: o.Kind + ".csv"}
	err := s.app.Export(ctx, o, out)
	switch {
	case err == nil:
	case !out.begun:
		writeProblem(w, problemOf(ctx, err))
	default:
		note(ctx, err)
		panic(http.ErrAbortHandler) // a file that ends early must not look like a whole one
	}
}

// fileWriter begins the answer with the first bytes of the file, and gives each part a minute to be taken.
type fileWriter struct {
	w          http.ResponseWriter
	connection *http.ResponseController
	name       string
	begun      bool
}

// Write sends a part.
func (f *fileWriter) Write(part []byte) (int, error) {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		f.w.Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	}
	_ = f.connection.SetWriteDeadline(time.Now().Add(BodyTime)) // a connection in this process has none
	return f.w.Write(part)
}
