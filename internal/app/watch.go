package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"clew/internal/stock"
	"clew/internal/store"
)

const (
	// watchEvery is how often a watched folder is looked at. A file that is the same twice is taken to be complete.
	watchEvery = 2 * time.Second
	// What fails for a reason that may pass is tried again after watchPause, then after twice as long, up to watchPauseMost.
	watchPause     = 5 * time.Second
	watchPauseMost = 10 * time.Minute

	folderDone   = "done"
	folderFailed = "failed"
	// wholeFolder is the name under which the folder itself is listed while it cannot be read.
	wholeFolder = "."
)

// Watcher imports the files that are dropped into a folder, and puts them away with what became of them.
type Watcher struct {
	app *App
	dir string
	who Who
	log *slog.Logger

	seen map[string]sight
	rest map[string]time.Time // files that are left alone until then
	told string               // the fault of the folder that was logged last
}

// sight is how a file was found.
type sight struct {
	size int64
	at   time.Time
}

// NewWatcher makes a watcher of a folder, which acts for who.
func NewWatcher(a *App, dir string, who Who, log *slog.Logger) *Watcher {
	return &Watcher{app: a, dir: dir, who: who, log: log, seen: map[string]sight{}, rest: map[string]time.Time{}}
}

// Run watches until the context ends. Whatever goes wrong is logged and listed, and tried again.
func (w *Watcher) Run(ctx context.Context) {
	if err := w.app.Store.RestartWatched(ctx); err != nil {
		w.log.Warn("files under way when the server ended are not listed as such", "error", err)
	}
	for ctx.Err() == nil {
		w.Look(ctx)
		select {
		case <-time.After(watchEvery):
		case <-ctx.Done():
		}
	}
}

// Look looks at the folder once.
func (w *Watcher) Look(ctx context.Context) {
	err := w.look(ctx)
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		if w.told != "" {
			w.told = ""
			w.log.Info("the watched folder can be read again", "folder", w.dir)
			err = w.app.Store.ForgetWatched(ctx, wholeFolder)
		}
		if err != nil {
			w.log.Warn("the watched folder's state is not up to date", "error", err)
		}
		return
	}
	if w.told == err.Error() {
		return
	}
	w.told = err.Error()
	w.log.Error("the watched folder cannot be worked off", "folder", w.dir, "error", err)
	f, saved := w.app.Store.FindWatched(ctx, wholeFolder, "", "")
	if saved == nil {
		f.State, f.Error = store.WatchedWaiting, err.Error()
		saved = w.app.Store.SaveWatched(ctx, f)
	}
	if saved != nil {
		w.log.Warn("the watched folder's state is not up to date", "error", saved)
	}
}

func (w *Watcher) look(ctx context.Context) error {
	// Names are resolved within the folder, whatever somebody makes of it meanwhile.
	root, err := os.OpenRoot(w.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	found := map[string]sight{}
	if err := findFiles(root, ".", found); err != nil {
		return err
	}
	if err := w.bringBack(ctx, root, found); err != nil {
		return err
	}
	var ready []string
	for name, now := range found {
		if before, known := w.seen[name]; known && before == now && !time.Now().Before(w.rest[name]) {
			ready = append(ready, name)
		}
	}
	w.seen = found
	for name := range w.rest {
		if _, there := found[name]; !there {
			delete(w.rest, name)
		}
	}
	slices.SortFunc(ready, byKind)
	for _, name := range ready {
		if ctx.Err() != nil {
			return nil
		}
		w.rest[name] = time.Now().Add(watchPauseMost)
		(&watchedFile{Watcher: w, root: root, name: name, kind: kindOfFile(name)}).take(ctx)
	}
	return nil
}

// findFiles finds the files of the folder and of those in it that are named after kinds. Links are not followed, hidden and
// half-written files passed over.
func findFiles(root *os.Root, dir string, found map[string]sight) error {
	list, err := fs.ReadDir(root.FS(), dir)
	if err != nil {
		return err
	}
	for _, entry := range list {
		name := filepath.Join(dir, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), "."), strings.HasSuffix(entry.Name(), "~"):
		case slices.Contains([]string{".part", ".tmp", ".crdownload", ".filepart"}, strings.ToLower(filepath.Ext(name))):
		case entry.IsDir() && dir == "." && slices.Contains(ImportKinds, strings.ToLower(name)):
			if err := findFiles(root, name, found); err != nil {
				return err
			}
		case entry.Type().IsRegular():
			if info, err := entry.Info(); err == nil { // else it is gone again
				found[name] = sight{info.Size(), info.ModTime()}
			}
		}
	}
	return nil
}

// bringBack takes files whose next try has come out of where they were put away.
func (w *Watcher) bringBack(ctx context.Context, root *os.Root, found map[string]sight) error {
	due, err := w.app.Store.DueWatched(ctx)
	if err != nil {
		return err
	}
	for _, f := range due {
		if f.Name == wholeFolder {
			continue
		}
		delete(w.rest, f.Name)
		if _, there := found[f.Name]; there {
			continue
		}
		if f.Lies != "" {
			err = root.Rename(f.Lies, f.Name)
		} else {
			err = fs.ErrNotExist
		}
		if errors.Is(err, fs.ErrNotExist) {
			f.State, f.Error = store.WatchedFailed, "the file is no longer where it was: drop it again"
		} else if err != nil {
			f.NextTry, f.Error = stock.TimeOf(time.Now().Add(watchPauseMost)), err.Error()
		} else {
			f.Lies = ""
		}
		if err := w.app.Store.SaveWatched(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// kindOfFile tells by its name, or the folder that it lies in, what the rows of a file are; empty where neither does.
func kindOfFile(name string) string {
	if folder, _, inside := strings.Cut(name, "/"); inside {
		return strings.ToLower(folder)
	}
	for _, kind := range ImportKinds {
		if len(name) >= len(kind) && strings.EqualFold(name[:len(kind)], kind) &&
			!strings.ContainsFunc(name[len(kind):min(len(kind)+1, len(name))], unicode.IsLetter) {
			return kind
		}
	}
	return ""
}

// byKind sorts files into the order in which a new ledger takes them.
func byKind(a, b string) int {
	if d := slices.Index(ImportKinds, kindOfFile(a)) - slices.Index(ImportKinds, kindOfFile(b)); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}
