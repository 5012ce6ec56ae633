package api

import (
	"context"
	"net/http"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

// lookAgain is how often it is asked whether who began a request that takes long is still let in. With what servers need to learn of each
// other's news, whatever was revoked is dead within five seconds.
const lookAgain = 2 * time.Second

type refusedKey struct{}

// errNobody refuses who shows nothing.
var errNobody = stock.Errorf(stock.NotSignedIn, stock.CodeNotSignedIn, "", "sign in with POST /v1/login, or send an API key as Authorization: Bearer KEY")

// refusal is why nobody is known in ctx.
func refusal(ctx context.Context) error {
	if err, ok := ctx.Value(refusedKey{}).(error); ok {
		return err
	}
	return errNobody
}

// identified finds out who asks: by the API key, by the cookie of a session, or because the connection is the machine's own. Who shows
// nothing, or something that is not good, is nobody: the routes refuse nobody what is not open to all.
func (s *server) identified(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.whoAsks(r.Context(), r)
		ctx := r.Context()
		switch {
		case err != nil:
			r.Header.Del("Clew-Actor") // nobody has a name in the log
			ctx = context.WithValue(auth.With(ctx, nil), refusedKey{}, err)
		case who != nil:
			if err := sameActor(r, who); err != nil {
				writeProblem(w, problemOf(ctx, err))
				return
			}
			var stop func()
			ctx, stop = s.whileLetIn(auth.With(ctx, who), r)
			defer stop()
		case auth.From(ctx) == nil:
			r.Header.Del("Clew-Actor")
		}
		shared := r.WithContext(ctx)
		defer func() { r.Pattern = shared.Pattern }() // for the numbers
		inner.ServeHTTP(w, shared)
	})
}

// whoAsks is who stands behind what a request shows; nil without an error where it shows nothing.
func (s *server) whoAsks(ctx context.Context, r *http.Request) (*auth.Principal, error) {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		key, ok := auth.Bearer(headers[0])
		if !ok || len(headers) > 1 {
			return nil, stock.Errorf(stock.NotSignedIn, stock.CodeNotSignedIn, "authorization", "send an API key as Authorization: Bearer KEY, once")
		}
		return s.app.ByKey(ctx, key)
	}
	if cookie, err := r.Cookie(s.sessionCookie(r)); err == nil && cookie.Value != "" {
		return s.app.BySession(ctx, cookie.Value)
	}
	return nil, nil
}

// sameActor refuses a request that names another person or device than the one that it comes from, and names the right ones.
func sameActor(r *http.Request, who *auth.Principal) error {
	for _, named := range []struct{ header, is, what string }{{"Clew-Actor", who.Actor, "actor"}, {"Clew-Device", who.Device, "device"}} {
		if named.is == "" {
			continue
		}
		for _, said := range r.Header.Values(named.header) {
			if said != "" && said != named.is {
				return stock.Errorf(stock.Forbidden, stock.CodeActorDiffers, named.what, "%s says another than %q, who is signed in: leave it out", named.header, named.is)
			}
		}
		r.Header.Set(named.header, named.is)
	}
	return nil
}

// whileLetIn ends the context of a request that takes long as soon as who began it is not let in any more.
func (s *server) whileLetIn(ctx context.Context, r *http.Request) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var look *time.Timer
	begun := make(chan struct{})
	look = time.AfterFunc(s.lookAgain, func() {
		<-begun
		if ctx.Err() != nil {
			return
		}
		_, err := s.whoAsks(context.WithoutCancel(ctx), r)
		if fault, is := stock.AsError(err); is && fault.Kind == stock.NotSignedIn {
			cancel(err)
			return
		}
		look.Reset(s.lookAgain)
	})
	close(begun)
	return ctx, func() {
		look.Stop()
		cancel(nil)
	}
}

// letOut is why a request that was let in is not any more, nil while it is.
func letOut(ctx context.Context) error {
	if fault, is := stock.AsError(context.Cause(ctx)); is && fault.Kind == stock.NotSignedIn {
		return fault
	}
	return nil
}

// secure reports whether the request came over TLS.
func (s *server) secure(r *http.Request) bool { return secure(r, s.proxies) }

func secure(r *http.Request, proxies Proxies) bool {
	return r.TLS != nil || proxies.named(r.RemoteAddr) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// sessionCookie names the cookie of sessions. Over TLS its prefix has browsers keep it to this host. Each organisation has its own.
func (s *server) sessionCookie(r *http.Request) string { return s.cookieName(r, "clew") }

func (s *server) cookieName(r *http.Request, name string) string {
	if s.organisation != "" {
		name += "-" + s.organisation
	}
	if s.secure(r) {
		name = "__Host-" + name
	}
	return name
}

// setCookie has the browser keep a token, or forget it where it is empty.
func (s *server) setCookie(w http.ResponseWriter, r *http.Request, name, token string, until time.Time) {
	c := &http.Cookie{Name: name, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure(r), Expires: until}
	if token == "" {
		c.MaxAge, c.Expires = -1, time.Time{}
	}
	http.SetCookie(w, c)
}
