package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the ordinary user that servers run as; nil if the process is one itself.
type account struct {
	uid, gid uint32
}

// ordinary finds who servers run as: PostgreSQL refuses to run as root.
func ordinary() (*account, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(found.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(found.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return &account{uint32(uid), uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("an ordinary user: PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

// as makes a command run as the account, and out of reach of the terminal's ^C, which the tests answer themselves.
func (a *account) as(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	cmd.Dir = "/"
	return cmd
}

// own gives the account a file or folder.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// longestBase keeps the paths of Unix sockets within the 107 bytes that they may have.
const longestBase = 60

// folder makes a folder that the account can enter: below TMPDIR, or where that is closed to it, below another.
func (a *account) folder() (string, error) {
	var last error
	for _, base := range []string{os.TempDir(), "/tmp", "/var/tmp", "/dev/shm"} {
		if len(base) > longestBase || !a.enters(base) {
			last = fmt.Errorf("%s is closed to the user that runs PostgreSQL, or its path is too long for a socket", base)
			continue
		}
		dir, err := os.MkdirTemp(base, "clew-pg-")
		if err == nil {
			err = a.own(dir)
		}
		if err == nil {
			return dir, nil
		}
		last = err
	}
	return "", last
}

// enters says whether the account may pass through a folder and all above it.
func (a *account) enters(path string) bool {
	if a == nil {
		return true
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	for {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
}
