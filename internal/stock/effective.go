package stock

// Effective is when an item of the entry took effect, which is what stock as at a day goes by: with the entry, unless the item
// belongs to a correction, which puts right what took effect before.
func (e *Entry) Effective(it *Item) Time {
	if it.At != 0 {
		return it.At
	}
	return e.OccurredAt
}

// Ahead is how far a client's clock may run before the ledger's, in milliseconds: nothing takes effect later than that.
const Ahead = ahead
