// Package bench measures Clew over HTTP, as a caller sees it, beside the bare storage engine doing the same work in the
// same run: same engine, same rows, no Clew. Timings are printed, never asserted.
//
// Start at Run; each file measures one thing, its floor beside it.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"clew/internal/pgtest"
)

// Options of a run.
type Options struct {
	Binary string    // the clew to start as a server
	Dir    string    // scratch folder; a temporary one when empty
	Quick  bool      // a tenth of the sizes
	Long   bool      // a million rows of files
	Only   string    // only the steps whose name holds this; all when empty
	Out    io.Writer // the table

	Ephemeral bool      // the folder need not be on a disk
	Log       io.Writer // progress
}

// row is one line of the table.
type row struct {
	what  string
	value string
	floor string
	ratio string
	aim   string
}

type run struct {
	Options
	ctx  context.Context
	rows []row
	peak int64 // bytes of anonymous memory of any server, at most
	unit int   // sizes are multiples of it: 100,000, or 10,000 in a quick run

	shared *pgtest.Server // where ledgers are, instead of files
}

// Run measures everything and prints the table.
func Run(ctx context.Context, o Options) error {
	if o.Dir == "" {
		dir, err := os.MkdirTemp("", "clew-bench-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.Dir = dir
	}
	r := &run{Options: o, ctx: ctx, unit: 100_000}
	if o.Quick {
		r.unit = 10_000
	}
	started := time.Now()
	steps := []struct {
		name string
		run  func() error
	}{
		{"bulk receipt", r.receipt},
		{"single movements", r.singles},
		{"traces of runs", func() error { return r.traces("in runs", r.buildRuns, "20 / 120 ms") }},
		{"traces of assemblies", func() error { return r.traces("one by one", r.buildAssemblies, "60 / 600 ms") }},
		{"a trace through corrections", r.corrected},
		{"history, stock, disk", r.long},
		{"search", r.search},
		{"barcodes", r.barcodes},
		{"scans", r.scans},
		{"files of rows", r.imports},
		{"keeping", r.keeping},
		{"evidence", r.evidence},
		{"rights", r.matrix},
		{"postgres", r.postgres},
	}
	for _, step := range steps {
		if !strings.Contains(step.name, o.Only) {
			continue
		}
		fmt.Fprintf(o.Log, "%6.0f s  %s\n", time.Since(started).Seconds(), step.name)
		if err := step.run(); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", step.name, err), r.print())
		}
	}
	if len(r.rows) == 0 {
		return fmt.Errorf("no step of the benchmarks has %q in its name", o.Only)
	}
	if r.peak > 0 {
		r.add("peak memory of the server (RssAnon)", fmt.Sprintf("%d MB", r.peak>>20), "", "", "< 200 MB")
	}
	return r.print()
}

func (r *run) add(what, value, floor, ratio, aim string) {
	r.rows = append(r.rows, row{what, value, floor, ratio, aim})
}

func (r *run) print() error {
	w := tabwriter.NewWriter(r.Out, 2, 4, 2, ' ', 0)
	fmt.Fprintln(w, "what\tclew\tbare storage\tratio\taim")
	for _, line := range r.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", line.what, line.value, line.floor, line.ratio, line.aim)
	}
	return w.Flush()
}

func (r *run) dir(name string) string { return filepath.Join(r.Dir, name) }

// rate writes how many a second.
func rate(n int, took time.Duration) string { return fmt.Sprintf("%.0f/s", float64(n)/took.Seconds()) }

// ms writes milliseconds with what digits matter.
func ms(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000)
}

func percent(clew, floor float64) string { return fmt.Sprintf("%.0f %%", 100*clew/floor) }

func times(clew, floor time.Duration) string {
	return fmt.Sprintf("%.1f x", clew.Seconds()/floor.Seconds())
}

// quantile is the q-th part of sorted durations.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(int(float64(len(all))*q), len(all)-1)]
}
