package pgtest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// keeper is the shell that stands between us and a server. It reads the name of a signal from a pipe and sends it to the
// server; when the pipe ends because we did, it sends the one named first, so that no server is left behind.
const keeper = `last=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
( read -r how <&3 || how=$last; kill -s "$how" $child ) &
watcher=$!
wait $child
kill -s KILL $watcher 2>/dev/null`

// sweeper removes a folder after we ended, as soon as the servers in it let go of it.
const sweeper = `cat >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  umount "$1" 2>/dev/null; rm -rf "$1" 2>/dev/null; sleep 0.5; [ -e "$1" ] || exit 0
done`

// child is a server process under its keeper.
type child struct {
	keeper *exec.Cmd
	signal io.WriteCloser
	ended  chan struct{}
}

// spawn starts a program under a keeper that sends it the signal last when this process ends.
func spawn(a *account, log, last, program string, args ...string) (*child, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := a.as(exec.Command("/bin/sh", append([]string{"-c", keeper, "keeper", last, program}, args...)...))
	cmd.Stdout, cmd.Stderr = out, out
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{keeper: cmd, signal: pipe, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how a server ended is in its log
		close(c.ended)
	}()
	return c, nil
}

// running says whether the child has not ended.
func (c *child) running() bool {
	if c == nil {
		return false
	}
	select {
	case <-c.ended:
		return false
	default:
		return true
	}
}

// end sends a signal and waits until the child is gone.
func (c *child) end(signal string) error {
	if !c.running() {
		return nil
	}
	_, _ = io.WriteString(c.signal, signal+"\n") // it may just have ended
	select {
	case <-c.ended:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("a server did not end within %s of %s", patience, signal)
	}
}

// sweep has a folder removed when this process ends, or what it returns is closed. It does so as ourselves: the folder's
// own user may not write to where it is.
func sweep(dir string) (io.Closer, error) {
	var we *account
	cmd := we.as(exec.Command("/bin/sh", "-c", sweeper, "sweeper", dir))
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return pipe, nil
}

// killTree kills a postmaster with all its processes at once, and waits until the last is gone: it holds the shared
// memory that a restart wants anew. The postmaster is stopped first, so that it starts none meanwhile.
func killTree(postmaster int) error {
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("stopping process %d: %w", postmaster, err)
	}
	deadline := time.Now().Add(patience)
	for !standing(postmaster, "T") && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	family := append(childrenOf(postmaster), postmaster)
	for _, pid := range family {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("killing process %d: %w", pid, err)
		}
	}
	for _, pid := range family {
		for !standing(pid, "Z") {
			if time.Now().After(deadline) {
				return fmt.Errorf("process %d does not end", pid)
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// standing says whether a process is in a state, or is no more. Where there is no /proc, all are taken to be.
func standing(pid int, state string) bool {
	fields, ok := statOf(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return !ok || fields[0] == state
}

// childrenOf reads the processes of a postmaster from /proc. Where there is none they notice its end by themselves.
func childrenOf(parent int) []int {
	var pids []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		fields, ok := statOf(stat)
		if !ok || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// statOf reads what stands after the name of a process: its state, its parent, and more.
func statOf(path string) ([]string, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, false // it ended
	}
	at := strings.LastIndex(string(text), ") ") // the name may hold anything
	if at < 0 {
		return nil, false
	}
	fields := strings.Fields(string(text)[at+2:])
	return fields, len(fields) > 1
}
