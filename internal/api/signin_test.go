package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// TestOneTimeCodes: from enrolment on, a password alone is not enough; a code works once, also for many at the same time, and so does a recovery code.
func TestOneTimeCodes(t *testing.T) {
	remote, keeper, a := served(t)
	cookie := amelia(t, remote, keeper)
	drawn := must(t, remote, 200, "POST /v1/me/one-time-codes", `{}`, "Cookie", cookie)
	if drawing, _ := drawn["symbol"].(string); !strings.HasPrefix(drawing, "<svg") && !strings.HasPrefix(drawing, "<?xml") {
		t.Errorf("the link is not drawn: %.40q", drawing)
	}
	secret := drawn["secret"].(string)
	if !strings.HasPrefix(drawn["link"].(string), "otpauth://totp/Clew:amelia?") {
		t.Error(drawn)
	}
	now := func() int64 { return int64(a.Store.Now()) / 1000 }
	confirm := func(password, code string) (int, string) {
		status, text, _ := ask(remote, "POST /v1/me/one-time-codes/confirm", fmt.Sprintf(`{"password":%q,"secret":%q,"code":%q}`, password, secret, code), "Cookie", cookie)
		return status, text
	}
	if status, _ := confirm("not the password", auth.TOTPAt(secret, now())); status != 401 {
		t.Error(status)
	}
	if status, _ := confirm(goodPassword, "000"); status != 422 {
		t.Error(status)
	}
	status, text := confirm(goodPassword, auth.TOTPAt(secret, now()))
	var codes RecoveryCodes
	if err := json.Unmarshal([]byte(text), &codes); err != nil || status != 200 || len(codes.Codes) != 10 {
		t.Fatal(status, text, err)
	}
	body := func(code string) string {
		return fmt.Sprintf(`{"user":"amelia","password":%q,"code":%q}`, goodPassword, code)
	}
	if status, text, _ := ask(remote, "POST /v1/login", body("")); status != 401 || !strings.Contains(text, stock.CodeOneTimeCodeRequired) {
		t.Errorf("%d %s", status, text)
	}
	for _, code := range []string{auth.TOTPAt(secret, now()), codes.Codes[3]} {
		var in atomic.Int64
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() { // from eight addresses, so that it is the code that stops them
				_, err := a.SignIn(t.Context(), app.SignIn{User: "amelia", Password: goodPassword, Code: code, Address: fmt.Sprint("192.0.2.", i)})
				if err == nil {
					in.Add(1)
				}
			})
		}
		if wait.Wait(); in.Load() != 1 {
			t.Errorf("%s let %d in", code, in.Load())
		}
	}
	if status, _, _ := ask(remote, "POST /v1/login", body(codes.Codes[4])); status != 200 {
		t.Error(status)
	}
	must(t, keeper, 200, "POST /v1/users/amelia/forget", `{"sort":"one_time_codes"}`)
	signIn(t, remote, `{"user":"amelia","password":"`+goodPassword+`"}`)
}

// TestStations: at a device that people share, each is known by PIN or badge; what is recorded names the person and the device; and neither
// is good anywhere else, nor for keeping people.
func TestStations(t *testing.T) {
	remote, keeper, _ := served(t)
	run(t, keeper, business)
	cookie := amelia(t, remote, keeper)
	must(t, keeper, 201, "POST /v1/users", `{"name":"boris"}`)
	must(t, keeper, 201, "POST /v1/grants", `{"user":"boris","role":"operator"}`)
	badge := must(t, keeper, 200, "POST /v1/users/boris/badge", `{}`)["badge"].(string)
	must(t, remote, 200, "POST /v1/me/pin", `{"password":"`+goodPassword+`","pin":"839204"}`, "Cookie", cookie)
	if status, text, _ := ask(remote, "POST /v1/me/pin", `{"password":"`+goodPassword+`","pin":"123456"}`, "Cookie", cookie); status != 422 {
		t.Errorf("%d %s", status, text)
	}
	status, text, cookies := ask(remote, "POST /v1/stations", `{"name":"dock 1","site":"MAIN"}`, "Cookie", cookie)
	if status != 201 || len(cookies) != 1 || cookies[0].Name != "clew-station" {
		t.Fatal(status, text)
	}
	station := "clew-station=" + cookies[0].Value
	change := func(body, former string) string {
		t.Helper()
		status, text, cookies := ask(remote, "POST /v1/switch", body, "Cookie", station+former)
		if status != 200 || len(cookies) != 1 {
			t.Fatalf("%s: %d %s", body, status, text)
		}
		return cookies[0].Name + "=" + cookies[0].Value
	}
	first := change(`{"user":"Amelia","pin":"839204"}`, "")
	move := `{"kind":"move","site":"MAIN","items":[{"product":"BOX","quantity":"1","from":"DOCK","to":"SHELF"}]}`
	if e := must(t, remote, 201, "POST /v1/movements", move, "Cookie", first); e["actor"] != "amelia" || e["device"] != "dock 1" {
		t.Errorf("%v %v", e["actor"], e["device"])
	}
	if status, text, _ := ask(remote, "POST /v1/movements", move, "Cookie", first, "Clew-Device", "dock 2"); status != 403 || !strings.Contains(text, stock.CodeActorDiffers) {
		t.Errorf("%d %s", status, text)
	}
	if status, _, _ := ask(remote, "GET /v1/users", "", "Cookie", first); status != 403 {
		t.Errorf("people are kept with a PIN: %d", status)
	}
	second := change(`{"badge":"`+badge+`"}`, "; "+first)
	if e := must(t, remote, 201, "POST /v1/movements", move, "Cookie", second); e["actor"] != "boris" || e["device"] != "dock 1" {
		t.Errorf("%v %v", e["actor"], e["device"])
	}
	if status, _, _ := ask(remote, "GET /v1/me", "", "Cookie", first); status != 401 {
		t.Errorf("who was there before still is: %d", status)
	}
	for _, c := range []struct{ name, body, cookie string }{
		{"no station", `{"user":"amelia","pin":"839204"}`, "clew-station=" + auth.NewToken()},
		{"no cookie", `{"badge":"` + badge + `"}`, "x=y"},
		{"wrong PIN", `{"user":"amelia","pin":"839205"}`, station},
		{"no PIN", `{"user":"boris","pin":""}`, station},
		{"another's badge", `{"badge":"` + auth.NewBadge() + `"}`, station},
		{"a session's token for a badge", `{"badge":"` + strings.TrimPrefix(second, "clew=") + `"}`, station},
	} {
		if status, text, _ := ask(remote, "POST /v1/switch", c.body, "Cookie", c.cookie); status != 401 {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
	if status, _, _ := ask(remote, "POST /v1/login", `{"user":"amelia","password":"839204"}`); status != 401 {
		t.Errorf("a PIN for a password: %d", status)
	}
	must(t, remote, 200, "PATCH /v1/stations/dock%201", `{"active":false}`, "Cookie", cookie)
	if status, _, _ := ask(remote, "GET /v1/me", "", "Cookie", second); status != 401 {
		t.Errorf("at a station that is no more: %d", status)
	}
	call{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`}}.run(t, keeper)
}

// TestStorm_Guessing has 10,000 attempts guess at one account from 20 addresses, over ten hours by the ledger's clock: few of them reach the
// password, and the person signs in from elsewhere at any time.
func TestStorm_Guessing(t *testing.T) {
	notRaced(t)
	var now atomic.Int64
	now.Store(1_790_000_000_000)
	o := onEngine(t)
	o.Clock = func() stock.Time { return stock.Time(now.Load()) }
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := app.New(s)
	cheap(a)
	keeper := New(a, Options{Actor: "server", Machine: true})
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia"}`)
	must(t, keeper, 200, "POST /v1/users/amelia/password", `{"password":"`+goodPassword+`"}`)
	const attempts, addresses = 10_000, 20
	tried, let := map[string]int{}, 0
	for i := range attempts {
		from := fmt.Sprint("198.51.100.", i%addresses)
		_, err := a.SignIn(t.Context(), app.SignIn{User: "amelia", Password: fmt.Sprint("guess", i), Address: from})
		fault, _ := stock.AsError(err)
		switch {
		case fault == nil:
			t.Fatal("a guess was right")
		case fault.Code == stock.CodeWrongSignIn:
			tried[from]++
			let++
		case fault.Code != stock.CodeTooManyAttempts:
			t.Fatal(err)
		}
		now.Add(3600)
		if i%500 == 0 {
			if _, err := a.SignIn(t.Context(), app.SignIn{User: "amelia", Password: goodPassword, Address: "203.0.113.7"}); err != nil {
				t.Fatalf("after %d guesses the person is kept out: %v", i, err)
			}
		}
	}
	for from, n := range tried {
		if n > 60 { // four, ten while the wait grows, and one a quarter of an hour
			t.Errorf("%s tried %d passwords", from, n)
		}
	}
	// One address at many accounts is slowed for all of them.
	wide := 0
	for i := range 2000 {
		_, err := a.SignIn(t.Context(), app.SignIn{User: fmt.Sprint("user", i), Password: "guess", Address: "198.51.100.200"})
		if fault, _ := stock.AsError(err); fault != nil && fault.Code == stock.CodeWrongSignIn {
			wide++
		}
		now.Add(100)
	}
	if wide > 50 {
		t.Errorf("one address tried %d accounts in 200 seconds", wide)
	}
	t.Logf("%d of %d guesses reached the password, %d of 2000 over many accounts", let, attempts, wide)
}

// TestUnknownUser: whether there is such a user is not to be told by the time that the answer takes.
func TestUnknownUser(t *testing.T) {
	notRaced(t)
	_, keeper, a := served(t)
	a.Policy.Cost = auth.Cost{Memory: 8 << 10, Passes: 2, Lanes: 1}
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia"}`)
	must(t, keeper, 200, "POST /v1/users/amelia/password", `{"password":"`+goodPassword+`"}`)
	took := map[string]time.Duration{}
	// The least of many tries is what the work itself takes, however busy the machine is.
	alike := func() bool {
		known, unknown := took["amelia"], took["nobody"]
		return known > 0 && known/2 <= unknown && unknown/2 <= known
	}
	for i, end := 0, time.Now().Add(time.Minute); i < 12 || !alike() && time.Now().Before(end); i++ {
		for _, name := range []string{"amelia", "nobody"} {
			start := time.Now()
			if _, err := a.SignIn(t.Context(), app.SignIn{User: name, Password: "guess", Address: fmt.Sprint(i)}); err == nil {
				t.Fatal("let in")
			}
			if d := time.Since(start); took[name] == 0 || d < took[name] {
				took[name] = d
			}
		}
	}
	if !alike() {
		t.Errorf("a user that there is takes %s, another %s", took["amelia"], took["nobody"])
	}
}

// TestPlanted: keys, passwords, tokens and codes are in no log, no error, no list, no entry, and in the database only as hashes.
func TestPlanted(t *testing.T) {
	_, a := openLedger(t)
	cheap(a)
	var log bytes.Buffer
	h := New(a, Options{Actor: "server", Machine: true, Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	must(t, h, 201, "POST /v1/users", `{"name":"amelia"}`)
	must(t, h, 201, "POST /v1/grants", `{"user":"amelia","role":"administrator"}`)
	must(t, h, 200, "POST /v1/users/amelia/password", `{"password":"`+goodPassword+`"}`)
	_, key := newKey(t, h, `{"user":"amelia","name":"x","scopes":["read"]}`)
	cookie := signIn(t, h, `{"user":"amelia","password":"`+goodPassword+`"}`)
	badge := must(t, h, 200, "POST /v1/users/amelia/badge", `{}`)["badge"].(string)
	planted := []string{goodPassword, strings.TrimPrefix(key, "Bearer "), strings.TrimPrefix(cookie, "clew="), badge}
	var said strings.Builder
	for _, c := range []struct{ do, body, header, value string }{
		{"GET /v1/entries?after=0", "", "", ""}, {"GET /v1/users", "", "", ""}, {"GET /v1/keys", "", "Authorization", key}, {"GET /v1/keys", "", "", ""}, {"GET /v1/verify", "", "", ""},
		{"GET /v1/me", "", "Cookie", cookie}, {"GET /v1/me/sessions", "", "Cookie", cookie}, {"GET /v1/nothing?key=1", "", "Authorization", key + "x"},
		{"POST /v1/login", `{"user":"amelia","password":"` + goodPassword + `","code":1}`, "", ""}, {"POST /v1/login", `{"password":"` + goodPassword + `","user":`, "", ""},
		{"POST /v1/me/password", `{"password":"` + goodPassword + `","new_password":"short"}`, "Cookie", cookie}, {"POST /v1/switch", `{"badge":"` + badge + `"}`, "", ""},
	} {
		var headers []string
		if c.header != "" {
			headers = []string{c.header, c.value}
		}
		_, text, _ := ask(h, c.do, c.body, headers...)
		said.WriteString(text)
	}
	for _, secret := range planted {
		if strings.Contains(log.String(), secret) || strings.Contains(log.String(), http.CanonicalHeaderKey("Authorization")) {
			t.Errorf("the log has %q", secret)
		}
		if strings.Contains(said.String(), secret) {
			t.Errorf("an answer has %q", secret)
		}
	}
}

// TestOneTimeCodes_Encrypted: the secret of one-time codes lies encrypted in the database, for its user alone; without the key nobody gets in by codes, and
// recovery codes are still good.
func TestOneTimeCodes_Encrypted(t *testing.T) {
	remote, keeper, a := served(t)
	cookie := amelia(t, remote, keeper)
	drawn := must(t, remote, 200, "POST /v1/me/one-time-codes", `{}`, "Cookie", cookie)
	secret := drawn["secret"].(string)
	sealed, err := a.Store.SealSecret(t.Context(), "amelia", secret)
	if err != nil || strings.Contains(sealed, secret) {
		t.Fatal(sealed, err)
	}
	if got, err := a.Store.OpenSecret("Amelia", sealed); got != secret || err != nil {
		t.Error(got, err)
	}
	if got, err := a.Store.OpenSecret("boris", sealed); err == nil {
		t.Error("another's secret was read:", got)
	}
	if got, err := a.Store.OpenSecret("amelia", secret); got != secret || err != nil {
		t.Error("one of an older version:", got, err)
	}
	if got, err := a.Store.OpenSecret("amelia", strings.Replace(sealed, "aes1:", "aes1:0", 1)); err == nil {
		t.Error("without its key:", got)
	}
	if again, err := a.Store.SealSecret(t.Context(), "amelia", secret); again == sealed || err != nil {
		t.Error("the same twice", err)
	}
}
