// Package archive is the form of a backup: a tar file, so that it can be read without Clew, of what it holds (Manifest), the ledger's file,
// and the contents of attached files in the order of their hashes.
//
// Start at NewWriter and at Open. What is opened is believed in nothing before Unpack has compared its hashes; whether the ledger in it is whole is
// for the store to say.
package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"time"
)

const (
	// LedgerName is what the ledger's file is called, in a backup and in a data folder.
	LedgerName = "clew.db"
	// ContentFolder is where the contents of attached files lie, each under its hash.
	ContentFolder = "files"

	manifestName = "manifest.json"
	// mostManifest bounds what is believed of a manifest before anything is checked.
	mostManifest = 64 << 10
	// manifestFormat is the form of backups that this build writes, the newest that it reads.
	manifestFormat = 1
)

// Manifest says what a backup holds.
type Manifest struct {
	Format   int       `json:"format"`
	Ledger   string    `json:"ledger"`
	Entries  int64     `json:"entries"` // the last one's number
	MadeAt   time.Time `json:"made_at"`
	MadeBy   string    `json:"made_by"` // the version of clew
	Version  int64     `json:"version"` // of the ledger's schema
	Size     int64     `json:"size"`    // of the ledger's file
	SHA256   string    `json:"sha256"`
	Contents int64     `json:"contents"` // of attached files
	Bytes    int64     `json:"bytes"`    // of all contents
	// Checkpoint is the newest signed one, where the log has one.
	Checkpoint string `json:"checkpoint,omitempty"`
}

// check says what is wrong with a manifest.
func (m *Manifest) check(archive int64) error {
	switch {
	case m.Format < 1:
		return errors.New("this is no backup of clew")
	case m.Format > manifestFormat:
		return fmt.Errorf("the backup is of form %d and this build of clew reads forms up to %d: use a newer build", m.Format, manifestFormat)
	case len(m.Ledger) != 32 || m.Entries < 0 || m.Size < 0 || m.Contents < 0 || m.Bytes < 0 || len(m.SHA256) != 64:
		return errors.New("the backup's manifest makes no sense")
	case m.Size > archive || m.Bytes > archive:
		return fmt.Errorf("the backup is cut off: it has %d bytes and should have more than %d", archive, max(m.Size, m.Bytes))
	}
	return nil
}

// Writer writes a backup.
type Writer struct {
	tar  *tar.Writer
	made time.Time
}

// NewWriter begins a backup with its manifest, whose form it sets. The ledger's file comes next, then contents in the order of their names.
func NewWriter(to io.Writer, m *Manifest) (*Writer, error) {
	m.Format = manifestFormat
	w := &Writer{tar.NewWriter(to), m.MadeAt}
	text, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		_, err = w.Put(manifestName, int64(len(text)), bytes.NewReader(text))
	}
	return w, err
}

// Put writes a file into the backup and gives the hash of what it wrote.
func (w *Writer) Put(name string, size int64, from io.Reader) (sum [32]byte, err error) {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.made, Typeflag: tar.TypeReg}); err != nil {
		return sum, err
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w.tar, hash), io.LimitReader(from, size))
	if err == nil && n != size {
		err = fmt.Errorf("%s has %d bytes and should have %d", name, n, size)
	}
	return [32]byte(hash.Sum(nil)), err
}

// Close ends the backup. The file below is the caller's to sync and to close.
func (w *Writer) Close() error { return w.tar.Close() }

// section is where in an archive a file is.
type section struct{ at, size int64 }

// Archive is a backup that is read. Nothing in it is believed: names are those that backups have, in their order, sizes what there is.
type Archive struct {
	Manifest Manifest
	Length   int64 // of its file

	file     *os.File
	ledger   section
	contents map[string]section // by name
}

// contentPath is how contents are named.
var contentPath = regexp.MustCompile(`^` + ContentFolder + `/([0-9a-f]{2})/([0-9a-f]{62})$`)

// Open reads what a backup holds. Hashes are not checked yet.
func Open(name string) (*Archive, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("the backup cannot be opened: %w", err)
	}
	a := &Archive{file: file, contents: map[string]section{}}
	if err := a.read(); err != nil {
		file.Close()
		return nil, err
	}
	return a, nil
}

// Close ends reading.
func (a *Archive) Close() error { return a.file.Close() }

// Content reads the content of an attached file.
func (a *Archive) Content(name string) (from io.Reader, there bool) {
	part, there := a.contents[name]
	return a.open(part), there
}

func (a *Archive) read() error {
	info, err := a.file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("the backup is no file")
	}
	a.Length = info.Size()
	reader := tar.NewReader(a.file)
	var bytes int64
	for n, last := 0, ""; ; n++ {
		h, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a.unreadable(n, err)
		}
		at, err := a.file.Seek(0, io.SeekCurrent) // a tar reader reads headers whole and nothing ahead
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 || h.Size > a.Length-at || len(h.PAXRecords) > 1 || len(h.PAXRecords) == 1 && h.PAXRecords["size"] == "" {
			return a.unreadable(n, fmt.Errorf("%q is not a plain file of a size that is there", h.Name))
		}
		switch part := (section{at, h.Size}); {
		case n == 0 && h.Name == manifestName:
			err = a.readManifest(reader, h.Size)
		case n == 1 && h.Name == LedgerName:
			if a.ledger = part; h.Size != a.Manifest.Size {
				err = errors.New("the ledger's file has another size than the manifest says")
			}
		case n > 1 && contentPath.MatchString(h.Name) && h.Name > last:
			a.contents[h.Name], last = part, h.Name
			bytes += h.Size
		default:
			err = fmt.Errorf("%q is none of a backup's, or not in its place", h.Name)
		}
		if err != nil {
			return a.unreadable(n, err)
		}
	}
	switch {
	case a.Manifest.Format == 0 || a.ledger.at == 0:
		return a.unreadable(0, errors.New("it has no ledger in it"))
	case int64(len(a.contents)) != a.Manifest.Contents || bytes != a.Manifest.Bytes:
		return fmt.Errorf("the backup is damaged: it has %d contents of files and should have %d", len(a.contents), a.Manifest.Contents)
	}
	return nil
}

// unreadable says of a file that began like no backup that it is none, and of others that they are damaged.
func (a *Archive) unreadable(part int, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it is cut off")
	}
	if part == 0 && a.Manifest.Format == 0 {
		return fmt.Errorf("%s is no backup of clew (%v)", a.file.Name(), err)
	}
	return fmt.Errorf("the backup is damaged: %v", err)
}

func (a *Archive) readManifest(from io.Reader, size int64) error {
	if size > mostManifest {
		return errors.New("its manifest is too long")
	}
	text, err := io.ReadAll(io.LimitReader(from, mostManifest))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&a.Manifest); err != nil {
		return err
	}
	return a.Manifest.check(a.Length)
}

func (a *Archive) open(part section) io.Reader {
	return io.NewSectionReader(a.file, part.at, part.size)
}

// CheckLedger reads the ledger's file through, into another one where that is given.
func (a *Archive) CheckLedger(into io.Writer) error {
	hash := sha256.New()
	to := io.Writer(hash)
	if into != nil {
		to = io.MultiWriter(hash, into)
	}
	if _, err := io.Copy(to, a.open(a.ledger)); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != a.Manifest.SHA256 {
		return errors.New("the backup is damaged: the ledger's file is not the one that was saved")
	}
	return nil
}

// Unpack writes what a backup holds into a folder, hashes compared, all of it synced.
func (a *Archive) Unpack(ctx context.Context, to *os.Root) error {
	write := func(name string, fill func(io.Writer) error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		file, err := to.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return errors.Join(fill(file), file.Sync(), file.Close())
	}
	if err := write(LedgerName, a.CheckLedger); err != nil {
		return err
	}
	if err := to.Mkdir(ContentFolder, 0o700); err != nil {
		return err
	}
	for name, part := range a.contents {
		if err := to.Mkdir(path.Dir(name), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := write(name, func(into io.Writer) error { return a.checkContent(name, part, into) }); err != nil {
			return err
		}
	}
	return nil
}

// checkContent reads a content, whose name is its hash.
func (a *Archive) checkContent(name string, part section, into io.Writer) error {
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(hash, into), a.open(part)); err != nil {
		return err
	}
	m := contentPath.FindStringSubmatch(name)
	if hex.EncodeToString(hash.Sum(nil)) != m[1]+m[2] {
		return fmt.Errorf("the backup is damaged: the content %s is not the one that was saved", name)
	}
	return nil
}

// Name is how a backup is called in a folder of them.
func (m *Manifest) Name() string {
	return "clew-" + m.Ledger[:8] + "-" + m.MadeAt.UTC().Format("20060102T150405Z") + ".tar"
}

// IsOf reports whether a name is one that backups of a ledger get.
func IsOf(ledger, name string) bool {
	prefix := "clew-" + ledger[:8] + "-"
	rest, is := strings.CutPrefix(name, prefix)
	_, err := time.Parse("20060102T150405Z.tar", rest)
	return is && err == nil
}
