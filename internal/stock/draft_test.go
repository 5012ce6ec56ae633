package stock

import (
	"strconv"
	"strings"
	"time"
)

// body reads a text as a movement; anything else is a body already. Texts are written as
//
//	KIND [NAME=VALUE | close]...; ITEM; ITEM
//	KIND [...]; INPUT, INPUT => OUTPUT, OUTPUT; ...
//
// an item as PRODUCT[/LOT] [QUANTITY] [#UNIT+UNIT] [<FROM] [>TO] [NAME=VALUE | new]..., an underscore standing for a space. The
// site is S1, receipts come from SUP, shipments go to CUS, and what needs a reason has one, where the text does not say otherwise.
func (l *ledger) body(body any) Body {
	l.t.Helper()
	text, ok := body.(string)
	if !ok {
		return body.(Body)
	}
	parts := strings.Split(text, "; ")
	d := &MovementDraft{Site: "S1"}
	for i, word := range strings.Fields(parts[0]) {
		name, value, _ := strings.Cut(word, "=")
		value = strings.ReplaceAll(value, "_", " ")
		if i == 0 {
			if d.Kind, ok = ParseKind(name); !ok {
				l.t.Fatalf("%q is no kind", name)
			}
			switch d.Kind {
			case KindReceive, KindReturnToSupplier:
				d.Partner = "SUP"
			case KindShip, KindReturn:
				d.Partner = "CUS"
			case KindLoss, KindScrap, KindReversal:
				d.Reason = "because"
			case KindDispatch:
				d.ToSite = "S2"
			case KindArrive:
				d.Site = "S2"
			}
			continue
		}
		switch name {
		case "site":
			d.Site = value
		case "from", "to", "partner":
			d.Partner = value
		case "address":
			d.Address = value
		case "to_site":
			d.ToSite = value
		case "dispatch":
			d.Dispatch, _ = strconv.ParseInt(value, 10, 64)
		case "reverses":
			d.Reverses, _ = strconv.ParseInt(value, 10, 64)
		case "close":
			d.Close = true
		case "purpose":
			_, d.Purpose, _ = strings.Cut(word, "=")
		case "at":
			after, err := time.ParseDuration(value)
			if err != nil {
				l.t.Fatal(err)
			}
			d.OccurredAt = l.s.Now + Time(after.Milliseconds())
		case "reason":
			d.Reason = value
		case "note":
			d.Note = value
		case "override":
			d.Override = value
		case "capture":
			d.Capture = value
		case "ref":
			d.References = append(d.References, Reference{"order", value})
		default:
			l.t.Fatalf("%q: what is %q?", text, word)
		}
	}
	for _, part := range parts[1:] {
		inputs, outputs, group := strings.Cut(part, " => ")
		if !group {
			d.Items = append(d.Items, l.itemDraft(part))
			continue
		}
		g := Group{}
		for _, in := range strings.Split(inputs, ", ") {
			g.Inputs = append(g.Inputs, l.itemDraft(in))
		}
		for _, out := range strings.Split(outputs, ", ") {
			g.Outputs = append(g.Outputs, l.itemDraft(out))
		}
		d.Groups = append(d.Groups, g)
	}
	return d
}

func (l *ledger) itemDraft(text string) ItemDraft {
	l.t.Helper()
	var it ItemDraft
	for i, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		value = strings.ReplaceAll(value, "_", " ")
		switch {
		case i == 0:
			it.Product, it.Lot, _ = strings.Cut(word, "/")
			it.Lot = strings.ReplaceAll(it.Lot, "_", " ")
		case word[0] == '#':
			it.Units = strings.Split(word[1:], "+")
		case word[0] == '<':
			it.From = word[1:]
		case word[0] == '>':
			it.To = word[1:]
		case word == "numbered":
			it.Numbered = true
		case word == "new":
			it.New = true
		case name == "exp":
			it.Expiry = day(value)
		case name == "in":
			it.Packaging = value
		case word == "cautious":
			it.Cautious = true
		case name == "bb":
			it.BestBefore = day(value)
		case name == "sell":
			it.SellBy = day(value)
		case name == "prod":
			it.Production = day(value)
		case name == "sup":
			it.SupplierLot = value
		case name == "how":
			it.How = value
		case name == "captured":
			it.Captured = value
		case name == "override":
			it.Override = value
		case name == "second":
			it.Second, it.Measure = ptr(qty(value)), "KGM"
		case name == "expected":
			it.Expected = ptr(qty(value))
		case name == "item":
			it.Item, _ = strconv.ParseInt(value, 10, 64)
		default:
			it.Quantity = ptr(qty(word))
		}
	}
	return it
}
