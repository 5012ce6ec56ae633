package main

import (
	"fmt"
	"strconv"
	"strings"

	"clew/internal/app"
)

type qualityCommand struct {
	reading
	Plans bool `help:"List the quality plans instead: what is asked of the goods of products and product groups."`
}

// Run lists what waits for quality, or what quality asks for.
func (cmd *qualityCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.Plans {
		return cmd.plans(s, c)
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/quality", queryOf(), func(w app.Waiting) error { return list.add(w) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "HOLD", "SINCE", "PRODUCT", "LOT", "WHERE", "NEEDS", "REASON")
	err = pages(c, "/v1/quality", queryOf(), func(w app.Waiting) error {
		var at, needs []string
		for _, p := range w.Stock {
			at = append(at, p.Quantity.String()+" "+p.Place)
		}
		if len(at) == 0 && w.StillHeld > 0 {
			at = []string{fmt.Sprintf("%d units", w.StillHeld)}
		} else if len(at) == 0 {
			at = []string{w.Place}
		}
		for _, n := range w.Needs {
			text := n.File + n.Name + " " + n.State
			if n.Value != nil {
				text += " (" + n.Value.String() + ")"
			}
			needs = append(needs, text)
		}
		t.row(strconv.FormatInt(w.Hold.Hold, 10), w.PlacedAt.String(), w.Product, w.Lot, strings.Join(at, ", "), strings.Join(needs, ", "), cell(w.Reason))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}
