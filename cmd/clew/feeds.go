package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"clew/internal/app"
)

type feedsCommand struct {
	List   feedsListCommand   `cmd:"" default:"withargs" help:"List feeds and how they do."`
	Add    feedsAddCommand    `cmd:"" help:"Send entries to another system as they are recorded; shows the secret that signs them, once."`
	Pause  feedsPauseCommand  `cmd:"" help:"Send nothing until the feed is resumed."`
	Resume feedsResumeCommand `cmd:"" help:"Go on where the feed was paused."`
	Retry  feedsRetryCommand  `cmd:"" help:"Try a failing feed at once."`
	Remove feedsRemoveCommand `cmd:"" help:"Remove a feed."`
}

type feedsListCommand struct{ reading }

// Run lists feeds by name.
func (cmd *feedsListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/feeds", url.Values{}, func(f app.PushFeed) error { return list.add(f) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "FEED", "STATE", "SINCE", "SENT", "BEHIND", "NEXT TRY", "URL", "ERROR")
	err = pages(c, "/v1/feeds", url.Values{}, func(f app.PushFeed) error {
		t.row(f.Name, f.State, f.Since.String(), strconv.FormatInt(f.Sent, 10), strconv.FormatInt(f.Behind, 10), f.NextTry.String(), f.URL, cell(f.Error))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

// oneFeed is what commands about one feed have in common.
type oneFeed struct {
	reading
	Name string `arg:"" help:"The feed's name."`
}

// send asks for something of a feed and tells what came of it.
func (cmd *oneFeed) send(s *session, method, path string, draft any) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	var in io.Reader
	if draft != nil {
		text, err := json.Marshal(draft)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	body, err := c.do(method, path, nil, in)
	if err != nil {
		return err
	}
	if cmd.JSON || method == http.MethodDelete {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var f app.PushFeed
	if err := json.NewDecoder(body).Decode(&f); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is %s, sent up to entry %d\n", f.Name, f.State, f.Sent)
	if f.Secret != "" {
		fmt.Fprintf(s.out, "secret: %s\n", f.Secret)
	}
	return nil
}

func (cmd *oneFeed) path() string { return "/v1/feeds/" + url.PathEscape(cmd.Name) }

type feedsAddCommand struct {
	oneFeed
	URL   string   `arg:"" help:"Where to send to, http or https."`
	Kinds []string `help:"Kinds of the entries to send, separated by commas; left out, all." placeholder:"KIND"`
	After int64    `help:"Begin after this entry; left out, with the first." placeholder:"ENTRY"`
}

// Run makes a feed.
func (cmd *feedsAddCommand) Run(s *session) error {
	return cmd.send(s, http.MethodPost, "/v1/feeds", app.PushFeedDraft{Name: cmd.Name, URL: cmd.URL, Kinds: cmd.Kinds, After: cmd.After})
}

type feedsPauseCommand struct{ oneFeed }

// Run pauses a feed.
func (cmd *feedsPauseCommand) Run(s *session) error {
	yes := true
	return cmd.send(s, http.MethodPatch, cmd.path(), app.PushFeedChange{Paused: &yes})
}

type feedsResumeCommand struct{ oneFeed }

// Run resumes a feed.
func (cmd *feedsResumeCommand) Run(s *session) error {
	no := false
	return cmd.send(s, http.MethodPatch, cmd.path(), app.PushFeedChange{Paused: &no})
}

type feedsRetryCommand struct{ oneFeed }

// Run has a feed tried at once.
func (cmd *feedsRetryCommand) Run(s *session) error {
	return cmd.send(s, http.MethodPost, cmd.path()+"/retry", nil)
}

type feedsRemoveCommand struct{ oneFeed }

// Run removes a feed.
func (cmd *feedsRemoveCommand) Run(s *session) error {
	return cmd.send(s, http.MethodDelete, cmd.path(), nil)
}
