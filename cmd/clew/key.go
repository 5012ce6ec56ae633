package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make an API key for a user. It is shown only now."`
	List   keyListCommand   `cmd:"" help:"List API keys, with when they were used last."`
	Revoke keyRevokeCommand `cmd:"" help:"End an API key, for good and at once."`
}

type keyCreateCommand struct {
	reading
	User  string   `help:"For whom it acts: never more than the user may." required:"" placeholder:"NAME"`
	Scope []string `help:"What may be done with it: read, move, adjust, override, reverse, hold, release, manage, people, audit." required:"" placeholder:"SCOPE,…"`
	Site  []string `help:"Where; wherever the user may when left out." placeholder:"SITE,…"`
	Days  int      `help:"For how many days it is good." default:"365" placeholder:"N"`
	Name  string   `arg:"" help:"What it is for."`
}

// Run makes a key.
func (cmd *keyCreateCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	until := stock.Now() + stock.Time((time.Duration(cmd.Days) * 24 * time.Hour).Milliseconds())
	var made app.APIKey
	if err := c.send("POST", "/v1/keys", stock.APIKeyDraft{User: cmd.User, Name: &cmd.Name, Scopes: cmd.Scope, Sites: cmd.Site, Expires: &until}, &made); err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(s.out).Encode(made)
	}
	_, err = fmt.Fprintf(s.out, "%s\n", made.Key)
	return err
}

type keyListCommand struct {
	reading
	User string `help:"Those of one user." placeholder:"NAME"`
}

// Run lists keys.
func (cmd *keyListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("user", cmd.User)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/keys", query, func(k app.APIKey) error { return list.add(k) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "KEY", "USER", "STATE", "UNTIL", "USED", "SCOPES", "SITES", "NAME")
	err = pages(c, "/v1/keys", query, func(k app.APIKey) error {
		state, used := "active", "never"
		switch {
		case !k.Active:
			state = "revoked"
		case k.Expires <= stock.Now():
			state = "expired"
		}
		if k.Used != nil {
			used = k.Used.String()[:16]
		}
		t.row(k.Code, cell(k.User), state, k.Expires.String()[:10], used, strings.Join(k.Scopes, ","), cell(strings.Join(k.Sites, ",")), cell(k.Name))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type keyRevokeCommand struct {
	Code string `arg:"" help:"As clew key list shows it: the part behind clew_."`
}

// Run ends a key.
func (cmd *keyRevokeCommand) Run(s *session) error {
	w := writing{}
	return w.patch(s, "/v1/keys/"+url.PathEscape(cmd.Code), struct {
		Active bool `json:"active"`
	}{})
}
