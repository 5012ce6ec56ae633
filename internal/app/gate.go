package app

import (
	"context"
	"crypto/subtle"
	"maps"
	"sync"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

// gate remembers who may do what, so that nothing is read for most requests. It forgets all whenever something of it may have changed:
// at once on this server, within a second on others.
type gate struct {
	mu       sync.RWMutex
	own      int64 // turns of the ledger at which what is known was read
	others   int64
	known    map[string]*admitted     // by the hash of a token
	sessions map[int64]stock.Time     // used since that was told last
	uses     map[int64]stock.Time     // likewise: keys, and users and stations by sessions
	throttle *auth.Throttle           // of those who sign in, where no other server counts
	slowed   map[[2]string]stock.Time // until when who tried too often has to wait, where others do
	hashing  chan struct{}            // those who try a password at this moment
	nobody   func(c auth.Cost) string // the hash that the passwords of unknown people are tried against
	setUp    setUp
}

// admitted is who stands behind a token.
type admitted struct {
	who     *auth.Principal
	read    time.Time
	idle    stock.Time // 0: for ever
	until   stock.Time
	station int64 // 0: not at one

	mu   sync.Mutex
	seen stock.Time
}

const (
	mostKnown   = 10_000
	knownTime   = time.Minute // after which is read anew, whatever happened
	hashingMost = 4
)

func newGate() *gate {
	g := &gate{known: map[string]*admitted{}, sessions: map[int64]stock.Time{}, uses: map[int64]stock.Time{}, throttle: auth.NewThrottle(), slowed: map[[2]string]stock.Time{}, hashing: make(chan struct{}, hashingMost)}
	var once sync.Once
	var hash string
	g.nobody = func(c auth.Cost) string {
		once.Do(func() { hash = auth.HashSecret(c, auth.NewPassword()) })
		return hash
	}
	return g
}

var (
	errBadKey = stock.Errorf(stock.NotSignedIn, stock.CodeNotSignedIn, "authorization", "this API key is unknown, revoked or has run out")
	// ErrSecondFactor refuses who has to set up one-time codes first.
	ErrSecondFactor = stock.Errorf(stock.Forbidden, stock.CodeSecondFactorRequired, "", "the settings ask you to sign in with one-time codes: set them up first, with POST /v1/me/one-time-codes")
	errSignedOut    = stock.Errorf(stock.NotSignedIn, stock.CodeNotSignedIn, "", "this session has ended: sign in again")
)

// BySession is who has signed in with a token.
func (a *App) BySession(ctx context.Context, token string) (*auth.Principal, error) {
	if !auth.IsToken(token) {
		return nil, errSignedOut
	}
	return a.admit(ctx, auth.HashToken(token), a.readSession, errSignedOut)
}

// ByKey is for whom an API key acts.
func (a *App) ByKey(ctx context.Context, key string) (*auth.Principal, error) {
	code, ok := auth.ParseKey(key)
	if !ok {
		return nil, errBadKey
	}
	return a.admit(ctx, auth.HashToken(key), func(ctx context.Context, hash string) (*admitted, error) { return a.readKey(ctx, code, hash) }, errBadKey)
}

// admit is who stands behind the hash of a token, from memory where it may be.
func (a *App) admit(ctx context.Context, hash string, read func(context.Context, string) (*admitted, error), refuse error) (*auth.Principal, error) {
	g := a.gate
	own, others, err := a.Store.Turn(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Store.Now()
	g.mu.RLock()
	in := g.known[hash]
	fresh := g.own == own && g.others == others
	g.mu.RUnlock()
	if in == nil || !fresh || time.Since(in.read) > knownTime {
		if in, err = read(ctx, hash); err != nil {
			return nil, err
		}
		if in == nil {
			return nil, refuse
		}
		in.read = time.Now()
		g.mu.Lock()
		if g.own != own || g.others != others || len(g.known) >= mostKnown {
			clear(g.known)
			g.own, g.others = own, others
		}
		g.known[hash] = in
		g.mu.Unlock()
	}
	if in.over(now) {
		return nil, refuse
	}
	g.used(in, now)
	return in.who, nil
}

// over reports whether it is too late; otherwise it was used now.
func (in *admitted) over(now stock.Time) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if now >= in.until || in.idle > 0 && now >= in.seen+in.idle {
		return true
	}
	return false
}

// seenEvery is how often it is kept that a session or a key was used.
const seenEvery = stock.Time(30_000)

// used remembers that a token was used, to be told when there is time.
func (g *gate) used(in *admitted, now stock.Time) {
	in.mu.Lock()
	late := now-in.seen >= seenEvery
	if late {
		in.seen = now
	}
	in.mu.Unlock()
	if !late {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if in.who.Key != 0 {
		g.uses[in.who.Key] = now
		return
	}
	g.sessions[in.who.Session] = now
	g.uses[in.who.User] = now
	if in.station != 0 {
		g.uses[in.station] = now
	}
}

// TellUse keeps now and then which sessions and keys were used, until the context ends.
func (a *App) TellUse(ctx context.Context) {
	ticks := time.NewTicker(10 * time.Second)
	defer ticks.Stop()
	for ctx.Err() == nil {
		select {
		case <-ticks.C:
			_ = a.tellUse(ctx) // what could not be told is told next time
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			_ = a.tellUse(last)
			cancel()
		}
	}
}

func (a *App) tellUse(ctx context.Context) error {
	g := a.gate
	g.mu.Lock()
	sessions, uses := g.sessions, g.uses
	g.sessions, g.uses = map[int64]stock.Time{}, map[int64]stock.Time{}
	g.mu.Unlock()
	err := a.Store.SawSessions(ctx, sessions, uses)
	if err != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		maps.Copy(sessions, g.sessions)
		maps.Copy(uses, g.uses)
		g.sessions, g.uses = sessions, uses
	}
	return err
}

// atStations is what may be done at a station: a PIN, or a badge that was found, is not enough to keep people, master data and settings.
var atStations = []auth.Permission{auth.Read, auth.Move, auth.Adjust, auth.Override, auth.Reverse, auth.Hold, auth.Release}

// readSession reads who is signed in, nil where nobody is.
func (a *App) readSession(ctx context.Context, hash string) (*admitted, error) {
	s, err := a.Store.SessionBy(ctx, hash)
	if err != nil || s == nil {
		return nil, err
	}
	in, err := a.readUser(ctx, s.User)
	if err != nil || in == nil {
		return nil, err
	}
	if in.who.Enrolling, err = a.enrolling(ctx, in.who); err != nil {
		return nil, err
	}
	in.who.Session, in.seen, in.idle, in.until = s.ID, s.SeenAt, s.Idle, s.Until
	if s.Station != 0 {
		v, err := a.Store.StationOf(ctx, s.Station)
		if err != nil || v == nil || !v.Active {
			return nil, err
		}
		in.who.Device, in.who.Scopes, in.station = v.Name, atStations, v.ID
	}
	return in, nil
}

// readKey reads for whom a key acts, nil where it is not good.
func (a *App) readKey(ctx context.Context, code, hash string) (*admitted, error) {
	k, err := a.Store.APIKey(ctx, code)
	if fault, ok := stock.AsError(err); ok && fault.Code == stock.CodeUnknownAPIKey {
		return nil, nil
	}
	if err != nil || !k.Active {
		return nil, err
	}
	kept, err := a.Store.SecretOf(ctx, k.ID)
	if err != nil || kept == nil || subtle.ConstantTimeCompare([]byte(kept.Hash), []byte(hash)) != 1 {
		return nil, err
	}
	in, err := a.readUser(ctx, k.User)
	if err != nil || in == nil {
		return nil, err
	}
	in.limit(k.APIKey)
	in.seen = k.Used
	return in, nil
}

// actingNow is what a user may do now, by a key where the user came by one; nil where that is nothing any more.
func (a *App) actingNow(ctx context.Context, user, key int64) (*auth.Principal, error) {
	in, err := a.readUser(ctx, user)
	if err != nil || in == nil {
		return nil, err
	}
	if key == 0 {
		return in.who, nil
	}
	k, err := a.Store.APIKeyOf(ctx, key)
	if err != nil || k == nil || !k.Active || k.User != user || a.Store.Now() >= k.Expires {
		return nil, err
	}
	in.limit(k)
	return in.who, nil
}

// limit leaves what a key leaves.
func (in *admitted) limit(k *stock.APIKey) {
	in.who.Key, in.who.Scopes, in.who.Sites, in.until = k.ID, k.Scopes, k.Sites, k.Expires
	if in.who.Scopes == nil {
		in.who.Scopes = []auth.Permission{}
	}
}

// readUser reads what a user may do, nil where the user may do nothing any more.
func (a *App) readUser(ctx context.Context, id int64) (*admitted, error) {
	u, err := a.Store.UserOf(ctx, id)
	if err != nil || u == nil || !u.Active {
		return nil, err
	}
	grants, err := a.Store.GrantsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	who := &auth.Principal{Actor: u.Name, User: u.ID}
	for _, g := range grants {
		who.Grants = append(who.Grants, auth.Grant{Role: g.Role, Site: g.Site})
	}
	return &admitted{who: who}, nil
}
