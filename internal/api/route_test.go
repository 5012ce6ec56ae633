package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// as lets requests act as a principal.
func as(p *auth.Principal, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r.WithContext(auth.With(r.Context(), p))) })
}

// filled puts something into the parameters of a path.
func filled(path string) string {
	for {
		before, rest, ok := strings.Cut(path, "{")
		if !ok {
			return path
		}
		_, after, _ := strings.Cut(rest, "}")
		path = before + "1" + after
	}
}

// TestRoutes_DenyByDefault: whoever nobody knows gets into no route that is not open, and whoever holds no right into none that asks for one.
func TestRoutes_DenyByDefault(t *testing.T) {
	_, a := openLedger(t)
	s := newServer(a, Options{Actor: "server"})
	h := newEdge(s.mux, slog.New(slog.DiscardHandler))
	for _, r := range s.routes {
		known, nobody := http.StatusForbidden, http.StatusUnauthorized
		do := r.Method + " " + filled(r.Path)
		switch r.Scope {
		case Public, Door:
			nobody, known = 0, 0
		case Known:
			known = 0
		}
		for p, want := range map[*auth.Principal]int{nil: nobody, {Actor: "clerk"}: known} {
			w := httptest.NewRecorder()
			as(p, h).ServeHTTP(w, call{do: do}.request())
			code := map[int]string{http.StatusForbidden: stock.CodeNotPermitted, http.StatusUnauthorized: stock.CodeNotSignedIn}[want]
			refused := w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized
			own := r.Scope == Door || strings.HasPrefix(r.Path, "/v1/me/") && want == 0 // where a password is asked for, or a person
			if want != 0 && (w.Code != want || !strings.Contains(w.Body.String(), `"code":"`+code+`"`)) || want == 0 && refused && !own {
				t.Errorf("%s as %v: %d %s", do, p, w.Code, w.Body)
			}
		}
	}
	if len(s.routes) < 90 {
		t.Errorf("%d routes", len(s.routes))
	}
	call{do: "GET /v1/routes", status: 200, want: []string{`{"method":"POST","path":"/v1/holds","operation":"place-hold","scope":"sites","permission":["hold"]}`}}.run(t, h)
}

// TestRoutes_Scopes: each scope asks for what it says.
func TestRoutes_Scopes(t *testing.T) {
	at := func(site int64, roles ...auth.Role) *auth.Principal {
		p := &auth.Principal{}
		for _, r := range roles {
			p.Grants = append(p.Grants, auth.Grant{Role: r, Site: site})
		}
		return p
	}
	key := at(auth.Everywhere, auth.Administrator)
	key.Scopes = []auth.Permission{auth.Manage}
	for _, c := range []struct {
		name string
		a    access
		p    *auth.Principal
		want bool
	}{
		{"nobody", reads, nil, false},
		{"open to nobody", open, nil, true},
		{"known", asks(Known), at(0), true},
		{"read anywhere", reads, at(3, auth.Viewer), true},
		{"no role", reads, at(3), false},
		{"one of several", moves, at(3, auth.Operator), true},
		{"none of several", moves, at(3, auth.Quality), false},
		{"manage one site", manages, at(3, auth.Administrator), false},
		{"manage all", manages, at(0, auth.Administrator), true},
		{"whole", asks(Whole, auth.Manage), at(0, auth.Administrator), true},
		{"a key that may not read all", asks(Whole, auth.Manage), key, false},
		{"the same where nothing is shown", manages, key, true},
	} {
		if err := c.a.check(c.p); (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestRoutes_Undeclared: a route that says nothing of rights keeps the program from starting.
func TestRoutes_Undeclared(t *testing.T) {
	refused := func(name string, add func(s *server)) {
		t.Helper()
		_, a := openLedger(t)
		s := newServer(a, Options{})
		defer func() {
			if recover() == nil {
				t.Errorf("%s: taken", name)
			}
		}()
		add(s)
	}
	none := func(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
	refused("no access", func(s *server) {
		register(s, access{}, huma.Operation{Method: "GET", Path: "/v1/more", OperationID: "more"}, none)
	})
	refused("no permission", func(s *server) {
		register(s, asks(Sites), huma.Operation{Method: "POST", Path: "/v1/more", OperationID: "more"}, none)
	})
	refused("an open door to write by", func(s *server) {
		register(s, open, huma.Operation{Method: "POST", Path: "/v1/more", OperationID: "more"}, none)
	})
	refused("not huma's", func(s *server) { s.handle(access{}, "GET /more", http.NotFoundHandler()) })
}

// TestRoutes_OneWayIn: nothing gets past route.go, where routes are declared.
func TestRoutes_OneWayIn(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if f == "route.go" || f == "organisations.go" || strings.HasSuffix(f, "_test.go") { // the latter only hands on to the handlers of the organisations
			continue
		}
		for _, way := range []string{"huma.Register", "huma.Get(", "huma.Post(", "huma.AutoRegister", ".mux.Handle", "mux.HandleFunc"} {
			for line := range strings.Lines(string(text)) {
				if strings.Contains(line, way) && !strings.Contains(line, `s.mux.HandleFunc("/", fallback(s.mux))`) {
					t.Errorf("%s adds a route that declares nothing: %s", f, line)
				}
			}
		}
	}
}
