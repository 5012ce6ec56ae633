package api

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/stock"
)

// The desk says every code in the languages that it has: a code that is added gets its sentence, one that goes takes it along.
func TestDeskSaysEveryCode(t *testing.T) {
	for _, language := range []string{"en", "de"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "web", "messages", language, "codes.json"))
		if err != nil {
			t.Fatal(err)
		}
		var says map[string]string
		if err := json.Unmarshal(text, &says); err != nil {
			t.Fatalf("%s: %s", language, err)
		}
		for code := range stock.Codes {
			if s := says[code]; s == "" || !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %s has no sentence", language, code)
			}
		}
		for code := range says {
			if _, known := stock.Codes[code]; !known {
				t.Errorf("%s: %s is no code any more", language, code)
			}
		}
	}
}
