package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

type (
	requestKey struct{}
	notesKey   struct{}
)

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// edge is what every request passes first and last: it gets an id, a guard against panics, and one line in the log.
type edge struct {
	inner http.Handler
	log   *slog.Logger
	guard *http.CrossOriginProtection

	metrics *metrics // nil: nobody counts
	public  bool     // others than this machine are meant to reach it
	proxies Proxies  // those before it
	rate    rate
	machine bool // who comes without a principal is the administrator at the machine
}

func newEdge(inner http.Handler, log *slog.Logger) *edge {
	return &edge{inner: inner, log: log, guard: http.NewCrossOriginProtection()}
}

// ServeHTTP serves a request and logs it once.
func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	id := cleanID(r.Header.Get("X-Request-Id"))
	found := &notes{}
	ctx := context.WithValue(context.WithValue(r.Context(), requestKey{}, id), notesKey{}, found)
	if e.machine && auth.From(ctx) == nil {
		ctx = auth.With(ctx, auth.AtMachine)
	}
	r = r.WithContext(ctx)
	seen := &answer{ResponseWriter: w}
	seen.Header().Set("X-Request-Id", id)
	seen.Header().Set("X-Content-Type-Options", "nosniff")
	seen.Header().Set("Cache-Control", "no-store")
	e.bounds(seen.Header(), r)
	defer func() {
		fault := recover()
		if fault != nil && fault != http.ErrAbortHandler { // the sentinel is compared as net/http does
			note(ctx, fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
			if seen.status == 0 {
				writeProblem(seen, problemOf(ctx, errInternal))
			}
		}
		e.write(r, seen, found, time.Since(start))
		e.metrics.answered(r, seen.status, time.Since(start))
		if fault != nil && seen.broken(fault) {
			panic(http.ErrAbortHandler) // what was begun cannot be ended well: the client must see it break off
		}
	}()
	err := e.reached(seen, r)
	if err == nil {
		err = e.allowed(r)
	}
	if err != nil {
		writeProblem(seen, problemOf(ctx, err))
		return
	}
	e.inner.ServeHTTP(seen, r)
}

// bounds tells browsers to run and show nothing of what is answered, unless a page says what it needs, and to tell nobody of it.
func (e *edge) bounds(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if secure(r, e.proxies) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// reached says whether a request came in a way that is meant to be: not around the proxies, and not too many at once. This machine itself is free.
func (e *edge) reached(w http.ResponseWriter, r *http.Request) error {
	ip, network := addressOf(r.RemoteAddr)
	if !e.public || !network || ip.IsLoopback() && len(e.proxies) == 0 {
		return nil
	}
	if len(e.proxies) > 0 && !e.proxies.holds(ip) && !ip.IsLoopback() {
		return stock.Errorf(stock.Forbidden, stock.CodeUnsupported, "", "this server answers to its proxies only")
	}
	if wait := e.rate.take(e.proxies.client(r), time.Now()); wait > 0 {
		w.Header().Set("Retry-After", "1")
		return stock.Errorf(stock.TooOften, stock.CodeTooManyAttempts, "", "too many requests come from there: wait a second")
	}
	return nil
}

// allowed keeps foreign web pages out: a browser will send their requests to a server on the same machine, too.
func (e *edge) allowed(r *http.Request) error {
	if err := e.guard.Check(r); err != nil {
		return stock.Errorf(stock.Forbidden, stock.CodeUnsupported, "origin", "requests from other web pages are not taken")
	}
	if e.public {
		return nil // it is called by names that it does not know; a session's cookie is good for one of them only
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if ip := net.ParseIP(strings.Trim(host, "[]")); host == "localhost" || host == "clew" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return stock.Errorf(stock.Forbidden, stock.CodeUnsupported, "host", "this server answers to localhost only")
}

// write is the one line of the log about a request.
func (e *edge) write(r *http.Request, seen *answer, found *notes, took time.Duration) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", requestID(r.Context())), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", seen.status), slog.Int64("bytes", seen.bytes), slog.Duration("took", took),
	}
	if ip, network := addressOf(r.RemoteAddr); network && !ip.IsLoopback() || len(e.proxies) > 0 {
		attrs = append(attrs, slog.String("from", e.proxies.client(r)))
	}
	if actor := r.Header.Get("Clew-Actor"); actor != "" {
		attrs = append(attrs, slog.String("actor", actor))
	}
	if err := errors.Join(found.errs...); err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	e.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// cleanID keeps a client's request id when it is harmless in a log, and makes one otherwise.
func cleanID(given string) string {
	fit := given != "" && len(given) <= 64 && !strings.ContainsFunc(given, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.:", c))
	})
	if fit {
		return given
	}
	var id [8]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// answer sees what is answered.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write counts what is written.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// broken reports whether the panic left an answer half written.
func (a *answer) broken(fault any) bool {
	return fault == http.ErrAbortHandler || a.status != http.StatusInternalServerError
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) // whoever asked may be gone: nothing is left to tell them
}

// beside lets the desk answer what is asked for outside of the API. Its files are the same for all, so nobody has to be known.
func beside(desk, inner http.Handler) http.Handler {
	if desk == nil {
		return inner
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := strings.HasPrefix(r.URL.Path, "/v1/") || slices.Contains([]string{"/v1", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/openapi.yaml"}, r.URL.Path)
		if own || r.Method != http.MethodGet && r.Method != http.MethodHead {
			inner.ServeHTTP(w, r)
			return
		}
		desk.ServeHTTP(w, r)
	})
}

// fallback answers what no route takes, as a problem like all others.
func fallback(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allow []string
		for _, method := range []string{"GET", "POST", "PATCH"} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/" {
				allow = append(allow, method)
			}
		}
		p := problemOf(r.Context(), stock.Errorf(stock.NotFound, stock.CodeUnsupported, "", "there is nothing at this address"))
		if len(allow) > 0 {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			p.Status, p.Detail = http.StatusMethodNotAllowed, "this address takes "+strings.Join(allow, " or ")
		}
		writeProblem(w, p)
	}
}
