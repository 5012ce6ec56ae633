package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
	"clew/internal/store"
	"clew/web"
)

// allOrganisations stands for every organisation of the database that the role may use, also those to come.
const allOrganisations = "all"

// organisations are those that a server serves beside each other.
type organisations struct {
	command *serveCommand
	session *session
	log     *slog.Logger
	db      *store.Database
	named   []string // nil: all

	mu    sync.Mutex
	known map[string]*organisation
}

// organisation is open from the first request or soon after the start, until the server ends.
type organisation struct {
	name    string
	mu      sync.Mutex
	handler http.Handler
	end     func()
}

// organisationsOf opens the database for the organisations that --orgs names.
func (cmd *serveCommand) organisationsOf(s *session, log *slog.Logger) (*organisations, error) {
	if err := s.checkPlace(); err != nil {
		return nil, err
	}
	o := &organisations{command: cmd, session: s, log: log, known: map[string]*organisation{}}
	switch {
	case s.db == "":
		return nil, fmt.Errorf("%w: --orgs is about a PostgreSQL database: name it with --db postgres://…", errUsage)
	case s.org != store.DefaultOrg:
		return nil, fmt.Errorf("%w: give either --org, for one organisation, or --orgs, for several", errUsage)
	case cmd.Orgs != allOrganisations:
		o.named = strings.Split(cmd.Orgs, ",")
	}
	for _, name := range o.named {
		if err := store.CheckOrg(name); err != nil {
			return nil, fmt.Errorf("%w: --orgs: %w", errUsage, err)
		}
	}
	var err error
	if o.db, err = store.OpenDatabase(s.ctx, s.options(false)); err != nil {
		return nil, err
	}
	s.held = append(s.held, o.db)
	if err := o.look(s.ctx); err != nil {
		return nil, err
	}
	for _, name := range o.named {
		if o.known[name] == nil {
			return nil, fmt.Errorf("there is no organisation %s in this database, or the role may not use it: make it with clew org create %s", name, name)
		}
	}
	return o, nil
}

// look finds out which organisations there are.
func (o *organisations) look(ctx context.Context) error {
	names, err := o.db.Names(ctx)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, name := range names {
		if o.known[name] == nil && (o.named == nil || slices.Contains(o.named, name)) {
			o.known[name] = &organisation{name: name}
		}
	}
	return nil
}

// run opens one organisation after another, so that what works beside the requests begins, and looks for new ones.
func (o *organisations) run(ctx context.Context) {
	const again = 10 * time.Second
	for ctx.Err() == nil {
		for _, one := range o.list() {
			if _, err := o.open(ctx, one); err != nil && ctx.Err() == nil {
				o.log.Error("an organisation cannot be opened", "organisation", one.name, "error", err)
			}
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
		}
		if err := o.look(ctx); err != nil && ctx.Err() == nil {
			o.log.Warn("new organisations cannot be looked for", "error", err)
		}
	}
}

func (o *organisations) list() (all []*organisation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, one := range o.known {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *organisation) int { return strings.Compare(a.name, b.name) })
	return all
}

// handler is the API of an organisation.
func (o *organisations) handler(ctx context.Context, name string) (http.Handler, error) {
	o.mu.Lock()
	one := o.known[name]
	o.mu.Unlock()
	if one == nil {
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownOrganisation, "", "there is no such organisation here")
	}
	return o.open(ctx, one)
}

// open opens an organisation where it is not open yet. Its ledger outlives the request that asked first.
func (o *organisations) open(ctx context.Context, one *organisation) (http.Handler, error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.handler != nil || ctx.Err() != nil {
		return one.handler, ctx.Err()
	}
	ledger, err := o.db.Open(context.WithoutCancel(ctx), one.name)
	if err != nil {
		return nil, err
	}
	a, log := app.New(ledger), o.log.With("organisation", one.name)
	watch := o.command.Watch
	if watch != "" {
		watch = filepath.Join(watch, one.name)
	}
	stop := o.command.work(o.session, a, watch, log)
	options, err := o.command.options(o.session, log)
	if err == nil {
		err = o.command.refuseOwner(ctx, ledger)
	}
	if err != nil {
		stop()
		return nil, errors.Join(err, ledger.Close())
	}
	options.Organisation, options.Desk = one.name, web.New("/o/"+one.name)
	one.handler = api.New(a, options)
	one.end = func() {
		stop()
		if err := ledger.Close(); err != nil {
			log.Error("the ledger cannot be closed", "error", err)
		}
	}
	return one.handler, nil
}

// ready asks the database.
func (o *organisations) ready(ctx context.Context) error {
	_, err := o.db.Names(ctx)
	return err
}

// Close closes the ledgers.
func (o *organisations) Close() error {
	for _, one := range o.list() {
		one.mu.Lock()
		if one.end != nil {
			one.end()
		}
		one.handler, one.end = nil, nil
		one.mu.Unlock()
	}
	return nil
}
