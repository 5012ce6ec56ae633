package api

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"clew/internal/app"
	"clew/internal/store"

	"github.com/danielgtaylor/huma/v2"
)

type exportInput struct {
	Request
	Past
	Kind    string `path:"kind" enum:"product-groups,products,sites,locations,partners,movements,stock"`
	Site    string `query:"site" doc:"Only of this site."`
	Product string `query:"product" doc:"Only movements with this product, and its stock."`
	From    string `query:"from" doc:"Only movements that occurred at this time or later. A day is one of the site's calendar or, without a site, of UTC's."`
	Format  string `query:"format" enum:"csv,xlsx" doc:"What the file is written in. Without it, what Accept asks for, or csv."`
	To      string `query:"to" doc:"Only movements that occurred before this time, or up to the end of this day."`
}

func (s *server) exports() {
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/export/{kind}", OperationID: "export-file", Summary: "Write a CSV file or an Excel workbook that import reads", Tags: []string{tagSystem},
		Description: "Movements come whole and in the order of the log, up to its newest entry; stock comes as opening stock. Columns that begin with x- are for " +
			"people and passed over by import. Text that a spreadsheet would take for a formula has an apostrophe in front, which import takes off. " +
			"In a workbook text stays text and days are days; what Excel cannot hold (1,048,576 rows, 32,767 characters in a cell) breaks it off. " +
			"A file that is broken off ends without the chunk that closes it.",
		Responses: fileResponses(),
		Errors:    []int{400, 404, 422, 503},
	}
	register(s, reads, op, func(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
		o := app.Export{AsAt: in.asAt(), Kind: in.Kind, Site: in.Site, Product: in.Product, From: in.From, To: in.To, Format: formatOf(in.Format, in.r)}
		return &huma.StreamResponse{Body: func(huma.Context) { s.export(store.Far(ctx), o, in.w) }}, nil
	})
}

// fileResponses describes a file of rows.
func fileResponses() map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: "The file", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}},
		mediaXLSX:  {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
}

// formatOf is the format that was said, or else that Accept asks for.
func formatOf(said string, r *http.Request) string {
	if said == "" && strings.Contains(r.Header.Get("Accept"), mediaXLSX) {
		return "xlsx"
	}
	return cmp.Or(said, "csv")
}

func (s *server) export(ctx context.Context, o app.Export, w http.ResponseWriter) {
	sendFile(ctx, w, o.Kind, o.Format, func(out io.Writer) error { return s.app.Export(ctx, o, out) })
}

type templateInput struct {
	Request
	Kind   string `path:"kind" enum:"product-groups,products,sites,locations,partners,opening,movements"`
	Format string `query:"format" enum:"csv,xlsx" doc:"What the file is written in. Without it, what Accept asks for, or csv."`
}

func (s *server) templates() {
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/templates/{kind}", OperationID: "get-template", Summary: "Get an empty file for import", Tags: []string{tagSystem},
		Description: "The columns of a kind of file. A workbook has a second sheet, which import does not read: what the columns mean, with examples.",
		Responses:   fileResponses(), Errors: []int{400, 422},
	}
	register(s, asks(Known), op, func(ctx context.Context, in *templateInput) (*huma.StreamResponse, error) {
		format := formatOf(in.Format, in.r)
		return &huma.StreamResponse{Body: func(huma.Context) {
			sendFile(ctx, in.w, in.Kind, format, func(out io.Writer) error { return s.app.Template(ctx, in.Kind, format, out) })
		}}, nil
	})
}

// sendFile answers with a file, or with the problem that kept it from being begun.
func sendFile(ctx context.Context, w http.ResponseWriter, name, format string, write func(io.Writer) error) {
	out := &fileWriter{w: w, connection: http.NewResponseController(w), name: name + "." + format, media: "text/csv; charset=utf-8"}
	if format == "xlsx" {
		out.media = mediaXLSX
	}
	err := write(out)
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
	media      string
	begun      bool
}

// Write sends a part.
func (f *fileWriter) Write(part []byte) (int, error) {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", f.media)
		f.w.Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	}
	_ = f.connection.SetWriteDeadline(time.Now().Add(BodyTime)) // a connection in this process has none
	return f.w.Write(part)
}
