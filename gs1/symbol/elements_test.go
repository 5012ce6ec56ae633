package symbol

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestIdentifiersAsInDictionary holds the two tables of beginnings to GS1's dictionary, which the package gs1 keeps: each identifier
// there has the length that is told here, and needs no FNC1 behind it just where that is told here.
func TestIdentifiersAsInDictionary(t *testing.T) {
	file, err := os.Open("../dictionary.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		first, last, isRange := strings.Cut(fields[0], "-")
		if !isRange {
			last = first
		}
		from, _ := strconv.Atoi(first)
		to, err := strconv.Atoi(last)
		if err != nil {
			t.Fatal(lines.Text())
		}
		isPredefined := strings.ContainsRune(fields[1], '*')
		for n := from; n <= to; n++ {
			seen++
			ai := fmt.Sprintf("%0*d", len(first), n)
			if lengthOfAI(ai) != len(ai) {
				t.Errorf("AI %s is taken to have %d digits", ai, lengthOfAI(ai))
			}
			if predefined(ai) > 0 != isPredefined {
				t.Errorf("AI %s: predefined length %d, want one: %v", ai, predefined(ai), isPredefined)
			}
		}
	}
	if seen < 400 {
		t.Errorf("%d identifiers were read", seen)
	}
}
