package store

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"clew/internal/stock"
)

const (
	crashWorkers = 12
	crashEnvSeed = "CLEW_TEST_CRASH"
)

// crashCall is what a worker of the child asks: its n-th request in the life of that child.
func crashCall(round string, worker, n int) *stock.Draft {
	key := fmt.Sprintf("%s-%d-%d", round, worker, n)
	switch serial := fmt.Sprintf("W%02d%s%05d", worker, round, n/3); n % 3 {
	case 0:
		return keyed(key, 1, receive(bikes(serial)))
	case 1:
		return keyed(key, 1, &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{serial}, To: "SHELF"}}})
	default:
		return keyed(key, 1, shipBike(serial))
	}
}

// careless is the value of PRAGMA synchronous in a child that is to lose something.
var careless string

// crashChild posts from several goroutines and prints each request before it is sent and after it was answered, until it is killed.
func crashChild(t *testing.T, db *testbed) {
	round, lie := os.Getenv(crashEnvSeed), false
	round, lie = strings.CutSuffix(round, "!")
	s := mustOpen(t, db)
	if careless != "" {
		if _, err := s.writer.conn.ExecContext(t.Context(), "PRAGMA synchronous = "+careless); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(os.Stdout, format+"\n", args...) // one write a line: the pipe keeps it whole
	}
	var wg sync.WaitGroup
	for worker := range crashWorkers {
		wg.Go(func() {
			for n := 0; ; n++ {
				d := crashCall(round, worker, n)
				say("sent %d %d", worker, n)
				if lie {
					say("acked %d %d %d", worker, n, 0)
				}
				out, err := s.Post(t.Context(), d)
				if err != nil || out[0].Err != nil {
					say("failed %v %v", err, out)
					return
				}
				if !lie {
					say("acked %d %d %d", worker, n, out[0].Entry)
				}
			}
		})
	}
	wg.Wait()
}

// crashed is what the parent heard of a child before it killed it.
type crashed struct {
	round string
	sent  [crashWorkers]int           // requests sent
	acked [crashWorkers]map[int]int64 // entries by request
	total int
}

// crash runs a child for a while and kills it at a moment that nobody chose.
func crash(t *testing.T, path, round string, lie bool, wait time.Duration) *crashed {
	t.Helper()
	seed := round
	if lie {
		seed += "!"
	}
	return crashAs(t, "crash", path, seed, wait, func(p *os.Process) { p.Signal(syscall.SIGKILL) })
}

// crashAs runs a child that does something under load, and ends it after a while.
func crashAs(t *testing.T, name, path, seed string, wait time.Duration, end func(*os.Process)) *crashed {
	t.Helper()
	round := strings.TrimSuffix(seed, "!")
	cmd := childCommand(t, self(t), name, path)
	cmd.Env = append(cmd.Env, crashEnvSeed+"="+seed)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &crashed{round: round}
	var timer *time.Timer
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || f[0] != "sent" && f[0] != "acked" {
			t.Errorf("round %s: the child says %q", round, lines.Text())
			continue
		}
		if timer == nil { // the clock starts when the child is at work
			timer = time.AfterFunc(wait, func() { end(cmd.Process) })
		}
		worker, _ := strconv.Atoi(f[1])
		n, _ := strconv.Atoi(f[2])
		if f[0] == "sent" {
			c.sent[worker] = max(c.sent[worker], n+1)
			continue
		}
		if c.acked[worker] == nil {
			c.acked[worker] = map[int]int64{}
		}
		c.acked[worker][n], _ = strconv.ParseInt(f[3], 10, 64)
		c.total++
	}
	if err := cmd.Wait(); err == nil {
		t.Errorf("round %s: the child ended by itself", round)
	}
	return c
}

// lost compares what was acknowledged with what is there, then sends everything that was sent once more: what had been
// recorded must answer as before, what had not is recorded now, and nothing twice.
func (c *crashed) lost(t *testing.T, s *Store) (lost int) {
	t.Helper()
	for worker := range crashWorkers {
		var again []*stock.Draft
		for n := range c.sent[worker] {
			again = append(again, crashCall(c.round, worker, n))
		}
		out, err := s.Post(t.Context(), again...)
		if err != nil {
			t.Fatal(err)
		}
		for n, o := range out {
			entry, acked := c.acked[worker][n]
			switch {
			case o.Err != nil:
				t.Errorf("round %s: request %d of worker %d, sent again: %v", c.round, n, worker, o.Err)
			case acked && (!o.Replayed || entry != 0 && o.Entry != entry):
				lost++
			}
		}
	}
	return lost
}

// TestCrash_Kill kills a process under load again and again: nothing that it acknowledged may be lost.
func TestCrash_Kill(t *testing.T) {
	notRaced(t)
	kills := 10
	if soak() {
		kills = 220
	}
	random := rand.New(rand.NewPCG(4, uint64(time.Now().UnixNano())))
	start, acks, units := time.Now(), 0, int64(0)
	var path string
	for round := range kills {
		if round%25 == 0 { // a new ledger now and then, for the checks read all of it
			path, units = crashLedger(t), 0
		}
		c := crash(t, path, fmt.Sprintf("%03d", round), false, time.Duration(random.IntN(400))*time.Millisecond)
		s, err := sqliteAt(path).open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := c.lost(t, s); n != 0 {
			t.Errorf("round %d: %d of %d acknowledged entries are lost", round, n, c.total)
		}
		for _, n := range c.sent {
			units += int64((n + 2) / 3)
		}
		if report := isWhole(t, s); report.Units != units {
			t.Errorf("round %d: %d units, %d were sent", round, report.Units, units)
		}
		dense(t, allEntries(t, s))
		s.Close()
		acks += c.total
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d acknowledged entries, none lost; %.1f kills/s", kills, acks, float64(kills)/time.Since(start).Seconds())
}

func crashLedger(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "clew.db")
	s := mustOpen(t, sqliteAt(path))
	world(t, s)
	s.Close()
	return path
}

// TestCrash_Teeth shows that the harness finds a server that answers before it has recorded.
func TestCrash_Teeth(t *testing.T) {
	notRaced(t)
	path := crashLedger(t)
	db := sqliteAt(path)
	for round := range 20 {
		c := crash(t, path, fmt.Sprintf("%03d", round), true, time.Duration(20+round*10)*time.Millisecond)
		s, err := db.open(t, Options{})
		if err != nil {
			t.Fatal(err)
		}
		lost := c.lost(t, s)
		s.Close()
		if lost > 0 {
			t.Logf("caught in round %d: %d of %d", round, lost, c.total)
			return
		}
	}
	t.Error("20 kills of a server that answers too early, and nothing was found lost")
}
