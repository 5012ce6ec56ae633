package tlog

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoint says how the log was at a time: how many entries it had, and the root over them. Signed it is a note of the form that
// C2SP's tlog-checkpoint describes, with a line more for the time.
type Checkpoint struct {
	Origin string // whose log: see Origin
	Size   int64
	Root   Hash
	Time   time.Time
}

const originMark = "clew/"

// Origin is what the log of a ledger is called in checkpoints, and its keys.
func Origin(ledger string) string { return originMark + ledger }

// LedgerOf is the ledger that an origin names.
func LedgerOf(origin string) string { return strings.TrimPrefix(origin, originMark) }

const (
	timeMark   = "time "
	timeFormat = "2006-01-02T15:04:05.000Z"
	// mostNote is the longest checkpoint that is read.
	mostNote = 4096
)

// NewKey makes a key for signing checkpoints: the secret one, and the public one that others check with.
func NewKey(origin string) (secret, public string, err error) {
	return note.GenerateKey(rand.Reader, origin)
}

// SecretID names a secret key briefly, as CheckKey does its public one.
func SecretID(secret string) (id string, err error) {
	s, err := note.NewSigner(secret)
	if err != nil {
		return "", errors.New("it is no key for signing checkpoints")
	}
	return KeyID(s.Name(), s.KeyHash()), nil
}

// KeyID names a key briefly: by its log and its hash.
func KeyID(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

// CheckKey says what is wrong with a public key, and names it briefly.
func CheckKey(public string) (id string, err error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "", fmt.Errorf("%q is no public key of a log, such as clew/1a2b…+c3d4e5f6+AbCd…", clip(public))
	}
	return KeyID(v.Name(), v.KeyHash()), nil
}

func clip(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}

// Sign signs the checkpoint.
func (c *Checkpoint) Sign(secrets ...string) (string, error) {
	var signers []note.Signer
	for _, secret := range secrets {
		s, err := note.NewSigner(secret)
		if err != nil {
			return "", errors.New("the key for signing checkpoints is damaged")
		}
		signers = append(signers, s)
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, signers...)
	return string(signed), err
}

func (c *Checkpoint) text() string {
	text := c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
	if !c.Time.IsZero() {
		text += timeMark + c.Time.UTC().Format(timeFormat) + "\n"
	}
	return text
}

// ErrUnsigned is what errors about checkpoints wrap that none of the known keys signed.
var ErrUnsigned = errors.New("none of the known keys signed it")

// OpenCheckpoint reads a checkpoint that one of the public keys signed, and says which. A signature of a known key that is wrong is
// an error even beside a good one. With the error that it is signed by none of them comes what it says.
func OpenCheckpoint(text string, public ...string) (c *Checkpoint, key string, err error) {
	if len(text) > mostNote {
		return nil, "", errors.New("it is too long for a checkpoint")
	}
	var known []note.Verifier
	byID := map[string]string{}
	for _, p := range public {
		v, err := note.NewVerifier(p)
		if err != nil {
			return nil, "", fmt.Errorf("%q is no public key of a log", clip(p))
		}
		if id := KeyID(v.Name(), v.KeyHash()); byID[id] == "" {
			byID[id] = p
			known = append(known, v)
		}
	}
	n, err := note.Open([]byte(text), note.VerifierList(known...))
	var unknown *note.UnverifiedNoteError
	var wrong *note.InvalidSignatureError
	switch {
	case errors.As(err, &unknown):
		c, err := parseCheckpoint(unknown.Note.Text)
		if err == nil {
			err = ErrUnsigned
		}
		return c, "", err
	case errors.As(err, &wrong):
		return nil, "", errors.New("its signature does not fit what it says: somebody changed it")
	case err != nil:
		return nil, "", errors.New("it is no signed checkpoint")
	}
	if c, err = parseCheckpoint(n.Text); err != nil {
		return nil, "", err
	}
	for _, sig := range n.Sigs {
		// One way to write a signature only, so that no byte can be changed unseen.
		if raw, err := base64.StdEncoding.DecodeString(sig.Base64); err != nil || base64.StdEncoding.EncodeToString(raw) != sig.Base64 {
			return nil, "", errors.New("its signature is not written as it was")
		}
		if sig.Name == c.Origin {
			return c, byID[KeyID(sig.Name, sig.Hash)], nil
		}
	}
	return c, "", ErrUnsigned
}

// parseCheckpoint reads what was signed. Lines that it does not know are of others' use.
func parseCheckpoint(text string) (*Checkpoint, error) {
	lines := strings.Split(text, "\n")
	bad := errors.New("it is no checkpoint of a log")
	if len(lines) < 4 || lines[0] == "" {
		return nil, bad
	}
	c := &Checkpoint{Origin: lines[0]}
	var err error
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return nil, bad
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != HashSize {
		return nil, bad
	}
	c.Root = Hash(root)
	for _, line := range lines[3:] {
		if at, is := strings.CutPrefix(line, timeMark); is {
			if c.Time, err = time.Parse(timeFormat, at); err != nil {
				return nil, bad
			}
		}
	}
	return c, nil
}

// SplitCheckpoints parts a file to which checkpoints were added one after another.
func SplitCheckpoints(text string) (notes []string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var one strings.Builder
	signed := false
	for line := range strings.Lines(text) {
		is := strings.HasPrefix(line, "— ")
		if !is && signed {
			if one.Len() > 0 {
				notes = append(notes, one.String())
			}
			one.Reset()
			signed = false
		}
		if one.Len() == 0 && strings.TrimSpace(line) == "" {
			continue
		}
		signed = signed || is
		one.WriteString(line)
		if is && !strings.HasSuffix(line, "\n") {
			one.WriteString("\n")
		}
	}
	if strings.TrimSpace(one.String()) != "" {
		notes = append(notes, one.String())
	}
	return notes
}
