package store

import (
	"slices"
	"strings"
	"testing"
)

func TestVerify_Whole(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		isWhole(t, s)
		busy(t, s)
		report := isWhole(t, s)
		if n := len(allEntries(t, s)); report.Entries != int64(n) || report.Items == 0 || report.Units != 30 || report.UnitMoves <= report.Units {
			t.Errorf("%d entries are there, the report says %+v", n, report)
		}
	})
}

// planted is a statement that damages a ledger, by which check and at which record it is to be named.
type planted struct{ name, statement, check, record string }

// faults plant one fault each into a busy ledger; verification must name it. Some damage more than one thing: the check that is
// named must be among the findings, at the record.
var faults = []planted{
	{"entry deleted", `DELETE FROM entry WHERE id = 30`, "entry", "entry 30"},
	{"last entries deleted", `DELETE FROM entry WHERE id > (SELECT MAX(id) - 2 FROM entry)`, "entry", ""},
	{"two entries swapped", `UPDATE entry SET id = CASE id WHEN -20 THEN 21 ELSE 20 END WHERE id IN (-20, -21)`, "leaf", "entry 20"},
	{"entry dated back", `UPDATE entry SET recorded_at = recorded_at - 100000 WHERE id = 25`, "clock", "entry 25"},
	{"entry moved in time", `UPDATE entry SET occurred_at = occurred_at - 1 WHERE id = 25`, "leaf", "entry 25"},
	{"actor changed", `UPDATE entry SET actor = actor + 1 WHERE id = 19`, "leaf", "entry 19"},
	{"client key changed", `UPDATE entry SET client_key = 'queue-9' WHERE client_key = 'queue-2'`, "leaf", ""},
	{"leaf byte", `UPDATE entry SET leaf = CAST(substr(leaf, 1, 20) || x'07' || substr(leaf, 22) AS BLOB) WHERE id = 22`, "leaf", "entry 22"},
	{"leaf cut", `UPDATE entry SET leaf = substr(leaf, 1, length(leaf) - 1) WHERE id = 22`, "leaf", "entry 22"},
	{"leaf of old master data", `UPDATE entry SET leaf = x'01' WHERE id = 3`, "leaf", "entry 3"},
	{"item quantity", `UPDATE item SET quantity = quantity + 1 WHERE id = 1`, "leaf", ""},
	{"item's destination", `UPDATE item SET to_place = (SELECT id FROM place WHERE code = 'QUAR') WHERE id = 1`, "leaf", ""},
	{"item's effective time", `UPDATE item SET effective_at = 1 WHERE id = 1`, "leaf", ""},
	{"item deleted", `DELETE FROM item WHERE id = 2`, "item", ""},
	{"item added", `INSERT INTO item SELECT (SELECT MAX(id) + 1 FROM item), entry, product, lot, quantity, from_place, to_place, known, role, grp, about, flags, units, second, measure, expected, effective_at FROM item WHERE id = 1`, "stray", "item"},
	{"item's units", `UPDATE item SET units = x'02' WHERE id = (SELECT MAX(id) FROM item WHERE units IS NOT NULL)`, "leaf", ""},
	{"packed units damaged", `UPDATE item SET units = x'FF' WHERE id = (SELECT MAX(id) FROM item WHERE units IS NOT NULL)`, "row", ""},
	{"item of a wild kind", `UPDATE item SET role = 9 WHERE id = 1`, "leaf", ""},
	{"kind out of bounds", `UPDATE entry SET kind = 200 WHERE id = 22`, "leaf", "entry 22"},
	{"kind is no number", `UPDATE entry SET kind = 70000 WHERE id = 22`, "row", ""},
	{"mark of a tank removed", `UPDATE item SET flags = flags - 4 WHERE flags >= 4 AND flags < 8`, "mixed", ""},
	{"catch weight", `UPDATE item SET second = second + 1 WHERE second IS NOT NULL`, "leaf", ""},
	{"history row removed", `DELETE FROM item_unit WHERE unit = 7 AND item = (SELECT MAX(item) FROM item_unit WHERE unit = 7)`, "history", "unit 7"},
	{"history of a unit removed", `DELETE FROM item_unit WHERE unit = 30`, "history", "unit 30"},
	{"history row added", `INSERT INTO item_unit VALUES (5, 1, 0)`, "history", "unit 5"},
	{"history row in another role", `UPDATE item_unit SET role = 2 WHERE unit = 9`, "history", "unit 9"},
	{"balance changed", `UPDATE balance SET quantity = quantity + 1 WHERE site > 0 AND product = (SELECT id FROM product WHERE sku = 'SALT')`, "balance", ""},
	{"balance sums", `UPDATE balance SET quantity = quantity + 1 WHERE site > 0 AND product = (SELECT id FROM product WHERE sku = 'SALT')`, "sum", ""},
	{"balance removed", `DELETE FROM balance WHERE site > 0 AND product = (SELECT id FROM product WHERE sku = 'SALT')`, "balance", ""},
	{"balance of another site", `UPDATE balance SET site = 99 WHERE site > 0`, "balance", ""},
	{"balance of the past", `UPDATE balance_past SET quantity = quantity + 1 WHERE product = (SELECT id FROM product WHERE sku = 'SALT')`, "change", ""},
	{"second measure of the past", `UPDATE balance_past SET second = second + 1 WHERE second > 0`, "change", ""},
	{"balance of the past removed", `DELETE FROM balance_past WHERE product = (SELECT id FROM product WHERE sku = 'SALT')`, "change", ""},
	{"balance of the past put into another span", `UPDATE balance_past SET span = span - 1`, "change", ""},
	{"balance of the past added", `INSERT INTO balance_past SELECT product, lot, place, span - 1, quantity, second FROM balance_past`, "change", ""},
	{"life of a balance begins later", `UPDATE balance_life SET first_span = first_span + 1 WHERE product = (SELECT id FROM product WHERE sku = 'SALT')`, "change", ""},
	{"life of a balance ended", `UPDATE balance_life SET last_span = first_span WHERE last_span = 9007199254740992`, "change", ""},
	{"life of a balance at another site", `UPDATE balance_life SET site = 99 WHERE site > 0`, "change", ""},
	{"life of a balance removed", `DELETE FROM balance_life WHERE product = (SELECT id FROM product WHERE sku = 'SALT')`, "change", ""},
	{"balance below zero", `UPDATE balance SET quantity = -1 WHERE site > 0 AND product = (SELECT id FROM product WHERE sku = 'SALT')`, "negative", ""},
	{"balance's second measure", `UPDATE balance SET second = second + 1 WHERE second > 0`, "balance", ""},
	{"unit's place", `UPDATE unit SET place = place + 1 WHERE id = 4`, "unit", "unit 4"},
	{"unit's lot", `UPDATE unit SET lot = 1 WHERE id = 22`, "unit", "unit 22"},
	{"unit's serial", `UPDATE unit SET serial = 'SN9999' WHERE id = 4`, "leaf", ""},
	{"unit's history unknown", `UPDATE unit SET flags = 1 WHERE id = 1`, "leaf", ""},
	{"unit deleted", `DELETE FROM unit WHERE id = 4`, "unit", "unit 4"},
	{"unit added", `INSERT INTO unit SELECT 31, product, 'CH99', lot, place, 0, 0 FROM unit WHERE id = 30`, "unit", "unit 31"},
	{"unit's holds", `UPDATE unit SET holds = 0 WHERE serial = 'SN0007'`, "hold", ""},
	{"unit shipped twice", `UPDATE item SET units = (SELECT units FROM item WHERE id = (SELECT MIN(item) + 0 FROM item_unit WHERE unit = 1 AND item > 3)) WHERE id = (SELECT MAX(item) FROM item_unit WHERE unit = 11)`, "chain", ""},
	{"hold released by hand", `UPDATE hold SET released = 1, units = NULL WHERE released = 0 AND units IS NOT NULL`, "hold", ""},
	{"lot hold released by hand", `UPDATE hold SET released = 1 WHERE lot > 0`, "hold", ""},
	{"hold made active again", `UPDATE hold SET released = 0 WHERE released > 0`, "hold", ""},
	{"hold on another lot", `UPDATE hold SET lot = 1 WHERE lot > 0`, "leaf", ""},
	{"hold's units", `UPDATE hold_unit SET units = x'02' WHERE entry = hold`, "leaf", ""},
	{"hold_unit removed", `DELETE FROM hold_unit WHERE entry = hold`, "leaf", ""},
	{"hold added", `INSERT INTO hold VALUES (5, 1, 0, NULL, 5)`, "stray", "hold"},
	{"lot's date", `UPDATE lot SET expiry = expiry + 1 WHERE code = 'B1'`, "leaf", ""},
	{"lot's code", `UPDATE lot SET code = 'F9' WHERE code = 'F1'`, "leaf", ""},
	{"lot's source", `UPDATE lot SET source = source + 1 WHERE code = 'F1'`, "leaf", ""},
	{"licence", `UPDATE partner SET licences = '[{"kind":"wholesale"}]' WHERE code = (SELECT MIN(code) FROM partner)`, "leaf", ""},
	{"contact", `UPDATE partner SET contacts = '[{"name":"x"}]' WHERE code = (SELECT MIN(code) FROM partner)`, "name", ""},
	{"packaging", `UPDATE product SET packaging = 'case=13' WHERE sku = (SELECT MIN(sku) FROM product)`, "leaf", ""},
	{"GTIN of a case", `INSERT INTO packaging_gtin (gtin, product) SELECT '19521234543210', MIN(id) FROM product`, "row", ""},
	{"lot's cautious date", `UPDATE lot SET cautious = 1 - cautious WHERE code = 'F1'`, "leaf", ""},
	{"lot's first receipt", `UPDATE lot SET first_in = first_in - 1 WHERE code = 'F1'`, "lot", ""},
	{"lot deleted", `DELETE FROM lot WHERE code = 'F1'`, "lot", "lot 1"},
	{"alias changed", `UPDATE alias SET code = 'A2' WHERE code = 'A1'`, "leaf", ""},
	{"aliases swapped", `UPDATE alias SET lot = 3 - lot WHERE lot IN (1, 2)`, "leaf", ""},
	{"alias removed", `DELETE FROM alias WHERE code = 'A1'`, "leaf", ""},
	{"alias of an entry to come", `INSERT INTO alias VALUES ('X', 1, 1, 999)`, "stray", "alias"},
	{"reference changed", `UPDATE reference SET code = 'PO-3' WHERE code = 'PO-2'`, "leaf", ""},
	{"reference added", `INSERT INTO reference VALUES ('X', 'order', 21, 7)`, "leaf", "entry 21"},
	{"note changed", `UPDATE erasable SET text = 'all was well' WHERE field = 'note'`, "leaf", ""},
	{"salt changed", `UPDATE erasable SET salt = x'00000000000000000000000000000000' WHERE field = 'note'`, "leaf", ""},
	{"text removed", `DELETE FROM erasable WHERE field = 'items[0].captured'`, "leaf", ""},
	{"count changed", `UPDATE counted SET expected = expected - 1`, "leaf", ""},
	{"cleaning removed", `DELETE FROM cleaning`, "leaf", ""},
	{"exception resolved by hand", `UPDATE exception SET resolved = 1 WHERE resolved = 0`, "exception", ""},
	{"exception opened again", `UPDATE exception SET resolved = 0`, "exception", ""},
	{"exception's subject", `UPDATE exception_subject SET subject = 'BIKE|SN0009' WHERE subject LIKE 'BIKE|%'`, "leaf", ""},
	{"exception's code", `UPDATE exception SET code = 'insufficient_stock' WHERE resolved = 0`, "leaf", ""},
	{"product renamed", `UPDATE product SET name = 'Cake' WHERE sku = 'BREAD'`, "leaf", ""},
	{"product's strategy", `UPDATE product SET strategy = 3 WHERE sku = 'SALT'`, "leaf", ""},
	{"product in another group", `UPDATE product SET product_group = 0 WHERE sku = 'SALT'`, "leaf", ""},
	{"product group's rule", `UPDATE product_group SET hold_when = 0`, "leaf", ""},
	{"product group's format", `UPDATE product_group SET lot_format = 0`, "leaf", ""},
	{"product group as it was before", `UPDATE product_group SET entry = entry - 1`, "row", ""},
	{"product group deleted", `DELETE FROM product_group`, "row", ""},
	{"product group added", `INSERT INTO product_group (id, entry, code, name, hold_when, active) VALUES (999, 1, 'NEW', 'New', 0, 1)`, "stray", "master data"},
	{"barcode of another product", `UPDATE barcode SET product = 1 WHERE code = '96385074'`, "leaf", ""},
	{"barcode of another level", `UPDATE barcode SET level = '' WHERE level = 'sack'`, "leaf", ""},
	{"barcode taken off", `UPDATE barcode SET active = 0 WHERE code = '96385074'`, "leaf", ""},
	{"barcode found by another code", `UPDATE barcode SET key = 'X' WHERE code = '96385074'`, "row", ""},
	{"barcode deleted", `DELETE FROM barcode WHERE code = '96385074'`, "row", ""},
	{"barcode added", `INSERT INTO barcode SELECT 999, entry, 'NEW', 'NEW', product, level, partner, shared, active FROM barcode WHERE code = '96385074'`, "stray", "master data"},
	{"label's rule", `UPDATE label SET rule = replace(rule, '"lot"', '"serial"')`, "leaf", ""},
	{"label of another product", `UPDATE label SET product = 1`, "leaf", ""},
	{"label as it was before", `UPDATE label SET entry = entry - 1`, "row", ""},
	{"label deleted", `DELETE FROM label`, "row", ""},
	{"label added", `INSERT INTO label SELECT 999, entry, 'NEW', name, partner, product, example, rule, active FROM label`, "stray", "master data"},
	{"product numbered otherwise", `UPDATE product SET serial_format = 0 WHERE sku = 'CHIP'`, "leaf", ""},
	{"format's pattern", `UPDATE format SET pattern = 'X{SEQ:2}' WHERE code = 'CHIP-SN'`, "leaf", ""},
	{"format as it was before", `UPDATE format SET entry = entry - 1, name = 'DAY' WHERE code = 'DAY'`, "row", ""},
	{"format deleted", `DELETE FROM format WHERE code = 'DAY'`, "row", ""},
	{"format added", `INSERT INTO format SELECT 999, entry, 'NEW', name, pattern, restart, per, start, base, free, active FROM format WHERE code = 'DAY'`, "stray", "master data"},
	{"counter set back", `UPDATE format_counter SET next = next - 1 WHERE period = 0`, "number", ""},
	{"counter deleted", `DELETE FROM format_counter WHERE period > 0`, "number", ""},
	{"counter added", `INSERT INTO format_counter SELECT format, 1, site, supplier, product, next FROM format_counter WHERE period > 0`, "number", ""},
	{"draw changed", `UPDATE drawn SET next = next + 1`, "leaf", ""},
	{"draw deleted", `DELETE FROM drawn`, "leaf", ""},
	{"draw of an entry to come", `INSERT INTO drawn SELECT 999, line, format, period, site, supplier, product, drawn_for, first, next, count FROM drawn LIMIT 1`, "stray", "drawn"},
	{"number changed", `UPDATE drawn_number SET code = 'CH99' WHERE code = 'CH12'`, "leaf", ""},
	{"number deleted", `DELETE FROM drawn_number WHERE code = 'CH12'`, "number", ""},
	{"number of another product", `UPDATE drawn_number SET product = 1 WHERE code = 'CH12'`, "number", ""},
	{"number added", `INSERT INTO drawn_number VALUES (1, 0, 1, 'X')`, "stray", "drawn_number"},
	{"value of a field", `UPDATE detail SET value = 'S-2' WHERE value = 'S-1'`, "leaf", ""},
	{"value of another field", `UPDATE detail SET field = field + 1 WHERE value = 'S-1'`, "leaf", ""},
	{"value of another lot", `UPDATE detail SET owner = 1 WHERE value = 'A'`, "leaf", ""},
	{"value of no lot", `UPDATE detail SET kind = 0 WHERE value = 'A'`, "leaf", ""},
	{"value of another product", `UPDATE detail SET owner = owner + 1 WHERE value = '2a'`, "leaf", ""},
	{"newest value deleted", `DELETE FROM detail WHERE value = 'B'`, "leaf", ""},
	{"value deleted", `DELETE FROM detail WHERE value = 'S-1'`, "leaf", ""},
	{"value added", `INSERT INTO detail VALUES (12, 9, 1, 1, 1, 'B')`, "leaf", "entry 12"},
	{"value added for later", `INSERT INTO detail VALUES (999, 0, 1, 1, 1, 'B')`, "stray", "detail"},
	{"field's label", `UPDATE field SET label = 'x' WHERE code = 'seal'`, "leaf", ""},
	{"field no longer asked for", `UPDATE field SET groups = '' WHERE code = 'broker'`, "leaf", ""},
	{"field's choices", `UPDATE field SET choices = 'A' WHERE code = 'grade'`, "leaf", ""},
	{"field as it was before", `UPDATE field SET entry = entry - 1 WHERE code = 'seal'`, "row", ""},
	{"field deleted", `DELETE FROM field WHERE code = 'seal'`, "row", ""},
	{"fields hidden from the writer", `UPDATE ledger_head SET fields = 0`, "stray", "extra fields changed last"},
	{"product changed by an entry to come", `UPDATE product SET entry = 99999, name = 'x' WHERE sku = 'SALT'`, "row", ""},
	{"place changed by another entry", `UPDATE place SET entry = entry + 1, gln = '1' WHERE code = 'QUAR'`, "row", ""},
	{"product deleted", `DELETE FROM product WHERE sku = 'SALT'`, "row", ""},
	{"product as it was before", `UPDATE product SET entry = 3, name = 'BREAD', warn_days = 0 WHERE sku = 'BREAD'`, "row", ""},
	{"product of another class", `UPDATE product SET class = 1 WHERE sku = 'SALT'`, "leaf", ""},
	{"partner renamed", `UPDATE partner SET name = 'Another' WHERE code = 'SHOP'`, "name", ""},
	{"partner's roles", `UPDATE partner SET roles = 7 WHERE code = 'MILL'`, "leaf", ""},
	{"address renamed", `UPDATE place SET name = 'x' WHERE code = 'NORTH'`, "name", ""},
	{"location unblocked", `UPDATE place SET blocking = 0 WHERE code = 'QUAR'`, "leaf", ""},
	{"site moved", `UPDATE site SET time_zone = 'UTC' WHERE code = 'MAIN'`, "leaf", ""},
	{"place added", `INSERT INTO place SELECT 999, entry, kind, site, parent, partner, dispatch, to_site, 'NEW', name, gln, blocking, mixed, zone, active FROM place WHERE code = 'QUAR'`, "stray", "master data"},
	{"actor renamed", `UPDATE actor SET name = 'dock' WHERE name = 'desk'`, "name", ""},
	{"reversed twice", `UPDATE item SET quantity = quantity * 9 WHERE about > 0`, "reversal", ""},
	{"lot that expires hidden", `DELETE FROM dated_lot WHERE lot = (SELECT id FROM lot WHERE code = 'B2')`, "expiry", ""},
	{"lot that expires another day", `UPDATE dated_lot SET governing = governing + 1 WHERE lot = (SELECT id FROM lot WHERE code = 'B2')`, "expiry", ""},
	{"lot that expires elsewhere", `UPDATE dated_lot SET site = site + 1 WHERE lot = (SELECT id FROM lot WHERE code = 'B2')`, "expiry", ""},
	{"word of a product hidden", `DELETE FROM name_word WHERE object = 2 AND word = 'salt'`, "words", ""},
	{"word of another product", `UPDATE name_word SET subject = 999 WHERE object = 2 AND word = 'salt'`, "words", ""},
	{"word of nothing", `INSERT INTO name_word VALUES (77, 'salt', 1)`, "words", "record 1"},
	{"word of a partner changed", `UPDATE name_word SET word = word || 'x' WHERE object = 8`, "words", ""},
	{"audited entry hidden", `DELETE FROM audited WHERE object = 0 AND entry = 3`, "audit", "entry 3"},
	{"audited entry of another product", `UPDATE audited SET subject = 999 WHERE object = 2 AND aspect = 1`, "audit", ""},
	{"audited entry that is none", `INSERT INTO audited VALUES (0, 0, 0, 999)`, "audit", "entry 999"},
	{"head set back", `UPDATE ledger_head SET next_unit = next_unit - 1`, "head", "ledger_head"},
	{"head ahead", `UPDATE ledger_head SET next_entry = next_entry + 1`, "entry", ""},
}

// before are statements that make room for those that break unique keys in between.
var before = map[string]string{"two entries swapped": `UPDATE entry SET id = -id WHERE id IN (20, 21)`}

func TestVerify_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		s.Close()
		for i, f := range slices.Concat(faults, db.faults) {
			if db.slow && !soak() && f.check != "schema" && i%8 != 0 {
				continue
			}
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				statements := []string{f.statement}
				if first := before[f.name]; first != "" {
					statements = []string{first, f.statement}
				}
				if f.check != "schema" {
					broken.tamper(t, statements...)
				} else if err := broken.alter(t, f.statement); err != nil {
					t.Fatal(err)
				}
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				var said []string
				for _, problem := range report.Problems {
					if problem.Check == f.check && (f.record == "" || problem.Record == f.record) && problem.Detail != "" {
						return
					}
					said = append(said, problem.String())
				}
				t.Errorf("it was not named as %s of %q, only: %s", f.check, f.record, strings.Join(said, "\n"))
			})
		}
	})
}
