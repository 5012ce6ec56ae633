package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/stock"
)

// TestShelf: files are found by whoever has the ledger open, in any part, as long as they are there.
func TestShelf(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		other := s
		if s.shared {
			other = mustOpen(t, db)
		}
		ctx := t.Context()
		content := bytes.Repeat([]byte("0123456789abcdef"), 3*pieceSize/16+100)
		in, err := s.NewImportFile()
		if err != nil {
			t.Fatal(err)
		}
		in.Write(content)
		if hash, size := in.Sum(); hash != sha256.Sum256(content) || size != int64(len(content)) {
			t.Error(hash, size)
		}
		j, _, err := s.AddImport(ctx, &ImportJob{Kind: "products"}, in)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Settle(ctx, in, true); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			file, err := other.FetchKept(ctx, ImportFile(j.ID))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(file); !bytes.Equal(got, content) || err != nil {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			file.Close()
		}
		out, err := s.WriteKept(ctx, RefusedFile(j.ID))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		for _, part := range []string{"one ", strings.Repeat("x", pieceSize), " two"} {
			io.WriteString(out, part)
			if err := out.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		from, err := other.OpenKept(ctx, RefusedFile(j.ID))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(from); len(got) != pieceSize+8 || !bytes.HasSuffix(got, []byte("x two")) || err != nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		from.Close()
		if s.shared { // who writes it anew has it for himself
			anew, err := other.WriteKept(ctx, RefusedFile(j.ID))
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(out, "late")
			if err := out.Flush(); err == nil {
				t.Error("two write a file")
			}
			if err := out.Discard(); err != nil {
				t.Error(err)
			}
			out = anew
		}
		if names, err := other.OldImportFiles(ctx, -time.Hour); len(names) != 2 || err != nil {
			t.Error(names, err)
		}
		if names, err := other.OldImportFiles(ctx, time.Hour); len(names) != 0 || err != nil {
			t.Error(names, err)
		}
		if err := errors.Join(out.Discard(), other.RemoveKept(ctx, ImportFile(j.ID)), other.RemoveKept(ctx, ImportFile(j.ID))); err != nil {
			t.Error(err)
		}
		for _, name := range []string{ImportFile(j.ID), RefusedFile(j.ID)} {
			if _, err := s.OpenKept(ctx, name); !errors.Is(err, fs.ErrNotExist) {
				t.Error(name, err)
			}
		}
	})
}

// TestSweepContents: what nothing attaches goes after a day, what an entry attaches or somebody keeps again stays; however many servers
// keep, attach and sweep at once.
func TestSweepContents(t *testing.T) {
	db := freshPostgres(t)
	s := mustOpen(t, db)
	world(t, s)
	ctx := t.Context()
	count := func() (n int) {
		t.Helper()
		if err := s.query(ctx, `SELECT COUNT(*) FROM kept_file k WHERE EXISTS (SELECT 1 FROM kept_piece p WHERE p.file = k.id)`, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	age := func() { db.tamper(t, `UPDATE kept_file SET kept_at = kept_at - 90000000`) }
	attach(t, s, "attached", stock.FileDraft{Product: "FLOUR"})
	attach(t, s, "refused", stock.FileDraft{Product: "NO"})
	attach(t, s, "refused and kept again", stock.FileDraft{Product: "NO"})
	db.tamper(t, `UPDATE kept_file SET loose = 1`) // as if the server had ended before it settled
	if err := s.SweepContents(ctx); err != nil || count() != 3 {
		t.Fatal("what is young was removed", err)
	}
	age()
	attach(t, s, "refused and kept again", stock.FileDraft{Product: "NO"})
	if err := s.SweepContents(ctx); err != nil || count() != 2 || kept(t, s) != 1 {
		t.Fatal(count(), kept(t, s), err)
	}
	isWhole(t, s)

	// Each round, one server keeps what another is about to remove.
	other := mustOpen(t, db)
	for n := range 20 {
		content := strings.Repeat("same", 100_000+n)
		attach(t, s, content, stock.FileDraft{Product: "NO"})
		age()
		var wg sync.WaitGroup
		wg.Go(func() { attach(t, s, content, stock.FileDraft{Product: "FLOUR"}) })
		wg.Go(func() {
			if err := other.SweepContents(context.Background()); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	}
	isWhole(t, s)
	if count() != 21 || kept(t, s) != 21 {
		t.Errorf("%d contents, %d attached", count(), kept(t, s))
	}
}
