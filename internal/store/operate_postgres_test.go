package store

import (
	"fmt"
	"sync"
	"testing"
)

// TestStorm_Operations lets two servers write what runs beside the ledger at once: nothing collides.
func TestStorm_Operations(t *testing.T) {
	servers := twoServers(t, freshPostgres(t))
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids := map[int64]bool{}
	for client := range 16 {
		wg.Go(func() {
			for n := range 5 {
				j := &ImportJob{Key: fmt.Sprint(client, "-", n), Kind: "products", Hash: "h", Options: "{}", Actor: "desk"}
				made, there, err := servers[client%2].AddImport(t.Context(), j, toImport(t, servers[client%2], "x"))
				if err != nil || there {
					t.Error(there, err)
					return
				}
				mu.Lock()
				ids[made.ID] = true
				mu.Unlock()
			}
		})
	}
	if err := servers[0].AddFeed(t.Context(), desk, &Feed{Name: "f", URL: "http://localhost", MadeBy: "desk"}); err != nil {
		t.Fatal(err)
	}
	for client := range 16 {
		wg.Go(func() {
			if _, err := servers[client%2].ChangeFeed(t.Context(), desk, "f", "changed", func(f *Feed) error { f.Sent++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if f, err := servers[1].Feed(t.Context(), "f"); err != nil || f.Sent != 16 {
		t.Errorf("a feed that was changed 16 times says %+v, %v", f, err)
	}
	if len(ids) != 80 {
		t.Errorf("%d imports of 80 have a number of their own", len(ids))
	}
}
