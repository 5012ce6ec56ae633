package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew/internal/store"

	"clew/internal/auth"
)

// watchedFolder is a folder that a watcher looks at when the test says so.
type watchedFolder struct {
	t   *testing.T
	app *App
	dir string
	w   *Watcher
}

func openWatched(t *testing.T) *watchedFolder {
	f := &watchedFolder{t: t, app: openApp(t), dir: t.TempDir()}
	f.restart()
	return f
}

func (f *watchedFolder) restart() {
	f.w = NewWatcher(f.app, f.dir, Who{By: auth.AtMachine, Actor: "tester", Device: "watched folder"}, slog.New(slog.DiscardHandler))
	if err := f.app.Store.RestartWatched(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

func (f *watchedFolder) drop(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// look looks often enough for a file to be taken for complete.
func (f *watchedFolder) look() {
	f.w.Look(f.t.Context())
	f.w.Look(f.t.Context())
}

func (f *watchedFolder) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Error(err)
	}
	return string(text)
}

func (f *watchedFolder) gone(name string) {
	f.t.Helper()
	if _, err := os.Lstat(filepath.Join(f.dir, name)); err == nil {
		f.t.Errorf("%s is still there", name)
	}
}

// row is the newest row of a name.
func (f *watchedFolder) row(name string) Watched {
	f.t.Helper()
	rows, err := f.app.WatchedFiles(f.t.Context(), "", 0, 1000)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Name == name {
			return r
		}
	}
	f.t.Fatalf("%s is not listed in %+v", name, rows)
	return Watched{}
}

func (f *watchedFolder) entries() int {
	f.t.Helper()
	entries, err := f.app.Entries(f.t.Context(), EntryQuery{Limit: 1000})
	if err != nil {
		f.t.Fatal(err)
	}
	return len(entries)
}

const watchedStock = "reference,kind,occurred_at,site,product,quantity,from,to\n" +
	",opening,2024-02-01,MAIN,BOX,5,,DOCK\n,opening,2024-02-02,MAIN,BOX,7,,DOCK\n"

// base drops what movements need, in the order in which no new ledger takes it.
func (f *watchedFolder) base() {
	f.drop("movements-1.csv", watchedStock)
	f.drop("locations/main.csv", "site,code\nMAIN,DOCK\n")
	f.drop("Products 2026.csv", "sku,name\nBOX,Box\n")
	f.drop("sites.csv", "code,time_zone\nMAIN,Europe/Berlin\n")
	f.look()
}

func TestWatch_ImportsByKind(t *testing.T) {
	f := openWatched(t)
	f.base()
	for _, name := range []string{"movements-1.csv", "locations/main.csv", "Products 2026.csv", "sites.csv"} {
		if got := f.row(name); got.State != store.WatchedDone || got.Recorded == 0 || got.Refused != 0 || got.Lies != "done/"+name || got.Tries != 1 {
			t.Errorf("%+v", got)
		}
		f.gone(name)
		f.read("done/" + name)
	}
	if text := f.read("done/movements-1.result.txt"); !strings.Contains(text, "Recorded now: 2\n") {
		t.Error(text)
	}
	f.gone("done/movements-1.refused.csv")
}

func TestWatch_WaitsUntilComplete(t *testing.T) {
	f := openWatched(t)
	f.drop("products.csv", "sku,na")
	f.w.Look(t.Context())
	f.drop("products.csv", "sku,name\nBOX,Box\n")
	f.w.Look(t.Context())
	if n := f.entries(); n != 0 {
		t.Fatalf("a file that grows was read: %d entries", n)
	}
	f.w.Look(t.Context())
	if got := f.row("products.csv"); got.State != store.WatchedDone || got.Recorded != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWatch_Refused(t *testing.T) {
	f := openWatched(t)
	f.drop("products.csv", "sku,decimals\nBOX,0\nBAG,x\n")
	f.drop("prices.csv", "sku,price\nBOX,1\n")
	f.drop("sites.csv", "nonsense\n1\n")
	f.look()
	if got := f.row("products.csv"); got.State != store.WatchedRefusals || got.Recorded != 1 || got.Refused != 1 {
		t.Errorf("%+v", got)
	}
	if text := f.read("done/products.result.txt"); !strings.Contains(text, "Line 3, column decimals") || !strings.Contains(text, "products.refused.csv") {
		t.Error(text)
	}
	refused := f.read("done/products.refused.csv")
	for _, name := range []string{"prices.csv", "sites.csv"} {
		if got := f.row(name); got.State != store.WatchedFailed || got.Error == "" || got.Lies != "failed/"+name {
			t.Errorf("%+v", got)
		}
		if text := f.read("failed/" + strings.TrimSuffix(name, ".csv") + ".result.txt"); !strings.Contains(text, "not imported: ") {
			t.Error(text)
		}
	}
	// The corrected file of refused rows is dropped as it is.
	f.drop("products.refused.csv", strings.Replace(refused, "BAG,x", "BAG,2", 1))
	f.look()
	if got := f.row("products.refused.csv"); got.State != store.WatchedDone || got.Recorded != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWatch_SameContentsTwice(t *testing.T) {
	f := openWatched(t)
	f.base()
	before := f.entries()
	f.drop("movements-1.csv", watchedStock)
	f.drop("movements-again.csv", watchedStock)
	f.look()
	if n := f.entries(); n != before {
		t.Errorf("%d entries became %d", before, n)
	}
	if text := f.read("done/movements-1-2.result.txt"); !strings.Contains(text, "Nothing was done now") {
		t.Error(text)
	}
	if got := f.row("movements-again.csv"); got.State != store.WatchedDone || got.Recorded != 0 {
		t.Errorf("%+v", got)
	}
	f.gone("movements-1.csv")
	f.gone("movements-again.csv")
}

// A server that ends in the midst of a file, or before it is put away, goes on with it when it starts again.
func TestWatch_BrokenOff(t *testing.T) {
	f := openWatched(t)
	f.base()
	text := strings.ReplaceAll(watchedStock, "2024-02", "2024-03")
	f.drop("movements-2.csv", text)
	row, err := f.app.Store.FindWatched(t.Context(), "movements-2.csv", hashOfText(text), "movements")
	if err != nil {
		t.Fatal(err)
	}
	row.State, row.Tries = store.WatchedRunning, 1
	if err := f.app.Store.SaveWatched(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	first := strings.Join(strings.SplitAfter(text, "\n")[:2], "")
	if got := importFile(t.Context(), f.app, Import{Kind: "movements"}, first); got.Recorded != 1 {
		t.Fatalf("%+v", got)
	}
	before := f.entries()
	f.restart()
	f.look()
	if got := f.row("movements-2.csv"); got.State != store.WatchedDone || got.Recorded != 1 || got.Already != 1 || got.Tries != 2 {
		t.Errorf("%+v", got)
	}
	if n := f.entries(); n != before+1 {
		t.Errorf("%d entries became %d", before, n)
	}
	if err := os.Rename(filepath.Join(f.dir, "done/movements-2.csv"), filepath.Join(f.dir, "movements-2.csv")); err != nil {
		t.Fatal(err)
	}
	f.restart()
	f.look()
	f.gone("movements-2.csv")
	f.read("done/movements-2.csv")
	if n := f.entries(); n != before+1 {
		t.Errorf("%d entries became %d", before+1, n)
	}
}

func TestWatch_Retry(t *testing.T) {
	f := openWatched(t)
	f.drop("locations.csv", "site,code\nMAIN,DOCK\n")
	f.look()
	got := f.row("locations.csv")
	if got.State != store.WatchedRefusals || got.Refused != 1 {
		t.Fatalf("%+v", got)
	}
	f.drop("sites.csv", "code,time_zone\nMAIN,Europe/Berlin\n")
	f.look()
	if got, err := f.app.RetryWatched(t.Context(), Who{Actor: "desk"}, got.ID); err != nil || got.State != store.WatchedWaiting {
		t.Fatal(got, err)
	}
	f.look()
	f.look()
	if got = f.row("locations.csv"); got.State != store.WatchedDone || got.Recorded != 1 || got.Tries != 2 {
		t.Errorf("%+v", got)
	}
	if _, err := f.app.RetryWatched(t.Context(), Who{Actor: "desk"}, got.ID); err == nil || !strings.Contains(err.Error(), "nothing of it is left") {
		t.Error(err)
	}
	// One that was removed meanwhile says so.
	f.drop("junk.csv", "a\n")
	f.look()
	got = f.row("junk.csv")
	if err := os.Remove(filepath.Join(f.dir, got.Lies)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.app.RetryWatched(t.Context(), Who{Actor: "desk"}, got.ID); err != nil {
		t.Fatal(err)
	}
	f.look()
	if got = f.row("junk.csv"); got.State != store.WatchedFailed || !strings.Contains(got.Error, "no longer") {
		t.Errorf("%+v", got)
	}
}

func TestWatch_PassesOver(t *testing.T) {
	f := openWatched(t)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "products.csv"), []byte("sku\nSECRET\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"products-link.csv": filepath.Join(outside, "products.csv"), "products": outside} {
		if err := os.Symlink(to, filepath.Join(f.dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	f.drop(".products.csv", "sku\nA\n")
	f.drop("products.csv.part", "sku\nB\n")
	f.drop("other/products.csv", "sku\nC\n")
	f.look()
	if rows, err := f.app.WatchedFiles(t.Context(), "", 0, 10); err != nil || len(rows) != 0 || f.entries() != 0 {
		t.Error(rows, err)
	}
}

// What the system refuses is listed with its next try, and the rest goes on.
func TestWatch_SystemFaults(t *testing.T) {
	f := openWatched(t)
	// Where no folder for what is done can be made is as bad as a full disk, for root too.
	if err := os.Symlink("nowhere", filepath.Join(f.dir, "done")); err != nil {
		t.Fatal(err)
	}
	f.drop("products.csv", "sku\nBOX\n")
	f.look()
	got := f.row("products.csv")
	if got.State != store.WatchedWaiting || got.Error == "" || got.NextTry == 0 || f.entries() != 0 {
		t.Errorf("%+v", got)
	}
	f.look()
	if again := f.row("products.csv"); again.Tries != got.Tries {
		t.Errorf("tried again at once: %+v", again)
	}
	if err := os.Remove(filepath.Join(f.dir, "done")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.app.RetryWatched(t.Context(), Who{Actor: "desk"}, got.ID); err != nil {
		t.Fatal(err)
	}
	f.look()
	if got = f.row("products.csv"); got.State != store.WatchedDone || got.Error != "" || f.entries() == 0 {
		t.Errorf("%+v", got)
	}

	// The folder goes away and comes back.
	away := f.dir + "-away"
	if err := os.Rename(f.dir, away); err != nil {
		t.Fatal(err)
	}
	f.look()
	if got = f.row(wholeFolder); got.State != store.WatchedWaiting || got.Error == "" {
		t.Errorf("%+v", got)
	}
	if err := os.Rename(away, f.dir); err != nil {
		t.Fatal(err)
	}
	f.look()
	if rows, err := f.app.WatchedFiles(t.Context(), store.WatchedWaiting, 0, 10); err != nil || len(rows) != 0 {
		t.Error(rows, err)
	}
}

func TestWatch_EndsWithItsContext(t *testing.T) {
	f := openWatched(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { f.w.Run(ctx); close(ended) }()
	cancel()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("it goes on")
	}
}

func TestWatch_KindOfFile(t *testing.T) {
	for name, want := range map[string]string{
		"products.csv": "products", "PRODUCTS-2026.xlsx": "products", "product-groups.csv": "product-groups", "productsold.csv": "", "products": "products",
		"opening_main.csv": "opening", "sites/anything.csv": "sites", "list.csv": "", "my-products.csv": "",
	} {
		if got := kindOfFile(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func hashOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
