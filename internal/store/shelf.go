package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// shelf keeps files by name: in folders beside the ledger's file, or in the database where several servers share it. A name is a path,
// such as files/ab/cdef or imports/7.file.
type shelf interface {
	// keep keeps a spooled file of a hash under a name, whole or not at all.
	keep(ctx context.Context, spool *os.File, hash [32]byte, name string) error
	// place gives a file that is kept its name for good, within an operation.
	place(ctx context.Context, w *writer, from, to string) error
	// write begins a file that grows while others may read it.
	write(ctx context.Context, name string) (KeptWriter, error)
	// open opens a file; fs.ErrNotExist says that there is none.
	open(ctx context.Context, name string) (io.ReadCloser, error)
	// remove removes a file, if there is one.
	remove(ctx context.Context, name string) error
	// older names the files in a folder that are older than so long.
	older(ctx context.Context, folder string, age time.Duration) ([]string, error)
}

// KeptWriter writes a file that grows. What was flushed may be read.
type KeptWriter interface {
	io.WriteCloser
	Flush() error
	Discard() error // remove what was written
}

// importFolder is where the files lie that are imported while nobody waits, and the rows of them that were refused.
const importFolder = "imports"

// ImportFile names the file of an import that nobody waits for.
func ImportFile(id int64) string { return fmt.Sprintf("%s/%d.file", importFolder, id) }

// RefusedFile names the file that keeps the refused rows of such an import.
func RefusedFile(id int64) string { return fmt.Sprintf("%s/%d.refused", importFolder, id) }

// WriteKept begins a file that grows.
func (s *Store) WriteKept(ctx context.Context, name string) (KeptWriter, error) {
	out, err := s.shelf.write(ctx, name)
	return out, fault(err)
}

// OpenKept opens a file by its name; fs.ErrNotExist says that there is none.
func (s *Store) OpenKept(ctx context.Context, name string) (io.ReadCloser, error) {
	return s.shelf.open(ctx, name)
}

// RemoveKept removes a file, if there is one.
func (s *Store) RemoveKept(ctx context.Context, name string) error {
	return fault(s.shelf.remove(ctx, name))
}

// OldImportFiles names the files of imports that are older than so long.
func (s *Store) OldImportFiles(ctx context.Context, age time.Duration) ([]string, error) {
	return s.shelf.older(ctx, importFolder, age)
}

// FetchKept gives a file of which any part can be read again and again: on this machine, wherever it is kept.
func (s *Store) FetchKept(ctx context.Context, name string) (*os.File, error) {
	from, err := s.shelf.open(ctx, name)
	if err != nil {
		return nil, err
	}
	if file, here := from.(*os.File); here {
		return file, nil
	}
	defer from.Close()
	file, err := s.spool(importFolder)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, from)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, fault(err)
	}
	return file, nil
}

// spool makes a file for its owner only. Where it is not moved to where it is kept, nothing of it is left when it is closed.
func (s *Store) spool(folder string) (*os.File, error) {
	dir := filepath.Join(s.dir(), folder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault(err)
	}
	file, err := os.CreateTemp(dir, incomingPattern)
	if err == nil && s.shared {
		err = os.Remove(file.Name())
	}
	return file, fault(err)
}

// dir is the folder of what lies beside the ledger.
func (s *Store) dir() string {
	if s.shared {
		return s.options.Dir
	}
	return filepath.Dir(s.options.Path)
}

// folderShelf keeps files in folders beside the ledger's file.
type folderShelf struct{ dir string }

func (f folderShelf) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// keep renames the file over one of the same name, which heals it where it was damaged.
func (f folderShelf) keep(_ context.Context, spool *os.File, _ [32]byte, name string) error {
	if err := errors.Join(spool.Sync(), spool.Close()); err != nil {
		return err
	}
	return f.rename(spool.Name(), f.path(name))
}

// rename makes the new name durable.
func (f folderShelf) rename(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	for dir := filepath.Dir(to); ; dir = filepath.Dir(dir) {
		if err := syncFolder(dir); err != nil || dir == f.dir {
			return err
		}
	}
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (f folderShelf) place(_ context.Context, _ *writer, from, to string) error {
	return f.rename(f.path(from), f.path(to))
}

func (f folderShelf) open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(f.path(name))
}

func (f folderShelf) remove(_ context.Context, name string) error {
	if err := os.Remove(f.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f folderShelf) older(_ context.Context, folder string, age time.Duration) (names []string, err error) {
	entries, err := os.ReadDir(f.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > age { // else it is gone
			names = append(names, folder+"/"+entry.Name())
		}
	}
	return names, err
}

// folderWriter is a file to which nothing has to be done for others to read it.
type folderWriter struct{ *os.File }

// Flush does nothing.
func (folderWriter) Flush() error { return nil }

// Discard removes the file.
func (f folderWriter) Discard() error { return os.Remove(f.Name()) }

func (f folderShelf) write(_ context.Context, name string) (KeptWriter, error) {
	path := f.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	return folderWriter{file}, err
}
