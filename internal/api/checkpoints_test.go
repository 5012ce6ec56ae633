package api

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"clew/internal/app"
	"clew/internal/store"
	"clew/internal/tlog"
)

// TestCheckpoints_Pushed sends checkpoints to a file, a webhook and by mail, what is refused and tried again, and what may be reached at all.
func TestCheckpoints_Pushed(t *testing.T) {
	h, a := openLedger(t)
	run(t, h, business)
	if _, err := a.Store.Seal(t.Context(), store.Sealing{MakeKey: true}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var got, signature, signed, secret string
	status := 500
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		got, signature, signed = string(body), r.Header.Get("Webhook-Signature"), r.Header.Get("Webhook-Id")+"."+r.Header.Get("Webhook-Timestamp")+"."
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer receiver.Close()
	mails, at := mailServer(t)
	dir := t.TempDir()
	for _, body := range []string{`{"name":"box","kind":"file"}`, `{"name":"auditor","kind":"mail","target":"auditor@example.com"}`} {
		run(t, h, []call{{do: "POST /v1/log/pushes", body: body, status: 201, want: []string{`"state":"ok"`}}})
	}
	text := call{do: "POST /v1/log/pushes", body: `{"name":"branch","kind":"webhook","target":"` + receiver.URL + `"}`, status: 201}.run(t, h)
	var made app.CheckpointPush
	if err := json.Unmarshal([]byte(text), &made); err != nil || made.Secret == "" {
		t.Fatal(text)
	}
	secret = made.Secret
	o := CheckpointOptions{Dir: dir, SMTP: at, From: "clew@example.com"}
	push := func() {
		t.Helper()
		p := NewCheckpointPusher(a, slog.New(slog.DiscardHandler), o)
		rows, err := a.Store.Pushes(t.Context(), store.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range rows {
			if err := p.one(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
	push()
	// The receiver is on this machine, which is inside.
	run(t, h, []call{{do: "GET /v1/log/pushes", status: 200, want: []string{`"name":"branch","kind":"webhook"`, `"state":"failing"`, "not an address outside", `"name":"box","kind":"file"`, `"sent":13`}, not: []string{secret}}})
	o.Inner = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, status = range []int{500, 307} {
		run(t, h, []call{{do: "POST /v1/log/pushes/branch/resume", status: 200}})
		push()
		run(t, h, []call{{do: "GET /v1/log/pushes", status: 200, want: []string{`"state":"failing"`, "the receiver answered "}}})
	}
	status = 204
	push() // it waits for its next try
	run(t, h, []call{{do: "GET /v1/log/pushes", status: 200, want: []string{`"state":"failing"`}}, {do: "POST /v1/log/pushes/branch/resume", status: 200}})
	push()
	run(t, h, []call{{do: "GET /v1/log/pushes", status: 200, not: []string{"failing"}}})

	sealed, err := a.Store.Sealed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(signed + got))
	if got != sealed.Note || signature != "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		t.Errorf("the webhook got %q with %s", got, signature)
	}
	file, err := os.ReadFile(filepath.Join(dir, "box.checkpoints"))
	if notes := tlog.SplitCheckpoints(string(file)); err != nil || len(notes) != 1 || notes[0] != sealed.Note {
		t.Errorf("the file has %q, %v", file, err)
	}
	sent := <-mails
	if _, text, _ := strings.Cut(strings.ReplaceAll(sent, "\r\n", "\n"), "\n\n"); tlog.SplitCheckpoints(text) == nil || tlog.SplitCheckpoints(text)[0] != sealed.Note || !strings.Contains(sent, "To: <auditor@example.com>") {
		t.Errorf("the mail is %q", sent)
	}
	run(t, h, []call{
		{do: "POST /v1/log/pushes/box/pause", status: 200, want: []string{`"state":"paused"`}},
		{do: "DELETE /v1/log/pushes/box", status: 204},
		{do: "POST /v1/log/pushes", body: `{"name":"../x","kind":"file"}`, status: 422, want: []string{`"field":"name"`}},
		{do: "POST /v1/log/pushes", body: `{"name":"x","kind":"file","target":"/etc/passwd"}`, status: 422, want: []string{`"field":"target"`}},
		{do: "POST /v1/log/pushes", body: `{"name":"x","kind":"mail","target":"a@b\nBcc: c@d"}`, status: 422, want: []string{`"field":"target"`}},
		{do: "POST /v1/log/pushes", body: `{"name":"x","kind":"webhook","target":"file:///etc"}`, status: 422, want: []string{`"field":"target"`}},
		{do: "POST /v1/log/pushes", body: `{"name":"x","kind":"pigeon"}`, status: 422, want: []string{`"field":"kind"`}},
	})
}

// mailServer takes one mail.
func mailServer(t *testing.T) (mails chan string, at string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	mails = make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		say := func(text string) { io.WriteString(conn, text+"\r\n") }
		in := bufio.NewReader(conn)
		say("220 test")
		var mail strings.Builder
		for data := false; ; {
			line, err := in.ReadString('\n')
			switch {
			case err != nil:
				return
			case data && line == ".\r\n":
				data = false
				mails <- mail.String()
				say("250 taken")
			case data:
				mail.WriteString(line)
			case strings.HasPrefix(line, "DATA"):
				data = true
				say("354 go on")
			case strings.HasPrefix(line, "QUIT"):
				say("221 bye")
				return
			default:
				say("250 test")
			}
		}
	}()
	return mails, listener.Addr().String()
}

// TestMaySendOut are the special ranges, which are refused unless they are listed, and some that never may be reached.
func TestMaySendOut(t *testing.T) {
	for _, text := range []string{"127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "100.64.0.1", "100.127.255.255", "192.0.0.8", "198.18.0.1", "198.19.255.1", "169.254.169.254", "0.0.0.0", "255.255.255.255",
		"224.0.0.1", "240.0.0.1", "::1", "::", "::ffff:10.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1", "2001:db8::1", "ff02::1", "100.100.100.200", "192.0.0.192"} {
		addr := netip.MustParseAddr(text)
		if app.MaySendOut(addr, nil) {
			t.Errorf("%s is taken for an address outside", text)
		}
		listed := app.MaySendOut(addr, []netip.Prefix{netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())})
		if listed && !app.MaySendTo(addr) || !listed && app.MaySendTo(addr) {
			t.Errorf("%s on the list: %v", text, listed)
		}
	}
	for _, text := range []string{"93.184.216.34", "1.1.1.1", "2606:4700::1111"} {
		if !app.MaySendOut(netip.MustParseAddr(text), nil) {
			t.Errorf("%s is an address outside", text)
		}
	}
}
