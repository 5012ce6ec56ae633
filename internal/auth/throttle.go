package auth

import (
	"sync"
	"time"
)

// Throttle slows down those who guess. Each account is slowed for each address by itself, so that who guesses from one address does not
// keep the person out who signs in from another; and each address is slowed for all accounts together.
type Throttle struct {
	mu       sync.Mutex
	accounts map[[2]string]*tries
	places   map[string]*tries
}

// tries are those that have failed, or are under way.
type tries struct {
	failed int
	next   time.Time // not before
	last   time.Time
}

const (
	freeTries      = 4                // of an account from one address, before each has to wait twice as long as the one before
	freePlaceTries = 40               // of an address
	longestWait    = 15 * time.Minute // for an account from one address
	placeWait      = 30 * time.Second // for an address
	forgotten      = time.Hour        // after the last try
	mostTried      = 20_000           // accounts and addresses that are remembered
)

// NewThrottle remembers nothing yet.
func NewThrottle() *Throttle {
	return &Throttle{accounts: map[[2]string]*tries{}, places: map[string]*tries{}}
}

// Try counts an attempt as failed until Passed says otherwise, so that many at once are no way around; or says how long to wait.
func (t *Throttle) Try(account, address string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := [2]string{account, address}
	a, p := remembered(t.accounts, key, now), remembered(t.places, address, now)
	if wait = max(a.next.Sub(now), p.next.Sub(now)); wait > 0 {
		return wait
	}
	a.count(now, freeTries, time.Second, longestWait)
	p.count(now, freePlaceTries, placeWait, placeWait)
	return 0
}

// Passed says that the attempt was right.
func (t *Throttle) Passed(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.accounts, [2]string{account, address})
	if p := t.places[address]; p != nil {
		p.failed = max(p.failed-1, 0)
		p.next = time.Time{}
	}
}

func (a *tries) count(now time.Time, free int, first, most time.Duration) {
	a.failed++
	a.last = now
	if over := a.failed - free; over >= 0 {
		a.next = now.Add(min(first<<min(over, 20), most))
	}
}

// remembered is what is known of a key. There is room for so many only: what was not tried for long goes first, then any.
func remembered[K comparable](known map[K]*tries, key K, now time.Time) *tries {
	if a := known[key]; a != nil {
		if now.Sub(a.last) > forgotten && now.After(a.next) {
			*a = tries{}
		}
		return a
	}
	if len(known) >= mostTried {
		for other, a := range known {
			if now.Sub(a.last) > forgotten {
				delete(known, other)
			}
		}
		for other := range known {
			if len(known) < mostTried {
				break
			}
			delete(known, other)
		}
	}
	a := &tries{}
	known[key] = a
	return a
}
