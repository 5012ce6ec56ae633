package store

import (
	"context"
	"testing"
	"time"

	"clew/internal/stock"
)

// TestImportJob follows imports from when they wait to when they are forgotten.
func TestImportJob(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx := t.Context()
		add := func(key string) (*ImportJob, bool) {
			t.Helper()
			j, there, err := s.AddImport(ctx, &ImportJob{Key: key, Kind: "products", Hash: "h" + key, Size: 7, Options: "{}", Actor: "desk"}, toImport(t, s, "of "+key))
			if err != nil {
				t.Fatal(err)
			}
			return j, there
		}
		first, _ := add("a")
		second, _ := add("")
		third, _ := add("")
		if again, there := add("a"); !there || again.ID != first.ID || again.Hash != "ha" || third.ID != second.ID+1 {
			t.Fatal(again, there)
		}
		torn := toImport(t, s, "torn")
		torn.file.Close()
		if j, _, err := s.AddImport(ctx, &ImportJob{Kind: "products"}, torn); err == nil {
			t.Fatal(j)
		}
		if err := s.Settle(ctx, torn, true); err != nil {
			t.Fatal(err)
		}
		if names, err := s.OldImportFiles(ctx, -time.Hour); err != nil || len(names) != 3 {
			t.Fatal(names, err)
		}
		if j, err := s.DueImport(ctx); err != nil || j == nil || j.ID != first.ID {
			t.Fatal(j, err)
		}
		first.State, first.Started, first.Report = WatchedRunning, s.Now(), `{"rows":1}`
		if saved, err := s.SaveImport(ctx, first, WatchedWaiting); err != nil || !saved {
			t.Fatal(saved, err)
		}
		if saved, err := s.SaveImport(ctx, first, WatchedWaiting); err != nil || saved {
			t.Fatal("it was taken twice", err)
		}
		if err := s.RestartImports(ctx); err != nil {
			t.Fatal(err)
		}
		if j, err := s.ImportJob(ctx, first.ID); err != nil || j.State != WatchedWaiting || j.Report != first.Report {
			t.Fatal(j, err)
		}
		first.Tries = 2
		if _, err := s.SaveImport(ctx, first, WatchedWaiting); err != nil {
			t.Fatal(err)
		}
		stale := *first
		stale.Tries = 1
		if saved, err := s.SaveImport(ctx, &stale, WatchedRunning); err != nil || saved {
			t.Fatal("who had it before writes how it does", err)
		}
		if j, err := s.CancelImport(ctx, desk, first.ID); err != nil || j.State != ImportCancelled || j.Ended == 0 {
			t.Fatal(j, err)
		}
		if err := s.RemoveKept(ctx, ImportFile(first.ID)); err != nil {
			t.Fatal(err)
		}
		first.State = WatchedDone
		if saved, err := s.SaveImport(ctx, first, WatchedRunning); err != nil || saved {
			t.Fatal("what was cancelled is done", err)
		}
		if _, err := s.CancelImport(ctx, desk, first.ID); !isCode(err, stock.CodeImportEnded) {
			t.Fatal(err)
		}
		if _, err := s.CancelImport(ctx, desk, third.ID); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Imports(ctx, ImportCancelled, third.ID, 10); err != nil || len(list) != 1 || list[0].ID != first.ID {
			t.Fatal(list, err)
		}
	})
}

// TestImportJob_Bounds: so many may wait at once, and what ended is forgotten, but for the newest.
func TestImportJob_Bounds(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx := t.Context()
		for i := range maxImports + 2 {
			if _, _, err := s.AddImport(ctx, &ImportJob{Kind: "products"}, toImport(t, s, "")); err != nil {
				t.Fatal(err)
			}
			if i < 2 {
				if _, err := s.CancelImport(ctx, desk, int64(i+1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, _, err := s.AddImport(ctx, &ImportJob{Kind: "products"}, toImport(t, s, "")); !isCode(err, stock.CodeTooMany) {
			t.Fatal(err)
		}
		if _, err := s.CancelImport(ctx, desk, maxImports+2); err != nil {
			t.Fatal(err)
		}
		if err := s.PruneImports(ctx, s.Now()+1); err != nil {
			t.Fatal(err)
		}
		if known, err := s.ImportsKnown(ctx); err != nil || len(known) != maxImports || !known[maxImports+2] || known[3] {
			t.Fatal(len(known), err)
		}
		if _, err := s.ImportJob(ctx, 1); !isCode(err, stock.CodeUnknownImport) {
			t.Fatal(err)
		}
	})
}

// toImport is a file on its way in.
func toImport(t *testing.T, s *Store, content string) *Incoming {
	t.Helper()
	in, err := s.NewImportFile()
	if err == nil {
		_, err = in.Write([]byte(content))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Settle(context.Background(), in, true) })
	return in
}

func isCode(err error, code string) bool {
	fault, ok := stock.AsError(err)
	return ok && fault.Code == code
}

// TestMapping remembers, replaces and forgets what columns mean.
func TestMapping(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ctx := t.Context()
		for _, m := range []*Mapping{
			{Code: "b", Kind: "products", Names: []string{"Ä|1", `"q"`}, Said: map[string]string{"Ä|1": "sku"}, MadeBy: "desk"},
			{Code: "a", Kind: "sites", Names: []string{"x"}, Said: map[string]string{"x": "code"}, MadeBy: "desk"},
			{Code: "b", Kind: "products", Names: []string{`"q"`, "Ä|1"}, Said: map[string]string{"Ä|1": "name"}, MadeBy: "till"},
		} {
			if err := s.SaveMapping(ctx, By{Actor: m.MadeBy}, m); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.UseMapping(ctx, "b"); err != nil {
			t.Fatal(err)
		}
		list, err := s.Mappings(ctx, "", Page{Limit: 10})
		if err != nil || len(list) != 2 || list[0].Code != "a" || list[1].Said["Ä|1"] != "name" || list[1].Names[0] != `"q"` || list[1].MadeBy != "till" || list[1].Uses != 1 {
			t.Fatal(list, err)
		}
		if list, err = s.Mappings(ctx, "products", Page{After: "a", Limit: 10}); err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if err := s.RemoveMapping(ctx, desk, "b"); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveMapping(ctx, desk, "b"); !isCode(err, stock.CodeUnknownMapping) {
			t.Fatal(err)
		}
	})
}
