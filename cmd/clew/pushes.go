package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"

	"clew/internal/api"
	"clew/internal/app"
)

type pushesCommand struct {
	List   pushesListCommand   `cmd:"" default:"withargs" help:"List where checkpoints are sent, and how that goes."`
	Add    pushesAddCommand    `cmd:"" help:"Send checkpoints to a file, a webhook or by mail; of a webhook it shows the secret that signs them, once."`
	Pause  pushesPauseCommand  `cmd:"" help:"Send none there until it is resumed."`
	Resume pushesResumeCommand `cmd:"" help:"Send there again, and try at once."`
	Remove pushesRemoveCommand `cmd:"" help:"Send none there any more."`
}

type pushesListCommand struct{ reading }

// Run lists where checkpoints are sent.
func (cmd *pushesListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "NAME", "KIND", "STATE", "SINCE", "ENTRIES SENT", "BEHIND", "NEXT TRY", "TARGET", "ERROR")
	err = pages(c, "/v1/log/pushes", url.Values{}, func(p app.CheckpointPush) error {
		if cmd.JSON {
			return list.add(p)
		}
		t.row(p.Name, p.Kind, p.State, p.Since.String(), strconv.FormatInt(p.Sent, 10), strconv.FormatInt(p.Behind, 10), p.NextTry.String(), p.Target, cell(p.Error))
		return nil
	})
	switch {
	case err != nil:
		return err
	case cmd.JSON:
		return list.end()
	}
	return t.end()
}

// onePush is what commands about one place have in common.
type onePush struct {
	reading
	Name string `arg:"" help:"What it is called."`
}

func (cmd *onePush) send(s *session, method, path string, draft any) error {
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
	var p app.CheckpointPush
	if err := json.NewDecoder(body).Decode(&p); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is %s, the last checkpoint that arrived covers %d entries\n", p.Name, p.State, p.Sent)
	if p.Secret != "" {
		fmt.Fprintf(s.out, "secret: %s\n", p.Secret)
	}
	return nil
}

func (cmd *onePush) path() string { return "/v1/log/pushes/" + url.PathEscape(cmd.Name) }

type pushesAddCommand struct {
	onePush
	Kind   string `arg:"" enum:"file,webhook,mail" help:"file, webhook or mail."`
	Target string `arg:"" optional:"" help:"Where to: an address of the web or of mail; none for a file."`
	Every  int64  `help:"At most one in so many minutes." default:"60" placeholder:"MINUTES"`
}

// Run has checkpoints sent somewhere.
func (cmd *pushesAddCommand) Run(s *session) error {
	return cmd.send(s, http.MethodPost, "/v1/log/pushes", app.CheckpointPushDraft{Name: cmd.Name, Kind: cmd.Kind, Target: cmd.Target, Every: cmd.Every})
}

type pushesPauseCommand struct{ onePush }

// Run pauses one.
func (cmd *pushesPauseCommand) Run(s *session) error {
	return cmd.send(s, http.MethodPost, cmd.path()+"/pause", nil)
}

type pushesResumeCommand struct{ onePush }

// Run resumes one.
func (cmd *pushesResumeCommand) Run(s *session) error {
	return cmd.send(s, http.MethodPost, cmd.path()+"/resume", nil)
}

type pushesRemoveCommand struct{ onePush }

// Run removes one.
func (cmd *pushesRemoveCommand) Run(s *session) error {
	return cmd.send(s, http.MethodDelete, cmd.path(), nil)
}

// checkpointFlags say where checkpoints may be sent. They are the administrator's, who starts the server, and cannot be set over the API.
type checkpointFlags struct {
	CheckpointDir string   `help:"Folder for checkpoints that are sent to files; best one that this machine's administrator cannot change." type:"path" env:"CLEW_CHECKPOINT_DIR" placeholder:"DIR"`
	Inner         []string `help:"Addresses inside to which checkpoints may be sent, such as 10.1.2.3 or 10.1.0.0/16; none by default." name:"inner-addresses" env:"CLEW_INNER_ADDRESSES" placeholder:"ADDR"`
	SMTP          string   `help:"Mail server for checkpoints, as host:port; the password of --smtp-user is in CLEW_SMTP_PASSWORD." name:"smtp" env:"CLEW_SMTP" placeholder:"ADDR"`
	SMTPUser      string   `help:"User of the mail server." name:"smtp-user" env:"CLEW_SMTP_USER" placeholder:"NAME"`
	MailFrom      string   `help:"Sender of checkpoints by mail." env:"CLEW_MAIL_FROM" placeholder:"ADDR"`
}

func (f *checkpointFlags) options() (api.CheckpointOptions, error) {
	o := api.CheckpointOptions{Dir: f.CheckpointDir, SMTP: f.SMTP, User: f.SMTPUser, From: f.MailFrom, Password: os.Getenv("CLEW_SMTP_PASSWORD")}
	for _, text := range f.Inner {
		p, err := netip.ParsePrefix(text)
		if addr, bad := netip.ParseAddr(text); bad == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return o, fmt.Errorf("%w: --inner-addresses %s is no address such as 10.1.2.3 or 10.1.0.0/16", errUsage, text)
		}
		o.Inner = append(o.Inner, p)
	}
	return o, nil
}
