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
	// sealLook is how often is looked for entries that another server recorded and did not seal, and the pause after a failure.
	sealLook = 3 * time.Second
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

// Run seals until the context ends. Each server seals what it recorded itself, which it need not ask the database about, and now and then what
// another one left. Where two are at it the database takes what the first one did.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		recorded := s.app.Store.Recorded()
		switch sealed, err := s.app.Store.Sealed(ctx); {
		case err != nil:
			s.fails(ctx, "the log cannot be sealed", err)
			pause(ctx, sealLook)
		case sealed.Size < sealed.Entries || sealed.Signed < sealed.Size:
			s.seal(ctx)
		}
		select {
		case <-recorded:
			pause(ctx, sealGather)
		case <-time.After(sealLook):
		case <-ctx.Done():
		}
	}
}

// seal seals all there is.
func (s *Sealer) seal(ctx context.Context) {
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
		pause(ctx, sealLook)
	case sealed.Signed < sealed.Size:
		s.fails(ctx, "the key that signs the log is not on this server: it seals, and another one signs", nil)
	default:
		s.told = ""
	}
	if behind && err == nil {
		s.log.Info("all entries are sealed", "entries", sealed.Size)
	}
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
