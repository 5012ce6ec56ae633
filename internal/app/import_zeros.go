package app

import (
	"context"
	"strings"

	"clew/internal/stock"
)

// maxZeros is how many codes a report names that got zeros back; it counts all.
const maxZeros = 50

// zeros gives a GTIN or GLN back the zeros that a spreadsheet took off its front, where its check digit says so.
func (h *header) zeros(c column, text string) (string, *stock.Error) {
	if strings.Trim(text, "0123456789") != "" {
		return text, nil
	}
	restore, whole := stock.PadGTIN, "8, 12, 13 or 14"
	switch {
	case c.name == "gtin" && len(text) != 8 && len(text) < 12:
	case (c.name == "gln" || c.name == "address_gln") && len(text) < 13:
		restore, whole = stock.PadGLN, "13"
	default:
		return text, nil
	}
	code, ok := restore(text)
	if !ok {
		return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, c.name, "%q has %d digits of %s, and zeros in front do not make it whole: take it from its source again, with the column as text", clipped(text), len(text), whole)
	}
	h.restored(c.name, text, code, h.line)
	return code, nil
}

// restored notes a code that got its zeros back.
func (h *header) restored(column, was, code string, line int) {
	if h.noteZeros != nil {
		h.noteZeros(ImportNote{About: "codes", Column: column, Line: line, Text: "line " + itoa(line) + ": " + column + " " + was + " is " + code + ", of which a spreadsheet took zeros off"})
	}
}

// restoreProducts does the same for products that rows of movements name by a GTIN, where the catalogue knows that and no such SKU.
func (r *importRun) restoreProducts(ctx context.Context, batch []*pending) error {
	type place struct {
		p    *pending
		list string
		item *stock.ItemDraft
		at   int
	}
	var found []place
	names := map[string]string{}
	for _, p := range batch {
		if p.fault != nil || p.movement == nil || p.movement.draft == nil {
			continue
		}
		collect := func(list string, items []stock.ItemDraft) {
			for i := range items {
				name := items[i].Product
				if n := len(name); n < 4 || n > 11 || n == 8 || strings.Trim(name, "0123456789") != "" {
					continue
				}
				if code := strings.Repeat("0", 14-len(name)) + name; stock.ValidGTIN(code) {
					found = append(found, place{p, list, &items[i], i})
					names[name] = code
				}
			}
		}
		d := p.movement.draft
		collect("items", d.Items)
		for g := range d.Groups {
			collect("groups["+itoa(g)+"].inputs", d.Groups[g].Inputs)
			collect("groups["+itoa(g)+"].outputs", d.Groups[g].Outputs)
		}
	}
	if len(found) == 0 {
		return nil
	}
	codes, err := r.app.Store.CodesThatLostZeros(ctx, names)
	if err != nil {
		return err
	}
	for _, at := range found {
		code, ok := codes[at.item.Product]
		if !ok {
			continue
		}
		line := at.p.rows[at.p.movement.where[at.list+"["+itoa(at.at)+"]"]].record.line
		r.head.restored("product", at.item.Product, code, line)
		at.item.Product = code
	}
	return nil
}
