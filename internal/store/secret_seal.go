package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"strings"

	"clew/internal/stock"
)

// The secrets of one-time codes cannot be kept as hashes. They are encrypted with a key that lies in the file of the log's keys and never
// in the database, so that a copy of the database makes no codes.

const (
	secretLine   = "one-time-codes+" // begins the line of such a key in the file; behind it the ledger, the key's id, the key
	secretSealed = "aes1:"           // begins a secret that is encrypted; behind it the key's id and what AES-GCM makes of it
)

// secretKey is a key by which secrets are encrypted.
type secretKey struct {
	id  string
	key []byte
}

func secretID(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:4])
}

// codeKeys reads the keys of the ledger's one-time codes, the oldest first. Nothing else is said of a file that is not there.
func (s *Store) codeKeys() (keys []secretKey, err error) {
	text, err := os.ReadFile(s.logKeyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for line := range strings.Lines(string(text)) {
		parts := strings.Split(strings.TrimSpace(line), "+")
		if len(parts) != 4 || parts[0]+"+" != secretLine || parts[1] != s.ledger {
			continue
		}
		key, bad := base64.RawURLEncoding.DecodeString(parts[3])
		if bad == nil && len(key) == 32 && secretID(key) == parts[2] { // a line that was not written to its end is no key
			keys = append(keys, secretKey{parts[2], key})
		}
	}
	return keys, fault(err)
}

// codeKeyLines are the lines of the file with the keys of this ledger's one-time codes.
func (s *Store) codeKeyLines() (lines []string, err error) {
	keys, err := s.codeKeys()
	for _, k := range keys {
		lines = append(lines, secretLine+s.ledger+"+"+k.id+"+"+base64.RawURLEncoding.EncodeToString(k.key))
	}
	return lines, err
}

func errNoCodeKey(s *Store) error {
	return stock.Errorf(stock.Unavailable, stock.CodeNoLogKey, "", "the key of the one-time codes is not on this server: it is looked for in %s, beside that of the log", s.logKeyPath())
}

func (k secretKey) box() cipher.AEAD {
	block, err := aes.NewCipher(k.key)
	if err != nil {
		panic(err) // of 32 bytes, always
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // of AES, always
	}
	return box
}

// SealSecret encrypts the secret of a user's one-time codes. It is the user's alone: put in the place of another's, it cannot be read.
func (s *Store) SealSecret(ctx context.Context, user, secret string) (string, error) {
	keys, err := s.codeKeys()
	if err != nil {
		return "", err
	}
	if len(keys) == 0 {
		k, err := s.newCodeKey(ctx)
		if err != nil {
			return "", err
		}
		keys = []secretKey{k}
	}
	k := keys[len(keys)-1]
	box := k.box()
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	return secretSealed + k.id + ":" + base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(secret), s.secretOwner(user))), nil
}

// newCodeKey makes the key, which is on the disk before anything is encrypted with it. Where secrets are encrypted already, the key is on another server.
func (s *Store) newCodeKey(ctx context.Context) (k secretKey, err error) {
	there := false
	if err := s.query(ctx, `SELECT EXISTS (SELECT 1 FROM secret s WHERE s.hash LIKE $1)`, []any{secretSealed + "%"}, func(r *sql.Rows) error { return r.Scan(&there) }); err != nil {
		return k, err
	}
	if there {
		return k, errNoCodeKey(s)
	}
	k.key = make([]byte, 32)
	rand.Read(k.key)
	k.id = secretID(k.key)
	return k, addKeys(s.logKeyPath(), secretLine+s.ledger+"+"+k.id+"+"+base64.RawURLEncoding.EncodeToString(k.key))
}

// OpenSecret decrypts what SealSecret made for a user. What was kept by an older version is as it is.
func (s *Store) OpenSecret(user, kept string) (string, error) {
	sealed, is := strings.CutPrefix(kept, secretSealed)
	if !is {
		return kept, nil
	}
	id, text, _ := strings.Cut(sealed, ":")
	keys, err := s.codeKeys()
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if k.id != id {
			continue
		}
		box := k.box()
		data, err := base64.RawURLEncoding.DecodeString(text)
		if err == nil && len(data) < box.NonceSize() {
			err = errors.New("it is too short")
		}
		if err != nil {
			return "", err
		}
		secret, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], s.secretOwner(user))
		return string(secret), err
	}
	return "", errNoCodeKey(s)
}

func (s *Store) secretOwner(user string) []byte {
	return []byte(s.ledger + "\x00" + stock.UserKey(user))
}
