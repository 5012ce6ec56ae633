package store

import (
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
)

// TestSignature_Moved: a signature that was moved to another entry, taken off, made up or given another meaning is named, and so are settings
// that no entry made so.
func TestSignature_Moved(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		ok(t, s, receive(flour("F1", 100)), receive(flour("F2", 100)))
		ok(t, s, &stock.SettingDraft{Sign: &[]string{"release"}})
		holds := ok(t, s, &stock.HoldDraft{Product: "FLOUR", Lot: "F1", Reason: "look"}, &stock.HoldDraft{Product: "FLOUR", Lot: "F2", Reason: "look"})
		boss := &stock.Signing{Name: "boss", Meaning: stock.MeaningRelease, Method: "password", By: &auth.Principal{Actor: "boss", Machine: true}}
		signed := drafts(&stock.ReleaseDraft{Hold: holds[0], Reason: "tested"})[0]
		signed.Signing = boss
		out, err := s.Post(t.Context(), signed)
		if err != nil || out[0].Err != nil {
			t.Fatal(err, out[0].Err)
		}
		unsigned, err := s.Post(t.Context(), drafts(&stock.ReleaseDraft{Hold: holds[1], Reason: "tested"})...)
		if err != nil || unsigned[0].Err == nil || unsigned[0].Err.Code != stock.CodeSignatureRequired {
			t.Fatal(err, unsigned)
		}
		read, err := s.Entries(t.Context(), EntryFilter{IDs: []int64{out[0].Entry}, Limit: 1})
		if err != nil || read[0].Signature == nil || read[0].Signature.Meaning != stock.MeaningRelease {
			t.Fatal(err, read)
		}
		isWhole(t, s)
		s.Close()
		for name, f := range map[string]struct{ statement, check string }{
			"moved":           {`UPDATE signature SET entry = entry - 1`, "signature"},
			"taken off":       {`DELETE FROM signature`, "signature"},
			"of another":      {`UPDATE signature SET signer = 1`, "signature"},
			"another meaning": {`UPDATE signature SET meaning = 2`, "signature"},
			"another way":     {`UPDATE signature SET method = 'one_time_code'`, "signature"},
			"to come":         {`INSERT INTO signature VALUES (999, 1, 1, 'password')`, "stray"},
			"setting":         {`UPDATE setting SET value = ''`, "setting"},
			"setting gone":    {`DELETE FROM setting`, "setting"},
			"setting hidden":  {`UPDATE ledger_head SET setting = 0`, "stray"},
		} {
			t.Run(name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				var said []string
				for _, problem := range report.Problems {
					if problem.Check == f.check {
						return
					}
					said = append(said, problem.String())
				}
				t.Errorf("it was not named as %s, only: %s", f.check, strings.Join(said, "\n"))
			})
		}
	})
}
