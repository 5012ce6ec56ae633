package app

import (
	"context"
	"log/slog"
	"time"

	"clew/internal/store"
)

const (
	// sealGather is how long entries are gathered before they are sealed, so that a busy ledger is sealed in sets.
	sealGather = 400 * time.Millisecond
	// sealPause is the pause after a failure, and between two looks of a server that has not the key.
	sealPause = 3 * time.Second
	// sealTold is how often catching up tells how far it is.
	sealTold = 2 * time.Second
)

// Sealer seals entries as they are recorded, and signs the log.
type Sealer struct {
	app  *App
	log  *slog.Logger
	told string // what went wrong last, so that it is logged once
}

// NewSealer makes a sealer, which does nothing until it runs.
func NewSealer(a *App, log *slog.Logger) *Sealer { return &Sealer{app: a, log: log} }

// Run seals until the context ends. Of several servers that have the key one seals; one that has not seals only what nobody else does, since it
// cannot sign.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if s.signs(ctx) {
			s.app.Store.Hold(ctx, "sealer", s.follow)
			continue
		}
		if sealed, err := s.app.Store.Sealed(ctx); err == nil && sealed.Size < sealed.Entries {
			s.seal(ctx)
		}
		pause(ctx, sealPause)
	}
}

// signs reports whether this server has the key, or may make it.
func (s *Sealer) signs(ctx context.Context) bool {
	keys, err := s.app.Store.LogKeys(ctx)
	if err != nil {
		s.fails(ctx, "the key of the log cannot be read", err)
		return false
	}
	if n := len(keys); n > 0 && !keys[n-1].Here {
		s.fails(ctx, "the key of the log is not on this server: it seals, and another one signs", nil)
		return false
	}
	return true
}

// follow seals what is recorded, as long as the lease is this server's.
func (s *Sealer) follow(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.app.Store.WaitFor(ctx, func() (bool, error) {
			sealed, err := s.app.Store.Sealed(ctx)
			return sealed.Size < sealed.Entries || sealed.Signed < sealed.Size, err
		})
		if ctx.Err() != nil {
			return
		}
		pause(ctx, sealGather)
		if err != nil || !s.seal(ctx) {
			if err != nil {
				s.fails(ctx, "the log cannot be sealed", err)
			}
			pause(ctx, sealPause)
			if !s.signs(ctx) {
				return // somebody took the key away, or made another
			}
		}
	}
}

// seal seals all there is, and reports whether it was signed too.
func (s *Sealer) seal(ctx context.Context) bool {
	told, behind := time.Now(), false
	sealed, err := s.app.Store.Seal(ctx, store.Sealing{MakeKey: true, Progress: func(done, total int64) {
		if time.Since(told) > sealTold {
			told, behind = time.Now(), true
			s.log.Info("sealing entries that were recorded before", "sealed", done, "entries", total)
		}
	}})
	switch {
	case err != nil:
		s.fails(ctx, "the log cannot be sealed", err)
		return false
	case sealed.Signed < sealed.Size:
		return false
	}
	if behind {
		s.log.Info("all entries are sealed", "entries", sealed.Size)
	}
	s.told = ""
	return true
}

// fails logs what is wrong, once.
func (s *Sealer) fails(ctx context.Context, what string, err error) {
	text := what
	if err != nil {
		text += ": " + err.Error()
	}
	if ctx.Err() != nil || text == s.told {
		return
	}
	s.told = text
	if err != nil {
		s.log.Error(what, "error", err)
	} else {
		s.log.Warn(what)
	}
}

// pause waits, or until the context ends.
func pause(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
