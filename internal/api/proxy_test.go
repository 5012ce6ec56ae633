package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestProxies_Client(t *testing.T) {
	proxies, err := ParseProxies("10.0.0.5, 10.1.0.0/16, ::1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, remote, forwarded, want string }{
		{"nobody between", "192.0.2.1:5", "", "192.0.2.1"},
		{"a stranger says it is another", "192.0.2.1:5", "203.0.113.9", "192.0.2.1"},
		{"our proxy says who", "10.0.0.5:5", "203.0.113.9", "203.0.113.9"},
		{"the client wrote more in front", "10.0.0.5:5", "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		{"two proxies of ours", "10.0.0.5:5", "203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"ours only", "10.0.0.5:5", "10.1.2.3", "10.1.2.3"},
		{"nonsense", "10.0.0.5:5", "203.0.113.9, nonsense", "10.0.0.5"},
		{"empty", "10.0.0.5:5", "", "10.0.0.5"},
		{"IPv4 within IPv6", "[::ffff:10.0.0.5]:5", "203.0.113.9", "203.0.113.9"},
		{"a network of IPv6", "[2001:db8:1:2:3:4:5:6]:5", "", "2001:db8:1:2::/64"},
		{"a socket", "@", "203.0.113.9", "local"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := proxies.client(r); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for _, bad := range []string{"*", "example.org", "10.0.0.0/40", "10.0.0.5:80"} {
		if _, err := ParseProxies(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzProxies(f *testing.F) {
	proxies, _ := ParseProxies("10.0.0.5,2001:db8::/32")
	for _, seed := range []string{"203.0.113.9", "a, b,,c", "[::1]:80", "10.0.0.5,10.0.0.5", "fe80::1%eth0"} {
		f.Add("10.0.0.5:1", seed)
	}
	f.Fuzz(func(t *testing.T, remote, forwarded string) {
		r := &http.Request{Header: http.Header{"X-Forwarded-For": {forwarded}}, RemoteAddr: remote}
		if got := proxies.client(r); got == "" || strings.ContainsAny(got, " ,\n") {
			t.Errorf("%q %q: %q", remote, forwarded, got)
		}
		ParseProxies(forwarded)
	})
}

// TestPublic: a server that others reach answers to any name, to its proxies only where there are some, with cookies that stay with this host, and
// tells browsers to run nothing.
func TestPublic(t *testing.T) {
	_, keeper, a := served(t)
	amelia(t, New(a, Options{}), keeper)
	proxies, _ := ParseProxies("192.0.2.1") // where requests of tests come from
	behind := New(a, Options{Public: true, Proxies: proxies})
	login := call{do: "POST /v1/login", body: `{"user":"amelia","password":"` + goodPassword + `"}`}
	r := login.request()
	r.Host, r.RemoteAddr = "clew.example.org", "192.0.2.1:1234"
	r.Header.Set("X-Forwarded-Proto", "https")
	w := httptest.NewRecorder()
	behind.ServeHTTP(w, r)
	cookie := w.Header().Get("Set-Cookie")
	if w.Code != 200 || !strings.HasPrefix(cookie, "__Host-clew=") || !strings.Contains(cookie, "; Secure") || !strings.Contains(cookie, "; HttpOnly") {
		t.Errorf("%d %q", w.Code, cookie)
	}
	for header, want := range map[string]string{"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Strict-Transport-Security": "max-age=31536000",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	r = login.request()
	r.RemoteAddr = "198.51.100.9:1234"
	w = httptest.NewRecorder()
	if behind.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("around the proxy: %d %s", w.Code, w.Body)
	}
	// What a stranger says of TLS and of addresses is not believed.
	direct := New(a, Options{Public: true})
	r = login.request()
	r.Header.Set("X-Forwarded-Proto", "https")
	w = httptest.NewRecorder()
	if direct.ServeHTTP(w, r); strings.HasPrefix(w.Header().Get("Set-Cookie"), "__Host-") {
		t.Errorf("%q", w.Header().Get("Set-Cookie"))
	}
}

func TestRate(t *testing.T) {
	var r rate
	now := time.Unix(1e9, 0)
	for i := range rateAtOnce {
		if wait := r.take("a", now); wait > 0 {
			t.Fatalf("request %d waits %s", i, wait)
		}
	}
	if wait := r.take("a", now); wait <= 0 {
		t.Error("no bound")
	}
	if wait := r.take("b", now); wait > 0 {
		t.Error("another address waits too")
	}
	if wait := r.take("a", now.Add(time.Second)); wait > 0 {
		t.Error("it goes on waiting")
	}
}
