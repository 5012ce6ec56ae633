package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"clew/internal/app"
)

type compareCommand struct {
	reading
	past
	File  string   `arg:"" help:"CSV file or Excel workbook (.xlsx) with the columns product, quantity and, where it has them, site, location and lot; - for standard input."`
	Site  string   `help:"The site of rows that name none." placeholder:"CODE"`
	Sheet string   `help:"Sheet of a workbook to read." placeholder:"NAME"`
	Map   []string `help:"What a column of the file means, as NAME=COLUMN; NAME=- passes it over. May be given several times." sep:"none" placeholder:"NAME=COLUMN"`
}

// Run shows where the list and the ledger differ; nothing is posted.
func (cmd *compareCommand) Run(s *session) error {
	in := s.in
	if cmd.File != "-" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	start := make([]byte, 2)
	n, _ := io.ReadFull(in, start)
	media := "text/csv"
	if string(start[:n]) == "PK" {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	query := queryOf("site", cmd.Site, "sheet", cmd.Sheet)
	cmd.ask(query)
	for _, said := range cmd.Map {
		query.Add("map", said)
	}
	body, err := c.do(http.MethodPost, "/v1/compare", query, struct{ io.Reader }{io.MultiReader(bytes.NewReader(start[:n]), in)}, "Content-Type", media)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return copyJSON(s.out, body)
	}
	defer body.Close()
	var got app.Compared
	if err := json.NewDecoder(body).Decode(&got); err != nil {
		return err
	}
	return cmd.tell(s, &got)
}

func (cmd *compareCommand) tell(s *session, got *app.Compared) error {
	t := newTable(s.out, "SITE", "PRODUCT", "LOCATION", "LOT", "OURS", "THEIRS", "DIFFERENCE")
	for _, d := range got.Items {
		t.row(d.Site, d.Product, d.Location, d.Lot, d.Ours.String(), d.Theirs.String(), d.Difference.String())
	}
	if len(got.Items) > 0 {
		if err := t.end(); err != nil {
			return err
		}
	}
	for i, r := range got.Refusals {
		if i == shownRefusals {
			fmt.Fprintf(s.errs, "and %d more\n", got.Refused-i)
			break
		}
		fmt.Fprintf(s.errs, "line %d: %s: %s (%s)\n", r.Line, r.Field, r.Reason, r.Code)
	}
	fmt.Fprintf(s.out, "equal: %d, differ: %d, rows refused: %d\n", got.Equal, got.Differ, got.Refused)
	if got.Refused > 0 {
		return fmt.Errorf("rows that could not be compared: %d of %d", got.Refused, got.Rows)
	}
	return nil
}
