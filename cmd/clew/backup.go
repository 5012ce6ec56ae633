package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"clew/internal/store"
	"clew/internal/tlog"
)

// backupLockName is the file on which backups hold a lock together, and a restore alone.
const backupLockName = "clew.backup.lock"

// backupCommand saves the ledger while others work on it.
type backupCommand struct {
	To   string `arg:"" help:"File of the backup, or a folder in which each backup gets a name."`
	Keep int    `help:"In a folder: how many backups of this ledger to keep, the newest ones. All by default." placeholder:"N"`
}

// Run saves the ledger as it is, and verifies what it saved. A server may go on meanwhile.
func (cmd *backupCommand) Run(s *session) error {
	if cmd.Keep < 0 {
		return fmt.Errorf("%w: --keep is a number of backups", errUsage)
	}
	from, err := s.source()
	if err != nil {
		return err
	}
	done, err := store.MakeBackup(s.ctx, from, store.BackupOptions{To: cmd.To, Keep: cmd.Keep, Version: version, Progress: s.progress()})
	if s.ctx.Err() != nil {
		return errors.New("the backup was stopped; nothing of it is left")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: ledger %s with %d entries and %d contents of files, %d bytes\n", done.Path, done.Ledger, done.Entries, done.Contents, done.Length)
	fmt.Fprintln(s.out, "whole: it was read again, opened and verified")
	for _, path := range done.Removed {
		fmt.Fprintln(s.out, "removed", path)
	}
	if done.SameDisk {
		fmt.Fprintln(s.errs, "it is on the same disk as the ledger: copy it to another machine, or to a disk that is put away")
	}
	return nil
}

// source is the ledger to save, which others may have open; a restore keeps out meanwhile.
func (s *session) source() (store.Options, error) {
	if err := s.checkPlace(); err != nil {
		return store.Options{}, err
	}
	if s.db != "" {
		return s.options(false), os.MkdirAll(s.data, 0o700)
	}
	file := filepath.Join(s.data, "clew.db")
	if _, err := os.Stat(file); err != nil {
		return store.Options{}, fmt.Errorf("there is no ledger in %s: name its folder with --data", s.data)
	}
	lock, err := lockFileAs(filepath.Join(s.data, backupLockName), syscall.LOCK_SH)
	if errors.Is(err, errBusy) {
		return store.Options{}, fmt.Errorf("a restore of %s is under way: wait for it to end", s.data)
	}
	if err != nil {
		return store.Options{}, err
	}
	s.held = append(s.held, lock)
	return store.Options{Path: file}, nil
}

// progress tells how far something is, once a second.
func (s *session) progress() func(store.Transferring) {
	said := time.Now()
	return func(p store.Transferring) {
		if time.Since(said) < time.Second {
			return
		}
		said = time.Now()
		if p.Total > 0 {
			fmt.Fprintf(s.errs, "%s %s: %d of %d\n", p.Step, p.Table, p.Done, p.Total)
		} else {
			fmt.Fprintf(s.errs, "%s %s: %d\n", p.Step, p.Table, p.Done)
		}
	}
}

// restoreCommand puts a backup into the place of a ledger.
type restoreCommand struct {
	From    string `arg:"" help:"File of the backup." type:"path"`
	Against string `help:"File with signed checkpoints that were kept elsewhere, with which the backup has to agree." type:"existingfile" placeholder:"FILE"`
	Replace bool   `help:"Put a ledger aside that has entries, into a folder beside it."`
}

// Run checks the backup wholly, then puts it into the place of what is in the folder, or into an empty organisation.
func (cmd *restoreCommand) Run(s *session) error {
	to, err := s.target()
	if err != nil {
		return err
	}
	var against []string
	if cmd.Against != "" {
		text, err := os.ReadFile(cmd.Against)
		if err != nil {
			return err
		}
		if against = tlog.SplitCheckpoints(string(text)); len(against) == 0 {
			return fmt.Errorf("there is no checkpoint in %s", cmd.Against)
		}
	}
	done, err := store.Restore(s.ctx, to, store.RestoreOptions{From: cmd.From, Replace: cmd.Replace, Against: against, Progress: s.progress()})
	if s.ctx.Err() != nil {
		return errors.New("the restore was stopped: what was there is there still, unless it says otherwise when it is opened")
	}
	if err != nil {
		return err
	}
	return cmd.tell(s, done)
}

func (cmd *restoreCommand) tell(s *session, done *store.Restored) error {
	if done.Resumed {
		fmt.Fprintf(s.out, "the restore of this backup, which had been broken off, is finished: ledger %s with %d entries\n", done.Ledger, done.Entries)
		return nil
	}
	fmt.Fprintf(s.out, "ledger %s is restored in %s as it was on %s: %d entries and %d contents of files\n", done.Ledger, s.ledger(), done.MadeAt.Format(time.RFC3339), done.Entries, done.Contents)
	fmt.Fprintln(s.out, "whole: every entry is as it was recorded, and the stock is what the entries make of it")
	if done.Aside != "" {
		fmt.Fprintf(s.out, "what was there is in %s\n", done.Aside)
	}
	if done.Lost > 0 {
		fmt.Fprintf(s.out, "%d entries that were recorded after the backup are there only: systems that read them have to read again after entry %d\n", done.Lost, done.Entries)
	}
	if done.Paused > 0 {
		fmt.Fprintf(s.out, "%d feeds to other systems are paused: see clew feeds, and let them go on when that is right\n", done.Paused)
	}
	return nil
}

// target is where a backup goes, which nobody else has open.
func (s *session) target() (store.Options, error) {
	if err := s.checkPlace(); err != nil {
		return store.Options{}, err
	}
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return store.Options{}, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	if s.db != "" {
		return s.options(true), nil
	}
	for _, lock := range []struct{ name, busy string }{
		{"clew.lock", "another clew works on " + s.data + ": stop it first"},
		{backupLockName, "a backup of " + s.data + " is under way: wait for it to end"},
	} {
		held, err := lockFile(filepath.Join(s.data, lock.name))
		if errors.Is(err, errBusy) {
			return store.Options{}, errors.New(lock.busy)
		}
		if err != nil {
			return store.Options{}, err
		}
		s.held = append(s.held, held)
	}
	return store.Options{Path: filepath.Join(s.data, "clew.db"), LogKey: s.logKey, Ephemeral: s.ephemeral}, nil
}
