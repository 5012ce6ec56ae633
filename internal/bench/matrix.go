package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/auth"
)

// matrix measures how long it takes to ask every route of the API as every sort of caller whether they may: all roles, here and at no
// site that there is, keys for each permission, and nobody. What the walk of the tests finds out is not judged here, only its time.
func (r *run) matrix() error {
	l, err := r.build(r.dir("matrix"))
	if err != nil {
		return err
	}
	defer l.Close()
	h := api.New(app.New(l.Store), api.Options{Actor: "bench"})
	ask := func(p *auth.Principal, method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		q := httptest.NewRequest(method, "http://localhost"+path, nil)
		h.ServeHTTP(w, q.WithContext(auth.With(r.ctx, p)))
		return w
	}
	var routes struct{ Items []api.Route }
	if w := ask(nil, http.MethodGet, "/v1/routes"); json.Unmarshal(w.Body.Bytes(), &routes) != nil || len(routes.Items) == 0 {
		return fmt.Errorf("the routes cannot be listed: %d %.300s", w.Code, w.Body)
	}
	callers := []*auth.Principal{nil, {Actor: "clerk"}}
	for role := range auth.Roles {
		for _, site := range []int64{auth.Everywhere, 1 << 40} {
			callers = append(callers, &auth.Principal{Actor: "clerk", Grants: []auth.Grant{{Role: role, Site: site}}})
		}
	}
	for _, scope := range auth.Roles[auth.Administrator] {
		callers = append(callers, &auth.Principal{Actor: "clerk", Key: 1, Grants: []auth.Grant{{Role: auth.Administrator}}, Scopes: []auth.Permission{scope}})
	}
	start, asked := time.Now(), 0
	for _, route := range routes.Items {
		path := route.Path
		for strings.Contains(path, "{") {
			before, rest, _ := strings.Cut(path, "{")
			_, after, _ := strings.Cut(rest, "}")
			path = before + "1" + after
		}
		for _, p := range callers {
			if w := ask(p, route.Method, path); w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
				return fmt.Errorf("%s %s: %d %.300s", route.Method, path, w.Code, w.Body)
			}
			asked++
		}
	}
	took := time.Since(start)
	r.add(fmt.Sprintf("authorisation matrix: %d routes as %d callers, a route", len(routes.Items), len(callers)), ms(took/time.Duration(len(routes.Items))), "", "", "")
	r.add("  a question", ms(took/time.Duration(asked)), "", "", "")
	return nil
}
