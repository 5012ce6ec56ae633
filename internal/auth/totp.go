package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// One-time codes are those of RFC 6238: six digits, a new one every 30 seconds, by HMAC-SHA-1, which all apps for phones know.
const (
	totpStep   = 30 * time.Second
	totpDigits = 1_000_000
)

var totpLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTP draws the secret that a person's app and we share.
func NewTOTP() string {
	var secret [20]byte
	rand.Read(secret[:])
	return totpLetters.EncodeToString(secret[:])
}

// TOTPLink is what an app reads from a QR symbol to learn the secret.
func TOTPLink(issuer, user, secret string) string {
	label := url.PathEscape(issuer) + ":" + url.PathEscape(user)
	return "otpauth://totp/" + label + "?" + url.Values{"secret": {secret}, "issuer": {issuer}}.Encode()
}

// totpAt is the code of one step.
func totpAt(secret string, step int64) (int, error) {
	key, err := totpLetters.DecodeString(secret)
	if err != nil {
		return 0, err
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return int(binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff) % totpDigits, nil
}

// TOTPAt is the code that an app shows at a time, in seconds.
func TOTPAt(secret string, unix int64) string {
	code, err := totpAt(secret, unix/int64(totpStep/time.Second))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%06d", code)
}

// CheckTOTP finds the step that a code is of: the present one, or the one before or after it, as clocks differ; and only one after the
// last that was used, so that a code works once.
func CheckTOTP(secret, code string, now time.Time, used int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	present := now.Unix() / int64(totpStep/time.Second)
	for _, s := range []int64{present, present - 1, present + 1} {
		want, err := totpAt(secret, s)
		if err == nil && s > used && subtle.ConstantTimeCompare(fmt.Appendf(nil, "%06d", want), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// recoveryCodes is how many there are, each of 120 bits.
const recoveryCodes = 10

// NewRecoveryCodes draws codes that each stand in for a one-time code, once.
func NewRecoveryCodes() []string {
	out := make([]string, recoveryCodes)
	for i := range out {
		text := random(24)
		var groups []string
		for at := 0; at < len(text); at += 6 {
			groups = append(groups, text[at:at+6])
		}
		out[i] = strings.Join(groups, "-")
	}
	return out
}

// CleanRecovery is a recovery code as it is hashed, however it was typed; false where the text cannot be one.
func CleanRecovery(text string) (string, bool) {
	text = strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(text))
	return text, len(text) == 24 && isLetters(text)
}
