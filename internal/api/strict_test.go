package api

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"clew/internal/stock"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestDecode_Reads(t *testing.T) {
	for _, text := range []string{
		`{}`,
		` { "kind" : "ship" , "items" : [ ] , "close" : true } ` + "\n",
		`{"kind":"receive","site":"MÜNCHEN","items":[{"product":"A","lot":"L\"1","units":["a","b\u00e9","ü"],"quantity":"1.5","expiry":"2026-01-31","second_quantity":3}]}`,
		`{"kind":"make","groups":[{"inputs":[{"product":"A","quantity":12.5}],"outputs":[{"product":"B","expected":"2"}]}],"occurred_at":"2026-01-31T10:00:00+02:00"}`,
		`{"kind":"reversal","reverses":9007199254740991,"items":null,"note":null,"references":[{"kind":"order","code":"4711"}]}`,
		`{"note":"line\nbreak \\ \/ tab\t \ud83d\ude00"}`,
	} {
		var got, want stock.MovementDraft
		if err := decode(text, &got); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s is read other than by encoding/json:\n%s", text, diff)
		}
	}
}

func TestDecode_Refuses(t *testing.T) {
	for _, c := range []struct{ text, field, detail string }{
		{``, "", "a JSON object is expected"},
		{`[]`, "", "a JSON object is expected"},
		{`{`, "", "a name in double quotes is missing"},
		{`{"kind"`, "kind", "a colon is missing"},
		{`{"kind":"ship"`, "", "a comma or } is missing"},
		{`{"kind":"ship",}`, "", "a name in double quotes is expected"},
		{`{"kind":"ship"}{}`, "", "behind the end"},
		{`{"kind":"ship"} x`, "", "behind the end"},
		{`{"kind":"ship","kind":"ship"}`, "kind", "given twice"},
		{`{"Kind":"ship"}`, "Kind", `"Kind" is written "kind"`},
		{`{"warehouse":"A"}`, "warehouse", "not known here"},
		{`{"` + strings.Repeat("x", 100) + `":1}`, "…", "not known here"},
		{`{"items":[{"product":"A"},{"product":"A","product":"B"}]}`, "items[1].product", "given twice"},
		{`{"items":[{"product":"A"} {"product":"A"}]}`, "items[0]", "a comma or ] is expected"},
		{`{"items":[null]}`, "items[0]", "null is no element"},
		{`{"items":{}}`, "items", "an array is expected"},
		{`{"items":[{"product":5}]}`, "items[0].product", "a string is expected"},
		{`{"items":[{"units":["a",5]}]}`, "items[0].units[1]", "a string is expected"},
		{`{"items":[{"units":"a"}]}`, "items[0].units", "an array is expected"},
		{`{"items":[{"quantity":[]}]}`, "items[0].quantity", "a number or a string is expected"},
		{`{"items":[{"quantity":01}]}`, "items[0].quantity", "a number or a string is expected"},
		{`{"items":[{"new":"true"}]}`, "items[0].new", "true or false"},
		{`{"items":[{"item":1.0}]}`, "items[0].item", "a whole number"},
		{`{"items":[{"item":"1"}]}`, "items[0].item", "a whole number"},
		{`{"items":[{"item":99999999999999999999}]}`, "items[0].item", "a whole number"},
		{`{"note":"half \ud83d surrogate"}`, "note", "not valid Unicode"},
		{"{\"note\":\"\xff\"}", "note", "not valid UTF-8"},
		{"{\"note\":\"a\nb\"}", "note", "control character"},
		{`{"note":"\x41"}`, "note", "escape"},
		{`{"note":"open`, "note", `" is missing`},
		{`{"note":"open\`, "note", `" is missing`},
	} {
		err := decode(c.text, &stock.MovementDraft{})
		var bad *malformed
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v, want it malformed", c.text, err)
			continue
		}
		if bad.fault.Field != c.field || !strings.Contains(bad.fault.Detail, c.detail) {
			t.Errorf("%s: %v, want %q about %q", c.text, err, c.detail, c.field)
		}
	}
}

func TestDecode_RefusesValues(t *testing.T) {
	for _, c := range []struct{ text, field, code string }{
		{`{"kind":"teleport"}`, "kind", stock.CodeInvalidValue},
		{`{"occurred_at":"yesterday"}`, "occurred_at", stock.CodeInvalidTime},
		{`{"items":[{},{"quantity":"1e3"}]}`, "items[1].quantity", stock.CodeInvalidQuantity},
		{`{"items":[{},{"quantity":1e3}]}`, "items[1].quantity", stock.CodeInvalidQuantity},
		{`{"items":[{"quantity":"1.0000001"}]}`, "items[0].quantity", stock.CodeOverPrecise},
		{`{"items":[{"expiry":"2026-02-30"}]}`, "items[0].expiry", stock.CodeInvalidDate},
		{`{"items":[` + strings.Repeat(`{},`, maxElements) + `{}]}`, "items", stock.CodeTooMany},
		{`{"items":[{"units":[` + strings.Repeat(`"",`, stock.MaxUnits) + `""]}]}`, "items[0].units", stock.CodeTooMany},
	} {
		err := decode(c.text, &stock.MovementDraft{})
		fault, ok := stock.AsError(err)
		var bad *malformed
		if !ok || errors.As(err, &bad) || fault.Field != c.field || fault.Code != c.code {
			t.Errorf("%.60s: %v, want %s about %s", c.text, err, c.code, c.field)
		}
	}
}

// FuzzDecode holds decode against encoding/json: what it takes, json takes too, and both read the same.
func FuzzDecode(f *testing.F) {
	f.Add(`{"kind":"receive","site":"M","items":[{"product":"A","lot":"L\"1","units":["a","b\u00e9"],"quantity":"1.5","expiry":"2026-01-31"}]}`)
	f.Add(`{"kind":"make","groups":[{"inputs":[{"quantity":12.5}],"outputs":[]}],"close":true,"reverses":-5}`)
	f.Add(`{"note":"\ud83d\ude00","items":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		var got, want stock.MovementDraft
		if decode(text, &got) != nil {
			return
		}
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%q is taken, and is not JSON: %v", text, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q is read other than by encoding/json:\n%s", text, diff)
		}
	})
}
