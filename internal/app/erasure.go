package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// Erasure is what an erasure erased. Whose it was is told by what is left of the name.
type Erasure struct {
	User    string `json:"user,omitempty"`
	Partner string `json:"partner,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Device  string `json:"device,omitempty"`
	Entry   int64  `json:"entry,omitempty" doc:"Whose free texts were erased."`
	Texts   int64  `json:"texts" doc:"How many texts."`
	More    bool   `json:"more,omitempty" doc:"There is more to erase: ask again. Only in the answer to the request."`
}

// ErasureRecord is an erasure in the list of them.
type ErasureRecord struct {
	Entry      int64      `json:"entry"`
	RecordedAt stock.Time `json:"recorded_at"`
	Actor      string     `json:"actor"`
	Reason     string     `json:"reason,omitempty"`
	Erased     *Erasure   `json:"erased"`
}

func wantErasure(n *store.Names, v *stock.Erasure) {
	switch {
	case v == nil:
	case v.Of == stock.EraseUser:
		n.WantUsers(v.ID)
	case v.Of == stock.ErasePartner:
		n.WantPartners(v.ID)
	case v.Of == stock.EraseActor, v.Of == stock.EraseDevice:
		n.WantActors(v.ID)
	}
}

func viewErasure(v *stock.Erasure, n *store.Names) *Erasure {
	out := &Erasure{Texts: v.Count, More: v.More}
	switch v.Of {
	case stock.EraseUser:
		out.User = userName(n, v.ID)
	case stock.ErasePartner:
		out.Partner = partnerCode(n, v.ID)
	case stock.EraseActor:
		out.Actor = n.Actors[v.ID]
	case stock.EraseDevice:
		out.Device = n.Actors[v.ID]
	case stock.EraseEntry:
		out.Entry = v.ID
	}
	return out
}

// Erasures lists what was erased, and why.
func (a *App) Erasures(ctx context.Context, after int64, limit int) ([]ErasureRecord, error) {
	rows, err := a.Store.Erasures(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	entries, err := a.viewEntries(ctx, rows, 0)
	if err != nil {
		return nil, err
	}
	out := make([]ErasureRecord, len(entries))
	for i, e := range entries {
		out[i] = ErasureRecord{e.Entry, e.RecordedAt, e.Actor, e.Reason, e.Erased}
	}
	return out, nil
}
