package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"clew/internal/stock"
)

// incomingPattern names the files of uploads that are under way.
const incomingPattern = "incoming-*"

// contents are what is in attached files, each kept once, under its hash, in a folder beside the database.
type contents struct {
	dir  string
	lock sync.Mutex
	used map[[32]byte]int // contents that uploads under way rely on
}

func contentsBeside(path string) *contents {
	return &contents{dir: filepath.Join(filepath.Dir(path), "files"), used: map[[32]byte]int{}}
}

// ImportDir is the folder of files that are imported while nobody waits.
func (s *Store) ImportDir() string { return filepath.Join(s.dir(), "imports") }

// dir is the folder of what lies beside the ledger.
func (s *Store) dir() string {
	if s.shared {
		return s.options.Dir
	}
	return filepath.Dir(s.options.Path)
}

// sweep removes what uploads left behind that a crash cut off.
func (c *contents) sweep() {
	left, _ := filepath.Glob(filepath.Join(c.dir, incomingPattern))
	for _, path := range left {
		os.Remove(path)
	}
}

func (c *contents) path(hash [32]byte) string {
	name := hex.EncodeToString(hash[:])
	return filepath.Join(c.dir, name[:2], name[2:])
}

// Incoming is a content that is being written. It is none of the ledger's before Keep.
type Incoming struct {
	of   *contents
	file *os.File
	sum  hash.Hash
	size int64
	kept *[32]byte
	done bool
}

// NewContent begins a content. End it with Settle, whatever happens.
func (s *Store) NewContent() (*Incoming, error) {
	if err := os.MkdirAll(s.contents.dir, 0o700); err != nil {
		return nil, fault(err)
	}
	file, err := os.CreateTemp(s.contents.dir, incomingPattern) // for its owner only
	if err != nil {
		return nil, fault(err)
	}
	return &Incoming{of: s.contents, file: file, sum: sha256.New()}, nil
}

// Write adds to the content.
func (in *Incoming) Write(part []byte) (int, error) {
	n, err := in.file.Write(part)
	in.sum.Write(part[:n])
	in.size += int64(n)
	if err != nil {
		return n, stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the file cannot be written: nothing was recorded")
	}
	return n, nil
}

// Keep makes the content durable under its hash; one that is there already stays.
func (in *Incoming) Keep() (hash [32]byte, size int64, err error) {
	if err := errors.Join(in.file.Sync(), in.file.Close()); err != nil {
		return hash, 0, fault(err)
	}
	hash = [32]byte(in.sum.Sum(nil))
	c, path := in.of, in.of.path(hash)
	c.lock.Lock()
	defer c.lock.Unlock()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return hash, 0, fault(err)
	}
	// Renamed over one of the same content, which heals it where it was damaged.
	if err := os.Rename(in.file.Name(), path); err != nil {
		return hash, 0, fault(err)
	}
	for _, dir := range []string{filepath.Dir(path), c.dir, filepath.Dir(c.dir)} {
		if err := syncFolder(dir); err != nil {
			return hash, 0, fault(err)
		}
	}
	in.kept = &hash
	c.used[hash]++
	return hash, in.size, nil
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Settle ends an upload; a second time it does nothing. refused says that no entry attaches the content: then nothing of it stays, unless others need it.
func (s *Store) Settle(ctx context.Context, in *Incoming, refused bool) error {
	if in.done {
		return nil
	}
	in.done = true
	if in.kept == nil {
		in.file.Close() // closed already, where keeping it failed
		if err := os.Remove(in.file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault(err)
		}
		return nil
	}
	c := s.contents
	c.lock.Lock()
	defer c.lock.Unlock()
	hash := *in.kept
	if c.used[hash]--; c.used[hash] > 0 {
		return nil
	}
	delete(c.used, hash)
	if !refused {
		return nil
	}
	attached, err := list(ctx, s, `SELECT f.entry FROM file f WHERE f.hash = $1 LIMIT 1`, []any{hash[:]},
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil || len(attached) > 0 {
		return err
	}
	return fault(os.Remove(c.path(hash)))
}

// Content opens what is in a file, after reading it once to prove that it is what was attached.
func (s *Store) Content(f *stock.File) (io.ReadCloser, error) {
	if err := s.checkContent(f.Hash, f.Size); err != nil {
		return nil, stock.Errorf(stock.Conflict, stock.CodeFileDamaged, "entry", "%v: restore %s from a backup, or attach the file again", err,
			filepath.Join("files", filepath.Base(filepath.Dir(s.contents.path(f.Hash))), filepath.Base(s.contents.path(f.Hash))))
	}
	file, err := os.Open(s.contents.path(f.Hash))
	return file, fault(err)
}

// checkContent reads a content and says what is wrong with it.
func (s *Store) checkContent(hash [32]byte, size int64) error {
	file, err := os.Open(s.contents.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("its content %x is missing", hash)
	}
	if err != nil {
		return fmt.Errorf("its content %x cannot be opened", hash)
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, file)
	switch {
	case err != nil:
		return fmt.Errorf("its content %x cannot be read: %w", hash, err)
	case [32]byte(sum.Sum(nil)) != hash || n != size:
		return fmt.Errorf("its content %x was changed", hash)
	}
	return nil
}
