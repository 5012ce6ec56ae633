package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"clew/internal/archive"
	"clew/internal/stock"
)

// Backup is a backup that was made.
type Backup struct {
	archive.Manifest
	Path     string
	Length   int64 // of its file
	Report   *Report
	Removed  []string // older backups that were not to be kept
	SameDisk bool     // as the ledger
}

// BackupOptions say how a backup is made.
type BackupOptions struct {
	To      string // its file, or a folder in which it gets a name
	Keep    int    // in a folder: how many backups of this ledger stay there; all when 0
	Version string // of this build
	// Progress tells how far it is.
	Progress func(Transferring)
}

// stagingPattern names the folders in which backups and restores are under way.
const stagingPattern = ".clew-under-way-*"

// MakeBackup saves a ledger as it is at this moment, while it takes entries. What it saved is opened and verified before it gets its name, so
// that a file of that name is a whole backup.
func MakeBackup(ctx context.Context, from Options, o BackupOptions) (*Backup, error) {
	if o.Progress == nil {
		o.Progress = func(Transferring) {}
	}
	b := &backup{ctx: ctx, options: o, from: from}
	defer b.close()
	for _, step := range []func() error{b.begin, b.copy, b.describe, b.mayName, b.pack, b.verify, b.name, b.thin} {
		if err := errors.Join(ctx.Err(), step()); err != nil {
			return nil, fault(err)
		}
	}
	return &b.done, nil
}

type backup struct {
	ctx     context.Context
	options BackupOptions
	from    Options
	source  *Store // where it is open: in PostgreSQL
	shelf   shelf
	folder  string // of the backup
	staging string
	db      *sql.DB // of the copy
	done    Backup
}

func (b *backup) close() {
	if b.db != nil {
		b.db.Close()
	}
	if b.source != nil {
		b.source.Close()
	}
	if b.staging != "" {
		os.RemoveAll(b.staging)
	}
}

func (b *backup) copied() string { return filepath.Join(b.staging, archive.LedgerName) }
func (b *backup) packed() string { return filepath.Join(b.staging, "backup.tar") }

// begin finds out where the backup goes.
func (b *backup) begin() (err error) {
	b.folder = filepath.Dir(b.options.To)
	if info, err := os.Stat(b.options.To); err == nil && info.IsDir() || strings.HasSuffix(b.options.To, "/") {
		b.folder = filepath.Clean(b.options.To)
	} else if b.options.Keep > 0 {
		return fmt.Errorf("how many backups are kept can be said of a folder of them, and %s is none", b.options.To)
	}
	if err := os.MkdirAll(b.folder, 0o700); err != nil {
		return fmt.Errorf("the backup's folder cannot be made: %w", err)
	}
	b.staging, err = stage(b.folder)
	return err
}

// stage makes a folder to work in, and removes those that were left behind a day ago.
func stage(in string) (string, error) {
	left, _ := filepath.Glob(filepath.Join(in, stagingPattern))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > copyAge {
			os.RemoveAll(path)
		}
	}
	path, err := os.MkdirTemp(in, stagingPattern)
	if err != nil {
		return "", fmt.Errorf("nothing can be written in %s: %w", in, err)
	}
	return path, nil
}

// copy writes the ledger as it is now into a file of its own.
func (b *backup) copy() (err error) {
	if b.from.URL == "" {
		if _, err := os.Stat(b.from.Path); err != nil {
			return fmt.Errorf("there is no ledger at %s", b.from.Path)
		}
		dir := filepath.Dir(b.from.Path)
		if n, err := readRestoreNote(dir); err != nil || n != nil {
			return cmpErr(err, fmt.Errorf("a restore of %s was broken off: finish it first, with clew verify or by serving it", dir))
		}
		b.shelf = folderShelf{dir}
		b.done.SameDisk = sameDisk(b.from.Path, b.folder)
		return (&Store{options: b.from}).copyTo(b.ctx, b.copied())
	}
	b.from.Create = false
	if b.source, err = Open(b.ctx, b.from); err != nil {
		return err
	}
	b.shelf = b.source.shelf
	return b.source.copyRows(b.ctx, Options{Path: b.copied(), copied: true})
}

// describe says what the copy is.
func (b *backup) describe() (err error) {
	if b.db, err = sql.Open("sqlite", "file:"+escapePath(b.copied())+"?mode=ro"); err != nil {
		return err
	}
	m := &b.done.Manifest
	*m = archive.Manifest{MadeAt: time.Now().UTC().Truncate(time.Second), MadeBy: b.options.Version}
	if err := b.db.QueryRowContext(b.ctx, `SELECT ledger, next_entry - 1 FROM ledger_head WHERE id = 1`).Scan(&m.Ledger, &m.Entries); err != nil {
		return fmt.Errorf("what is in the ledger's file is not a whole ledger: %w", err)
	}
	if err := b.db.QueryRowContext(b.ctx, `SELECT MAX(version_id) FROM schema_version WHERE is_applied`).Scan(&m.Version); err != nil {
		return err
	}
	if b.has("file") {
		if err := b.db.QueryRowContext(b.ctx, `SELECT COUNT(*), COALESCE(SUM(size), 0) FROM (SELECT hash, MIN(size) AS size FROM file GROUP BY hash)`).Scan(&m.Contents, &m.Bytes); err != nil {
			return err
		}
	}
	if b.has("sealed") {
		if err := b.db.QueryRowContext(b.ctx, `SELECT note FROM sealed`).Scan(&m.Checkpoint); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	m.SHA256, m.Size, err = hashOf(b.copied())
	return err
}

// has reports whether the copy has a table: it may be of an older build.
func (b *backup) has(table string) bool {
	var n int
	err := b.db.QueryRowContext(b.ctx, `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1`, table).Scan(&n)
	return err == nil
}

func hashOf(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// pack writes the backup, durably, and not yet under its name.
func (b *backup) pack() error {
	file, err := os.OpenFile(b.packed(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	a, err := archive.NewWriter(file, &b.done.Manifest)
	if err != nil {
		return err
	}
	ledger, err := os.Open(b.copied())
	if err != nil {
		return err
	}
	defer ledger.Close()
	if _, err := a.Put(archive.LedgerName, b.done.Size, ledger); err != nil {
		return err
	}
	if err := b.packContents(a); err != nil {
		return err
	}
	return errors.Join(a.Close(), file.Sync())
}

// packContents puts the contents of attached files into the backup, in the order of their names.
func (b *backup) packContents(a *archive.Writer) error {
	if b.done.Contents == 0 {
		return nil
	}
	rows, err := b.db.QueryContext(b.ctx, `SELECT hash, MIN(size) FROM file GROUP BY hash ORDER BY hash`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for done := int64(0); rows.Next(); done++ {
		var hash []byte
		var size int64
		if err := rows.Scan(&hash, &size); err != nil {
			return err
		}
		name := contentName([32]byte(hash))
		content, err := b.shelf.open(b.ctx, name)
		if err != nil {
			return fmt.Errorf("the content of an attached file cannot be saved: %w", err)
		}
		sum, err := a.Put(name, size, content)
		content.Close()
		if err == nil && !slices.Equal(sum[:], hash) {
			err = errors.New("it was changed")
		}
		if err != nil {
			return fmt.Errorf("the content %x of an attached file cannot be saved: %w (see clew verify)", hash, err)
		}
		b.options.Progress(Transferring{"save", "contents of files", done, b.done.Contents})
	}
	return rows.Err()
}

// verify opens what was saved, as a restore would, and proves it.
func (b *backup) verify() (err error) {
	if err := b.db.Close(); err != nil {
		return err
	}
	a, err := archive.Open(b.packed())
	if err != nil {
		return fmt.Errorf("what was written cannot be read again: %w", err)
	}
	defer a.Close()
	if err := a.CheckLedger(nil); err != nil {
		return fmt.Errorf("what was written cannot be read again: %w", err)
	}
	b.done.Length = a.Length
	s, err := Open(b.ctx, Options{Path: b.copied(), copied: true, shelf: archiveShelf{a}})
	if err != nil {
		return err
	}
	defer s.Close()
	b.done.Report, err = s.Verify(b.ctx, func(done, total int64) { b.options.Progress(Transferring{"verify", "entry", done, total}) })
	if err == nil && !b.done.Report.Whole() {
		err = fmt.Errorf("the ledger is not whole, so that this would be no backup: %s (see clew verify)", b.done.Report.Problems[0])
	}
	return err
}

// mayName says what the backup will be called, which may be the name of an older one of the same ledger.
func (b *backup) mayName() error {
	b.done.Path = b.options.To
	if b.folder == filepath.Clean(b.options.To) {
		b.done.Path = filepath.Join(b.folder, b.done.Name())
	}
	if _, err := os.Lstat(b.done.Path); err != nil {
		return nil
	}
	older, err := archive.Open(b.done.Path)
	if err != nil {
		return fmt.Errorf("%s is there and is no backup: name another file", b.done.Path)
	}
	older.Close()
	if older.Manifest.Ledger != b.done.Ledger {
		return fmt.Errorf("%s is a backup of another ledger (%s): name another file", b.done.Path, older.Manifest.Ledger)
	}
	return nil
}

// name gives the backup its name, in one step.
func (b *backup) name() error {
	if err := os.Rename(b.packed(), b.done.Path); err != nil {
		return err
	}
	return syncFolder(b.folder)
}

// thin removes the oldest backups of this ledger where only some are to be kept.
func (b *backup) thin() error {
	if b.options.Keep <= 0 {
		return nil
	}
	entries, err := os.ReadDir(b.folder)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		if archive.IsOf(b.done.Ledger, e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names) // which is by time
	for _, name := range names[:max(0, len(names)-b.options.Keep)] {
		path := filepath.Join(b.folder, name)
		if err := os.Remove(path); err != nil {
			return err
		}
		b.done.Removed = append(b.done.Removed, path)
	}
	return nil
}

// sameDisk reports whether a file and a folder are on the same file system.
func sameDisk(file, folder string) bool {
	one, err := os.Stat(file)
	two, fault := os.Stat(folder)
	if err != nil || fault != nil {
		return false
	}
	a, is := one.Sys().(*syscall.Stat_t)
	b, also := two.Sys().(*syscall.Stat_t)
	return is && also && a.Dev == b.Dev
}

// archiveShelf lets a ledger read the contents of its files out of a backup.
type archiveShelf struct{ *archive.Archive }

var errArchived = stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "a backup is read only")

func (s archiveShelf) open(_ context.Context, name string) (io.ReadCloser, error) {
	from, there := s.Content(name)
	if !there {
		return nil, fs.ErrNotExist
	}
	return io.NopCloser(from), nil
}

func (archiveShelf) keep(context.Context, *os.File, [32]byte, string) error { return errArchived }
func (archiveShelf) place(context.Context, *writer, string, string) error   { return errArchived }
func (archiveShelf) remove(context.Context, string) error                   { return errArchived }
func (archiveShelf) write(context.Context, string) (KeptWriter, error)      { return nil, errArchived }
func (archiveShelf) older(context.Context, string, time.Duration) ([]string, error) {
	return nil, nil
}
