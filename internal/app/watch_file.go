package app

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// watchedShown is how many refused rows the text about a file shows; the file of refused rows has them all.
const watchedShown = 20

// watchedFile is a complete file on its way in.
type watchedFile struct {
	*Watcher
	root *os.Root
	name string
	kind string

	row      *store.Watched
	refused  string // the file of refused rows while it is written; empty where none was refused
	refusals []Refusal
	notes    []ImportNote
}

// errChanged says that a file was not complete after all.
var errChanged = errors.New("the file was changed while it was read: it is read again")

// take imports a file and puts it away.
func (f *watchedFile) take(ctx context.Context) {
	err := f.work(ctx)
	switch {
	case ctx.Err() != nil: // it goes on when the server starts again
	case errors.Is(err, errChanged):
		delete(f.rest, f.name)
	case err != nil:
		f.later(ctx, err)
	}
}

func (f *watchedFile) work(ctx context.Context) error {
	// A link or a pipe that took the file's place meanwhile is neither followed nor waited for.
	file, err := f.root.OpenFile(f.name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil || !before.Mode().IsRegular() {
		return errors.Join(err, errors.New("this is no file"))
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if f.row, err = f.app.Store.FindWatched(ctx, f.name, hex.EncodeToString(sum.Sum(nil)), f.kind); err != nil {
		return err
	}
	row := f.row
	if row.State == store.WatchedWaiting && row.NextTry > f.app.Store.Now() {
		f.rest[f.name] = row.NextTry.Std()
		return nil
	}
	if row.State == store.WatchedDone {
		if !f.exists(row.Lies) { // the server ended just before it was put away
			return f.root.Rename(f.name, row.Lies)
		}
		return f.putAway(ctx, folderDone, fmt.Sprintf("The same file was imported on %s. Nothing was done now.\n", row.Changed), nil)
	}
	if f.kind == "" {
		return f.fail(ctx, "it cannot be told what its rows are: begin the file's name with "+strings.Join(ImportKinds, ", ")+
			" (such as products-2026.csv), or drop it into a folder of such a name")
	}
	same, err := f.app.Store.SameWatched(ctx, row)
	if err != nil {
		return err
	}
	if same != nil {
		row.State = store.WatchedDone
		return f.putAway(ctx, folderDone, fmt.Sprintf("The same contents were imported as %s on %s. Nothing was done now.\n", same.Name, same.Changed), row)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	report, err := f.read(ctx, file)
	f.notes = report.Notes
	row.Lines, row.Counts = report.Rows, store.WatchedCounts{Recorded: report.Recorded, Already: report.Already, Kept: report.Kept, Refused: report.Refused}
	if err != nil {
		if passes(err) {
			return err
		}
		return f.fail(ctx, err.Error())
	}
	if after, err := file.Stat(); err != nil || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return errors.Join(errChanged, err)
	}
	row.State, row.Error = store.WatchedDone, ""
	if report.Refused > 0 {
		row.State = store.WatchedRefusals
	}
	f.log.Info("a watched file was imported", "file", f.name, "kind", f.kind, "rows", report.Rows, "recorded", report.Recorded, "refused", report.Refused)
	return f.putAway(ctx, folderDone, "", row)
}

// passes tells faults of the system, which may pass, from those of the file, which do not.
func passes(err error) bool {
	fault, ours := stock.AsError(err)
	return !ours || fault.Kind == stock.Unavailable || fault.Kind == stock.Internal
}

// pauseAfter is how long is waited after a number of tries.
func pauseAfter(tries int) time.Duration {
	return min(watchPause<<min(max(tries-1, 0), 20), watchPauseMost)
}

// read imports the rows, and writes those that are refused into a file beside.
func (f *watchedFile) read(ctx context.Context, file io.Reader) (report ImportReport, err error) {
	f.row.State, f.row.Tries, f.row.NextTry = store.WatchedRunning, f.row.Tries+1, 0
	if err := f.app.Store.SaveWatched(ctx, f.row); err != nil {
		return report, err
	}
	if err := f.root.MkdirAll(folderDone, 0o700); err != nil {
		return report, err
	}
	part := filepath.Join(folderDone, ".refused-"+f.row.Hash[:16]+".part")
	out, err := f.root.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return report, err
	}
	buffer := bufio.NewWriter(out)
	var refused *RefusedFile
	o := Import{Who: f.who, Kind: f.kind}
	o.Header = func(names []string, said map[string]string) (err error) {
		refused, err = NewRefusedFile(buffer, "csv", f.kind, names, said)
		return err
	}
	o.Refused = func(r Refusal) error {
		if len(f.refusals) < watchedShown {
			f.refusals = append(f.refusals, r)
		}
		return refused.Add(r)
	}
	report, err = f.app.Import(ctx, o, file)
	if refused != nil {
		err = errors.Join(err, refused.Close())
	}
	err = errors.Join(err, buffer.Flush(), out.Close())
	if report.Refused == 0 || err != nil && passes(err) {
		f.root.Remove(part)
	} else {
		f.refused = part
	}
	return report, err
}

// fail puts a file away that cannot be imported as it is.
func (f *watchedFile) fail(ctx context.Context, reason string) error {
	f.row.State, f.row.Error = store.WatchedFailed, reason
	f.log.Warn("a watched file was refused", "file", f.name, "error", reason)
	return f.putAway(ctx, folderFailed, "", f.row)
}

// putAway moves the file into the folder, with a text about it and the refused rows beside. What is known is saved before the
// file is moved, so that it is not imported again when the server ends in between. row is nil where it stays as it is.
func (f *watchedFile) putAway(ctx context.Context, folder, text string, row *store.Watched) error {
	if err := f.root.MkdirAll(filepath.Join(folder, filepath.Dir(f.name)), 0o700); err != nil {
		return err
	}
	to, stem := f.free(folder)
	if text == "" {
		text = f.result(filepath.Base(stem) + ".refused.csv")
	}
	if err := f.root.WriteFile(stem+".result.txt", []byte(text), 0o600); err != nil {
		return err
	}
	if f.refused != "" {
		if err := f.root.Rename(f.refused, stem+".refused.csv"); err != nil {
			return err
		}
	}
	if row != nil {
		row.Lies = to
		if err := f.app.Store.SaveWatched(ctx, row); err != nil {
			return err
		}
	}
	if err := f.root.Rename(f.name, to); err != nil {
		return fmt.Errorf("it cannot be moved to %s: %w", to, err)
	}
	delete(f.rest, f.name)
	return nil
}

// free finds a name in the folder that is not taken, and the beginning of the names of what lies beside.
func (f *watchedFile) free(folder string) (to, stem string) {
	ext := filepath.Ext(f.name)
	if lies := f.row.Lies; strings.HasPrefix(lies, folder+"/") && !f.exists(lies) { // it was about to be put there
		return lies, strings.TrimSuffix(lies, ext)
	}
	for n := 1; ; n++ {
		stem = filepath.Join(folder, strings.TrimSuffix(f.name, ext))
		if n > 1 {
			stem += "-" + itoa(n)
		}
		if to = stem + ext; !f.exists(to) && !f.exists(stem+".result.txt") && !f.exists(stem+".refused.csv") {
			return to, stem
		}
	}
}

func (f *watchedFile) exists(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

// result tells people what became of the file.
func (f *watchedFile) result(refused string) string {
	var b strings.Builder
	row := f.row
	fmt.Fprintf(&b, "File: %s\n", f.name)
	if row.Kind != "" {
		fmt.Fprintf(&b, "Rows: %s\n", row.Kind)
	}
	switch row.State {
	case store.WatchedFailed:
		fmt.Fprintf(&b, "The file was not imported: %s\n", row.Error)
	case store.WatchedRefusals:
		b.WriteString("The file was imported; some of its rows were refused.\n")
	default:
		b.WriteString("The file was imported.\n")
	}
	if row.Lines > 0 {
		fmt.Fprintf(&b, "\nRows read: %d\nRecorded now: %d\nRecorded before: %d\nRefused: %d\n", row.Lines, row.Counts.Recorded, row.Counts.Already, row.Counts.Refused)
	}
	if f.refused != "" {
		fmt.Fprintf(&b, "\nThe refused rows are in %s: correct them there and drop that file again.\n", refused)
	}
	for _, r := range f.refusals {
		fmt.Fprintf(&b, "Line %d", r.Line)
		if r.Field != "" {
			fmt.Fprintf(&b, ", column %s", r.Field)
		}
		fmt.Fprintf(&b, ": %s (%s)\n", strings.Join(strings.Fields(r.Reason), " "), r.Code)
	}
	for _, note := range f.notes {
		fmt.Fprintf(&b, "Note: %s\n", note.Text)
	}
	if more := row.Counts.Refused - len(f.refusals); more > 0 {
		fmt.Fprintf(&b, "and %d more.\n", more)
	}
	return b.String()
}

// later has a file tried again that met with a fault of the system, and lists it so as far as that is possible.
func (f *watchedFile) later(ctx context.Context, fault error) {
	if f.row == nil || f.row.ID == 0 {
		var err error
		if f.row, err = f.app.Store.FindWatched(ctx, f.name, "", f.kind); err != nil {
			f.row = &store.Watched{}
			fault = errors.Join(fault, err)
		} else {
			f.row.Tries++
		}
	}
	pause := pauseAfter(f.row.Tries)
	f.rest[f.name] = time.Now().Add(pause)
	f.log.Error("a watched file is tried again later", "file", f.name, "error", fault, "pause", pause)
	if f.row.ID == 0 {
		return
	}
	f.row.Error, f.row.NextTry = fault.Error(), stock.TimeOf(time.Now().Add(pause))
	if f.row.State == store.WatchedRunning {
		f.row.State = store.WatchedWaiting
	}
	if err := f.app.Store.SaveWatched(ctx, f.row); err != nil {
		f.log.Warn("the watched folder's state is not up to date", "file", f.name, "error", err)
	}
}
