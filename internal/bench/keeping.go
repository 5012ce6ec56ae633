package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// keeping measures a backup and a restore, each with all that it verifies, beside the engine's own copy and a plain one.
func (r *run) keeping() error {
	data := r.dir("keeping")
	l, err := r.build(data)
	if err != nil {
		return err
	}
	kilo := stock.Units(1)
	for done := 0; done < r.unit; {
		var some []stock.Body
		for range 250 {
			some = append(some, &stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL",
				Items: []stock.ItemDraft{{Product: "CELL", Lot: fmt.Sprintf("L%d", done%1000), Quantity: &kilo, To: "DOCK"}}})
			done++
		}
		if err := l.post(some...); err != nil {
			return err
		}
	}
	if err := l.Close(); err != nil {
		return err
	}
	place := store.Options{Path: filepath.Join(data, "clew.db"), Ephemeral: r.Ephemeral}
	file, bare := r.dir("keeping.tar"), r.dir("keeping-bare.db")
	took, err := timed(func() error {
		_, err := store.MakeBackup(r.ctx, place, store.BackupOptions{To: file})
		return err
	})
	if err != nil {
		return err
	}
	floor, err := timed(func() error { return vacuum(r.ctx, data, bare) })
	if err != nil {
		return err
	}
	r.add(fmt.Sprintf("backup of %d movements, verified, beside VACUUM INTO", r.unit), ms(took), ms(floor), times(took, floor), "")
	place.Path = filepath.Join(r.dir("keeping-restored"), "clew.db")
	if took, err = timed(func() error {
		_, err := store.Restore(r.ctx, place, store.RestoreOptions{From: file})
		return err
	}); err != nil {
		return err
	}
	if floor, err = timed(func() error { return copied(file, bare) }); err != nil {
		return err
	}
	r.add(fmt.Sprintf("restore of %d movements, verified, beside a copy of the file", r.unit), ms(took), ms(floor), times(took, floor), "1M in 60 s")
	return nil
}

func timed(do func() error) (time.Duration, error) {
	start := time.Now()
	err := do()
	return time.Since(start), err
}

func vacuum(ctx context.Context, data, to string) error {
	db, err := bare(data)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return err
}

// copied copies a file as durably as a restore does.
func copied(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}
