package sim

import (
	"fmt"
	"slices"

	"clew/internal/stock"
)

// packs changes how bolts are packed.
func packs(inCase int) stock.Body {
	return &stock.ProductDraft{SKU: "BOLT", Packaging: &[]stock.Packaging{{Code: "case", Quantity: stock.Units(inCase)}, {Code: "pallet", Quantity: stock.Units(inCase * 5)}}}
}

// pack has lines count in cases or pallets, or in what nobody packs in.
func (r *drawer) pack(d *stock.MovementDraft) {
	for i := range d.Items {
		it := &d.Items[i]
		if it.Product == "BOLT" && it.Quantity != nil && d.Kind != stock.KindReversal && r.chance(30) {
			it.Packaging, it.Quantity = one(r, []string{"case", "case", "pallet"}), ptr(stock.Units(1+r.IntN(2)))
		}
	}
}

// inPieces is a movement as it counts in the products' own units of measure.
func (m *model) inPieces(d *stock.MovementDraft) *stock.MovementDraft {
	c := *d
	c.Items = slices.Clone(d.Items)
	for i := range c.Items {
		it := &c.Items[i]
		for _, level := range m.products[it.Product].Packaging {
			if it.Packaging == level.Code && it.Quantity != nil {
				it.Quantity = ptr(*it.Quantity / stock.One * level.Quantity)
			}
		}
	}
	return &c
}

// packed: what was counted in cases is booked in pieces, and kept as it was counted.
func (h *history) packed(c command, o stock.Outcome) error {
	d, ok := c.draft.Body.(*stock.MovementDraft)
	if !ok || o.Err != nil || o.Replayed || o.Kept || len(d.Items) != 1 || d.Items[0].Packaging == "" || d.Kind == stock.KindCount || d.Kind == stock.KindArrive {
		return nil
	}
	var sum stock.Quantity
	for _, it := range posted(o).Items {
		if sum += it.Quantity; it.Captured == "" {
			return fmt.Errorf("what was counted in %ss is kept without it", d.Items[0].Packaging)
		}
	}
	if want := *h.m.inPieces(d).Items[0].Quantity; sum != want {
		return fmt.Errorf("%s %ss are %s pieces, %s were booked", d.Items[0].Quantity, d.Items[0].Packaging, want, sum)
	}
	return nil
}
