package app

import (
	"context"
	"slices"

	"clew/internal/tlog"
)

// KeyTurn asks for another key of the log.
type KeyTurn struct {
	Reason string `json:"reason" doc:"Why." maxLength:"500"`
	Lost   bool   `json:"lost,omitempty" doc:"The key that signs today is lost for good, and cannot vouch for the new one."`
}

// RotateKey gives the log another key, and answers it.
func (a *App) RotateKey(ctx context.Context, who Who, turn KeyTurn) (LogKey, error) {
	by := who.by()
	if turn.Reason != "" {
		by.Reason = turn.Reason
	}
	if _, err := a.Store.RotateKey(ctx, by, turn.Lost); err != nil {
		return LogKey{}, broken(err)
	}
	keys, err := a.LogKeys(ctx)
	if err != nil {
		return LogKey{}, err
	}
	return keys[len(keys)-1], nil
}

// announcements prove the keys of the log from its second one on, for whoever believes an earlier one. Where one was lost there is nothing to prove.
func (a *App) announcements(ctx context.Context, tree treeOf) (out []*tlog.Proof, err error) {
	keys, err := a.Store.LogKeys(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if k.Entry == 0 {
			continue
		}
		notes, sizes, err := a.Store.Checkpoints(ctx, k.Entry-1, 1)
		if err != nil {
			return nil, err
		}
		if len(notes) == 0 {
			break // nobody signed with it yet
		}
		leaf, err := a.Store.Leaf(ctx, k.Entry)
		if err != nil {
			return nil, err
		}
		path, err := tree.ProveLeaf(sizes[0], k.Entry-1)
		if err != nil {
			return nil, broken(err)
		}
		out = append(out, tlog.NewProof(k.Entry, leaf, path, notes[0]))
	}
	return slices.Clip(out), nil
}

// treeOf proves where leaves hang.
type treeOf interface {
	ProveLeaf(size, leaf int64) ([]tlog.Hash, error)
}
