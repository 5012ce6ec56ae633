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
type tries struct{ Tries }

// Tries are the attempts of an account from an address, or of an address, that have failed or are under way.
type Tries struct {
	Failed int
	Next   time.Time // not before
	Last   time.Time
}

// Known is what still counts of them.
func (a Tries) Known(now time.Time) Tries {
	if a.Forgotten(now) {
		return Tries{}
	}
	return a
}

// Forgotten reports whether they were so long ago that they do not count any more.
func (a Tries) Forgotten(now time.Time) bool { return now.Sub(a.Last) > forgotten && now.After(a.Next) }

// Account counts one more of an account from an address.
func (a Tries) Account(now time.Time) Tries { return a.count(now, freeTries, time.Second, longestWait) }

// Place counts one more of an address.
func (a Tries) Place(now time.Time) Tries { return a.count(now, freePlaceTries, placeWait, placeWait) }

// Passed takes back what was counted of an address for an attempt that was right.
func (a Tries) Passed() Tries {
	a.Failed, a.Next = max(a.Failed-1, 0), time.Time{}
	return a
}

func (a Tries) count(now time.Time, free int, first, most time.Duration) Tries {
	a.Failed++
	a.Last = now
	if over := a.Failed - free; over >= 0 {
		a.Next = now.Add(min(first<<min(over, 20), most))
	}
	return a
}

// ForgottenAfter is how long attempts are remembered after the last one.
const ForgottenAfter = time.Hour

const (
	freeTries      = 4                // of an account from one address, before each has to wait twice as long as the one before
	freePlaceTries = 40               // of an address
	longestWait    = 15 * time.Minute // for an account from one address
	placeWait      = 30 * time.Second // for an address
	forgotten      = ForgottenAfter   // after the last try
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
	if wait = max(a.Next.Sub(now), p.Next.Sub(now)); wait > 0 {
		return wait
	}
	a.Tries, p.Tries = a.Account(now), p.Place(now)
	return 0
}

// Passed says that the attempt was right.
func (t *Throttle) Passed(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.accounts, [2]string{account, address})
	if p := t.places[address]; p != nil {
		p.Tries = p.Tries.Passed()
	}
}

// remembered is what is known of a key. There is room for so many only: what was not tried for long goes first, then any.
func remembered[K comparable](known map[K]*tries, key K, now time.Time) *tries {
	if a := known[key]; a != nil {
		a.Tries = a.Known(now)
		return a
	}
	if len(known) >= mostTried {
		for other, a := range known {
			if now.Sub(a.Last) > forgotten {
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
