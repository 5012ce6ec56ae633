package store

import (
	"os"
	"slices"
	"strings"
	"syscall"
)

// Where a file system keeps what it is given.
const (
	inMemory = "is in memory (%s), where nothing outlives the machine's power: use a folder on a disk"
	overNet  = "is on a network file system (%s), where neither the locks nor the syncs of a database can be relied on: use a disk of this machine, or PostgreSQL (--db)"
)

// fleetingKinds are the file systems that do not do, by the number that the kernel gives them.
var fleetingKinds = map[uint32]struct{ name, why string }{
	0x01021994: {"tmpfs", inMemory}, 0x858458f6: {"ramfs", inMemory}, 0x958458f6: {"hugetlbfs", inMemory},
	0x6969: {"nfs", overNet}, 0x517b: {"smb", overNet}, 0xff534d42: {"cifs", overNet}, 0xfe534d42: {"smb2", overNet},
	0x01021997: {"9p", overNet}, 0x5346414f: {"afs", overNet}, 0x6b414653: {"kafs", overNet}, 0x73757245: {"coda", overNet},
	0x564c: {"ncpfs", overNet}, 0x00c36400: {"ceph", overNet}, 0x0bd00bd0: {"lustre", overNet}, 0x786f4256: {"vboxsf", overNet},
}

// fleetingPrograms are file systems of programs (FUSE) that lie elsewhere. Of others nothing is known to be wrong.
var fleetingPrograms = []string{"sshfs", "s3fs", "rclone", "gcsfuse", "goofys", "davfs", "davfs2", "curlftpfs", "glusterfs", "juicefs", "smbnetfs", "gvfsd-fuse", "vmhgfs-fuse", "ceph-fuse", "blobfuse", "blobfuse2"}

// fuseKind and overlayKind are of file systems that are asked further.
const (
	fuseKind    = 0x65735546
	overlayKind = 0x794c7630
)

// fleeting says why a folder cannot keep a ledger, as far as the system tells; nothing where it can.
func fleeting(dir string) string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return "" // opening the ledger says what is wrong
	}
	if kind, is := fleetingKinds[uint32(fs.Type)]; is {
		return strings.Replace(kind.why, "%s", kind.name, 1)
	}
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	m := mountOf(string(table), dir)
	switch {
	case uint32(fs.Type) == fuseKind && slices.Contains(fleetingPrograms, strings.TrimPrefix(m.kind, "fuse.")):
		return strings.Replace(overNet, "%s", m.kind, 1)
	case uint32(fs.Type) == overlayKind && m.has("volatile"):
		return "is on an overlay that is mounted volatile, so that it skips what makes writes durable: mount it without, or use a volume"
	case uint32(fs.Type) == overlayKind:
		var upper syscall.Statfs_t // of another mount namespace it cannot be seen
		if err := syscall.Statfs(m.value("upperdir"), &upper); err == nil {
			if kind, is := fleetingKinds[uint32(upper.Type)]; is && kind.why == inMemory {
				return strings.Replace(inMemory, "%s", "an overlay over "+kind.name, 1)
			}
		}
	case m.has("nobarrier"), m.has("barrier=0"):
		return "is on a file system (" + m.kind + ") that is mounted without barriers, so that a power cut may undo what was acknowledged: mount it with them"
	}
	return ""
}

// mount is one line of the table of mounts.
type mount struct {
	kind    string
	options []string
}

func (m mount) has(option string) bool { return slices.Contains(m.options, option) }

func (m mount) value(name string) string {
	for _, o := range m.options {
		if value, is := strings.CutPrefix(o, name+"="); is {
			return value
		}
	}
	return ""
}

// mountOf finds the mount that a folder is on: the last of those with the longest path above it.
func mountOf(table, dir string) (found mount) {
	longest := -1
	for line := range strings.SplitSeq(table, "\n") {
		// 36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/root rw,barrier=0
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 6 || len(right) < 3 {
			continue
		}
		point := unescapeMount.Replace(left[4])
		if dir != point && point != "/" && !strings.HasPrefix(dir, point+"/") || len(point) < longest {
			continue
		}
		longest = len(point)
		found = mount{right[0], append(strings.Split(left[5], ","), strings.Split(right[2], ",")...)}
	}
	return found
}

// unescapeMount reads the marks that the kernel escapes in a path.
var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
