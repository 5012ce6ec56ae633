package pgtest

import (
	"errors"
	"fmt"
	"time"
)

// Follow starts a streaming standby of the server: the same roles and passwords, read only until promoted. It is known
// to the server as standby1, standby2 and so on, for synchronous_standby_names.
func (s *Server) Follow() (*Server, error) {
	s.standbys++
	standby, err := prepare(s.options)
	if err != nil {
		return nil, err
	}
	standby.passwords = s.passwords
	from := fmt.Sprintf("host=%s port=%d user=%s application_name=standby%d", s.Dir, s.Port, Super, s.standbys)
	err = standby.command("pg_basebackup", "-D", standby.data(), "-d", from, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	if err == nil {
		err = standby.Restart()
	}
	if err != nil {
		return nil, errors.Join(err, standby.Close())
	}
	return standby, nil
}

// Promote makes a standby a server of its own, and returns when it takes writes.
func (s *Server) Promote() error {
	return s.Exec("postgres", fmt.Sprintf("SELECT pg_promote(true, %d)", int(patience.Seconds())))
}

// Pause lets a standby receive but not show what is new, so that it lags.
func (s *Server) Pause() error { return s.Exec("postgres", "SELECT pg_wal_replay_pause()") }

// Resume lets a paused standby go on.
func (s *Server) Resume() error { return s.Exec("postgres", "SELECT pg_wal_replay_resume()") }

// CaughtUp waits until a standby shows all that the server it follows has written by now.
func (s *Server) CaughtUp(leader *Server) error {
	position, err := leader.Ask("postgres", "pg_current_wal_lsn()")
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		reached, err := s.Ask("postgres", "pg_last_wal_replay_lsn() >= '"+position+"'")
		if err != nil {
			return err
		}
		if reached == "true" {
			return nil
		}
	}
	return fmt.Errorf("the standby did not reach %s within %s", position, patience)
}
