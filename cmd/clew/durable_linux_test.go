package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDurable_CommandLine starts on a folder in memory only when told that it does not matter.
func TestDurable_CommandLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "memory")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("clew-test", dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skip("only root may mount a file system in memory, and not in every container")
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	t.Setenv("CLEW_EPHEMERAL", "false")
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"import", "sites", "-"}, {"demo", "--scale", "1"}} {
		var out, errs bytes.Buffer
		code := run(append([]string{"--data", filepath.Join(dir, "data")}, args...), strings.NewReader("code\nMAIN\n"), &out, &errs)
		if code != exitFailed || !strings.Contains(errs.String(), "is in memory (tmpfs)") || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("clew %s: exit %d: %s%s", args[0], code, out.String(), errs.String())
		}
	}
	if made, _ := filepath.Glob(filepath.Join(dir, "data", "clew.db*")); len(made) > 0 {
		t.Errorf("a ledger was begun where none is taken: %v", made)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"--data", filepath.Join(dir, "data"), "--ephemeral", "import", "sites", "-"}, strings.NewReader("code\nMAIN\n"), &out, &errs); code != exitDone {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
