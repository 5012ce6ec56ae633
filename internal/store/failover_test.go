package store

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// either is a URL of two servers of which one takes writes: the way in which a fail-over is followed without a proxy.
func either(t testing.TB, role string, one, two *pgtest.Test) string {
	t.Helper()
	u, err := url.Parse(one.URL(role, pgtest.Shared))
	if err != nil {
		t.Fatal(err)
	}
	u.Host += fmt.Sprintf(",127.0.0.1:%d", two.Port)
	u.RawQuery += "&target_session_attrs=read-write&connect_timeout=2"
	return u.String()
}

// pressed are callers that post one request after another, and again with the same key until it is answered.
type pressed struct {
	crashed
	mu      sync.Mutex
	last    time.Time
	longest time.Duration // between two answers
	errors  map[string]int
}

// press lets them post through one store until they are told to stop.
func press(t *testing.T, s *Store, round string) (p *pressed, stop func()) {
	p = &pressed{crashed: crashed{round: round}, last: time.Now(), errors: map[string]int{}}
	ended := make(chan struct{})
	var wg sync.WaitGroup
	for worker := range crashWorkers {
		p.acked[worker] = map[int]int64{}
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-ended:
					return
				default:
				}
				p.sent[worker] = n + 1
				p.ask(t, s, worker, n)
			}
		})
	}
	return p, func() { close(ended); wg.Wait() }
}

// ask sends one request until it is answered.
func (p *pressed) ask(t *testing.T, s *Store, worker, n int) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		out, err := s.Post(t.Context(), crashCall(p.round, worker, n))
		p.mu.Lock()
		if err == nil {
			p.longest, p.last = max(p.longest, time.Since(p.last)), time.Now()
			p.acked[worker][n] = out[0].Entry
			p.total++
			p.mu.Unlock()
			if out[0].Err != nil {
				t.Errorf("request %d of worker %d: %v", n, worker, out[0].Err)
			}
			return
		}
		p.errors[err.Error()]++
		p.mu.Unlock()
		if fault, is := stock.AsError(err); !is || fault.Kind != stock.Unavailable {
			t.Errorf("request %d of worker %d gets an error that no caller can act on: %v", n, worker, err)
		}
		if time.Now().After(deadline) {
			t.Errorf("request %d of worker %d is not answered: %v", n, worker, err)
			return
		}
	}
}

// told is how often a caller was told that nothing was recorded.
func (p *pressed) told() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, times := range p.errors {
		n += times
	}
	return n
}

// answered waits until so many more requests have been answered.
func (p *pressed) answered(t *testing.T, more int) {
	t.Helper()
	p.mu.Lock()
	want := p.total + more
	p.mu.Unlock()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		p.mu.Lock()
		now := p.total
		p.mu.Unlock()
		if now >= want {
			return
		}
	}
	t.Fatalf("%d more requests are not answered within a minute", more)
}

// TestCrash_Promotion kills a server under load and promotes its synchronous standby: one store goes on by itself, and
// nothing that it acknowledged is lost.
func TestCrash_Promotion(t *testing.T) {
	notRaced(t)
	rounds := 1
	if soak() {
		rounds = 10
	}
	for round := range rounds {
		promotion(t, fmt.Sprintf("%03d", round), true)
	}
}

// TestCrash_PromotionTeeth shows that the harness finds what an asynchronous standby has not heard of.
func TestCrash_PromotionTeeth(t *testing.T) {
	notRaced(t)
	promotion(t, "000", false)
}

func promotion(t *testing.T, round string, synchronous bool) {
	leader := pgtest.New(t, pgtest.Options{})
	db := postgresAt(leader, "org", false)
	first := mustOpen(t, db)
	world(t, first)
	first.Close()
	standby := leader.Standby()
	if synchronous {
		leader.Do(leader.Set("synchronous_standby_names", "standby1"))
	}
	s, err := Open(t.Context(), Options{URL: either(t, pgtest.App, leader, standby), Org: "org", Dir: t.TempDir(), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	load, stop := press(t, s, round)
	load.answered(t, 300)
	if !synchronous {
		standby.Do(standby.Set("primary_conninfo", "host=/nowhere")) // from here on it hears nothing
		load.answered(t, 300)
		stop()
	}
	leader.Do(leader.Kill())
	standby.Do(standby.Promote())
	if !synchronous {
		if load.lost(t, s) == 0 {
			t.Error("the standby was cut off before the leader died, and nothing is found lost")
		}
		return
	}
	load.answered(t, 300)
	stop()
	if lost := load.lost(t, s); lost != 0 {
		t.Errorf("%d of %d acknowledged requests are lost", lost, load.total)
	}
	isWhole(t, s)
	dense(t, allEntries(t, s))
	var said []string
	for text, n := range load.errors {
		said = append(said, fmt.Sprintf("%d × %s", n, text))
	}
	t.Logf("%d acknowledged, none lost; longest without an answer %s; meanwhile: %s", load.total, load.longest.Round(time.Millisecond), strings.Join(said, "; "))
}
