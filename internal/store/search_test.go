package store

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clew/internal/stock"
)

// TestPlans_Search: codes are found by their beginning without reading past those that begin otherwise, and names by their words.
func TestPlans_Search(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for index, do := range map[string]func(){
		"lot_code (code>? AND code<?)":                                     func() { s.codesLike(t.Context(), lotCodes, "a1", 9) },
		"PRIMARY KEY (code>? AND code<?)":                                  func() { s.codesLike(t.Context(), aliasCodes, "a1", 9) },
		"unit_serial (serial>? AND serial<?":                               func() { s.codesLike(t.Context(), serials, "a1", 9) },
		"(object=? AND word>? AND word<?)":                                 func() { s.Worded(t.Context(), stock.ObjectProduct, []string{"a"}, 9) },
		"name_word_subject (object=? AND subject=? AND word>? AND word<?)": func() { s.Worded(t.Context(), stock.ObjectProduct, []string{"a", "b"}, 9) },
	} {
		if plan := s.plan(t, do); !strings.Contains(plan, index) || strings.Contains(plan, "SCAN x") {
			t.Errorf("%s is not used:\n%s", index, plan)
		}
	}
}

func TestSearch_Codes(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		var items []stock.ItemDraft
		for _, serial := range []string{"ab1", "AB1", "Ab10", "aB2", "äb1", "ac1", "AB"} {
			items = append(items, stock.ItemDraft{Product: "BIKE", Units: []string{serial}, To: "DOCK"})
		}
		ok(t, s, receive(items...))
		for text, want := range map[string][]string{
			"ab1": {"ab1", "AB1", "äb1", "Ab10"}, "AB": {"AB", "AB1", "Ab10", "aB2", "ab1", "äb1"}, "äb1": {"äb1", "AB1", "ab1", "Ab10"}, "abc": nil, "z": nil, "%": nil, "_b1": nil,
		} {
			codes, err := s.codesLike(t.Context(), serials, text, 20)
			if err != nil || !slices.Equal(codes, want) {
				t.Errorf("%q finds %q, not %q (%v)", text, codes, want, err)
			}
		}
		if codes, err := s.codesLike(t.Context(), serials, "a", 2); err != nil || len(codes) != 2 {
			t.Errorf("%q (%v)", codes, err)
		}
	})
}
