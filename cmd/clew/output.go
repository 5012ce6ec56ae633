package main

import (
	"encoding/json"
	"io"
	"net/url"
	"text/tabwriter"

	"clew/internal/app"
)

// reading is what commands that show something have in common.
type reading struct {
	JSON bool `name:"json" help:"Answer in JSON, for programs."`
}

// table writes lines of cells that line up.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, head ...string) *table {
	t := &table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	t.row(head...)
	return t
}

func (t *table) row(cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			io.WriteString(t.w, "\t")
		}
		io.WriteString(t.w, cell)
	}
	io.WriteString(t.w, "\n")
}

func (t *table) end() error { return t.w.Flush() }

// show lists what an address answers, page by page: as one JSON object, or as a table with the lines that each thing makes. A list of
// another moment than now says of which.
func show[T any](s *session, c *client, asJSON bool, path string, query url.Values, head []string, lines func(*table, T)) error {
	list, t := &listWriter{w: s.out}, newTable(s.out, head...)
	begin := func(of app.Of) error {
		if list.of = of; asJSON {
			return nil
		}
		return app.WriteOf(s.out, of)
	}
	err := pagesOf(c, path, query, begin, func(item T) error {
		if asJSON {
			return list.add(item)
		}
		lines(t, item)
		return nil
	})
	switch {
	case err != nil:
		return err
	case asJSON:
		return list.end()
	}
	return t.end()
}

// listWriter writes a list as one JSON object while it comes.
type listWriter struct {
	w  io.Writer
	n  int
	of app.Of
}

func (l *listWriter) add(item any) error {
	text, err := json.Marshal(item)
	if err != nil {
		return err
	}
	before := ",\n"
	if l.n == 0 {
		before = "{\"items\":[\n"
	}
	l.n++
	_, err = l.w.Write(append([]byte(before), text...))
	return err
}

func (l *listWriter) end() error {
	of, err := json.Marshal(l.of)
	if err != nil {
		return err
	}
	end := "\n]"
	if l.n == 0 {
		end = `{"items":[]`
	}
	if string(of) != "{}" {
		end += "," + string(of[1:len(of)-1])
	}
	_, err = io.WriteString(l.w, end+"}\n")
	return err
}
