package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/danielgtaylor/huma/v2"
)

// The audit walk takes every route that may write, from the registry, and looks for what it left: an audited entry or an act with who,
// when, from where, what is new, and why. A route that is not among unaudited has to leave one.

// unaudited are the routes that need not, and why.
var unaudited = map[string]string{
	"POST /v1/movements":                 "plain movements are entries with who and when; what sets a rule aside is audited, see TestAudit_Overrides",
	"POST /v1/movements/bulk":            "as movements",
	"POST /v1/import/{kind}":             "each line is recorded as by hand",
	"POST /v1/cleanings":                 "an entry of its own, with who and when",
	"POST /v1/formats/{code}/numbers":    "an entry of its own, with who and when",
	"POST /v1/labels/try":                "keeps nothing",
	"POST /v1/formats/preview":           "keeps nothing",
	"POST /v1/scan":                      "keeps nothing",
	"POST /v1/compare":                   "keeps nothing",
	"POST /v1/verify":                    "keeps nothing",
	"POST /v1/me/one-time-codes":         "keeps nothing: what is drawn counts once it is confirmed",
	"POST /v1/me/one-time-codes/confirm": "a credential, see TestOneTimeCodes",
	"POST /v1/me/one-time-codes/remove":  "a credential, see TestOneTimeCodes",
	"POST /v1/login":                     "sessions lie beside the log",
	"POST /v1/logout":                    "sessions lie beside the log",
	"POST /v1/switch":                    "sessions lie beside the log",
	"POST /v1/setup":                     "a user, a role and a password like any: see TestSetUp",
}

// walked are requests in the place of the matrix's examples, where those are about what is not there, with what has to be there.
var walked = map[string]struct{ prepare, target, body string }{
	"PATCH /v1/labels/{code}":                 {`POST /v1/labels {"code":"LW","example":"X-L1","product":"FLOUR","marks":[{"text":"L1","is":"lot"}]}`, "/v1/labels/LW", `{"name":"walked"}`},
	"DELETE /v1/feeds/{name}":                 {`POST /v1/feeds {"name":"gone","url":"http://127.0.0.1:9/in"}`, "/v1/feeds/gone", ""},
	"POST /v1/log/pushes":                     {"", "/v1/log/pushes", `{"name":"box","kind":"file"}`},
	"POST /v1/log/pushes/{name}/pause":        {"", "/v1/log/pushes/box/pause", `{}`},
	"POST /v1/log/pushes/{name}/resume":       {"", "/v1/log/pushes/box/resume", `{}`},
	"DELETE /v1/log/pushes/{name}":            {"", "/v1/log/pushes/box", ""},
	"POST /v1/imports/{id}/cancel":            {"IMPORT", "/v1/imports/1/cancel", ""},
	"DELETE /v1/mappings/{code}":              {"MAPPING", "/v1/mappings/0123456789ab", ""},
	"POST /v1/watched/{id}/retry":             {"WATCHED", "/v1/watched/1/retry", ""},
	"POST /v1/feeds/{name}/retry":             {"FAILING", "/v1/feeds/erp/retry", ""},
	"POST /v1/exceptions/{id}/resolution":     {"", "/v1/exceptions/$EXC/resolution", `{"action":"dismiss","reason":"it never was"}`},
	"POST /v1/users/{name}/forget":            {"POST /v1/users/$USER/badge {}", "/v1/users/$USER/forget", `{"sort":"badge"}`},
	"POST /v1/grants":                         {"", "/v1/grants", `{"user":"$USER","role":"viewer","site":"SHOP"}`},
	"PATCH /v1/stations/{name}":               {"", "/v1/stations/$STATION", `{"site":"SHOP"}`},
	"PATCH /v1/sites/{code}":                  {"", "/v1/sites/$SITE", `{"name":"walked"}`},
	"PATCH /v1/sites/{site}/locations/{code}": {"", "/v1/sites/$SITE/locations/$LOC", `{"name":"walked"}`},
	"POST /v1/erasures":                       {`POST /v1/partners {"code":"FORGOTTEN","name":"Asked to be forgotten","roles":["customer"]}`, "/v1/erasures", `{"partner":"FORGOTTEN","reason":"asked for"}`},
	"POST /v1/me/password":                    {"", "/v1/me/password", `{"password":"` + goodPassword + `","new_password":"and back over the hills"}`},
	"POST /v1/me/pin":                         {"", "/v1/me/pin", `{"password":"and back over the hills","pin":"864209"}`},
}

// auditWalk is the ledger that the walk goes over.
type auditWalk struct {
	*matrix
	a   *app.App
	who *auth.Principal
}

func walkOver(t *testing.T) *auditWalk {
	w := &auditWalk{matrix: plant(t)}
	w.a = w.matrix.app
	cheap(w.a)
	w.made("POST /v1/users", `{"name":"walker"}`)
	w.made("POST /v1/grants", `{"user":"walker","role":"administrator"}`)
	if answer := w.do(auth.AtMachine, "POST /v1/users/walker/password", "", `{"password":"`+goodPassword+`"}`); answer.Code != http.StatusOK {
		t.Fatal(answer.Body)
	}
	u, err := w.a.Store.User(t.Context(), "walker")
	if err != nil {
		t.Fatal(err)
	}
	w.who = &auth.Principal{Actor: "walker", User: u.ID, Session: 7, Grants: []auth.Grant{{Role: auth.Administrator}}}
	return w
}

// prepare makes what a request is about.
func (w *auditWalk) prepare(what string) {
	ctx, by := w.t.Context(), store.By{Actor: "clerk"}
	must := func(err error) {
		if err != nil {
			w.t.Helper()
			w.t.Fatal(err)
		}
	}
	switch what {
	case "":
	case "IMPORT":
		if answer := w.do(w.who, "POST /v1/import/products?async=true", asCSV, "sku\nP1\n"); answer.Code != http.StatusAccepted {
			w.t.Fatal(answer.Body)
		}
	case "MAPPING":
		must(w.a.Store.SaveMapping(ctx, by, &store.Mapping{Code: "0123456789ab", Kind: "products", Said: map[string]string{"Artikel": "sku"}}))
	case "WATCHED":
		f, err := w.a.Store.FindWatched(ctx, "a.csv", "h", "products")
		must(err)
		f.State = "failed"
		must(w.a.Store.SaveWatched(ctx, f))
	case "FAILING":
		f, err := w.a.Store.ChangeFeed(ctx, by, "erp", "changed", func(f *store.Feed) error { f.Paused = false; return nil })
		must(err)
		f.Error, f.Tries, f.NextTry = "nobody answers", 9, w.a.Store.Now()+stock.Time(time.Hour.Milliseconds())
		_, err = w.a.Store.SaveFeed(ctx, f)
		must(err)
	default:
		do, body, _ := strings.Cut(w.fill(w.variants[0], what), " {")
		if answer := w.do(auth.AtMachine, do, "", "{"+body); answer.Code >= 300 {
			w.t.Fatalf("%s: %s", what, answer.Body)
		}
	}
}

// take takes a route and says what is missing in the audit.
func (w *auditWalk) take(r Route) string {
	do := r.Method + " " + r.Path
	example := examples[do]
	if own, is := walked[do]; is {
		w.prepare(own.prepare)
		example.target, example.body = own.target, own.body
	}
	if example.target == "" {
		example.target = r.Path
	}
	before, _, err := w.a.Store.Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	v := w.variants[0]
	request := call{do: r.Method + " " + w.fill(v, example.target), headers: example.headers, body: w.fill(v, example.body)}.request()
	request.Header.Set("Clew-Reason", url.PathEscape("asked for in March"))
	answer := httptest.NewRecorder()
	as(w.who, w.h).ServeHTTP(answer, request)
	if answer.Code >= 300 {
		return fmt.Sprintf("it does not work: %d %.300s", answer.Code, answer.Body)
	}
	records, err := w.a.Audit(auth.With(w.t.Context(), auth.AtMachine), app.AuditQuery{After: before, Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	missing := "nothing is in the audit"
	for _, record := range records {
		if missing = lacks(record); missing == "" {
			return ""
		}
	}
	return missing
}

// lacks says what a record of the audit does not tell.
func lacks(r app.AuditRecord) string {
	switch {
	case r.Actor != "walker":
		return fmt.Sprintf("entry %d does not say who: %q", r.Entry, r.Actor)
	case r.RecordedAt == 0:
		return fmt.Sprintf("entry %d does not say when", r.Entry)
	case r.From == nil || r.From.Address != "192.0.2.1" || r.From.Session != 7:
		return fmt.Sprintf("entry %d does not say from where: %+v", r.Entry, r.From)
	case r.Reason == "" && len(r.Overrides) == 0:
		return fmt.Sprintf("entry %d does not say why", r.Entry)
	case len(r.Changes) == 0 && r.What == "" && !r.Kind.Movement() && r.Kind != stock.KindResolution && r.Kind != stock.KindInspection:
		return fmt.Sprintf("entry %d, a %s, does not say what is new", r.Entry, r.Kind) // what these say is their items, values and exception, read by their number
	}
	return ""
}

// TestAudit_EveryRoute walks all routes that may write.
func TestAudit_EveryRoute(t *testing.T) {
	w := walkOver(t)
	_, other := openLedger(t)
	taken := 0
	for _, r := range newServer(other, Options{}).routes {
		do := r.Method + " " + r.Path
		if r.Method == http.MethodGet || unaudited[do] != "" {
			continue
		}
		if missing := w.take(r); missing != "" {
			t.Errorf("%s: %s", do, missing)
		}
		taken++
	}
	if taken < 45 {
		t.Errorf("%d routes", taken)
	}
}

// TestAudit_EveryRouteTeeth: a route that changes something and leaves no entry is found, and so is one whose entry does not say why.
func TestAudit_EveryRouteTeeth(t *testing.T) {
	w := walkOver(t)
	s := newServer(w.a, Options{})
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/spy", OperationID: "spy"}
	register(s, manages, op, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, w.a.Store.SaveWatched(ctx, &store.Watched{Name: "spy.csv", State: "failed"})
	})
	op.Path, op.OperationID = "/v1/spy/mute", "spy-mute"
	register(s, manages, op, func(ctx context.Context, in *struct{ Call }) (*struct{}, error) {
		who := s.who(ctx, in.call())
		who.Reason = ""
		_, err := w.a.Record(ctx, app.Request{Who: who, Body: &stock.SiteDraft{Code: "MUTE"}})
		return nil, err
	})
	w.h = s.mux
	for path, want := range map[string]string{"/v1/spy": "nothing is in the audit", "/v1/spy/mute": "does not say why"} {
		if got := w.take(Route{Method: http.MethodPost, Path: path}); !strings.Contains(got, want) {
			t.Errorf("%s: %q", path, got)
		}
	}
}
