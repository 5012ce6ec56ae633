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
)

type serveCommand struct {
	Listen  string     `help:"Address to listen on; of this machine only, for now." default:"127.0.0.1:8080" env:"CLEW_LISTEN" placeholder:"ADDR"`
	Watch   string     `help:"Folder whose files are imported as they are dropped there, by what their names begin with: products, movements …" type:"path" env:"CLEW_WATCH" placeholder:"DIR"`
	Largest int64      `help:"Largest file that may be attached to a record, in MiB." default:"25" name:"largest-file" env:"CLEW_LARGEST_FILE" placeholder:"MIB"`
	Log     slog.Level `help:"Least level of what is logged: debug, info, warn or error." default:"info" env:"CLEW_LOG"`
}

// Run serves until it is told to stop, then answers what is under way and closes the ledger.
func (cmd *serveCommand) Run(s *session) error {
	if cmd.Largest < 1 || cmd.Largest > 1024 {
		return fmt.Errorf("%w: --largest-file is from 1 to 1024 MiB", errUsage)
	}
	listener, err := listenLoopback(s.ctx, cmd.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	a, err := s.open(true)
	if errors.Is(err, errBusy) {
		return fmt.Errorf("%w: %s is served already, or a command runs on it", errBusy, s.data)
	}
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(s.errs, &slog.HandlerOptions{Level: cmd.Log}))
	server := &http.Server{
		Handler: api.New(a, api.Options{Actor: s.who(), Version: version, Log: log, FileLimit: cmd.Largest << 20, Stop: s.ctx.Done()}),
		// A body may take a minute to come and a bulk call a minute to work off; both have bounds of their own inside.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: api.BodyTime, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	defer cmd.watch(s, a, log)()
	defer held(s.ctx, a, "feeds", func(ctx context.Context) { api.NewPusher(a, log).Run(ctx) })()
	defer held(s.ctx, a, "imports", app.NewImportWorker(a, log).Run)()
	failed := make(chan error, 2)
	if s.db != "" {
		// Other commands reach the database themselves.
	} else if socket, err := listenSocket(s.socket()); err != nil {
		log.Warn("other commands cannot reach this server", "error", err)
	} else {
		defer os.Remove(s.socket())
		go func() { failed <- server.Serve(socket) }()
	}
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(s.out, "Clew serves on http://%s with the data in %s\n", listener.Addr(), s.ledger())
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

// watch watches the folder beside the server, and gives how to end it.
func (cmd *serveCommand) watch(s *session, a *app.App, log *slog.Logger) (stop func()) {
	if cmd.Watch == "" {
		return func() {}
	}
	return held(s.ctx, a, "watched folder", func(ctx context.Context) {
		app.NewWatcher(a, cmd.Watch, app.Who{Actor: s.who(), Device: "watched folder"}, log).Run(ctx)
	})
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

// listenLoopback listens on an address of this machine. Others are refused until there are people and keys: whoever
// reaches the API may do everything.
func listenLoopback(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%w: --listen %s is no address such as 127.0.0.1:8080", errUsage, addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen %s would be reached from other machines, and Clew does not know people and passwords yet: listen on 127.0.0.1", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be listened on: %w", addr, err)
	}
	return listener, nil
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
