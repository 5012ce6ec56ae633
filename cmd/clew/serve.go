package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/store"
	"clew/web"
)

type serveCommand struct {
	Listen string `help:"Address to listen on. One that other machines reach needs --tls-cert and --tls-key, or --behind-proxy." default:"127.0.0.1:8080" env:"CLEW_LISTEN" placeholder:"ADDR"`
	reach
	Orgs    string     `help:"Organisations to serve beside each other, each under /o/NAME: their names, separated by commas, or all." name:"orgs" env:"CLEW_ORGS" placeholder:"NAMES"`
	Watch   string     `help:"Folder whose files are imported as they are dropped there, by what their names begin with: products, movements …" type:"path" env:"CLEW_WATCH" placeholder:"DIR"`
	Largest int64      `help:"Largest file that may be attached to a record, in MiB." default:"25" name:"largest-file" env:"CLEW_LARGEST_FILE" placeholder:"MIB"`
	setUp   string     `kong:"-"` // the token of the first administrator
	Log     slog.Level `help:"Least level of what is logged: debug, info, warn or error." default:"info" env:"CLEW_LOG"`
	checkpointFlags
	pushed api.CheckpointOptions `kong:"-"`
}

// Run serves until it is told to stop, then answers what is under way and closes the ledger.
func (cmd *serveCommand) Run(s *session) error {
	if cmd.Largest < 1 || cmd.Largest > 1024 {
		return fmt.Errorf("%w: --largest-file is from 1 to 1024 MiB", errUsage)
	}
	pushed, err := cmd.checkpointFlags.options()
	if err != nil {
		return err
	}
	cmd.pushed = pushed
	listener, err := cmd.listen(s.ctx, cmd.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	secured, err := cmd.config()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(s.errs, &slog.HandlerOptions{Level: cmd.Log}))
	handler, stop, err := cmd.ledgers(s, log)
	if err != nil {
		return err
	}
	defer stop()
	server := &http.Server{
		Handler: handler,
		// A body may take a minute to come and a bulk call a minute to work off; both have bounds of their own inside.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: api.BodyTime, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		TLSConfig: secured, ConnContext: ofMachine, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 2)
	if s.db != "" {
		// Other commands reach the database themselves.
	} else if socket, err := listenSocket(s.socket()); err != nil {
		log.Warn("other commands cannot reach this server", "error", err)
	} else {
		defer os.Remove(s.socket())
		go func() { failed <- server.Serve(socket) }()
	}
	scheme, answer := "http", server.Serve
	if server.TLSConfig != nil {
		scheme, answer = "https", func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	go func() { failed <- answer(listener) }()
	place := s.ledger()
	if cmd.Orgs != "" {
		place = store.Redacted(s.db) + ", organisations under /o/NAME: " + cmd.Orgs
	}
	fmt.Fprintf(s.out, "Clew serves on %s://%s with the data in %s\n", scheme, listener.Addr(), place)
	if cmd.setUp != "" {
		fmt.Fprintf(s.out, "There is no user yet. Make the first administrator at %s://%s/setup#%s or with clew user add\n", scheme, listener.Addr(), cmd.setUp)
	}
	select {
	case err := <-failed:
		return err
	case <-s.ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		server.Close()
	}
	return nil
}

// ledgers opens what is served, and gives how to end what works beside.
func (cmd *serveCommand) ledgers(s *session, log *slog.Logger) (handler http.Handler, stop func(), err error) {
	options, err := cmd.options(s, log)
	if err != nil {
		return nil, nil, err
	}
	if cmd.Orgs != "" {
		all, err := cmd.organisationsOf(s, log)
		if err != nil {
			return nil, nil, err
		}
		s.held = append(s.held, all)
		return api.Organisations{Handler: all.handler, Ready: all.ready, Public: options.Public, Proxies: options.Proxies, Log: log}.Handle(), beside(s.ctx, all.run), nil
	}
	a, err := s.open(true)
	if errors.Is(err, errBusy) {
		err = fmt.Errorf("%w: %s is served already, or a command runs on it", errBusy, s.data)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.refuseOwner(s.ctx, a.Store); err != nil {
		return nil, nil, err
	}
	if cmd.setUp, err = a.SetUpToken(s.ctx); err != nil {
		return nil, nil, err
	}
	return api.New(a, options), cmd.work(s, a, cmd.Watch, log), nil
}

// ofMachine says of connections to the socket in the data folder that the machine's own administrator is at the other end: only the
// user of the operating system who owns the folder gets there. Whoever comes otherwise has to show who they are.
func ofMachine(ctx context.Context, conn net.Conn) context.Context {
	if conn.LocalAddr().Network() == "unix" {
		return auth.With(ctx, &auth.Principal{Machine: true})
	}
	return ctx
}

// options are those of an API that is served.
func (cmd *serveCommand) options(s *session, log *slog.Logger) (api.Options, error) {
	o := api.Options{Actor: s.who(), Version: version, Log: log, FileLimit: cmd.Largest << 20, Stop: s.ctx.Done(), Desk: web.New("")}
	err := cmd.reach.options(&o)
	return o, err
}

// work does beside the requests what a ledger asks for, and gives how to end it.
func (cmd *serveCommand) work(s *session, a *app.App, watch string, log *slog.Logger) (stop func()) {
	ends := []func(){
		held(s.ctx, a, "feeds", func(ctx context.Context) { api.NewPusher(a, log).Run(ctx) }),
		held(s.ctx, a, "imports", app.NewImportWorker(a, log).Run),
		beside(s.ctx, app.NewSealer(a, log).Run),
		held(s.ctx, a, "checkpoints", api.NewCheckpointPusher(a, log, cmd.pushed).Run),
		beside(s.ctx, a.TellUse),
	}
	if watch != "" {
		ends = append(ends, held(s.ctx, a, "watched folder", func(ctx context.Context) {
			app.NewWatcher(a, watch, app.Who{Actor: s.who(), Device: "watched folder", By: auth.AtMachine}, log).Run(ctx)
		}))
	}
	return func() {
		for _, end := range ends {
			end()
		}
	}
}

// held runs something beside the server, which of several servers of a ledger one does at a time, and gives how to end it.
func held(ctx context.Context, a *app.App, name string, run func(context.Context)) (stop func()) {
	return beside(ctx, func(ctx context.Context) { a.Store.Hold(ctx, name, run) })
}

// beside runs something beside the server, and gives how to end it.
func beside(ctx context.Context, run func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// listenSocket listens on the socket in the data folder, for the same user only. One left behind is no longer in use, as we hold the lock.
func listenSocket(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	before := syscall.Umask(0o177)
	defer syscall.Umask(before)
	return net.Listen("unix", path)
}
