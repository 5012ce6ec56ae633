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
	Field   string `json:"field" doc:"lot, production, best_before, sell_by, expiry or source; of a unit: serial; same_as: before is the same lot or unit as after; goods: what was booked as lot before is of lot after"`
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
	switch {
	case c.Field == "goods":
		return fmt.Sprintf("goods booked as lot %s are of lot %s", c.Before, c.After)
	case c.Field == "same_as" && c.Before == "":
		return c.After + " is one of its own after all"
	case c.Field == "same_as":
		return fmt.Sprintf("%s is the same as %s", c.Before, c.After)
	}
	return fmt.Sprintf("%s %s corrected to %s", c.Field, word(c.Before), word(c.After))
}

func viewCorrections(made []stock.Correction, n *store.Names) []Corrected {
	var out []Corrected
	for _, c := range made {
		v := Corrected{Lot: lotCode(n, c.Lot), Field: c.Field, Before: c.Before, After: c.After}
		if l := n.Lots[c.Lot]; l != nil && n.Products[l.Product] != nil {
			v.Product = n.Products[l.Product].SKU
		}
		if u := n.Units[c.Unit]; u != nil && n.Products[u.Product] != nil {
			v.Product, v.Unit = n.Products[u.Product].SKU, u.Serial
		}
		switch {
		case c.Field == "source":
			v.Before, v.After = namedSource(n, c.Before), namedSource(n, c.After)
		case c.Field == "goods":
			v.Before, v.After = namedLot(n, c.Before), namedLot(n, c.After)
		case stock.Nameless(c.After), c.Lot != 0 && c.Field == "same_as":
			continue // told with what it was called, or is called again
		case stock.Nameless(c.Before):
			v.Field, v.Before = "same_as", ""
		}
		if c.Lot != 0 && stock.Nameless(c.Before) {
			v.Lot = c.After
		}
		out = append(out, v)
	}
	return append(out, viewOnes(made, n)...)
}

// viewOnes tells which lots were found to be one.
func viewOnes(made []stock.Correction, n *store.Names) []Corrected {
	var out []Corrected
	for _, c := range made {
		if c.Field != "lot" || !stock.Nameless(c.After) {
			continue
		}
		for _, same := range made {
			if same.Lot == c.Lot && same.Field == "same_as" {
				v := Corrected{Lot: namedLot(n, same.After), Field: "same_as", Before: c.Before, After: namedLot(n, same.After)}
				if l := n.Lots[c.Lot]; l != nil && n.Products[l.Product] != nil {
					v.Product = n.Products[l.Product].SKU
				}
				out = append(out, v)
			}
		}
	}
	return out
}

func namedLot(n *store.Names, text string) string {
	id, _ := strconv.ParseInt(text, 10, 64)
	return lotCode(n, id)
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

// Affected is what a correction of a lot or a unit would show in another light.
type Affected struct {
	Product    string          `json:"product"`
	Lot        string          `json:"lot,omitempty"`
	Unit       string          `json:"unit,omitempty"`
	FormerLots []string        `json:"former_lots,omitempty"`
	Movements  int64           `json:"movements" doc:"How many movements name the lot or the unit."`
	Customers  int             `json:"customers" doc:"How many addresses of partners have goods of it, among the places listed."`
	Places     []AffectedPlace `json:"places" doc:"Where its goods are, up to 1,000 places."`
	Items      []AffectedItem  `json:"items" doc:"What stands of all that was booked as it, in order, up to 1,000 items: a correction of a part names these."`
	More       bool            `json:"more,omitempty" doc:"There are more items."`
}

// AffectedPlace is a place with goods of the lot.
type AffectedPlace struct {
	Place    string         `json:"place"`
	Quantity stock.Quantity `json:"quantity"`
}

// AffectedItem is what stands in the place of an item of a movement.
type AffectedItem struct {
	Entry    int64          `json:"entry,omitempty" doc:"Left out where the item was of other goods before a correction."`
	Item     int64          `json:"item"`
	At       stock.Time     `json:"took_effect"`
	Quantity stock.Quantity `json:"quantity"`
	From     string         `json:"from"`
	To       string         `json:"to"`
}

// Affected tells what a correction of a lot, or of a unit, would touch, before it is made.
func (a *App) Affected(ctx context.Context, product, lot, serial string) (Affected, error) {
	p, err := a.Store.Product(ctx, product)
	if err != nil {
		return Affected{}, err
	}
	out := Affected{Product: p.SKU, Places: []AffectedPlace{}, Items: []AffectedItem{}}
	var places []store.Touched
	var items []stock.Deed
	switch {
	case lot != "" && serial != "", lot == "" && serial == "":
		return out, stock.Errorf(stock.Invalid, stock.CodeRequired, "lot", "name the lot, or the unit")
	case serial != "":
		u, err := a.unit(ctx, p, serial)
		if err != nil {
			return out, err
		}
		out.Unit, places = u.Serial, []store.Touched{{Place: u.Place, Quantity: stock.One}}
		if items, out.More, out.Movements, err = a.Store.StandingOfUnit(ctx, u.ID, mostAffected); err != nil {
			return out, err
		}
	default:
		l, err := a.lot(ctx, p, lot)
		if err != nil {
			return out, err
		}
		aliases, err := a.Store.Today().AliasesOf(ctx, []int64{l.ID})
		if err != nil {
			return out, err
		}
		out.Lot, out.FormerLots = l.Code, formerLots(l, aliases)
		if places, out.Movements, err = a.Store.TouchedBy(ctx, p.ID, l.ID, mostAffected); err != nil {
			return out, err
		}
		if items, out.More, err = a.Store.StandingOfLot(ctx, l.ID, mostAffected); err != nil {
			return out, err
		}
	}
	n := store.NewNames()
	for _, t := range places {
		n.WantPlaces(t.Place)
	}
	for _, d := range items {
		n.WantPlaces(d.From, d.To)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return out, err
	}
	for _, t := range places {
		out.Places = append(out.Places, AffectedPlace{n.PlaceRef(t.Place), t.Quantity})
		if at := n.Places[t.Place]; at != nil && at.Kind == stock.PlacePartner {
			out.Customers++
		}
	}
	for _, d := range items {
		out.Items = append(out.Items, AffectedItem{Entry: d.Entry, Item: d.ID, At: d.When, Quantity: d.Quantity, From: n.PlaceRef(d.From), To: n.PlaceRef(d.To)})
	}
	return out, nil
}

// mostAffected is how many places, and how many items, are shown of what a correction would touch.
const mostAffected = 1000
