package app

import (
	"context"
	"fmt"
	"strconv"

	"clew/internal/stock"
	"clew/internal/store"
)

// Corrected is one thing that a correction put right.
type Corrected struct {
	Product string `json:"product"`
	Lot     string `json:"lot,omitempty" doc:"As it is called now."`
	Unit    string `json:"unit,omitempty" doc:"Of a serial number: the unit, as it is called now."`
	Field   string `json:"field" doc:"lot, production, best_before, sell_by, expiry or source; of a unit: serial"`
	Before  string `json:"before,omitempty" doc:"What was found wrong."`
	After   string `json:"after,omitempty" doc:"What is right."`
}

// Text tells it to people.
func (c Corrected) Text() string {
	word := func(text string) string {
		if text == "" {
			return "none"
		}
		return text
	}
	return fmt.Sprintf("%s %s corrected to %s", c.Field, word(c.Before), word(c.After))
}

func viewCorrections(made []stock.Correction, n *store.Names) []Corrected {
	return views(made, func(c stock.Correction) Corrected {
		out := Corrected{Lot: lotCode(n, c.Lot), Field: c.Field, Before: c.Before, After: c.After}
		if l := n.Lots[c.Lot]; l != nil && n.Products[l.Product] != nil {
			out.Product = n.Products[l.Product].SKU
		}
		if u := n.Units[c.Unit]; u != nil && n.Products[u.Product] != nil {
			out.Product, out.Unit = n.Products[u.Product].SKU, u.Serial
		}
		if c.Field == "source" {
			out.Before, out.After = namedSource(n, c.Before), namedSource(n, c.After)
		}
		return out
	})
}

func namedSource(n *store.Names, text string) string {
	id, _ := strconv.ParseInt(text, 10, 64)
	return partnerCode(n, id)
}

// formerLots are the codes that a lot had before corrections, of all the aliases of some lots.
func formerLots(l *stock.Lot, aliases []stock.Alias) []string {
	var out []string
	for _, a := range aliases {
		if a.Lot == l.ID && a.Partner == 0 && a.Code != l.Code {
			out = append(out, a.Code)
		}
	}
	return out
}

// Affected is what a correction of a lot would show in another light.
type Affected struct {
	Product    string          `json:"product"`
	Lot        string          `json:"lot"`
	FormerLots []string        `json:"former_lots,omitempty"`
	Movements  int64           `json:"movements" doc:"How many movements name the lot."`
	Customers  int             `json:"customers" doc:"How many addresses of partners have goods of it, among the places listed."`
	Places     []AffectedPlace `json:"places" doc:"Where goods of the lot are, up to 1,000 places."`
}

// AffectedPlace is a place with goods of the lot.
type AffectedPlace struct {
	Place    string         `json:"place"`
	Quantity stock.Quantity `json:"quantity"`
}

// Affected tells what a correction of a lot would touch, before it is made.
func (a *App) Affected(ctx context.Context, product, lot string) (Affected, error) {
	p, err := a.Store.Product(ctx, product)
	if err != nil {
		return Affected{}, err
	}
	l, err := a.lot(ctx, p, lot)
	if err != nil {
		return Affected{}, err
	}
	aliases, err := a.Store.AliasesOf(ctx, []int64{l.ID})
	if err != nil {
		return Affected{}, err
	}
	places, movements, err := a.Store.TouchedBy(ctx, p.ID, l.ID, 1000)
	if err != nil {
		return Affected{}, err
	}
	n := store.NewNames()
	for _, t := range places {
		n.WantPlaces(t.Place)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return Affected{}, err
	}
	out := Affected{Product: p.SKU, Lot: l.Code, FormerLots: formerLots(l, aliases), Movements: movements, Places: []AffectedPlace{}}
	for _, t := range places {
		out.Places = append(out.Places, AffectedPlace{n.PlaceRef(t.Place), t.Quantity})
		if at := n.Places[t.Place]; at != nil && at.Kind == stock.PlacePartner {
			out.Customers++
		}
	}
	return out, nil
}
