package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// receiver is another system that keeps what it is sent.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	taken  []int64
	tries  int
	faults []string
	// meets says what becomes of the nth try, from 1: the status, 200 takes the set; -1 dies after taking it, -2 before.
	meets func(n int) int
}

func newReceiver(t *testing.T, meets func(n int) int) *receiver {
	r := &receiver{meets: meets}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tries++
	body, _ := io.ReadAll(q.Body)
	var set []app.Entry
	if err := json.Unmarshal(body, &set); err != nil || len(set) == 0 || len(set) > pushEntries {
		r.faults = append(r.faults, fmt.Sprintf("%d entries, %v", len(set), err))
		return
	}
	if got := q.Header.Get("Clew-First-Entry") + " " + q.Header.Get("Clew-Last-Entry"); got != fmt.Sprint(set[0].Entry, " ", set[len(set)-1].Entry) {
		r.faults = append(r.faults, "first and last "+got)
	}
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(q.Header.Get("webhook-id") + "." + q.Header.Get("webhook-timestamp") + "." + string(body)))
	if q.Header.Get("webhook-signature") != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		r.faults = append(r.faults, "the signature is wrong")
	}
	status := r.meets(r.tries)
	if status == 200 || status == -1 {
		for _, e := range set {
			if n := len(r.taken); n > 0 && e.Entry <= r.taken[n-1] {
				continue // as the page on feeds tells receivers to
			}
			r.taken = append(r.taken, e.Entry)
		}
	}
	if status < 0 {
		panic(http.ErrAbortHandler)
	}
	if status == 307 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
}

func (r *receiver) has(n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.taken) >= n
}

// addFeed makes a feed to the receiver.
func (r *receiver) addFeed(t *testing.T, a *app.App, name string, kinds ...string) {
	t.Helper()
	f, err := a.AddPushFeed(t.Context(), app.Who{By: auth.AtMachine, Actor: "tester"}, app.PushFeedDraft{Name: name, URL: r.URL, Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.secret = f.Secret
	r.mu.Unlock()
}

// pushing runs a pusher until stop is called.
func pushing(t *testing.T, a *app.App) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		NewPusher(a, slog.New(slog.DiscardHandler)).Run(ctx)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Error("the pusher does not stop")
		}
	})
	t.Cleanup(stop)
	return stop
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for start := time.Now(); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatal("waited in vain: " + what)
		}
	}
}

func addProducts(t *testing.T, a *app.App, prefix string, n int) {
	t.Helper()
	var requests []app.Request
	for i := range n {
		requests = append(requests, app.Request{Who: app.Who{By: auth.AtMachine, Actor: "tester"}, Body: &stock.ProductDraft{SKU: fmt.Sprintf("%s%d", prefix, i)}})
	}
	if _, err := a.RecordAll(t.Context(), requests); err != nil {
		t.Fatal(err)
	}
}

// A receiver that fails, dies before and after it took a set, redirects, and is well again gets all entries in order; so it does
// across a restart.
func TestPush_NothingSkipped(t *testing.T) {
	_, a := openLedger(t)
	fails := map[int]int{1: 500, 2: -1, 4: -2, 5: 307}
	r := newReceiver(t, func(n int) int {
		if status := fails[n]; status != 0 {
			return status
		}
		return 200
	})
	r.addFeed(t, a, "erp")
	addProducts(t, a, "A", 700)
	stop := pushing(t, a)
	until(t, "the first entries", func() bool { return r.has(500) })
	addProducts(t, a, "B", 20)
	until(t, "two failures more", func() bool { r.mu.Lock(); defer r.mu.Unlock(); return r.tries >= 5 })
	stop()
	addProducts(t, a, "C", 20)
	stop = pushing(t, a)
	head, _, err := a.Store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	until(t, "all entries", func() bool { return r.has(int(head)) })
	var f app.PushFeed
	until(t, "the state", func() bool { f, err = a.PushFeed(t.Context(), "erp"); return err != nil || f.Sent == head })
	stop()
	for i, id := range r.taken {
		if id != int64(i)+1 {
			t.Fatalf("the %dth entry is %d", i+1, id)
		}
	}
	if len(r.faults) > 0 {
		t.Error(r.faults)
	}
	if err != nil || f.State != "ok" || f.Error != "" || f.Tries != 0 || f.Behind != 0 || f.SentAt == 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

// A feed that fails says so and is tried again when it is asked for; one that is paused sends nothing; kinds that are not wanted
// are passed over.
func TestPush_States(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	well := make(chan struct{})
	r := newReceiver(t, func(int) int {
		select {
		case <-well:
			return 200
		default:
			return 503
		}
	})
	r.addFeed(t, a, "erp", "receive")
	p := NewPusher(a, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	defer func() {
		stop()
		for _, w := range p.work {
			<-w.ended
		}
	}()
	look := func() {
		t.Helper()
		if err := p.look(ctx); err != nil {
			t.Fatal(err)
		}
	}
	look()
	state := func(want string) func() bool {
		return func() bool {
			f, err := a.PushFeed(t.Context(), "erp")
			return err != nil || f.State == want && (want != "ok" || f.Behind == 0)
		}
	}
	until(t, "it fails", state("failing"))
	run(t, h, []call{{do: "GET /v1/feeds/erp", status: 200, want: []string{`"state":"failing"`, "answered 503", `"next_try":"`}, not: []string{"whsec_"}}})
	run(t, h, []call{{do: "PATCH /v1/feeds/erp", headers: "Clew-Actor: desk", body: `{"paused":true}`, status: 200, want: []string{`"state":"paused"`, `"changed_by":"desk"`}}})
	look()
	close(well)
	look()
	if len(p.work) > 0 || r.has(1) {
		t.Error("a paused feed sends")
	}
	run(t, h, []call{{do: "PATCH /v1/feeds/erp", body: `{"paused":false}`, status: 200}})
	look()
	until(t, "it goes well", state("ok"))
	if len(r.taken) != 1 || len(r.faults) > 0 {
		t.Error(r.taken, r.faults)
	}
	run(t, h, []call{
		{do: "POST /v1/feeds/erp/retry", status: 409, want: []string{`"code":"nothing_to_retry"`}},
		{do: "PATCH /v1/feeds/erp", body: `{"new_secret":true}`, status: 200, want: []string{"whsec_"}},
		{do: "DELETE /v1/feeds/erp", status: 204},
		{do: "DELETE /v1/feeds/erp", status: 404, want: []string{`"code":"unknown_feed"`}},
		{do: "GET /v1/feeds", status: 200, want: []string{`"items":[]`}},
	})
}

func TestFeeds_Refused(t *testing.T) {
	h, _ := openLedger(t)
	feed := func(url string) string { return `{"name":"erp","url":"` + url + `"}` }
	var calls []call
	for _, url := range []string{"ftp://erp.example.com", "erp.example.com", "http://", "http://u:p@erp.example.com", "http://erp.example.com/#a", "http://169.254.169.254/latest",
		"http://[fe80::1]/", "http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[fd00:ec2::254]/", "http://0.0.0.0/", "http://224.0.0.1/"} {
		calls = append(calls, call{do: "POST /v1/feeds", body: feed(url), status: 422, want: []string{`"field":"url"`}})
	}
	run(t, h, append(calls,
		call{do: "POST /v1/feeds", body: `{"name":"a b","url":"http://erp.example.com"}`, status: 422, want: []string{`"field":"name"`}},
		call{do: "POST /v1/feeds", body: `{"name":"erp","url":"http://erp.example.com","kinds":["sail"]}`, status: 422, want: []string{`"field":"kinds[0]"`}},
		call{do: "POST /v1/feeds", body: `{"name":"erp","url":"http://erp.example.com","after":1}`, status: 422, want: []string{`"field":"after"`}},
		call{do: "POST /v1/feeds", body: `{"name":"erp","url":"http://erp.example.com","secret":"x"}`, status: 400},
		call{do: "POST /v1/feeds", body: feed("http://127.0.0.1:9/x"), status: 201, want: []string{`"made_by":"server"`}},
		call{do: "PATCH /v1/feeds/erp", body: `{"url":"http://169.254.169.254"}`, status: 422},
		call{do: "GET /v1/feeds/erp", status: 200, want: []string{"127.0.0.1:9"}}))
}

// A name that leads to an address of the network itself is refused when it is dialled.
func TestPush_AddressLooked(t *testing.T) {
	_, a := openLedger(t)
	p := NewPusher(a, slog.New(slog.DiscardHandler))
	if _, err := p.client.Get("http://169.254.169.254/"); err == nil || !strings.Contains(err.Error(), "nothing is sent") {
		t.Error(err)
	}
}
