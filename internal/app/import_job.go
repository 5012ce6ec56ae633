package app

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"

	"clew/internal/stock"
	"clew/internal/store"
)

// ImportJob is a file that is imported while nobody waits for the answer.
type ImportJob struct {
	ID    int64  `json:"id"`
	State string `json:"state" enum:"waiting,running,done,done_with_refusals,failed,cancelled"`
	ImportReport
	Size      int64      `json:"size" doc:"Of the file, in bytes."`
	Hash      string     `json:"sha256" doc:"Of the file."`
	Actor     string     `json:"actor"`
	Code      string     `json:"code,omitempty" doc:"Of the error that ended it, or that it waits for to pass."`
	Error     string     `json:"error,omitempty"`
	Tries     int        `json:"tries" doc:"How often it was begun: more than once where the server ended in its midst."`
	NextTry   stock.Time `json:"next_try,omitempty"`
	MadeAt    stock.Time `json:"made_at"`
	StartedAt stock.Time `json:"started_at,omitempty" doc:"The last time that it was begun."`
	EndedAt   stock.Time `json:"ended_at,omitempty"`
	Seconds   float64    `json:"seconds,omitempty" doc:"That it ran, the last time."`
}

func (a *App) viewImport(j *store.ImportJob) ImportJob {
	v := ImportJob{ID: j.ID, State: j.State, Size: j.Size, Hash: j.Hash, Actor: j.Actor, Code: j.Code, Error: j.Error, Tries: j.Tries, NextTry: j.NextTry,
		MadeAt: j.Made, StartedAt: j.Started, EndedAt: j.Ended}
	if j.Report != "" {
		_ = json.Unmarshal([]byte(j.Report), &v.ImportReport) // what we wrote ourselves
	}
	v.ImportReport.Kind = j.Kind
	if j.Started > 0 {
		end := j.Ended
		if end == 0 {
			end = j.Changed
		}
		v.Seconds = float64(end-j.Started) / 1000
	}
	return v
}

// importOptions are how the file of a job is to be read.
type importOptions struct {
	Override string            `json:"override,omitempty"`
	Keep     bool              `json:"keep,omitempty"`
	DryRun   bool              `json:"dry_run,omitempty"`
	Sheet    string            `json:"sheet,omitempty"`
	Dates    string            `json:"dates,omitempty"`
	Map      map[string]string `json:"map,omitempty"`
	By       left              `json:"by"`
	Reason   string            `json:"reason,omitempty"`
}

// maxJob is how large the file of a job may be.
const maxJob = 4 << 30

// ImportLater keeps a file to be imported by the server, and answers when all of it is there. The same key gives the same job.
func (a *App) ImportLater(ctx context.Context, o Import, key string, file io.Reader) (_ ImportJob, err error) {
	if err := o.check(); err != nil {
		return ImportJob{}, err
	}
	if len(key) > 200 {
		return ImportJob{}, stock.Errorf(stock.Invalid, stock.CodeTooLong, "idempotency_key", "the key is longer than 200 characters")
	}
	options, err := json.Marshal(importOptions{o.Override, o.Keep, o.DryRun, o.Sheet, o.Dates, o.Map, leftBy(o.By), o.Reason})
	if err != nil {
		return ImportJob{}, err
	}
	spool, err := a.Store.NewImportFile()
	if err != nil {
		return ImportJob{}, err
	}
	defer func() { err = errors.Join(err, a.Store.Settle(context.WithoutCancel(ctx), spool, true)) }()
	size, err := io.Copy(spool, io.LimitReader(file, maxJob+1))
	switch {
	case err != nil:
		return ImportJob{}, err
	case size > maxJob:
		return ImportJob{}, stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "the file is larger than %d GiB: cut it into several", maxJob>>30)
	}
	written, err := spool.Reader()
	if err == nil {
		err = a.readable(ctx, o, written)
	}
	if err != nil {
		return ImportJob{}, err
	}
	sum, _ := spool.Sum()
	j := &store.ImportJob{Key: key, Kind: o.Kind, Hash: hex.EncodeToString(sum[:]), Size: size, Options: string(options), Actor: o.Actor, Device: o.Device, Origin: o.Origin}
	asked := *j
	j, there, err := a.Store.AddImport(ctx, j, spool)
	if err != nil {
		return ImportJob{}, err
	}
	if there && (j.Kind != asked.Kind || j.Hash != asked.Hash || j.Options != asked.Options) {
		return ImportJob{}, stock.Errorf(stock.Conflict, stock.CodeKeyReused, "idempotency_key", "the key %q came with another file, or to be read otherwise: it is import %d", clipped(key), j.ID)
	}
	select {
	case a.imports <- struct{}{}:
	default:
	}
	return a.viewImport(j), nil
}

// readable reports what is wrong with a file as a whole, so that who sends it is told at once.
func (a *App) readable(ctx context.Context, o Import, file io.Reader) error {
	known, err := a.columnsKnown(ctx, o)
	if err != nil {
		return err
	}
	in, _, err := openSheet(file, tables[o.Kind], o, known)
	if err == nil {
		in.close()
	}
	return err
}

// Imports lists imports that nobody waits for, the newest first: those before an id where it is not 0.
func (a *App) Imports(ctx context.Context, state string, before int64, limit int) ([]ImportJob, error) {
	rows, err := a.myImports(ctx, state, before, limit)
	return views(rows, a.viewImport), err
}

// ImportJob shows an import.
func (a *App) ImportJob(ctx context.Context, id int64) (ImportJob, error) {
	j, err := a.importJob(ctx, id)
	if err != nil {
		return ImportJob{}, err
	}
	return a.viewImport(j), nil
}

// CancelImport ends an import that waits or runs. What it recorded stays.
func (a *App) CancelImport(ctx context.Context, who Who, id int64) (ImportJob, error) {
	if _, err := a.importJob(ctx, id); err != nil {
		return ImportJob{}, err
	}
	j, err := a.Store.CancelImport(ctx, who.by(), id)
	if err != nil {
		return ImportJob{}, err
	}
	if j.Started == 0 {
		err = a.Store.RemoveKept(ctx, store.ImportFile(id)) // a file that runs is removed by who reads it
	}
	return a.viewImport(j), err
}

// refusedLine is a line of the file that keeps a job's refused rows: first the header, then a row each.
type refusedLine struct {
	Columns []string          `json:"columns,omitempty"`
	Map     map[string]string `json:"map,omitempty"`
	Row     *Refusal          `json:"row,omitempty"`
}

// WriteRefused writes the refused rows of an import, in one of FileFormats; while it runs, those so far.
func (a *App) WriteRefused(ctx context.Context, id int64, format string, w io.Writer) error {
	j, err := a.importJob(ctx, id)
	if err != nil {
		return err
	}
	in, err := a.Store.OpenKept(ctx, store.RefusedFile(id))
	if errors.Is(err, fs.ErrNotExist) {
		return stock.Errorf(stock.NotFound, stock.CodeUnknownFile, "id", "import %d (%s) has no refused rows", id, j.State)
	} else if err != nil {
		return err
	}
	defer in.Close()
	lines := json.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	var out *RefusedFile
	for {
		var line refusedLine
		// A line that is just being written ends what is there.
		if err := lines.Decode(&line); err != nil {
			break
		}
		switch {
		case line.Row == nil:
			out, err = NewRefusedFile(w, format, j.Kind, line.Columns, line.Map)
		case out != nil:
			err = out.Add(*line.Row)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	if out == nil {
		return nil
	}
	return out.Close()
}
