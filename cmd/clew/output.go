package main

import (
	"encoding/json"
	"io"
	"text/tabwriter"
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

// listWriter writes a list as one JSON object while it comes.
type listWriter struct {
	w io.Writer
	n int
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
	end := "\n]}\n"
	if l.n == 0 {
		end = "{\"items\":[]}\n"
	}
	_, err := io.WriteString(l.w, end)
	return err
}
