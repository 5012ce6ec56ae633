package api

import (
	"strings"
	"testing"
)

// FuzzCutSignature: what is left of a body never holds what the signature held, and says the same otherwise.
func FuzzCutSignature(f *testing.F) {
	for _, text := range []string{`{"a":1,"signature":{"user":"u","password":"sEcReT"},"b":"signature"}`, `{"signature":null}`, `[]`, `{"signature":1}`, `{"a":{"signature":{}}}`,
		`{"signature":{},"signature":{}}`, `{"signature":{"user":"u"}} x`, `{"a":"\"signature\""}`, `{"signature`, `{"signature":{}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rest, given, err := cutSignature(text)
		if err == nil && given == nil && rest != text {
			t.Fatalf("%q became %q", text, rest)
		}
		if err == nil && given != nil && strings.Contains(rest, "sEcReT") && strings.Count(text, "sEcReT") == 1 && given.Password == "sEcReT" {
			t.Fatalf("%q is left of %q", rest, text)
		}
	})
}

func TestCutSignature(t *testing.T) {
	for text, want := range map[string]string{
		`{"reason":"r", "signature":{"user":"u","password":"p","meaning":"release"} ,"units":[1, 2]}`: `{"reason":"r","units":[1, 2]}`,
		`{"signature":{"user":"u"}}`:   `{}`,
		`{"signature":{"user":"u"}} x`: `{} x`,
		`{"note":"\"signature\""}`:     `{"note":"\"signature\""}`,
	} {
		if rest, _, err := cutSignature(text); err != nil || rest != want {
			t.Errorf("%s: %q, %v", text, rest, err)
		}
	}
	for _, text := range []string{`{"signature":{"user":"u"},"signature":{}}`, `{"signature":{"who":"u"}}`, `{"signature":"x"}`} {
		if _, _, err := cutSignature(text); err == nil || !strings.Contains(err.Error(), "signature") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
