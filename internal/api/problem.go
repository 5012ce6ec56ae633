package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is an error as the API answers it (RFC 9457).
type Problem struct {
	Type      string   `json:"type" format:"uri-reference" doc:"The code's entry in the list of codes." example:"/v1/codes#unit_elsewhere"`
	Title     string   `json:"title" doc:"What the code means." example:"the unit is in another place"`
	Status    int      `json:"status" doc:"The HTTP status." example:"409"`
	Detail    string   `json:"detail" doc:"What is wrong here, for people."`
	Code      string   `json:"code" doc:"Exact and stable; programs branch on it." example:"unit_elsewhere"`
	Field     string   `json:"field,omitempty" doc:"Path of the offending field or parameter." example:"items[3].units"`
	Offer     string   `json:"offer,omitempty" doc:"What would work instead, such as a free lot code."`
	About     []string `json:"about,omitempty" doc:"Codes of the entries or things concerned."`
	RequestID string   `json:"request_id,omitempty" doc:"Names this request in the server's log."`
	Index     *int     `json:"index,omitempty" doc:"In a bulk call: which entry."`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf maps each kind of error to its status, once.
var statusOf = map[stock.ErrorKind]int{
	stock.Invalid:     http.StatusUnprocessableEntity,
	stock.NotFound:    http.StatusNotFound,
	stock.Conflict:    http.StatusConflict,
	stock.Forbidden:   http.StatusForbidden,
	stock.TooLarge:    http.StatusRequestEntityTooLarge,
	stock.Unavailable: http.StatusServiceUnavailable,
	stock.NotSignedIn: http.StatusUnauthorized,
	stock.TooOften:    http.StatusTooManyRequests,
	stock.Internal:    http.StatusInternalServerError,
}

var errInternal = stock.Errorf(stock.Internal, stock.CodeInternal, "", "something failed on our side; the server's log says what, under the request's id")

// problemOf turns any error into what may be shown of it, and logs what may not. It is called once for each error.
func problemOf(ctx context.Context, err error) *Problem {
	if out := letOut(ctx); out != nil {
		err = out
	}
	var done *Problem
	if errors.As(err, &done) {
		done.RequestID = requestID(ctx)
		return done
	}
	fault, known := stock.AsError(err)
	if !known || statusOf[fault.Kind] == 0 || fault.Kind == stock.Internal {
		note(ctx, err)
		fault = errInternal
	}
	p := &Problem{
		Type: "/v1/codes#" + fault.Code, Title: stock.Codes[fault.Code], Status: statusOf[fault.Kind], Detail: fault.Detail,
		Code: fault.Code, Field: fault.Field, Offer: fault.Offer, About: fault.About, RequestID: requestID(ctx),
	}
	var bad *malformed
	if errors.As(err, &bad) {
		p.Status = http.StatusBadRequest
	}
	return p
}

// notes collects what went wrong inside a request for the one line that the access log writes about it.
type notes struct{ errs []error }

func note(ctx context.Context, err error) {
	if n, ok := ctx.Value(notesKey{}).(*notes); ok {
		n.errs = append(n.errs, err)
	}
}

// huma makes its own errors through these variables: about parameters that it checks, and about its own faults. They are
// set once for the process, to the same shape as all others.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return problemOf(ctx.Context(), ownError(status, errs))
	}
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return problemOf(context.Background(), ownError(status, errs))
	}
}

// ownError turns what huma found wrong into one of the malformed errors, naming the first offending parameter.
func ownError(status int, errs []error) error {
	if status >= 500 || status == 0 || len(errs) == 0 {
		return errors.Join(errs...)
	}
	var detail *huma.ErrorDetail
	if !errors.As(errs[0], &detail) {
		// Errors of our own resolvers come through as they are.
		return errs[0]
	}
	_, field, _ := strings.Cut(detail.Location, ".")
	if strings.HasPrefix(detail.Message, "required ") {
		return &malformed{stock.Errorf(stock.Invalid, stock.CodeRequired, field, "%s", detail.Message)}
	}
	return malformedf(field, "%s", detail.Message)
}
