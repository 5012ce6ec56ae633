package store

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOpen_Private: the ledger is its owner's alone, also in a folder that all may read, also when it was not before.
func TestOpen_Private(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "clew.db")
	check := func(when string) {
		t.Helper()
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != 0o600 {
				t.Errorf("%s: %s has mode %o", when, filepath.Base(name), got)
			}
		}
	}
	s := mustOpen(t, sqliteAt(path))
	world(t, s)
	check("made")
	s.Close()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, sqliteAt(path))
	check("of an older version")
	isWhole(t, s)
}
