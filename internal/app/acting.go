package app

import (
	"context"
	"encoding/json"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
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

// mine refuses an import that somebody else brought, as if it were not there, to those who may not see and manage all.
func mine(ctx context.Context, j *store.ImportJob) error {
	p := auth.From(ctx)
	if p == nil || p.Machine || p.May(auth.Manage, auth.Everywhere) && p.May(auth.Read, auth.Everywhere) {
		return nil
	}
	var options importOptions
	if err := json.Unmarshal([]byte(j.Options), &options); err != nil {
		return err
	}
	if by := options.By; (by.User != 0 || by.Key != 0) && by == leftBy(p) {
		return nil
	}
	return stock.Errorf(stock.NotFound, stock.CodeUnknownImport, "id", "there is no import %d", j.ID)
}

// importJob reads an import of one's own.
func (a *App) importJob(ctx context.Context, id int64) (*store.ImportJob, error) {
	j, err := a.Store.ImportJob(ctx, id)
	if err == nil {
		err = mine(ctx, j)
	}
	return j, err
}

// myImports lists one's own imports, the newest first.
func (a *App) myImports(ctx context.Context, state string, before int64, limit int) (out []*store.ImportJob, err error) {
	for {
		rows, err := a.Store.Imports(ctx, state, before, limit)
		if err != nil {
			return nil, err
		}
		for _, j := range rows {
			before = j.ID
			if mine(ctx, j) == nil && len(out) < limit {
				out = append(out, j)
			}
		}
		if len(out) >= limit || len(rows) < limit {
			return out, nil
		}
	}
}
