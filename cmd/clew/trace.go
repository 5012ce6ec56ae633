package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"clew/internal/app"
)

// asked names what is looked for, with or without its product.
type asked struct {
	Words   []string `arg:"" name:"code" help:"A lot by our code or a partner's, a serial number, an entry (entry:123), or a reference such as an order; the product may stand in front."`
	Product string   `help:"SKU or GTIN: of that product only." placeholder:"SKU"`
}

// code returns what is looked for, and the product that it is of, if one is named.
func (a *asked) code() (code, product string, err error) {
	code, product = a.Words[len(a.Words)-1], a.Product
	switch {
	case len(a.Words) == 1:
	case len(a.Words) == 2 && product == "":
		product = a.Words[0]
	default:
		return "", "", fmt.Errorf("%w: give one code, or a product and a code: %d words were given", errUsage, len(a.Words))
	}
	return code, product, nil
}

type traceCommand struct {
	reading
	past
	asked
	Kind      string `help:"One of the code's meanings only: lot, alias, unit, entry or reference." enum:",lot,alias,unit,entry,reference" default:""`
	Direction string `help:"Where from (up), where to (down), or neither (none); both when left out." enum:",up,down,none" default:""`
	Levels    int    `help:"The most levels; to the end when left out."`
	All       bool   `help:"List everything that was found; lists are cut to ten lines otherwise."`
}

// Run traces whatever the code means.
func (cmd *traceCommand) Run(s *session) error {
	code, product, err := cmd.code()
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	path := "/v1/trace/" + url.PathEscape(code)
	query := queryOf("product", product, "kind", cmd.Kind, "direction", cmd.Direction)
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
