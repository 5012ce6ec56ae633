package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"clew/internal/archive"
)

// restoreNoteName is the file that says that a folder's ledger is about to be replaced.
const restoreNoteName = "restore.json"

// ledgerNames are what a ledger in a folder consists of, in the order in which it is put aside: its own file last.
var ledgerNames = []string{importFolder, contentFolder, archive.LedgerName + "-shm", archive.LedgerName + "-wal", archive.LedgerName + "-journal", archive.LedgerName}

// restoreNote says what goes into the place of a ledger, and where the ledger goes.
type restoreNote struct {
	From   string `json:"from"`   // the folder with what was unpacked and verified
	Aside  string `json:"aside"`  // the folder for what is there; empty where there is nothing
	SHA256 string `json:"sha256"` // of the ledger's file in the backup
}

// write makes the note durable. Before it is, nothing was touched; from then on there is no way back.
func (n *restoreNote) write(dir string) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	part := filepath.Join(dir, n.From, restoreNoteName)
	file, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, filepath.Join(dir, restoreNoteName)); err != nil {
		return err
	}
	return syncFolder(dir)
}

func readRestoreNote(dir string) (*restoreNote, error) {
	text, err := os.ReadFile(filepath.Join(dir, restoreNoteName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := &restoreNote{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(n); err != nil || !filepath.IsLocal(n.From) || filepath.Base(n.From) != n.From || n.Aside != "" && filepath.Base(n.Aside) != n.Aside {
		return nil, fmt.Errorf("%s says that a restore was begun, and cannot be read: move it away where that is not so", filepath.Join(dir, restoreNoteName))
	}
	return n, nil
}

// finishRestore does what is left of a restore whose note is there. Each step can be done again after it was cut off: what is still in the
// folder that was unpacked has not replaced its like yet, so that its like is the old one. It reports whether the restore was of the
// backup with a hash.
func finishRestore(dir, sum string) (same bool, err error) {
	n, err := readRestoreNote(dir)
	if err != nil || n == nil {
		return false, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false, err
	}
	defer root.Close()
	there := func(name ...string) bool {
		_, err := root.Lstat(filepath.Join(name...))
		return err == nil
	}
	if n.Aside != "" {
		if err := root.Mkdir(n.Aside, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return false, err
		}
	}
	if there(n.From, archive.LedgerName) {
		for _, name := range ledgerNames {
			if !there(name) || name == contentFolder && !there(n.From, contentFolder) {
				continue // it is aside already, or the new one
			}
			if n.Aside == "" {
				return false, fmt.Errorf("a restore of %s was begun where there was no ledger, and now there is %s: move it away", dir, name)
			}
			if err := root.Rename(name, filepath.Join(n.Aside, name)); err != nil {
				return false, err
			}
		}
		for _, name := range []string{contentFolder, archive.LedgerName} {
			if !there(n.From, name) {
				continue
			}
			if err := root.Rename(filepath.Join(n.From, name), name); err != nil {
				return false, err
			}
		}
	}
	for _, folder := range []string{n.Aside, n.From, "."} {
		if folder != "" && there(folder) {
			if err := syncFolder(filepath.Join(dir, folder)); err != nil {
				return false, err
			}
		}
	}
	if err := root.Remove(restoreNoteName); err != nil {
		return false, err
	}
	return n.SHA256 == sum, errors.Join(syncFolder(dir), root.RemoveAll(n.From))
}
