package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"net/url"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// PushFeed sends entries to another system as they are recorded.
type PushFeed struct {
	Name      string     `json:"name"`
	URL       string     `json:"url"`
	Kinds     []string   `json:"kinds" doc:"Kinds of the entries that are sent; none for all."`
	Secret    string     `json:"secret,omitempty" doc:"Signs what is sent. It is shown when it is made, and never again."`
	State     string     `json:"state" enum:"ok,failing,paused"`
	Since     stock.Time `json:"since" doc:"It is in this state since then."`
	Sent      int64      `json:"sent" doc:"The last entry that was taken, or is of a kind that is not sent."`
	SentAt    stock.Time `json:"sent_at,omitempty" doc:"When the other system took the last ones."`
	Behind    int64      `json:"behind" doc:"How many entries of the log come after it."`
	Error     string     `json:"error,omitempty" doc:"What the last try met with."`
	Tries     int        `json:"tries,omitempty" doc:"How often it failed since it last went well."`
	NextTry   stock.Time `json:"next_try,omitempty"`
	MadeBy    string     `json:"made_by"`
	MadeAt    stock.Time `json:"made_at"`
	ChangedBy string     `json:"changed_by"`
	ChangedAt stock.Time `json:"changed_at"`
}

// PushFeedDraft asks for a feed.
type PushFeedDraft struct {
	Name  string   `json:"name" maxLength:"50" doc:"Letters, digits, dashes and dots."`
	URL   string   `json:"url" maxLength:"2000" doc:"Where to send to, http or https."`
	Kinds []string `json:"kinds,omitempty" doc:"Kinds of the entries to send; left out, all."`
	After int64    `json:"after,omitempty" minimum:"0" doc:"Begin after this entry; left out, with the first."`
}

// PushFeedChange says what to change of a feed; what is left out stays.
type PushFeedChange struct {
	URL       *string   `json:"url,omitempty" maxLength:"2000"`
	Kinds     *[]string `json:"kinds,omitempty"`
	Paused    *bool     `json:"paused,omitempty"`
	After     *int64    `json:"after,omitempty" minimum:"0" doc:"Go on after this entry, such as to send some again."`
	NewSecret bool      `json:"new_secret,omitempty" doc:"Make a new secret and answer with it."`
}

func viewFeed(f *store.Feed, head int64) PushFeed {
	v := PushFeed{Name: f.Name, URL: f.URL, Kinds: f.Kinds, State: "ok", Since: f.Since, Sent: f.Sent, SentAt: f.SentAt, Behind: max(head-f.Sent, 0), Error: f.Error,
		Tries: f.Tries, NextTry: f.NextTry, MadeBy: f.MadeBy, MadeAt: f.MadeAt, ChangedBy: f.ChangedBy, ChangedAt: f.ChangedAt}
	switch {
	case f.Paused:
		v.State = "paused"
	case f.Error != "":
		v.State = "failing"
	}
	return v
}

// PushFeeds lists feeds by name.
func (a *App) PushFeeds(ctx context.Context, page store.Page) ([]PushFeed, error) {
	head, _, err := a.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Feeds(ctx, page)
	out := make([]PushFeed, len(rows))
	for i, f := range rows {
		out[i] = viewFeed(f, head)
	}
	return out, err
}

// PushFeed finds a feed by name.
func (a *App) PushFeed(ctx context.Context, name string) (PushFeed, error) {
	f, err := a.Store.Feed(ctx, name)
	if err != nil {
		return PushFeed{}, err
	}
	return a.feedView(ctx, f)
}

func (a *App) feedView(ctx context.Context, f *store.Feed) (PushFeed, error) {
	head, _, err := a.Store.Head(ctx)
	return viewFeed(f, head), err
}

// AddPushFeed makes a feed, and answers with its secret.
func (a *App) AddPushFeed(ctx context.Context, who Who, d PushFeedDraft) (PushFeed, error) {
	if err := stock.CheckCode("name", d.Name, 50); err != nil {
		return PushFeed{}, err
	}
	if strings.ContainsFunc(d.Name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.", c))
	}) {
		return PushFeed{}, stock.Errorf(stock.Invalid, stock.CodeInvalidCode, "name", "%q may have letters, digits, dashes and dots only", d.Name)
	}
	f := &store.Feed{Name: d.Name, URL: d.URL, Kinds: d.Kinds, Sent: d.After, Secret: newSecret()}
	if err := a.checkFeed(ctx, f); err != nil {
		return PushFeed{}, err
	}
	if err := a.Store.AddFeed(ctx, who.by(), f); err != nil {
		return PushFeed{}, err
	}
	view, err := a.feedView(ctx, f)
	view.Secret = f.Secret
	return view, err
}

// ChangePushFeed changes a feed, which is then tried at once.
func (a *App) ChangePushFeed(ctx context.Context, who Who, name string, c PushFeedChange) (PushFeed, error) {
	head, _, err := a.Store.Head(ctx)
	if err != nil {
		return PushFeed{}, err
	}
	f, err := a.Store.ChangeFeed(ctx, who.by(), name, "changed", func(f *store.Feed) error {
		if c.URL != nil {
			f.URL = *c.URL
		}
		if c.Kinds != nil {
			f.Kinds = *c.Kinds
		}
		if c.After != nil {
			f.Sent = *c.After
		}
		if c.NewSecret {
			f.Secret = newSecret()
		}
		if c.Paused != nil && *c.Paused != f.Paused {
			f.Paused, f.Since = *c.Paused, a.Store.Now()
		}
		f.NextTry = 0
		return checkFeed(f, head)
	})
	if err != nil {
		return PushFeed{}, err
	}
	view := viewFeed(f, head)
	if c.NewSecret {
		view.Secret = f.Secret
	}
	return view, nil
}

// RetryPushFeed has a feed tried at once that waits for its next try.
func (a *App) RetryPushFeed(ctx context.Context, who Who, name string) (PushFeed, error) {
	f, err := a.Store.ChangeFeed(ctx, who.by(), name, "retried", func(f *store.Feed) error {
		if f.Paused || f.Error == "" {
			return stock.Errorf(stock.Conflict, stock.CodeNothingToRetry, "name", "feed %q is %s", name, viewFeed(f, 0).State)
		}
		f.NextTry = 0
		return nil
	})
	if err != nil {
		return PushFeed{}, err
	}
	return a.feedView(ctx, f)
}

func (a *App) checkFeed(ctx context.Context, f *store.Feed) error {
	head, _, err := a.Store.Head(ctx)
	if err != nil {
		return err
	}
	return checkFeed(f, head)
}

func checkFeed(f *store.Feed, head int64) error {
	if f.Sent < 0 || f.Sent > head {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "after", "the log ends with entry %d", head)
	}
	for i, kind := range f.Kinds {
		if _, ok := stock.ParseKind(kind); !ok {
			return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "kinds["+itoa(i)+"]", "%q is no kind of entry", clipped(kind))
		}
	}
	return checkFeedURL(f.URL)
}

func checkFeedURL(text string) error {
	bad := func(why string) error {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "url", "%q %s", clipped(text), why)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(text) > 2000:
		return bad("is no address such as https://erp.example.com/clew")
	case u.User != nil:
		return bad("has a name or password in it, which lists would show: what is sent is signed instead")
	case u.Fragment != "":
		return bad("has a #, behind which nothing is sent")
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !MaySendTo(addr) {
		return bad("is an address of the network itself, to which nothing is sent")
	}
	return nil
}

// closed are the addresses behind which clouds keep what programs must not reach, beside link-local ones.
var closed = []netip.Prefix{netip.MustParsePrefix("fd00:ec2::/32"), netip.MustParsePrefix("100.100.100.200/32"), netip.MustParsePrefix("192.0.0.192/32"),
	netip.MustParsePrefix("0.0.0.0/8")}

// MaySendTo reports whether a feed may send to the address: not to link-local ones, by which machines in clouds are told their
// secrets, and to none that stand for many. This machine and private networks are allowed, as systems beside Clew live there.
func MaySendTo(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if b := addr.As16(); addr.Is6() && netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		addr = netip.AddrFrom4([4]byte(b[12:])) // an IPv4 address behind a translator
	}
	if !addr.IsValid() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() || addr.IsMulticast() {
		return false
	}
	for _, p := range closed {
		if p.Contains(addr) {
			return false
		}
	}
	return addr != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// secretMark begins a secret, as in Standard Webhooks.
const secretMark = "whsec_"

func newSecret() string {
	var key [32]byte
	rand.Read(key[:])
	return secretMark + base64.StdEncoding.EncodeToString(key[:])
}

// FeedKey is the key behind a feed's secret.
func FeedKey(secret string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretMark))
}

// RemovePushFeed removes a feed.
func (a *App) RemovePushFeed(ctx context.Context, who Who, name string) error {
	return a.Store.RemoveFeed(ctx, who.by(), name)
}
