package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"clew/internal/stock"
	"clew/internal/tlog"
)

const (
	// sealLeaves and sealBytes bound how much is sealed at once, so that no entry waits long behind it.
	sealLeaves = 4096
	sealBytes  = 4 << 20
	// keepEvery is how long after one checkpoint that is kept the next one is.
	keepEvery = 60 * 60 * 1000
)

// Sealed says how far the log is sealed and signed.
type Sealed struct {
	Entries  int64 // that there are
	Size     int64 // of which so many are sealed
	SealedAt stock.Time
	Signed   int64 // of which the newest checkpoint covers so many
	SignedAt stock.Time
	Note     string // that checkpoint; empty when there is none yet
	edge     []byte
	row      bool
}

// Sealed tells how far the log is sealed.
func (s *Store) Sealed(ctx context.Context) (sealed Sealed, err error) {
	err = s.query(ctx, `SELECT h.next_entry - 1, COALESCE(s.id, 0), COALESCE(s.size, 0), s.edge, COALESCE(s.sealed_at, 0), COALESCE(s.signed, 0), COALESCE(s.signed_at, 0), COALESCE(s.note, '')
		FROM ledger_head h LEFT JOIN sealed s ON s.id = 1`, nil, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&sealed.Entries, &id, &sealed.Size, &sealed.edge, &sealed.SealedAt, &sealed.Signed, &sealed.SignedAt, &sealed.Note)
		sealed.row = id > 0
		return err
	})
	return sealed, err
}

// Sealing says how to seal.
type Sealing struct {
	MakeKey  bool // where the ledger has none yet
	Progress func(done, total int64)
}

// errSealedElsewhere says that somebody else sealed meanwhile.
var errSealedElsewhere = errors.New("sealed by somebody else")

// Seal hangs all entries that are not sealed yet into the tree, in the order of their ids, and signs a checkpoint where this server has
// the key. It may run beside itself, here and on other servers: the database takes what the first one did, and the others go on from there.
func (s *Store) Seal(ctx context.Context, how Sealing) (Sealed, error) {
	for ctx.Err() == nil {
		now, err := s.Sealed(ctx)
		if err != nil || now.Entries == 0 {
			return now, err
		}
		if now.Size == now.Entries && now.Signed == now.Size {
			return now, nil
		}
		done, err := s.sealSome(ctx, now, how.MakeKey || !s.shared)
		if err != nil && !errors.Is(err, errSealedElsewhere) {
			return now, err
		}
		if err == nil && done.Signed < done.Size && done.Size >= now.Entries {
			return done, nil // there is no key here
		}
		if how.Progress != nil && err == nil {
			how.Progress(done.Size, max(done.Size, now.Entries))
		}
	}
	return Sealed{}, fault(ctx.Err())
}

// sealSome seals the next entries, as many as are sealed at once.
func (s *Store) sealSome(ctx context.Context, now Sealed, makeKey bool) (Sealed, error) {
	tree, err := tlog.OpenTree(now.Size, now.edge)
	if err != nil {
		return now, err
	}
	var tiles rowset
	if err := s.leaves(ctx, now.Size, func(leaf []byte) {
		tree.Add(tlog.LeafHash(leaf), func(id tlog.TileID, hashes []byte) { tiles.add(int64(id), hashes) })
	}); err != nil {
		return now, err
	}
	done := now
	done.Size, done.edge, done.SealedAt = tree.Size(), tree.Edge(), s.Now()
	// A checkpoint is signed at the end of what there is, not at every step of catching up.
	keep := false
	if done.Size >= now.Entries {
		keys, err := s.keyring(ctx, makeKey) // behind the leaves, of which one may announce a key
		if err != nil {
			return now, err
		}
		signed, turned, err := s.sign(keys, &done, tree.Root())
		if err != nil {
			return now, err
		}
		if signed {
			done.Signed, done.SignedAt = done.Size, done.SealedAt
			keep = turned
		}
	}
	if done.Size == now.Size && done.Signed == now.Signed {
		return done, nil
	}
	return done, s.operate(ctx, func(ctx context.Context, w *writer) error { return w.seal(ctx, now, done, tiles, keep) })
}

// leaves reads the leaves behind an entry, as many as are sealed at once, and in the order of the entries without a gap.
func (s *Store) leaves(ctx context.Context, after int64, each func(leaf []byte)) error {
	next, read := after+1, 0
	err := s.query(ctx, `SELECT e.id, e.leaf FROM entry e WHERE e.id > $1 ORDER BY e.id LIMIT $2`, []any{after, sealLeaves}, func(r *sql.Rows) error {
		var id int64
		var leaf sql.RawBytes
		if err := r.Scan(&id, &leaf); err != nil {
			return err
		}
		if id != next {
			return stock.Errorf(stock.Conflict, stock.CodeLogBroken, "", "entry %d is missing, and nothing behind it is sealed: run clew verify", next)
		}
		each(leaf)
		if next, read = next+1, read+len(leaf); read > sealBytes {
			return errFull
		}
		return nil
	})
	if errors.Is(err, errFull) {
		err = nil
	}
	return err
}

// seal writes what was sealed, unless somebody else was faster.
func (w *writer) seal(ctx context.Context, was, is Sealed, tiles rowset, keep bool) error {
	if !was.row {
		if _, err := w.exec(ctx, `INSERT INTO sealed (id, size, edge, sealed_at, signed, signed_at, note) VALUES (1, 0, $1, 0, 0, 0, '') ON CONFLICT (id) DO NOTHING`, []byte{}); err != nil {
			return err
		}
	}
	result, err := w.exec(ctx, `UPDATE sealed SET size = $3, edge = $4, sealed_at = $5, signed = $6, signed_at = $7, note = $8 WHERE id = 1 AND size = $1 AND signed = $2`,
		was.Size, was.Signed, is.Size, append([]byte{}, is.edge...), int64(is.SealedAt), is.Signed, int64(is.SignedAt), is.Note)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return cmp.Or(err, errSealedElsewhere)
	}
	if tiles.n > 0 {
		if _, err := w.exec(ctx, `INSERT INTO sealed_tile (id, hashes) SELECT r.id, r.hashes FROM @rows($1: id int, hashes blob) r`, tiles.text()); err != nil {
			return err
		}
	}
	if is.Signed == was.Signed {
		return nil
	}
	// The first of an hour is kept, and the first of a key.
	_, err = w.exec(ctx, `INSERT INTO checkpoint (size, signed_at, note) SELECT $1, $2, $3 WHERE $4 > 0 OR NOT EXISTS (SELECT 1 FROM checkpoint c WHERE c.signed_at > $2 - $5) ON CONFLICT (size) DO NOTHING`,
		is.Signed, int64(is.SignedAt), is.Note, number(keep), int64(keepEvery))
	return err
}

// sign signs a checkpoint with the key that signs at its size, where it is at hand. It tells when it is the first that the key signs, which
// the key before signs too, so that whoever trusts that one knows the new one.
func (s *Store) sign(keys keyring, done *Sealed, root tlog.Hash) (signed, turned bool, err error) {
	key := keys.at(done.Size)
	if key == nil || key.secret == "" {
		return false, false, nil
	}
	secrets := []string{key.secret}
	if turned = done.Signed == 0 || key.Entry > done.Signed; turned && done.Signed > 0 {
		if before := keys.at(done.Signed); before.secret != "" {
			secrets = append(secrets, before.secret)
		}
	}
	c := &tlog.Checkpoint{Origin: tlog.Origin(s.ledger), Size: done.Size, Root: root, Time: s.Now().Std()}
	if done.Note, err = c.Sign(secrets...); err != nil {
		return false, false, fmt.Errorf("the log cannot be signed: %w", err)
	}
	return true, turned, nil
}

// Tree is the log's tree, for proofs.
type Tree struct {
	tlog.Kept
	Sealed Sealed
}

// Tree reads the tree as it is sealed now.
func (s *Store) Tree(ctx context.Context) (*Tree, error) {
	sealed, err := s.Sealed(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := tlog.OpenTree(sealed.Size, sealed.edge)
	if err != nil {
		return nil, err
	}
	return &Tree{tlog.Kept{Tree: tree, Tiles: func(want []tlog.TileID) (map[tlog.TileID][]byte, error) { return s.tiles(ctx, want) }}, sealed}, nil
}

func (s *Store) tiles(ctx context.Context, want []tlog.TileID) (map[tlog.TileID][]byte, error) {
	out := make(map[tlog.TileID][]byte, len(want))
	if len(want) == 0 {
		return out, nil
	}
	var set rowset
	for _, id := range want {
		set.ints(int64(id))
	}
	return out, s.query(ctx, `SELECT t.id, t.hashes FROM @rows($1: id int) r JOIN sealed_tile t ON t.id = r.id`, []any{set.text()}, func(r *sql.Rows) error {
		var id int64
		var hashes []byte
		err := r.Scan(&id, &hashes)
		out[tlog.TileID(id)] = hashes
		return err
	})
}

// Leaf reads the leaf bytes of an entry.
func (s *Store) Leaf(ctx context.Context, entry int64) (leaf []byte, err error) {
	err = s.query(ctx, `SELECT e.leaf FROM entry e WHERE e.id = $1`, []any{entry}, func(r *sql.Rows) error { return r.Scan(&leaf) })
	if err == nil && leaf == nil {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "entry", "there is no entry %d", entry)
	}
	return leaf, err
}

// Checkpoints are those that are kept behind a size, the oldest first.
func (s *Store) Checkpoints(ctx context.Context, after int64, limit int) (notes []string, sizes []int64, err error) {
	err = s.query(ctx, `SELECT c.size, c.note FROM checkpoint c WHERE c.size > $1 ORDER BY c.size LIMIT $2`, []any{after, limit}, func(r *sql.Rows) error {
		var size int64
		var note string
		err := r.Scan(&size, &note)
		notes, sizes = append(notes, note), append(sizes, size)
		return err
	})
	return notes, sizes, err
}

// SignAt signs a checkpoint of the log as it was at an earlier size.
func (s *Store) SignAt(ctx context.Context, size int64, root tlog.Hash) (string, error) {
	keys, err := s.keyring(ctx, false)
	if err != nil {
		return "", err
	}
	// Today's key signs: one that was given up signs nothing any more.
	key := keys.last()
	if key == nil || key.secret == "" {
		return "", errNoLogKey(s)
	}
	c := &tlog.Checkpoint{Origin: tlog.Origin(s.ledger), Size: size, Root: root, Time: s.Now().Std()}
	return c.Sign(key.secret)
}

// Recorded returns a channel that is closed when this server next records entries, which it need not ask the database about. Take it before
// reading, so that nothing slips between.
func (s *Store) Recorded() <-chan struct{} { return s.writer.own.wait() }

// Dir is the folder of what lies beside the ledger, such as the key that signs its log.
func (s *Store) Dir() string { return s.dir() }
