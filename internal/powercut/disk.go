package powercut

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// sector is what a disk writes whole or not at all.
const sector = 512

// Disk is a file system of which only what was synced is sure to outlive a cut.
type Disk struct {
	mu      sync.Mutex
	nodes   map[uint64]*node
	root    *node
	renames []change // of names, not synced yet, in their order

	calls   int // that write, so far
	failAt  int
	failing syscall.Errno

	syncs      int // of files, so far
	failSyncAt int

	cutAt int
	isCut chan struct{} // closed by the cut
	cut   bool
	ended chan struct{} // closed when what waits since the cut is let go

	server server
}

// node is a file or a folder.
type node struct {
	id     uint64
	folder bool
	mode   uint32
	mapped bool // it is memory that processes share: when it is written is the kernel's affair

	data  []byte  // of a file, as it is read
	kept  []byte  // as of the last sync
	wrote []write // since

	names     map[string]*node // of a folder, as they are read
	keptNames map[string]*node // as of the last sync
}

// write changes a file: data at an offset, or a new size where there is no data.
type write struct {
	at   int64
	data []byte
}

// change gives a name in a folder to a node, or takes it away, and may take another away with it, which is a rename.
type change struct {
	in     *node
	name   string
	to     *node
	from   *node // of a rename
	former string
}

// Load makes a disk of what is in a folder, all of it synced.
func Load(dir string) (*Disk, error) {
	d := &Disk{nodes: map[uint64]*node{}, ended: make(chan struct{}), isCut: make(chan struct{})}
	d.root = d.add(&node{folder: true, mode: 0o700})
	return d, d.load(d.root, dir)
}

func (d *Disk) add(n *node) *node {
	n.id = uint64(len(d.nodes)) + 1 // the root is 1
	if n.folder {
		n.names, n.keptNames = map[string]*node{}, map[string]*node{}
	}
	d.nodes[n.id] = n
	return n
}

func (d *Disk) load(in *node, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path, info := filepath.Join(dir, e.Name()), must(e.Info())
		n := d.add(&node{folder: e.IsDir(), mode: uint32(info.Mode().Perm())})
		in.names[e.Name()], in.keptNames[e.Name()] = n, n
		if n.folder {
			err = d.load(n, path)
		} else if n.data, err = os.ReadFile(path); err == nil {
			n.kept = slices.Clone(n.data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Fail lets the n-th call from now that writes or syncs fail, once.
func (d *Disk) Fail(n int, with syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failAt, d.failing = d.calls+n, with
}

// FailSync lets the n-th sync of a file from now fail, once.
func (d *Disk) FailSync(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failSyncAt = d.syncs + n
}

// Syncs is how many syncs of files there were so far.
func (d *Disk) Syncs() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// CutAt lets the n-th call from now that writes or syncs be the one that is not done any more. The channel is closed when it comes.
func (d *Disk) CutAt(n int) <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = d.calls + n
	return d.isCut
}

// Calls is how many calls have written or synced so far.
func (d *Disk) Calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// writing counts a call that writes, and says whether it fails.
func (d *Disk) writing() syscall.Errno {
	d.calls++
	if d.calls == d.cutAt {
		d.cutNow()
		return syscall.EIO
	}
	if d.calls == d.failAt {
		return d.failing
	}
	return 0
}

// Cut cuts the power: nothing that is asked from now on is answered before Unmount.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutNow()
}

func (d *Disk) cutNow() {
	if !d.cut {
		d.cut = true
		close(d.isCut)
	}
}

// apply does a write to some bytes.
func (w write) apply(data []byte) []byte {
	end := w.at + int64(len(w.data))
	if w.data == nil {
		if end <= int64(len(data)) {
			return data[:end]
		}
	}
	if end > int64(len(data)) {
		data = append(data, make([]byte, end-int64(len(data)))...)
	}
	copy(data[w.at:], w.data)
	return data
}

// change writes to a file.
func (n *node) change(w write) {
	n.data = w.apply(n.data)
	n.wrote = append(n.wrote, w)
}

// sync makes a file's contents last; its name is the folder's.
func (n *node) sync() {
	for _, w := range n.wrote {
		n.kept = w.apply(n.kept)
	}
	n.wrote = nil
}

func (c change) apply(names func(*node) map[string]*node) {
	if c.from != nil {
		delete(names(c.from), c.former)
	}
	if c.to == nil {
		delete(names(c.in), c.name)
	} else {
		names(c.in)[c.name] = c.to
	}
}

// rename changes names.
func (d *Disk) rename(c change) {
	c.apply(func(n *node) map[string]*node { return n.names })
	d.renames = append(d.renames, c)
}

// syncNames makes the names in a folder last, and those that changed before them, as journals of file systems do.
func (d *Disk) syncNames(in *node) {
	last := -1
	for i, c := range d.renames {
		if c.in == in || c.from == in {
			last = i
		}
	}
	for _, c := range d.renames[:last+1] {
		c.apply(func(n *node) map[string]*node { return n.keptNames })
	}
	d.renames = slices.Clone(d.renames[last+1:])
}

// Save writes what is found after the cut into a folder: what was synced, and of the rest what chance leaves. Without chance it is what could
// be read last, as after the end of a program on a machine that goes on.
func (d *Disk) Save(dir string, chance *rand.Rand) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if chance == nil {
		return d.save(d.root, dir, func(n *node) map[string]*node { return n.names }, nil, 0)
	}
	names := map[*node]map[string]*node{}
	of := func(n *node) map[string]*node {
		if names[n] == nil {
			names[n] = maps.Clone(n.keptNames)
		}
		return names[n]
	}
	for _, c := range d.renames[:share(chance, len(d.renames))] {
		c.apply(of)
	}
	return d.save(d.root, dir, of, chance, chance.IntN(4))
}

// share is how many of so many come through: none, all, or some.
func share(chance *rand.Rand, all int) int {
	switch chance.IntN(3) {
	case 0:
		return 0
	case 1:
		return all
	}
	return chance.IntN(all + 1)
}

func (d *Disk) save(in *node, dir string, names func(*node) map[string]*node, chance *rand.Rand, mood int) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(names(in))) {
		n, path := names(in)[name], filepath.Join(dir, name)
		var err error
		if n.folder {
			err = d.save(n, path, names, chance, mood)
		} else {
			err = os.WriteFile(path, n.left(chance, mood), os.FileMode(n.mode))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// left is what a cut leaves of a file.
func (n *node) left(chance *rand.Rand, mood int) []byte {
	if chance == nil {
		return n.data
	}
	data, first := slices.Clone(n.kept), chance.IntN(len(n.wrote)+1)
	for i, w := range n.wrote {
		switch {
		case mood == 0: // nothing of what was not synced
			return data
		case mood == 1: // everything
			data = w.apply(data)
		case w.data == nil:
			if chance.IntN(2) == 0 {
				data = w.apply(data)
			}
		case mood == 2 && i >= first: // the first ones
		default: // any sectors
			for from := int64(0); from < int64(len(w.data)); {
				to := min(int64(len(w.data)), (w.at+from)/sector*sector+sector-w.at)
				if chance.IntN(3) > 0 {
					data = write{w.at + from, w.data[from:to]}.apply(data)
				}
				from = to
			}
		}
	}
	return data
}
