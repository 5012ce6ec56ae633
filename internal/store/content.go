package store

import (
	"context"
	"crypto/rand"
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

	"clew/internal/archive"
	"clew/internal/stock"
)

const (
	// incomingPattern names the files of uploads that are under way.
	incomingPattern = "incoming-*"
	// contentFolder is where the contents of attached files lie, each kept once, under its hash.
	contentFolder = archive.ContentFolder
)

// contents are those that uploads under way rely on, where they lie in a folder.
type contents struct {
	lock sync.Mutex
	used map[[32]byte]int
}

// sweep removes what uploads left behind that a crash cut off.
func (s *Store) sweep() {
	left, _ := filepath.Glob(filepath.Join(s.dir(), contentFolder, incomingPattern))
	for _, path := range left {
		os.Remove(path)
	}
}

func contentName(hash [32]byte) string {
	name := hex.EncodeToString(hash[:])
	return contentFolder + "/" + name[:2] + "/" + name[2:]
}

// Incoming is a file that is being written. It is none of the ledger's before Keep, and no import's before AddImport.
type Incoming struct {
	of   *Store
	file *os.File
	sum  hash.Hash
	size int64
	kept *[32]byte
	done bool
}

// NewContent begins a content. End it with Settle, whatever happens.
func (s *Store) NewContent() (*Incoming, error) { return s.incoming(contentFolder) }

// NewImportFile begins a file that is imported while nobody waits. End it with Settle, whatever happens.
func (s *Store) NewImportFile() (*Incoming, error) { return s.incoming(importFolder) }

func (s *Store) incoming(folder string) (*Incoming, error) {
	file, err := s.spool(folder)
	if err != nil {
		return nil, err
	}
	return &Incoming{of: s, file: file, sum: sha256.New()}, nil
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

// Sum is the hash and the size of what was written.
func (in *Incoming) Sum() (hash [32]byte, size int64) { return [32]byte(in.sum.Sum(nil)), in.size }

// Reader reads what was written, from its beginning.
func (in *Incoming) Reader() (io.Reader, error) {
	_, err := in.file.Seek(0, io.SeekStart)
	return in.file, fault(err)
}

// Keep makes the content durable under its hash; one that is there already stays.
func (in *Incoming) Keep() (hash [32]byte, size int64, err error) {
	hash, size = in.Sum()
	c := &in.of.contents
	if !in.of.shared {
		c.lock.Lock()
		defer c.lock.Unlock()
	}
	if err := in.of.shelf.keep(context.Background(), in.file, hash, contentName(hash)); err != nil {
		return hash, 0, fault(err)
	}
	in.kept = &hash
	if !in.of.shared {
		c.used[hash]++
	}
	return hash, size, nil
}

// park keeps the file of an import under a name of its own, before it has a number.
func (in *Incoming) park(ctx context.Context) (name string, err error) {
	hash, _ := in.Sum()
	name = importFolder + "/incoming-" + rand.Text()
	return name, fault(in.of.shelf.keep(ctx, in.file, hash, name))
}

// Settle ends an upload; a second time it does nothing. refused says that no entry attaches the content: then nothing of it stays, unless
// others need it. What servers share stays for a day, since another may rely on it at this moment.
func (s *Store) Settle(ctx context.Context, in *Incoming, refused bool) error {
	if in.done {
		return nil
	}
	in.done = true
	if in.kept == nil || s.shared {
		in.file.Close() // closed already, where it was kept or keeping it failed
		if err := os.Remove(in.file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault(err)
		}
	}
	if in.kept == nil {
		return nil
	}
	hash := *in.kept
	if d, shared := s.shelf.(*databaseShelf); shared {
		return d.tie(ctx, hash)
	}
	c := &s.contents
	c.lock.Lock()
	defer c.lock.Unlock()
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
	return s.RemoveKept(ctx, contentName(hash))
}

// Content opens what is in a file, after reading it once to prove that it is what was attached.
func (s *Store) Content(f *stock.File) (io.ReadCloser, error) {
	name := contentName(f.Hash)
	if err := s.checkContent(f.Hash, f.Size); err != nil {
		if _, told := stock.AsError(err); told {
			return nil, err
		}
		from := filepath.FromSlash(name)
		if s.shared {
			from = "the database"
		}
		return nil, stock.Errorf(stock.Conflict, stock.CodeFileDamaged, "entry", "%v: restore %s from a backup, or attach the file again", err, from)
	}
	file, err := s.shelf.open(context.Background(), name)
	return file, fault(err)
}

// checkContent reads a content and says what is wrong with it.
func (s *Store) checkContent(hash [32]byte, size int64) error {
	file, err := s.shelf.open(context.Background(), contentName(hash))
	switch _, told := stock.AsError(err); {
	case told: // a database that is away says nothing of the content
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("its content %x is missing", hash)
	case err != nil:
		return fmt.Errorf("its content %x cannot be opened", hash)
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, file)
	switch _, told := stock.AsError(err); {
	case told:
		return err
	case err != nil:
		return fmt.Errorf("its content %x cannot be read: %w", hash, err)
	case [32]byte(sum.Sum(nil)) != hash || n != size:
		return fmt.Errorf("its content %x was changed", hash)
	}
	return nil
}
