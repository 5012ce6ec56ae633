package sim

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"clew/internal/store"
)

func env(name string, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// fileIn is a ledger of SQLite in a folder.
func fileIn(dir string) store.Options {
	return store.Options{Path: filepath.Join(dir, "clew.db"), Ephemeral: true}
}

func run(t testing.TB, seed uint64, steps int, change func(*Config)) (Result, error) {
	t.Helper()
	c := Config{Seed: seed, Steps: steps, Ledger: fileIn(t.TempDir()), Concurrent: seed%2 == 1}
	if change != nil {
		change(&c)
	}
	return Run(t.Context(), c)
}

// seeds are those of the histories to run: the same every time, so that a change is judged by itself and not by chance; with
// CLEW_SOAK=1 only new ones, and many.
func seeds() (out []uint64, steps int) {
	fixed, fresh, steps := 10, 0, 2_000
	if os.Getenv("CLEW_SOAK") != "" {
		fixed, fresh, steps = 0, 250, 4_200
	}
	if seed := env("CLEW_SIM_SEED", 0); seed != 0 {
		return []uint64{seed}, steps
	}
	for i := range fixed {
		out = append(out, uint64(i)+1)
	}
	first := 1_000 + uint64(time.Now().UnixNano())%1_000_000
	for i := range fresh {
		out = append(out, first+uint64(i))
	}
	return out, steps
}

// TestSim_Histories runs random histories: tens of thousands of steps, with CLEW_SOAK=1 a million. CLEW_SIM_SEED runs one of them again,
// CLEW_SIM_STEPS sets its length. Those with odd seeds have several callers at once: they may need some tries to fail again.
func TestSim_Histories(t *testing.T) {
	seeds, steps := seeds()
	steps = int(env("CLEW_SIM_STEPS", uint64(steps)))
	start := time.Now()
	var mu sync.Mutex
	var total Result
	kinds := map[string]int{}
	t.Cleanup(func() {
		seconds := time.Since(start).Seconds()
		t.Logf("%d steps in %d histories, %.0f steps/s: %d accepted, %d refused, %d kept, %d replayed; the model judged %d",
			total.Steps, len(seeds), float64(total.Steps)/seconds, total.Accepted, total.Refused, total.Kept, total.Replayed, total.Judged)
		t.Log(kinds)
	})
	lanes := make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			lanes <- struct{}{}
			defer func() { <-lanes }()
			r, err := run(t, seed, steps, nil)
			if err != nil {
				t.Errorf("%v\nrun it again: CLEW_SIM_SEED=%d CLEW_SIM_STEPS=%d go test ./internal/sim -run TestSim_Histories", err, seed, steps)
			}
			mu.Lock()
			defer mu.Unlock()
			total.Steps += r.Steps
			total.Accepted += r.Accepted
			total.Refused += r.Refused
			total.Kept += r.Kept
			total.Replayed += r.Replayed
			total.Judged += r.Judged
			for kind, n := range r.Kinds {
				kinds[kind] += n
			}
		})
	}
}

// TestSim_SameSeed shows that a seed tells everything: the same one gives the same leaf bytes.
func TestSim_SameSeed(t *testing.T) {
	seed := env("CLEW_SIM_SEED", 42) &^ 1 // one call at a time
	a, errA := run(t, seed, 1_500, nil)
	b, errB := run(t, seed, 1_500, nil)
	c, errC := run(t, seed+2, 1_500, nil)
	if errA != nil || errB != nil || errC != nil {
		t.Fatal(errA, errB, errC)
	}
	if a.Leaves != b.Leaves {
		t.Errorf("seed %d gave leaves %x, then %x", seed, a.Leaves, b.Leaves)
	}
	if a.Leaves == c.Leaves {
		t.Error("another seed gave the same leaves")
	}
}
