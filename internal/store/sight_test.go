package store

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestSchema_Sight: each table says which of its rows may be seen by those from whom sites are hidden.
func TestSchema_Sight(t *testing.T) {
	for _, table := range slices.Sorted(maps.Keys(tables().made)) {
		if _, says := seen()[table]; !says {
			t.Errorf("table %s: say in sight.go which rows may be seen where a site is hidden, or that it tells nothing of sites", table)
		}
	}
	for table := range seen() {
		if !tables().made[table] {
			t.Errorf("there is no table %s", table)
		}
	}
}

// TestNarrowed: every table that a statement reads is narrowed, whatever it is called there, and nothing else.
func TestNarrowed(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT 1 FROM site":                                                 "SELECT 1 FROM (SELECT * FROM site WHERE *) site",
		"SELECT 1 FROM site s WHERE s.id = $1":                               "SELECT 1 FROM (SELECT * FROM site WHERE *) s WHERE s.id = $1",
		"SELECT 1 FROM site WHERE id = $1":                                   "SELECT 1 FROM (SELECT * FROM site WHERE *) site WHERE id = $1",
		"SELECT 1 FROM product p CROSS JOIN site AS s ON true":               "SELECT 1 FROM product p JOIN (SELECT * FROM site WHERE *) AS s ON true",
		"WITH ours AS (SELECT 1 FROM ours) SELECT (SELECT 1 FROM site) AS x": "WITH ours AS (SELECT 1 FROM ours) SELECT (SELECT 1 FROM (SELECT * FROM site WHERE *) site) AS x",
	} {
		got, err := narrowed(text, 1)
		condition := strings.ReplaceAll(seen()["site"], "$HIDDEN", "$2")
		if got = strings.ReplaceAll(got, condition, "*"); err != nil || got != want {
			t.Errorf("%s:\n%s\n%s (%v)", text, got, want, err)
		}
	}
}
