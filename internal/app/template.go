package app

import (
	"context"
	"io"
	"slices"
	"strings"

	"clew/internal/stock"
)

// columnMeanings say what columns mean, for people who fill them in, with an example behind a bar. A column that means another thing in a kind of
// file is there with the kind in front.
var columnMeanings = map[string]string{
	"sku": "Code of the product.|FLOUR-25", "gtin": "Its number in shops: 8, 12, 13 or 14 digits.|4006381333931", "name": "What people call it.|Wheat flour",
	"tracking": "How it is told apart: none, lot or serial.|lot", "uom": "Unit of its quantities as UN/ECE Rec 20 has it: H87 is a piece.|KGM", "decimals": "Decimals of its quantities.|3",
	"strategy": "Which lot goes first where none is named: fefo, fifo or lifo.|fefo", "tolerance_days": "Days by which the strategy may be departed from.|0",
	"requires": "Dates that its lots must have.|best_before", "past_date": "Whether goods past their date warn or are blocked: warns or blocks.|blocks",
	"shelf_life_days": "Days from production to the date.|360", "warn_days": "Days before the date from which it is warned of.|30", "unit_cost": "What one unit costs.|0.85", "class": "How much it counts: A, B or C.|",
	"tags": "Words to find it by, with | between.|organic", "hold_on": "When goods start on hold: receive, produce, return, with | between.|",
	"products group": "Code of its product group.|", "packaging": "Which packaging the quantity counts in, or the levels of a product.|", "barcodes": "Further codes that it is scanned by, as code, level=code or PARTNER:code, with | between.|", "lot_format": "Code of the format that writes its lot codes.|", "serial_format": "Code of the format that writes its serial numbers.|",
	"active": "yes, or no to retire it.|yes", "code": "Code, as it is named elsewhere.|", "supplier_licence": "Kind of licence a supplier of it needs.|", "customer_licence": "Kind of licence a customer of it needs.|",
	"time_zone": "As the tz database names it.|Europe/Berlin", "gln": "Its GS1 location number.|", "private": "yes if others may know no more than that goods are there.|no", "contact": "Whom others call about goods at a private site.|",
	"site": "Code of the site.|MAIN", "parent": "Location that it lies in.|", "blocking": "yes if what lies there is on hold.|no", "mixed": "yes if lots mix there, as in a tank.|no", "zone": "yes if it only holds other locations.|no",
	"roles": "supplier, customer, carrier, with | between.|supplier", "contacts": "Whom to reach.|", "licences": "What it may deal in, and until when.|",
	"address": "Code of a further address; empty for the main one.|", "address_name": "The address.|", "address_gln": "Its GS1 location number.|",
	"reference": "Names the movement; rows with the same are one, and it is never recorded twice.|", "occurred_at": "Day, or day and time at the site.|2026-01-31", "reason": "Why.|", "note": "Any remark.|", "capture": "How it was captured.|",
	"location": "Where it lies.|A1", "product": "Code of the product.|FLOUR-25", "scan": "A scanned code in place of product, lot, units and dates.|", "lot": "Code of the lot.|L-2601", "units": "Serial numbers and ranges, with spaces between.|", "quantity": "How much, in the product's unit.|250",
	"production": "Day of production.|2026-01-10", "best_before": "Day it is best before.|2027-01-05", "sell_by": "Day it is to be sold by.|", "expiry": "Day it must not be used after.|", "cautious": "yes if the date is only the earliest it can be.|",
	"how": "How it was read: typed or scanned.|", "captured": "What was scanned, letter by letter.|", "second_quantity": "How much in a second unit.|", "second_uom": "The second unit.|",
	"kind": "What happened: receive, move, ship, consume, produce, count and others.|receive", "partner": "Code of who it came from or went to.|MILL", "to_site": "Site that it goes to.|",
	"dispatch": "Reference of the dispatch that arrives.|", "close": "yes if nothing more of the dispatch will come.|", "purpose": "What it is done for.|", "reverses": "Reference of the movement that is undone. Of a correction: of the movement that booked the goods, or of the correction that is taken back.|",
	"hold": "Of a release: reference of the hold that it lifts.|", "movements tracking": "Of a change of tracking: how the product is told apart from then on.|", "becomes": "Of a correction: the right lot code or serial number. Of a change of tracking: the lot that the goods are of from then on.|", "corrects": "Of a correction: same, where the lot or unit is the one that it becomes: what was booked as two is one; goods, where these goods of the lot were of the one that it becomes; undo, where a correction is taken back.|",
	"item": "Place of the item in the movement that is undone, or whose goods are put right.|", "role": "Of a transformation: input or output.|", "group": "Ties inputs to outputs.|", "from": "Location it leaves.|", "to": "Location it comes to.|A1",
	"supplier_lot": "The lot's code at its supplier.|", "new": "yes if the lot has to be a new one.|", "numbered": "yes if the lot code or the serial numbers are to be drawn from the product's format.|", "expected": "What was there before the count.|", "override": "Why a hold, date or strategy was passed over.|",
	"order": "Number of the order.|", "delivery_note": "Number of the delivery note.|", "invoice": "Number of the invoice.|", "batch_record": "Number of the production record.|", "references": "Other papers, as kind:code with | between.|",
}

// codeExamples are examples of codes, by kind of file.
var codeExamples = map[string]string{"product-groups": "CHILLED", "sites": "MAIN", "locations": "A1", "partners": "MILL"}

// meaningOf says what a column of a kind of file means, and gives an example.
func meaningOf(kind string, c column) (meaning, example string) {
	if c.note != "" {
		return c.note, ""
	}
	text, ok := columnMeanings[kind+" "+c.name]
	if !ok {
		text = columnMeanings[c.name]
	}
	meaning, example = cutLast(text)
	if c.name == "code" {
		example = codeExamples[kind]
	}
	return meaning, example
}

// cutLast cuts at the last bar: meanings have bars of their own.
func cutLast(text string) (before, after string) {
	at := strings.LastIndexByte(text, '|')
	if at < 0 {
		return text, ""
	}
	return text[:at], text[at+1:]
}

// Template writes an empty file of a kind that Import reads: its header, and in a workbook a second sheet that says what the columns
// mean, with examples. Nothing in it is ever imported by mistake.
func (a *App) Template(ctx context.Context, kind, format string, w io.Writer) error {
	t, err := a.tableOf(ctx, kind)
	if err != nil {
		return err
	}
	if t == nil {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "kind", "%q is none of %s", clipped(kind), strings.Join(ImportKinds, ", "))
	}
	if format != "" && !slices.Contains(FileFormats, format) {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "format", "%q is none of %s", clipped(format), strings.Join(FileFormats, ", "))
	}
	out := newRowWriter(w, format)
	if err := out.begin(kind, t.columns); err != nil {
		return err
	}
	if format == "xlsx" {
		if err := t.explain(out); err != nil {
			return err
		}
	}
	return out.close()
}

// explain writes the sheet that says what the columns mean.
func (t *table) explain(out rowWriter) error {
	if err := out.begin("columns", []column{{name: "column"}, {name: "needed"}, {name: "meaning"}, {name: "example"}}); err != nil {
		return err
	}
	for _, c := range t.columns {
		meaning, example := meaningOf(t.kind, c)
		if err := out.row([]string{c.name, yesOnly(c.required), meaning, example}); err != nil {
			return err
		}
	}
	return nil
}
