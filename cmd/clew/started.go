package main

import (
	"net/url"
	"strconv"
	"strings"

	"clew/internal/app"
)

type startedCommand struct {
	reading
	Step  string `arg:"" optional:"" help:"Mark this step: classify, formats, places, rules, touchpoints or team."`
	State string `arg:"" optional:"" help:"As: done, skipped, or open again."`
	Note  string `help:"A remark on it." placeholder:"TEXT"`
	Key   string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run shows how far the steps of getting started are, or marks one.
func (cmd *startedCommand) Run(s *session) error {
	if cmd.Step != "" {
		w := writing{reading: cmd.reading, Key: cmd.Key}
		return w.send(s, "/v1/get-started/"+url.PathEscape(cmd.Step), map[string]any{"state": cmd.State, "note": cmd.Note})
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.JSON {
		body, err := c.do("GET", "/v1/get-started", nil, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var got app.Started
	if err := c.get("/v1/get-started", nil, &got); err != nil {
		return err
	}
	t := newTable(s.out, "STEP", "STATE", "BY", "MISSING", "NUMBERS")
	for _, step := range got.Steps {
		var missing, numbers []string
		for _, f := range step.Facts {
			text := f.Code + " " + strconv.FormatInt(f.Count, 10)
			if f.Of > 0 {
				text += " of " + strconv.FormatInt(f.Of, 10)
			}
			if f.Missing {
				missing = append(missing, text)
			} else {
				numbers = append(numbers, text)
			}
		}
		by := ""
		if step.Marked != nil {
			by = step.Marked.By
		}
		t.row(step.Step, step.State, by, strings.Join(missing, ", "), strings.Join(numbers, ", "))
	}
	return t.end()
}

type shownCommand struct {
	reading
	User string `arg:"" optional:"" help:"Only this user."`
	What string `arg:"" optional:"" help:"Record that the user was shown this: a touchpoint, a cheat sheet."`
	Note string `help:"A remark on it." placeholder:"TEXT"`
	Key  string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run shows what users were shown, or records it.
func (cmd *shownCommand) Run(s *session) error {
	if cmd.What != "" {
		w := writing{reading: cmd.reading, Key: cmd.Key}
		return w.send(s, "/v1/users/"+url.PathEscape(cmd.User)+"/shown", map[string]any{"what": cmd.What, "note": cmd.Note})
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	list := &listWriter{w: s.out}
	t := newTable(s.out, "USER", "SHOWN", "LAST", "BY")
	tell := func(u app.UserShown) error {
		if cmd.JSON {
			return list.add(u)
		}
		if len(u.Shown) == 0 {
			t.row(u.User, "nothing yet", "", "")
		}
		for _, x := range u.Shown {
			t.row(u.User, x.What, x.At.String(), x.By)
		}
		return nil
	}
	if cmd.User != "" {
		var one app.UserShown
		if err = c.get("/v1/users/"+url.PathEscape(cmd.User)+"/shown", nil, &one); err == nil {
			err = tell(one)
		}
	} else {
		err = pages(c, "/v1/shown", queryOf(), tell)
	}
	switch {
	case err != nil:
		return err
	case cmd.JSON:
		return list.end()
	}
	return t.end()
}
