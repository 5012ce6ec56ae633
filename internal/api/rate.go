package api

import (
	"sync"
	"time"
)

// What one address may ask: so much at once, and so much a second. People and scanners need a hundredth of it.
const (
	ratePerSecond = 300
	rateAtOnce    = 1500
	mostRated     = 20_000 // addresses that are remembered
)

// rate bounds what each address asks, so that one does not keep the others out.
type rate struct {
	mu    sync.Mutex
	known map[string]*allowance
}

type allowance struct {
	left float64
	at   time.Time
}

// take uses up one request of an address, or says how long to wait for the next.
func (r *rate) take(address string, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.known[address]
	if a == nil {
		if len(r.known) >= mostRated {
			clear(r.known) // whoever was slowed begins anew: memory is worth more
		}
		a = &allowance{left: rateAtOnce, at: now}
		if r.known == nil {
			r.known = map[string]*allowance{}
		}
		r.known[address] = a
	}
	a.left = min(a.left+now.Sub(a.at).Seconds()*ratePerSecond, rateAtOnce)
	a.at = now
	if a.left < 1 {
		return time.Duration((1 - a.left) / ratePerSecond * float64(time.Second))
	}
	a.left--
	return 0
}
