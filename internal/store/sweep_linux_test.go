package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"clew/internal/archive"
	"clew/internal/powercut"
	"clew/internal/stock"
)

func init() {
	children["sweep-post"] = func(t *testing.T, db *testbed) { sweepPost(t, db, false) }
	children["sweep-last"] = func(t *testing.T, db *testbed) { sweepPost(t, db, true) }
	children["sweep-liar"] = func(t *testing.T, db *testbed) {
		liar = true
		sweepPost(t, db, false)
	}
	children["sweep-backup"] = sweepBackup
	children["sweep-restore"] = sweepRestore
}

// sweep does something on a disk again and again, where each time another call that writes is the one that fails, or at which the power goes.
type sweep struct {
	*testing.T
	child  string // what is done
	image  string // on what
	chance *rand.Rand
	failed int // how often something was told to have failed
	// check looks at what is left, and at what the child said: "did X" and "failed CODE X: why", a line each.
	check func(t *testing.T, image string, said []string)
}

// diskFaults are what happens at a call.
var diskFaults = []struct {
	name string
	with syscall.Errno // none: the power goes
}{{"EIO", syscall.EIO}, {"ENOSPC", syscall.ENOSPC}, {"power", 0}}

// run makes every call fail in each way; without soak a sample of so many of them.
func (s *sweep) run(sample int) {
	s.Helper()
	calls, said := s.once(func(*powercut.Disk) <-chan struct{} { return nil })
	if calls < 5 || len(said) == 0 {
		s.Fatalf("%d calls, and %q", calls, said)
	}
	var at []int
	for n := range calls {
		at = append(at, n+1)
	}
	if !soak() {
		s.chance.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		at = at[:min(sample, len(at))]
	}
	for i, n := range at {
		for k, fault := range diskFaults {
			if !soak() && (i+k)%len(diskFaults) != 0 {
				continue
			}
			s.Run(fmt.Sprintf("%s at %d of %d", fault.name, n, calls), func(t *testing.T) {
				one := *s
				one.T, one.failed = t, 0
				one.once(func(d *powercut.Disk) (cut <-chan struct{}) {
					if fault.with == 0 {
						return d.CutAt(n)
					}
					d.Fail(n, fault.with)
					return nil
				})
				s.failed += one.failed
			})
			if s.Failed() {
				return
			}
		}
	}
	s.Logf("%d of %d calls, %d failures told", len(at), calls, s.failed)
}

// once runs the child on the disk, which is told what goes wrong with it, and checks what is left. It gives how many calls there were.
func (s *sweep) once(wrong func(*powercut.Disk) (cut <-chan struct{})) (calls int, said []string) {
	s.Helper()
	disk, err := powercut.Load(s.image)
	if err != nil {
		s.Fatal(err)
	}
	dir := filepath.Join(s.TempDir(), "disk")
	if err := errors.Join(os.Mkdir(dir, 0o700), disk.Mount(dir)); err != nil {
		s.Fatalf("root, with /dev/fuse: %v", err)
	}
	cut := wrong(disk)
	cmd := childCommand(s.T, self(s.T), s.child, filepath.Join(dir, "data", archive.LedgerName))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		s.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		select {
		case <-cut:
			cmd.Process.Signal(syscall.SIGKILL)
			disk.Release()
		case <-ended:
		}
	}()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "did "):
			said = append(said, line)
		case strings.HasPrefix(line, "failed "):
			said = append(said, line)
			s.failed++
		case line != "PASS":
			s.Errorf("the child says %q", line)
		}
	}
	err = cmd.Wait()
	close(ended)
	if err != nil && cut == nil {
		s.Errorf("the child ended with %v", err)
	}
	calls = disk.Calls()
	if err := disk.Unmount(); err != nil {
		s.Fatal(err)
	}
	image := filepath.Join(s.TempDir(), "image")
	chance := s.chance
	if cut == nil && chance.IntN(2) == 0 {
		chance = nil
	}
	if err := disk.Save(image, chance); err != nil {
		s.Fatal(err)
	}
	s.check(s.T, image, said)
	return calls, said
}

// liar says of everything that it was done.
var liar bool

// told prints how something went: did it, or failed with a code that a caller can act on.
func told(what string, err error) {
	if err == nil || liar {
		fmt.Println("did", what)
		return
	}
	code := "none"
	if fault, is := stock.AsError(err); is {
		code = fault.Code
	}
	fmt.Printf("failed %s %s: %s\n", code, what, strings.ReplaceAll(err.Error(), "\n", "; "))
}

// sweepPost opens a ledger, posts to it, attaches a file and checkpoints the log of the file now and then; with last it ends without notice at
// the first failure.
func sweepPost(t *testing.T, db *testbed, last bool) {
	s, err := db.open(t, Options{})
	told("open", err)
	if err != nil {
		return
	}
	raw, err := sql.Open("sqlite", "file:"+escapePath(db.path)+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for n := range 12 {
		out, err := s.Post(t.Context(), crashCall("sweep", 0, n))
		if err == nil && out[0].Err != nil {
			err = out[0].Err
		}
		told(fmt.Sprintf("post %d", n), err)
		if err != nil && last {
			os.Exit(0)
		}
		if n%4 == 3 {
			raw.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)") // one that fails is done again later
		}
		if n == 6 {
			told("attach", sweepAttach(s))
		}
	}
	report, err := s.Verify(context.Background(), nil)
	if err != nil || !report.Whole() {
		t.Errorf("the process that met with the fault does not go on with a whole ledger: %v, %v", err, report)
	}
	s.Close()
}

func sweepAttach(s *Store) error {
	in, err := s.NewContent()
	if err != nil {
		return err
	}
	defer s.Settle(context.Background(), in, true)
	if _, err := in.Write([]byte("a certificate")); err != nil {
		return err
	}
	hash, size, err := in.Keep()
	if err != nil {
		return err
	}
	out, err := s.Post(context.Background(), drafts(&stock.FileDraft{Product: "BIKE", Hash: fmt.Sprintf("%x", hash), Size: size, Media: "text/plain", Name: "a.txt"})...)
	if err == nil && out[0].Err != nil {
		err = out[0].Err
	}
	return err
}

// sweepLedger is a folder with a ledger in it, as the image of a disk.
func sweepLedger(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := mustOpen(t, sqliteAt(filepath.Join(dir, "data", archive.LedgerName)))
	world(t, s)
	s.Close()
	return dir
}

func newSweep(t *testing.T, child, image string) *sweep {
	return &sweep{T: t, child: child, image: image, chance: rand.New(rand.NewPCG(seedOf(t), 3))}
}

// postsAreThere checks that what was done is there, and what was said not to be recorded is not, where nothing came after it.
func postsAreThere(last bool, caught *int) func(t *testing.T, image string, said []string) {
	return func(t *testing.T, image string, said []string) {
		t.Helper()
		s, err := sqliteAt(filepath.Join(image, "data", archive.LedgerName)).open(t, Options{})
		if err != nil {
			t.Fatalf("the ledger does not open again: %v (%q)", err, said)
		}
		defer s.Close()
		report := isWhole(t, s)
		entries := int64(len(allEntries(t, s)))
		dense(t, allEntries(t, s))
		for n := range 12 {
			what := fmt.Sprintf("post %d", n)
			did := slices.Contains(said, "did "+what)
			unknown := slices.ContainsFunc(said, func(line string) bool {
				return strings.HasPrefix(line, "failed "+stock.CodeOutcomeUnknown+" "+what+":")
			})
			failed := slices.ContainsFunc(said, func(line string) bool {
				return strings.HasPrefix(line, "failed ") && strings.Contains(line, " "+what+":")
			})
			out, err := s.Post(t.Context(), crashCall("sweep", 0, n))
			switch {
			case err != nil:
				t.Fatal(err)
			case did && !out[0].Replayed && caught != nil:
				*caught++
			case did && !out[0].Replayed:
				t.Errorf("%s was acknowledged and is lost", what)
			case last && failed && !unknown && out[0].Replayed:
				t.Errorf("%s was said not to be recorded, and is: %q", what, said[len(said)-1])
			}
		}
		if entries > report.Entries {
			t.Errorf("%d entries of %d", entries, report.Entries)
		}
		for _, line := range said {
			for _, code := range []string{"none", stock.CodeDatabaseAway} {
				if strings.HasPrefix(line, "failed "+code+" ") && !strings.Contains(line, " open: ") && !strings.Contains(line, "unknown_") {
					t.Errorf("a failure that nobody can act on: %s", line)
				}
			}
		}
	}
}

// TestCrash_Faults fails every write and sync of a ledger's opening, of its posts and of its checkpoints, once.
func TestCrash_Faults(t *testing.T) {
	needsDisk(t)
	image := sweepLedger(t)
	for _, child := range []string{"sweep-post", "sweep-last"} {
		t.Run(child, func(t *testing.T) {
			s := newSweep(t, child, image)
			s.check = postsAreThere(child == "sweep-last", nil)
			s.run(21)
			if s.failed == 0 {
				t.Error("no failure was ever told: the disk does not fail")
			}
		})
	}
}

// TestCrash_FaultsOfSyncs fails every sync of a file once, each of which a commit relies on. What it was about is gone, and asking again does not
// bring it back.
func TestCrash_FaultsOfSyncs(t *testing.T) {
	needsDisk(t)
	image := sweepLedger(t)
	for _, child := range []string{"sweep-post", "sweep-last"} {
		t.Run(child, func(t *testing.T) {
			s := newSweep(t, child, image)
			s.check = postsAreThere(child == "sweep-last", nil)
			var whole *powercut.Disk
			s.once(func(d *powercut.Disk) <-chan struct{} { whole = d; return nil })
			syncs := whole.Syncs()
			for n := 1; n <= syncs && !s.Failed(); n++ {
				s.once(func(d *powercut.Disk) <-chan struct{} { d.FailSync(n); return nil })
			}
			if s.failed < 10 {
				t.Errorf("%d failures told of %d syncs", s.failed, syncs)
			}
			t.Logf("%d syncs failed, %d failures told", syncs, s.failed)
		})
	}
}

// TestCrash_FaultsTeeth shows that the sweep finds a ledger that acknowledges what failed.
func TestCrash_FaultsTeeth(t *testing.T) {
	needsDisk(t)
	caught := 0
	s := newSweep(t, "sweep-liar", sweepLedger(t))
	s.check = postsAreThere(false, &caught)
	for n := 4; n <= 30 && caught == 0; n++ {
		s.once(func(d *powercut.Disk) <-chan struct{} { d.FailSync(n); return nil })
	}
	if caught == 0 {
		t.Error("a ledger that says of everything that it was done was believed")
	}
}

// TestCrash_FaultsInMigration begins an empty ledger, and brings an old one up to date, on a disk that fails.
func TestCrash_FaultsInMigration(t *testing.T) {
	needsDisk(t)
	t.Run("new", func(t *testing.T) {
		image := t.TempDir()
		if err := os.Mkdir(filepath.Join(image, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		s := newSweep(t, "sweep-post", image)
		s.check = func(t *testing.T, image string, said []string) {
			l, err := sqliteAt(filepath.Join(image, "data", archive.LedgerName)).open(t, Options{})
			if err != nil {
				t.Fatalf("the ledger does not open again: %v (%q)", err, said)
			}
			defer l.Close()
			isWhole(t, l)
		}
		s.run(12)
	})
	t.Run("old", func(t *testing.T) {
		image := t.TempDir()
		path := filepath.Join(image, "data", archive.LedgerName)
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		unzip(t, "testdata/ledger-0001.db.gz", path)
		want := leavesOf(t, path)
		s := newSweep(t, "sweep-post", image)
		s.check = func(t *testing.T, image string, said []string) {
			path := filepath.Join(image, "data", archive.LedgerName)
			l, err := sqliteAt(path).open(t, Options{})
			if err != nil {
				t.Fatalf("the ledger does not open again: %v (%q)", err, said)
			}
			isWhole(t, l)
			l.Close()
			if got := leavesOf(t, path); len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
				t.Error("leaves of the old ledger are not what they were")
			}
		}
		s.run(12)
	})
}

// leavesOf reads the leaves of a ledger whose version does not matter.
func leavesOf(t *testing.T, path string) (leaves []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+escapePath(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT leaf FROM entry ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var leaf []byte
		if err := rows.Scan(&leaf); err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, string(leaf))
	}
	return leaves
}

func sweepBackup(t *testing.T, db *testbed) {
	to := filepath.Join(filepath.Dir(filepath.Dir(db.path)), "saved.tar")
	_, err := MakeBackup(t.Context(), Options{Path: db.path}, BackupOptions{To: to})
	told("backup", err)
}

// TestCrash_FaultsInBackup saves a ledger onto a disk that fails: what has the name of a backup is one.
func TestCrash_FaultsInBackup(t *testing.T) {
	needsDisk(t)
	place, image := moved(t, "sqlite"), t.TempDir()
	if err := os.CopyFS(filepath.Join(image, "data"), os.DirFS(filepath.Dir(place.Path))); err != nil {
		t.Fatal(err)
	}
	s := newSweep(t, "sweep-backup", image)
	s.check = func(t *testing.T, image string, said []string) {
		file, to := filepath.Join(image, "saved.tar"), filepath.Join(t.TempDir(), "data")
		if _, err := os.Stat(file); err != nil {
			if slices.Contains(said, "did backup") {
				t.Error("a backup was made and is not there")
			}
			return
		}
		if _, err := Restore(t.Context(), Options{Path: filepath.Join(to, archive.LedgerName), Ephemeral: true}, RestoreOptions{From: file}); err != nil {
			t.Errorf("what has the name of a backup is none: %v", err)
		}
	}
	s.run(15)
}

func sweepRestore(t *testing.T, db *testbed) {
	from := filepath.Join(filepath.Dir(filepath.Dir(db.path)), "saved.tar")
	_, err := Restore(t.Context(), Options{Path: db.path, Ephemeral: true}, RestoreOptions{From: from, Replace: true})
	told("restore", err)
}

// TestCrash_FaultsInRestore restores onto a disk that fails: what is there afterwards is the old ledger or the new one, whole, and in the
// second case the old one is kept aside.
func TestCrash_FaultsInRestore(t *testing.T) {
	needsDisk(t)
	place, image := moved(t, "sqlite"), t.TempDir()
	b := backedUp(t, place, filepath.Join(image, "saved.tar"))
	l := openAt(t, place)
	attach(t, l, "later", stock.FileDraft{Product: "FLOUR"})
	l.Close()
	if err := os.CopyFS(filepath.Join(image, "data"), os.DirFS(filepath.Dir(place.Path))); err != nil {
		t.Fatal(err)
	}
	s := newSweep(t, "sweep-restore", image)
	s.check = func(t *testing.T, image string, said []string) {
		dir := filepath.Join(image, "data")
		entries := func(dir string) int64 {
			l, err := Open(t.Context(), Options{Path: filepath.Join(dir, archive.LedgerName), Ephemeral: true})
			if err != nil {
				t.Fatalf("the ledger does not open again: %v (%q)", err, said)
			}
			defer l.Close()
			isWhole(t, l)
			head, _, err := l.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return head
		}
		aside := func() (found []string) {
			found, _ = filepath.Glob(filepath.Join(dir, "before-restore-*"))
			return found
		}
		switch is := entries(dir); {
		case is == b.Entries:
			if old := aside(); len(old) != 1 || entries(old[0]) != b.Entries+1 {
				t.Errorf("the ledger that was there is not whole aside: %v", old)
			}
		case is != b.Entries+1:
			t.Errorf("%d entries; the old ledger has %d, the backup %d", is, b.Entries+1, b.Entries)
		case slices.Contains(said, "did restore"):
			t.Error("a restore was done, and the old ledger is there")
		}
		done, err := Restore(t.Context(), Options{Path: filepath.Join(dir, archive.LedgerName), Ephemeral: true}, RestoreOptions{From: filepath.Join(image, "saved.tar"), Replace: true})
		if err != nil || entries(dir) != b.Entries {
			t.Errorf("done again: %+v, %v", done, err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, stagingPattern)); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	s.run(18)
}
