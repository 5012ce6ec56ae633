package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

const tagPeople = "people"

// keepsPeople is asked of whoever changes who may do what.
var keepsPeople = asks(Organisation, auth.People)

// UserPath names a user in a path.
type UserPath struct {
	Call
	Name string `path:"name"`
}

func (s *server) people() {
	get(s, keepsPeople, "/v1/users", "list-users", "List users by name, with what they may do", tagPeople, func(ctx context.Context, in *Search) (List[app.User], error) {
		page, err := in.page()
		if err != nil {
			return List[app.User]{}, err
		}
		items, err := s.app.Users(ctx, page)
		return pageOf(items, in.Paging, func(u app.User) string { return stock.UserKey(u.Name) }), err
	})
	get(s, keepsPeople, "/v1/users/{name}", "get-user", "Show a user", tagPeople, func(ctx context.Context, in *struct {
		Name string `path:"name"`
	}) (app.User, error) {
		return s.app.User(ctx, in.Name)
	})
	op := peopleOp(http.MethodPost, "/v1/users", "create-user", "Make a user. A password is set apart, as are grants")
	op.DefaultStatus = http.StatusCreated
	writes(s, keepsPeople, op, smallBody, s.schema(reflect.TypeFor[stock.UserDraft]()), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.UserDraft{If: stock.MustBeNew}
		return d, decode(text, d)
	})
	op = peopleOp(http.MethodPatch, "/v1/users/{name}", "change-user", "Change a user, or end all that the user may do with active: false")
	op.DefaultStatus = http.StatusOK
	writes(s, keepsPeople, op, smallBody, s.changeSchema(reflect.TypeFor[stock.UserDraft](), []string{"name"}), func(in *UserPath, text string) (stock.Body, error) {
		d := &stock.UserDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("name", &d.Name, in.Name)
	})
	s.grants()
	s.credentials()
}

func peopleOp(method, path, id, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tagPeople}}
}

func (s *server) grants() {
	get(s, asks(Organisation, auth.People, auth.Audit), "/v1/grants", "list-grants", "List who has which role where", tagPeople, func(ctx context.Context, in *struct {
		Paging
		User string `query:"user"`
		Role string `query:"role"`
		Site string `query:"site" doc:"Those at the site, and those for all sites."`
	}) (List[app.UserGrant], error) {
		q := app.GrantQuery{User: in.User, Role: in.Role, Site: in.Site, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return List[app.UserGrant]{}, err
		}
		items, last, err := s.app.Grants(ctx, q)
		return listAfter(items, last), err
	})
	op := peopleOp(http.MethodPost, "/v1/grants", "grant-role", "Give a user a role at a site or at all, or take it away with active: false")
	op.DefaultStatus = http.StatusCreated
	writes(s, keepsPeople, op, smallBody, s.schema(reflect.TypeFor[stock.GrantDraft]()), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.GrantDraft{}
		return d, decode(text, d)
	})
}

// listAfter is a page of a list whose cursor is the id of its last.
func listAfter[T any](items []T, last int64) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{Items: items, Next: cursorAfter(last)}
}

// answers adds an operation that reads a body and answers with what it made.
func answers[B, I, O any, P caller[I]](s *server, a access, op huma.Operation, do func(ctx context.Context, in *I, body *B) (O, error)) {
	op.Errors = []int{400, 401, 403, 404, 409, 413, 415, 422, 429, 503}
	register(s, a, op, func(ctx context.Context, in *I) (*reply[O], error) {
		c := P(in).call()
		body := new(B)
		if c.r.ContentLength != 0 {
			text, release, err := s.bodies.read(ctx, c.w, c.r, smallBody)
			if err != nil {
				return nil, err
			}
			defer release()
			if err := decode(text, body); err != nil {
				return nil, err
			}
		}
		out, err := do(ctx, in, body)
		return &reply[O]{out}, c.slowed(err)
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: s.schema(reflect.TypeFor[B]())}})
}

// slowed says how long to wait, where an error asks for that.
func (c *Call) slowed(err error) error {
	if fault, is := stock.AsError(err); is && fault.Kind == stock.TooOften {
		if wait, err := time.ParseDuration(fault.Offer); err == nil {
			c.w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		}
	}
	return err
}

// person refuses keys where a person has to be: a key that leaked must not make others, or passwords.
func person(ctx context.Context) error {
	if p := auth.From(ctx); p != nil && p.Key != 0 {
		return stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "", "a key cannot do this: sign in")
	}
	return nil
}

// PasswordSet is the password that an administrator gives a user.
type PasswordSet struct {
	Password string `json:"password,omitempty" doc:"Left out, one is drawn for the first sign-in, good for a week." maxLength:"512"`
}

// PasswordDrawn is the password that was drawn.
type PasswordDrawn struct {
	Password string `json:"password,omitempty" doc:"For the first sign-in, shown only now."`
}

// BadgeDrawn is what is to be printed on a badge.
type BadgeDrawn struct {
	Badge string `json:"badge" doc:"The text of the symbol on the badge, shown only now."`
}

// Forgotten is what a user is no longer known by.
type Forgotten struct {
	Sort string `json:"sort" enum:"password,one_time_codes,pin,badge"`
}

// Nothing is an empty answer.
type Nothing struct{}

func (s *server) credentials() {
	answers(s, keepsPeople, peopleOp(http.MethodPost, "/v1/users/{name}/password", "set-password", "Give a user a password, which ends all sessions of the user"),
		func(ctx context.Context, in *UserPath, body *PasswordSet) (PasswordDrawn, error) {
			if err := person(ctx); err != nil {
				return PasswordDrawn{}, err
			}
			drawn, err := s.app.SetPassword(ctx, s.who(ctx, in.call()), in.Name, body.Password)
			return PasswordDrawn{drawn}, err
		})
	answers(s, keepsPeople, peopleOp(http.MethodPost, "/v1/users/{name}/badge", "give-badge", "Give a user a badge for stations, in the place of the one before"),
		func(ctx context.Context, in *UserPath, _ *Nothing) (BadgeDrawn, error) {
			if err := person(ctx); err != nil {
				return BadgeDrawn{}, err
			}
			badge, err := s.app.NewBadge(ctx, s.who(ctx, in.call()), in.Name)
			return BadgeDrawn{badge}, err
		})
	answers(s, keepsPeople, peopleOp(http.MethodPost, "/v1/users/{name}/forget", "forget-credential", "Take away something by which a user is known, such as the codes of a lost phone"),
		func(ctx context.Context, in *UserPath, body *Forgotten) (app.User, error) {
			if err := person(ctx); err != nil {
				return app.User{}, err
			}
			sorts := []stock.CredentialSort{stock.CredentialSort(body.Sort)}
			switch sorts[0] {
			case stock.OneTime:
				sorts = append(sorts, stock.Recovery)
			case stock.Password, stock.PIN, stock.Badge:
			default:
				return app.User{}, malformedf("sort", "it is one of password, one_time_codes, pin and badge")
			}
			if err := s.app.Forget(ctx, s.who(ctx, in.call()), in.Name, sorts...); err != nil {
				return app.User{}, err
			}
			return s.app.User(ctx, in.Name)
		})
}

// CodeOfKey names an API key in a path.
type CodeOfKey struct {
	Call
	Code string `path:"code"`
}

func (s *server) apiKeys() {
	get(s, keepsPeople, "/v1/keys", "list-keys", "List API keys in the order in which they were made", tagPeople, func(ctx context.Context, in *struct {
		Paging
		User string `query:"user"`
	}) (List[app.APIKey], error) {
		after := int64(0)
		if err := in.after(&after); err != nil {
			return List[app.APIKey]{}, err
		}
		items, last, err := s.app.APIKeys(ctx, in.User, after, in.Limit)
		return listAfter(items, last), err
	})
	get(s, keepsPeople, "/v1/keys/{code}", "get-key", "Show an API key, but for the key itself", tagPeople, func(ctx context.Context, in *struct {
		Code string `path:"code"`
	}) (app.APIKey, error) {
		return s.app.APIKey(ctx, in.Code)
	})
	op := peopleOp(http.MethodPost, "/v1/keys", "create-key", "Make an API key, which is shown only now")
	op.DefaultStatus = http.StatusCreated
	answers(s, keepsPeople, op, func(ctx context.Context, in *struct{ Call }, d *stock.APIKeyDraft) (app.APIKey, error) {
		if err := person(ctx); err != nil {
			return app.APIKey{}, err
		}
		return s.app.NewAPIKey(ctx, s.who(ctx, in.call()), *d)
	})
	op = peopleOp(http.MethodPatch, "/v1/keys/{code}", "change-key", "Rename an API key, or revoke it with active: false")
	op.DefaultStatus = http.StatusOK
	writes(s, keepsPeople, op, smallBody, s.changeSchema(reflect.TypeFor[stock.APIKeyDraft](), []string{"user", "scopes", "sites", "expires_at"}), func(in *CodeOfKey, text string) (stock.Body, error) {
		d := &stock.APIKeyDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		d.Code, d.If = in.Code, stock.MustExist
		return d, nil
	})
}
