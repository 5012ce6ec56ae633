package app

import (
	"context"
	"strings"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// SignatureGiven is a signature as it comes with a request. It is never kept: what is kept is who signed, when, and what it means.
type SignatureGiven struct {
	User     string `json:"user,omitempty" doc:"Who signs. Left out, who is signed in." maxLength:"60"`
	Password string `json:"password,omitempty" doc:"Of who signs. Who is signed in and has one-time codes may leave it out." maxLength:"512"`
	Code     string `json:"code,omitempty" doc:"A one-time code, of those who have them." maxLength:"60"`
	Meaning  string `json:"meaning" enum:"release,override,close" doc:"What the signature says."`
}

// Signature is who signed an entry, and what it says.
type Signature struct {
	Signer  string     `json:"signer"`
	Meaning string     `json:"meaning"`
	Method  string     `json:"method" doc:"By what they showed who they are: password, one_time_code or recovery_code."`
	At      stock.Time `json:"at"`
}

func viewSignature(e *stock.Entry, n *store.Names) *Signature {
	if e.Signature == nil {
		return nil
	}
	return &Signature{n.Actors[e.Signature.Signer], e.Signature.Meaning.String(), e.Signature.Method, e.RecordedAt}
}

// signings are who signs requests, having shown who they are; a request that was answered before is answered again without it, as a
// one-time code works once.
func (a *App) signings(ctx context.Context, requests []Request, drafts []*stock.Draft) error {
	for i, r := range requests {
		if r.Signature == nil || drafts[i].Fault != nil {
			continue
		}
		if r.Key != "" {
			if known, err := a.Store.EntriesByKey(ctx, []string{r.Key}); err != nil || known[r.Key] != 0 {
				if err != nil {
					return err
				}
				continue
			}
		}
		signing, err := a.signing(ctx, r.Who, *r.Signature)
		if err != nil {
			return err
		}
		drafts[i].Signing = signing
	}
	return nil
}

// signing has somebody show who they are and says what they may sign.
func (a *App) signing(ctx context.Context, who Who, g SignatureGiven) (*stock.Signing, error) {
	meaning, ok := stock.ParseMeaning(g.Meaning)
	by := who.By
	switch {
	case !ok:
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "signature.meaning", "%q: release, override or close", clipped(g.Meaning))
	case by == nil || by.Key != 0:
		return nil, stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "signature", "a key signs nothing: a person does, who signed in")
	case by.Device != "":
		return nil, stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "signature", "nothing is signed at a station, where a PIN or a badge is enough: sign in elsewhere, by password")
	case g.User == "" && by.Session == 0:
		return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "signature.user", "say who signs: the machine is nobody")
	}
	own := by.Session != 0 && (g.User == "" || stock.UserKey(g.User) == stock.UserKey(by.Actor))
	if own {
		g.User = by.Actor
	}
	p, method, err := a.shown(ctx, g, own, who.Origin.Address)
	if err != nil {
		if fault, is := stock.AsError(err); is {
			return nil, fault.At("signature")
		}
		return nil, err
	}
	return &stock.Signing{Name: p.Actor, Meaning: meaning, Method: method, By: p}, nil
}

// shown has a person show again who they are, for one act: no session begins. It says what they may do and by what they showed it.
// Who is signed in and has one-time codes shows one; who is not, or has none, the password. A wrong one counts like a wrong sign-in.
func (a *App) shown(ctx context.Context, g SignatureGiven, own bool, address string) (*auth.Principal, string, error) {
	if len(g.Password) > 4*auth.LongestPassword || len(g.User) > 4*stock.MaxKey {
		return nil, "", errWrongSignIn
	}
	u, known, err := a.knownBy(ctx, g.User)
	if err != nil {
		return nil, "", err
	}
	if fault := lacks(g, own && known[stock.OneTime] != nil); fault != nil {
		return nil, "", fault
	}
	account := stock.UserKey(g.User)
	if err := a.tried(ctx, account, address); err != nil {
		return nil, "", err
	}
	if g.Password != "" {
		kept, err := a.secretOf(ctx, known[stock.Password])
		if err != nil {
			return nil, "", err
		}
		ok, err := a.right(ctx, kept, g.Password)
		if err != nil {
			return nil, "", err
		}
		if !ok || kept.Until != 0 { // a password for the first sign-in signs nothing
			return nil, "", errWrongSignIn
		}
	}
	if u == nil || !u.Active {
		return nil, "", errWrongSignIn
	}
	method, err := a.secondFactor(ctx, u.Name, known, g.Code)
	if err != nil {
		if fault, is := stock.AsError(err); is && fault.Code == stock.CodeOneTimeCodeRequired {
			a.passed(ctx, account, address)
		}
		return nil, "", err
	}
	a.passed(ctx, account, address)
	return a.signer(ctx, u, method)
}

// lacks says what is missing of a signature; with codes, a one-time code may stand in for the password, but no recovery code.
func lacks(g SignatureGiven, codes bool) *stock.Error {
	switch code := strings.TrimSpace(g.Code); {
	case g.Password != "":
		return nil
	case codes && code == "":
		return stock.Errorf(stock.NotSignedIn, stock.CodeOneTimeCodeRequired, "code", "give the one-time code that your app shows")
	case codes:
		if _, is := auth.CleanRecovery(code); !is {
			return nil
		}
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "password", "with a recovery code, give the password too")
	}
	return stock.Errorf(stock.Invalid, stock.CodeRequired, "password", "give the password of who signs")
}

// signer is what somebody may do who showed who they are.
func (a *App) signer(ctx context.Context, u *stock.User, method string) (*auth.Principal, string, error) {
	in, err := a.readUser(ctx, u.ID)
	if err == nil && in == nil {
		err = errWrongSignIn
	}
	if err != nil {
		return nil, "", err
	}
	owes, err := a.enrolling(ctx, in.who)
	if err == nil && owes {
		err = ErrSecondFactor
	}
	return in.who, method, err
}
