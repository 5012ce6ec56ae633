package powercut

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// Missing says why disks cannot be mounted here; nothing is missing if it is empty.
func Missing() string {
	if os.Getuid() != 0 {
		return "only root may mount a file system of its own (FUSE)"
	}
	if _, err := os.Stat("/dev/fuse"); err != nil {
		return "this system, or its container, has no FUSE: " + err.Error()
	}
	return ""
}

// server is where a disk is mounted.
type server struct {
	fuse   *fuse.Server
	served chan struct{}
}

// Mount makes the disk a folder, which must be empty.
func (d *Disk) Mount(dir string) error {
	s, err := fuse.NewServer(&files{fuse.NewDefaultRawFileSystem(), d}, dir, &fuse.MountOptions{
		FsName: "powercut", Name: "powercut", DirectMountStrict: true, DisableXAttrs: true, DisableReadDirPlus: true, MaxWrite: 128 << 10,
	})
	if err != nil {
		return fmt.Errorf("a disk cannot be mounted: %w", err)
	}
	d.server = server{s, make(chan struct{})}
	go func() {
		s.Serve()
		close(d.server.served)
	}()
	return s.WaitMount()
}

// Release fails what was asked since the cut. Whoever asked should have been killed before.
func (d *Disk) Release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cut {
		select {
		case <-d.ended:
		default:
			close(d.ended)
		}
	}
}

// Unmount takes the disk away.
func (d *Disk) Unmount() error {
	d.Cut()
	d.Release()
	err := d.server.fuse.Unmount()
	for tries := 0; err != nil && tries < 100; tries++ { // whoever was killed may still be on it
		time.Sleep(20 * time.Millisecond)
		err = d.server.fuse.Unmount()
	}
	if err == nil {
		<-d.server.served
	}
	return err
}

// files answers what the kernel asks of a disk.
type files struct {
	fuse.RawFileSystem
	d *Disk
}

// do answers a call under the disk's lock, or after the cut not before it is let go.
func (f *files) do(call func() syscall.Errno) fuse.Status {
	f.d.mu.Lock()
	var fault syscall.Errno
	if !f.d.cut {
		fault = call()
	}
	cut := f.d.cut
	f.d.mu.Unlock()
	if cut {
		<-f.d.ended
		return fuse.EIO
	}
	return fuse.Status(fault)
}

// change answers a call that changes something.
func (f *files) change(call func() syscall.Errno) fuse.Status {
	return f.do(func() syscall.Errno {
		if fault := f.d.writing(); fault != 0 {
			return fault
		}
		return call()
	})
}

func (n *node) attributes(out *fuse.Attr) {
	out.Ino, out.Mode, out.Nlink, out.Blksize = n.id, n.mode|syscall.S_IFREG, 1, 4096
	if n.folder {
		out.Mode = n.mode | syscall.S_IFDIR
	}
	out.Size, out.Blocks = uint64(len(n.data)), uint64(len(n.data)+sector-1)/sector
}

func (n *node) entry(out *fuse.EntryOut) {
	out.NodeId, out.Generation = n.id, 1
	out.SetEntryTimeout(time.Hour) // nobody else changes it
	out.SetAttrTimeout(time.Hour)
	n.attributes(&out.Attr)
}

// Lookup finds a name.
func (f *files) Lookup(_ <-chan struct{}, in *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	return f.do(func() syscall.Errno {
		n := f.d.nodes[in.NodeId].names[name]
		if n == nil {
			return syscall.ENOENT
		}
		n.entry(out)
		return 0
	})
}

// GetAttr tells size and mode.
func (f *files) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	return f.do(func() syscall.Errno {
		out.SetTimeout(time.Hour)
		f.d.nodes[in.NodeId].attributes(&out.Attr)
		return 0
	})
}

// SetAttr changes size and mode. The mode lasts at once, as no test is about it.
func (f *files) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	call := func() syscall.Errno {
		n := f.d.nodes[in.NodeId]
		if mode, is := in.GetMode(); is {
			n.mode = mode & 0o7777
		}
		if size, is := in.GetSize(); is && int(size) != len(n.data) {
			n.change(write{at: int64(size)})
		}
		out.SetTimeout(time.Hour)
		n.attributes(&out.Attr)
		return 0
	}
	if _, is := in.GetSize(); is {
		return f.change(call)
	}
	return f.do(call)
}

// make makes a file or a folder.
func (f *files) make(in uint64, name string, made *node, out *fuse.EntryOut) fuse.Status {
	return f.change(func() syscall.Errno {
		parent := f.d.nodes[in]
		if parent.names[name] != nil {
			return syscall.EEXIST
		}
		f.d.rename(change{in: parent, name: name, to: f.d.add(made)})
		made.entry(out)
		return 0
	})
}

// Mkdir makes a folder.
func (f *files) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	return f.make(in.NodeId, name, &node{folder: true, mode: in.Mode & 0o7777}, out)
}

// Mknod makes a file, such as the socket of a server.
func (f *files) Mknod(_ <-chan struct{}, in *fuse.MknodIn, name string, out *fuse.EntryOut) fuse.Status {
	return f.make(in.NodeId, name, &node{mode: in.Mode & 0o7777}, out)
}

// Create makes a file and opens it.
func (f *files) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	return f.make(in.NodeId, name, &node{mode: in.Mode & 0o7777, mapped: strings.HasSuffix(name, "-shm")}, &out.EntryOut)
}

// Unlink removes the name of a file.
func (f *files) Unlink(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	return f.remove(in.NodeId, name)
}

// Rmdir removes an empty folder.
func (f *files) Rmdir(_ <-chan struct{}, in *fuse.InHeader, name string) fuse.Status {
	return f.remove(in.NodeId, name)
}

func (f *files) remove(in uint64, name string) fuse.Status {
	return f.change(func() syscall.Errno {
		parent := f.d.nodes[in]
		switch n := parent.names[name]; {
		case n == nil:
			return syscall.ENOENT
		case len(n.names) > 0:
			return syscall.ENOTEMPTY
		}
		f.d.rename(change{in: parent, name: name})
		return 0
	})
}

// Rename gives a file or a folder another name, over another one.
func (f *files) Rename(_ <-chan struct{}, in *fuse.RenameIn, former, name string) fuse.Status {
	return f.change(func() syscall.Errno {
		from, to := f.d.nodes[in.NodeId], f.d.nodes[in.Newdir]
		n, over := from.names[former], to.names[name]
		switch {
		case n == nil:
			return syscall.ENOENT
		case in.Flags&1 != 0 && over != nil: // RENAME_NOREPLACE
			return syscall.EEXIST
		case in.Flags&^1 != 0:
			return syscall.EINVAL
		case over != nil && len(over.names) > 0:
			return syscall.ENOTEMPTY
		}
		f.d.rename(change{in: to, name: name, to: n, from: from, former: former})
		return 0
	})
}

// Open opens a file, whose pages the kernel may keep.
func (f *files) Open(_ <-chan struct{}, in *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	out.OpenFlags |= fuse.FOPEN_KEEP_CACHE
	return f.do(func() syscall.Errno { return 0 })
}

// Read reads.
func (f *files) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	n := 0
	status := f.do(func() syscall.Errno {
		if data := f.d.nodes[in.NodeId].data; in.Offset < uint64(len(data)) {
			n = copy(buf, data[in.Offset:])
		}
		return 0
	})
	return fuse.ReadResultData(buf[:n]), status
}

// Write writes. One that fails may have written a part.
func (f *files) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	status := f.do(func() syscall.Errno {
		var fault syscall.Errno
		if !f.d.nodes[in.NodeId].mapped {
			fault = f.d.writing()
		}
		if f.d.cut {
			return fault
		}
		if fault != 0 {
			data = data[:len(data)/sector/2*sector]
		}
		if len(data) > 0 {
			f.d.nodes[in.NodeId].change(write{int64(in.Offset), slices.Clone(data)})
		}
		return fault
	})
	return uint32(len(data)), status
}

// Fsync makes a file's contents last. Where it fails they are forgotten, and a second one that succeeds brings nothing back, as on Linux.
func (f *files) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	return f.do(func() syscall.Errno {
		n := f.d.nodes[in.NodeId]
		fault := f.d.writing()
		if f.d.syncs++; f.d.syncs == f.d.failSyncAt {
			fault = syscall.EIO
		}
		if fault != 0 {
			if !f.d.cut {
				n.wrote = nil
			}
			return fault
		}
		n.sync()
		return 0
	})
}

// FsyncDir makes the names in a folder last.
func (f *files) FsyncDir(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	return f.change(func() syscall.Errno {
		f.d.syncNames(f.d.nodes[in.NodeId])
		return 0
	})
}

// Flush has nothing to do: closing a file makes nothing last.
func (f *files) Flush(<-chan struct{}, *fuse.FlushIn) fuse.Status { return fuse.OK }

// Access leaves rights to the kernel.
func (f *files) Access(<-chan struct{}, *fuse.AccessIn) fuse.Status { return fuse.OK }

// OpenDir opens a folder.
func (f *files) OpenDir(_ <-chan struct{}, _ *fuse.OpenIn, _ *fuse.OpenOut) fuse.Status {
	return f.do(func() syscall.Errno { return 0 })
}

// ReadDir lists a folder.
func (f *files) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	return f.do(func() syscall.Errno {
		var names []string
		for name := range f.d.nodes[in.NodeId].names {
			names = append(names, name)
		}
		slices.Sort(names)
		for i := int(in.Offset); i < len(names); i++ {
			n := f.d.nodes[in.NodeId].names[names[i]]
			var a fuse.Attr
			n.attributes(&a)
			if !out.AddDirEntry(fuse.DirEntry{Name: names[i], Mode: a.Mode, Ino: n.id, Off: uint64(i) + 1}) {
				break
			}
		}
		return 0
	})
}

// StatFs tells of much room.
func (f *files) StatFs(_ <-chan struct{}, _ *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks, out.Bfree, out.Bavail = 1<<20, 1<<20, 1<<20
	return fuse.OK
}
