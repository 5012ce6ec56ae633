package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// clinic is a business in which releases and overrides are signed. quality signs in by password, as does boss, the supervisor.
type clinic struct {
	*testing.T
	remote, keeper http.Handler
	app            *app.App
	quality, boss  string // cookies
}

func newClinic(t *testing.T) *clinic {
	c := &clinic{T: t}
	c.remote, c.keeper, c.app = served(t)
	run(t, c.keeper, business)
	for name, role := range map[string]string{"quality": "quality", "boss": "supervisor"} {
		must(t, c.keeper, 201, "POST /v1/users", `{"name":"`+name+`"}`)
		must(t, c.keeper, 201, "POST /v1/grants", `{"user":"`+name+`","role":"`+role+`"}`)
		must(t, c.keeper, 200, "POST /v1/users/"+name+"/password", `{"password":"`+goodPassword+name+`"}`)
	}
	c.quality = signIn(t, c.remote, `{"user":"quality","password":"`+goodPassword+`quality"}`)
	c.boss = signIn(t, c.remote, `{"user":"boss","password":"`+goodPassword+`boss"}`)
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"sign":["release","override"],"reason":"as the auditor asked"}`)
	return c
}

// hold holds a lot and gives the path of its release.
func (c *clinic) hold() string {
	c.Helper()
	e := must(c.T, c.keeper, 201, "POST /v1/holds", `{"product":"FLOUR","lot":"L1","reason":"new"}`)
	return fmt.Sprintf("POST /v1/holds/%.0f/release", e["entry"])
}

// refused sends what has to be refused with a code about a field.
func (c *clinic) refused(h http.Handler, status int, code, field, do, body string, headers ...string) {
	c.Helper()
	got, text, _ := ask(h, do, body, headers...)
	if got != status || !strings.Contains(text, `"code":"`+code+`"`) || field != "" && !strings.Contains(text, `"field":"`+field+`"`) {
		c.Errorf("%s %s: %d %s, want %d %s about %s", do, body, got, text, status, code, field)
	}
}

func (c *clinic) whole() {
	c.Helper()
	call{do: "GET /v1/verify", status: 200, want: []string{`"whole":true`}}.run(c.T, c.keeper)
}

// TestSignature: what the settings ask to be signed is recorded when the person who is signed in shows the password again; the signature is
// shown with the entry and in the audit, and a repeat gets the first answer without it.
func TestSignature(t *testing.T) {
	c := newClinic(t)
	if v := must(t, c.remote, 200, "GET /v1/settings", "", "Cookie", c.quality); fmt.Sprint(v["sign"]) != "[override release]" || len(v["settings"].([]any)) != len(stock.KnownSettings) {
		t.Errorf("%v", v) // who signs knows beforehand
	}
	release := c.hold()
	signed := func(password, more string) string {
		return fmt.Sprintf(`{"reason":"tested","signature":{"password":%q%s,"meaning":"release"}}`, password, more)
	}
	c.refused(c.remote, 403, stock.CodeSignatureRequired, "signature", release, `{"reason":"tested"}`, "Cookie", c.quality)
	c.refused(c.remote, 422, stock.CodeRequired, "signature.password", release, signed("", ""), "Cookie", c.quality)
	c.refused(c.remote, 401, stock.CodeWrongSignIn, "signature", release, signed("wrong", ""), "Cookie", c.quality)
	c.refused(c.remote, 422, stock.CodeInvalidValue, "signature.meaning", release, `{"reason":"tested","signature":{"password":"x","meaning":"fun"}}`, "Cookie", c.quality)
	c.refused(c.remote, 400, stock.CodeInvalidValue, "signature", release, `{"reason":"tested","signature":{"pin":"x","meaning":"release"}}`, "Cookie", c.quality)
	c.refused(c.remote, 403, stock.CodeSignatureDiffers, "signature.user", release, signed(goodPassword+"boss", `,"user":"boss"`), "Cookie", c.quality)
	e := must(t, c.remote, 201, release, signed(goodPassword+"quality", ""), "Cookie", c.quality, "Idempotency-Key", "r1")
	v, _ := e["signature"].(map[string]any)
	if v["signer"] != "quality" || v["meaning"] != "release" || v["method"] != "password" || v["at"] != e["recorded_at"] {
		t.Errorf("%v", e)
	}
	for _, again := range []string{signed(goodPassword+"quality", ""), signed("wrong", ""), `{"reason":"tested"}`} {
		if got := must(t, c.remote, 201, release, again, "Cookie", c.quality, "Idempotency-Key", "r1"); got["entry"] != e["entry"] {
			t.Errorf("%v", got)
		}
	}
	path := fmt.Sprintf("%.0f", e["entry"])
	for _, look := range []string{"/v1/entries/" + path, "/v1/audit?entry=" + path} {
		call{do: "GET " + look, status: 200, want: []string{`"signature":{"signer":"quality","meaning":"release","method":"password"`}}.run(t, c.keeper)
	}
	// The machine is nobody, and signs for nobody: somebody with a password does.
	release = c.hold()
	c.refused(c.keeper, 403, stock.CodeSignatureRequired, "signature", release, `{"reason":"tested"}`)
	c.refused(c.keeper, 422, stock.CodeRequired, "signature.user", release, signed("x", ""))
	must(t, c.keeper, 201, release, signed(goodPassword+"quality", `,"user":"Quality"`))
	// What needs none may be signed; what says nothing that could be signed may not.
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"sign":[]}`)
	must(t, c.remote, 201, c.hold(), signed(goodPassword+"quality", ""), "Cookie", c.quality)
	c.refused(c.remote, 422, stock.CodeSignatureDiffers, "signature", "POST /v1/holds", `{"product":"FLOUR","lot":"L2","reason":"r","signature":{"password":"`+goodPassword+`quality","meaning":"release"}}`, "Cookie", c.quality)
	c.whole()
}

// TestSignature_Override: a movement that sets a rule aside is signed; in a bulk call and an import, which carry no signatures, it is refused by
// name, and the others are kept.
func TestSignature_Override(t *testing.T) {
	c := newClinic(t)
	ship := `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR","lot":"L2","quantity":"1","override":"the customer asks for it"}]%s}`
	plain := `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX","quantity":"1"}]}`
	c.refused(c.remote, 403, stock.CodeSignatureRequired, "signature", "POST /v1/movements", fmt.Sprintf(ship, ""), "Cookie", c.boss)
	must(t, c.remote, 201, "POST /v1/movements", plain, "Cookie", c.boss)
	must(t, c.remote, 201, "POST /v1/movements", fmt.Sprintf(ship, `,"signature":{"password":"`+goodPassword+`boss","meaning":"override"}`), "Cookie", c.boss)
	call{do: "POST /v1/movements/bulk", headers: "Cookie: " + c.boss, body: "[" + plain + "," + fmt.Sprintf(ship, "") + "," + plain + "]", status: 200,
		want: []string{`"recorded":2`, `"refused":1`, `"code":"signature_required"`, `"index":1`}}.run(t, c.remote)
	call{do: "POST /v1/movements/bulk", headers: "Cookie: " + c.boss, body: "[" + fmt.Sprintf(ship, `,"signature":{}`) + "," + plain + "]", status: 200,
		want: []string{`"recorded":1`, `"field":"signature"`, "one by one"}}.run(t, c.remote)
	call{do: "POST /v1/import/movements", headers: asCSV + "\nCookie: " + c.boss, status: 200, want: []string{"signature_required", `"recorded":2`, `"refused":1`},
		body: strings.ReplaceAll("reference,occurred_at,kind,site,partner,product,lot,quantity,override\n1,NOW,ship,MAIN,CAFE,BOX,,1,\n2,NOW,ship,MAIN,CAFE,FLOUR,L2,1,the customer asks\n3,NOW,ship,MAIN,CAFE,BOX,,1,\n",
			"NOW", c.app.Store.Now().String())}.run(t, c.remote)
	// Kept as an exception, it is posted by somebody who signs.
	kept := must(t, c.remote, 202, "POST /v1/movements", fmt.Sprintf(ship, ""), "Cookie", c.boss, "Clew-If-Refused", "keep")
	resolve := fmt.Sprintf("POST /v1/exceptions/%.0f/resolution", kept["entry"])
	c.refused(c.remote, 403, stock.CodeSignatureRequired, "signature", resolve, `{"action":"post","reason":"agreed"}`, "Cookie", c.boss)
	must(t, c.remote, 201, resolve, `{"action":"post","reason":"agreed","signature":{"password":"`+goodPassword+`boss","meaning":"override"}}`, "Cookie", c.boss)
	c.whole()
}

// TestSignature_Who: with one-time codes a code is what is shown, once; keys and stations sign nothing, nor does a password for the first sign-in.
func TestSignature_Who(t *testing.T) {
	c := newClinic(t)
	release := c.hold()
	sign := func(what string) string { return `{"reason":"tested","signature":{` + what + `,"meaning":"release"}}` }
	_, key := newKey(t, c.keeper, `{"user":"quality","name":"lab","scopes":["read","release"]}`)
	c.refused(c.remote, 403, stock.CodeNotPermitted, "signature", release, sign(`"user":"quality","password":"`+goodPassword+`quality"`), "Authorization", key)
	badge := must(t, c.keeper, 200, "POST /v1/users/quality/badge", `{}`)["badge"].(string)
	_, _, station := ask(c.keeper, "POST /v1/stations", `{"name":"dock 1","site":"MAIN"}`)
	status, text, cookies := ask(c.remote, "POST /v1/switch", `{"badge":"`+badge+`"}`, "Cookie", "clew-station="+station[0].Value)
	if status != 200 {
		t.Fatal(text)
	}
	c.refused(c.remote, 403, stock.CodeNotPermitted, "signature", release, sign(`"password":"`+goodPassword+`quality"`), "Cookie", "clew="+cookies[0].Value)

	secret := must(t, c.remote, 200, "POST /v1/me/one-time-codes", `{}`, "Cookie", c.quality)["secret"].(string)
	now := func() int64 { return int64(c.app.Store.Now()) / 1000 }
	codes := must(t, c.remote, 200, "POST /v1/me/one-time-codes/confirm", fmt.Sprintf(`{"password":"%squality","secret":%q,"code":%q}`, goodPassword, secret, auth.TOTPAt(secret, now())), "Cookie", c.quality)
	recovery, _ := codes["recovery_codes"].([]any)
	c.refused(c.remote, 401, stock.CodeOneTimeCodeRequired, "signature.code", release, sign(`"password":"`+goodPassword+`quality"`), "Cookie", c.quality)
	c.refused(c.remote, 401, stock.CodeOneTimeCodeRequired, "signature.code", release, sign(`"code":" "`), "Cookie", c.quality)
	c.refused(c.remote, 422, stock.CodeRequired, "signature.password", release, sign(fmt.Sprintf(`"code":%q`, recovery[0])), "Cookie", c.quality)
	c.refused(c.remote, 422, stock.CodeRequired, "signature.password", release, sign(`"user":"boss","code":"123456"`), "Cookie", c.quality)
	code := auth.TOTPAt(secret, now())
	e := must(t, c.remote, 201, release, sign(fmt.Sprintf(`"code":%q`, code)), "Cookie", c.quality)
	if v := e["signature"].(map[string]any); v["method"] != "one_time_code" {
		t.Errorf("%v", v)
	}
	release = c.hold()
	c.refused(c.remote, 401, stock.CodeWrongSignIn, "signature", release, sign(fmt.Sprintf(`"code":%q`, code)), "Cookie", c.quality)
	must(t, c.remote, 201, release, sign(fmt.Sprintf(`"password":"%squality","code":%q`, goodPassword, recovery[0])), "Cookie", c.quality)

	must(t, c.keeper, 201, "POST /v1/users", `{"name":"novice"}`)
	must(t, c.keeper, 201, "POST /v1/grants", `{"user":"novice","role":"quality"}`)
	drawn := must(t, c.keeper, 200, "POST /v1/users/novice/password", `{}`)["password"].(string)
	c.refused(c.remote, 401, stock.CodeWrongSignIn, "signature", c.hold(), sign(`"user":"novice","password":"`+drawn+`"`), "Cookie", c.quality)
	c.whole()
}

// TestSignature_Guessing: wrong passwords in signatures are slowed down with those at sign-in, be they right in the end; and none is in the log or an answer.
func TestSignature_Guessing(t *testing.T) {
	c := newClinic(t)
	release := c.hold()
	var said strings.Builder
	slowed := false
	for i := range 12 {
		status, text, _ := ask(c.remote, release, fmt.Sprintf(`{"reason":"tested","signature":{"password":"guess-%d","meaning":"release"}}`, i), "Cookie", c.quality)
		said.WriteString(text)
		slowed = slowed || status == http.StatusTooManyRequests && strings.Contains(text, stock.CodeTooManyAttempts)
	}
	if !slowed || strings.Contains(said.String(), "guess-") {
		t.Error(said.String())
	}
	w := httptest.NewRecorder()
	r := call{do: release, headers: "Cookie: " + c.quality, body: `{"reason":"tested","signature":{"password":"guess-x","meaning":"release"}}`}.request()
	c.remote.ServeHTTP(w, r)
	if n, err := strconv.Atoi(w.Header().Get("Retry-After")); err != nil || n < 1 {
		t.Errorf("%d %v: %v", w.Code, w.Header(), err)
	}
	if status, text, _ := ask(c.remote, "POST /v1/login", `{"user":"quality","password":"`+goodPassword+`quality"}`); status != http.StatusTooManyRequests {
		t.Errorf("the sign-in is not slowed: %d %s", status, text)
	}
	call{do: "GET /v1/entries?limit=1000", status: 200, not: []string{"guess-"}}.run(t, c.keeper)
}

// TestSettings: a change is an entry that the audit shows with old, new and why; keys change none, nor who may not keep people.
func TestSettings(t *testing.T) {
	c := newClinic(t)
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"sign":["release"],"reason":"overrides are looked at later"}`)
	call{do: "GET /v1/audit?thing=setting:sign", status: 200, want: []string{`"old":"override release"`, `"new":"release"`, `"reason":"overrides are looked at later"`, `"reason":"as the auditor asked"`}}.run(t, c.keeper)
	call{do: "GET /v1/audit?thing=setting:second_factor", status: 200, want: []string{`"items":[]`}}.run(t, c.keeper)
	c.refused(c.remote, 403, stock.CodeNotPermitted, "", "PATCH /v1/settings", `{"sign":[]}`, "Cookie", c.quality)
	must(t, c.keeper, 201, "POST /v1/grants", `{"user":"boss","role":"administrator"}`)
	_, key := newKey(t, c.keeper, `{"user":"boss","name":"x","scopes":["people"]}`)
	c.refused(c.remote, 403, stock.CodeNotPermitted, "", "PATCH /v1/settings", `{"sign":[]}`, "Authorization", key)
	if e := must(t, c.remote, 200, "PATCH /v1/settings", `{"reason_for":["product","setting"],"reason":"as the auditor asked"}`, "Cookie", c.boss); e["actor"] != "boss" {
		t.Error(e)
	}
	c.refused(c.remote, 422, stock.CodeReasonRequired, "reason", "PATCH /v1/settings", `{"reason_for":[]}`, "Cookie", c.boss)
	c.refused(c.remote, 422, stock.CodeReasonRequired, "reason", "PATCH /v1/products/BOX", `{"name":"Crate"}`, "Cookie", c.boss)
	must(t, c.remote, 200, "PATCH /v1/products/BOX", `{"name":"Crate"}`, "Cookie", c.boss, "Clew-Reason", "mistyped")
	for _, bad := range []string{`{}`, `{"sign":["shout"]}`, `{"audit":false}`, `{"second_factor":"some"}`} {
		if status, text, _ := ask(c.keeper, "PATCH /v1/settings", bad); status != 422 && status != 400 {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
	c.whole()
}

// TestSecondFactor: whom the settings ask for one-time codes may set them up, and nothing else before; the machine always gets in.
func TestSecondFactor(t *testing.T) {
	c := newClinic(t)
	must(t, c.keeper, 201, "POST /v1/users", `{"name":"boris"}`)
	must(t, c.keeper, 201, "POST /v1/grants", `{"user":"boris","role":"operator"}`)
	must(t, c.keeper, 200, "POST /v1/users/boris/password", `{"password":"`+goodPassword+`boris"}`)
	boris := signIn(t, c.remote, `{"user":"boris","password":"`+goodPassword+`boris"}`)
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"second_factor":"privileged"}`)
	must(t, c.remote, 200, "GET /v1/sites", "", "Cookie", boris)
	in := map[string]string{"open before": c.boss, "new": signIn(t, c.remote, `{"user":"boss","password":"`+goodPassword+`boss"}`)}
	for name, cookie := range in {
		for _, r := range newServer(c.app, Options{}).routes {
			do := r.Method + " " + r.Path
			open := r.Scope == Public || r.Scope == Door || strings.HasPrefix(r.Path, "/v1/me/one-time-codes") && !strings.HasSuffix(do, "remove") || do == "GET /v1/me" || do == "POST /v1/logout"
			if open {
				continue
			}
			if status, text, _ := ask(c.remote, do, "{}", "Cookie", cookie); status != 403 || !strings.Contains(text, stock.CodeSecondFactorRequired) {
				t.Errorf("%s: %s answers %d %s", name, do, status, text)
			}
		}
	}
	if me := must(t, c.remote, 200, "GET /v1/me", "", "Cookie", c.boss); me["second_factor_required"] != true || me["may"] != nil {
		t.Errorf("%v", me)
	}
	if me := must(t, c.remote, 200, "POST /v1/login", `{"user":"boss","password":"`+goodPassword+`boss"}`); me["second_factor_required"] != true {
		t.Errorf("%v", me)
	}
	// What would be signed by somebody without the codes is refused too.
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"sign":["override"]}`)
	c.refused(c.keeper, 403, stock.CodeSecondFactorRequired, "signature", "POST /v1/movements",
		`{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR","lot":"L2","quantity":"1","override":"asked for"}],"signature":{"user":"boss","password":"`+goodPassword+`boss","meaning":"override"}}`)

	secret := must(t, c.remote, 200, "POST /v1/me/one-time-codes", `{}`, "Cookie", c.boss)["secret"].(string)
	now := int64(c.app.Store.Now()) / 1000
	must(t, c.remote, 200, "POST /v1/me/one-time-codes/confirm", fmt.Sprintf(`{"password":"%sboss","secret":%q,"code":%q}`, goodPassword, secret, auth.TOTPAt(secret, now)), "Cookie", c.boss)
	for _, cookie := range in {
		must(t, c.remote, 200, "GET /v1/sites", "", "Cookie", cookie)
	}
	must(t, c.keeper, 200, "POST /v1/users/boss/forget", `{"sort":"one_time_codes"}`) // a lost phone
	if status, _, _ := ask(c.remote, "GET /v1/sites", "", "Cookie", c.boss); status != 403 {
		t.Errorf("without codes again: %d", status)
	}
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"second_factor":"all"}`)
	if status, text, _ := ask(c.remote, "GET /v1/sites", "", "Cookie", boris); status != 403 {
		t.Errorf("boris: %d %s", status, text)
	}
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"second_factor":"none"}`)
	for _, cookie := range []string{boris, c.boss} {
		must(t, c.remote, 200, "GET /v1/sites", "", "Cookie", cookie)
	}
	c.whole()
}

// TestSecondFactor_Station: nor does a badge get around it.
func TestSecondFactor_Station(t *testing.T) {
	c := newClinic(t)
	badge := must(t, c.keeper, 200, "POST /v1/users/quality/badge", `{}`)["badge"].(string)
	_, _, station := ask(c.keeper, "POST /v1/stations", `{"name":"dock 1","site":"MAIN"}`)
	must(t, c.keeper, 200, "PATCH /v1/settings", `{"second_factor":"privileged"}`)
	status, text, cookies := ask(c.remote, "POST /v1/switch", `{"badge":"`+badge+`"}`, "Cookie", "clew-station="+station[0].Value)
	var me Me
	if err := json.Unmarshal([]byte(text), &me); err != nil || status != 200 || !me.Enrolling {
		t.Fatal(status, text, err)
	}
	if status, text, _ := ask(c.remote, "GET /v1/sites", "", "Cookie", "clew="+cookies[0].Value); status != 403 || !strings.Contains(text, stock.CodeSecondFactorRequired) {
		t.Errorf("%d %s", status, text)
	}
}
