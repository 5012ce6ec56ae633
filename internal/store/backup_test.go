package store

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"clew/internal/archive"
	"clew/internal/stock"
)

func backedUp(t testing.TB, from Options, to string) *Backup {
	t.Helper()
	b, err := MakeBackup(context.Background(), from, BackupOptions{To: to, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// nothingElse asserts that a folder has these names in it and nothing that was left behind.
func nothingElse(t *testing.T, dir string, names ...string) {
	t.Helper()
	var is []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		is = append(is, e.Name())
	}
	if !slices.Equal(is, names) {
		t.Errorf("in %s are %v, want %v", filepath.Base(dir), is, names)
	}
}

// TestBackup_Restores saves a ledger of each engine while it takes entries, and restores it on each engine.
func TestBackup_Restores(t *testing.T) {
	for _, from := range []string{"sqlite", "postgres"} {
		t.Run(from, func(t *testing.T) {
			place := moved(t, from)
			s := openAt(t, place)
			if err := s.AddFeed(t.Context(), desk, &Feed{Name: "shop", URL: "https://shop.example", MadeBy: "desk"}); err != nil {
				t.Fatal(err)
			}
			in := toImport(t, s, "rows")
			if _, _, err := s.AddImport(t.Context(), &ImportJob{Kind: "products", Options: "{}", Report: "{}", Actor: "desk"}, in); err != nil {
				t.Fatal(err)
			}
			stop, acked, load := make(chan struct{}), 0, sync.WaitGroup{}
			load.Go(func() {
				for ; ; acked++ {
					select {
					case <-stop:
						return
					default:
						ok(t, s, receive(bikes(fmt.Sprintf("LOAD%06d", acked))))
					}
				}
			})
			before, _, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "clew.tar")
			b := backedUp(t, place, file)
			close(stop)
			load.Wait()
			after, _, err := s.Head(t.Context())
			if err != nil || b.Entries < before || b.Entries > after || b.Ledger != s.Ledger() || b.Contents != 2 || b.Bytes != int64(len("a certificate"+"another")) {
				t.Errorf("%+v, of a ledger that had %d to %d entries, %v", b.Manifest, before, after, err)
			}
			nothingElse(t, filepath.Dir(file), "clew.tar")
			for _, to := range []string{"sqlite", "postgres"} {
				t.Run(to, func(t *testing.T) {
					place := somewhere(t, to)
					done, err := Restore(t.Context(), place, RestoreOptions{From: file})
					if err != nil {
						t.Fatal(err)
					}
					if done.Entries != b.Entries || done.Paused != 1 || done.Aside != "" || done.Lost != 0 {
						t.Errorf("%+v", done)
					}
					again := openAt(t, place)
					if head, _, err := again.Head(t.Context()); err != nil || head != b.Entries || again.Ledger() != s.Ledger() {
						t.Errorf("ledger %s with %d entries, %v", again.Ledger(), head, err)
					}
					isWhole(t, again)
					if feed, err := again.Feed(t.Context(), "shop"); err != nil || !feed.Paused {
						t.Errorf("a feed goes on by itself: %+v, %v", feed, err)
					}
					if job, err := again.ImportJob(t.Context(), 1); err != nil || job.State != ImportCancelled {
						t.Errorf("an import goes on without its file: %+v, %v", job, err)
					}
					ok(t, again, &stock.ProductDraft{SKU: "AFTER"})
				})
			}
		})
	}
}

// TestRestore_Replaces puts a ledger aside only when told to, and says what the backup lacks.
func TestRestore_Replaces(t *testing.T) {
	place := moved(t, "sqlite")
	file := filepath.Join(t.TempDir(), "clew.tar")
	b := backedUp(t, place, file)
	s := openAt(t, place)
	ok(t, s, &stock.ProductDraft{SKU: "LATER"}, &stock.ProductDraft{SKU: "LATEST"})
	attach(t, s, "later", stock.FileDraft{Product: "LATER"})
	s.Close()
	if _, err := Restore(t.Context(), place, RestoreOptions{From: file}); err == nil || !strings.Contains(err.Error(), "say --replace") {
		t.Fatal(err)
	}
	done, err := Restore(t.Context(), place, RestoreOptions{From: file, Replace: true})
	if err != nil || done.Lost != 3 || done.Aside == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	dir := filepath.Dir(place.Path)
	nothingElse(t, dir, filepath.Base(done.Aside), archive.LedgerName, contentFolder)
	s = openAt(t, place)
	if head, _, _ := s.Head(t.Context()); head != b.Entries {
		t.Errorf("%d entries, the backup has %d", head, b.Entries)
	}
	isWhole(t, s)
	aside := openAt(t, Options{Path: filepath.Join(done.Aside, archive.LedgerName), Ephemeral: true})
	if head, _, _ := aside.Head(t.Context()); head != b.Entries+3 {
		t.Errorf("%d entries aside, there were %d", head, b.Entries+3)
	}
	isWhole(t, aside) // with its files
	fresh := somewhere(t, "sqlite")
	openAt(t, fresh).Close()
	if done, err = Restore(t.Context(), fresh, RestoreOptions{From: file}); err != nil || done.Aside == "" {
		t.Errorf("a ledger without entries is in the way: %+v, %v", done, err)
	}
}

// TestRestore_Against restores what agrees with a checkpoint from elsewhere, and not what is older than it.
func TestRestore_Against(t *testing.T) {
	place := moved(t, "sqlite")
	s := openAt(t, place)
	early := seal(t, s).Note
	file := filepath.Join(t.TempDir(), "clew.tar")
	b := backedUp(t, place, file)
	if b.Checkpoint != early {
		t.Errorf("the backup names checkpoint %q, want %q", b.Checkpoint, early)
	}
	ok(t, s, &stock.ProductDraft{SKU: "LATER"})
	late := seal(t, s).Note
	s.Close()
	to := somewhere(t, "sqlite")
	if _, err := Restore(t.Context(), to, RestoreOptions{From: file, Against: []string{early, late}}); err == nil || !strings.Contains(err.Error(), "rolled back") {
		t.Errorf("an older backup than the checkpoint: %v", err)
	}
	nothingElse(t, filepath.Dir(to.Path))
	done, err := Restore(t.Context(), to, RestoreOptions{From: file, Against: []string{early}})
	if err != nil || done.Report.Agreed != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
}

// TestBackup_Names keeps some backups in a folder, and writes over nothing but a backup of the same ledger.
func TestBackup_Names(t *testing.T) {
	place, dir := moved(t, "sqlite"), t.TempDir()
	var last *Backup
	for _, name := range []string{"clew-%s-20200101T000000Z.tar", "clew-%s-20210101T000000Z.tar", "clew-00000000-20200101T000000Z.tar", "clew-%s-notes.tar"} {
		if last == nil {
			last = backedUp(t, place, filepath.Join(dir, "one.tar"))
		}
		if strings.Contains(name, "%s") {
			name = fmt.Sprintf(name, last.Ledger[:8])
		}
		os.WriteFile(filepath.Join(dir, name), nil, 0o600)
	}
	b, err := MakeBackup(t.Context(), place, BackupOptions{To: dir, Keep: 2})
	if err != nil || len(b.Removed) != 1 || filepath.Base(b.Removed[0]) != "clew-"+b.Ledger[:8]+"-20200101T000000Z.tar" {
		t.Fatalf("%+v, %v", b, err)
	}
	if b = backedUp(t, place, filepath.Join(dir, "one.tar")); b.Path != filepath.Join(dir, "one.tar") {
		t.Error(b.Path)
	}
	other := somewhere(t, "sqlite")
	openAt(t, other).Close()
	for to, want := range map[string]string{
		filepath.Join(dir, "one.tar"):                                  "is a backup of another ledger",
		filepath.Join(dir, "clew-00000000-20200101T000000Z.tar"):       "is there and is no backup",
		filepath.Join(dir, "clew-"+b.Ledger[:8]+"-notes.tar") + "/sub": "folder cannot be made",
	} {
		if _, err := MakeBackup(t.Context(), other, BackupOptions{To: to}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", filepath.Base(to), err, want)
		}
	}
	if _, err := MakeBackup(t.Context(), place, BackupOptions{To: filepath.Join(dir, "one.tar"), Keep: 1}); err == nil {
		t.Error("a file is no folder")
	}
	left, _ := filepath.Glob(filepath.Join(dir, stagingPattern))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestBackup_NotWhole makes no backup of a ledger that was tampered with, or whose files are gone.
func TestBackup_NotWhole(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"tampered": func(t *testing.T, path string) {
			tamperSQLite(t, path, []string{`UPDATE item SET quantity = quantity + 1 WHERE id = 1`})
		},
		"content gone": func(t *testing.T, path string) {
			if err := os.RemoveAll(filepath.Join(filepath.Dir(path), contentFolder)); err != nil {
				t.Fatal(err)
			}
		},
		"under copy": func(t *testing.T, path string) { tamperSQLite(t, path, []string{`UPDATE ledger_head SET id = 2`}) },
	} {
		t.Run(name, func(t *testing.T) {
			place, dir := moved(t, "sqlite"), t.TempDir()
			spoil(t, place.Path)
			if _, err := MakeBackup(t.Context(), place, BackupOptions{To: filepath.Join(dir, "clew.tar")}); err == nil {
				t.Error("it is no whole ledger, and was saved as one")
			}
			nothingElse(t, dir)
		})
	}
}

// repack writes a backup anew with its parts changed.
func repack(t testing.TB, from, to string, change func(h *tar.Header, data []byte) (*tar.Header, []byte)) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		data, fault := io.ReadAll(r)
		if err := errors.Join(err, fault); err != nil {
			t.Fatal(err)
		}
		if h, data = change(h, data); h == nil {
			continue
		}
		h.Size = int64(len(data))
		if h.Typeflag != tar.TypeReg {
			h.Size = 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write(data)
		}
	}
	if err := errors.Join(w.Close(), os.WriteFile(to, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestRestore_Refuses gives it backups that are not what they say: none replaces anything, or writes anything where it should not.
func TestRestore_Refuses(t *testing.T) {
	place, dir := moved(t, "sqlite"), t.TempDir()
	good := filepath.Join(dir, "good.tar")
	b := backedUp(t, place, good)
	manifest := func(change func(m *archive.Manifest)) func(h *tar.Header, data []byte) (*tar.Header, []byte) {
		return func(h *tar.Header, data []byte) (*tar.Header, []byte) {
			if h.Name == "manifest.json" {
				m := b.Manifest
				change(&m)
				data, _ = json.Marshal(m)
			}
			return h, data
		}
	}
	content := func(change func(h *tar.Header, data []byte) (*tar.Header, []byte)) func(h *tar.Header, data []byte) (*tar.Header, []byte) {
		return func(h *tar.Header, data []byte) (*tar.Header, []byte) {
			if strings.HasPrefix(h.Name, contentFolder) {
				return change(h, data)
			}
			return h, data
		}
	}
	named := func(name string) func(h *tar.Header, data []byte) (*tar.Header, []byte) {
		return content(func(h *tar.Header, data []byte) (*tar.Header, []byte) { h.Name = name; return h, data })
	}
	for _, bad := range []struct {
		name, want string
		change     func(h *tar.Header, data []byte) (*tar.Header, []byte)
	}{
		{"another form", "use a newer build", manifest(func(m *archive.Manifest) { m.Format = 2 })},
		{"no form", "no backup of clew", manifest(func(m *archive.Manifest) { m.Format = 0 })},
		{"other entries", "the backup's manifest says", manifest(func(m *archive.Manifest) { m.Entries-- })},
		{"other ledger", "the backup's manifest says", manifest(func(m *archive.Manifest) { m.Ledger = strings.Repeat("0", 32) })},
		{"other hash", "not the one that was saved", manifest(func(m *archive.Manifest) { m.SHA256 = strings.Repeat("0", 64) })},
		{"other size", "another size", manifest(func(m *archive.Manifest) { m.Size-- })},
		{"fewer contents", "has 2 contents", manifest(func(m *archive.Manifest) { m.Contents-- })},
		{"a size of all disks", "cut off", manifest(func(m *archive.Manifest) { m.Size = 1 << 62 })},
		{"a byte of the ledger", "not the one that was saved", func(h *tar.Header, data []byte) (*tar.Header, []byte) {
			if h.Name == archive.LedgerName {
				data[len(data)/2] ^= 1
			}
			return h, data
		}},
		{"a byte of a content", "not the one that was saved", content(func(h *tar.Header, data []byte) (*tar.Header, []byte) { data[0] ^= 1; return h, data })},
		{"no contents", "has 0 contents", content(func(*tar.Header, []byte) (*tar.Header, []byte) { return nil, nil })},
		{"up", "not in its place", named("../../evil")},
		{"root", "not in its place", named("/tmp/evil")},
		{"up in contents", "not in its place", named("files/../../evil")},
		{"in the place of the ledger", "not in its place", named(archive.LedgerName)},
		{"key", "not in its place", named("log.key")},
		{"link", "not a plain file", content(func(h *tar.Header, _ []byte) (*tar.Header, []byte) {
			h.Typeflag, h.Linkname = tar.TypeSymlink, "/etc/passwd"
			return h, nil
		})},
		{"folder", "not a plain file", content(func(h *tar.Header, _ []byte) (*tar.Header, []byte) { h.Typeflag = tar.TypeDir; return h, nil })},
		{"no ledger", "cut off", func(h *tar.Header, data []byte) (*tar.Header, []byte) {
			if h.Name == archive.LedgerName {
				return nil, nil
			}
			return h, data
		}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "bad.tar")
			repack(t, good, file, bad.change)
			refusesRestore(t, file, bad.want)
		})
	}
	t.Run("cut off", func(t *testing.T) {
		data, err := os.ReadFile(good)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "bad.tar")
		for _, n := range []int{0, 1, 511, 512, 1024, 4000, len(data) / 2, len(data) - 4096} {
			if err := os.WriteFile(file, data[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			refusesRestore(t, file, "backup")
		}
	})
	t.Run("tampered before it was saved", func(t *testing.T) { // by somebody who makes a manifest that fits
		sub := t.TempDir()
		spoilt := filepath.Join(sub, "clew.db")
		repack(t, good, filepath.Join(sub, "x.tar"), func(h *tar.Header, data []byte) (*tar.Header, []byte) {
			if h.Name == archive.LedgerName {
				os.WriteFile(spoilt, data, 0o600)
			}
			return h, data
		})
		tamperSQLite(t, spoilt, []string{`UPDATE item SET quantity = quantity + 1 WHERE id = 1`})
		sum, size, err := hashOf(spoilt)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := os.ReadFile(spoilt)
		fits := manifest(func(m *archive.Manifest) { m.SHA256, m.Size = sum, size })
		repack(t, good, filepath.Join(sub, "bad.tar"), func(h *tar.Header, old []byte) (*tar.Header, []byte) {
			if h.Name == archive.LedgerName {
				return h, data
			}
			return fits(h, old)
		})
		refusesRestore(t, filepath.Join(sub, "bad.tar"), "is not whole")
	})
}

// refusesRestore asserts that a file is refused, and that the ledger that it should have replaced is as it was.
func refusesRestore(t *testing.T, file, want string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	place := Options{Path: filepath.Join(dir, archive.LedgerName), Ephemeral: true}
	s := openAt(t, place)
	ok(t, s, &stock.SiteDraft{Code: "HERE"})
	s.Close()
	before, _, err := hashOf(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), place, RestoreOptions{From: file, Replace: true}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	if after, _, _ := hashOf(place.Path); after != before {
		t.Error("the ledger was changed")
	}
	nothingElse(t, dir, archive.LedgerName)
	nothingElse(t, filepath.Dir(dir), "data")
}

// TestRestore_EndsSessions lets nobody be signed in in a ledger that was restored.
func TestRestore_EndsSessions(t *testing.T) {
	session := shapes()["session"]
	place := moved(t, "sqlite")
	var columns, values []string
	for _, c := range session.columns {
		columns = append(columns, c.name)
		values = append(values, map[string]string{"int": "1", "text": "'x'", "blob": "x'01'"}[c.kind])
	}
	if err := rawSQLite(t, place.Path, fmt.Sprintf("INSERT INTO session (%s) VALUES (%s)", strings.Join(columns, ", "), strings.Join(values, ", "))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "clew.tar")
	b := &backup{ctx: t.Context(), from: place, options: BackupOptions{To: file, Progress: func(Transferring) {}}} // a session of nobody is not whole
	defer b.close()
	for _, step := range []func() error{b.begin, b.copy, b.describe, b.pack} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	to := somewhere(t, "sqlite")
	r := &restore{ctx: t.Context(), to: to, dir: filepath.Dir(to.Path), options: RestoreOptions{From: b.packed(), Progress: func(Transferring) {}}}
	defer r.close()
	var err error
	if r.archive, err = archive.Open(b.packed()); err != nil {
		t.Fatal(err)
	}
	r.done.Manifest = r.archive.Manifest
	for _, step := range []func() error{r.unpack, r.quiet} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if err := rawSQLite(t, r.unpacked(), `CREATE TEMP TABLE t (n INTEGER CHECK (n = 0)); INSERT INTO t SELECT COUNT(*) FROM session`); err != nil {
		t.Errorf("somebody is signed in still: %v", err)
	}
}
