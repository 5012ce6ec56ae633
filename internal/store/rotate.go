package store

import (
	"context"

	"clew/internal/auth"
	"clew/internal/stock"
)

// RotateKey gives the log another key. All that there is so far is signed with the old one first; the first checkpoint of the new one is signed by both, so that
// whoever believes the old one can believe the new one. Where the old one was lost it cannot sign, and the entry says so.
func (s *Store) RotateKey(ctx context.Context, by By, lost bool) (Sealed, error) {
	before, err := s.Seal(ctx, Sealing{MakeKey: true})
	if err != nil {
		return before, err
	}
	keys, err := s.keyring(ctx, false)
	if err != nil {
		return before, err
	}
	switch last := keys.last(); {
	case last == nil:
		return before, stock.Errorf(stock.Conflict, stock.CodeNotSealed, "", "the log has no key yet: it gets one with its first entry")
	case last.secret == "" && !lost:
		return before, stock.Errorf(stock.Unavailable, stock.CodeNoLogKey, "", "the key that signs the log is not on this server: it is looked for in %s. Where it is lost for good, say so", s.logKeyPath())
	case last.secret != "" && lost:
		return before, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "lost", "the key is not lost: it is in %s", s.logKeyPath())
	}
	public, err := s.newSecret()
	if err != nil {
		return before, err
	}
	out, err := s.Post(ctx, &stock.Draft{Actor: by.Actor, By: &auth.Principal{Actor: by.Actor, Machine: true}, Device: by.Device, Origin: by.Origin,
		Body: &stock.LogKeyDraft{Key: public, Lost: lost, Reason: by.Reason}})
	if err != nil {
		return before, err
	}
	if out[0].Err != nil {
		return before, out[0].Err
	}
	return s.Seal(ctx, Sealing{})
}

// logKeyRow gathers the keys that entries announce.
func (s *saver) logKeyRow(e *stock.Entry) {
	if k := e.LogKey; k != nil {
		s.logKeys.add(e.ID, k.Key, int64(e.RecordedAt))
	}
}

func (s *saver) announce() error {
	return s.put(&s.logKeys, `INSERT INTO log_key (entry, key, made_at) SELECT * FROM @rows($1: entry int, key text, made_at int)`)
}

// logKey gives the entry the key that the rows say it announced.
func (a *auditor) logKey(e *pageEntry) error {
	said := e.master.LogKey
	if said == nil || e.Kind != stock.KindLogKey {
		return nil
	}
	row := a.seal.keys.of(e.ID)
	if row == nil { // it may have come since
		if err := a.sealKeys(); err != nil {
			return err
		}
		row = a.seal.keys.of(e.ID)
	}
	if row == nil {
		a.find("key", record("key of entry", e.ID), "it is missing: the entry made it the key of the log")
		return nil
	}
	e.LogKey = &stock.LogKey{Key: row.Key, Lost: said.Lost}
	a.seal.announced[e.ID] = e.LogKey
	return nil
}

// turned checks that the first checkpoint of a key is signed with the one before it too, unless that was lost.
func (a *auditor) turned(record, note string, size int64) {
	keys := a.seal.keys
	for i, key := range keys {
		if i == 0 || key.Entry > size || a.seal.turned[key.Entry] || i+1 < len(keys) && keys[i+1].Entry <= size {
			continue
		}
		a.seal.turned[key.Entry] = true
		if k := a.seal.announced[key.Entry]; k != nil && !k.Lost && !signedBy(note, keys[i-1].Key) {
			a.find("key", record, "it is the first that the key of entry %d signs, and the key before it did not sign it", key.Entry)
		}
	}
}

// compareKeys looks for keys that no entry announced.
func (a *auditor) compareKeys() error {
	for i, key := range a.seal.keys {
		if (i > 0 || key.Entry != 0) && a.seal.announced[key.Entry] == nil && key.Entry < a.next.Entry {
			a.find("key", record("key of entry", key.Entry), "that entry did not make it the key of the log")
		}
	}
	return nil
}
