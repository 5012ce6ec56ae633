package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"clew/internal/powercut"
)

func init() {
	children["cut"] = cutChild
}

// needsDisk skips what wants a disk that forgets. Root with FUSE at hand has no excuse.
func needsDisk(t *testing.T) {
	t.Helper()
	notRaced(t)
	if missing := powercut.Missing(); missing != "" {
		t.Skipf("NOT TESTED, power cuts: %s", missing)
	}
}

// cutChild is crashChild with commits as they are told to be, on a disk that is cut, with something else going on beside.
func cutChild(t *testing.T, db *testbed) {
	careless = os.Getenv("CLEW_TEST_SYNCHRONOUS")
	switch os.Getenv("CLEW_TEST_BESIDE") {
	case "checkpoints":
		go func() {
			raw, err := sql.Open("sqlite", "file:"+escapePath(db.path)+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)")
			for n := 0; err == nil; n++ {
				time.Sleep(10 * time.Millisecond)
				raw.Exec("PRAGMA wal_checkpoint(" + []string{"PASSIVE", "FULL", "TRUNCATE"}[n%3] + ")") // busy ones do no harm
			}
		}()
	case "backups":
		go func() {
			for {
				time.Sleep(10 * time.Millisecond)
				MakeBackup(context.Background(), Options{Path: db.path}, BackupOptions{To: filepath.Join(filepath.Dir(db.path), "saved.tar")})
			}
		}()
	}
	crashChild(t, db)
}

// powerCutter is a ledger on a disk whose power is cut again and again. Its image is a folder on a real one.
type powerCutter struct {
	*testing.T
	chance *rand.Rand
	image  string // the folder with what is on the disk
	n      int    // of cuts
}

func newPowerCutter(t *testing.T, image string, seed uint64) *powerCutter {
	return &powerCutter{t, rand.New(rand.NewPCG(seed, 7)), image, 0}
}

// on runs something with the disk mounted, and cuts the power when that says so; then the image is what is left.
func (c *powerCutter) on(run func(dir string, cut func(*os.Process))) {
	c.Helper()
	disk, err := powercut.Load(c.image)
	if err != nil {
		c.Fatal(err)
	}
	dir := filepath.Join(c.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		c.Fatal(err)
	}
	if err := disk.Mount(dir); err != nil {
		c.Fatalf("root, with /dev/fuse: %v", err)
	}
	run(dir, func(p *os.Process) {
		disk.Cut()
		p.Signal(syscall.SIGKILL)
		disk.Release()
	})
	if err := disk.Unmount(); err != nil {
		c.Fatal(err)
	}
	c.n++
	c.image = filepath.Join(c.TempDir(), fmt.Sprintf("image-%d", c.n))
	if err := disk.Save(c.image, c.chance); err != nil {
		c.Fatal(err)
	}
}

// wait is how long the power stays on.
func (c *powerCutter) wait() time.Duration {
	most := 250
	if os.Getenv("CLEW_TEST_BESIDE") == "backups" {
		most = 1500 // one takes a while
	}
	return time.Duration(c.chance.IntN(most)) * time.Millisecond
}

// crash works on the ledger until the power is cut.
func (c *powerCutter) crash(round string) (heard *crashed) {
	c.Helper()
	c.on(func(dir string, cut func(*os.Process)) {
		heard = crashAs(c.T, "cut", filepath.Join(dir, "clew.db"), round, c.wait(), cut)
	})
	return heard
}

// lost opens what is left, as it is after the power is back, and counts what had been acknowledged and is not there.
func (c *powerCutter) lost(heard ...*crashed) (lost int) {
	c.Helper()
	s, err := sqliteAt(filepath.Join(c.image, "clew.db")).open(c.T, Options{})
	if err != nil {
		c.Fatalf("after %d cuts the ledger does not open: %v", c.n, err)
	}
	defer s.Close()
	isWhole(c.T, s)
	for _, h := range heard {
		lost += h.lost(c.T, s)
	}
	isWhole(c.T, s)
	dense(c.T, allEntries(c.T, s))
	return lost
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func seedOf(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return seed
}

// TestCrash_PowerCut cuts the power of a ledger under load, now and then a second time while it recovers from the first: alone, while SQLite's
// log is checkpointed all the time, and while backups are made.
func TestCrash_PowerCut(t *testing.T) {
	needsDisk(t)
	for beside, counts := range map[string][2]int{"nothing": {10, 800}, "checkpoints": {10, 800}, "backups": {6, 400}} {
		t.Run(beside, func(t *testing.T) {
			t.Setenv("CLEW_TEST_BESIDE", beside)
			cuts := counts[0]
			if soak() {
				cuts = counts[1]
			}
			powerCuts(t, cuts)
		})
	}
}

func powerCuts(t *testing.T, cuts int) {
	start, acks, backups := time.Now(), 0, 0
	var c *powerCutter
	seed := seedOf(t)
	for n, round := 0, 0; n < cuts; round++ {
		if round%25 == 0 {
			c = newPowerCutter(t, filepath.Dir(crashLedger(t)), seed+uint64(round))
		}
		heard := []*crashed{c.crash(fmt.Sprintf("%04da", round))}
		for again := byte('b'); c.chance.IntN(3) == 0; again++ {
			heard = append(heard, c.crash(fmt.Sprintf("%04d%c", round, again)))
		}
		n += len(heard)
		if saved := filepath.Join(c.image, "saved.tar"); exists(saved) {
			to := filepath.Join(t.TempDir(), "restored", "clew.db")
			if _, err := Restore(t.Context(), Options{Path: to, Ephemeral: true}, RestoreOptions{From: saved}); err != nil {
				t.Errorf("round %d: what has the name of a backup is none: %v", round, err)
			}
			backups++
		}
		if lost := c.lost(heard...); lost > 0 {
			t.Errorf("round %d: %d acknowledged entries are lost", round, lost)
		}
		for _, h := range heard {
			acks += h.total
		}
		if t.Failed() {
			return
		}
	}
	if acks < cuts {
		t.Errorf("only %d entries were acknowledged before %d cuts: there was no load", acks, cuts)
	}
	t.Logf("%d cuts, %d acknowledged entries, none lost, %d backups whole; %.1f cuts/s", cuts, acks, backups, float64(cuts)/time.Since(start).Seconds())
}

// TestCrash_PowerCutTeeth shows that the disk finds a ledger that does not sync what it acknowledges.
func TestCrash_PowerCutTeeth(t *testing.T) {
	needsDisk(t)
	for _, synchronous := range []string{"OFF", "NORMAL"} {
		t.Run(synchronous, func(t *testing.T) {
			t.Setenv("CLEW_TEST_SYNCHRONOUS", synchronous)
			c := newPowerCutter(t, filepath.Dir(crashLedger(t)), seedOf(t))
			for round := range 20 {
				heard := c.crash(fmt.Sprintf("%04da", round))
				s, err := sqliteAt(filepath.Join(c.image, "clew.db")).open(t, Options{})
				if err != nil {
					t.Logf("caught in cut %d: %v", c.n, err)
					return
				}
				report, err := s.Verify(t.Context(), nil)
				if err != nil || !report.Whole() {
					s.Close()
					t.Logf("caught in cut %d: not whole (%v)", c.n, err)
					return
				}
				lost := heard.lost(t, s)
				s.Close()
				if lost > 0 {
					t.Logf("caught in cut %d: %d of %d are lost", c.n, lost, heard.total)
					return
				}
			}
			t.Error("20 cuts of a ledger that does not sync, and nothing was found lost")
		})
	}
}
