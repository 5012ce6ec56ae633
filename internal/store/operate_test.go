package store

import (
	"context"
	"errors"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
)

// An operation that fails or panics leaves nothing behind, and the writer goes on.
func TestOperate(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.AddFeed(t.Context(), desk, &Feed{Name: "erp", URL: "http://one", MadeBy: "tester"}); err != nil {
			t.Fatal(err)
		}
		broken := errors.New("broken")
		for _, after := range []func() error{func() error { return broken }, func() error { panic("broken") }} {
			err := s.operate(t.Context(), func(ctx context.Context, w *writer) error {
				if _, err := w.exec(ctx, `UPDATE feed SET url = $1`, "http://two"); err != nil {
					return err
				}
				return after()
			})
			if err == nil {
				t.Error("no error")
			}
		}
		if f, err := s.Feed(t.Context(), "erp"); err != nil || f.URL != "http://one" {
			t.Error(f, err)
		}
		f, _ := s.Feed(t.Context(), "erp")
		if _, err := s.ChangeFeed(t.Context(), desk, "erp", "changed", func(f *Feed) error { f.Paused = true; return nil }); err != nil {
			t.Fatal(err)
		}
		if saved, err := s.SaveFeed(t.Context(), f); saved || err != nil {
			t.Errorf("what somebody changed meanwhile is overwritten: %v, %v", saved, err)
		}
		if out, err := s.Post(t.Context(), &stock.Draft{By: auth.AtMachine, Actor: "clerk", Body: &stock.ProductDraft{SKU: "NEW"}}); err != nil || out[0].Err != nil {
			t.Error(out, err)
		}
		isWhole(t, s)
	})
}
