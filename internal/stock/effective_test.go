package stock

import (
	"bytes"
	"testing"
)

// TestEffective: an item takes effect with its entry unless it says when; what it says is in the leaf.
func TestEffective(t *testing.T) {
	l := open(t)
	e := l.ok("receive; SALT 5 >A")
	it := &e.Items[0]
	if got := e.Effective(it); got != e.OccurredAt {
		t.Errorf("it takes effect at %d, its entry occurred at %d", got, e.OccurredAt)
	}
	it.At = e.OccurredAt - 1
	if got := e.Effective(it); got != it.At {
		t.Errorf("it takes effect at %d, it says %d", got, it.At)
	}
	if bytes.Equal(l.leafOf(e), e.Leaf) {
		t.Error("the leaf does not hold when the item takes effect")
	}
}
