package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// what differs from one walk to the next.
var fleeting = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?Z)?`), "…"},
	{regexp.MustCompile(`in [0-9.]+m?s(, \d+ a second)?`), "in …"},
	{regexp.MustCompile(`ledger [0-9a-f]{32}`), "ledger …"},
}

func steady(text string) string {
	for _, f := range fleeting {
		text = f.pattern.ReplaceAllString(text, f.instead)
	}
	return strings.TrimSpace(text)
}

// step is one command of the tour and what the README says it answers.
type step struct {
	command string
	answer  string
	line    int // of the README, where the answer begins
	lines   int
}

// readTour finds the commands in the README, behind the mark of the tour.
func readTour(t *testing.T) ([]step, []string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var steps []step
	inTour, inBlock := false, false
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "<!-- tour"):
			inTour = true
		case inTour && line == "```console":
			inBlock = true
		case line == "```":
			inBlock = false
		case inBlock && strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: line[2:], line: i + 1})
		case inBlock:
			last := &steps[len(steps)-1]
			last.answer += line + "\n"
			last.lines++
		}
	}
	if len(steps) < 15 {
		t.Fatalf("the README's tour has %d commands", len(steps))
	}
	return steps, lines
}

// TestTour walks the README's tour word by word, with a built binary, a server and a shell, and compares the answers.
func TestTour(t *testing.T) {
	steps, readme := readTour(t)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	binary := buildClew(t, dir)
	if err := os.CopyFS(filepath.Join(dir, "docs", "tour"), os.DirFS(filepath.Join(root, "docs", "tour"))); err != nil {
		t.Fatal(err)
	}
	address := startServer(t, binary, filepath.Join(dir, "data"))
	shell := newShell(t, dir)
	var fresh []string
	for _, s := range steps {
		command := strings.NewReplacer("http://127.0.0.1:8080", address, "/tmp/refused.csv", filepath.Join(dir, "refused.csv")).Replace(s.command)
		got := shell.run(t, command)
		got = strings.NewReplacer(address, "http://127.0.0.1:8080", filepath.Join(dir, "refused.csv"), "/tmp/refused.csv").Replace(got)
		fresh = append(fresh, got)
		if os.Getenv("UPDATE_TOUR") == "" && steady(got) != steady(s.answer) {
			t.Errorf("$ %s\n%s\nREADME:\n%s", s.command, steady(got), steady(s.answer))
		}
	}
	if os.Getenv("UPDATE_TOUR") != "" {
		writeTour(t, steps, readme, fresh)
	}
}

func writeTour(t *testing.T, steps []step, readme, fresh []string) {
	t.Helper()
	for i := len(steps) - 1; i >= 0; i-- {
		var answer []string
		if text := strings.TrimRight(fresh[i], "\n"); text != "" {
			answer = strings.Split(text, "\n")
		}
		at := steps[i].line
		readme = append(readme[:at:at], append(answer, readme[at+steps[i].lines:]...)...)
	}
	if err := os.WriteFile("../../README.md", []byte(strings.Join(readme, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// startServer serves a data folder until the test ends, and returns the address.
func startServer(t *testing.T, binary, data string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--log", "error")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
}

// shell is one sh that takes command after command, as a person's terminal does.
type shell struct {
	in  *bufio.Writer
	out *bufio.Reader
}

func newShell(t *testing.T, dir string) *shell {
	t.Helper()
	cmd := exec.Command("sh")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CLEW_DATA="+filepath.Join(dir, "data"), "PWD="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &shell{bufio.NewWriter(in), bufio.NewReader(out)}
}

const endOfAnswer = "=== end of answer ==="

func (s *shell) run(t *testing.T, command string) string {
	t.Helper()
	s.in.WriteString(command + "\necho; echo '" + endOfAnswer + "'\n")
	if err := s.in.Flush(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for {
		line, err := s.out.ReadString('\n')
		if strings.TrimSpace(line) == endOfAnswer {
			return strings.TrimRight(b.String(), "\n") + "\n"
		}
		if err != nil {
			t.Fatalf("%s: the shell ended: %v\n%s", command, err, b.String())
		}
		b.WriteString(line)
	}
}
