package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"clew/internal/app"
)

type importsCommand struct {
	List   importsListCommand   `cmd:"" default:"withargs" help:"List imports in the background, the newest first."`
	Errors importsErrorsCommand `cmd:"" help:"Write the rows of an import that were refused; corrected, that file can be imported."`
	Cancel importsCancelCommand `cmd:"" help:"End an import that waits or runs; what it recorded stays."`
}

type importsListCommand struct {
	reading
	State string `help:"Only imports in this state: ${enum}." enum:"waiting,running,done,done_with_refusals,failed,cancelled," default:"" placeholder:"STATE"`
}

// Run lists imports and how far they are.
func (cmd *importsListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("state", cmd.State)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/imports", query, func(j app.ImportJob) error { return list.add(j) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "IMPORT", "SINCE", "KIND", "STATE", "READ", "ROWS", "RECORDED", "ALREADY", "REFUSED", "SECONDS", "ERROR")
	err = pages(c, "/v1/imports", query, func(j app.ImportJob) error {
		t.row(strconv.FormatInt(j.ID, 10), j.MadeAt.String(), j.Kind, j.State, fmt.Sprintf("%d%%", 100*j.Bytes/max(j.Size, 1)), strconv.Itoa(j.Rows), strconv.Itoa(j.Recorded),
			strconv.Itoa(j.Already), strconv.Itoa(j.Refused), fmt.Sprintf("%.1f", j.Seconds), cell(j.Error))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type importsErrorsCommand struct {
	Import int64  `arg:"" help:"The import's number."`
	Out    string `short:"o" help:"File to write, a workbook if it ends in .xlsx; left out, CSV to standard output." placeholder:"FILE"`
}

// Run writes the refused rows of an import.
func (cmd *importsErrorsCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	body, err := c.do(http.MethodGet, fmt.Sprintf("/v1/imports/%d/errors", cmd.Import), queryOf("format", formatOf(cmd.Out)), nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if cmd.Out == "" {
		_, err := io.Copy(s.out, body)
		return err
	}
	f, err := createFile(cmd.Out)
	if err != nil {
		return err
	}
	defer f.discard()
	if _, err := io.Copy(f, body); err != nil {
		return err
	}
	return f.keep()
}

type importsCancelCommand struct {
	reading
	Import int64 `arg:"" help:"The import's number."`
}

// Run cancels an import.
func (cmd *importsCancelCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	body, err := c.do(http.MethodPost, fmt.Sprintf("/v1/imports/%d/cancel", cmd.Import), nil, nil)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	return tellImport(s, body)
}

// tellImport tells of one import in a line.
func tellImport(s *session, body io.ReadCloser) error {
	defer body.Close()
	var j app.ImportJob
	if err := json.NewDecoder(body).Decode(&j); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "import %d of %s is %s: %s, %d recorded, %d refused\n", j.ID, j.Kind, j.State, manyRows(j.Rows), j.Recorded, j.Refused)
	return err
}
