package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// LogIn is what somebody sends who signs in.
type LogIn struct {
	User        string `json:"user" maxLength:"60"`
	Password    string `json:"password" maxLength:"512"`
	Code        string `json:"code,omitempty" doc:"A one-time code, or a recovery code, where the user has such codes." maxLength:"60"`
	NewPassword string `json:"new_password,omitempty" doc:"Together with a password for the first sign-in." maxLength:"512"`
}

// SetUp makes the first administrator.
type SetUp struct {
	Token    string `json:"token" doc:"What the server printed when it started." maxLength:"100"`
	User     string `json:"user" maxLength:"60"`
	FullName string `json:"full_name,omitempty" maxLength:"200"`
	Password string `json:"password" maxLength:"512"`
}

// LogOut ends sessions.
type LogOut struct {
	All bool `json:"all,omitempty" doc:"All sessions of the user, not only this one."`
}

// SwitchTo is what somebody shows at a station.
type SwitchTo struct {
	User  string `json:"user,omitempty" maxLength:"60"`
	PIN   string `json:"pin,omitempty" maxLength:"60"`
	Badge string `json:"badge,omitempty" doc:"The text of the badge, in the place of a name and a PIN." maxLength:"100"`
}

func (s *server) signIn() {
	door := asks(Door)
	answers(s, door, peopleOp(http.MethodPost, "/v1/login", "log-in", "Sign in. The answer sets the cookie of the session"), func(ctx context.Context, in *struct{ Call }, body *LogIn) (Me, error) {
		signed, err := s.app.SignIn(ctx, app.SignIn{User: body.User, Password: body.Password, Code: body.Code, NewPassword: body.NewPassword,
			Address: s.proxies.client(in.r), Former: s.cookie(in.r, s.sessionCookie(in.r))})
		return s.signed(in.call(), signed, err)
	})
	answers(s, door, peopleOp(http.MethodPost, "/v1/setup", "set-up", "Make the first administrator, by the token that the server printed when it started"),
		func(ctx context.Context, in *struct{ Call }, body *SetUp) (Me, error) {
			signed, err := s.app.SetUp(ctx, app.SetUp{Token: body.Token, User: body.User, FullName: body.FullName, Password: body.Password, Address: s.proxies.client(in.r)})
			return s.signed(in.call(), signed, err)
		})
	answers(s, door, peopleOp(http.MethodPost, "/v1/switch", "switch-user", "Sign in at a station, by badge or by name and PIN. Whoever was signed in there is signed out"),
		func(ctx context.Context, in *struct{ Call }, body *SwitchTo) (Me, error) {
			signed, err := s.app.Switch(ctx, app.Switch{Station: s.cookie(in.r, s.stationCookie(in.r)), User: body.User, PIN: body.PIN, Badge: body.Badge,
				Address: s.proxies.client(in.r), Former: s.cookie(in.r, s.sessionCookie(in.r))})
			return s.signed(in.call(), signed, err)
		})
	answers(s, enrols, peopleOp(http.MethodPost, "/v1/logout", "log-out", "Sign out, here or everywhere"), func(ctx context.Context, in *struct{ Call }, body *LogOut) (Nothing, error) {
		err := s.app.SignOut(ctx, auth.From(ctx), body.All)
		if err == nil {
			s.setCookie(in.w, in.r, s.sessionCookie(in.r), "", time.Time{})
		}
		return Nothing{}, err
	})
}

func (s *server) stationCookie(r *http.Request) string { return s.cookieName(r, "clew-station") }

func (s *server) cookie(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// signed has the browser keep the session that began, and says who signed in.
func (s *server) signed(c *Call, signed app.Signed, err error) (Me, error) {
	if err != nil {
		return Me{}, err
	}
	until := time.UnixMilli(int64(signed.Until))
	s.setCookie(c.w, c.r, s.sessionCookie(c.r), signed.Token, until)
	return Me{Actor: signed.User.Name, By: "session", User: &signed.User, Enrolling: signed.Enrolling, Until: &signed.Until}, nil
}

// Me is who asks, and what they may do.
type Me struct {
	Actor  string            `json:"actor" doc:"The name on what is recorded."`
	By     string            `json:"by" doc:"How they came: session, key, or machine for the administrator at the machine." enum:"session,key,machine"`
	User   *app.User         `json:"user,omitempty"`
	Device string            `json:"device,omitempty" doc:"The station."`
	Scopes []auth.Permission `json:"scopes,omitempty" doc:"What a key leaves of what the user may."`
	May    []auth.Permission `json:"may,omitempty" doc:"What they may do at one site at least."`
	Until  *stock.Time       `json:"until,omitempty" doc:"When the session ends for good, at sign-in."`

	Enrolling bool `json:"second_factor_required,omitempty" doc:"One-time codes have to be set up before anything else: every other route answers second_factor_required."`
}

// PasswordChange changes a person's own password.
type PasswordChange struct {
	Password    string `json:"password" doc:"The present one." maxLength:"512"`
	NewPassword string `json:"new_password" maxLength:"512"`
}

// PINChange sets a person's own PIN.
type PINChange struct {
	Password string `json:"password" maxLength:"512"`
	PIN      string `json:"pin" doc:"6 to 12 digits. Empty, there is none any more." maxLength:"60"`
}

// Confirmation shows that the app has the secret.
type Confirmation struct {
	Password string `json:"password" maxLength:"512"`
	Secret   string `json:"secret" maxLength:"100"`
	Code     string `json:"code" maxLength:"60"`
}

// Shown is the password again, for what a session alone is not enough for.
type Shown struct {
	Password string `json:"password" maxLength:"512"`
}

// RecoveryCodes each stand in for a one-time code, once.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes" doc:"Shown only now."`
}

// OwnSession is one place where a person is signed in.
type OwnSession struct {
	MadeAt stock.Time `json:"made_at"`
	SeenAt stock.Time `json:"seen_at" doc:"To the minute, or so."`
	Until  stock.Time `json:"until"`
	Way    string     `json:"way" doc:"password, one_time_code, recovery_code, pin or badge"`
	This   bool       `json:"this,omitempty" doc:"It is the one that asks."`
}

func (s *server) me() {
	get(s, enrols, "/v1/me", "who-am-i", "Say who asks, and what they may do", tagPeople, func(ctx context.Context, in *struct {
		Call
	}) (Me, error) {
		return s.whoAmI(ctx, in.call())
	})
	get(s, asks(Known), "/v1/me/sessions", "list-own-sessions", "List where the person is signed in", tagPeople, func(ctx context.Context, _ *struct{}) (List[OwnSession], error) {
		p := auth.From(ctx)
		rows, err := s.app.Store.SessionsOf(ctx, p.User)
		list := List[OwnSession]{Items: []OwnSession{}}
		for _, r := range rows {
			list.Items = append(list.Items, OwnSession{r.MadeAt, r.SeenAt, r.Until, r.Way, r.ID == p.Session})
		}
		return list, err
	})
	answers(s, asks(Known), peopleOp(http.MethodPost, "/v1/me/password", "change-own-password", "Change the own password, which ends all other sessions"),
		func(ctx context.Context, in *struct{ Call }, body *PasswordChange) (Me, error) {
			name, err := s.again(ctx, in.call(), body.Password)
			if err != nil {
				return Me{}, err
			}
			if body.NewPassword == "" {
				return Me{}, stock.Errorf(stock.Invalid, stock.CodeRequired, "new_password", "give the new password")
			}
			if _, err := s.app.SetPassword(ctx, s.who(ctx, in.call()), name, body.NewPassword); err != nil {
				return Me{}, err
			}
			signed, err := s.app.Renew(ctx, name, "password")
			return s.signed(in.call(), signed, err)
		})
	answers(s, asks(Known), peopleOp(http.MethodPost, "/v1/me/pin", "change-own-pin", "Set the own PIN for stations"), func(ctx context.Context, in *struct{ Call }, body *PINChange) (Nothing, error) {
		name, err := s.again(ctx, in.call(), body.Password)
		if err != nil {
			return Nothing{}, err
		}
		return Nothing{}, s.app.SetPIN(ctx, s.who(ctx, in.call()), name, body.PIN)
	})
	s.oneTimeCodes()
}

func (s *server) oneTimeCodes() {
	answers(s, enrols, peopleOp(http.MethodPost, "/v1/me/one-time-codes", "draw-one-time-codes", "Draw a secret for one-time codes. It is kept when it is confirmed"),
		func(ctx context.Context, in *struct{ Call }, _ *Nothing) (DrawnSecret, error) {
			p := auth.From(ctx)
			if p.Session == 0 {
				return DrawnSecret{}, errPerson
			}
			return drawSecret(s.app.Enrol(p.Actor))
		})
	answers(s, enrols, peopleOp(http.MethodPost, "/v1/me/one-time-codes/confirm", "confirm-one-time-codes", "Sign in with one-time codes from here on"),
		func(ctx context.Context, in *struct{ Call }, body *Confirmation) (RecoveryCodes, error) {
			name, err := s.again(ctx, in.call(), body.Password)
			if err != nil {
				return RecoveryCodes{}, err
			}
			codes, err := s.app.Confirm(ctx, s.who(ctx, in.call()), name, body.Secret, body.Code)
			return RecoveryCodes{codes}, err
		})
	answers(s, asks(Known), peopleOp(http.MethodPost, "/v1/me/one-time-codes/remove", "remove-one-time-codes", "Sign in without one-time codes from here on"),
		func(ctx context.Context, in *struct{ Call }, body *Shown) (Nothing, error) {
			name, err := s.again(ctx, in.call(), body.Password)
			if err != nil {
				return Nothing{}, err
			}
			return Nothing{}, s.app.Forget(ctx, s.who(ctx, in.call()), name, stock.OneTime, stock.Recovery)
		})
}

// DrawnSecret is a secret for one-time codes, and its link as a symbol. The symbol comes with it because a link in the address of
// /v1/symbols would lie in logs and caches, and because who has to set up one-time codes may ask for nothing else.
type DrawnSecret struct {
	app.Enrolment
	Symbol string `json:"symbol" doc:"The link as a QR symbol, as SVG."`
}

func drawSecret(e app.Enrolment) (DrawnSecret, error) {
	in := symbolInput{Kind: "qr", Data: e.Link, NoText: true}
	drawing, err := in.draw()
	return DrawnSecret{e, string(drawing)}, err
}

var errPerson = stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "", "this is for people who signed in")

// again has the person who asks show the password: a session that was left open, or stolen, is not enough.
func (s *server) again(ctx context.Context, c *Call, password string) (name string, err error) {
	p := auth.From(ctx)
	if p.Session == 0 {
		return "", errPerson
	}
	return p.Actor, s.app.Reauthenticate(ctx, p.Actor, password, s.proxies.client(c.r))
}

func (s *server) whoAmI(ctx context.Context, c *Call) (Me, error) {
	p := auth.From(ctx)
	me := Me{Actor: s.who(ctx, c).Actor, By: "machine", Device: p.Device, Scopes: p.Scopes, Enrolling: p.Enrolling}
	for _, do := range auth.Roles[auth.Administrator] {
		if p.Anywhere(do) {
			me.May = append(me.May, do)
		}
	}
	switch {
	case p.Key != 0:
		me.By = "key"
	case p.Session != 0:
		me.By = "session"
	}
	if p.User == 0 {
		return me, nil
	}
	u, err := s.app.User(ctx, p.Actor)
	me.User = &u
	return me, err
}

// NamedStation names a station in a path.
type NamedStation struct {
	Call
	Name string `path:"name"`
}

func (s *server) stations() {
	get(s, keepsPeople, "/v1/stations", "list-stations", "List the devices that people share", tagPeople, func(ctx context.Context, in *Search) (List[app.Station], error) {
		page, err := in.page()
		if err != nil {
			return List[app.Station]{}, err
		}
		items, err := s.app.Stations(ctx, page)
		return pageOf(items, in.Paging, func(v app.Station) string { return v.Name }), err
	})
	op := peopleOp(http.MethodPost, "/v1/stations", "put-up-station", "Make the device that asks a station, which people share; again, it gets another token and the one before is no longer good")
	op.DefaultStatus = http.StatusCreated
	answers(s, keepsPeople, op, func(ctx context.Context, in *struct{ Call }, d *stock.StationDraft) (app.Station, error) {
		if err := person(ctx); err != nil {
			return app.Station{}, err
		}
		v, err := s.app.PutUpStation(ctx, s.who(ctx, in.call()), *d)
		if err == nil {
			s.setCookie(in.w, in.r, s.stationCookie(in.r), v.Token, time.Now().AddDate(1, 0, 0))
		}
		return v, err
	})
	op = peopleOp(http.MethodPatch, "/v1/stations/{name}", "change-station", "Say where a station stands, or take it down with active: false")
	op.DefaultStatus = http.StatusOK
	writes(s, keepsPeople, op, smallBody, s.changeSchema(reflect.TypeFor[stock.StationDraft](), []string{"name"}), func(in *NamedStation, text string) (stock.Body, error) {
		d := &stock.StationDraft{If: stock.MustExist}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("name", &d.Name, in.Name)
	})
}
