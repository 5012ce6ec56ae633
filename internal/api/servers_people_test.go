package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/pgtest"
	"clew/internal/stock"
	"clew/internal/store"
)

// deadWithin is how long a session, a key or a stream may live on a server after it was ended at another.
const deadWithin = 5 * time.Second

// pair are two servers of one organisation in PostgreSQL. Of the second there is the way in over the network.
func pair(t *testing.T) (keeper, remote http.Handler, here, there *app.App) {
	t.Helper()
	url, _, org := pgtest.Start(t).Schema()
	var apps []*app.App
	for _, create := range []bool{true, false} {
		s, err := store.Open(t.Context(), store.Options{URL: url, Org: org, Create: create, Ephemeral: true, Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		a := app.New(s)
		cheap(a)
		apps = append(apps, a)
	}
	return New(apps[0], Options{Machine: true, Actor: "server"}), New(apps[1], Options{Actor: "server"}), apps[0], apps[1]
}

// TestServers_LetOut: a session, a key, a user and a role that one server ends are dead at the other within five seconds, and what waits for
// entries there with them ends, too.
func TestServers_LetOut(t *testing.T) {
	keeper, remote, _, _ := pair(t)
	must(t, keeper, 201, "POST /v1/users", `{"name":"boss"}`)
	for i, c := range []struct {
		name string
		key  bool
		end  func(user, code string)
		left int // what is answered from then on
	}{
		{"a revoked key", true, func(_, code string) { must(t, keeper, 200, "PATCH /v1/keys/"+code, `{"active":false}`) }, 401},
		{"the key of a disabled user", true, func(user, _ string) { must(t, keeper, 200, "PATCH /v1/users/"+user, `{"active":false}`) }, 401},
		{"the session of a disabled user", false, func(user, _ string) { must(t, keeper, 200, "PATCH /v1/users/"+user, `{"active":false}`) }, 401},
		{"a session after a new password", false, func(user, _ string) {
			must(t, keeper, 200, "POST /v1/users/"+user+"/password", `{"password":"another fine river"}`)
		}, 401},
		{"a role that was taken away", false, func(user, _ string) {
			must(t, keeper, 201, "POST /v1/grants", `{"user":"`+user+`","role":"viewer","active":false}`)
		}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			user := "user" + string(rune('a'+i))
			must(t, keeper, 201, "POST /v1/users", `{"name":"`+user+`"}`)
			must(t, keeper, 201, "POST /v1/grants", `{"user":"`+user+`","role":"viewer"}`)
			must(t, keeper, 200, "POST /v1/users/"+user+"/password", `{"password":"`+goodPassword+`"}`)
			code, header, shown := "", "Cookie", ""
			if c.key {
				code, shown = newKey(t, keeper, `{"user":"`+user+`","name":"x","scopes":["read"]}`)
				header = "Authorization"
			} else {
				shown = signIn(t, remote, `{"user":"`+user+`","password":"`+goodPassword+`"}`)
			}
			must(t, remote, 200, "GET /v1/entries?limit=1", "", header, shown)
			stream := make(chan string, 1)
			go func() {
				_, text, _ := ask(remote, "GET /v1/entries?after=100000&wait=30", "", header, shown)
				stream <- text
			}()
			time.Sleep(200 * time.Millisecond)
			c.end(user, code)
			ended := time.Now()
			for {
				status, _, _ := ask(remote, "GET /v1/entries?limit=1", "", header, shown)
				if status == c.left {
					break
				}
				if status != 200 || time.Since(ended) > deadWithin {
					t.Fatalf("%d after %s", status, time.Since(ended))
				}
				time.Sleep(20 * time.Millisecond)
			}
			dead := time.Since(ended)
			if c.left != 401 { // the person is still known, and what is asked anew is refused
				return
			}
			select {
			case text := <-stream:
				if !strings.Contains(text, stock.CodeNotSignedIn) {
					t.Error(text)
				}
				t.Logf("dead after %s, what waited after %s", dead.Round(time.Millisecond), time.Since(ended).Round(time.Millisecond))
			case <-time.After(deadWithin - time.Since(ended)):
				t.Error("what waits for entries is still let in")
			}
		})
	}
}

// TestServers_Guessing: servers count wrong tries together, so that taking turns between them tries no more passwords; who signs in is not
// held up by it elsewhere, and begins anew.
func TestServers_Guessing(t *testing.T) {
	keeper, _, here, there := pair(t)
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia"}`)
	must(t, keeper, 200, "POST /v1/users/amelia/password", `{"password":"`+goodPassword+`"}`)
	try := func(a *app.App, password, from string) string {
		_, err := a.SignIn(t.Context(), app.SignIn{User: "Amelia", Password: password, Address: from})
		fault, _ := stock.AsError(err)
		if fault == nil {
			if err != nil {
				t.Fatal(err)
			}
			return ""
		}
		return fault.Code
	}
	reached := 0
	for i := range 40 {
		a := here
		if i%2 == 1 {
			a = there
		}
		if code := try(a, "guess", "198.51.100.7"); code == stock.CodeWrongSignIn {
			reached++
		} else if code != stock.CodeTooManyAttempts {
			t.Fatal(code)
		}
	}
	if reached < 4 || reached > 8 { // four, and one after each wait that has run out meanwhile
		t.Errorf("%d of 40 guesses reached the password", reached)
	}
	if code := try(there, goodPassword, "198.51.100.7"); code != stock.CodeTooManyAttempts {
		t.Errorf("%q from where it was guessed", code)
	}
	for range 3 {
		for _, a := range []*app.App{here, there} {
			if code := try(a, "mistyped", "203.0.113.9"); code != stock.CodeWrongSignIn && code != "" {
				t.Errorf("mistyped: %s", code)
			}
			if code := try(a, goodPassword, "203.0.113.9"); code != "" {
				t.Errorf("from elsewhere: %s", code)
			}
		}
	}
}
