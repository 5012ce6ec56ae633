package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// compareAgainst holds the log against checkpoints that were kept elsewhere, which nobody here could change: the oldest first.
func (a *auditor) compareAgainst() error {
	var given []*tlog.Checkpoint
	for i, text := range a.against {
		c := a.given(fmt.Sprintf("given checkpoint %d", i+1), text)
		if c != nil {
			given = append(given, c)
		}
	}
	slices.SortStableFunc(given, func(x, y *tlog.Checkpoint) int { return cmp.Compare(x.Size, y.Size) })
	agreed := int64(0)
	for _, c := range given {
		agrees, err := a.agrees(c, agreed)
		if err != nil {
			return err
		}
		if agrees {
			a.report.Agreed++
			agreed = c.Size
		}
	}
	return nil
}

// given reads a checkpoint from elsewhere. One that a key of another name signed is still compared: what it says may be true.
func (a *auditor) given(record, text string) *tlog.Checkpoint {
	c, _, err := tlog.OpenCheckpoint(text, a.seal.keys.public()...)
	switch {
	case c == nil:
		a.find("against", record, "%v", err)
		return nil
	case c.Origin != tlog.Origin(a.report.Ledger):
		a.find("against", record, "it is of another ledger, %s: this one is %s", tlog.LedgerOf(c.Origin), a.report.Ledger)
		return nil
	case errors.Is(err, tlog.ErrUnsigned):
		a.find("against", record, "it is not signed with a key that this ledger knows: either nobody signed it for this ledger, or the ledger was signed again with another key")
	case err != nil:
		a.find("against", record, "%v", err)
		return nil
	}
	return c
}

// agrees reports whether the log begins with what a checkpoint was signed over, and says in plain words what happened when it does not.
func (a *auditor) agrees(c *tlog.Checkpoint, agreed int64) (bool, error) {
	record := fmt.Sprintf("checkpoint of %d entries", c.Size)
	if !c.Time.IsZero() {
		record += " signed at " + stock.TimeOf(c.Time).String()
	}
	there := a.next.Entry - 1
	if c.Size > there {
		a.find("against", record, "rolled back: there are %d entries, the last %d are gone. An older copy of the ledger was put in its place, or entries were taken away", there, c.Size-there)
		return false, nil
	}
	if a.seal.broken || c.Size > a.seal.tree.Size() {
		a.find("against", record, "it cannot be compared: the hashes of the log are damaged or missing")
		return false, nil
	}
	root, err := a.rootAt(c.Size)
	if err != nil || root == c.Root {
		return err == nil, err
	}
	since := "from the first entry on"
	if agreed > 0 {
		since = fmt.Sprintf("behind entry %d, up to which an older checkpoint agrees", agreed)
	}
	if later, err := a.recordedAfter(c); err != nil {
		return false, err
	} else if later > 0 {
		a.find("against", record, "forked: entry %d was recorded after this checkpoint was signed, which covered an entry of that number already. The ledger went on from an older copy, or there are two of it: they differ %s", later, since)
		return false, nil
	}
	how := "no checkpoint of its own fits what it says now"
	if a.seal.now.Signed >= c.Size && !a.has("checkpoint") {
		how = "it was signed again over what it says now, which takes the key: ask who has had " + logKeyFile
	}
	a.find("against", record, "rewritten: the first %d entries are not those that were signed. They differ %s; %s", c.Size, since, how)
	return false, nil
}

func (a *auditor) has(check string) bool {
	_, found := a.kinds[check]
	return found
}

// recordedAfter is the first of the entries that a checkpoint covers which was recorded after it was signed, 0 when there is none.
func (a *auditor) recordedAfter(c *tlog.Checkpoint) (entry int64, err error) {
	if c.Time.IsZero() {
		return 0, nil
	}
	err = a.each(`SELECT COALESCE(MIN(e.id), 0) FROM entry e WHERE e.id <= $1 AND e.recorded_at > $2`, func(r *sql.Rows) error { return r.Scan(&entry) }, c.Size, int64(stock.TimeOf(c.Time)))
	return entry, err
}
