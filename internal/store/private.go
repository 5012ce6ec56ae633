package store

import (
	"errors"
	"io/fs"
	"os"
)

// makePrivate lets only the file's owner read and write the ledger, whatever folder it lies in: SQLite itself would make it
// readable for all, and gives its -wal and -shm the mode of the ledger's file. What the owner himself may do stays.
// A file that belongs to someone else is left as it is.
func makePrivate(path string) error {
	made, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return made.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil // opening the ledger says why it cannot be made
	}
	// The mode is changed by name: opening and closing the file would give up the locks that this process holds on it.
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err := os.Chmod(name, info.Mode().Perm()&0o700); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
			return fault(err)
		}
	}
	return nil
}
