package archive

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// abc is the SHA-256 of the text that stands for ledgers and contents here.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func sample(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	m := &Manifest{Ledger: strings.Repeat("a", 32), Size: 3, SHA256: abc, Contents: 1, Bytes: 3, MadeAt: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	w, err := NewWriter(&out, m)
	for _, name := range []string{LedgerName, ContentFolder + "/" + abc[:2] + "/" + abc[2:]} {
		if err == nil {
			_, err = w.Put(name, 3, strings.NewReader("abc"))
		}
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unpack unpacks a file into a folder of its own, outside of which nothing may be written.
func unpack(t *testing.T, data []byte) (inner string, err error) {
	t.Helper()
	outer := t.TempDir()
	file, inner := filepath.Join(outer, "in.tar"), filepath.Join(outer, "inner")
	if err := errors.Join(os.WriteFile(file, data, 0o600), os.Mkdir(inner, 0o700)); err != nil {
		t.Fatal(err)
	}
	a, err := Open(file)
	if err == nil {
		defer a.Close()
		root, fault := os.OpenRoot(inner)
		if fault != nil {
			t.Fatal(fault)
		}
		defer root.Close()
		err = a.Unpack(t.Context(), root)
	}
	if entries, _ := os.ReadDir(outer); len(entries) != 2 {
		t.Errorf("outside of the folder there are %v", entries)
	}
	return inner, err
}

// TestArchive writes one and reads it.
func TestArchive(t *testing.T) {
	dir, err := unpack(t, sample(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{LedgerName, "files/" + abc[:2] + "/" + abc[2:]} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); string(text) != "abc" {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
}

// TestIsOf tells names of backups of a ledger from others.
func TestIsOf(t *testing.T) {
	m := Manifest{Ledger: strings.Repeat("ab", 16), MadeAt: time.Date(2026, 11, 23, 8, 9, 10, 0, time.FixedZone("", 3600))}
	if m.Name() != "clew-abababab-20261123T070910Z.tar" || !IsOf(m.Ledger, m.Name()) {
		t.Error(m.Name())
	}
	for _, name := range []string{"clew-abababab-notes.tar", "clew-bbababab-20261123T070910Z.tar", "clew-abababab-20261123T070910Z.tar.part", "clew.tar", ""} {
		if IsOf(m.Ledger, name) {
			t.Error(name)
		}
	}
}

// FuzzArchive unpacks files that nobody made: nothing is written outside of the folder, and no more than the file is long.
func FuzzArchive(f *testing.F) {
	data := sample(f)
	f.Add(data)
	f.Add(data[:1500])
	f.Add(bytes.ReplaceAll(data, []byte("files/"), []byte("../../")))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir, _ := unpack(t, data)
		var size int64
		filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				info, _ := d.Info()
				size += info.Size()
			}
			return err
		})
		if size > int64(len(data)) {
			t.Errorf("%d bytes of a file of %d", size, len(data))
		}
	})
}
