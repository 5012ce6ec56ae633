package api

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/smtp"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
	"clew/internal/store"
)

// CheckpointOptions say how checkpoints leave the server. They are set where it is started, not over the API.
type CheckpointOptions struct {
	Dir      string         // of the files; none may be written when empty
	Inner    []netip.Prefix // addresses inside to which may be sent
	SMTP     string         // host:port of the mail server
	From     string
	User     string
	Password string
}

// CheckpointPusher sends checkpoints to places outside.
type CheckpointPusher struct {
	app    *app.App
	log    *slog.Logger
	o      CheckpointOptions
	client *http.Client
}

// NewCheckpointPusher makes a pusher, which sends nothing until it runs.
func NewCheckpointPusher(a *app.App, log *slog.Logger, o CheckpointOptions) *CheckpointPusher {
	// The address is looked at when it is known, whatever the name stood for before. No proxy of the environment comes between.
	dialer := &net.Dialer{Timeout: pushTime, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err == nil && !app.MaySendOut(to.Addr(), o.Inner) {
			err = fmt.Errorf("%s is not an address outside, and not on the list of inner addresses that the server was started with", to.Addr())
		}
		return err
	}}
	return &CheckpointPusher{app: a, log: log, o: o, client: &http.Client{
		Timeout:       pushTime,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: pushAnswer},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Run sends until the context ends.
func (p *CheckpointPusher) Run(ctx context.Context) {
	for ctx.Err() == nil {
		rows, err := p.app.Store.Pushes(ctx, store.Page{Limit: 1000})
		if err != nil && ctx.Err() == nil {
			p.log.Error("where checkpoints are sent cannot be read", "error", err)
		}
		for _, c := range rows {
			if err := p.one(ctx, c); err != nil && ctx.Err() == nil {
				p.log.Error("how a push of checkpoints does is not written down", "push", c.Name, "error", err)
			}
		}
		rest(ctx, checkpointLook)
	}
}

// checkpointLook is how often is looked for what is to be sent.
const checkpointLook = 2 * time.Second

// one sends to one place, if it is time.
func (p *CheckpointPusher) one(ctx context.Context, c *store.Push) error {
	now := p.app.Store.Now()
	if c.Paused || c.NextTry > now || c.Error == "" && c.SentAt > 0 && now < c.SentAt+stock.Time(c.Every*60_000) {
		return nil
	}
	sealed, err := p.app.Store.Sealed(ctx)
	if err != nil || sealed.Signed <= c.Sent || sealed.Note == "" {
		return err
	}
	err = p.send(ctx, c, sealed)
	if ctx.Err() != nil {
		return nil
	}
	if err == nil {
		if c.Error != "" {
			c.Since = now
		}
		c.Sent, c.SentAt, c.Error, c.Tries, c.NextTry = sealed.Signed, now, "", 0, 0
	} else {
		if c.Error == "" {
			p.log.Warn("checkpoints do not arrive, and are tried again", "push", c.Name, "error", err)
			c.Since = now
		}
		text := []rune(err.Error())
		c.Error = string(text[:min(len(text), 500)])
		c.NextTry = now + stock.Time(min(time.Second<<min(c.Tries+1, 20), pushMost).Milliseconds())
		c.Tries++
	}
	return p.app.Store.SavePush(ctx, c)
}

func (p *CheckpointPusher) send(ctx context.Context, c *store.Push, sealed store.Sealed) error {
	switch c.Kind {
	case "file":
		return p.file(c, sealed.Note)
	case "mail":
		return p.mail(ctx, c, sealed)
	}
	return p.post(ctx, c, sealed)
}

// file adds the checkpoint to the end of a file, and returns when it is on the disk.
func (p *CheckpointPusher) file(c *store.Push, note string) error {
	if p.o.Dir == "" {
		return errors.New("the server was started without a folder for checkpoints: name it with --checkpoint-dir")
	}
	root, err := os.OpenRoot(p.o.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.OpenFile(c.Name+".checkpoints", os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(note + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// post sends the checkpoint as it is, signed as feeds are.
func (p *CheckpointPusher) post(ctx context.Context, c *store.Push, sealed store.Sealed) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Target, strings.NewReader(sealed.Note))
	if err != nil {
		return err
	}
	key, err := app.FeedKey(c.Secret)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s_checkpoint_%d", p.app.Store.Ledger(), sealed.Signed)
	at := strconv.FormatInt(p.app.Store.Now().Std().Unix(), 10)
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, at, sealed.Note)
	for name, value := range map[string]string{"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Clew", "Webhook-Id": id, "Webhook-Timestamp": at,
		"Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))} {
		r.Header.Set(name, value)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, pushAnswer)
	if answer.StatusCode < 200 || answer.StatusCode >= 300 {
		return fmt.Errorf("the receiver answered %d %s; redirects are not followed", answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	return nil
}

// mail sends the checkpoint as the text of a mail, over TLS but to this machine.
func (p *CheckpointPusher) mail(ctx context.Context, c *store.Push, sealed store.Sealed) error {
	if p.o.SMTP == "" || p.o.From == "" {
		return errors.New("the server was started without a mail server: name it with --smtp and --mail-from")
	}
	host, _, err := net.SplitHostPort(p.o.SMTP)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{Timeout: pushTime}).DialContext(ctx, "tcp", p.o.SMTP)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(3 * pushTime))
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	defer client.Close()
	if is, _ := client.Extension("STARTTLS"); is {
		if err := client.StartTLS(&tls.Config{ServerName: host}); err != nil {
			return err
		}
	} else if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err != nil || !at.Addr().Unmap().IsLoopback() {
		return errors.New("the mail server offers no STARTTLS, and mail leaves this machine only so")
	}
	if p.o.User != "" {
		if err := client.Auth(smtp.PlainAuth("", p.o.User, p.o.Password, host)); err != nil {
			return err
		}
	}
	if err := errors.Join(client.Mail(p.o.From), client.Rcpt(c.Target)); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "From: <%s>\nTo: <%s>\nSubject: =?utf-8?q?Checkpoint_of_ledger_%s:_%d_entries?=\nDate: %s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n%s\n",
		p.o.From, c.Target, p.app.Store.Ledger(), sealed.Signed, p.app.Store.Now().Std().Format(time.RFC1123Z), sealed.Note)
	_, err = w.Write(bytes.ReplaceAll(text.Bytes(), []byte("\n"), []byte("\r\n")))
	return errors.Join(err, w.Close(), client.Quit())
}
