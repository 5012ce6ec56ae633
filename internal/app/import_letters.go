package app

import (
	"bufio"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// letters is how the characters of a text file are written. A file says so by its first character that is none of ASCII.
type letters byte

const (
	lettersUnknown letters = iota
	lettersUTF8
	lettersLatin // Windows-1252, which holds Latin-1
)

// read gives text as UTF-8, and reports whether it could be read.
func (l letters) read(text []byte) (string, bool) {
	if utf8.Valid(text) {
		return string(text), l != lettersLatin || isASCII(text)
	}
	if l == lettersUTF8 {
		return "", false
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(text)
	if err != nil {
		return "", false
	}
	for _, c := range text { // five bytes are no character
		if c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d {
			return "", false
		}
	}
	return string(out), true
}

// learn takes from text what it tells of the file.
func (l *letters) learn(text []byte) {
	switch {
	case *l != lettersUnknown || isASCII(text):
	case utf8.Valid(text):
		*l = lettersUTF8
	default:
		*l = lettersLatin
	}
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// readUTF16 reads the rest of the file as UTF-16, which has a mark at its front.
func (r *csvReader) readUTF16() {
	r.in = bufio.NewReaderSize(transform.NewReader(r.in, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), 1<<16)
	r.letters = lettersUTF8
}
