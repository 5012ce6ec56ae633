package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"clew/internal/api"
	"clew/internal/app"
)

type importCommand struct {
	reading
	Kind        string   `arg:"" enum:"product-groups,products,sites,locations,partners,opening,movements" help:"What the rows are: ${enum}."`
	File        string   `arg:"" help:"CSV file or Excel workbook (.xlsx) whose first row names the columns; - for standard input."`
	DryRun      bool     `help:"Tell what would happen, and record nothing. Tried on a copy of the ledger in the data folder."`
	Errors      string   `help:"File for the refused rows, a workbook if it ends in .xlsx, with line, column and reason; corrected, it can be imported again." placeholder:"FILE"`
	Sheet       string   `help:"Sheet of a workbook to read." placeholder:"NAME"`
	Dates       string   `help:"How days are written that are not written year first: dmy or mdy." enum:",dmy,mdy" default:"" placeholder:"ORDER"`
	Map         []string `help:"What a column of the file means, as NAME=COLUMN; NAME=- passes it over. May be given several times." sep:"none" placeholder:"NAME=COLUMN"`
	Override    string   `help:"Why late breaches of holds, dates and strategies are recorded, where a row does not say." placeholder:"TEXT"`
	KeepRefused bool     `help:"Keep movements that the rules refuse as exceptions."`
	Background  bool     `help:"Have the server import the file while nobody waits; clew imports tells how it does."`
	Progress    bool     `help:"Tell the progress also when nobody watches."`
}

// shownRefusals is how many refused rows are shown when they go into no file.
const shownRefusals = 20

// Run imports the file, and fails when a row was refused.
func (cmd *importCommand) Run(s *session) error {
	in := s.in
	if cmd.File != "-" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
		if err := cmd.spares(f); err != nil {
			return err
		}
	}
	c, err := s.reach(!cmd.DryRun)
	if err != nil {
		return err
	}
	query := url.Values{}
	if cmd.DryRun {
		query.Set("dry_run", "true")
	}
	if cmd.Override != "" {
		query.Set("override", cmd.Override)
	}
	for name, value := range map[string]string{"sheet": cmd.Sheet, "dates": cmd.Dates} {
		if value != "" {
			query.Set(name, value)
		}
	}
	for _, said := range cmd.Map {
		query.Add("map", said)
	}
	headers := []string{"Content-Type", "text/csv", "Accept", "application/x-ndjson"}
	if cmd.Background {
		if cmd.Errors != "" {
			return fmt.Errorf("%w: --errors is not written in the background: clew imports errors gives the refused rows", errUsage)
		}
		headers = []string{"Content-Type", "text/csv", "Prefer", "respond-async"}
	}
	if cmd.KeepRefused {
		headers = append(headers, "Clew-If-Refused", "keep")
	}
	// Hidden behind a plain reader, so that nobody but us closes the file or reads it in other ways.
	body, err := c.do(http.MethodPost, "/v1/import/"+cmd.Kind, query, struct{ io.Reader }{in}, headers...)
	if err != nil {
		return err
	}
	if cmd.Background {
		return tellImport(s, body)
	}
	defer body.Close()
	run := &importTeller{cmd: cmd, s: s, start: time.Now(), progress: cmd.Progress || isTerminal(s.errs)}
	return run.follow(body)
}

// spares refuses to write the refused rows over the file that is imported.
func (cmd *importCommand) spares(file *os.File) error {
	info, err := file.Stat()
	if err != nil || cmd.Errors == "" {
		return err
	}
	if there, err := os.Stat(cmd.Errors); err == nil && os.SameFile(info, there) {
		return fmt.Errorf("--errors %s is the file that is imported: the refused rows need a file of their own", cmd.Errors)
	}
	return nil
}

// importTeller shows what an import tells.
type importTeller struct {
	cmd      *importCommand
	s        *session
	start    time.Time
	told     time.Time
	progress bool

	shown   int
	file    *newFile
	refused *app.RefusedFile
	buffer  *bufio.Writer
	problem *api.Problem
}

func (t *importTeller) follow(body io.Reader) error {
	defer func() {
		if t.file != nil {
			t.file.discard()
		}
	}()
	for lines := json.NewDecoder(body); ; {
		var line api.ImportLine
		if err := lines.Decode(&line); err != nil {
			return fmt.Errorf("the import broke off (%w): give it the same file again, and it goes on", err)
		}
		switch {
		case line.Columns != nil:
			if err := t.begin(line.Columns, line.Map); err != nil {
				return err
			}
		case line.Refused != nil:
			if err := t.refuse(line.Refused); err != nil {
				return err
			}
		case line.Progress != nil:
			t.tellProgress(line.Progress)
		case line.Problem != nil:
			t.problem = line.Problem
		case line.Report != nil:
			return t.end(line.Report)
		}
	}
}

// begin opens the file for refused rows.
func (t *importTeller) begin(columns []string, said map[string]string) error {
	if t.cmd.Errors == "" {
		return nil
	}
	var err error
	if t.file, err = createFile(t.cmd.Errors); err != nil {
		return err
	}
	t.buffer = bufio.NewWriterSize(t.file, 1<<16)
	t.refused, err = app.NewRefusedFile(t.buffer, formatOf(t.cmd.Errors), t.cmd.Kind, columns, said)
	return err
}

func (t *importTeller) refuse(r *app.Refusal) error {
	if t.refused != nil {
		return t.refused.Add(*r)
	}
	if t.shown++; t.shown <= shownRefusals {
		field := ""
		if r.Field != "" {
			field = r.Field + ": "
		}
		if r.Sheet != "" && r.Cell != "" {
			field = "cell " + r.Cell + " of " + r.Sheet + ": " + field
		}
		fmt.Fprintf(t.s.errs, "line %d: %s%s (%s)\n", r.Line, field, r.Reason, r.Code)
	}
	return nil
}

func (t *importTeller) tellProgress(r *app.ImportReport) {
	if !t.progress || time.Since(t.told) < time.Second {
		return
	}
	t.told = time.Now()
	fmt.Fprintf(t.s.errs, "%s, %.0f a second, %d refused\n", manyRows(r.Rows), float64(r.Rows)/time.Since(t.start).Seconds(), r.Refused)
}

// end puts the file of refused rows in its place and tells the counts.
func (t *importTeller) end(r *app.ImportReport) error {
	if t.refused != nil {
		if err := errors.Join(t.refused.Close(), t.buffer.Flush()); err != nil {
			return err
		}
		if err := t.file.keep(); err != nil {
			return err
		}
	} else if t.shown > shownRefusals {
		fmt.Fprintf(t.s.errs, "and %d more: name a file with --errors for all of them\n", t.shown-shownRefusals)
	}
	if t.cmd.JSON {
		if err := json.NewEncoder(t.s.out).Encode(r); err != nil {
			return err
		}
	} else {
		t.tell(r)
	}
	switch {
	case t.problem != nil:
		return fmt.Errorf("the import broke off: %s; give it the same file again, and it goes on", tell(t.problem))
	case r.Refused > 0 && t.refused != nil:
		return fmt.Errorf("%d of %d rows were refused: see %s", r.Refused, r.Rows, t.cmd.Errors)
	case r.Refused > 0:
		return fmt.Errorf("%d of %d rows were refused", r.Refused, r.Rows)
	}
	return nil
}

func (t *importTeller) tell(r *app.ImportReport) {
	what := "recorded"
	if r.DryRun {
		what = "would be recorded"
	}
	took := time.Since(t.start)
	fmt.Fprintf(t.s.out, "%s of %s in %s, %.0f a second\n", manyRows(r.Rows), r.Kind, took.Round(time.Millisecond), float64(r.Rows)/took.Seconds())
	fmt.Fprintf(t.s.out, "%9d %s (entries: %d)\n%9d were there already\n%9d kept as exceptions\n%9d refused\n", r.Recorded, what, r.Entries, r.Already, r.Kept, r.Refused)
	for i, note := range r.Notes {
		if i == shownRefusals {
			fmt.Fprintf(t.s.out, "and %d more notes: --json shows the first 100\n", len(r.Notes)-i)
			break
		}
		fmt.Fprintf(t.s.out, "note: %s\n", note.Text)
	}
}

// manyRows counts rows in words.
func manyRows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
