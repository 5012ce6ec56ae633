package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// maxRefused is how many refused rows an answer names that is not told line by line, and maxRefusedBytes of how much text
// it shows what they say.
const (
	maxRefused      = 1000
	maxRefusedBytes = 8 << 20
)

// mediaXLSX is the type of an Excel workbook.
const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// ImportAnswer answers an import: what became of the rows, and the first of those that were refused.
type ImportAnswer struct {
	app.ImportReport
	Refusals []app.Refusal `json:"refusals" doc:"The first 1,000 refused rows."`
	Problem  *Problem      `json:"problem,omitempty" doc:"Why the import broke off. What was recorded until then stays; the same file can be sent again."`
}

// ImportLine is a line of an import that tells its progress: one of its members.
type ImportLine struct {
	Columns  []string          `json:"columns,omitempty" doc:"The file's columns, told first."`
	Map      map[string]string `json:"map,omitempty" doc:"What is known of the columns beyond their names, as it was said or is remembered; told with them."`
	Progress *app.ImportReport `json:"progress,omitempty"`
	Refused  *app.Refusal      `json:"refused,omitempty"`
	Report   *app.ImportReport `json:"report,omitempty" doc:"Told last, also after a problem."`
	Problem  *Problem          `json:"problem,omitempty"`
}

type importInput struct {
	Call
	Kind     string   `path:"kind" enum:"product-groups,products,sites,locations,partners,opening,movements"`
	DryRun   bool     `query:"dry_run" doc:"Tell what would happen and record nothing. It is tried on a copy of the ledger."`
	Sheet    string   `query:"sheet" maxLength:"100" doc:"The sheet of a workbook to read, where it is not the only one and not named like the kind."`
	Dates    string   `query:"dates" enum:"dmy,mdy" doc:"How days are written that are not written year first. Without it, the other rows of the column decide what 03/04/2026 is, or it is refused."`
	Map      []string `query:"map,explode" maxItems:"500" doc:"What a column of the file means, as NAME=COLUMN; NAME=- passes it over. May be given several times."`
	Async    bool     `query:"async" doc:"Answer 202 as soon as the file is there, and import it while nobody waits; as does Prefer: respond-async."`
	Override string   `query:"override" maxLength:"500" doc:"Why late breaches of holds, dates and strategies in the file are recorded, where a row does not say."`
}

func (s *server) imports() {
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/import/{kind}", OperationID: "import-file", Summary: "Record the rows of a CSV file or an Excel workbook", Tags: []string{tagSystem},
		Description: "Each row, or run of rows with the same reference, stands for itself: what is right is recorded, what is wrong is answered with its line, " +
			"column and reason. Sent again, the same file changes nothing. At most 64 MiB and 60 s; with Accept: application/x-ndjson the answer is a line for " +
			"each refused row and for the progress, and the file may be of any length, as long as it keeps coming. With Prefer: respond-async, a file of up to 4 GiB is " +
			"imported while nobody waits: ask /v1/imports how it does.",
		Responses: map[string]*huma.Response{"200": {Description: "What became of the rows", Content: map[string]*huma.MediaType{
			"application/json":     {Schema: s.schemaOf(ImportAnswer{})},
			"application/x-ndjson": {Schema: s.schemaOf(ImportLine{})},
		}}, "202": {Description: "The import that waits", Content: map[string]*huma.MediaType{"application/json": {Schema: s.schemaOf(app.ImportJob{})}}}},
		Errors: []int{400, 403, 409, 413, 415, 422, 503},
	}
	register(s, brings, op, func(ctx context.Context, in *importInput) (*huma.StreamResponse, error) {
		if media, _, err := mime.ParseMediaType(in.r.Header.Get("Content-Type")); err != nil || media != "text/csv" && media != mediaXLSX {
			return nil, unsupportedMedia("text/csv or " + mediaXLSX)
		}
		for _, said := range in.Map {
			if !strings.Contains(said, "=") {
				return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "map", "%q is not of the form NAME=COLUMN", said)
			}
		}
		if in.later() {
			return s.importLater(ctx, in)
		}
		if wantsLines(in.r) {
			return &huma.StreamResponse{Body: func(huma.Context) { s.importLines(ctx, in) }}, nil
		}
		return s.importWhole(ctx, in)
	})
	s.describeBody(op, map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString, Description: "CSV; its first row names the columns."}},
		mediaXLSX:  {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "An Excel workbook; the first row of its sheet names the columns."}},
	})
}

func unsupportedMedia(want string) error {
	return &Problem{
		Type: "/v1/codes#" + stock.CodeUnsupported, Title: stock.Codes[stock.CodeUnsupported], Status: http.StatusUnsupportedMediaType,
		Code: stock.CodeUnsupported, Field: "content-type", Detail: "send the body with the header Content-Type: " + want,
	}
}

func (s *server) importOf(ctx context.Context, in *importInput) app.Import {
	o := app.Import{Who: s.who(ctx, in.call()), Kind: in.Kind, Override: in.Override, Keep: in.Refused == "keep", DryRun: in.DryRun}
	o.Sheet, o.Dates, o.Map = in.Sheet, in.Dates, map[string]string{}
	for _, said := range in.Map {
		at := strings.LastIndexByte(said, '=')
		o.Map[said[:at]] = said[at+1:]
	}
	return o
}

// importWhole works a file off within the bounds of a bulk call, and answers once.
func (s *server) importWhole(ctx context.Context, in *importInput) (*huma.StreamResponse, error) {
	if in.r.ContentLength > largeBody {
		in.w.Header().Set("Connection", "close")
		return nil, tooLarge(largeBody)
	}
	ctx, stop := context.WithTimeout(ctx, BodyTime)
	defer stop()
	o := s.importOf(ctx, in)
	answer := ImportAnswer{Refusals: []app.Refusal{}}
	held := 0
	o.Refused = func(r app.Refusal) error {
		for _, cell := range r.Cells {
			held += len(cell)
		}
		if held += len(r.Raw); held > maxRefusedBytes {
			r.Cells, r.Raw = nil, ""
		}
		if len(answer.Refusals) < maxRefused {
			answer.Refusals = append(answer.Refusals, r)
		}
		return nil
	}
	var err error
	answer.ImportReport, err = s.app.Import(ctx, o, http.MaxBytesReader(in.w, in.r.Body, largeBody))
	if err != nil {
		err = cutOff(err)
		if answer.Rows == 0 {
			return nil, err
		}
		answer.Problem = problemOf(ctx, err)
	}
	return &huma.StreamResponse{Body: func(huma.Context) {
		in.w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(in.w).Encode(answer)
	}}, nil
}

// cutOff says what an error of reading the body means to who sent it; others stay as they are.
func cutOff(err error) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF) {
		return unread(err, largeBody)
	}
	return err
}

// importLines works a file of any length off while it comes, and tells what happens a line at a time. Neither the file nor
// the answer is ever held.
func (s *server) importLines(ctx context.Context, in *importInput) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	connection := http.NewResponseController(in.w)
	_ = connection.EnableFullDuplex() // a connection in this process always is, and has no deadlines
	lines := json.NewEncoder(in.w)
	tell := func(line ImportLine) error {
		_ = connection.SetWriteDeadline(time.Now().Add(BodyTime))
		return lines.Encode(line)
	}
	o := s.importOf(ctx, in)
	o.Header = func(names []string, said map[string]string) error {
		in.w.Header().Set("Content-Type", "application/x-ndjson")
		return tell(ImportLine{Columns: names, Map: said})
	}
	o.Refused = func(r app.Refusal) error { return tell(ImportLine{Refused: &r}) }
	var told time.Time
	o.Progress = func(r app.ImportReport) error {
		if time.Since(told) < time.Second/2 {
			return nil
		}
		told = time.Now()
		err := tell(ImportLine{Progress: &r})
		_ = connection.Flush() // progress that comes late does no harm
		return err
	}
	report, err := s.app.Import(ctx, o, patientReader{in.r.Body, connection})
	if err != nil {
		problem := problemOf(ctx, cutOff(err))
		if in.w.Header().Get("Content-Type") == "" {
			writeProblem(in.w, problem)
			return
		}
		tell(ImportLine{Problem: problem})
	}
	tell(ImportLine{Report: &report})
}

// patientReader gives each part of the body its own time to arrive.
type patientReader struct {
	body       io.Reader
	connection *http.ResponseController
}

// Read reads a part.
func (p patientReader) Read(part []byte) (int, error) {
	_ = p.connection.SetReadDeadline(time.Now().Add(BodyTime))
	return p.body.Read(part)
}
