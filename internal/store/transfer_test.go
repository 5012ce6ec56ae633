package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// somewhere is an empty place for a ledger on an engine.
func somewhere(t *testing.T, engine string) Options {
	t.Helper()
	if engine == "sqlite" {
		return Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true}
	}
	url, _, org := pgtest.Start(t).Schema()
	return Options{URL: url, Org: org, Create: true, Dir: t.TempDir(), Ephemeral: true}
}

func openAt(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// moved is a busy ledger with attached files and texts of every sort, closed.
func moved(t *testing.T, engine string) Options {
	t.Helper()
	o := somewhere(t, engine)
	s := openAt(t, o)
	busy(t, s)
	ok(t, s, receive(bikes("MV0001~+600")))
	attach(t, s, "a certificate", stock.FileDraft{Product: "FLOUR", Lot: "F1"})
	attach(t, s, "another", stock.FileDraft{Product: "FLOUR"})
	if err := s.SaveMapping(t.Context(), desk, &Mapping{Code: "M ü€😀", Kind: "products", Names: []string{"", "a", "M\u2028 'x\" \\ \x01"}, Said: map[string]string{"": ""}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.change(t.Context(), `UPDATE mapping SET made_at = $1, used_at = $2, uses = $3`, int64(math.MinInt64), int64(math.MaxInt64), int64(-1<<53-1)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

func transferred(t *testing.T, from, to Options) *Transferred {
	t.Helper()
	done, err := Transfer(t.Context(), from, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !done.Report.Whole() {
		t.Fatal(done.Report.Problems)
	}
	return done
}

// TestTransfer_ThereAndBack copies a ledger to the other engine and back: all is the same, and each goes on.
func TestTransfer_ThereAndBack(t *testing.T) {
	first := moved(t, "sqlite")
	second, third := somewhere(t, "postgres"), somewhere(t, "sqlite")
	there := transferred(t, first, second)
	back := transferred(t, second, third)
	if there.Digest != back.Digest || there.Rows != back.Rows || there.Ledger != back.Ledger || there.Contents != 2 || back.Contents != 2 || there.Resumed || there.Already {
		t.Errorf("there %+v, back %+v", there, back)
	}
	again := transferred(t, first, third)
	if !again.Already || again.Digest != there.Digest {
		t.Errorf("compared again: %+v", again)
	}
	for _, o := range []Options{second, third} {
		s := openAt(t, o)
		if s.Ledger() != there.Ledger {
			t.Error("another ledger", s.Ledger())
		}
		ok(t, s, shipBike("MV0007"))
		isWhole(t, s)
	}
}

// TestTransfer_GoesOn breaks a copy off at many places. Nobody can open what is there of it; the same copy again ends it.
func TestTransfer_GoesOn(t *testing.T) {
	for _, way := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			from, to := moved(t, way[0]), somewhere(t, way[1])
			breakOffs := 0
			for after := 1; ; after += 9 {
				ctx, cancel := context.WithCancel(t.Context())
				told := 0
				_, err := Transfer(ctx, from, to, func(p Transferring) {
					if told++; told == after && p.Step != "verify" {
						cancel()
					}
				})
				cancel()
				if err == nil {
					break
				}
				breakOffs++
				if _, err := Open(t.Context(), to); !errors.Is(err, errUnderCopy) {
					t.Fatalf("after %d steps it is opened: %v", after, err)
				}
				if to.URL != "" && !copying(t, to) {
					t.Errorf("after %d steps the list of organisations does not say that it is a copy", after)
				}
			}
			if to.URL != "" && copying(t, to) {
				t.Error("the list of organisations calls a whole copy one that is not at its end")
			}
			if breakOffs < 3 {
				t.Errorf("broken off %d times only", breakOffs)
			}
			if done := transferred(t, from, to); !done.Already {
				t.Errorf("%+v", done)
			}
		})
	}
}

// copying reports what the list of organisations says of a copy.
func copying(t *testing.T, of Options) bool {
	t.Helper()
	orgs, err := Orgs(t.Context(), of.URL)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(orgs, func(o Org) bool { return o.Name == of.Org })
	return at >= 0 && orgs[at].Copying
}

// TestTransfer_Twice copies into one target from two places at once: whatever becomes of either, it is said plainly, and a last one ends it.
func TestTransfer_Twice(t *testing.T) {
	from, to := moved(t, "sqlite"), somewhere(t, "postgres")
	source := openAt(t, from)
	if _, err := source.Seal(t.Context(), Sealing{}); err != nil { // so that both are sealed alike
		t.Fatal(err)
	}
	if err := source.Close(); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for range 2 {
		beside := from
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Dir(from.Path))); err != nil {
			t.Fatal(err)
		}
		beside.Path = filepath.Join(dir, filepath.Base(from.Path))
		both.Go(func() {
			if _, err := Transfer(t.Context(), beside, to, nil); err != nil && strings.Contains(err.Error(), "SQLSTATE") {
				t.Errorf("not said plainly: %v", err)
			}
		})
	}
	both.Wait()
	if done := transferred(t, from, to); done.Entries == 0 {
		t.Errorf("%+v", done)
	}
}

// TestTransfer_Refuses refuses a target that is not its own, and a source that went on.
func TestTransfer_Refuses(t *testing.T) {
	for _, way := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			from, to := somewhere(t, way[0]), somewhere(t, way[1])
			refuses := func(from, to Options, want string) {
				t.Helper()
				if _, err := Transfer(t.Context(), from, to, nil); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
			other := openAt(t, from)
			world(t, other)
			other.Close()
			taken := openAt(t, to)
			ok(t, taken, &stock.SiteDraft{Code: "MINE"})
			taken.Close()
			refuses(from, to, "the target holds another ledger")
			broken, cancel := context.WithCancel(t.Context())
			to = somewhere(t, way[1])
			if _, err := Transfer(broken, from, to, func(Transferring) { cancel() }); err == nil {
				t.Fatal("it was not broken off")
			}
			other = openAt(t, from)
			ok(t, other, receive(bikes("SN1")))
			other.Close()
			refuses(from, to, "the source has had entries since")
			to = somewhere(t, way[1])
			transferred(t, from, to)
			s := openAt(t, to)
			ok(t, s, shipBike("SN1"))
			s.Close()
			refuses(from, to, "the target holds this ledger already, with 17 entries, and the source has 16")
		})
	}
}

// TestTransfer_WhileServed refuses to finish when the source takes entries meanwhile, and a server on the target records nothing.
func TestTransfer_WhileServed(t *testing.T) {
	from, to := somewhere(t, "postgres"), somewhere(t, "postgres")
	source, target := openAt(t, from), openAt(t, to)
	world(t, source)
	once := false
	_, err := Transfer(t.Context(), from, to, func(p Transferring) {
		if once {
			return
		}
		once = true
		ok(t, source, receive(bikes("SN1")))
		if _, err := target.Post(t.Context(), drafts(&stock.SiteDraft{Code: "MINE"})...); !errors.Is(err, errUnderCopy) {
			t.Errorf("the target recorded: %v", err)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "took entries while it was copied") {
		t.Error(err)
	}
	if _, err := Open(t.Context(), to); !errors.Is(err, errUnderCopy) {
		t.Error(err)
	}
}

// TestTransfer_Bytes carries bytes that are empty or not there, and refuses texts that not every engine keeps.
func TestTransfer_Bytes(t *testing.T) {
	for _, way := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			from, to := somewhere(t, way[0]), somewhere(t, way[1])
			source := openAt(t, from)
			world(t, source)
			target, err := openRaw(t.Context(), to)
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close()
			hashes := map[string][]byte{"b": bytes.Repeat([]byte{7}, 32)}
			for field, salt := range map[string][]byte{"a": {}, "b": nil, "c": {0, 255}} {
				if _, err := source.change(t.Context(), `INSERT INTO erasable (entry, line, field, salt, text, hash) SELECT 0, 1000 + r.line, $1, r.salt, CASE WHEN r.salt IS NULL THEN NULL ELSE $3 END, r.hash FROM @rows($2: line int, salt blob, hash blob) r`,
					field, func() string { r := rowset{}; r.add(int64(field[0]), salt, hashes[field]); return r.text() }(), ""); err != nil {
					t.Fatal(err)
				}
			}
			tr := &transfer{ctx: t.Context(), from: source, to: target}
			if err := tr.inSnapshot(func() error { return errors.Join(tr.rows(), tr.compare(shapes()["erasable"])) }); err != nil {
				t.Error(err)
			}
			if way[0] == "sqlite" {
				if _, err := source.change(t.Context(), `UPDATE product SET name = CAST(x'61ff' AS TEXT) WHERE sku = 'FLOUR'`); err != nil {
					t.Fatal(err)
				}
				if err := tr.inSnapshot(func() error { return tr.compare(shapes()["product"]) }); err == nil || !strings.Contains(err.Error(), "table product, row [") {
					t.Error(err)
				}
			}
		})
	}
}

// TestShapes_AreTheTables has a key and columns for each table, so that none is left behind.
func TestShapes_AreTheTables(t *testing.T) {
	for name, s := range shapes() {
		if s.keys == 0 || len(s.columns) < s.keys || !strings.HasPrefix(s.insert(), "INSERT INTO "+name) {
			t.Errorf("%+v", s)
		}
		for _, c := range s.columns[:s.keys] {
			if c.name == "" {
				t.Errorf("%+v", s)
			}
		}
	}
}
