package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile takes the lock that whoever opens the ledger holds, or fails with errBusy. The system lets go of it when the
// process ends, however it ends.
func lockFile(path string) (*os.File, error) { return lockFileAs(path, syscall.LOCK_EX) }

// lockFileAs takes such a lock alone or together with others (syscall.LOCK_SH).
func lockFileAs(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be locked: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errBusy
		}
		return nil, fmt.Errorf("the data folder cannot be locked: %w", err)
	}
	return f, nil
}
