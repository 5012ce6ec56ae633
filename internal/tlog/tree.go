package tlog

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is the hash of a leaf or of a node above others, by RFC 6962.
type Hash = tlog.Hash

// LeafHash is the hash by which a leaf hangs in the tree.
func LeafHash(leaf []byte) Hash { return tlog.RecordHash(leaf) }

const (
	// tileHeight is how many levels of the tree a tile spans, tileWidth how many hashes it holds: those of its lowest level, from which the
	// others follow. So an entry takes 32 bytes and an eighth.
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	tileLevels = 7 // more than there are entries

	// HashSize is how many bytes a hash has.
	HashSize = tlog.HashSize
)

// TileID names a tile: which of its level it is, times 8, and the level, from 0.
type TileID int64

func tileID(level int, n int64) TileID { return TileID(n<<3 | int64(level)) }

// LowestTile is the tile that holds the hash of a leaf, by its number from 0.
func LowestTile(leaf int64) TileID { return tileID(0, leaf/tileWidth) }

// Leaf is the number of the first leaf below the tile, and whether the tile holds the hashes of leaves.
func (id TileID) Leaf() (first int64, lowest bool) {
	level := int(id & 7)
	return int64(id>>3) << (tileHeight * (level + 1)), level == 0
}

// Tree is a Merkle tree to which leaves are added. It keeps only its right edge: the unfinished tile of each level. Finished tiles are handed out,
// and kept by whoever wants to prove something later.
type Tree struct {
	size int64
	edge [tileLevels + 1][]byte
}

// Size is how many leaves there are.
func (t *Tree) Size() int64 { return t.size }

// Add adds the hash of the next leaf. Each tile that this finishes is told to full, the lowest first.
func (t *Tree) Add(leaf Hash, full func(id TileID, hashes []byte)) {
	hash := leaf
	for level := range t.edge {
		t.edge[level] = append(t.edge[level], hash[:]...)
		if len(t.edge[level]) < tileWidth*HashSize {
			break
		}
		full(tileID(level, t.size>>(tileHeight*(level+1))), t.edge[level])
		hash = over(t.edge[level])
		t.edge[level] = nil
	}
	t.size++
}

// over is the hash above a power of two of hashes.
func over(hashes []byte) Hash {
	if len(hashes) == HashSize {
		return Hash(hashes)
	}
	half := len(hashes) / 2
	return tlog.NodeHash(over(hashes[:half]), over(hashes[half:]))
}

// Root is the hash above all leaves.
func (t *Tree) Root() Hash {
	root, some := Hash{}, false
	for _, hashes := range t.edge {
		// From the right, where the smallest complete subtrees are.
		for width := HashSize; len(hashes) > 0; width *= 2 {
			if len(hashes)&width == 0 {
				continue
			}
			left := over(hashes[len(hashes)-width:])
			hashes = hashes[:len(hashes)-width]
			if some {
				left = tlog.NodeHash(left, root)
			}
			root, some = left, true
		}
	}
	if !some {
		return UnitRoot(0, nil)
	}
	return root
}

// Edge is the right edge as bytes, the lowest level first.
func (t *Tree) Edge() []byte {
	var out []byte
	for _, hashes := range t.edge {
		out = append(out, hashes...)
	}
	return out
}

// ErrBrokenTree is what errors about kept hashes wrap that do not fit each other.
var ErrBrokenTree = errors.New("the kept hashes of the log are damaged")

// OpenTree goes on with a tree of so many leaves that left this right edge.
func OpenTree(size int64, edge []byte) (*Tree, error) {
	t := &Tree{size: size}
	if size < 0 {
		return nil, fmt.Errorf("%w: a tree of %d leaves", ErrBrokenTree, size)
	}
	for level := range t.edge {
		width := int(size>>(tileHeight*level)&(tileWidth-1)) * HashSize
		if width > len(edge) {
			return nil, fmt.Errorf("%w: the edge of %d leaves is cut short", ErrBrokenTree, size)
		}
		t.edge[level], edge = append([]byte(nil), edge[:width]...), edge[width:]
	}
	if len(edge) > 0 {
		return nil, fmt.Errorf("%w: the edge of %d leaves is too long", ErrBrokenTree, size)
	}
	return t, nil
}

// Kept reads hashes of the tree from its finished tiles and its edge.
type Kept struct {
	Tree  *Tree
	Tiles func(ids []TileID) (map[TileID][]byte, error) // those that are there
}

// ReadHashes answers stored hashes by their index, as x/mod counts them.
func (k Kept) ReadHashes(indexes []int64) ([]Hash, error) {
	type place struct {
		id    TileID
		start int64
		width int64
	}
	places := make([]place, len(indexes))
	var want []TileID
	asked := map[TileID]bool{}
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		in := level % tileHeight
		first := n << in // of its hashes of the tile's lowest level
		p := place{tileID(level/tileHeight, first/tileWidth), first % tileWidth, 1 << in}
		places[i] = p
		if k.finished(p.id) && !asked[p.id] {
			asked[p.id] = true
			want = append(want, p.id)
		}
	}
	tiles, err := k.Tiles(want)
	if err != nil {
		return nil, err
	}
	out := make([]Hash, len(indexes))
	for i, p := range places {
		hashes := tiles[p.id]
		if !k.finished(p.id) {
			hashes = k.Tree.edge[p.id&7]
		}
		if int64(len(hashes)) < (p.start+p.width)*HashSize || k.finished(p.id) && len(hashes) != tileWidth*HashSize {
			return nil, fmt.Errorf("%w: tile %d is not there, or cut short", ErrBrokenTree, p.id)
		}
		out[i] = over(hashes[p.start*HashSize : (p.start+p.width)*HashSize])
	}
	return out, nil
}

func (k Kept) finished(id TileID) bool {
	level := int(id & 7)
	return int64(id>>3) < k.Tree.size>>(tileHeight*(level+1))
}

// RootAt is the root as it was when there were so many leaves.
func (k Kept) RootAt(size int64) (Hash, error) {
	if size == k.Tree.size {
		return k.Tree.Root(), nil
	}
	if size == 0 {
		return UnitRoot(0, nil), nil
	}
	return tlog.TreeHash(size, k)
}

// ProveLeaf proves that a leaf, by its number from 0, is in the tree of so many leaves.
func (k Kept) ProveLeaf(size, leaf int64) ([]Hash, error) {
	return tlog.ProveRecord(size, leaf, k)
}

// ProveGrowth proves that the tree of to leaves begins with that of from.
func (k Kept) ProveGrowth(to, from int64) ([]Hash, error) {
	return tlog.ProveTree(to, from, k)
}

// CheckLeaf checks what ProveLeaf proves.
func CheckLeaf(path []Hash, size int64, root Hash, leaf int64, hash Hash) error {
	if leaf < 0 || leaf >= size {
		return fmt.Errorf("leaf %d is not in a tree of %d", leaf, size)
	}
	return tlog.CheckRecord(path, size, root, leaf, hash)
}

// CheckGrowth checks what ProveGrowth proves.
func CheckGrowth(path []Hash, to int64, toRoot Hash, from int64, fromRoot Hash) error {
	if from < 1 || from > to {
		return fmt.Errorf("a tree of %d leaves does not grow to one of %d", from, to)
	}
	return tlog.CheckTree(path, to, toRoot, from, fromRoot)
}

// ProveUnit proves that sub-leaf i is below the root that UnitRoot makes of them.
func ProveUnit(n, i int, leaf func(i int) []byte) ([]Hash, error) {
	var stored []Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	for k := range n {
		more, err := tlog.StoredHashes(int64(k), leaf(k), read)
		if err != nil {
			return nil, err
		}
		stored = append(stored, more...)
	}
	return tlog.ProveRecord(int64(n), int64(i), read)
}

// AppendPath writes hashes one after another; ReadPath reads them.
func AppendPath(to []byte, path []Hash) []byte {
	for _, h := range path {
		to = append(to, h[:]...)
	}
	return to
}

// ReadPath reads what AppendPath wrote.
func ReadPath(path []byte) ([]Hash, error) {
	if len(path)%HashSize != 0 || len(path) > 64*HashSize {
		return nil, fmt.Errorf("a path has whole hashes of %d bytes, at most 64 of them", HashSize)
	}
	var out []Hash
	for ; len(path) > 0; path = path[HashSize:] {
		out = append(out, Hash(path[:HashSize]))
	}
	return out, nil
}
