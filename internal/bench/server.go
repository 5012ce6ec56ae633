package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// server is a clew that serves a data folder, watched for its memory.
type server struct {
	cmd   *exec.Cmd
	url   string
	first time.Duration // from start to the first answer
	peak  atomic.Int64
	stop  chan struct{}
	http  *http.Client
	key   string // by which the bench is let in
}

var address = regexp.MustCompile(`http://[0-9.:]+`)

// serve starts the binary on a data folder and waits for its first answer.
func (r *run) serve(data string) (*server, error) {
	_, where, err := r.home(data)
	if err != nil {
		return nil, err
	}
	if r.Ephemeral {
		where = append(where, "--ephemeral")
	}
	cmd := exec.CommandContext(r.ctx, r.Binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--log", "error"}, where...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	s := &server{cmd: cmd, url: address.FindString(line), stop: make(chan struct{}), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	if _, err := s.get(r.ctx, "/readyz"); err != nil {
		return nil, err
	}
	s.first = time.Since(started)
	if s.key, err = r.letIn(where); err != nil {
		return nil, err
	}
	go s.watch()
	return s, nil
}

// letIn makes a user and an API key, as an administrator at the machine does.
func (r *run) letIn(where []string) (key string, err error) {
	for _, args := range [][]string{{"user", "add", "bench", "--role", "administrator", "--no-password"},
		{"key", "create", "--user", "bench", "--scope", "read,move,adjust,override,reverse,hold,release,manage,people,audit", "bench"}} {
		out, err := exec.CommandContext(r.ctx, r.Binary, append(args, where...)...).CombinedOutput()
		if err != nil && !strings.Contains(string(out), "user_exists") {
			return "", fmt.Errorf("%w: %s", err, out)
		}
		key = strings.TrimSpace(string(out))
	}
	return key, nil
}

// show has a request say who asks.
func (s *server) show(req *http.Request) {
	if s.key != "" {
		req.Header.Set("Authorization", "Bearer "+s.key)
	}
}

// watch samples the server's anonymous memory.
func (s *server) watch() {
	for {
		select {
		case <-s.stop:
			return
		case <-time.After(20 * time.Millisecond):
			if n := rssAnon(s.cmd.Process.Pid); n > s.peak.Load() {
				s.peak.Store(n)
			}
		}
	}
}

func rssAnon(pid int) int64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// close stops the server and keeps the most memory it used.
func (r *run) close(s *server) {
	close(s.stop)
	r.peak = max(r.peak, s.peak.Load())
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

func (s *server) get(ctx context.Context, path string) ([]byte, error) {
	return s.send(ctx, http.MethodGet, path, "", nil)
}

func (s *server) post(ctx context.Context, path, key string, body []byte) ([]byte, error) {
	return s.send(ctx, http.MethodPost, path, key, body)
}

func (s *server) send(ctx context.Context, method, path, key string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	s.show(req)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, answer)
	}
	return answer, err
}

// size is the ledger's file after a checkpoint has emptied its log.
func size(data string) (int64, error) {
	db, err := bare(data)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return 0, err
	}
	info, err := os.Stat(filepath.Join(data, "clew.db"))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
