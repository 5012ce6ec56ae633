package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"clew/internal/app"
)

type watchedCommand struct {
	reading
	State string `help:"Only files in this state: ${enum}." enum:"waiting,running,done,done_with_refusals,failed," default:"" placeholder:"STATE"`
	Retry int64  `help:"Import the file with this number again." placeholder:"FILE"`
}

// Run lists the files of the watched folder, the newest first, or has one tried again.
func (cmd *watchedCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Retry != 0 {
		return cmd.retry(s, c)
	}
	query := queryOf("state", cmd.State)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/watched", query, func(f app.Watched) error { return list.add(f) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "FILE", "SINCE", "NAME", "STATE", "ROWS", "RECORDED", "REFUSED", "NEXT TRY", "ERROR")
	err = pages(c, "/v1/watched", query, func(f app.Watched) error {
		t.row(strconv.FormatInt(f.ID, 10), f.ChangedAt.String(), cell(f.Name), f.State, strconv.Itoa(f.Rows), strconv.Itoa(f.Recorded), strconv.Itoa(f.Refused),
			f.NextTry.String(), cell(f.Error))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

func (cmd *watchedCommand) retry(s *session, c *client) error {
	body, err := c.do(http.MethodPost, fmt.Sprintf("/v1/watched/%d/retry", cmd.Retry), nil, nil)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var f app.Watched
	if err := json.NewDecoder(body).Decode(&f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s is imported again by the server that watches its folder\n", f.Name)
	return err
}
