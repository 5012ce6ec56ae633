package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

const (
	// importsEvery is how often is looked for imports whose next try has come, importsKept how long those are known that ended.
	importsEvery = 2 * time.Second
	importsKept  = 30 * 24 * time.Hour
	importsSwept = time.Hour // how often those are forgotten
	// importTold is how often the state of one that runs is written down.
	importTold = time.Second
)

// ImportWorker imports the files that ImportLater keeps, one after another.
type ImportWorker struct {
	app *App
	log *slog.Logger
}

// NewImportWorker makes the worker of which one runs beside a server.
func NewImportWorker(a *App, log *slog.Logger) *ImportWorker { return &ImportWorker{a, log} }

// Run works until the context ends. An import that was under way when a server ended is begun again: what it recorded is known again, and
// not doubled.
func (w *ImportWorker) Run(ctx context.Context) {
	if err := errors.Join(w.app.Store.RestartImports(ctx), w.sweep(ctx)); err != nil {
		w.log.Warn("imports that were under way are not listed as such", "error", err)
	}
	swept := time.Now()
	for ctx.Err() == nil {
		j, err := w.app.Store.DueImport(ctx)
		if j != nil {
			err = w.take(ctx, j)
		}
		if err == nil && time.Since(swept) > importsSwept {
			swept, err = time.Now(), w.sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			w.log.Error("imports cannot be worked off", "error", err)
		}
		if j != nil && err == nil {
			continue
		}
		select {
		case <-w.app.imports:
		case <-time.After(importsEvery):
		case <-ctx.Done():
		}
	}
}

// sweep forgets what ended long ago, and removes files that belong to nothing.
func (w *ImportWorker) sweep(ctx context.Context) error {
	if err := w.app.Store.PruneImports(ctx, stock.TimeOf(time.Now().Add(-importsKept))); err != nil {
		return err
	}
	known, err := w.app.Store.ImportsKnown(ctx)
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for id, ended := range known {
		keep[store.ImportFile(id)], keep[store.RefusedFile(id)] = !ended, true
	}
	files, err := w.app.Store.OldImportFiles(ctx, importsSwept) // what is young may be on its way in, and not known yet
	for _, file := range files {
		if !keep[file] && err == nil {
			err = w.app.Store.RemoveKept(ctx, file)
		}
	}
	return errors.Join(err, w.app.Store.SweepContents(ctx))
}

// errCancelled says that somebody cancelled an import.
var errCancelled = errors.New("the import was cancelled")

// take imports a file and writes down what became of it. An error says that this could not be written.
func (w *ImportWorker) take(ctx context.Context, j *store.ImportJob) error {
	j.State, j.Tries, j.NextTry, j.Code, j.Error = store.WatchedRunning, j.Tries+1, 0, "", ""
	j.Started = w.app.Store.Now()
	saved, err := w.app.Store.SaveImport(ctx, j, store.WatchedWaiting)
	if err != nil {
		return err
	}
	if saved {
		err = w.work(ctx, j)
	}
	switch {
	case !saved, errors.Is(err, errCancelled):
		return w.forget(ctx, j.ID)
	case ctx.Err() != nil: // it goes on when the server starts again
		return nil
	case err != nil && passes(err):
		pause := pauseAfter(j.Tries)
		j.State, j.NextTry = store.WatchedWaiting, stock.TimeOf(time.Now().Add(pause))
		w.log.Error("an import is tried again later", "import", j.ID, "error", err, "pause", pause)
	case err != nil:
		j.State, j.Ended = store.WatchedFailed, w.app.Store.Now()
	default:
		j.Ended = w.app.Store.Now()
	}
	if err != nil {
		j.Code, j.Error = stock.CodeInternal, "something failed on our side; the server's log says what"
		if fault, ok := stock.AsError(err); ok {
			j.Code, j.Error = fault.Code, strings.TrimPrefix(fault.Field+": ", ": ")+fault.Detail
		}
	}
	w.log.Info("an import ended", "import", j.ID, "state", j.State, "error", j.Error)
	return w.settle(ctx, j)
}

// settle writes down how an import ended, for as long as it takes, and removes its file once it is known.
func (w *ImportWorker) settle(ctx context.Context, j *store.ImportJob) error {
	for {
		saved, err := w.app.Store.SaveImport(ctx, j, store.WatchedRunning)
		if err == nil {
			if !saved || j.Ended > 0 {
				return w.forget(ctx, j.ID)
			}
			return nil
		}
		w.log.Warn("the state of an import is not up to date", "import", j.ID, "error", err)
		select {
		case <-time.After(importsEvery):
		case <-ctx.Done():
			return nil // it is begun again, and finds its rows there
		}
	}
}

// forget removes the file of an import that has ended. One that only is another server's by now needs it.
func (w *ImportWorker) forget(ctx context.Context, id int64) error {
	j, err := w.app.Store.ImportJob(ctx, id)
	if err != nil || j.Ended == 0 {
		return err
	}
	return w.app.Store.RemoveKept(ctx, store.ImportFile(id))
}

// work imports the file of a job, and keeps the rows that are refused in a file beside it.
func (w *ImportWorker) work(ctx context.Context, j *store.ImportJob) (err error) {
	var options importOptions
	if err := json.Unmarshal([]byte(j.Options), &options); err != nil {
		return err
	}
	file, err := w.app.Store.FetchKept(ctx, store.ImportFile(j.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return stock.Errorf(stock.NotFound, stock.CodeUnknownFile, "", "the file is no longer there: send it again")
	} else if err != nil {
		return err
	}
	defer file.Close()
	refused, err := w.app.Store.WriteKept(ctx, store.RefusedFile(j.ID))
	if err != nil {
		return err
	}
	defer refused.Close()
	buffer := bufio.NewWriterSize(refused, 1<<16)
	lines := json.NewEncoder(buffer)
	told := time.Now()
	tell := func(r ImportReport) error {
		text, err := json.Marshal(r)
		j.Report = string(text)
		return errors.Join(err, buffer.Flush(), refused.Flush())
	}
	by, err := w.app.acting(ctx, options.By)
	if err != nil {
		return err
	}
	ctx = auth.With(ctx, by)
	from := j.Origin
	from.Through = "import " + strconv.FormatInt(j.ID, 10)
	o := Import{Who: Who{Actor: j.Actor, Device: j.Device, By: by, Origin: from, Reason: options.Reason}, Kind: j.Kind, Override: options.Override, Keep: options.Keep, DryRun: options.DryRun, Sheet: options.Sheet, Dates: options.Dates, Map: options.Map}
	o.Header = func(names []string, said map[string]string) error {
		return lines.Encode(refusedLine{Columns: names, Map: said})
	}
	o.Refused = func(r Refusal) error { return lines.Encode(refusedLine{Row: &r}) }
	o.Progress = func(r ImportReport) error {
		if time.Since(told) < importTold {
			return nil
		}
		told = time.Now()
		if err := tell(r); err != nil {
			return err
		}
		if _, err := w.app.acting(ctx, options.By); err != nil {
			return err
		}
		saved, err := w.app.Store.SaveImport(ctx, j, store.WatchedRunning)
		if err == nil && !saved {
			err = errCancelled
		}
		return err
	}
	report, err := w.app.Import(ctx, o, file)
	err = errors.Join(err, tell(report))
	j.State = store.WatchedDone
	if err == nil {
		report.Bytes = j.Size
		err = tell(report)
	}
	if report.Refused > 0 {
		j.State = store.WatchedRefusals
		return err
	}
	return errors.Join(err, refused.Discard())
}
