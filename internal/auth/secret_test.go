package auth

import (
	"strings"
	"testing"
	"time"
)

var cheap = Cost{Memory: 8, Passes: 1, Lanes: 1}

func TestSecret(t *testing.T) {
	kept := HashSecret(cheap, "a fine password")
	for secret, want := range map[string]bool{"a fine password": true, "a fine passwore": false, "": false, "ａ fine password": true} { // the last in wide letters: NFKC
		if got, err := CheckSecret(kept, secret); err != nil || got != want {
			t.Errorf("%q: %v %v", secret, got, err)
		}
	}
	if one, other := HashSecret(cheap, "x"), HashSecret(cheap, "x"); one == other {
		t.Error("no salt")
	}
	for _, bad := range []string{"", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA", "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA",
		"$argon2id$v=19$m=8,t=1,p=0$AAAAAAAAAAAAAAAAAAAAAA$AA", kept[:len(kept)-3], strings.Replace(kept, "t=1", "t=-1", 1)} {
		if ok, err := CheckSecret(bad, "a fine password"); ok || err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestWeakPassword(t *testing.T) {
	for password, fine := range map[string]bool{
		"short": false, "seven77": false, "password": false, "Password1": false, "trustno1": false, "11111111": false, "abababab": false, "baseball123": false,
		"amelia-k": false, "clewclew1": false, "12345678901": false, "Amelia-K-1": false, strings.Repeat("long ", 30): false,
		"correct horse battery staple": true, "straße im regen": true, "ein Wort mehr, amelia-k": true, "p4ss-the-salt": true, "日本語のパスワード": true,
	} {
		if got := WeakPassword(password, "amelia-k", "Amelia Kern"); (got == "") != fine {
			t.Errorf("%s: %q", password, got)
		}
	}
	if n := len(common()); n < 3000 {
		t.Errorf("%d common passwords, ASVS asks for 3000", n)
	}
}

func TestWeakPIN(t *testing.T) {
	for pin, fine := range map[string]bool{"12345": false, "123456": false, "654321": false, "111111": false, "121212": false, "123123": false, "83920a": false,
		"1234567890123": false, "839204": true, "0039271": true} {
		if got := WeakPIN(pin); (got == "") != fine {
			t.Errorf("%s: %q", pin, got)
		}
	}
}

// TestTOTP has the vectors of RFC 6238, appendix B, cut to six digits, and sees that a code works once.
func TestTOTP(t *testing.T) {
	secret := totpLetters.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		now := time.Unix(at, 0)
		step, ok := CheckTOTP(secret, code, now, 0)
		if !ok {
			t.Errorf("%d: %s is not taken", at, code)
		}
		if _, again := CheckTOTP(secret, code, now, step); again {
			t.Errorf("%d: taken twice", at)
		}
		if _, ok := CheckTOTP(secret, code, now.Add(29*time.Second), 0); !ok {
			t.Errorf("%d: a slow clock is not allowed for", at)
		}
		if _, ok := CheckTOTP(secret, code, now.Add(2*time.Minute), 0); ok {
			t.Errorf("%d: an old code is taken", at)
		}
	}
	for _, code := range []string{"", "28708", "0287082", "28708a"} {
		if _, ok := CheckTOTP(secret, code, time.Unix(59, 0), 0); ok {
			t.Errorf("%q is taken", code)
		}
	}
	if link := TOTPLink("Clew", "amelia k", "ABC"); link != "otpauth://totp/Clew:amelia%20k?issuer=Clew&secret=ABC" {
		t.Error(link)
	}
}

func TestTokens(t *testing.T) {
	code, key := NewKey()
	if got, ok := ParseKey(key); !ok || got != code {
		t.Errorf("%s: %s %v", key, got, ok)
	}
	if other, _ := NewKey(); other == code {
		t.Error("the same code again")
	}
	for _, bad := range []string{"", "clew_", key + "a", key[:len(key)-1], strings.ToUpper(key), strings.Replace(key, "_", "-", 1), "clew__" + strings.Repeat("a", 52)} {
		if _, ok := ParseKey(bad); ok {
			t.Errorf("%q is taken for a key", bad)
		}
	}
	if token := NewToken(); !IsToken(token) || IsToken(token+"a") {
		t.Error(token)
	}
	if badge := NewBadge(); !IsBadge(badge) || IsBadge(badge[1:]) {
		t.Error(badge)
	}
	if fault := WeakPassword(NewPassword()); fault != "" {
		t.Error(fault)
	}
	for _, text := range NewRecoveryCodes() {
		if _, ok := CleanRecovery(strings.ToUpper(" " + text)); !ok {
			t.Error(text)
		}
	}
	for header, want := range map[string]string{"Bearer a": "a", "bearer  b ": "b", "Basic a": "", "Bearer": "", "Bearer ": "", "Bearer a, b": "", "Bearer a b": ""} {
		if got, ok := Bearer(header); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", header, got, ok)
		}
	}
}

// FuzzTokens reads whatever a stranger may send: nothing panics, and what is taken is of the one form.
func FuzzTokens(f *testing.F) {
	_, key := NewKey()
	for _, seed := range []string{key, "Bearer " + key, NewBadge(), NewToken(), "clew_\x00_", "Bearer \xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if code, ok := ParseKey(text); ok && (len(text) != 66 || !strings.HasPrefix(text, "clew_"+code+"_")) {
			t.Errorf("%q gives %q", text, code)
		}
		if token, ok := Bearer(text); ok && (token == "" || strings.ContainsAny(token, " ,\t")) {
			t.Errorf("%q gives %q", text, token)
		}
		if IsToken(text) && len(text) != 52 || IsBadge(text) && len(text) != 38 {
			t.Errorf("%q", text)
		}
		CleanRecovery(text)
		CheckTOTP(text, text, time.Unix(59, 0), 0)
		parseHash(text)
	})
}
