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
)

func env(name string, otherwise uint64) uint64 {
	if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

func run(t testing.TB, seed uint64, steps int, change func(*Config)) (Result, error) {
	t.Helper()
	c := Config{Seed: seed, Steps: steps, Path: filepath.Join(t.TempDir(), "clew.db"), Concurrent: seed%2 == 1}
	if change != nil {
		change(&c)
	}
	return Run(t.Context(), c)
}

// TestSim_Histories runs random histories: tens of thousands of steps with the same seeds every time, so that a change is judged by
// itself; with CLEW_SOAK=1 a million with new ones. CLEW_SIM_SEED runs one of them again, CLEW_SIM_STEPS sets its length.
func TestSim_Histories(t *testing.T) {
	histories, steps, first := 10, 2_000, uint64(1)
	if os.Getenv("CLEW_SOAK") != "" {
		histories, steps, first = 250, 4_200, uint64(time.Now().UnixNano())%1_000_000
	}
	if seed := env("CLEW_SIM_SEED", 0); seed != 0 {
		histories, first = 1, seed
	}
	steps = int(env("CLEW_SIM_STEPS", uint64(steps)))
	start := time.Now()
	var mu sync.Mutex
	var total Result
	kinds := map[string]int{}
	t.Cleanup(func() {
		seconds := time.Since(start).Seconds()
		t.Logf("%d steps in %d histories, %.0f steps/s: %d accepted, %d refused, %d kept, %d replayed; the model judged %d",
			total.Steps, histories, float64(total.Steps)/seconds, total.Accepted, total.Refused, total.Kept, total.Replayed, total.Judged)
		t.Log(kinds)
	})
	lanes := make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	for i := range histories {
		seed := first + uint64(i)
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
