package store

import (
	"context"
	"sync"
)

// news tells those who follow the log that entries were recorded. It holds no entries: whoever waits reads them.
type news struct {
	mu   sync.Mutex
	next chan struct{}
}

// wait returns a channel that is closed when the next entries are recorded. Take it before reading, so that nothing slips between.
func (n *news) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next == nil {
		n.next = make(chan struct{})
	}
	return n.next
}

// awaited reports whether anybody waits.
func (n *news) awaited() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.next != nil
}

func (n *news) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next != nil {
		close(n.next)
		n.next = nil
	}
}

// WaitFor waits until read finds something, trying again whenever entries were recorded. It ends without an error when the
// context ends or the store closes.
func (s *Store) WaitFor(ctx context.Context, read func() (bool, error)) error {
	for {
		recorded := s.writer.news.wait()
		if found, err := read(); found || err != nil {
			return err
		}
		select {
		case <-recorded:
		case <-s.writer.quit:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
