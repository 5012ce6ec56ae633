// Package api serves Clew over HTTP: REST under /v1, described by OpenAPI 3.1, with every error as problem+json.
//
// Start at New, whose list of routes is the table of contents; each file named after a noun holds its operations. What
// changes the ledger goes through record in record.go, many things at once through bulk.go. Only this package imports huma,
// which documents the operations and reads their parameters; bodies are read by strict.go, for exact errors and for speed.
package api

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"clew/internal/app"
	"clew/internal/store"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Options say how the API is served.
type Options struct {
	Actor   string // who acts where a request does not say
	Machine bool   // whoever comes without a principal is the administrator at the machine; otherwise they are refused
	Version string // of the program
	// Public says that others than this machine are meant to reach the server: with TLS, or through the proxies, where some are named.
	Public bool
	// Proxies are those before the server that are believed.
	Proxies Proxies
	// Organisation is the name of the ledger, where the server serves several.
	Organisation string
	Log          *slog.Logger // one line for each request; none when nil
	// FileLimit is the largest file that is kept, in bytes; 25 MiB when 0.
	FileLimit int64
	// Waiting is how many requests may wait for entries at once; 256 when 0.
	Waiting int
	// Desk answers where the API has nothing: the pages for people. None when nil.
	Desk http.Handler
	// Stop, once closed, ends the requests that wait for entries, so that a server that shuts down need not wait for them.
	Stop <-chan struct{}
}

// server holds what the operations need.
type server struct {
	app    *app.App
	actor  string
	huma   huma.API
	mux    *http.ServeMux
	routes []Route
	bodies *bodies
	stop   <-chan struct{}

	fileLimit int64
	waiting   chan struct{} // those who wait for entries
	metrics   *metrics

	proxies      Proxies
	organisation string
	lookAgain    time.Duration
}

// New makes the handler of the whole API.
func New(a *app.App, o Options) http.Handler {
	s := newServer(a, o)
	log := o.Log
	if log == nil {
		log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	e := newEdge(beside(o.Desk, s.identified(s.mux)), log)
	e.public, e.proxies = o.Public, o.Proxies
	e.metrics, e.machine = s.metrics, o.Machine
	return e
}

func newServer(a *app.App, o Options) *server {
	s := &server{app: a, actor: o.Actor, stop: o.Stop, fileLimit: cmp.Or(o.FileLimit, FileLimit), waiting: make(chan struct{}, cmp.Or(o.Waiting, waitingAtOnce)), mux: http.NewServeMux(), bodies: &bodies{large: make(chan struct{}, largeAtOnce)}}
	s.proxies, s.organisation, s.lookAgain = o.Proxies, o.Organisation, lookAgain
	s.huma = humago.New(s.mux, config(o.Version))
	s.describe()
	s.products()
	s.productGroups()
	s.classification()
	s.started()
	s.coverage()
	s.barcodes()
	s.labels()
	s.formats()
	s.fields()
	s.sites()
	s.locations()
	s.partners()
	s.lots()
	s.units()
	s.stock()
	s.value()
	s.scans()
	s.movements()
	s.bulk()
	s.entries()
	s.holds()
	s.exceptions()
	s.corrections()
	s.files()
	s.inspections()
	s.closings()
	s.search()
	s.expiry()
	s.today()
	s.traces()
	s.verify()
	s.log()
	s.pushes()
	s.audit()
	s.rights()
	s.settings()
	s.imports()
	s.importJobs()
	s.mappings()
	s.compares()
	s.exports()
	s.watched()
	s.feeds()
	s.people()
	s.erasures()
	s.apiKeys()
	s.me()
	s.signIn()
	s.stations()
	s.templates()
	s.symbols()
	s.codes()
	s.health()
	s.measured(o.Version)
	s.listRoutes()
	s.documents()
	s.mux.HandleFunc("/", fallback(s.mux))
	return s
}

// reply wraps the body of an answer for huma.
type reply[T any] struct{ Body T }

// get adds an operation that reads.
func get[I, O any](s *server, a access, path, id, summary, tag string, handle func(context.Context, *I) (O, error)) {
	op := huma.Operation{
		Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Tags: []string{tag},
		Errors: []int{http.StatusBadRequest, http.StatusNotFound, http.StatusServiceUnavailable},
	}
	register(s, a, op, func(ctx context.Context, in *I) (*reply[O], error) {
		body, err := handle(farRead(ctx, path), in)
		return &reply[O]{body}, err
	})
}

// farRead lets a replica answer lists and traces; a single record is read where it was written.
func farRead(ctx context.Context, path string) context.Context {
	if strings.HasSuffix(path, "}") && !strings.HasPrefix(path, "/v1/trace/") && !strings.HasPrefix(path, "/v1/history/") {
		return ctx
	}
	return store.Far(ctx)
}
