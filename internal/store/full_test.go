package store

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"clew/internal/stock"
)

// Some tests need a process of their own: one with a limit, without rights, or to be killed. They run this test binary
// again with the name of what to do in the environment.

const childEnv = "CLEW_TEST_CHILD"

var children = map[string]func(*testing.T, *testbed){
	"full":     fullChild,
	"readonly": readOnlyChild,
	"crash":    crashChild,
}

// TestChild is what a process of its own runs; it does nothing else.
func TestChild(t *testing.T) {
	name, path, _ := strings.Cut(os.Getenv(childEnv), "=")
	if do := children[name]; do != nil {
		do(t, sqliteAt(path))
	}
}

func childCommand(t testing.TB, binary, name, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(binary, "-test.run", "^TestChild$", "-test.timeout", "10m")
	cmd.Env = append(os.Environ(), childEnv+"="+name+"="+path)
	return cmd
}

func self(t testing.TB) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func runChild(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
}

// TestStore_DiskFull fills the space that a file may have, as a full disk would, and goes on once there is room again.
func TestStore_DiskFull(t *testing.T) {
	notRaced(t)
	path := filepath.Join(t.TempDir(), "clew.db")
	runChild(t, childCommand(t, self(t), "full", path))
	isWhole(t, mustOpen(t, sqliteAt(path)))
}

func fullChild(t *testing.T, db *testbed) {
	s := mustOpen(t, db)
	world(t, s)
	signal.Ignore(syscall.SIGXFSZ)
	var whole syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &whole); err != nil {
		t.Fatal(err)
	}
	limit := whole
	limit.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	posted := 0
	for full := 0; full < 5; posted++ {
		if posted > 20_000 {
			t.Fatal("the disk does not fill up")
		}
		out, err := s.Post(t.Context(), keyed(fmt.Sprint("r", posted), 1, receive(bikes(fmt.Sprintf("SN%06d00~+99", posted)))))
		if err == nil && out[0].Err != nil {
			t.Fatal(out[0].Err)
		}
		if err != nil {
			full++
			if fault, is := stock.AsError(err); !is || fault.Code != stock.CodeDiskFull || fault.Kind != stock.Unavailable {
				t.Fatalf("the disk is full, and the answer is %v", err)
			}
		}
	}
	ids := allEntries(t, s) // reading goes on
	dense(t, ids)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &whole); err != nil {
		t.Fatal(err)
	}
	for i := range posted {
		out, err := s.Post(t.Context(), keyed(fmt.Sprint("r", i), 1, receive(bikes(fmt.Sprintf("SN%06d00~+99", i)))))
		if err != nil || out[0].Err != nil || out[0].Replayed != (i < posted-5) {
			t.Fatalf("call %d of %d, with room again: %+v, %v", i, posted, out, err)
		}
	}
	if report := isWhole(t, s); report.Units != int64(posted)*100 {
		t.Errorf("%d units of %d calls", report.Units, posted)
	}
}

// TestStore_ReadOnly opens a ledger that may not be written. Root may write everything, so the child runs as nobody then.
func TestStore_ReadOnly(t *testing.T) {
	notRaced(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "clew.db")
	db := sqliteAt(path)
	s := mustOpen(t, db)
	busy(t, s)
	s.Close()
	binary := filepath.Join(dir, "test.bin")
	data, err := os.ReadFile(self(t))
	if err == nil {
		err = os.WriteFile(binary, data, 0o755)
	}
	for at := dir; err == nil && at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		err = os.Chmod(at, 0o755)
	}
	if err == nil {
		err = os.Chmod(path, 0o444)
	}
	if err == nil {
		err = os.Chmod(dir, 0o555)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	cmd := childCommand(t, binary, "readonly", path)
	cmd.Dir = dir
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	runChild(t, cmd)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, db)
	isWhole(t, s)
	ok(t, s, shipBike("SN0004"))
}

func readOnlyChild(t *testing.T, db *testbed) {
	s, err := db.open(t, Options{})
	if err == nil {
		_, err = s.Post(t.Context(), drafts(shipBike("SN0004"))...)
		s.Close()
	}
	if fault, is := stock.AsError(err); !is || fault.Code != stock.CodeReadOnly {
		t.Fatalf("the file is read-only, and the answer is %v", err)
	}
}
