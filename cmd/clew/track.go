package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type trackCommand struct {
	reading
	Product    string `arg:"" help:"SKU or GTIN."`
	Tracking   string `arg:"" help:"How the goods are told apart from now on: none, lot or serial." enum:"none,lot,serial"`
	Rest       string `help:"For lots: one lot of unknown origin that takes whatever the file does not name." placeholder:"LOT"`
	BestBefore string `help:"Of the rest." placeholder:"DATE"`
	Expiry     string `help:"Of the rest." placeholder:"DATE"`
	File       string `help:"CSV that names today's stock; --template writes one to be filled in." placeholder:"FILE"`
	Template   bool   `help:"Only write today's stock as a CSV to be filled in; nothing is recorded."`
	Reason     string `help:"Why." placeholder:"TEXT"`
	Key        string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// trackColumns are those of the file; several units are written with a space between.
var trackColumns = []string{"site", "location", "was", "quantity", "lot", "units", "production", "best_before", "sell_by", "expiry", "second_quantity", "second_uom"}

// Run changes how goods of a product are told apart.
func (cmd *trackCommand) Run(s *session) error {
	if cmd.Template {
		c, err := s.client()
		if err != nil {
			return err
		}
		return cmd.template(s, c)
	}
	draft := map[string]any{"tracking": cmd.Tracking, "capture": "typed"}
	if cmd.Rest != "" {
		rest := map[string]string{"lot": cmd.Rest}
		for name, value := range map[string]string{"best_before": cmd.BestBefore, "expiry": cmd.Expiry} {
			if value != "" {
				rest[name] = value
			}
		}
		draft["rest"] = rest
	} else if cmd.BestBefore != "" || cmd.Expiry != "" {
		return fmt.Errorf("%w: dates belong to the lot of --rest; those of other lots stand in the file", errUsage)
	}
	if cmd.File != "" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return err
		}
		defer f.Close()
		items, err := readTracked(f)
		if err != nil {
			return fmt.Errorf("%s: %w", cmd.File, err)
		}
		draft["items"] = items
		draft["capture"] = "import"
	}
	w := writing{reading: cmd.reading, Reason: cmd.Reason, Key: cmd.Key}
	draft["reason"] = cmd.Reason
	return w.send(s, "/v1/products/"+url.PathEscape(cmd.Product)+"/tracking", draft)
}

// readTracked reads the lines of a file; a cell that is empty is left out.
func readTracked(in io.Reader) ([]map[string]any, error) {
	r := csv.NewReader(in)
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	for _, name := range head {
		if !slices.Contains(trackColumns, name) {
			return nil, fmt.Errorf("there is no column %q: the columns are %s", name, strings.Join(trackColumns, ", "))
		}
	}
	var items []map[string]any
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return nil, err
		}
		item := map[string]any{}
		for i, cell := range row {
			switch {
			case cell == "":
			case head[i] == "units":
				item["units"] = strings.Fields(cell)
			default:
				item[head[i]] = cell
			}
		}
		items = append(items, item)
	}
}

// template writes a line for each place and lot that has goods of the product.
func (cmd *trackCommand) template(s *session, c *client) error {
	w := csv.NewWriter(s.out)
	if err := w.Write(trackColumns); err != nil {
		return err
	}
	query := queryOf("product", cmd.Product, "limit", "1000")
	for {
		var page api.List[app.StockRow]
		if err := c.get("/v1/stock", query, &page); err != nil {
			return err
		}
		for _, row := range page.Items {
			site, location, _ := strings.Cut(row.Place, "/")
			cells := make([]string, len(trackColumns))
			cells[0], cells[1], cells[2], cells[3] = site, location, row.Lot, row.Quantity.String()
			if row.Second != stock.Quantity(0) {
				cells[10] = row.Second.String()
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
		if page.Next == "" {
			break
		}
		query.Set("cursor", page.Next)
	}
	w.Flush()
	return w.Error()
}
