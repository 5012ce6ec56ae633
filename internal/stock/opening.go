package stock

// unread reports whether an item of an opening is of a lot that nobody can read and that was given no code.
func (d *MovementDraft) unread(it *ItemDraft) bool {
	return d.Kind == KindOpening && it.Cautious && it.Lot == "" && it.Scan == "" && len(it.Scans) == 0 && len(it.Units) == 0 && !it.Numbered
}

// Unread reports whether the movement has goods of lots that nobody can read and that were given no code.
func (d *MovementDraft) Unread() bool {
	for i := range d.Items {
		if d.unread(&d.Items[i]) {
			return true
		}
	}
	return false
}

// NameUnread gives such goods the lot of their product that is called by the cautious date which it has: the one given, or the business
// day. So what cannot be told apart is one lot, and what is counted in on another day, with another date, is another.
func (d *MovementDraft) NameUnread(day Date) {
	for i := range d.Items {
		if it := &d.Items[i]; d.unread(it) {
			until := it.Dates.Governing()
			if until == 0 {
				until = day
			}
			it.Lot = "OPENING-" + until.String()
		}
	}
}
