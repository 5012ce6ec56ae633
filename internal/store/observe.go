package store

import (
	"time"

	"clew/internal/stock"
)

// Commit is what the writer did in one transaction. Whoever observes it must not keep or change what it points to.
type Commit struct {
	Outcomes []stock.Outcome
	Took     time.Duration
}

// Observe has every commit from now on told to f, which must be quick: the writer waits for it.
func (s *Store) Observe(f func(Commit)) { s.writer.observer.Store(&f) }

// Waiting is how many calls wait for the writer.
func (s *Store) Waiting() int { return len(s.writer.calls) }

// told tells the observer, if there is one, of calls that were committed.
func (w *writer) told(calls []*call, start time.Time) {
	f := w.observer.Load()
	if f == nil {
		return
	}
	c := Commit{Took: time.Since(start)}
	for _, one := range calls {
		c.Outcomes = append(c.Outcomes, one.outcomes...)
	}
	(*f)(c)
}
