package powercut

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// on runs something on a disk, cuts its power, and gives what is left of it, for many turns of chance.
func on(t *testing.T, do func(t *testing.T, d *Disk, dir string), left func(dir string)) {
	t.Helper()
	if missing := Missing(); missing != "" {
		t.Skip(missing)
	}
	d, err := Load(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := d.Mount(dir); err != nil {
		t.Fatal(err)
	}
	do(t, d, dir)
	d.Cut()
	if err := d.Unmount(); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(60) {
		image := t.TempDir()
		if err := d.Save(image, rand.New(rand.NewPCG(seed, 1))); err != nil {
			t.Fatal(err)
		}
		left(image)
	}
}

func put(t *testing.T, path, text string, sync bool) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil && sync {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func syncNames(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Open(dir)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestDisk_Forgets keeps what was synced, and of the rest everything, nothing or sectors; names need a sync of their folder.
func TestDisk_Forgets(t *testing.T) {
	seen := map[string]bool{}
	long := string(bytes.Repeat([]byte("x"), 4*sector))
	on(t, func(t *testing.T, d *Disk, dir string) {
		put(t, filepath.Join(dir, "kept"), "old", true)
		put(t, filepath.Join(dir, "torn"), string(bytes.Repeat([]byte("o"), 4*sector)), true)
		syncNames(t, dir)
		put(t, filepath.Join(dir, "kept"), "new", true)
		put(t, filepath.Join(dir, "torn"), long, false)
		put(t, filepath.Join(dir, "named"), "n", true)
		if err := os.Rename(filepath.Join(dir, "named"), filepath.Join(dir, "renamed")); err != nil {
			t.Fatal(err)
		}
	}, func(dir string) {
		read := func(name string) string { data, _ := os.ReadFile(filepath.Join(dir, name)); return string(data) }
		if read("kept") != "new" {
			t.Errorf("what was synced is %q", read("kept"))
		}
		for i := 0; i < 4*sector; i += sector {
			if part := read("torn")[i : i+sector]; part != long[:sector] && part[:1] != "o" || bytes.Count([]byte(part), []byte(part[:1])) != sector {
				t.Errorf("a sector is in parts: %q", part)
			}
		}
		switch torn := read("torn"); {
		case torn == long:
			seen["all"] = true
		case bytes.Contains([]byte(torn), []byte("x")):
			seen["torn"] = true
		default:
			seen["nothing"] = true
		}
		if n, r := read("named"), read("renamed"); n != "" && r != "" {
			t.Error("a file has its old and its new name")
		} else {
			seen["named "+n+r] = true
			seen["renamed "+r] = true
		}
	})
	for _, want := range []string{"all", "torn", "nothing", "named ", "named n", "renamed n", "renamed "} {
		if !seen[want] && !t.Skipped() {
			t.Errorf("60 cuts never left %q", want)
		}
	}
}

// TestDisk_Fails fails one call. What a sync that failed was about is gone, whatever the next one says.
func TestDisk_Fails(t *testing.T) {
	on(t, func(t *testing.T, d *Disk, dir string) {
		f, err := os.Create(filepath.Join(dir, "file"))
		if err != nil {
			t.Fatal(err)
		}
		syncNames(t, dir)
		f.WriteString("lost")
		d.Fail(1, syscall.EIO)
		if err := f.Sync(); !errors.Is(err, syscall.EIO) {
			t.Errorf("a sync that was to fail: %v", err)
		}
		if err := f.Sync(); err != nil {
			t.Errorf("the next sync: %v", err)
		}
		d.Fail(1, syscall.ENOSPC)
		if _, err := f.WriteString("more"); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a write that was to fail: %v", err)
		}
		f.Close()
	}, func(dir string) {
		if data, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || len(data) > 0 {
			t.Errorf("left: %q, %v", data, err)
		}
	})
}
