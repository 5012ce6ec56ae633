package main

import (
	"net/http"
	"net/url"
	"strconv"

	"clew/internal/app"
)

type traceCommand struct {
	reading
	past
	Code      string `arg:"" help:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order."`
	Product   string `help:"SKU or GTIN: of that product only." placeholder:"SKU"`
	Kind      string `help:"One of the code's meanings only: lot, alias, unit, entry or reference." enum:",lot,alias,unit,entry,reference" default:""`
	Direction string `help:"Where from (up), where to (down), or neither (none); both when left out." enum:",up,down,none" default:""`
	Levels    int    `help:"The most levels; to the end when left out."`
	All       bool   `help:"List everything that was found; lists are cut to ten lines otherwise."`
}

// Run traces whatever the code means.
func (cmd *traceCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	path := "/v1/trace/" + url.PathEscape(cmd.Code)
	query := queryOf("product", cmd.Product, "kind", cmd.Kind, "direction", cmd.Direction)
	cmd.ask(query)
	if cmd.Levels > 0 {
		query.Set("levels", strconv.Itoa(cmd.Levels))
	}
	if cmd.JSON {
		body, err := c.do(http.MethodGet, path, query, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var t app.Trace
	if err := c.get(path, query, &t); err != nil {
		return err
	}
	return app.WriteText(s.out, &t, cmd.All)
}
