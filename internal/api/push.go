package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
	"clew/internal/store"
)

const (
	// A feed sends at most pushEntries at once, and at most about pushBytes.
	pushEntries = 500
	pushBytes   = 4 << 20
	// pushTime is how long the other system may take to answer, of which no more than pushAnswer is read.
	pushTime   = 10 * time.Second
	pushAnswer = 64 << 10
	// pushGather is how long a feed that is up to date waits for more, so that a busy ledger is sent in sets.
	pushGather = 100 * time.Millisecond
	// pushMost is the longest pause after a failure; the first is a second, each later one twice as long.
	pushMost = 10 * time.Minute
	// pushLook is how often changes of the feeds are looked for.
	pushLook = time.Second
)

// Pusher sends entries to other systems: each feed by its own worker, in order, at least once, and none left out.
type Pusher struct {
	app    *app.App
	log    *slog.Logger
	client *http.Client
	work   map[string]*pushWorker
}

// pushWorker is a feed's worker under way.
type pushWorker struct {
	turn  int64
	stop  context.CancelFunc
	ended chan struct{}
}

// NewPusher makes a pusher, which sends nothing until it runs.
func NewPusher(a *app.App, log *slog.Logger) *Pusher {
	// The address is looked at when it is known, whatever the name stood for before. No proxy of the environment comes between.
	dialer := &net.Dialer{Timeout: pushTime, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil && !app.MaySendTo(to.Addr()) {
			err = fmt.Errorf("%s is an address of the network itself, to which nothing is sent", to.Addr())
		}
		return err
	}}
	return &Pusher{app: a, log: log, work: map[string]*pushWorker{}, client: &http.Client{
		Timeout:       pushTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: pushAnswer},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Run sends until the context ends, and returns when nothing is under way any more.
func (p *Pusher) Run(ctx context.Context) {
	defer p.client.CloseIdleConnections()
	told := ""
	for ctx.Err() == nil {
		switch err := p.look(ctx); {
		case err == nil, ctx.Err() != nil:
			told = ""
		case told != err.Error():
			told = err.Error()
			p.log.Error("the feeds cannot be read", "error", err)
		}
		rest(ctx, pushLook)
	}
	for _, w := range p.work {
		<-w.ended
	}
}

// look starts workers for new feeds and feeds that were changed, and ends those of feeds that are gone.
func (p *Pusher) look(ctx context.Context) error {
	found := map[string]*store.Feed{}
	page := store.Page{Limit: 1000}
	for {
		feeds, err := p.app.Store.Feeds(ctx, page)
		if err != nil {
			return err
		}
		for _, f := range feeds {
			found[f.Name] = f
			page.After = f.Name
		}
		if len(feeds) < page.Limit {
			break
		}
	}
	for name, w := range p.work {
		if f := found[name]; f == nil || f.Turn != w.turn || f.Paused {
			w.stop()
			<-w.ended
			delete(p.work, name)
		}
	}
	for name, f := range found {
		if p.work[name] != nil || f.Paused {
			continue
		}
		ctx, stop := context.WithCancel(ctx)
		w := &pushWorker{turn: f.Turn, stop: stop, ended: make(chan struct{})}
		p.work[name] = w
		go func() {
			defer close(w.ended)
			defer stop()
			(&push{p, f}).run(ctx)
		}()
	}
	return nil
}

// push is one feed at work.
type push struct {
	*Pusher
	feed *store.Feed
}

func (p *push) run(ctx context.Context) {
	f := p.feed
	for ctx.Err() == nil {
		if wait := time.Until(f.NextTry.Std()); f.NextTry != 0 && wait > 0 {
			rest(ctx, wait)
			continue
		}
		items, err := p.next(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil && !p.current(ctx) {
			<-ctx.Done() // somebody paused or changed the feed: a new worker takes over
			return
		}
		pause := pushGather
		if len(items) > 0 {
			var sent bool
			if sent, err = p.send(ctx, items); ctx.Err() != nil {
				return // it may have been taken: it is sent again
			}
			if !sent {
				pause = time.Second // nothing in it for this feed: it is only written down how far it came
			}
		}
		p.note(err)
		saved, unsaved := p.app.Store.SaveFeed(ctx, f)
		switch {
		case unsaved != nil && ctx.Err() == nil:
			p.log.Error("how far a feed came is not written down; entries may be sent again", "feed", f.Name, "error", unsaved)
			pause = time.Second
		case unsaved == nil && !saved:
			<-ctx.Done() // as above, while it sent
		}
		if len(items) < pushEntries || unsaved != nil {
			rest(ctx, pause)
		}
	}
}

// next reads the entries that come next, and waits for them.
func (p *push) next(ctx context.Context) (items []app.Entry, err error) {
	waited := p.app.Store.WaitFor(ctx, func() (bool, error) {
		items, err = p.app.Entries(ctx, app.EntryQuery{After: p.feed.Sent, Limit: pushEntries})
		return len(items) > 0, err
	})
	return items, waited
}

// current reports whether the feed is still as the worker knows it, as far as can be told: one that was paused sends nothing.
func (p *push) current(ctx context.Context) bool {
	now, err := p.app.Store.Feed(ctx, p.feed.Name)
	if err != nil {
		fault, ours := stock.AsError(err)
		return !ours || fault.Code != stock.CodeUnknownFeed
	}
	return now.Turn == p.feed.Turn
}

// send sends those of the entries that are wanted, and moves the feed on. It reports whether there were any.
func (p *push) send(ctx context.Context, items []app.Entry) (sent bool, err error) {
	f := p.feed
	wanted := map[string]bool{}
	for _, kind := range f.Kinds {
		wanted[kind] = true
	}
	var body bytes.Buffer
	var first, last int64
	for i := range items {
		if len(wanted) > 0 && !wanted[items[i].Kind.String()] {
			continue
		}
		text, err := json.Marshal(&items[i])
		if err != nil {
			return true, err
		}
		if first != 0 && body.Len()+len(text) > pushBytes {
			items = items[:i]
			break
		}
		body.WriteByte("[,"[min(first, 1)])
		body.Write(text)
		if last = items[i].Entry; first == 0 {
			first = last
		}
	}
	if first != 0 {
		body.WriteByte(']')
		if err := p.post(ctx, first, last, body.Bytes()); err != nil {
			return true, err
		}
		f.SentAt = p.app.Store.Now()
	}
	f.Sent = items[len(items)-1].Entry
	return first != 0, nil
}

// post sends one set. Its id and signature are those of Standard Webhooks, which other systems have libraries for.
func (p *push) post(ctx context.Context, first, last int64, body []byte) error {
	f := p.feed
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	key, err := app.FeedKey(f.Secret)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s_%s_%d-%d", p.app.Store.Ledger(), f.Name, first, last)
	at := strconv.FormatInt(p.app.Store.Now().Std().Unix(), 10)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, at)
	mac.Write(body)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "Clew",
		"Clew-Feed": f.Name, "Clew-First-Entry": strconv.FormatInt(first, 10), "Clew-Last-Entry": strconv.FormatInt(last, 10),
		"Webhook-Id": id, "Webhook-Timestamp": at, "Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	} {
		r.Header.Set(name, value)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // which would tell the whole address
			err = wrapped.Err
		}
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, pushAnswer) // so that the connection can be used again
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return fmt.Errorf("the receiver answered %d: redirects are not followed, set the address it names", answer.StatusCode)
	case answer.StatusCode < 200 || answer.StatusCode >= 300:
		return fmt.Errorf("the receiver answered %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	return nil
}

// note keeps how the last try went.
func (p *push) note(err error) {
	f, now := p.feed, p.app.Store.Now()
	if err == nil {
		if f.Error != "" {
			p.log.Info("a feed goes well again", "feed", f.Name, "sent", f.Sent)
			f.Since = now
		}
		f.Error, f.Tries, f.NextTry = "", 0, 0
		return
	}
	if f.Error == "" {
		p.log.Warn("a feed fails, and is tried again", "feed", f.Name, "sent", f.Sent, "error", err)
		f.Since = now
	}
	text := []rune(err.Error())
	f.Error = string(text[:min(len(text), 500)])
	pause := min(time.Second<<min(f.Tries, 20), pushMost)
	f.Tries++
	// Half of the pause is by chance, lest all feeds come back to a receiver at once.
	f.NextTry = stock.TimeOf(time.Now().Add(pause/2 + rand.N(pause/2)))
}

// rest pauses, or until the context ends.
func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
