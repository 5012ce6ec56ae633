package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestCrash_Server kills the built server under load, again and again, on one ledger. Whatever it acknowledged must be
// there when it comes back; what it did not is sent again with the same key, and must not be there twice.
func TestCrash_Server(t *testing.T) {
	kills := 8
	if os.Getenv("CLEW_SOAK") != "" {
		kills = 200
	}
	dir := t.TempDir()
	binary := buildClew(t, dir)
	data := filepath.Join(dir, "data")
	s := startKillable(t, binary, data)
	for path, body := range map[string]string{
		"/v1/products": `{"sku":"BIKE","tracking":"serial"}`,
		"/v1/sites":    `{"code":"MAIN"}`,
		"/v1/partners": `{"code":"MILL"}`,
	} {
		s.must(t, path, "", body)
	}
	s.must(t, "/v1/locations", "", `{"site":"MAIN","code":"DOCK"}`)
	c := &crash{random: rand.New(rand.NewPCG(1, uint64(kills)))}
	for range kills {
		c.load(s, 16)
		c.loaded()
		time.Sleep(time.Duration(20+c.random.IntN(120)) * time.Millisecond)
		s.kill()
		c.wait()
		s = startKillable(t, binary, data)
		c.check(t, s)
	}
	s.kill()
	if c.acknowledged < kills {
		t.Errorf("only %d receipts were acknowledged before %d kills: there was no load", c.acknowledged, kills)
	}
	out, err := exec.Command(binary, "verify", "--data", data).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "whole") {
		t.Errorf("verify: %v\n%s", err, out)
	}
	out, err = exec.Command(binary, "stock", "--data", data, "--json").Output()
	if want := fmt.Sprintf(`"quantity":"%d"`, c.sent); err != nil || !strings.Contains(string(out), want) {
		t.Errorf("every receipt sent, once each, should make %s: %v\n%s", want, err, out)
	}
	t.Logf("%d kills, %d receipts acknowledged, %d sent again", kills, c.acknowledged, c.again)
}

// crash is the load of one test: receipts of one bike each, under a key of their own.
type crash struct {
	random       *rand.Rand
	mu           sync.Mutex
	sent         int
	acked, open  []int // since the last check
	acknowledged int
	again        int
	callers      sync.WaitGroup
}

func (c *crash) load(s *killable, callers int) {
	for range callers {
		c.callers.Go(func() {
			for {
				c.mu.Lock()
				c.sent++
				n := c.sent
				c.mu.Unlock()
				_, err := s.receive(n)
				c.mu.Lock()
				if err == nil {
					c.acked = append(c.acked, n)
				} else {
					c.open = append(c.open, n)
				}
				c.mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
}

// loaded waits until a receipt is acknowledged, so that it is killed under load.
func (c *crash) loaded() {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		c.mu.Lock()
		n := len(c.acked)
		c.mu.Unlock()
		if n > 0 {
			return
		}
	}
}

func (c *crash) wait() { c.callers.Wait() }

// check sends everything since the last kill again: what was acknowledged must be known, the rest becomes so.
func (c *crash) check(t *testing.T, s *killable) {
	t.Helper()
	for _, n := range c.acked {
		replayed, err := s.receive(n)
		if err != nil || !replayed {
			t.Fatalf("receipt %d was acknowledged and is lost (%v)", n, err)
		}
	}
	for _, n := range c.open {
		if _, err := s.receive(n); err != nil {
			t.Fatalf("receipt %d cannot be sent again: %v", n, err)
		}
	}
	c.acknowledged += len(c.acked)
	c.again += len(c.open)
	c.acked, c.open = nil, nil
}

// killable is a server that dies without notice.
type killable struct {
	cmd  *exec.Cmd
	url  string
	key  string
	http *http.Client
}

func startKillable(t *testing.T, binary, data string) *killable {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--log", "error")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not come back: %v", err)
	}
	return &killable{cmd, regexp.MustCompile(`http://[0-9.:]+`).FindString(line), keyFor(t, binary, data),
		&http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}}
}

// keyFor is an API key that may do everything in the ledger, made by the administrator at the machine. It is kept beside the ledger
// for servers that come back.
func keyFor(t *testing.T, binary, data string) string {
	t.Helper()
	file := data + ".key"
	if kept, err := os.ReadFile(file); err == nil {
		return string(kept)
	}
	var key string
	for _, args := range [][]string{{"user", "add", "tester", "--role", "administrator", "--no-password"},
		{"key", "create", "--user", "tester", "--scope", "read,move,adjust,override,reverse,hold,release,manage,people,audit", "test"}} {
		out, err := exec.Command(binary, append(args, "--data", data)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		key = strings.TrimSpace(string(out))
	}
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	return key
}

func (s *killable) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
	s.http.CloseIdleConnections()
}

func (s *killable) receive(n int) (replayed bool, err error) {
	return s.post("/v1/movements", fmt.Sprintf("receipt-%d", n),
		fmt.Sprintf(`{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","units":["B%08d"],"to":"DOCK"}]}`, n))
}

func (s *killable) post(path, key, body string) (replayed bool, err error) {
	req, err := http.NewRequest(http.MethodPost, s.url+path, bytes.NewBufferString(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+s.key)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", resp.Status, text)
	}
	return resp.Header.Get("Idempotency-Replayed") == "true", err
}

func (s *killable) must(t *testing.T, path, key, body string) {
	t.Helper()
	if _, err := s.post(path, key, body); err != nil {
		t.Fatal(err)
	}
}

// buildClew builds the program as it is.
func buildClew(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "bin", "clew")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}
