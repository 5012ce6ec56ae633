package app

import (
	"context"
	"time"

	"clew/internal/stock"
)

// tried slows down who guesses: an attempt counts as failed until passed says otherwise. Where several servers work on a ledger, they
// count together in the database, so that going from one to the next is no way around; alone, a server counts in memory.
func (a *App) tried(ctx context.Context, account, address string) error {
	wait, err := a.waits(ctx, account, address)
	if err != nil || wait <= 0 {
		return err
	}
	fault := stock.Errorf(stock.TooOften, stock.CodeTooManyAttempts, "", "it was tried too often from there: wait %s", wait.Round(time.Second)+time.Second)
	fault.Offer = (wait.Round(time.Second) + time.Second).String()
	return fault
}

func (a *App) waits(ctx context.Context, account, address string) (time.Duration, error) {
	now := a.Store.Now()
	if !a.Store.Shared() {
		return a.gate.throttle.Try(account, address, time.UnixMilli(int64(now))), nil
	}
	g := a.gate
	key := [2]string{account, address}
	g.mu.RLock()
	until := g.slowed[key]
	g.mu.RUnlock()
	if until > now { // who has to wait anyhow does not keep the database busy
		return time.Duration(until-now) * time.Millisecond, nil
	}
	wait, err := a.Store.Attempt(ctx, account, address, now)
	if err == nil && wait > 0 {
		g.mu.Lock()
		if len(g.slowed) >= mostKnown {
			clear(g.slowed)
		}
		g.slowed[key] = now + stock.Time(wait.Milliseconds())
		g.mu.Unlock()
	}
	return wait, err
}

// passed says that an attempt was right. What was counted for it stays where that cannot be said: it only slows.
func (a *App) passed(ctx context.Context, account, address string) {
	if !a.Store.Shared() {
		a.gate.throttle.Passed(account, address)
		return
	}
	_ = a.Store.AttemptPassed(ctx, account, address, a.Store.Now()) // the wait runs out by itself
}
