package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"

	"clew/internal/auth"
	"clew/internal/pgtest"
)

// TestBeside: reads that need nothing of each other go together, also where one of them is made of several; what scans a row wrongly stops
// all of them, and who may not see everything is asked for apart.
func TestBeside(t *testing.T) {
	server := pgtest.Start(t)
	org := "t" + randomHex()
	world(t, mustOpen(t, postgresAt(server, org, false)))
	through, trips := turns(t, server.URL(pgtest.App, pgtest.Shared))
	s, err := Open(t.Context(), Options{URL: through, Org: org, Dir: t.TempDir(), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var got []int64
	number := func(ctx context.Context, n int64) error {
		return s.query(ctx, `SELECT $1 + 0`, []any{n}, func(r *sql.Rows) error {
			var read int64
			err := r.Scan(&read)
			got = append(got, read)
			return err
		})
	}
	step := func(numbers ...int64) func(context.Context) error {
		return func(ctx context.Context) error {
			for _, n := range numbers {
				if err := number(ctx, n); err != nil {
					return err
				}
			}
			return nil
		}
	}
	ask := func(ctx context.Context) error {
		got = nil
		return s.Beside(ctx, step(1, 4, 8), step(), func(ctx context.Context) error {
			return s.Beside(ctx, step(2, 5), step(3, 6))
		}, func(ctx context.Context) error { return number(alone(ctx), 7) })
	}
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []int64{7, 1, 2, 3, 4, 5, 6, 8}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	before := trips.Load()
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := trips.Load() - before; n > 4 {
		t.Errorf("%d round trips", n)
	}
	if err := ask(auth.With(t.Context(), &auth.Principal{})); err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("wrong")
	err = s.Beside(t.Context(), step(1, 2), func(ctx context.Context) error {
		return s.query(ctx, `SELECT 1`, nil, func(*sql.Rows) error { return wrong })
	}, step(3))
	if !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
	err = s.Beside(t.Context(), step(1), func(ctx context.Context) error {
		return s.query(ctx, `SELECT 1 / 0`, nil, func(*sql.Rows) error { return nil })
	})
	if err == nil {
		t.Error("a statement that fails is not told")
	}
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if err := ask(ended); err == nil {
		t.Error("it was given up and goes on")
	}
}
