package stock

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	for given, want := range map[string]string{
		"coa.pdf": "coa.pdf", "../../etc/passwd": "passwd", `C:\temp\coa.pdf`: "coa.pdf", "": "file", "..": "file", "/": "file",
		"a\x00b\r\nc.pdf": "abc.pdf", "ev\u202egpj.exe": "evgpj.exe", "a\xffb": "ab", "zero\u200bwidth": "zerowidth", `a"b<c>.txt`: "a_b_c_.txt",
		".hidden": "hidden", "Prüfung 5.pdf": "Prüfung 5.pdf", strings.Repeat("ü", 200) + ".pdf": strings.Repeat("ü", 73) + ".pdf",
	} {
		if got := CleanName(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\u202e.pdf")
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanName(name)
		if got == "" || len(got) > maxFileName || strings.ContainsAny(got, "/\\\x00\r\n\"") || !utf8.ValidString(got) || CleanName(got) != got {
			t.Errorf("%q: %q", name, got)
		}
	})
}

func TestMediaOf(t *testing.T) {
	for _, c := range []struct{ name, declared, sniffed, want string }{
		{"a.pdf", "", "application/pdf", "application/pdf"},
		{"a.pdf", "application/octet-stream", "application/pdf", "application/pdf"},
		{"a.pdf", "application/pdf", "text/html; charset=utf-8", PlainBytes},
		{"a.pdf", "image/png", "application/pdf", PlainBytes},
		{"a.png", "", "application/pdf", PlainBytes},
		{"a", "", "image/png", "image/png"},
		{"a.csv", "", "text/plain; charset=utf-8", "text/csv"},
		{"a.html", "text/html", "text/html; charset=utf-8", PlainBytes},
		{"a.svg", "image/svg+xml", "text/xml; charset=utf-8", PlainBytes},
		{"a.exe", "", "application/octet-stream", PlainBytes},
		{"a.xlsx", "", "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"a.JPG", "image/jpeg", "image/jpeg", "image/jpeg"},
	} {
		if got := MediaOf(c.name, c.declared, c.sniffed); got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
}
