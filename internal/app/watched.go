package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// Watched is a file that was dropped into the watched folder.
type Watched struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name" doc:"Its path within the folder; a single dot is the folder itself, listed while it cannot be read."`
	Hash      string     `json:"sha256,omitempty" doc:"Of its contents."`
	Kind      string     `json:"kind,omitempty" doc:"What its rows are."`
	State     string     `json:"state" enum:"waiting,running,done,done_with_refusals,failed"`
	Rows      int        `json:"rows"`
	Recorded  int        `json:"recorded" doc:"Rows that it recorded."`
	Already   int        `json:"already" doc:"Rows that were recorded before, or said what already stood."`
	Refused   int        `json:"refused"`
	Error     string     `json:"error,omitempty"`
	Tries     int        `json:"tries"`
	NextTry   stock.Time `json:"next_try,omitempty"`
	Lies      string     `json:"lies,omitempty" doc:"Where it was put away, within the folder."`
	SeenAt    stock.Time `json:"seen_at"`
	ChangedAt stock.Time `json:"changed_at" doc:"When its state was the last to change."`
}

func viewWatched(f *store.Watched) Watched {
	return Watched{ID: f.ID, Name: f.Name, Hash: f.Hash, Kind: f.Kind, State: f.State, Rows: f.Lines, Recorded: f.Counts.Recorded,
		Already: f.Counts.Already, Refused: f.Counts.Refused, Error: f.Error, Tries: f.Tries, NextTry: f.NextTry, Lies: f.Lies,
		SeenAt: f.Seen, ChangedAt: f.Changed}
}

// WatchedFiles lists the files that were dropped into the watched folder, the newest first: those before an id where it is not 0.
func (a *App) WatchedFiles(ctx context.Context, state string, before int64, limit int) ([]Watched, error) {
	rows, err := a.Store.WatchedFiles(ctx, state, before, limit)
	out := make([]Watched, len(rows))
	for i, f := range rows {
		out[i] = viewWatched(f)
	}
	return out, err
}

// RetryWatched has a file imported again that failed, had refusals or waits for its next try.
func (a *App) RetryWatched(ctx context.Context, who Who, id int64) (Watched, error) {
	f, err := a.Store.RetryWatched(ctx, who.by(), id)
	if err != nil {
		return Watched{}, err
	}
	return viewWatched(f), nil
}
