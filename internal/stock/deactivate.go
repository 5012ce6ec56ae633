package stock

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// AtSite asks for what is at a site or on its way there, up to a few balances: enough to say that it is not empty.
func (n *Needs) AtSite(code string) {
	if code != "" {
		add(n.SiteStock, code)
	}
}

// deactivates reports whether a draft takes a record out of use. What it would strand is loaded for it, and not for drafts beside it.
func deactivates(active *bool) bool { return active != nil && !*active }

// stranded refuses to take a product or a site out of use while there are goods that could then neither be shipped nor moved: it lists
// where they are, by the places that counts says it concerns.
func (s *State) stranded(what string, counts func(Slot, *Place) bool) *Error {
	var left []Slot
	for slot, b := range s.Balances {
		at := s.Places[slot.Place]
		if b.Quantity != 0 && at != nil && (at.Real() || at.Kind == PlaceTransit) && counts(slot, at) {
			left = append(left, slot)
		}
	}
	if len(left) == 0 {
		return nil
	}
	slices.SortFunc(left, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(s.PlaceName(a.Place), s.PlaceName(b.Place)), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Lot, b.Lot))
	})
	var lines []string
	for _, slot := range left[:min(len(left), strandedShown)] {
		lines = append(lines, s.Balances[slot].Quantity.String()+" of "+s.ProductIDs[slot.Product].SKU+" at "+s.slotName(slot))
	}
	more := ""
	if len(left) > strandedShown {
		more = " and at " + strconv.Itoa(len(left)-strandedShown) + " more places or lots"
	}
	err := Errorf(Conflict, CodeStockLeft, "active", "there is stock of %s: %s%s; ship, move or scrap it first", what, strings.Join(lines, "; "), more)
	err.About = lines
	return err
}

// strandedShown is how much of what is left is named.
const strandedShown = 20
