package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

type exportCommand struct {
	past
	Kind    string `arg:"" enum:"product-groups,products,sites,locations,partners,movements,stock" help:"What is written: ${enum}."`
	Out     string `short:"o" help:"File to write, a workbook if it ends in .xlsx; it appears when it is whole. Standard output when left out." placeholder:"FILE"`
	Site    string `help:"Only of this site." placeholder:"CODE"`
	Product string `help:"Only movements with this product, and its stock." placeholder:"SKU"`
	From    string `help:"Only movements from this day or time on; days are of the site, or of UTC." placeholder:"DAY"`
	To      string `help:"Only movements up to this day, or before this time." placeholder:"DAY"`
}

// Run writes the file.
func (cmd *exportCommand) Run(s *session) error {
	query := url.Values{}
	for name, value := range map[string]string{"site": cmd.Site, "product": cmd.Product, "from": cmd.From, "to": cmd.To} {
		if value != "" {
			query.Set(name, value)
		}
	}
	cmd.ask(query)
	c, err := s.client()
	if err != nil {
		return err
	}
	return s.download(c, "/v1/export/"+cmd.Kind, query, cmd.Out)
}

type templateCommand struct {
	Kind string `arg:"" enum:"product-groups,products,sites,locations,partners,opening,movements" help:"What the rows will be: ${enum}."`
	Out  string `short:"o" help:"File to write, a workbook if it ends in .xlsx. Standard output when left out." placeholder:"FILE"`
}

// Run writes the template.
func (cmd *templateCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	return s.download(c, "/v1/templates/"+cmd.Kind, url.Values{}, cmd.Out)
}

// formatOf is what a file is written in, by its name.
func formatOf(path string) string {
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return "xlsx"
	}
	return "csv"
}

// download gets a file of rows in the format that its name says; without a name it goes to standard output.
func (s *session) download(c *client, from string, query url.Values, path string) error {
	query.Set("format", formatOf(path))
	body, err := c.do(http.MethodGet, from, query, nil)
	if err != nil {
		return err
	}
	defer body.Close()
	if path == "" {
		_, err := io.Copy(s.out, body)
		return err
	}
	file, err := createFile(path)
	if err != nil {
		return err
	}
	defer file.discard()
	if _, err := io.Copy(file, body); err != nil {
		return fmt.Errorf("the file broke off, and %s is as it was: %w", path, err)
	}
	return file.keep()
}

// newFile is a file that takes its place only when it is whole.
type newFile struct {
	*os.File
	path string
}

func createFile(path string) (*newFile, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	return &newFile{f, path}, nil
}

// keep puts the file in its place, in the stead of one that is there.
func (f *newFile) keep() error {
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	err := os.Rename(f.Name(), f.path)
	if err == nil {
		f.File = nil
	}
	return err
}

// discard removes the file unless it was kept.
func (f *newFile) discard() {
	if f.File != nil {
		f.Close()
		os.Remove(f.Name())
	}
}

// isTerminal reports whether somebody watches what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
