package auth

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The bounds of passwords and of PINs. A PIN is good at a station only, where an administrator or supervisor put it up.
const (
	ShortestPassword    = 8
	RecommendedPassword = 15
	LongestPassword     = 128
	ShortestPIN         = 6
	LongestPIN          = 12
)

// Cost is how dear it is to try a password, by argon2id.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// UsualCost is what OWASP recommends: 19 MiB and two passes.
var UsualCost = Cost{Memory: 19 << 10, Passes: 2, Lanes: 1}

// HashSecret makes what is kept of a password or a PIN.
func HashSecret(c Cost, secret string) string {
	var salt [16]byte
	rand.Read(salt[:])
	return c.text(salt[:], c.hash(salt[:], secret))
}

func (c Cost) hash(salt []byte, secret string) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(secret)), salt, c.Passes, c.Memory, c.Lanes, 32)
}

func (c Cost) text(salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
}

var errHash = errors.New("auth: what is kept of a password cannot be read")

// CheckSecret reports whether a password or PIN is the one that kept was made of.
func CheckSecret(kept, secret string) (bool, error) {
	c, salt, want, err := parseHash(kept)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(c.hash(salt, secret), want) == 1, nil
}

// parseHash reads what HashSecret writes. Costs that would stop the server are refused: the text comes from a database.
func parseHash(kept string) (c Cost, salt, hash []byte, err error) {
	fields := strings.Split(kept, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); err != nil || n != 3 {
		return c, nil, nil, errHash
	}
	if c.Memory < 8 || c.Memory > 1<<20 || c.Passes < 1 || c.Passes > 20 || c.Lanes < 1 || c.Lanes > 16 {
		return c, nil, nil, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(fields[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(fields[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(hash) != 32 {
		return c, nil, nil, errHash
	}
	return c, salt, hash, nil
}

//go:embed common.txt
var commonText string

// common are the passwords that are tried first everywhere.
var common = sync.OnceValue(func() map[string]struct{} {
	out := map[string]struct{}{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out[line] = struct{}{}
		}
	}
	return out
})

// WeakPassword says what is wrong with a new password, in words; empty when it is taken. about are names that must not be the
// password: the person's own, and the like.
func WeakPassword(password string, about ...string) string {
	password = norm.NFKC.String(password)
	lower := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return "it is not valid UTF-8"
	case n < ShortestPassword:
		return fmt.Sprintf("it has %d characters: %d are the least, %d or more are recommended", n, ShortestPassword, RecommendedPassword)
	case n > LongestPassword:
		return fmt.Sprintf("it has %d characters, %d are the most", n, LongestPassword)
	}
	if _, known := common()[lower]; known {
		return "it is one of the passwords that are tried first everywhere: take another"
	}
	if rest := strings.TrimRight(lower, "0123456789!.?"); len(rest) < len(lower) {
		if _, known := common()[rest]; known || rest == "" || rest == "password" {
			return "it is one of the passwords that are tried first everywhere, with digits behind it: take another"
		}
	}
	if alike(lower) {
		return "it is one character, or a few, again and again: take another"
	}
	for _, name := range append(about, "clew") {
		name = strings.ToLower(strings.TrimSpace(name))
		if len(name) >= 3 && strings.Contains(lower, name) && utf8.RuneCountInString(strings.ReplaceAll(lower, name, "")) < 5 {
			return "it is little more than a name that is known: take another"
		}
	}
	return ""
}

// alike reports whether a text is made of fewer than four different characters.
func alike(text string) bool {
	seen := map[rune]struct{}{}
	for _, c := range text {
		seen[c] = struct{}{}
	}
	return len(seen) < 4
}

// WeakPIN says what is wrong with a new PIN; empty when it is taken.
func WeakPIN(pin string) string {
	if len(pin) < ShortestPIN || len(pin) > LongestPIN || strings.Trim(pin, "0123456789") != "" {
		return fmt.Sprintf("a PIN has %d to %d digits", ShortestPIN, LongestPIN)
	}
	up, down, same := true, true, true
	for i := 1; i < len(pin); i++ {
		up = up && pin[i] == pin[i-1]+1
		down = down && pin[i] == pin[i-1]-1
		same = same && pin[i] == pin[i-1]
	}
	if up || down || same || strings.Repeat(pin[:2], len(pin)/2) == pin || strings.Repeat(pin[:3], len(pin)/3) == pin {
		return "it is one of the PINs that are tried first: take another"
	}
	return ""
}
