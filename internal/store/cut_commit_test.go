package store

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// cutter stands between a store and PostgreSQL. Armed, it hands the second COMMIT on and cuts the connection before the answer:
// what the store asked for was done, and the store cannot know.
type cutter struct {
	url   string
	armed atomic.Int64 // how many COMMITs until one is cut; 0 for none
	cuts  atomic.Int64
}

func newCutter(t *testing.T, to string) *cutter {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	u.Host = listener.Addr().String()
	c := &cutter{url: u.String()}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				continue
			}
			go c.carry(near, far)
		}
	}()
	return c
}

// carry carries what goes to the server, and stops what comes back once a COMMIT is to be cut.
func (c *cutter) carry(near, far net.Conn) {
	defer near.Close()
	defer far.Close()
	var deaf atomic.Bool
	go func() {
		defer near.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := far.Read(buffer)
			if n > 0 && !deaf.Load() {
				_, err = near.Write(buffer[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := near.Read(buffer)
		if n > 0 && bytes.Contains(buffer[:n], []byte("COMMIT\x00")) && c.armed.Load() > 0 {
			if c.armed.Add(-1) == 0 {
				deaf.Store(true)
				far.Write(buffer[:n])
				time.Sleep(300 * time.Millisecond) // the server commits
				c.cuts.Add(1)
				return
			}
			time.Sleep(100 * time.Millisecond) // meanwhile the next batch gathers
		}
		if n > 0 {
			if _, err := far.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// TestCutCommit cuts the connection between a commit and its answer. What was asked without a key must not be done again
// by the store itself: it was done, and only the caller can find out.
func TestCutCommit(t *testing.T) {
	server := pgtest.Start(t)
	org := "t" + randomHex()
	first := mustOpen(t, postgresAt(server, org, false))
	world(t, first)
	ok(t, first, receive(flour("F1", 1)))
	before := len(allEntries(t, first))
	cut := newCutter(t, server.URL(pgtest.App, pgtest.Shared))
	s, err := Open(t.Context(), Options{URL: cut.url + "&default_query_exec_mode=exec", Org: org, Dir: t.TempDir(), Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const callers = 20
	const cuts = 5
	done, told, asked := int64(0), int64(0), int64(0)
	for round := 0; cut.cuts.Load() < cuts && round < 10*cuts; round++ {
		cut.armed.Store(2) // the first has one caller, and the others are in the next; on a busy machine all may be in one
		asked += callers
		var wg sync.WaitGroup
		var recorded, unknown atomic.Int64
		for range callers {
			wg.Go(func() {
				out, err := s.Post(t.Context(), drafts(receive(flour("F1", 1)))...)
				fault, is := stock.AsError(err)
				switch {
				case err == nil && out[0].Err == nil:
					recorded.Add(1)
				case is && fault.Kind == stock.Unavailable:
					unknown.Add(1)
				default:
					t.Errorf("%v, %v", out, err)
				}
			})
		}
		wg.Wait()
		done += recorded.Load()
		told += unknown.Load()
	}
	if cut.cuts.Load() != cuts {
		t.Errorf("%d commits were cut", cut.cuts.Load())
	}
	total := int64(len(allEntries(t, first)) - before)
	if total < done || total > asked {
		t.Errorf("%d receipts are there: %d were acknowledged, and %d asked for", total, done, asked)
	}
	isWhole(t, first)
	t.Logf("%d cuts: %d acknowledged, %d told that it is not known, %d there", cut.cuts.Load(), done, told, total)
}
