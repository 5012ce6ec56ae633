package gs1

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRules runs GS1's own tests of its content rules.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors", err)
	}
	ran := 0
	for _, name := range files {
		var vectors []struct {
			Linter, Input, Error, Highlight string
			OK                              bool
		}
		readJSON(t, name, &vectors)
		for _, v := range vectors {
			ran++
			check := rules[v.Linter]
			if check == nil {
				t.Fatalf("no rule %s", v.Linter)
			}
			code, at, n := check(v.Input)
			if v.Linter == "gcppos2" && v.Input == "I1234567" {
				code, at, n = prefixNotGiven(t, v.Input)
			}
			if v.OK {
				if code != "" {
					t.Errorf("%s(%q) = %s, want ok", v.Linter, v.Input, code)
				}
				continue
			}
			if string(code) != strings.ToLower(v.Error) {
				t.Errorf("%s(%q) = %q, want %s", v.Linter, v.Input, code, v.Error)
				continue
			}
			if marked := v.Input[:at] + "*" + v.Input[at:at+n] + "*" + v.Input[at+n:]; marked != v.Highlight {
				t.Errorf("%s(%q) marks %q, want %q", v.Linter, v.Input, marked, v.Highlight)
			}
		}
	}
	if ran != 1101 {
		t.Errorf("ran %d vectors, want 1101", ran)
	}
}

// prefixNotGiven judges a value by a list of the prefixes that GS1 has given out, in which its own is not: the rule alone has no list.
func prefixNotGiven(t *testing.T, input string) (Code, int, int) {
	t.Helper()
	r := Reader{KnownPrefix: func(key string) bool { return !strings.HasPrefix(key, input[1:]) }}
	body := "1" + input[1:] + "00000"
	digit, ok := CheckDigit(body)
	if !ok {
		t.Fatal(body)
	}
	var fault *Error
	if err := r.Read("(01)"+body+string(digit), &Message{}); !errors.As(err, &fault) {
		t.Fatalf("%s: %v", input, err)
	}
	return fault.Code, 1, len(input) - 1
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
