package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// MissingDisk says why a server cannot have a small disk of its own here; nothing is missing if it is empty.
func MissingDisk() string {
	dir, err := os.MkdirTemp("", "clew-disk-")
	if err != nil {
		return err.Error()
	}
	s := &Server{Dir: dir, options: Options{Disk: 1}}
	err = s.mount()
	if err == nil {
		err = s.unmount()
	}
	if err := errors.Join(err, os.Remove(dir)); err != nil {
		return "a small disk that can run full: only root may mount one, and not in every container: " + err.Error()
	}
	return ""
}

// mount makes the folder a small disk.
func (s *Server) mount() error {
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=0755", s.options.Disk), "clew-pg", s.Dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount: %w\n%s", err, out)
	}
	return s.account.own(s.Dir)
}

func (s *Server) unmount() error {
	out, err := exec.Command("umount", s.Dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("umount: %w\n%s", err, out)
	}
	return nil
}

// Fill fills the small disk but for so many KiB, until Free.
func (s *Server) Fill(leave int) error {
	path := filepath.Join(s.Dir, "ballast")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	part := make([]byte, 4<<10)
	size := int64(0)
	for {
		n, err := file.Write(part)
		size += int64(n)
		if err != nil {
			break // it is full
		}
	}
	return file.Truncate(max(0, size-int64(leave)<<10))
}

// Free gives the room back that Fill took.
func (s *Server) Free() error { return os.Remove(filepath.Join(s.Dir, "ballast")) }
