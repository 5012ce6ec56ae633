package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// sealAudit holds the leaves against the hashes that were kept of them when they were sealed, the hashes against each other, and the tree
// that they make against the signed checkpoints.
type sealAudit struct {
	now       Sealed                 // as it is in the page's snapshot
	tree      *tlog.Tree             // of the kept hashes
	broken    bool                   // some are missing, which is told once
	tiles     map[tlog.TileID][]byte // those with the hashes of the page's leaves
	upper     map[tlog.TileID][]byte // what tiles above must be that were finished since the last look
	keys      keyring
	turned    map[int64]bool          // keys of which the first checkpoint was seen, by their entries
	announced map[int64]*stock.LogKey // by entries
	signed    map[int64]string        // the page's kept checkpoints
	kept      int64
	late      []unsealed // entries that were not sealed yet when they were read
}

type unsealed struct {
	entry int64
	leaf  tlog.Hash
}

// sealHead reads how far the log is sealed.
func (a *auditor) sealHead() error {
	sealed := Sealed{}
	err := a.each(`SELECT s.size, s.edge, s.sealed_at, s.signed, s.signed_at, s.note FROM sealed s WHERE s.id = 1`, func(r *sql.Rows) error {
		return r.Scan(&sealed.Size, &sealed.edge, &sealed.SealedAt, &sealed.Signed, &sealed.SignedAt, &sealed.Note)
	})
	a.seal.now = sealed
	return err
}

// sealPage reads what was kept of the page's entries, and of those before it that were not sealed yet when they were read.
func (a *auditor) sealPage(p *pageRows) error {
	if len(p.entries) == 0 {
		return nil
	}
	first, last := p.span()
	return a.sealSpan(first-int64(len(a.seal.late)), last)
}

func (a *auditor) sealSpan(first, last int64) error {
	a.seal.tiles, a.seal.signed = map[tlog.TileID][]byte{}, map[int64]string{}
	if err := a.each(`SELECT t.id, t.hashes FROM sealed_tile t WHERE t.id BETWEEN $1 AND $2 AND t.id % 8 = 0`, func(r *sql.Rows) error {
		var id int64
		var hashes []byte
		err := r.Scan(&id, &hashes)
		a.seal.tiles[tlog.TileID(id)] = hashes
		return err
	}, int64(tlog.LowestTile(max(first-1, 0))), int64(tlog.LowestTile(max(last-1, 0)))); err != nil {
		return err
	}
	if err := a.each(`SELECT c.size, c.note FROM checkpoint c WHERE c.size BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		var size int64
		var note string
		err := r.Scan(&size, &note)
		a.seal.signed[size] = note
		return err
	}, first, last); err != nil {
		return err
	}
	a.sealedSince()
	return nil
}

// keptHash is the hash that was kept of an entry's leaf.
func (v *sealAudit) keptHash(entry int64) (hash tlog.Hash, there bool) {
	leaf := entry - 1
	hashes := v.tiles[tlog.LowestTile(leaf)]
	if leaf >= v.now.Size&^255 {
		hashes = v.now.edge
	} else if len(hashes) != 256*tlog.HashSize {
		return hash, false
	}
	at := int(leaf&255) * tlog.HashSize
	if at+tlog.HashSize > len(hashes) {
		return hash, false
	}
	return tlog.Hash(hashes[at : at+tlog.HashSize]), true
}

// sealed checks one entry against what was kept of it.
func (a *auditor) sealed(e *pageEntry) {
	v, hash := &a.seal, tlog.LeafHash(e.Leaf)
	switch {
	case e.ID < 1:
	case e.ID > v.now.Size:
		v.late = append(v.late, unsealed{e.ID, hash})
	default:
		a.checkSealed(e.ID, hash)
	}
}

// sealedSince checks entries that were sealed since they were read.
func (a *auditor) sealedSince() {
	v := &a.seal
	for len(v.late) > 0 && v.late[0].entry <= v.now.Size {
		a.checkSealed(v.late[0].entry, v.late[0].leaf)
		v.late = v.late[1:]
	}
}

func (a *auditor) checkSealed(entry int64, leaf tlog.Hash) {
	v := &a.seal
	hash, there := v.keptHash(entry)
	if !there {
		a.find("seal", record("entry", entry), "it was sealed, and the hash that was kept of it is missing")
		v.broken = true
		return
	}
	if hash != leaf {
		a.find("seal", record("entry", entry), "it is not what was sealed: somebody changed it since")
	}
	if entry != v.tree.Size()+1 {
		v.broken = true
	}
	if v.broken {
		return
	}
	v.tree.Add(hash, func(id tlog.TileID, hashes []byte) {
		if _, lowest := id.Leaf(); !lowest {
			v.upper[id] = bytes.Clone(hashes)
		}
	})
	if note, is := v.signed[entry]; is {
		v.kept++
		a.checkpoint(fmt.Sprintf("checkpoint of %d entries", entry), note, entry, v.tree.Root())
		a.turned(fmt.Sprintf("checkpoint of %d entries", entry), note, entry)
	}
}

// checkpoint checks one that the ledger keeps.
func (a *auditor) checkpoint(record, note string, size int64, root tlog.Hash) {
	key := a.seal.keys.at(size)
	if key == nil {
		a.find("checkpoint", record, "no key of this log signs it")
		return
	}
	switch c, _, err := tlog.OpenCheckpoint(note, key.Key); {
	case errors.Is(err, tlog.ErrUnsigned):
		a.find("checkpoint", record, "it is not signed by the key that signs at this size")
	case err != nil:
		a.find("checkpoint", record, "%v", err)
	case c.Origin != tlog.Origin(a.report.Ledger) || c.Size != size:
		a.find("checkpoint", record, "it says %d entries of %s", c.Size, c.Origin)
	case c.Root != root:
		a.find("checkpoint", record, "it was signed over other entries than those that are here: the history was rewritten")
	}
}

// sealKeys reads the keys, which are few.
func (a *auditor) sealKeys() (err error) {
	a.seal.keys, err = a.store.publicKeys(a.ctx)
	for _, key := range a.seal.keys {
		if key.ID == "" {
			a.find("key", record("key of entry", key.Entry), "it is no key")
		}
	}
	return err
}

// upperTiles holds the tiles above those of the leaves against what they must be.
func (a *auditor) upperTiles() error {
	v := &a.seal
	if len(v.upper) == 0 {
		return nil
	}
	var set rowset
	for id := range v.upper {
		set.ints(int64(id))
	}
	err := a.each(`SELECT t.id, t.hashes FROM @rows($1: id int) r JOIN sealed_tile t ON t.id = r.id`, func(r *sql.Rows) error {
		var id int64
		var hashes []byte
		err := r.Scan(&id, &hashes)
		if want := v.upper[tlog.TileID(id)]; want != nil && bytes.Equal(want, hashes) {
			delete(v.upper, tlog.TileID(id))
		}
		return err
	}, set.text())
	for _, id := range slices.Sorted(maps.Keys(v.upper)) {
		end, _ := id.Leaf()
		a.find("seal", fmt.Sprintf("tile %d", id), "the hashes over the entries from %d on are not those of the hashes below them", end+1)
	}
	clear(v.upper)
	return err
}

// compareSeals checks what the sealed log says as a whole.
func (a *auditor) compareSeals() error {
	v := &a.seal
	if len(v.late) > 0 {
		if err := a.sealSpan(v.late[0].entry, a.next.Entry-1); err != nil {
			return err
		}
	}
	if err := a.upperTiles(); err != nil {
		return err
	}
	size := v.now.Size
	if last := a.next.Entry - 1; size > last {
		a.find("seal", record("entry", last+1), "%d entries were sealed and %d are there: the last ones were taken away", size, last)
		v.broken = true
	}
	if !v.broken && (v.tree.Size() != size || !bytes.Equal(v.tree.Edge(), v.now.edge)) {
		a.find("seal", "the sealed log", "the hashes that are kept of %d entries do not fit each other", size)
		v.broken = true
	}
	tiles := int64(0)
	for n := size >> 8; n > 0; n >>= 8 {
		tiles += n
	}
	for _, count := range []struct {
		what, text string
		want       int64
	}{
		{"sealed_tile", `SELECT COUNT(*) FROM sealed_tile`, tiles}, {"sealed", `SELECT COUNT(*) FROM sealed`, min(size, 1)}, {"checkpoint", `SELECT COUNT(*) FROM checkpoint`, v.kept},
	} {
		n, err := a.number(count.text)
		if err != nil {
			return err
		}
		if n != count.want && !v.broken {
			a.find("stray", count.what, "%d rows where the entries say %d", n, count.want)
		}
	}
	if v.kept == 0 && v.now.Signed > 0 && !v.broken {
		a.find("checkpoint", "the kept checkpoints", "there is none, and the first one is always kept")
	}
	a.report.Sealed, a.report.Signed = size, v.now.Signed
	if v.broken || v.now.Signed < 1 || v.now.Signed > size {
		if v.now.Signed > size || v.now.Signed < 0 || size > 0 && len(v.keys) > 0 && v.now.Signed == 0 && v.now.Note != "" {
			a.find("checkpoint", "the newest checkpoint", "it is of %d entries, and %d are sealed", v.now.Signed, size)
		}
		return nil
	}
	root, err := a.rootAt(v.now.Signed)
	if err != nil {
		return err
	}
	a.report.Checkpoint = v.now.Note
	a.checkpoint("the newest checkpoint", v.now.Note, v.now.Signed, root)
	return nil
}

// rootAt is the root that the kept hashes make at a size.
func (a *auditor) rootAt(size int64) (tlog.Hash, error) {
	return tlog.Kept{Tree: a.seal.tree, Tiles: func(want []tlog.TileID) (map[tlog.TileID][]byte, error) {
		out := map[tlog.TileID][]byte{}
		var set rowset
		for _, id := range want {
			set.ints(int64(id))
		}
		return out, a.each(`SELECT t.id, t.hashes FROM @rows($1: id int) r JOIN sealed_tile t ON t.id = r.id`, func(r *sql.Rows) error {
			var id int64
			var hashes []byte
			err := r.Scan(&id, &hashes)
			out[tlog.TileID(id)] = hashes
			return err
		}, set.text())
	}}.RootAt(size)
}
