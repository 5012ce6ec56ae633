package label

import (
	"strings"
	"testing"
)

const year = 2026

func TestTeach(t *testing.T) {
	for _, c := range []struct {
		name, example, separator string
		marks                    []Mark
		scan                     string
		want                     Reading
	}{
		{"by separators", "4711;L123;261231;40", "", []Mark{{Is: Product, Text: "4711"}, {Is: Lot, Text: "L123"}, {Is: Expiry, Text: "261231", Form: "YYMMDD"}, {Is: Quantity, Text: "40"}},
			"4712;X;270101;12.50", Reading{Product: "4712", Lot: "X", Expiry: "2027-01-01", Quantity: "12.5"}},
		{"one section is not marked", "4711|?|L123", "", []Mark{{Is: Product, Text: "4711"}, {Is: Lot, Text: "L123"}}, "9||B 7", Reading{Product: "9", Lot: "B 7"}},
		{"letters in front", "P4711+TL123+S0001", "", []Mark{{Is: Product, Text: "4711"}, {Is: Lot, Text: "L123", At: 8}, {Is: Serial, Text: "0001"}}, "P9+TL77+S2", Reading{Product: "9", Lot: "L77", Serial: "2"}},
		{"by position", "004711LOT0123420261231", "", []Mark{{Is: Product, Text: "004711"}, {Is: Lot, Text: "01234"}, {Is: BestBefore, Text: "20261231"}}, "000012LOT  A 120270228", Reading{Product: "000012", Lot: "A 1", BestBefore: "2027-02-28"}},
		{"to the end", "4711X0123", "", []Mark{{Is: Product, Text: "4711"}, {Is: Same, Text: "X"}, {Is: Serial, Text: "0123", Rest: true}}, "4712Xabcdef", Reading{Product: "4712", Serial: "abcdef"}},
		{"day of the year", "L26031-7", "", []Mark{{Is: Lot, Text: "L26031-7"}, {Is: Production, Text: "26031", Form: "YYJJJ"}}, "L25365-9", Reading{Lot: "L25365-9", Production: "2025-12-31"}},
		{"a month is its last day", "A/02.2028", "/", []Mark{{Is: Lot, Text: "A"}, {Is: Expiry, Text: "02.2028"}}, "B/04.2027", Reading{Lot: "B", Expiry: "2027-04-30"}},
		{"decimals", "A 001250", "", []Mark{{Is: Product, Text: "A"}, {Is: Quantity, Text: "001250", Decimals: 3}}, "B 000005", Reading{Product: "B", Quantity: "0.005"}},
		{"whatever the section", "Q5,1T77,P9", ",", []Mark{{Is: Quantity, Text: "5", Anywhere: true}, {Is: Product, Text: "9", Anywhere: true}}, "PA,Q6", Reading{Product: "A", Quantity: "6"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule, fault := Teach(c.example, c.separator, c.marks, year)
			if fault != nil {
				t.Fatalf("%s: %s", fault.Field, fault.Text)
			}
			got, ok := rule.Read(c.scan, year)
			if want := c.want; ok != (want != Reading{}) || got != want {
				t.Errorf("%+v reads %q as %+v, %v; want %+v", rule, c.scan, got, ok, want)
			}
		})
	}
}

func TestTeach_Refused(t *testing.T) {
	for _, c := range []struct {
		name, example, separator string
		marks                    []Mark
		field                    string
	}{
		{"no example", "", "", []Mark{{Is: Lot, Text: "A"}}, "example"},
		{"long example", strings.Repeat("a", MaxText+1), "", []Mark{{Is: Lot, Text: "A"}}, "example"},
		{"no marks", "A", "", nil, "marks"},
		{"too many marks", "A", "", make([]Mark, maxMarks+1), "marks"},
		{"no such separator", "A", ";", []Mark{{Is: Lot, Text: "A"}}, "separator"},
		{"kind", "A", "", []Mark{{Is: "colour", Text: "A"}}, "marks[0].is"},
		{"not there", "A", "", []Mark{{Is: Lot, Text: "B"}}, "marks[0].text"},
		{"twice there", "A;A", "", []Mark{{Is: Lot, Text: "A"}}, "marks[0].at"},
		{"not there at", "A;B", "", []Mark{{Is: Lot, Text: "A", At: 2}}, "marks[0].at"},
		{"beyond", "A;B", "", []Mark{{Is: Lot, Text: "A", At: 99}}, "marks[0].at"},
		{"date of two forms", "A;010226", "", []Mark{{Is: Lot, Text: "A"}, {Is: Expiry, Text: "010226"}}, "marks[1].form"},
		{"no date", "A;B", "", []Mark{{Is: Lot, Text: "A"}, {Is: Expiry, Text: "B"}}, "marks[1].form"},
		{"wrong form", "A;010226", "", []Mark{{Is: Lot, Text: "A"}, {Is: Expiry, Text: "010226", Form: "HHMMSS"}}, "marks[1].form"},
		{"form of a lot", "A", "", []Mark{{Is: Lot, Text: "A", Form: "YYMMDD"}}, "marks[0].form"},
		{"decimals of a lot", "A", "", []Mark{{Is: Lot, Text: "A", Decimals: 1}}, "marks[0].decimals"},
		{"names nothing", "261231", "", []Mark{{Is: Expiry, Text: "261231", Form: "YYMMDD"}}, "marks"},
		{"no quantity", "A;B", "", []Mark{{Is: Lot, Text: "A"}, {Is: Quantity, Text: "B"}}, "marks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, fault := Teach(c.example, c.separator, c.marks, year); fault == nil || fault.Field != c.field || fault.Error() == "" {
				t.Errorf("got %+v, want %s", fault, c.field)
			}
		})
	}
}

func TestRead_NoSuchLabel(t *testing.T) {
	rule, fault := Teach("4711;L123;261231", "", []Mark{{Is: Product, Text: "4711"}, {Is: Lot, Text: "123", At: 7}, {Is: Expiry, Text: "261231", Form: "YYMMDD"}}, year)
	if fault != nil {
		t.Fatal(fault)
	}
	for _, scan := range []string{"", "4711", "4711;L1", "4711;X1;261231", "4711;L;261231", ";L1;261231", "4711;L1;261331", "4711;L1;26123", "4711;L1;2612310", "4711;L1;261231;", "\xff;L1;261231", strings.Repeat("a", MaxText+1)} {
		if got, ok := rule.Read(scan, year); ok {
			t.Errorf("%q is read as %+v", scan, got)
		}
	}
}

// FuzzTeach: a rule that was made reads its example as it was marked, and no scan makes it fail.
func FuzzTeach(f *testing.F) {
	f.Add("4711;L123;261231", ";", "4711", "L123", "261231", "YYMMDD", "4712;L9;270101")
	f.Add("004711LOT01234", "", "004711", "01234", "", "", "000012LOT  A 1")
	f.Add("A/02.2028", "/", "A", "", "02.2028", "MM.YYYY", "é/é")
	f.Fuzz(func(t *testing.T, example, separator, product, lot, date, form, scan string) {
		var marks []Mark
		for _, m := range []Mark{{Is: Product, Text: product}, {Is: Lot, Text: lot}, {Is: Expiry, Text: date, Form: form}} {
			if m.Text != "" {
				marks = append(marks, m)
			}
		}
		rule, fault := Teach(example, separator, marks, year)
		if fault != nil {
			if fault.Field == "" || fault.Text == "" {
				t.Fatalf("fault %+v", fault)
			}
			return
		}
		got, ok := rule.Read(example, year)
		if !ok || product != "" && got.Product != strings.TrimSpace(product) || lot != "" && got.Lot != strings.TrimSpace(lot) {
			t.Fatalf("%+v reads its example %q as %+v, %v", rule, example, got, ok)
		}
		rule.Read(scan, year)
	})
}
