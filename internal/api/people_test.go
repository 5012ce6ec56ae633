package api

import (
	"encoding/json"
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

// cheap has passwords tried fast.
func cheap(a *app.App) { a.Policy.Cost = auth.Cost{Memory: 8, Passes: 1, Lanes: 1} }

// served is the API as it is served over TCP: who shows nothing is nobody. keeper is the same for the administrator at the machine.
func served(t testing.TB) (remote, keeper http.Handler, a *app.App) {
	t.Helper()
	keeper, a = openLedger(t)
	cheap(a)
	return New(a, Options{Actor: "server"}), keeper, a
}

// ask sends a request and answers its status and body, and the cookies that it set.
func ask(h http.Handler, do, body string, headers ...string) (int, string, []*http.Cookie) {
	c := call{do: do, body: body}
	r := c.request()
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Result().Cookies()
}

// must sends a request that has to be answered so, and reads the answer.
func must(t testing.TB, h http.Handler, status int, do, body string, headers ...string) map[string]any {
	t.Helper()
	code, text, _ := ask(h, do, body, headers...)
	if code != status {
		t.Fatalf("%s %s: %d, want %d: %s", do, body, code, status, text)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

const goodPassword = "straight along the river"

// amelia is an administrator who signed in: the header of her session.
func amelia(t testing.TB, remote, keeper http.Handler) (cookie string) {
	t.Helper()
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia","full_name":"Amelia Kern"}`)
	must(t, keeper, 201, "POST /v1/grants", `{"user":"amelia","role":"administrator"}`)
	must(t, keeper, 200, "POST /v1/users/amelia/password", `{"password":"`+goodPassword+`"}`)
	return signIn(t, remote, `{"user":"Amelia","password":"`+goodPassword+`"}`)
}

func signIn(t testing.TB, h http.Handler, body string) string {
	t.Helper()
	status, text, cookies := ask(h, "POST /v1/login", body)
	if status != 200 || len(cookies) != 1 {
		t.Fatalf("%d %s", status, text)
	}
	c := cookies[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Name != "clew" {
		t.Errorf("%+v", c)
	}
	return c.Name + "=" + c.Value
}

func newKey(t testing.TB, keeper http.Handler, body string) (code, header string) {
	t.Helper()
	made := must(t, keeper, 201, "POST /v1/keys", body)
	return made["code"].(string), "Bearer " + made["key"].(string)
}

func TestPeople(t *testing.T) {
	remote, keeper, _ := served(t)
	run(t, keeper, business)
	for _, open := range []string{"GET /healthz", "GET /readyz", "GET /openapi.yaml", "GET /docs", "GET /v1/codes"} {
		if status, text, _ := ask(remote, open, ""); status != 200 {
			t.Errorf("%s: %d %s", open, status, text)
		}
	}
	if status, text, _ := ask(remote, "GET /v1/sites", ""); status != 401 || !strings.Contains(text, stock.CodeNotSignedIn) {
		t.Errorf("nobody: %d %s", status, text)
	}
	cookie := amelia(t, remote, keeper)
	must(t, remote, 200, "GET /v1/sites", "", "Cookie", cookie)
	if e := must(t, remote, 201, "POST /v1/products", `{"sku":"NEW"}`, "Cookie", cookie); e["actor"] != "amelia" {
		t.Errorf("%v", e)
	}
	if status, text, _ := ask(remote, "POST /v1/products", `{"sku":"NEWER"}`, "Cookie", cookie, "Clew-Actor", "somebody"); status != 403 || !strings.Contains(text, stock.CodeActorDiffers) {
		t.Errorf("in another name: %d %s", status, text)
	}
	must(t, keeper, 201, "POST /v1/users", `{"name":"shop"}`)
	must(t, keeper, 201, "POST /v1/grants", `{"user":"shop","role":"operator","site":"SHOP"}`)
	code, key := newKey(t, keeper, `{"user":"shop","name":"web shop","scopes":["read","move"]}`)
	if me := must(t, remote, 200, "GET /v1/me", "", "Authorization", key); me["actor"] != "shop" || me["by"] != "key" {
		t.Errorf("%v", me)
	}
	for _, bad := range []string{key + "x", "Basic abc", "Bearer", "Bearer " + code, strings.Replace(key, code, "aaaaaaaa", 1)} {
		if status, _, _ := ask(remote, "GET /v1/me", "", "Authorization", bad); status != 401 {
			t.Errorf("%q: %d", bad, status)
		}
	}
	if status, text, _ := ask(remote, "GET /v1/users", "", "Authorization", key); status != 403 || !strings.Contains(text, stock.CodeNotPermitted) {
		t.Errorf("a key without the right: %d %s", status, text)
	}
	_, wide := newKey(t, keeper, `{"user":"amelia","name":"people","scopes":["people"]}`)
	if status, text, _ := ask(remote, "POST /v1/keys", `{"user":"amelia","name":"more","scopes":["read"]}`, "Authorization", wide); status != 403 {
		t.Errorf("a key made a key: %d %s", status, text)
	}
	// Two of a kind are refused: which of them is believed must not hang on who reads.
	if status, _, _ := ask(remote, "GET /v1/me", "", "Authorization", key, "Authorization", wide); status != 401 {
		t.Errorf("two keys: %d", status)
	}
	must(t, remote, 200, "PATCH /v1/keys/"+code, `{"active":false}`, "Cookie", cookie)
	if status, _, _ := ask(remote, "GET /v1/me", "", "Authorization", key); status != 401 {
		t.Errorf("a revoked key: %d", status)
	}
	list := must(t, remote, 200, "GET /v1/keys", "", "Cookie", cookie)
	if text, _ := json.Marshal(list); strings.Contains(string(text), strings.TrimPrefix(key, "Bearer ")) || !strings.Contains(string(text), code) {
		t.Errorf("%s", text)
	}
	must(t, remote, 200, "POST /v1/logout", `{}`, "Cookie", cookie)
	if status, _, _ := ask(remote, "GET /v1/me", "", "Cookie", cookie); status != 401 {
		t.Errorf("signed out: %d", status)
	}
	call{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`}}.run(t, keeper)
}

// TestSessions_End: another password, being disabled and signing out everywhere end what is signed in, at once.
func TestSessions_End(t *testing.T) {
	remote, keeper, _ := served(t)
	first := amelia(t, remote, keeper)
	second := signIn(t, remote, `{"user":"amelia","password":"`+goodPassword+`"}`)
	if first == second {
		t.Fatal("the same token")
	}
	gone := func(what string, cookies ...string) {
		t.Helper()
		for _, c := range cookies {
			if status, _, _ := ask(remote, "GET /v1/me", "", "Cookie", c); status != 401 {
				t.Errorf("%s: %d", what, status)
			}
		}
	}
	status, text, cookies := ask(remote, "POST /v1/me/password", `{"password":"`+goodPassword+`","new_password":"another fine river"}`, "Cookie", first)
	if status != 200 || len(cookies) != 1 {
		t.Fatalf("%d %s", status, text)
	}
	gone("another password", first, second)
	third := cookies[0].Name + "=" + cookies[0].Value
	must(t, remote, 200, "GET /v1/me", "", "Cookie", third)
	_, key := newKey(t, keeper, `{"user":"amelia","name":"x","scopes":["read"]}`)
	must(t, keeper, 200, "PATCH /v1/users/amelia", `{"active":false}`)
	gone("disabled", third)
	if status, _, _ := ask(remote, "GET /v1/me", "", "Authorization", key); status != 401 {
		t.Errorf("a key of who is disabled: %d", status)
	}
	if status, text, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"another fine river"}`); status != 401 || !strings.Contains(text, stock.CodeWrongSignIn) {
		t.Errorf("%d %s", status, text)
	}
	must(t, keeper, 200, "PATCH /v1/users/amelia", `{"active":true}`)
	gone("enabled again", third)
	one, two := signIn(t, remote, `{"user":"amelia","password":"another fine river"}`), signIn(t, remote, `{"user":"amelia","password":"another fine river"}`)
	must(t, remote, 200, "POST /v1/logout", `{"all":true}`, "Cookie", one)
	gone("signed out everywhere", one, two)
	// A new session takes the place of the one that the browser had, which nobody may have planted.
	old := signIn(t, remote, `{"user":"amelia","password":"another fine river"}`)
	if status, _, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"another fine river"}`, "Cookie", old); status != 200 {
		t.Error(status)
	}
	gone("replaced", old)
	call{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`}}.run(t, keeper)
}

// TestFirstSignIn: a password that was drawn is good for the first sign-in only, and with another one.
func TestFirstSignIn(t *testing.T) {
	remote, keeper, _ := served(t)
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia"}`)
	drawn := must(t, keeper, 200, "POST /v1/users/amelia/password", `{}`)["password"].(string)
	if status, text, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"`+drawn+`"}`); status != 401 || !strings.Contains(text, stock.CodePasswordChangeRequired) {
		t.Errorf("%d %s", status, text)
	}
	if status, text, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"`+drawn+`","new_password":"12345678"}`); status != 422 || !strings.Contains(text, stock.CodeWeakPassword) {
		t.Errorf("%d %s", status, text)
	}
	signIn(t, remote, `{"user":"amelia","password":"`+drawn+`","new_password":"`+goodPassword+`"}`)
	if status, _, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"`+drawn+`"}`); status != 401 {
		t.Error(status)
	}
	signIn(t, remote, `{"user":"amelia","password":"`+goodPassword+`"}`)
}

// TestSetUp: the first administrator is made with the token that the server printed, and nobody after.
func TestSetUp(t *testing.T) {
	remote, _, a := served(t)
	token, err := a.SetUpToken(t.Context())
	if err != nil || token == "" {
		t.Fatal(token, err)
	}
	if status, _, _ := ask(remote, "POST /v1/setup", `{"token":"`+auth.NewToken()+`","user":"eve","password":"`+goodPassword+`"}`); status != 401 {
		t.Error(status)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	made := map[int]int{}
	for _, name := range []string{"amelia", "boris", "carla"} {
		wait.Go(func() {
			status, _, _ := ask(remote, "POST /v1/setup", `{"token":"`+token+`","user":"`+name+`","password":"`+goodPassword+`"}`)
			mu.Lock()
			made[status]++
			mu.Unlock()
		})
	}
	if wait.Wait(); made[200] != 1 || made[409] != 2 {
		t.Errorf("%v", made)
	}
	if again, err := a.SetUpToken(t.Context()); again != "" || err != nil {
		t.Error(again, err)
	}
}

// TestLetOut: who waits for entries is told, without waiting to the end, that the key, the session or the user is no more.
func TestLetOut(t *testing.T) {
	remote, keeper, _ := served(t)
	cookie := amelia(t, remote, keeper)
	code, key := newKey(t, keeper, `{"user":"amelia","name":"x","scopes":["read"]}`)
	for _, c := range []struct {
		name, header, value string
		end                 func()
	}{
		{"key", "Authorization", key, func() { must(t, keeper, 200, "PATCH /v1/keys/"+code, `{"active":false}`) }},
		{"session", "Cookie", cookie, func() { must(t, keeper, 200, "POST /v1/users/amelia/password", `{"password":"another fine river"}`) }},
	} {
		ended := make(chan string, 1)
		go func() {
			status, text, _ := ask(remote, "GET /v1/entries?after=1000&wait=30", "", c.header, c.value)
			ended <- http.StatusText(status) + text
		}()
		time.Sleep(100 * time.Millisecond)
		c.end()
		start := time.Now()
		select {
		case text := <-ended:
			if !strings.HasPrefix(text, "Unauthorized") || !strings.Contains(text, stock.CodeNotSignedIn) {
				t.Errorf("%s: %s", c.name, text)
			}
			t.Logf("%s: dead after %s", c.name, time.Since(start))
		case <-time.After(25 * time.Second): // it asked to be answered after 30 s in any case
			t.Errorf("%s: still let in", c.name)
		}
	}
}
