package app

import (
	"cmp"
	"context"
	"net/mail"
	"net/netip"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// CheckpointPush is a place outside to which checkpoints are sent.
type CheckpointPush struct {
	Name    string     `json:"name"`
	Kind    string     `json:"kind" enum:"file,webhook,mail"`
	Target  string     `json:"target,omitempty" doc:"The address; of a file the server names it."`
	Secret  string     `json:"secret,omitempty" doc:"Signs what is sent to a webhook. It is shown when it is made, and never again."`
	Every   int64      `json:"every" doc:"At most one in so many minutes, and only when there are new entries."`
	State   string     `json:"state" enum:"ok,failing,paused"`
	Since   stock.Time `json:"since" doc:"It is in this state since then."`
	Sent    int64      `json:"sent" doc:"The last checkpoint that arrived covers so many entries."`
	SentAt  stock.Time `json:"sent_at,omitempty"`
	Behind  int64      `json:"behind" doc:"So many entries are newer than that: they could still be rewritten unseen."`
	Error   string     `json:"error,omitempty" doc:"What the last try met with."`
	Tries   int        `json:"tries,omitempty"`
	NextTry stock.Time `json:"next_try,omitempty"`
	MadeBy  string     `json:"made_by"`
	MadeAt  stock.Time `json:"made_at"`
}

// CheckpointPushDraft asks for checkpoints to be sent.
type CheckpointPushDraft struct {
	Name   string `json:"name" maxLength:"50" doc:"Letters, digits, dashes and dots."`
	Kind   string `json:"kind" enum:"file,webhook,mail"`
	Target string `json:"target,omitempty" maxLength:"2000" doc:"Of a webhook, where to send to, http or https; of mail, the address. A file is called by the name, in the folder that the server was started with."`
	Every  int64  `json:"every,omitempty" minimum:"1" maximum:"10080" doc:"At most one in so many minutes; 60 when left out."`
}

func viewPush(c *store.Push, head int64) CheckpointPush {
	v := CheckpointPush{Name: c.Name, Kind: c.Kind, Target: c.Target, Every: c.Every, State: "ok", Since: c.Since, Sent: c.Sent, SentAt: c.SentAt, Behind: max(head-c.Sent, 0),
		Error: c.Error, Tries: c.Tries, NextTry: c.NextTry, MadeBy: c.MadeBy, MadeAt: c.MadeAt}
	switch {
	case c.Paused:
		v.State = "paused"
	case c.Error != "":
		v.State = "failing"
	}
	return v
}

// CheckpointPushes lists where checkpoints are sent, by name.
func (a *App) CheckpointPushes(ctx context.Context, page store.Page) ([]CheckpointPush, error) {
	head, _, err := a.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Pushes(ctx, page)
	out := make([]CheckpointPush, len(rows))
	for i, c := range rows {
		out[i] = viewPush(c, head)
	}
	return out, err
}

// AddCheckpointPush has checkpoints sent to a place from now on.
func (a *App) AddCheckpointPush(ctx context.Context, who Who, d CheckpointPushDraft) (CheckpointPush, error) {
	if err := stock.CheckCode("name", d.Name, 50); err != nil {
		return CheckpointPush{}, err
	}
	if strings.HasPrefix(d.Name, ".") || strings.ContainsFunc(d.Name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.", c))
	}) {
		return CheckpointPush{}, stock.Errorf(stock.Invalid, stock.CodeInvalidCode, "name", "%q may have letters, digits, dashes and dots only, and begins with none", clipped(d.Name))
	}
	c := &store.Push{Name: d.Name, Kind: d.Kind, Target: d.Target, Every: cmp.Or(d.Every, 60)}
	switch d.Kind {
	case "file":
		if d.Target != "" {
			return CheckpointPush{}, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "target", "a file is called by the name, in the folder that the server was started with: leave it out")
		}
	case "mail":
		at, err := mail.ParseAddress(d.Target)
		if err != nil || at.Address != d.Target {
			return CheckpointPush{}, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "target", "%q is no address such as auditor@example.com", clipped(d.Target))
		}
	case "webhook":
		if err := checkFeedURL(d.Target); err != nil {
			if said, is := stock.AsError(err); is {
				err = stock.Errorf(said.Kind, said.Code, "target", "%s", said.Detail)
			}
			return CheckpointPush{}, err
		}
		c.Secret = newSecret()
	default:
		return CheckpointPush{}, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "kind", "it is file, webhook or mail")
	}
	if c.Every < 1 || c.Every > 7*24*60 {
		return CheckpointPush{}, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "every", "it is from 1 minute to a week of them")
	}
	if err := a.Store.AddPush(ctx, who.by(), c); err != nil {
		return CheckpointPush{}, err
	}
	head, _, err := a.Store.Head(ctx)
	v := viewPush(c, head)
	v.Secret = c.Secret
	return v, err
}

// ChangeCheckpointPush pauses, resumes or retries one.
func (a *App) ChangeCheckpointPush(ctx context.Context, who Who, name string, paused bool) (CheckpointPush, error) {
	what := "resumed"
	if paused {
		what = "paused"
	}
	c, err := a.Store.ChangePush(ctx, who.by(), name, what, paused)
	if err != nil {
		return CheckpointPush{}, err
	}
	head, _, err := a.Store.Head(ctx)
	return viewPush(c, head), err
}

// special are the addresses that are no place outside: private and shared networks, this machine, documentation, benchmarks, and the prefixes
// in which an IPv4 address of such a network hides.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/3"),
	netip.MustParsePrefix("::/8"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("ff00::/8"),
}

// MaySendOut reports whether checkpoints may be sent to an address: to one outside, or to one that an administrator listed. To addresses by which
// machines in clouds are told their secrets nothing is sent, whatever the list says.
func MaySendOut(addr netip.Addr, listed []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	if !MaySendTo(addr) {
		return false
	}
	for _, p := range listed {
		if p.Contains(addr) {
			return true
		}
	}
	for _, p := range special {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}

// RemoveCheckpointPush sends no checkpoints there any more.
func (a *App) RemoveCheckpointPush(ctx context.Context, who Who, name string) error {
	return a.Store.RemovePush(ctx, who.by(), name)
}
