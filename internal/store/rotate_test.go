package store

import (
	"os"
	"strings"
	"testing"

	"clew/internal/stock"
)

// TestRotateKey: the old key vouches for the new one, what it signed stays valid, and a lost key is replaced without its word.
func TestRotateKey(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		folder := t.TempDir()
		open := func(db *testbed) *Store {
			t.Helper()
			s, err := db.open(t, Options{Create: true, LogKey: folder + "/log.key"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		}
		s := open(db)
		world(t, s)
		old := seal(t, s).Note
		by := By{Actor: "desk", Reason: "a yearly turn"}
		if _, err := s.RotateKey(t.Context(), by, true); !hasCode(err, stock.CodeUnsupported) {
			t.Error(err)
		}
		turned, err := s.RotateKey(t.Context(), by, false)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := s.LogKeys(t.Context())
		if err != nil || len(keys) != 2 || keys[1].Entry != turned.Size || !keys[1].Here || keys[0].Key == keys[1].Key {
			t.Fatalf("%+v %+v %v", keys, turned, err)
		}
		if !signedBy(turned.Note, keys[0].Key) || !signedBy(turned.Note, keys[1].Key) {
			t.Error("the first checkpoint of the new key is not signed by both")
		}
		moves(t, s, 3)
		now := seal(t, s).Note
		if signedBy(now, keys[0].Key) || !signedBy(now, keys[1].Key) {
			t.Error("it is not signed by the new key alone")
		}
		report, err := s.VerifyAgainst(t.Context(), []string{old, turned.Note, now}, nil)
		if err != nil || !report.Whole() || report.Agreed != 3 {
			t.Fatalf("%+v %v", report, err)
		}
		s.Close()
		for _, f := range []planted{
			{"announced key changed", `UPDATE log_key SET key = (SELECT k.key FROM log_key k WHERE k.entry = 0) WHERE entry > 0`, "leaf", ""},
			{"announced key removed", `DELETE FROM log_key WHERE entry > 0`, "key", ""},
			{"key that nobody announced", `INSERT INTO log_key SELECT 3, key, made_at FROM log_key WHERE entry = 0`, "key", "key of entry 3"},
		} {
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				report, err := open(broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range report.Problems {
					if problem.Check == f.check && (f.record == "" || problem.Record == f.record) {
						return
					}
				}
				t.Errorf("it was not named as %s: %v", f.check, report.Problems)
			})
		}
		// The new key without the word of the old one: its line is cut off the first checkpoint.
		broken := db.copy(t)
		at := strings.LastIndex(strings.TrimSpace(turned.Note), "\n")
		broken.tamper(t, `UPDATE checkpoint SET note = '`+turned.Note[:at+1]+`' WHERE size = `+itoa(int(turned.Size)))
		if report, err := open(broken).Verify(t.Context(), nil); err != nil || report.Whole() || report.Problems[0].Check != "key" {
			t.Errorf("%+v %v", report, err)
		}

		if err := os.Remove(folder + "/log.key"); err != nil {
			t.Fatal(err)
		}
		s = open(db)
		moves(t, s, 1)
		if _, err := s.RotateKey(t.Context(), by, false); !hasCode(err, stock.CodeNoLogKey) {
			t.Error(err)
		}
		last, err := s.RotateKey(t.Context(), By{Actor: "desk", Reason: "the disk with the key broke"}, true)
		if err != nil || last.Signed != last.Size {
			t.Fatal(last, err)
		}
		moves(t, s, 1)
		seal(t, s)
		if report, err := s.VerifyAgainst(t.Context(), []string{old, now}, nil); err != nil || !report.Whole() || report.Agreed != 2 {
			t.Errorf("%+v %v", report, err)
		}
	})
}
