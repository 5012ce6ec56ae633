// Package app is what one can do with the ledger: record, look up, trace, import, export. The API and the command line
// call it and nothing below it.
//
// Start at App.Record for what changes the ledger and at the files named after nouns for what is read from it.
package app

import (
	"context"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// App is one organisation's Clew.
type App struct {
	Store *store.Store
	// imports wakes who works off imports that nobody waits for.
	imports chan struct{}
	// Acting is what a user may do now, or the key by which they came, for work that was left to be done later. Without it, such work is refused.
	Acting func(ctx context.Context, user, key int64) (*auth.Principal, error)
	gate   *gate
	// Policy is how people sign in. It is set before anybody does.
	Policy Policy
}

// New makes the application over an open store.
func New(s *store.Store) *App {
	a := &App{Store: s, imports: make(chan struct{}, 1), gate: newGate(), Policy: UsualPolicy}
	a.Acting = a.actingNow
	return a
}

// Who says on whose behalf something is done, and from which device.
type Who struct {
	Actor, Device string
	By            *auth.Principal // what they may do; nobody may do nothing
	Origin        stock.Origin    // from where
	Reason        string          // why, where what is asked has no reason of its own
}

func (w Who) by() store.By {
	return store.By{Actor: w.Actor, Device: w.Device, Origin: w.Origin, Reason: w.Reason}
}

// Request is one thing to be recorded.
type Request struct {
	Who
	Key       string          // the client's own, for safe repeats
	Hash      [32]byte        // of the request
	Signature *SignatureGiven // who signs it, nil for nobody
	Keep      bool            // keep it as an exception where it is refused
	Body      stock.Body
}

// Receipt answers a request that was recorded.
type Receipt struct {
	Entry     int64 `json:"entry" doc:"The entry of the log that records it."`
	Replayed  bool  `json:"-"`
	Unchanged bool  `json:"unchanged,omitempty" doc:"It already stood so; the entry is the one that made it so."`
	Kept      bool  `json:"exception,omitempty" doc:"It was refused and is kept as an exception, of this entry."`
}

// Result is what became of one request among many: a receipt or an error.
type Result struct {
	Receipt
	Err *stock.Error
}

// Record records one request.
func (a *App) Record(ctx context.Context, r Request) (Receipt, error) {
	results, err := a.RecordAll(ctx, []Request{r})
	switch {
	case err != nil:
		return Receipt{}, err
	case results[0].Err != nil:
		return Receipt{}, results[0].Err
	}
	return results[0].Receipt, nil
}

// RecordEntry records one request and shows the entry that records it, in the same words when it is sent again.
func (a *App) RecordEntry(ctx context.Context, r Request) (Receipt, Entry, error) {
	drafts, err := a.drafts(ctx, []Request{r})
	if err != nil {
		return Receipt{}, Entry{}, err
	}
	outcomes, err := a.Store.Post(ctx, drafts...)
	if err != nil {
		return Receipt{}, Entry{}, err
	}
	out := outcomes[0]
	if out.Err != nil {
		return Receipt{}, Entry{}, out.Err
	}
	receipt := Receipt{out.Entry, out.Replayed, out.Unchanged, out.Kept}
	if len(out.Entries) > 0 {
		if last := out.Entries[len(out.Entries)-1]; !sees(r.By, out.State.SiteIDs[last.Site]) {
			return receipt, Entry{Entry: receipt.Entry, Kind: last.Kind, RecordedAt: last.RecordedAt, OccurredAt: last.OccurredAt}, nil // who may act there, but not look
		}
		entry, err := viewOutcome(out)
		return receipt, entry, err
	}
	entry, err := a.Entry(ctx, out.Entry)
	return receipt, entry, err
}

// sees reports whether a principal may know what is at a site, which is nil for what belongs to none.
func sees(p *auth.Principal, site *stock.Site) bool {
	return site == nil || p.Machine && p.Scopes == nil || p.Sees(site.ID, site.Private)
}

func (r Request) draft() *stock.Draft {
	return &stock.Draft{Key: r.Key, Hash: r.Hash, Actor: r.Actor, Device: r.Device, By: r.By, Origin: r.Origin, Reason: r.Reason, Body: r.Body, Keep: r.Keep}
}

// drafts are what the ledger is asked: the requests, with what was scanned in them found out.
func (a *App) drafts(ctx context.Context, requests []Request) ([]*stock.Draft, error) {
	requests, faults, err := a.scanned(ctx, requests)
	if err == nil {
		err = a.nameUnread(ctx, requests)
	}
	if err != nil {
		return nil, err
	}
	drafts := make([]*stock.Draft, len(requests))
	for i, r := range requests {
		drafts[i] = r.draft()
		drafts[i].Fault = faults[i]
	}
	return drafts, a.signings(ctx, requests, drafts)
}

// RecordAll records requests, each on its own: one that is refused does not stop the others.
func (a *App) RecordAll(ctx context.Context, requests []Request) ([]Result, error) {
	drafts, err := a.drafts(ctx, requests)
	if err != nil {
		return nil, err
	}
	outcomes, err := a.Store.Post(ctx, drafts...)
	if err != nil {
		return nil, err
	}
	results := make([]Result, len(outcomes))
	for i, out := range outcomes {
		results[i] = Result{Receipt{out.Entry, out.Replayed, out.Unchanged, out.Kept}, out.Err}
	}
	return results, nil
}
