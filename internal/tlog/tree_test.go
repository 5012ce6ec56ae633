package tlog

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

func leafNo(i int64) []byte { return binary.BigEndian.AppendUint64([]byte("leaf "), uint64(i)) }

// TestTree compares every root with x/mod's own, and proves and checks leaves and growth, around the edges of tiles and through a tree
// that was put away and gone on with.
func TestTree(t *testing.T) {
	const most = 70_000
	var stored []Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	tiles := map[TileID][]byte{}
	tree := &Tree{}
	if tree.Root() != UnitRoot(0, nil) {
		t.Error("the empty tree has another root")
	}
	for n := int64(1); n <= most; n++ {
		more, err := tlog.StoredHashes(n-1, leafNo(n-1), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		tree.Add(LeafHash(leafNo(n-1)), func(id TileID, hashes []byte) {
			if _, twice := tiles[id]; twice {
				t.Fatalf("tile %d twice", id)
			}
			tiles[id] = slices.Clone(hashes)
		})
		if n > 300 && n%256 > 1 && n%997 != 0 && n < most-2 {
			continue
		}
		want, err := tlog.TreeHash(n, reader)
		if err != nil || tree.Root() != want || tree.Size() != n {
			t.Fatalf("%d: another root: %v", n, err)
		}
		if tree, err = OpenTree(n, tree.Edge()); err != nil || tree.Root() != want {
			t.Fatalf("%d: another root once it was put away: %v", n, err)
		}
		kept := Kept{tree, func(ids []TileID) (map[TileID][]byte, error) { return tiles, nil }}
		for _, leaf := range []int64{0, n / 3, n - 1} {
			path, err := kept.ProveLeaf(n, leaf)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckLeaf(path, n, want, leaf, LeafHash(leafNo(leaf))); err != nil {
				t.Fatal(n, leaf, err)
			}
			if CheckLeaf(path, n, want, leaf, LeafHash(leafNo(leaf+1))) == nil {
				t.Fatal("another leaf is proved too")
			}
			was, err := kept.RootAt(leaf + 1)
			if err != nil {
				t.Fatal(err)
			}
			path, err = kept.ProveGrowth(n, leaf+1)
			if err == nil {
				err = CheckGrowth(path, n, want, leaf+1, was)
			}
			if err != nil {
				t.Fatal(n, leaf, err)
			}
		}
	}
	delete(tiles, LowestTile(0))
	kept := Kept{tree, func([]TileID) (map[TileID][]byte, error) { return tiles, nil }}
	if _, err := kept.ProveLeaf(most, 3); !errors.Is(err, ErrBrokenTree) {
		t.Errorf("a missing tile: %v", err)
	}
	for _, edge := range [][]byte{nil, tree.Edge()[1:], append(tree.Edge(), 0)} {
		if _, err := OpenTree(most, edge); !errors.Is(err, ErrBrokenTree) {
			t.Errorf("an edge of %d bytes: %v", len(edge), err)
		}
	}
}

func TestProveUnit(t *testing.T) {
	leaf := func(i int) []byte { return subLeaf(nil, i) }
	for _, n := range []int{1, 2, 3, 100, 257} {
		root := UnitRoot(n, leaf)
		for _, i := range []int{0, n / 2, n - 1} {
			path, err := ProveUnit(n, i, leaf)
			if err == nil {
				path, err = ReadPath(AppendPath(nil, path))
			}
			if err == nil {
				err = CheckLeaf(path, int64(n), root, int64(i), LeafHash(leaf(i)))
			}
			if err != nil {
				t.Error(n, i, err)
			}
		}
	}
}

// signed makes a checkpoint with a key of its own.
func signed(t testing.TB, ledger string, size int64) (text, secret, public string) {
	t.Helper()
	secret, public, err := NewKey(Origin(ledger))
	if err != nil {
		t.Fatal(err)
	}
	c := &Checkpoint{Origin(ledger), size, LeafHash(leafNo(size)), time.UnixMilli(1_700_000_000_123)}
	if text, err = c.Sign(secret); err != nil {
		t.Fatal(err)
	}
	return text, secret, public
}

func TestCheckpoint(t *testing.T) {
	text, secret, public := signed(t, "1a2b", 4711)
	c, key, err := OpenCheckpoint(text, public)
	if err != nil || key != public || c.Size != 4711 || c.Origin != "clew/1a2b" || c.Root != LeafHash(leafNo(4711)) || !c.Time.Equal(time.UnixMilli(1_700_000_000_123)) {
		t.Fatal(c, key, err)
	}
	of, err := SecretID(secret)
	if id, bad := CheckKey(public); err != nil || bad != nil || id != of {
		t.Error(of, id, err, bad)
	}
	_, _, other := signed(t, "1a2b", 1)
	if c, key, err := OpenCheckpoint(text, other); !errors.Is(err, ErrUnsigned) || c == nil || c.Size != 4711 || key != "" {
		t.Error("by another key:", c, key, err)
	}
	// The key of another ledger is none of this log's, whatever it signs.
	secret2, public2, _ := NewKey("clew/ffff")
	foreign, err := c.Sign(secret2)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenCheckpoint(foreign, public, public2); !errors.Is(err, ErrUnsigned) {
		t.Error("by the key of another ledger:", err)
	}
}

// TestCheckpoint_Flips turns every bit of a checkpoint over: none may be taken.
func TestCheckpoint_Flips(t *testing.T) {
	text, _, public := signed(t, "1a2b", 4711)
	for i := range len(text) * 8 {
		flipped := []byte(text)
		flipped[i/8] ^= 1 << (i % 8)
		if _, _, err := OpenCheckpoint(string(flipped), public); err == nil {
			t.Errorf("bit %d of byte %d is not missed: %q", i%8, i/8, flipped)
		}
	}
}

func TestSplitCheckpoints(t *testing.T) {
	a, _, _ := signed(t, "1a2b", 1)
	b, _, _ := signed(t, "1a2b", 2)
	c, _, _ := signed(t, "1a2b", 3)
	for _, file := range []string{a + b + c, a + "\n" + b + "\n\n" + c + "\n", "\n" + a + b + strings.TrimSuffix(c, "\n"), strings.ReplaceAll(a+b+c, "\n", "\r\n")} {
		if got := SplitCheckpoints(file); !slices.Equal(got, []string{a, b, c}) {
			t.Errorf("%q\nbecame %q", file, got)
		}
	}
	if got := SplitCheckpoints(" \n\n"); got != nil {
		t.Errorf("nothing became %q", got)
	}
	if got := SplitCheckpoints("no note"); len(got) != 1 {
		t.Errorf("text became %q", got)
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	text, _, public := signed(f, "1a2b", 4711)
	f.Add(text)
	f.Add("clew/1a2b\n1\nx\n")
	f.Fuzz(func(t *testing.T, got string) {
		for _, one := range SplitCheckpoints(got) {
			if c, _, err := OpenCheckpoint(one, public); err == nil && (c.Size != 4711 || c.Origin != "clew/1a2b") {
				t.Errorf("taken: %q", one)
			}
		}
	})
}

func BenchmarkTree(b *testing.B) {
	tree, n := &Tree{}, int64(0)
	for b.Loop() {
		tree.Add(LeafHash(leafNo(n)), func(TileID, []byte) {})
		n++
	}
}
