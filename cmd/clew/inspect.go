package main

import (
	"fmt"
	"strings"

	"clew/internal/app"
)

type inspectCommand struct {
	reading
	Product string   `arg:"" help:"SKU or GTIN."`
	Lot     string   `arg:"" help:"The lot that was measured."`
	Values  []string `arg:"" help:"What was measured, as NAME=VALUE: fat=3.6." placeholder:"NAME=VALUE"`
	At      string   `help:"When it was measured, RFC 3339; now when left out." placeholder:"TIME"`
	Note    string   `placeholder:"TEXT"`
	Key     string   `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run records what was measured of a lot.
func (cmd *inspectCommand) Run(s *session) error {
	var values []map[string]string
	for _, text := range cmd.Values {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("%w: %q is not written as NAME=VALUE", errUsage, text)
		}
		values = append(values, map[string]string{"name": strings.TrimSpace(name), "value": strings.TrimSpace(value)})
	}
	draft := map[string]any{"product": cmd.Product, "lot": cmd.Lot, "values": values}
	for name, text := range map[string]string{"note": cmd.Note, "occurred_at": cmd.At} {
		if text != "" {
			draft[name] = text
		}
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.send(s, "/v1/inspections", draft)
}

// plans lists what quality asks for.
func (cmd *qualityCommand) plans(s *session, c *client) error {
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/quality-plans", queryOf(), func(p app.PlanSet) error { return list.add(p) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "ENTRY", "PRODUCT", "GROUP", "NEEDS")
	err := pages(c, "/v1/quality-plans", queryOf(), func(p app.PlanSet) error {
		var needs []string
		for _, n := range p.Needs {
			needs = append(needs, n.Text())
		}
		t.row(fmt.Sprint(p.Entry), p.Product, p.Group, cell(strings.Join(needs, ", ")))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}
