package app

import (
	"context"
	"encoding/base64"
	"errors"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/tlog"
)

// Checkpoint is a signed statement of how the log was.
type Checkpoint struct {
	Ledger     string     `json:"ledger" doc:"The ledger's own id."`
	Entries    int64      `json:"entries" doc:"The checkpoint covers the entries from 1 up to this one."`
	Root       string     `json:"root" doc:"The root of the Merkle tree over their leaves (RFC 6962), in base64."`
	SignedAt   stock.Time `json:"signed_at"`
	Key        string     `json:"key" doc:"The public key that it is signed with."`
	Checkpoint string     `json:"checkpoint" doc:"The checkpoint itself: a signed note (C2SP tlog-checkpoint). Keep it where nobody who can change the ledger can change it."`
	Recorded   int64      `json:"recorded" doc:"The newest entry of the log."`
	Sealed     int64      `json:"sealed" doc:"The newest entry that is sealed."`
}

// LogKey is a public key that signs the log.
type LogKey struct {
	Key    string     `json:"key" doc:"The public key: a verifier key as golang.org/x/mod/sumdb/note writes it."`
	Entry  int64      `json:"entry" doc:"It signs from this entry on; 0 for the first key."`
	MadeAt stock.Time `json:"made_at"`
	Signs  bool       `json:"signs" doc:"It is the one that signs now."`
	Here   bool       `json:"here" doc:"This server has the secret key to it."`
}

// InclusionProof proves that an entry is in the log that a checkpoint is signed over.
type InclusionProof struct {
	Ledger     string   `json:"ledger"`
	Entry      int64    `json:"entry"`
	Entries    int64    `json:"entries" doc:"How many entries the checkpoint covers. The entry is leaf number entry - 1 of so many."`
	LeafHash   string   `json:"leaf_hash" doc:"SHA-256 over a zero byte and the entry's leaf, in base64."`
	Root       string   `json:"root"`
	Path       []string `json:"path" doc:"The hashes beside the way from the leaf to the root, the lowest first (RFC 6962), in base64."`
	Checkpoint string   `json:"checkpoint"`
}

// ConsistencyProof proves that the log of a later checkpoint begins with that of an earlier one.
type ConsistencyProof struct {
	Ledger   string   `json:"ledger"`
	From     int64    `json:"from"`
	To       int64    `json:"to"`
	FromRoot string   `json:"from_root"`
	ToRoot   string   `json:"to_root"`
	Path     []string `json:"path" doc:"The hashes of the proof (RFC 6962), in base64."`
}

// Checkpoint answers the newest checkpoint, of all entries that there are where this server has the key; with a size, that of the log
// as it was with so many entries.
func (a *App) Checkpoint(ctx context.Context, size int64) (Checkpoint, error) {
	tree, err := a.sealedTree(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	note, err := a.noteAt(ctx, tree, size)
	if err != nil {
		return Checkpoint{}, err
	}
	keys, err := a.Store.LogKeys(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	var public []string
	for _, k := range keys {
		public = append(public, k.Key)
	}
	c, key, err := tlog.OpenCheckpoint(note, public...)
	if err != nil {
		return Checkpoint{}, stock.Errorf(stock.Conflict, stock.CodeLogBroken, "", "the kept checkpoint is not right: %v; run clew verify", err)
	}
	return Checkpoint{Ledger: a.Store.Ledger(), Entries: c.Size, Root: c.Root.String(), SignedAt: stock.TimeOf(c.Time), Key: key, Checkpoint: note,
		Recorded: tree.Sealed.Entries, Sealed: tree.Sealed.Size}, nil
}

// sealedTree seals what is not sealed yet, and reads the tree.
func (a *App) sealedTree(ctx context.Context) (*store.Tree, error) {
	if _, err := a.Store.Seal(ctx, store.Sealing{}); err != nil {
		return nil, broken(err)
	}
	tree, err := a.Store.Tree(ctx)
	return tree, broken(err)
}

// broken turns an error about kept hashes into one that says what to do.
func broken(err error) error {
	if errors.Is(err, tlog.ErrBrokenTree) {
		return stock.Errorf(stock.Conflict, stock.CodeLogBroken, "", "%v: run clew verify", err)
	}
	return err
}

// noteAt is the checkpoint at a size, the newest when it is 0.
func (a *App) noteAt(ctx context.Context, tree *store.Tree, size int64) (string, error) {
	is := tree.Sealed
	switch {
	case is.Size == 0:
		return "", stock.Errorf(stock.NotFound, stock.CodeNotSealed, "size", "the log has no entries yet")
	case size > is.Size:
		return "", stock.Errorf(stock.NotFound, stock.CodeNotSealed, "size", "the log is sealed up to entry %d", is.Size)
	case size == 0 && is.Signed > 0 || size == is.Signed && size > 0:
		return is.Note, nil
	case size == 0:
		size = is.Size // there is none yet: the error says why
	}
	root, err := tree.RootAt(size)
	if err != nil {
		return "", broken(err)
	}
	return a.Store.SignAt(ctx, size, root)
}

// LogKeys lists the keys that sign the log, the oldest first.
func (a *App) LogKeys(ctx context.Context) ([]LogKey, error) {
	keys, err := a.Store.LogKeys(ctx)
	out := make([]LogKey, len(keys))
	for i, k := range keys {
		out[i] = LogKey{Key: k.Key, Entry: k.Entry, MadeAt: k.MadeAt, Signs: i == len(keys)-1, Here: k.Here}
	}
	return out, err
}

// ProveEntry proves that an entry is in the log of so many entries; in that of the newest checkpoint when size is 0.
func (a *App) ProveEntry(ctx context.Context, entry, size int64) (*InclusionProof, error) {
	tree, err := a.sealedTree(ctx)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		size = tree.Sealed.Signed
	}
	note, err := a.noteAt(ctx, tree, size)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		size = tree.Sealed.Size
	}
	if entry < 1 || entry > size {
		return nil, stock.Errorf(stock.NotFound, stock.CodeNotSealed, "entry", "the checkpoint covers the entries from 1 to %d", size)
	}
	leaf, err := a.Store.Leaf(ctx, entry)
	if err != nil {
		return nil, err
	}
	path, err := tree.ProveLeaf(size, entry-1)
	if err != nil {
		return nil, broken(err)
	}
	root, err := tree.RootAt(size)
	if err != nil {
		return nil, broken(err)
	}
	hash := tlog.LeafHash(leaf)
	if err := tlog.CheckLeaf(path, size, root, entry-1, hash); err != nil {
		return nil, stock.Errorf(stock.Conflict, stock.CodeLogBroken, "entry", "entry %d is not what was sealed: run clew verify", entry)
	}
	return &InclusionProof{Ledger: a.Store.Ledger(), Entry: entry, Entries: size, LeafHash: hash.String(), Root: root.String(), Path: texts(path), Checkpoint: note}, nil
}

// ProveGrowth proves that the log of to entries begins with that of from; to is the newest checkpoint's when it is 0.
func (a *App) ProveGrowth(ctx context.Context, from, to int64) (*ConsistencyProof, error) {
	tree, err := a.sealedTree(ctx)
	if err != nil {
		return nil, err
	}
	if to == 0 {
		to = tree.Sealed.Size
	}
	if to > tree.Sealed.Size {
		return nil, stock.Errorf(stock.NotFound, stock.CodeNotSealed, "to", "the log is sealed up to entry %d", tree.Sealed.Size)
	}
	if from < 1 || from > to {
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "from", "it is from 1 to %d", to)
	}
	fromRoot, err := tree.RootAt(from)
	if err != nil {
		return nil, broken(err)
	}
	toRoot, err := tree.RootAt(to)
	if err != nil {
		return nil, broken(err)
	}
	path, err := tree.ProveGrowth(to, from)
	if err != nil {
		return nil, broken(err)
	}
	return &ConsistencyProof{Ledger: a.Store.Ledger(), From: from, To: to, FromRoot: fromRoot.String(), ToRoot: toRoot.String(), Path: texts(path)}, nil
}

func texts(path []tlog.Hash) []string {
	out := make([]string, len(path))
	for i, h := range path {
		out[i] = base64.StdEncoding.EncodeToString(h[:])
	}
	return out
}

// Verify proves the whole ledger, and holds its log against checkpoints from elsewhere. What is not sealed yet is sealed first; a log that cannot be
// is verified all the same, which says why.
func (a *App) Verify(ctx context.Context, against []string, progress func(done, total int64)) (*store.Report, error) {
	if _, err := a.Store.Seal(ctx, store.Sealing{}); err != nil && ctx.Err() != nil {
		return nil, err
	}
	return a.Store.VerifyAgainst(ctx, against, progress)
}
