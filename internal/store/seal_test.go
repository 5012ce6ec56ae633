package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// seal seals all there is, and answers the checkpoint.
func seal(t testing.TB, s *Store) Sealed {
	t.Helper()
	sealed, err := s.Seal(context.Background(), Sealing{MakeKey: true})
	if err != nil {
		t.Fatal(err)
	}
	if sealed.Size != sealed.Entries || sealed.Signed != sealed.Size {
		t.Fatalf("not sealed: %+v", sealed)
	}
	return sealed
}

// moves posts so many movements.
func moves(t testing.TB, s *Store, n int) {
	t.Helper()
	for i := 0; i < n; i += 200 {
		var bodies []stock.Body
		for range min(200, n-i) {
			bodies = append(bodies, receive(stock.ItemDraft{Product: "SALT", Quantity: p(stock.Units(1)), To: "DOCK"}))
		}
		ok(t, s, bodies...)
	}
}

// rootOf is the root over the leaves as they are in the table, made by x/mod's own means.
func rootOf(t testing.TB, s *Store, size int64) tlog.Hash {
	t.Helper()
	var leaves [][]byte
	if err := s.query(context.Background(), `SELECT e.leaf FROM entry e WHERE e.id <= $1 ORDER BY e.id`, []any{size}, func(r *sql.Rows) error {
		var leaf []byte
		err := r.Scan(&leaf)
		leaves = append(leaves, leaf)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return tlog.UnitRoot(len(leaves), func(i int) []byte { return leaves[i] })
}

func TestSeal(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		if sealed, err := s.Seal(t.Context(), Sealing{MakeKey: true}); err != nil || sealed.Size != 0 || sealed.Note != "" {
			t.Fatal("an empty ledger:", sealed, err)
		}
		isWhole(t, s)
		world(t, s)
		first := seal(t, s)
		keys, err := s.LogKeys(t.Context())
		if err != nil || len(keys) != 1 || !keys[0].Here || keys[0].Entry != 0 {
			t.Fatal(keys, err)
		}
		if info, err := os.Stat(s.logKeyPath()); err != nil || info.Mode().Perm() != 0o600 {
			t.Error("the key:", info, err)
		}
		moves(t, s, 600)
		second := seal(t, s)
		moves(t, s, 5)
		third := seal(t, s)
		for _, sealed := range []Sealed{first, second, third} {
			c, key, err := tlog.OpenCheckpoint(sealed.Note, keys[0].Key)
			if err != nil || key != keys[0].Key || c.Size != sealed.Size || c.Root != rootOf(t, s, sealed.Size) || c.Origin != tlog.Origin(s.Ledger()) {
				t.Fatal(c, key, err)
			}
			report, err := s.VerifyAgainst(t.Context(), []string{sealed.Note}, nil)
			if err != nil || !report.Whole() || report.Agreed != 1 || report.Sealed != third.Size || report.Checkpoint != third.Note {
				t.Fatal(report, err)
			}
		}
		if again := seal(t, s); again.Note != third.Note {
			t.Error("signed again without need")
		}
		tree, err := s.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range []int64{1, 256, 257, second.Size} {
			path, err := tree.ProveLeaf(third.Size, entry-1)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := s.Leaf(t.Context(), entry)
			if err == nil {
				err = tlog.CheckLeaf(path, third.Size, rootOf(t, s, third.Size), entry-1, tlog.LeafHash(leaf))
			}
			if err != nil {
				t.Error(entry, err)
			}
		}
		path, err := tree.ProveGrowth(third.Size, first.Size)
		if err == nil {
			err = tlog.CheckGrowth(path, third.Size, rootOf(t, s, third.Size), first.Size, rootOf(t, s, first.Size))
		}
		if err != nil {
			t.Error(err)
		}
		notes, sizes, err := s.Checkpoints(t.Context(), 0, 10)
		if err != nil || !slices.Equal(sizes, []int64{first.Size}) || notes[0] != first.Note {
			t.Error("kept checkpoints:", sizes, err)
		}
	})
}

// TestSeal_Beside seals from two sides at once, while entries are recorded: nothing is lost and nothing sealed twice.
func TestSeal_Beside(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		var wait sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			wait.Go(func() {
				for {
					if _, err := s.Seal(context.Background(), Sealing{MakeKey: true}); err != nil {
						t.Error(err)
						return
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		for range 6 {
			moves(t, s, 150)
		}
		close(done)
		wait.Wait()
		isWhole(t, s)
		sealed := seal(t, s)
		if c, _, err := tlog.OpenCheckpoint(sealed.Note, mustKey(t, s)); err != nil || c.Root != rootOf(t, s, sealed.Size) {
			t.Error(c, err)
		}
	})
}

func mustKey(t testing.TB, s *Store) string {
	t.Helper()
	keys, err := s.LogKeys(context.Background())
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	return keys[len(keys)-1].Key
}

// TestSeal_WithoutKey is the second server of a database, which has not the key: it seals, and signs nothing.
func TestSeal_WithoutKey(t *testing.T) {
	db := freshPostgres(t)
	s := mustOpen(t, db)
	world(t, s)
	first := seal(t, s)
	moves(t, s, 3)
	other, err := db.open(t, Options{LogKey: filepath.Join(t.TempDir(), "other.key")})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	sealed, err := other.Seal(t.Context(), Sealing{MakeKey: true})
	if err != nil || sealed.Size != first.Size+3 || sealed.Signed != first.Size || sealed.Note != first.Note {
		t.Error(sealed, err)
	}
	isWhole(t, other)
	if now := seal(t, s); now.Signed != first.Size+3 {
		t.Error(now)
	}
	isWhole(t, s)
}

// sealFaults are faults in a sealed ledger of more than 512 entries.
var sealFaults = []planted{
	{"leaf and row rewritten", `UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE id = 23) WHERE id = 22`, "seal", "entry 22"},
	{"kept hash changed", `UPDATE sealed_tile SET hashes = CAST(substr(hashes, 1, 32) || x'0707' || substr(hashes, 35) AS BLOB) WHERE id = 8`, "seal", "entry 258"},
	{"tile cut", `UPDATE sealed_tile SET hashes = substr(hashes, 1, 8160) WHERE id = 0`, "seal", "entry 1"},
	{"tile removed", `DELETE FROM sealed_tile WHERE id = 8`, "seal", "entry 257"},
	{"tile added", `INSERT INTO sealed_tile VALUES (80, x'00')`, "stray", "sealed_tile"},
	{"edge changed", `UPDATE sealed SET edge = CAST(x'00' || substr(edge, 2) AS BLOB)`, "seal", "entry 513"},
	{"upper edge changed", `UPDATE sealed SET edge = CAST(substr(edge, 1, length(edge) - 1) || x'77' AS BLOB)`, "seal", "the sealed log"},
	{"sealed less", `UPDATE sealed SET size = size - 1`, "checkpoint", ""},
	{"sealed more", `UPDATE sealed SET size = size + 1`, "seal", ""},
	{"sealed row removed", `DELETE FROM sealed`, "stray", "sealed_tile"},
	{"checkpoint changed", `UPDATE sealed SET note = replace(note, 'clew/', 'clew0')`, "checkpoint", "the newest checkpoint"},
	{"checkpoint of less", `UPDATE sealed SET signed = signed - 1`, "checkpoint", "the newest checkpoint"},
	{"checkpoint of none", `UPDATE sealed SET signed = 0`, "checkpoint", "the newest checkpoint"},
	{"kept checkpoint changed", `UPDATE checkpoint SET note = (SELECT note FROM sealed)`, "checkpoint", ""},
	{"kept checkpoint removed", `DELETE FROM checkpoint`, "checkpoint", ""},
	{"kept checkpoint of entries to come", `INSERT INTO checkpoint SELECT 9999, signed_at, note FROM checkpoint`, "stray", "checkpoint"},
	{"key changed", `UPDATE log_key SET key = replace(key, '+', '-')`, "key", ""},
	{"key removed", `DELETE FROM log_key`, "checkpoint", ""},
	{"last entries deleted and head set back", `DELETE FROM entry WHERE id > 590; UPDATE ledger_head SET next_entry = 591`, "seal", "entry 591"},
}

func TestSeal_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		moves(t, s, 590)
		seal(t, s)
		moves(t, s, 10)
		seal(t, s)
		s.Close()
		for i, f := range sealFaults {
			if db.slow && !soak() && i%4 != 0 {
				continue
			}
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, strings.Split(f.statement, ";")...)
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				var said []string
				for _, problem := range report.Problems {
					if problem.Check == f.check && (f.record == "" || problem.Record == f.record) {
						return
					}
					said = append(said, problem.String())
				}
				t.Errorf("not named as %s of %q, only: %s", f.check, f.record, strings.Join(said, "\n"))
			})
		}
	})
}

// TestOld_RootUnchanged seals ledgers that older builds left behind. The roots are those of their leaves as that build wrote them: an upgrade
// must not change them.
func TestOld_RootUnchanged(t *testing.T) {
	roots := map[string]string{
		"ledger-0001.db.gz": "cbd76f3a3e127ad5d0d95fa5afdd1fd3df414aa2ae1cf2af34bb49aadf7f6bd0",
	}
	files, err := filepath.Glob("testdata/ledger-*.db.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no old ledgers", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "clew.db")
			unzip(t, file, path)
			raw, err := sql.Open("sqlite", "file:"+escapePath(path))
			if err != nil {
				t.Fatal(err)
			}
			tree := &tlog.Tree{}
			rows, err := raw.Query(`SELECT leaf FROM entry ORDER BY id`)
			err = scanAll(rows, err, func(r *sql.Rows) error {
				var leaf []byte
				err := r.Scan(&leaf)
				tree.Add(tlog.LeafHash(leaf), func(tlog.TileID, []byte) {})
				return err
			})
			raw.Close()
			if err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), Options{Path: path, Ephemeral: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var told int64
			if _, err := s.Seal(t.Context(), Sealing{Progress: func(done, total int64) { told = done }}); err != nil {
				t.Fatal(err)
			}
			sealed := seal(t, s)
			c, _, err := tlog.OpenCheckpoint(sealed.Note, mustKey(t, s))
			if err != nil || c.Size != tree.Size() || c.Root != tree.Root() || told != c.Size {
				t.Error("the upgrade changed the log:", c, err)
			}
			root := tree.Root()
			if want := roots[filepath.Base(file)]; hex.EncodeToString(root[:]) != want {
				t.Errorf("its root is %s, want %s", hex.EncodeToString(root[:]), want)
			}
			isWhole(t, s)
		})
	}
}

// TestSeal_Broken does not seal behind a gap.
func TestSeal_Broken(t *testing.T) {
	db := freshSQLite(t)
	s := mustOpen(t, db)
	world(t, s)
	s.Close()
	db.tamper(t, `DELETE FROM entry WHERE id = 4`)
	_, err := mustOpen(t, db).Seal(t.Context(), Sealing{})
	if !hasCode(err, stock.CodeLogBroken) || !strings.Contains(err.Error(), "entry 4") {
		t.Error(err)
	}
}
