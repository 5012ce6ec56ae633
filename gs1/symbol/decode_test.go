package symbol_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decoderDir holds the reader that proves the symbols: zxing-cpp as a module of Node.
const decoderDir = "testdata/decoder"

// found is a symbol that the decoder saw.
type found struct {
	Valid      bool
	Identifier string
	Text       string
	ECI        bool // says what the bytes stand for
	Bytes      []byte
}

// decoder is one process for all tests.
type decoder struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

var startDecoder = sync.OnceValues(func() (*decoder, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return nil, fmt.Errorf("missing: node (Debian: nodejs, npm), which reads the symbols in these tests: %w", err)
	}
	if _, err := os.Stat(filepath.Join(decoderDir, "node_modules/zxing-wasm")); err != nil {
		return nil, fmt.Errorf("missing: the decoder; scripts/test installs it, or run npm ci in gs1/symbol/%s: %w", decoderDir, err)
	}
	cmd := exec.Command("node", "decode.mjs")
	cmd.Dir, cmd.Stderr = decoderDir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &decoder{in: in, out: bufio.NewReader(out)}, cmd.Start() // it ends with its standard input
})

// decode reads a picture. Without the decoder the test fails: scripts/test says how to leave such tests out, and says so itself.
func decode(t testing.TB, sort string, picture []byte) []found {
	t.Helper()
	d, err := startDecoder()
	if err != nil {
		t.Fatalf("%v\n(go test -skip '^TestDecoded' runs the rest)", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := fmt.Fprintln(d.in, sort, base64.StdEncoding.EncodeToString(picture)); err != nil {
		t.Fatal(err)
	}
	line, err := d.out.ReadBytes('\n')
	if err != nil {
		t.Fatal("the decoder ended: ", err)
	}
	var all []found
	if err := json.Unmarshal(line, &all); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return all
}

// wantDecoded fails unless the picture holds just one symbol, with the text and symbology identifier.
func wantDecoded(t testing.TB, picture []byte, identifier, text string) {
	t.Helper()
	sort := "linear"
	if identifier[1] == 'd' || identifier[1] == 'Q' {
		sort = "matrix"
	}
	want := []found{{Valid: true, Identifier: identifier, Text: text, Bytes: []byte(text), ECI: strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })}}
	if diff := cmp.Diff(want, decode(t, sort, picture)); diff != "" {
		keepPicture(t, picture)
		t.Errorf("the decoder reads otherwise (-want +got):\n%s", diff)
	}
}

// keepPicture leaves a picture that was not read where CLEW_KEEP says.
func keepPicture(t testing.TB, picture []byte) {
	if dir := os.Getenv("CLEW_KEEP"); dir != "" {
		file, err := os.CreateTemp(dir, "*.png")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		file.Write(picture)
		t.Log("kept ", file.Name())
	}
}
