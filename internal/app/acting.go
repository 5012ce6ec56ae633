package app

import (
	"context"

	"clew/internal/auth"
	"clew/internal/stock"
)

// left says on whose behalf something is done later: not what they may do, which is asked when it is done.
type left struct {
	Machine bool  `json:"machine,omitempty"`
	User    int64 `json:"user,omitempty"`
	Key     int64 `json:"key,omitempty"`
}

func leftBy(p *auth.Principal) left {
	if p == nil {
		return left{}
	}
	return left{p.Machine, p.User, p.Key}
}

// acting is what they may do now.
func (a *App) acting(ctx context.Context, l left) (*auth.Principal, error) {
	var p *auth.Principal
	var err error
	switch {
	case l.Machine:
		return auth.AtMachine, nil
	case a.Acting != nil && (l.User != 0 || l.Key != 0):
		p, err = a.Acting(ctx, l.User, l.Key)
	}
	if err == nil && p == nil {
		err = stock.Errorf(stock.Forbidden, stock.CodeNotPermitted, "", "who left this to be done may do nothing any more")
	}
	return p, err
}
