package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"clew/internal/app"
	"clew/internal/auth"

	"github.com/danielgtaylor/huma/v2"
)

// ImportPath names an import that nobody waits for.
type ImportPath struct {
	Call
	ID int64 `path:"id" minimum:"1"`
}

// importJobs are the operations on imports that nobody waits for; import.go begins them.
func (s *server) importJobs() {
	get(s, asks(Own, auth.Move, auth.Adjust, auth.Manage), "/v1/imports", "list-imports", "List the imports that nobody waits for, the newest first", tagExchange, func(ctx context.Context, in *struct {
		Paging
		State string `query:"state" enum:"waiting,running,done,done_with_refusals,failed,cancelled"`
	}) (List[app.ImportJob], error) {
		var before int64
		if err := in.after(&before); err != nil {
			return List[app.ImportJob]{}, err
		}
		items, err := s.app.Imports(ctx, in.State, before, in.Limit)
		return pageOf(items, in.Paging, func(j app.ImportJob) int64 { return j.ID }), err
	})
	get(s, asks(Own, auth.Move, auth.Adjust, auth.Manage), "/v1/imports/{id}", "get-import", "Show an import and how far it is", tagExchange, func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (app.ImportJob, error) {
		return s.app.ImportJob(ctx, in.ID)
	})
	register(s, asks(Own, auth.Move, auth.Adjust, auth.Manage), huma.Operation{Method: http.MethodPost, Path: "/v1/imports/{id}/cancel", OperationID: "cancel-import", Summary: "End an import that waits or runs", Tags: []string{tagExchange},
		Description: "What it recorded stays. Sent again, the same file goes on from there.", Errors: []int{403, 404, 409, 503},
	}, func(ctx context.Context, in *ImportPath) (*reply[app.ImportJob], error) {
		j, err := s.app.CancelImport(ctx, s.who(ctx, in.call()), in.ID)
		return &reply[app.ImportJob]{j}, err
	})
	register(s, asks(Own, auth.Move, auth.Adjust, auth.Manage), huma.Operation{Method: http.MethodGet, Path: "/v1/imports/{id}/errors", OperationID: "get-import-errors", Summary: "Get the refused rows of an import as a file", Tags: []string{tagExchange},
		Description: "Each row with its line, column, code and reason; while the import runs, those so far. Corrected, the file is imported as it is.",
		Responses:   fileResponses(), Errors: []int{400, 404, 503},
	}, func(ctx context.Context, in *struct {
		Request
		ID     int64  `path:"id" minimum:"1"`
		Format string `query:"format" enum:"csv,xlsx" doc:"What the file is written in. Without it, what Accept asks for, or csv."`
	}) (*huma.StreamResponse, error) {
		format := formatOf(in.Format, in.r)
		return &huma.StreamResponse{Body: func(huma.Context) {
			sendFile(ctx, in.w, fmt.Sprintf("import-%d-refused", in.ID), format, func(out io.Writer) error { return s.app.WriteRefused(ctx, in.ID, format, out) })
		}}, nil
	})
}

// later reports whether an import is to run while nobody waits for it.
func (in *importInput) later() bool {
	return in.Async || strings.Contains(strings.ToLower(in.Prefer), "respond-async")
}

// importLater keeps the file and answers as soon as all of it is there.
func (s *server) importLater(ctx context.Context, in *importInput) (*huma.StreamResponse, error) {
	j, err := s.app.ImportLater(ctx, s.importOf(ctx, in), in.Key, patientReader{in.r.Body, http.NewResponseController(in.w)})
	if err != nil {
		return nil, cutOff(err)
	}
	return &huma.StreamResponse{Body: func(huma.Context) {
		in.w.Header().Set("Content-Type", "application/json")
		in.w.Header().Set("Location", fmt.Sprintf("/v1/imports/%d", j.ID))
		in.w.Header().Set("Preference-Applied", "respond-async")
		in.w.WriteHeader(http.StatusAccepted)
		json.NewEncoder(in.w).Encode(j)
	}}, nil
}
