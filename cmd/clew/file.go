package main

import (
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strconv"

	"clew/internal/app"
)

// aboutFlags say what a file is about.
type aboutFlags struct {
	Product  string `help:"SKU or GTIN; alone, or with a lot or a unit." placeholder:"SKU"`
	Lot      string `placeholder:"CODE"`
	Unit     string `help:"Serial number." placeholder:"SERIAL"`
	Partner  string `placeholder:"CODE"`
	Site     string `help:"Site; alone, or with a location." placeholder:"CODE"`
	Location string `placeholder:"CODE"`
	Entry    int64  `help:"Entry of the log." placeholder:"NUMBER"`
}

func (a *aboutFlags) pairs() []string {
	entry := ""
	if a.Entry != 0 {
		entry = strconv.FormatInt(a.Entry, 10)
	}
	return []string{"product", a.Product, "lot", a.Lot, "unit", a.Unit, "partner", a.Partner, "site", a.Site, "location", a.Location, "entry", entry}
}

type attachCommand struct {
	reading
	aboutFlags
	File       string `arg:"" help:"The file."`
	Kind       string `help:"What it is: ${enum}." enum:"certificate_of_analysis,photo,declaration,other" default:"other"`
	Dated      string `help:"The document's own date; a declaration must have one." placeholder:"DATE"`
	ValidUntil string `help:"The last day on which it counts." placeholder:"DATE"`
	Note       string `placeholder:"TEXT"`
	Key        string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run sends the file while it is read.
func (cmd *attachCommand) Run(s *session) error {
	f, err := os.Open(cmd.File)
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := s.client()
	if err != nil {
		return err
	}
	out, in := io.Pipe()
	form := multipart.NewWriter(in)
	go func() { in.CloseWithError(cmd.write(form, f)) }()
	headers := []string{"Content-Type", form.FormDataContentType()}
	if cmd.Key != "" {
		headers = append(headers, "Idempotency-Key", cmd.Key)
	}
	body, err := c.do("POST", "/v1/files", nil, out, headers...)
	out.Close() // refused before its end, nobody reads the rest
	if err != nil {
		return err
	}
	defer body.Close()
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	return tellEntry(s.out, body)
}

func (cmd *attachCommand) write(form *multipart.Writer, f *os.File) error {
	fields := append(cmd.pairs(), "kind", cmd.Kind, "dated", cmd.Dated, "valid_until", cmd.ValidUntil, "note", cmd.Note)
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] == "" {
			continue
		}
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("file", filepath.Base(cmd.File))
	if err != nil {
		return err
	}
	if _, err := io.Copy(part, f); err != nil {
		return err
	}
	return form.Close()
}

type filesCommand struct {
	reading
	aboutFlags
	Get int64  `help:"Write the content of the file that this entry attached, instead of the list." placeholder:"ENTRY"`
	Out string `help:"Where to write it; - for standard output." default:"-" placeholder:"FILE"`
}

// Run lists files, or reads one.
func (cmd *filesCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Get != 0 {
		return cmd.read(s, c)
	}
	query := queryOf(cmd.pairs()...)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/files", query, func(f app.File) error { return list.add(f) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "ENTRY", "KIND", "ABOUT", "NAME", "BYTES", "DATED", "VALID UNTIL", "ATTACHED", "BY")
	err = pages(c, "/v1/files", query, func(f app.File) error {
		t.row(strconv.FormatInt(f.Entry, 10), f.Kind, aboutFile(f), cell(f.Name), strconv.FormatInt(f.Size, 10), f.Dated.String(), f.ValidUntil.String(),
			f.AttachedAt.String(), cell(f.Actor))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

func (cmd *filesCommand) read(s *session, c *client) error {
	body, err := c.do("GET", fmt.Sprintf("/v1/files/%d/content", cmd.Get), nil, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if cmd.Out == "-" {
		_, err = io.Copy(s.out, body)
		return err
	}
	f, err := os.OpenFile(cmd.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, body); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// aboutFile says in one cell what a file is about.
func aboutFile(f app.File) string {
	switch {
	case f.Lot != "":
		return goods(f.Product, f.Lot)
	case f.Unit != "":
		return f.Product + " unit " + f.Unit
	case f.Product != "":
		return f.Product
	case f.Partner != "":
		return "partner " + f.Partner
	case f.Place != "":
		return f.Place
	case f.Site != "":
		return "site " + f.Site
	}
	return fmt.Sprintf("entry %d", f.About)
}
