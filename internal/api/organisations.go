package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
)

// Organisations serves several ledgers, each under /o/NAME as if it were alone there. They share nothing but the server.
type Organisations struct {
	// Handler is the API of an organisation; it says CodeUnknownOrganisation where there is none of that name.
	Handler func(ctx context.Context, name string) (http.Handler, error)
	// Ready says why the server cannot serve them.
	Ready func(ctx context.Context) error
	// Public and Proxies are as in Options.
	Public  bool
	Proxies Proxies
	Log     *slog.Logger
}

// Handle makes the handler of all organisations.
func (o Organisations) Handle() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeHealth(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTime)
		defer cancel()
		if err := o.Ready(ctx); err != nil {
			writeProblem(w, problemOf(ctx, err))
			return
		}
		writeHealth(w, "ready")
	})
	outer := newEdge(mux, o.Log)
	outer.public, outer.proxies = o.Public, o.Proxies
	inner := http.NewServeMux()
	inner.HandleFunc("/o/{organisation}/", o.serve)
	inner.Handle("/", outer)
	mux.HandleFunc("/", fallback(mux))
	return inner
}

func writeHealth(w http.ResponseWriter, status string) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(Health{status}) // whoever asked may be gone
}

// serve hands a request to its organisation, which reads only the rest of the path. Where it says that something is, it says the whole.
func (o Organisations) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("organisation")
	handler, err := o.Handler(r.Context(), name)
	if err != nil {
		newEdge(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { writeProblem(w, problemOf(r.Context(), err)) }), o.Log).ServeHTTP(w, r)
		return
	}
	prefix := "/o/" + name
	http.StripPrefix(prefix, handler).ServeHTTP(&under{w, prefix}, r)
}

// under answers from below a prefix.
type under struct {
	http.ResponseWriter
	prefix string
}

// WriteHeader completes the place of what was made.
func (u *under) WriteHeader(status int) {
	if at := u.Header().Get("Location"); strings.HasPrefix(at, "/") && !strings.HasPrefix(at, u.prefix+"/") {
		u.Header().Set("Location", u.prefix+at)
	}
	u.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (u *under) Unwrap() http.ResponseWriter { return u.ResponseWriter }
