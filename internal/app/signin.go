package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// Policy is how people sign in.
type Policy struct {
	Cost        auth.Cost     // of trying a password
	Idle        time.Duration // a session that was not used for so long has ended
	Longest     time.Duration // a session ends then for good
	StationIdle time.Duration // of a session at a station
}

// UsualPolicy is that of a server unless it is told another.
var UsualPolicy = Policy{Cost: auth.UsualCost, Idle: 2 * time.Hour, Longest: 12 * time.Hour, StationIdle: 15 * time.Minute}

// firstPasswordTime is how long a password is good that was drawn for the first sign-in.
const firstPasswordTime = stock.Time(7 * 24 * 3600 * 1000)

// hash makes what is kept of a password. Only a few are made at once: each takes megabytes of memory.
func (a *App) hash(ctx context.Context, secret string) (string, error) {
	var hash string
	err := a.hashing(ctx, func() { hash = auth.HashSecret(a.Policy.Cost, secret) })
	return hash, err
}

// right reports whether a secret is the one that is kept. Where there is none, it takes as long.
func (a *App) right(ctx context.Context, kept *store.Secret, secret string) (ok bool, err error) {
	hash := a.gate.nobody(a.Policy.Cost)
	if kept != nil {
		hash = kept.Hash
	}
	fault := a.hashing(ctx, func() { ok, err = auth.CheckSecret(hash, secret) })
	if fault != nil {
		return false, fault
	}
	return ok && kept != nil, err
}

func (a *App) hashing(ctx context.Context, do func()) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	select {
	case a.gate.hashing <- struct{}{}:
		defer func() { <-a.gate.hashing }()
		do()
		return nil
	case <-ctx.Done():
		return stock.Errorf(stock.Unavailable, stock.CodeLimitReached, "", "many sign in at this moment: try again")
	}
}

// SignIn is what somebody shows who wants to sign in.
type SignIn struct {
	User        string
	Password    string
	Code        string // a one-time code or a recovery code
	NewPassword string // in the place of one for the first sign-in
	Address     string // from where
	Former      string // token of the session that this one takes the place of
}

// Signed is somebody who signed in.
type Signed struct {
	Token string
	Until stock.Time
	User  User

	Enrolling bool // one-time codes have to be set up before anything else
}

var errWrongSignIn = stock.Errorf(stock.NotSignedIn, stock.CodeWrongSignIn, "", "the name or the password is wrong")

// SignIn signs somebody in by password, and by a one-time code where the person has such codes.
func (a *App) SignIn(ctx context.Context, in SignIn) (Signed, error) {
	account := stock.UserKey(in.User)
	if len(in.Password) > 4*auth.LongestPassword || len(in.User) > 4*stock.MaxKey {
		return Signed{}, errWrongSignIn
	}
	if err := a.tried(ctx, account, in.Address); err != nil {
		return Signed{}, err
	}
	u, known, err := a.knownBy(ctx, in.User)
	if err != nil {
		return Signed{}, err
	}
	kept, err := a.secretOf(ctx, known[stock.Password])
	if err != nil {
		return Signed{}, err
	}
	ok, err := a.right(ctx, kept, in.Password)
	if err != nil {
		return Signed{}, err
	}
	if !ok || u == nil || !u.Active || kept.Until != 0 && a.Store.Now() >= kept.Until {
		return Signed{}, errWrongSignIn
	}
	if kept.Until != 0 {
		if in.NewPassword == "" {
			a.passed(ctx, account, in.Address)
			return Signed{}, stock.Errorf(stock.NotSignedIn, stock.CodePasswordChangeRequired, "new_password", "this password was for the first sign-in: give a new one with it, as new_password")
		}
		if fault := auth.WeakPassword(in.NewPassword, u.Name, u.FullName); fault != "" {
			a.passed(ctx, account, in.Address)
			return Signed{}, stock.Errorf(stock.Invalid, stock.CodeWeakPassword, "new_password", "%s", fault)
		}
	}
	way, err := a.secondFactor(ctx, u.Name, known, in.Code)
	if err != nil {
		if fault, ok := stock.AsError(err); ok && fault.Code == stock.CodeOneTimeCodeRequired {
			a.passed(ctx, account, in.Address)
		}
		return Signed{}, err
	}
	if kept.Until != 0 {
		if _, err := a.SetPassword(ctx, itself(u.Name), u.Name, in.NewPassword); err != nil {
			return Signed{}, err
		}
	}
	a.passed(ctx, account, in.Address)
	return a.begin(ctx, u, nil, way, in.Former)
}

// knownBy is a user with what the user is known by; nobody, in the same time, where there is none.
func (a *App) knownBy(ctx context.Context, name string) (*stock.User, map[stock.CredentialSort]*stock.Credential, error) {
	known := map[stock.CredentialSort]*stock.Credential{}
	u, err := a.Store.User(ctx, name)
	if err != nil {
		if fault, is := stock.AsError(err); !is || fault.Code != stock.CodeUnknownUser {
			return nil, nil, err
		}
		u = nil
	}
	id := int64(-1)
	if u != nil {
		id = u.ID
	}
	all, err := a.Store.CredentialsOf(ctx, id)
	for _, c := range all {
		known[c.Sort] = c
	}
	return u, known, err
}

func (a *App) secretOf(ctx context.Context, c *stock.Credential) (*store.Secret, error) {
	if c == nil {
		return nil, nil
	}
	return a.Store.SecretOf(ctx, c.ID)
}

// secondFactor uses up the one-time code or the recovery code that a person has to show beside the password.
func (a *App) secondFactor(ctx context.Context, name string, known map[stock.CredentialSort]*stock.Credential, code string) (way string, err error) {
	c := known[stock.OneTime]
	if c == nil {
		return "password", nil
	}
	if strings.TrimSpace(code) == "" {
		return "", stock.Errorf(stock.NotSignedIn, stock.CodeOneTimeCodeRequired, "code", "give the one-time code that your app shows, or a recovery code")
	}
	if text, ok := auth.CleanRecovery(code); ok && known[stock.Recovery] != nil {
		used, err := a.Store.UseUp(ctx, known[stock.Recovery].ID, auth.HashToken(text))
		if err == nil && !used {
			err = errWrongSignIn
		}
		return "recovery_code", err
	}
	kept, err := a.secretOf(ctx, c)
	if err != nil || kept == nil {
		return "", cmpErr(err, errWrongSignIn)
	}
	secret, err := a.Store.OpenSecret(name, kept.Hash)
	if err != nil {
		return "", err
	}
	step, ok := auth.CheckTOTP(secret, code, time.UnixMilli(int64(a.Store.Now())), kept.Step)
	if ok {
		ok, err = a.Store.UseStep(ctx, kept.About, step) // of two that come at once with the same code, one is first
	}
	if err == nil && !ok {
		err = errWrongSignIn
	}
	return "one_time_code", err
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// begin begins a session, in the place of a former one.
func (a *App) begin(ctx context.Context, u *stock.User, at *stock.Station, way, former string) (Signed, error) {
	if auth.IsToken(former) {
		if old, err := a.Store.SessionBy(ctx, auth.HashToken(former)); err == nil && old != nil {
			if err := a.Store.EndSession(ctx, old.ID); err != nil {
				return Signed{}, err
			}
		}
	}
	now := a.Store.Now()
	token := auth.NewToken()
	s := &store.Session{ID: chance(), Hash: auth.HashToken(token), User: u.ID, MadeAt: now, SeenAt: now, Idle: stock.Time(a.Policy.Idle.Milliseconds()),
		Until: now + stock.Time(a.Policy.Longest.Milliseconds()), Way: way}
	if at != nil {
		s.Station, s.Idle = at.ID, stock.Time(a.Policy.StationIdle.Milliseconds())
	}
	if err := a.Store.AddSession(ctx, s); err != nil {
		return Signed{}, err
	}
	view, err := a.viewUsers(ctx, []*stock.User{u})
	if err != nil {
		return Signed{}, err
	}
	in, err := a.BySession(ctx, token)
	if err != nil {
		return Signed{}, err
	}
	return Signed{Token: token, Until: s.Until, User: view[0], Enrolling: in.Enrolling}, nil
}

// itself is who changes what they sign in by, having shown that they are who they say.
func itself(name string) Who {
	return Who{Actor: name, By: &auth.Principal{Actor: name, Machine: true}}
}

// chance is an id drawn by chance, below 2^53.
func chance() int64 {
	var buf [8]byte
	rand.Read(buf[:])
	return int64(binary.BigEndian.Uint64(buf[:])>>11) | 1
}

// Reauthenticate has a person who is signed in show the password again, for what a stolen session must not be enough for.
func (a *App) Reauthenticate(ctx context.Context, name, password, address string) error {
	account := stock.UserKey(name)
	if err := a.tried(ctx, account, address); err != nil {
		return err
	}
	u, known, err := a.knownBy(ctx, name)
	if err != nil {
		return err
	}
	kept, err := a.secretOf(ctx, known[stock.Password])
	if err != nil {
		return err
	}
	ok, err := a.right(ctx, kept, password)
	if err != nil {
		return err
	}
	if !ok || u == nil || !u.Active {
		return stock.Errorf(stock.NotSignedIn, stock.CodeWrongSignIn, "password", "the password is wrong")
	}
	a.passed(ctx, account, address)
	return nil
}

// Enrolment is the secret that a person's app and Clew are to share.
type Enrolment struct {
	Secret string `json:"secret" doc:"To be typed into the app, where it cannot read the link."`
	Link   string `json:"link" doc:"To be shown as a QR symbol, which the app reads."`
}

// Enrol draws a secret for one-time codes. Nothing is kept until Confirm has seen a code of it.
func (a *App) Enrol(name string) Enrolment {
	secret := auth.NewTOTP()
	return Enrolment{secret, auth.TOTPLink("Clew", name, secret)}
}

// Confirm has a person sign in with one-time codes from here on, and gives recovery codes, which are shown once.
func (a *App) Confirm(ctx context.Context, who Who, name, secret, code string) ([]string, error) {
	if len(secret) != 32 {
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "secret", "give the secret that was drawn")
	}
	if _, ok := auth.CheckTOTP(secret, code, time.UnixMilli(int64(a.Store.Now())), 0); !ok {
		return nil, stock.Errorf(stock.Invalid, stock.CodeWrongSignIn, "code", "the app shows another code: is the clock of the phone right?")
	}
	codes := auth.NewRecoveryCodes()
	var hashes []string
	for _, text := range codes {
		text, _ = auth.CleanRecovery(text)
		hashes = append(hashes, auth.HashToken(text))
	}
	sealed, err := a.Store.SealSecret(ctx, name, secret)
	if err != nil {
		return nil, err
	}
	results, err := a.RecordAll(ctx, []Request{{Who: who, Body: &stock.CredentialDraft{User: name, Sort: stock.Recovery, Secret: hashes}},
		{Who: who, Body: &stock.CredentialDraft{User: name, Sort: stock.OneTime, Secret: []string{sealed}}}})
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if r.Err != nil {
			return nil, r.Err
		}
	}
	return codes, nil
}

// Switch signs a person in at a station, by badge, or by name and PIN. Whoever was signed in there is signed out.
type Switch struct {
	Station string // the station's token
	User    string
	PIN     string
	Badge   string
	Address string
	Former  string
}

var errWrongStation = stock.Errorf(stock.NotSignedIn, stock.CodeNotSignedIn, "", "this device is no station: have an administrator put it up")

// Switch signs a person in at a station.
func (a *App) Switch(ctx context.Context, in Switch) (Signed, error) {
	at, err := a.stationBy(ctx, in.Station)
	if err != nil {
		return Signed{}, err
	}
	account := "badge at " + at.Name
	if in.Badge == "" {
		account = "pin " + stock.UserKey(in.User)
	}
	if err := a.tried(ctx, account, at.Name); err != nil {
		return Signed{}, err
	}
	u, way, err := a.atStation(ctx, in)
	if err != nil {
		return Signed{}, err
	}
	a.passed(ctx, account, at.Name)
	return a.begin(ctx, u, at, way, in.Former)
}

func (a *App) stationBy(ctx context.Context, token string) (*stock.Station, error) {
	if !auth.IsToken(token) {
		return nil, errWrongStation
	}
	kept, err := a.Store.SecretBy(ctx, auth.HashToken(token))
	if err != nil || kept == nil {
		return nil, cmpErr(err, errWrongStation)
	}
	at, err := a.Store.StationOf(ctx, kept.About)
	if err != nil || at == nil || !at.Active {
		return nil, cmpErr(err, errWrongStation)
	}
	return at, nil
}

// atStation finds who shows a badge, or whose PIN is right.
func (a *App) atStation(ctx context.Context, in Switch) (*stock.User, string, error) {
	wrong := stock.Errorf(stock.NotSignedIn, stock.CodeWrongSignIn, "", "the badge, the name or the PIN is wrong")
	if in.Badge != "" {
		if !auth.IsBadge(in.Badge) {
			return nil, "", wrong
		}
		kept, err := a.Store.SecretBy(ctx, auth.HashToken(in.Badge))
		if err != nil || kept == nil {
			return nil, "", cmpErr(err, wrong)
		}
		c, err := a.Store.CredentialOf(ctx, kept.About)
		if err != nil || c == nil || c.Sort != stock.Badge || !c.Active {
			return nil, "", cmpErr(err, wrong)
		}
		u, err := a.Store.UserOf(ctx, c.User)
		if err != nil || u == nil || !u.Active {
			return nil, "", cmpErr(err, wrong)
		}
		return u, "badge", nil
	}
	u, known, err := a.knownBy(ctx, in.User)
	if err != nil {
		return nil, "", err
	}
	kept, err := a.secretOf(ctx, known[stock.PIN])
	if err != nil {
		return nil, "", err
	}
	ok, err := a.right(ctx, kept, in.PIN)
	if err != nil {
		return nil, "", err
	}
	if !ok || u == nil || !u.Active {
		return nil, "", wrong
	}
	return u, "pin", nil
}

// SignOut ends a session, or all of a person's.
func (a *App) SignOut(ctx context.Context, who *auth.Principal, all bool) error {
	switch {
	case all && who.User != 0:
		return a.Store.EndSessions(ctx, who.User)
	case who.Session != 0:
		return a.Store.EndSession(ctx, who.Session)
	}
	return nil
}

// setUp is what the first administrator shows who signs in.
type setUp struct {
	mu    sync.Mutex
	token string
}

// SetUpToken draws the token by which the first administrator is made, empty where there is a user already.
func (a *App) SetUpToken(ctx context.Context) (string, error) {
	any, err := a.Store.AnyUser(ctx)
	if err != nil || any {
		return "", err
	}
	s := &a.gate.setUp
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = auth.NewToken()
	return s.token, nil
}

// SetUp is how the first administrator is made.
type SetUp struct{ Token, User, FullName, Password, Address string }

// SetUp makes the first administrator, once.
func (a *App) SetUp(ctx context.Context, in SetUp) (Signed, error) {
	if err := a.tried(ctx, "set-up", in.Address); err != nil {
		return Signed{}, err
	}
	s := &a.gate.setUp
	s.mu.Lock()
	defer s.mu.Unlock()
	any, err := a.Store.AnyUser(ctx)
	if err != nil {
		return Signed{}, err
	}
	if any {
		return Signed{}, stock.Errorf(stock.Conflict, stock.CodeSetUpDone, "", "there is a user already, so that nobody is made this way any more: clew user add makes one at the machine")
	}
	if s.token == "" || !auth.IsToken(in.Token) || auth.HashToken(in.Token) != auth.HashToken(s.token) {
		return Signed{}, stock.Errorf(stock.NotSignedIn, stock.CodeWrongSignIn, "token", "this is not the token that the server printed when it started")
	}
	if fault := auth.WeakPassword(in.Password, in.User, in.FullName); fault != "" {
		return Signed{}, stock.Errorf(stock.Invalid, stock.CodeWeakPassword, "password", "%s", fault)
	}
	hash, err := a.hash(ctx, in.Password)
	if err != nil {
		return Signed{}, err
	}
	who := itself(in.User)
	results, err := a.RecordAll(ctx, []Request{{Who: who, Body: &stock.UserDraft{Name: in.User, FullName: &in.FullName, If: stock.MustBeNew}},
		{Who: who, Body: &stock.GrantDraft{User: in.User, Role: string(auth.Administrator)}},
		{Who: who, Body: &stock.CredentialDraft{User: in.User, Sort: stock.Password, Secret: []string{hash}}}})
	if err != nil {
		return Signed{}, err
	}
	if i := slices.IndexFunc(results, func(r Result) bool { return r.Err != nil }); i >= 0 {
		return Signed{}, results[i].Err
	}
	s.token = ""
	a.passed(ctx, "set-up", in.Address)
	u, err := a.Store.User(ctx, in.User)
	if err != nil {
		return Signed{}, err
	}
	return a.begin(ctx, u, nil, "password", "")
}

// Renew begins a session anew for a person whose sessions were ended by what the person did.
func (a *App) Renew(ctx context.Context, name, way string) (Signed, error) {
	u, err := a.Store.User(ctx, name)
	if err != nil {
		return Signed{}, err
	}
	return a.begin(ctx, u, nil, way, "")
}
