package store

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// inMemoryFolder mounts a small file system in memory, which only root may.
func inMemoryFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "memory")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("clew-test", dir, "tmpfs", 0, "size=16m"); err != nil {
		if os.Getuid() == 0 {
			t.Logf("root, and tmpfs cannot be mounted: %v", err)
		}
		t.Skip("only root may mount a file system in memory, and not in every container")
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// TestDurable_InMemory refuses a folder in memory, however it is come by, and makes nothing in it; asked for, it does.
func TestDurable_InMemory(t *testing.T) {
	memory, disk := inMemoryFolder(t), t.TempDir()
	const want = "is in memory (tmpfs), where nothing outlives the machine's power: use a folder on a disk; or say --ephemeral"
	refusedToOpen(t, Options{Path: filepath.Join(memory, "clew.db")}, want)
	refusedToOpen(t, Options{Path: filepath.Join(memory, "not", "yet", "there", "clew.db")}, want)
	for _, link := range []struct{ from, to string }{{"linked", "."}, {"files-linked/files", "."}, {"file-linked/clew.db", "ledger.db"}} {
		from := filepath.Join(disk, link.from)
		if err := os.MkdirAll(filepath.Dir(from), 0o700); err != nil {
			t.Fatal(err)
		}
		if link.to != "." {
			os.WriteFile(filepath.Join(memory, link.to), nil, 0o600)
		}
		if err := os.Symlink(filepath.Join(memory, link.to), from); err != nil {
			t.Fatal(err)
		}
		dir := from
		if strings.Contains(link.from, "/") {
			dir = filepath.Dir(from)
		}
		refusedToOpen(t, Options{Path: filepath.Join(dir, "clew.db")}, want)
		os.Remove(filepath.Join(memory, "ledger.db"))
	}
	if left, _ := os.ReadDir(memory); len(left) > 0 {
		t.Errorf("a folder that was refused has %v in it", left)
	}
	s, err := Open(t.Context(), Options{Path: filepath.Join(memory, "clew.db"), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// TestDurable_Mounts reads tables of mounts as Linux writes them.
func TestDurable_Mounts(t *testing.T) {
	const table = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,discard
30 22 0:40 / /srv/my\040data rw,nosuid - fuse.sshfs backup@far:/data rw,user_id=0
31 22 8:2 / /srv/fast rw shared:3 master:1 - ext4 /dev/sdb rw,nobarrier
32 31 0:41 / /srv/fast/layer rw - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d,volatile
33 31 8:3 / /srv/fast/layer rw - xfs /dev/sdc rw
`
	for dir, want := range map[string]string{"/": "ext4", "/srv": "ext4", "/srv/my data/x": "fuse.sshfs", "/srv/faster": "ext4", "/srv/fast/layer/x": "xfs"} {
		if got := mountOf(table, dir); got.kind != want {
			t.Errorf("%s is on %s, want %s", dir, got.kind, want)
		}
	}
	if m := mountOf(table, "/srv/fast/x"); !m.has("nobarrier") || m.has("barrier") {
		t.Errorf("options %v", m.options)
	}
	if m := mountOf(strings.Replace(table, "33 31", "junk", 1), "/srv/fast/layer"); m.value("upperdir") != "/c" || !m.has("volatile") {
		t.Errorf("options %v", m.options)
	}
}
