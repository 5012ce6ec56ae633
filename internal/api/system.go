package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

const tagSystem = "system"

// Code is one way to fail.
type Code struct {
	Code    string `json:"code"`
	Meaning string `json:"meaning"`
}

// Health says that the server is there, or ready.
type Health struct {
	Status string `json:"status" example:"ok"`
}

func (s *server) codes() {
	get(s, open, "/v1/codes", "list-codes", "List the codes of errors and what they mean", tagSystem, func(context.Context, *struct{}) (List[Code], error) {
		var list List[Code]
		for _, code := range slices.Sorted(maps.Keys(stock.Codes)) {
			list.Items = append(list.Items, Code{code, stock.Codes[code]})
		}
		return list, nil
	})
}

func (s *server) health() {
	get(s, open, "/healthz", "health", "Tell that the server runs", tagSystem, func(context.Context, *struct{}) (Health, error) {
		return Health{"ok"}, nil
	})
	get(s, open, "/readyz", "readiness", "Tell that the ledger can be read and takes entries", tagSystem, func(ctx context.Context, _ *struct{}) (Health, error) {
		return Health{"ready"}, s.ready(ctx)
	})
}

// readyTime is how long a server may take to find out whether it is ready. Who asks does not wait for long.
const readyTime = 4 * time.Second

// ready asks the ledger for a page, and the writer to decide something that it must refuse: what answers that can also record.
func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := s.app.Store.Reachable(ctx); err != nil {
		return err
	}
	outcomes, err := s.app.Store.Post(ctx, &stock.Draft{Actor: "readiness", By: auth.AtMachine, Body: &stock.ReleaseDraft{Hold: -1, Reason: "readiness"}})
	if err == nil && (outcomes[0].Err == nil || outcomes[0].Err.Code != stock.CodeUnknownHold) {
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the writer does not answer as it should")
	}
	return err
}
