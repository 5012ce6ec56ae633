package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Scope says what of the ledger a route reaches for those who hold its permission.
type Scope string

// The scopes, from the widest door to the narrowest.
const (
	Public       Scope = "public"       // what is no secret: anybody, also nobody in particular
	Door         Scope = "door"         // by which one signs in or out: anybody
	Known        Scope = "known"        // nothing of the ledger: whoever is known
	Own          Scope = "own"          // what they brought or set themselves; with the permission for all sites, also others'
	Filtered     Scope = "filtered"     // reads across the sites, but nothing of those that are hidden from the reader
	Sites        Scope = "sites"        // writes: the rules ask for the right at each site that is touched
	Organisation Scope = "organisation" // what belongs to no site: the permission for all sites
	Whole        Scope = "whole"        // shows or sends all there is: the permission for all sites, and to read at all of them
)

// access is what a route asks of those who call it: one of the permissions, in its scope.
type access struct {
	scope  Scope
	may    []auth.Permission
	enrols bool // open to who has to set up one-time codes first
}

func asks(scope Scope, may ...auth.Permission) access { return access{scope: scope, may: may} }

// What most routes ask.
var (
	open    = asks(Public)
	reads   = asks(Filtered, auth.Read)
	manages = asks(Organisation, auth.Manage)
	moves   = asks(Sites, auth.Move, auth.Adjust, auth.Reverse)
	brings  = asks(Sites, auth.Move, auth.Adjust, auth.Manage)
	enrols  = access{scope: Known, enrols: true}
)

// check refuses whom the route is not for. Who is nobody may do nothing.
func (a access) check(p *auth.Principal) error {
	if a.scope == Public || a.scope == Door {
		return nil
	}
	if p == nil {
		return errNobody
	}
	if p.Enrolling && !a.enrols {
		return app.ErrSecondFactor
	}
	may := func(do auth.Permission) bool {
		switch a.scope {
		case Organisation:
			return p.May(do, auth.Everywhere)
		case Whole:
			return p.May(do, auth.Everywhere) && p.May(auth.Read, auth.Everywhere)
		}
		return p.Anywhere(do)
	}
	if a.scope == Known || slices.ContainsFunc(a.may, may) {
		return nil
	}
	where := ""
	switch a.scope {
	case Organisation:
		where = " for all sites"
	case Whole:
		where = " and the right to read, both for all sites"
	}
	return stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "", "this asks for the right to %s%s", a.words(), where)
}

// admits is check for who asks in ctx; where that is nobody, it says why.
func (a access) admits(ctx context.Context) error {
	err := a.check(auth.From(ctx))
	if err == errNobody {
		return refusal(ctx)
	}
	return err
}

func (a access) words() string {
	var words []string
	for _, do := range a.may {
		words = append(words, string(do))
	}
	return strings.Join(words, " or to ")
}

// Route is a way into the API, and what it asks of those who take it.
type Route struct {
	Method     string            `json:"method"`
	Path       string            `json:"path"`
	Operation  string            `json:"operation,omitempty" doc:"Its operationId in openapi.yaml."`
	Scope      Scope             `json:"scope" enum:"public,door,known,own,filtered,sites,organisation,whole" doc:"public: anybody. door: by which one signs in. known: whoever is signed in. own: what they brought or set themselves. filtered: reads, without what is hidden from the reader. sites: writes, asked for at each site that is touched. organisation: the permission for all sites. whole: that, and to read at all sites."`
	Permission []auth.Permission `json:"permission,omitempty" doc:"One of these is needed."`
}

// declare keeps what a route asks. One that says nothing is a fault of the program, which must not start.
func (s *server) declare(a access, method, path, operation string) {
	switch {
	case a.scope == "", a.scope != Public && a.scope != Door && a.scope != Known && len(a.may) == 0:
		panic(fmt.Sprintf("%s %s declares no permission", method, path))
	case method != http.MethodGet && (a.scope == Public || a.scope == Filtered && !slices.Contains(a.may, auth.Read)):
		panic(fmt.Sprintf("%s %s writes, but declares no permission to", method, path))
	}
	s.routes = append(s.routes, Route{method, path, operation, a.scope, a.may})
}

// handle is the one way to add a route that huma does not serve.
func (s *server) handle(a access, pattern string, inner http.Handler) {
	method, path, _ := strings.Cut(pattern, " ")
	s.declare(a, method, path, "")
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := a.admits(r.Context()); err != nil {
			writeProblem(w, problemOf(r.Context(), err))
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// register is the one way to add an operation: it asks for the permission before anything is read of the request, and turns every
// error into a problem, so that none shows what is inside.
func register[I, O any](s *server, a access, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	s.declare(a, op.Method, op.Path, op.OperationID)
	op.Extensions = map[string]any{"x-permission": permission{a.scope, a.may}}
	op.Middlewares = append(op.Middlewares, func(hc huma.Context, next func(huma.Context)) {
		if err := a.admits(hc.Context()); err != nil {
			_, w := humago.Unwrap(hc)
			writeProblem(w, problemOf(hc.Context(), err))
			return
		}
		next(hc)
	})
	if a.scope != Public && !slices.Contains(op.Errors, http.StatusForbidden) {
		op.Errors = append(slices.Clone(op.Errors), http.StatusForbidden)
	}
	if a.scope != Public && !slices.Contains(op.Errors, http.StatusUnauthorized) {
		op.Errors = append(slices.Clone(op.Errors), http.StatusUnauthorized)
		slices.Sort(op.Errors)
	}
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

// permission is how openapi.yaml says what an operation asks.
type permission struct {
	Scope Scope             `json:"scope" yaml:"scope"`
	OneOf []auth.Permission `json:"one_of,omitempty" yaml:"one_of,omitempty"`
}

func (s *server) listRoutes() {
	get(s, open, "/v1/routes", "list-routes", "List the routes of this API and what each asks of those who call it", tagSystem, func(context.Context, *struct{}) (List[Route], error) {
		routes := slices.Clone(s.routes)
		slices.SortFunc(routes, func(a, b Route) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
		return List[Route]{Items: routes}, nil
	})
}
