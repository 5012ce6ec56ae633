package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// logKeyFile is what the file with the secret keys is called where no option says otherwise.
const logKeyFile = "log.key"

// LogKey is a key that signs checkpoints, from an entry on.
type LogKey struct {
	Entry  int64 // that made it the key; 0 for the first one
	Key    string
	ID     string
	MadeAt stock.Time
	Here   bool // this server has the secret one
	secret string
}

// keyring are the keys of a log, the oldest first.
type keyring []*LogKey

// at is the key that signs when there are so many entries.
func (k keyring) at(size int64) (key *LogKey) {
	for _, one := range k {
		if one.Entry <= size {
			key = one
		}
	}
	return key
}

// of is the key that an entry announced.
func (k keyring) of(entry int64) *LogKey {
	for _, one := range k {
		if one.Entry == entry {
			return one
		}
	}
	return nil
}

// signedBy reports whether a key signed a checkpoint, perhaps beside others.
func signedBy(note, public string) bool {
	_, _, err := tlog.OpenCheckpoint(note, public)
	return err == nil
}

func (k keyring) last() *LogKey {
	if len(k) == 0 {
		return nil
	}
	return k[len(k)-1]
}

func (k keyring) public() (out []string) {
	for _, one := range k {
		out = append(out, one.Key)
	}
	return out
}

func errNoLogKey(s *Store) error {
	return stock.Errorf(stock.Unavailable, stock.CodeNoLogKey, "", "the key that signs the log is not on this server: it is looked for in %s", s.logKeyPath())
}

// LogKeys lists the keys of the log, the oldest first.
func (s *Store) LogKeys(ctx context.Context) ([]*LogKey, error) {
	return s.keyring(ctx, false)
}

// keyring reads the keys, and makes the first one where there is none yet and that is asked for.
func (s *Store) keyring(ctx context.Context, create bool) (keyring, error) {
	keys, err := s.publicKeys(ctx)
	if err != nil || s.options.copied {
		return keys, err
	}
	if len(keys) == 0 && create {
		if err := s.makeKey(ctx); err != nil {
			return nil, err
		}
		if keys, err = s.publicKeys(ctx); err != nil {
			return nil, err
		}
	}
	secrets, err := s.secretKeys()
	for _, key := range keys {
		key.secret = secrets[key.ID]
		key.Here = key.secret != ""
	}
	return keys, err
}

func (s *Store) publicKeys(ctx context.Context) (keys keyring, err error) {
	err = s.query(ctx, `SELECT k.entry, k.key, k.made_at FROM log_key k ORDER BY k.entry`, nil, func(r *sql.Rows) error {
		k := &LogKey{}
		if err := r.Scan(&k.Entry, &k.Key, &k.MadeAt); err != nil {
			return err
		}
		k.ID, _ = tlog.CheckKey(k.Key) // one that is damaged has no secret key, and clew verify says so
		keys = append(keys, k)
		return nil
	})
	return keys, err
}

// logKeyPath is where the secret keys are.
func (s *Store) logKeyPath() string {
	if s.options.LogKey != "" {
		return s.options.LogKey
	}
	return filepath.Join(s.dir(), logKeyFile)
}

// secretKeys reads the file of secret keys, by what each is called. The keys of several logs may be in it.
func (s *Store) secretKeys() (map[string]string, error) {
	return readKeys(s.logKeyPath())
}

func readKeys(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, stock.Errorf(stock.Unavailable, stock.CodeNoLogKey, "", "the file with the key that signs the log cannot be read: %v", err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if id, err := tlog.SecretID(strings.TrimSpace(line)); err == nil { // a line that was not written to its end is no key that anybody knows of
			out[id] = strings.TrimSpace(line)
		}
	}
	return out, nil
}

// makeKey makes the first key. The secret one is on the disk before anybody knows the public one.
func (s *Store) makeKey(ctx context.Context) error {
	public, err := s.newSecret()
	if err != nil {
		return err
	}
	_, err = s.change(ctx, `INSERT INTO log_key (entry, key, made_at) VALUES (0, $1, $2) ON CONFLICT (entry) DO NOTHING`, public, int64(s.Now()))
	return err
}

// newSecret adds a secret key to the file, and answers its public one.
func (s *Store) newSecret() (public string, err error) {
	secret, public, err := tlog.NewKey(tlog.Origin(s.ledger))
	if err != nil {
		return "", err
	}
	return public, addKeys(s.logKeyPath(), secret)
}

// addKeys adds lines to a file of keys, which only its owner can read, and returns when they are on the disk.
func addKeys(path string, secrets ...string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fault(err)
	}
	_, err = file.WriteString("\n" + strings.Join(secrets, "\n") + "\n")
	return fault(errors.Join(err, file.Sync(), file.Close(), syncFolder(filepath.Dir(path))))
}

// handKeys gives another store the secret keys of this one's log that it does not have.
func (s *Store) handKeys(to *Store) error {
	have, err := s.secretKeys()
	if err != nil {
		return err
	}
	there, err := to.secretKeys()
	if err != nil {
		return err
	}
	var missing []string
	for id, secret := range have {
		if there[id] == "" && strings.HasPrefix(id, tlog.Origin(s.ledger)+"+") {
			missing = append(missing, secret)
		}
	}
	codes, err := s.codeKeyLines()
	if err != nil {
		return err
	}
	lines, err := os.ReadFile(to.logKeyPath())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault(err)
	}
	for _, line := range codes {
		if !strings.Contains(string(lines), line) {
			missing = append(missing, line)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return addKeys(to.logKeyPath(), missing...)
}
