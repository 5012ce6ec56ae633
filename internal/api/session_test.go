package api

import (
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
	"clew/internal/store"
)

// TestSessions_RunOut turns the clock: a session that is not used ends, and one that is used all the time ends, too.
func TestSessions_RunOut(t *testing.T) {
	var turned atomic.Int64
	o := onEngine(t)
	o.Clock = func() stock.Time { return stock.Now() + stock.Time(turned.Load()) }
	turn := func(d time.Duration) { turned.Add(d.Milliseconds()) }
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	a := app.New(s)
	cheap(a)
	remote, keeper := New(a, Options{Actor: "server"}), New(a, Options{Actor: "server", Machine: true})
	signedIn := func(cookie string) bool {
		status, _, _ := ask(remote, "GET /v1/me", "", "Cookie", cookie)
		return status == 200
	}
	unused := amelia(t, remote, keeper)
	turn(app.UsualPolicy.Idle - time.Minute)
	if !signedIn(unused) {
		t.Error("it ended before its time")
	}
	turn(app.UsualPolicy.Idle - time.Minute)
	if !signedIn(unused) {
		t.Error("its use was not seen")
	}
	turn(app.UsualPolicy.Idle + time.Minute)
	if signedIn(unused) {
		t.Error("it was not used, and goes on")
	}
	used := signIn(t, remote, `{"user":"amelia","password":"`+goodPassword+`"}`)
	for begun := turned.Load(); time.Duration(turned.Load()-begun)*time.Millisecond < app.UsualPolicy.Longest-time.Hour; turn(time.Hour) {
		if !signedIn(used) {
			t.Fatal("it was used, and ended")
		}
	}
	if turn(time.Hour + time.Minute); signedIn(used) {
		t.Error("it goes on for ever")
	}
}
