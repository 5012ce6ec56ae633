package demo

import (
	"fmt"

	"clew/internal/stock"
)

func of[T any](v T) *T { return &v }

// grams is a quantity of a product measured in kilograms.
func grams(n int) stock.Quantity { return stock.Quantity(n) * 1000 }

// kilos is a quantity of a product measured in kilograms.
func kilos(n int) stock.Quantity { return stock.Units(n) }

// plain is an item of a product without lots.
func plain(sku string, quantity stock.Quantity, from, to string) stock.ItemDraft {
	return stock.ItemDraft{Product: sku, Quantity: of(quantity), From: from, To: to}
}

// item is an item of a portion.
func (p portion) item(sku, from, to string) stock.ItemDraft {
	it := stock.ItemDraft{Product: sku, Lot: p.code, From: from, To: to}
	if p.serials != nil {
		it.Units = p.serials
		return it
	}
	it.Quantity = of(p.quantity)
	return it
}

// items are the items of portions.
func items(sku string, portions []portion, from, to string) []stock.ItemDraft {
	var out []stock.ItemDraft
	for _, p := range portions {
		out = append(out, p.item(sku, from, to))
	}
	return out
}

// paper is a reference.
func paper(kind, format string, args ...any) []stock.Reference {
	return []stock.Reference{{Kind: kind, Code: fmt.Sprintf(format, args...)}}
}

// run is a range of serial numbers: a prefix and a running number of six digits.
func run(prefix string, first, n int) []string {
	if n == 1 {
		return []string{serial(prefix, first)}
	}
	return []string{fmt.Sprintf("%s~+%d", serial(prefix, first), n-1)}
}

func serial(prefix string, n int) string { return fmt.Sprintf("%s%06d", prefix, n) }

// serials are the single serial numbers of a range.
func serials(prefix string, first, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = serial(prefix, first+i)
	}
	return out
}
