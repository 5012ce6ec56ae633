package app

import (
	"context"
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/tlog"
)

// ProofQuery says what to prove: a lot or a unit, that the ledger was told of it when it came in, or an entry.
type ProofQuery struct {
	Code    string
	Product string
	Kind    string
	Size    int64 // in the log of so many entries; in that of the newest checkpoint when 0
}

// Proof makes a small file that proves, without the ledger, what the entry says that brought something into it.
func (a *App) Proof(ctx context.Context, q ProofQuery) (*tlog.Proof, error) {
	thing, err := a.oneThing(ctx, TraceQuery{Code: q.Code, Product: q.Product, Kind: q.Kind})
	if err != nil {
		return nil, err
	}
	tree, err := a.sealedTree(ctx)
	if err != nil {
		return nil, err
	}
	switch m := thing.meaning; m.Kind {
	case "entry":
		return a.proveLeaf(ctx, tree, m.id, q.Size)
	case "lot", "alias":
		entry, err := a.Store.BirthOfLot(ctx, m.id)
		if err != nil {
			return nil, err
		}
		return a.proveLeaf(ctx, tree, entry, q.Size)
	case "unit":
		return a.proveUnit(ctx, tree, m.id, q.Size)
	}
	return nil, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "code", "%q is a %s: a lot, a unit or an entry can be proved", q.Code, thing.meaning.Kind)
}

func (a *App) proveLeaf(ctx context.Context, tree *store.Tree, entry, size int64) (*tlog.Proof, error) {
	if size == 0 && tree.Sealed.Signed > 0 {
		size = tree.Sealed.Signed
	}
	if size == 0 {
		size = tree.Sealed.Size
	}
	note, err := a.noteAt(ctx, tree, size)
	if err != nil {
		return nil, err
	}
	if entry > size {
		return nil, stock.Errorf(stock.NotFound, stock.CodeNotSealed, "size", "it is entry %d, and the checkpoint covers those from 1 to %d", entry, size)
	}
	leaf, err := a.Store.Leaf(ctx, entry)
	if err != nil {
		return nil, err
	}
	path, err := tree.ProveLeaf(size, entry-1)
	if err != nil {
		return nil, broken(err)
	}
	proof := tlog.NewProof(entry, leaf, path, note)
	if proof.Keys, err = a.announcements(ctx, tree); err != nil {
		return nil, err
	}
	if _, _, err := proof.Check(nil, a.publicKeys(ctx)...); err != nil {
		return nil, stock.Errorf(stock.Conflict, stock.CodeLogBroken, "", "entry %d is not what was sealed (%v): run clew verify", entry, err)
	}
	return proof, nil
}

func (a *App) publicKeys(ctx context.Context) (out []string) {
	keys, err := a.Store.LogKeys(ctx)
	if err != nil {
		return nil
	}
	for _, k := range keys {
		out = append(out, k.Key)
	}
	return out
}

// proveUnit shows one unit of those that came in beside it, and tells nothing of the others.
func (a *App) proveUnit(ctx context.Context, tree *store.Tree, unit, size int64) (*tlog.Proof, error) {
	entry, born, err := a.Store.BirthOfUnit(ctx, unit)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(born, func(u stock.Unit) bool { return u.ID == unit })
	if at < 0 {
		return nil, stock.Errorf(stock.Conflict, stock.CodeLogBroken, "code", "the entry that brought the unit in is not there: run clew verify")
	}
	proof, err := a.proveLeaf(ctx, tree, entry, size)
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveUnit(len(born), at, func(i int) []byte { return stock.BirthLeaf(born[i].ID, born[i].Serial) })
	if err != nil {
		return nil, err
	}
	proof.Unit = &tlog.UnitPath{ID: unit, Serial: born[at].Serial, Path: tlog.AppendPath(nil, path)}
	said, err := stock.ReadLeaf(proof.Leaf)
	if err == nil {
		_, _, _, err = said.Shows(proof.Unit)
	}
	if err != nil {
		return nil, stock.Errorf(stock.Conflict, stock.CodeLogBroken, "code", "the unit does not fit the entry that brought it in: run clew verify")
	}
	return proof, nil
}
