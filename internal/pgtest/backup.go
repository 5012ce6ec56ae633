package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// archive is where a server with Options.Archive puts its log, segment by segment.
func (s *Server) archive() string { return filepath.Join(s.Dir, "archive") }

// archiving are the settings of a server that keeps its log for recoveries to a point in time.
func (s *Server) archiving() (map[string]string, error) {
	if err := os.MkdirAll(s.archive(), 0o700); err != nil {
		return nil, err
	}
	to := filepath.Join(s.archive(), "%f")
	return map[string]string{
		"archive_mode":    "on",
		"archive_command": fmt.Sprintf("test ! -f %[1]s && cp %%p %[1]s.part && mv %[1]s.part %[1]s", to),
		"archive_timeout": "1s",
	}, s.account.own(s.archive())
}

// Backup copies the server's data while it runs, and gives the folder.
func (s *Server) Backup() (string, error) {
	s.copies++
	to := filepath.Join(s.Dir, fmt.Sprintf("backup%d", s.copies))
	return to, s.command("pg_basebackup", "-D", to, "-d", fmt.Sprintf("host=%s port=%d user=%s", s.Dir, s.Port, Super), "-X", "none", "-c", "fast", "--no-sync")
}

// Recover brings up another server from a backup and the archive, as the first one was at a time.
func (s *Server) Recover(backup string, at time.Time) (*Server, error) {
	r, err := prepare(s.options)
	if err != nil {
		return nil, err
	}
	r.passwords, r.recovery = s.passwords, map[string]string{
		"restore_command":        fmt.Sprintf("cp %s %%p", filepath.Join(s.archive(), "%f")),
		"recovery_target_time":   at.UTC().Format("2006-01-02 15:04:05.000000+00"),
		"recovery_target_action": "promote",
	}
	out, err := r.account.as(exec.Command("cp", "-a", backup, r.data())).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("cp: %w\n%s", err, out)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(r.data(), "recovery.signal"), nil, 0o600)
	}
	if err == nil {
		err = r.account.own(filepath.Join(r.data(), "recovery.signal"))
	}
	if err == nil {
		err = r.Restart()
	}
	if err == nil {
		err = r.writable()
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// archived ends the segment of the log that is being written, and waits until it is in the archive.
func (s *Server) archived() error {
	segment, err := s.Ask("postgres", "pg_walfile_name(pg_switch_wal())")
	for deadline := time.Now().Add(patience); err == nil; time.Sleep(10 * time.Millisecond) {
		if _, missing := os.Stat(filepath.Join(s.archive(), segment)); missing == nil {
			return nil
		}
		if time.Now().After(deadline) {
			err = fmt.Errorf("segment %s is not archived", segment)
		}
	}
	return err
}

// writable waits until a server that recovers, or is promoted, takes writes.
func (s *Server) writable() error {
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		recovering, err := s.Ask("postgres", "pg_is_in_recovery()")
		if err == nil && recovering == "false" {
			return nil
		}
		if time.Now().After(deadline) || !s.child.running() {
			said, _ := os.ReadFile(s.log())
			return errors.Join(fmt.Errorf("PostgreSQL does not take writes: %s", said), err)
		}
	}
}
