package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
)

// Tokens are of 160 bits or more, drawn by chance, so that a plain hash of them is kept: nobody finds one by trying. Keys and badges
// begin with a word by which programs find them that look for secrets in files:
//
//	clew_[a-z2-7]{8}_[a-z2-7]{52}
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const (
	keyPrefix = "clew_"
	keyCode   = 8
	keySecret = 52 // 260 bits
)

func random(n int) string {
	buf := make([]byte, (n*5+7)/8)
	rand.Read(buf)
	return letters.EncodeToString(buf)[:n]
}

// NewKey draws an API key: its code, which may be shown, and the whole of it, which is shown once.
func NewKey() (code, key string) {
	code = random(keyCode)
	return code, keyPrefix + code + "_" + random(keySecret)
}

// ParseKey takes the code out of an API key; false where the text cannot be one.
func ParseKey(text string) (code string, ok bool) {
	rest, found := strings.CutPrefix(text, keyPrefix)
	code, secret, parted := strings.Cut(rest, "_")
	if !found || !parted || len(code) != keyCode || len(secret) != keySecret || !isLetters(code) || !isLetters(secret) {
		return "", false
	}
	return code, true
}

func isLetters(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// tokenLength is that of the tokens of sessions and stations: 260 bits.
const tokenLength = 52

// NewToken draws the token of a session or of a station.
func NewToken() string { return random(tokenLength) }

// IsToken reports whether a text can be the token of a session or station.
func IsToken(text string) bool { return len(text) == tokenLength && isLetters(text) }

// badgePrefix begins what is printed on a badge.
const badgePrefix = "clewb_"

// NewBadge draws what is printed on a badge as a symbol: 160 bits.
func NewBadge() string { return badgePrefix + random(32) }

// IsBadge reports whether a text can be that of a badge.
func IsBadge(text string) bool {
	rest, ok := strings.CutPrefix(text, badgePrefix)
	return ok && len(rest) == 32 && isLetters(rest)
}

// NewPassword draws a password for a person's first sign-in: 80 bits, in groups that can be read out.
func NewPassword() string {
	text := random(16)
	return text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
}

// HashToken is what is kept of a token.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Bearer takes the token out of an Authorization header. Other schemes are none.
func Bearer(header string) (token string, ok bool) {
	scheme, token, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.TrimSpace(token)
	return token, token != "" && !strings.ContainsAny(token, " \t,")
}
