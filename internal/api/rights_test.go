package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"clew/internal/auth"
)

// rightsIn are the entries by which a list names rights, by holder and right: "boris operator@MAIN", "boris key", "dock 1".
func rightsIn(t *testing.T, h http.Handler, query string, headers ...string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, item := range must(t, h, 200, "GET /v1/audit/rights"+query, "", headers...)["items"].([]any) {
		holder := item.(map[string]any)
		name := holder["name"].(string)
		out[name] = holder["entry"].(float64)
		roles, _ := holder["roles"].([]any)
		for _, r := range roles {
			role := r.(map[string]any)
			right := name + " " + role["role"].(string)
			if site, at := role["site"]; at {
				right += "@" + site.(string)
			}
			out[right] = role["entry"].(float64)
		}
		keys, _ := holder["keys"].([]any)
		for _, k := range keys {
			out[name+" key"] = k.(map[string]any)["entry"].(float64)
		}
	}
	return out
}

// TestRightsList: who may do what is listed as at any moment, with what is new since the last review; reviews tell what was found and what
// came of it.
func TestRightsList(t *testing.T) {
	remote, keeper, a := served(t)
	run(t, keeper, business)
	moment := func() string {
		time.Sleep(3 * time.Millisecond) // times are of whole milliseconds
		defer time.Sleep(3 * time.Millisecond)
		return a.Store.Now().String()
	}
	early := moment()
	cookie := amelia(t, remote, keeper)
	must(t, keeper, 201, "POST /v1/users", `{"name":"boris","full_name":"=Boris"}`)
	must(t, keeper, 201, "POST /v1/grants", `{"user":"boris","role":"operator","site":"SHOP"}`)
	newKey(t, keeper, `{"user":"boris","name":"shop","scopes":["move"],"sites":["SHOP"]}`)
	must(t, keeper, 201, "POST /v1/stations", `{"name":"dock 1","site":"MAIN"}`)
	if got := rightsIn(t, keeper, "?as_at="+early); len(got) != 0 {
		t.Error("before anybody was there:", got)
	}
	before := rightsIn(t, remote, "", "Cookie", cookie)
	if len(before) != 6 || before["boris operator@SHOP"] == 0 || before["boris key"] == 0 || before["amelia administrator"] == 0 || before["dock 1"] == 0 {
		t.Error(before)
	}
	then := moment()
	revoke := fmt.Sprintf(`{"revoke":[%.0f],"note":"he moved"}`, before["boris operator@SHOP"])
	made := must(t, remote, 201, "POST /v1/audit/reviews", revoke, "Cookie", cookie, "Idempotency-Key", "r1")
	if again := must(t, remote, 201, "POST /v1/audit/reviews", revoke, "Cookie", cookie, "Idempotency-Key", "r1"); again["entry"] != made["entry"] || made["actor"] != "amelia" {
		t.Error(made, again)
	}
	run(t, keeper, []call{
		{do: "GET /v1/audit/reviews", status: 200, want: []string{`"actor":"amelia","note":"he moved"`, `"changes":7`, `"user":"boris","role":"operator","site":"SHOP"`, `"open":1`, `"rest_right":true`}, not: []string{`"ended"`}},
		{do: "GET /v1/audit/rights/changes", status: 200, want: []string{`"items":[]`}},
		{do: "POST /v1/grants", body: `{"user":"boris","role":"operator","site":"SHOP","active":false}`, status: 201},
		{do: "POST /v1/grants", body: `{"user":"boris","role":"viewer"}`, status: 201},
		{do: "PATCH /v1/users/boris", body: `{"active":false}`, status: 200},
		{do: "GET /v1/audit/reviews", status: 200, want: []string{`"open":0`, `"ended":`}},
		{do: "GET /v1/audit/rights/changes", status: 200, want: []string{`"kind":"grant"`, `"kind":"user"`}},
		{do: "GET /v1/audit/rights/changes?limit=2", status: 200, want: []string{`"next"`}, not: []string{`"kind":"user"`}},
		{do: fmt.Sprintf("GET /v1/audit/rights/changes?review=%.0f", made["entry"]), status: 200, want: []string{`"kind":"api_key"`, `"kind":"station"`, `"kind":"credential"`}},
		{do: "GET /v1/audit/rights/changes?review=3", status: 404, want: []string{`"field":"review"`, `"code":"unknown_entry"`}},
		{do: "GET /v1/audit/rights", status: 200, want: []string{`"name":"boris","full_name":"=Boris","active":false`, `"role":"viewer","may":["read"],"active":true`, `"changed":true`}, not: []string{`"operator"`}},
		{do: "GET /v1/audit/rights?all=true", status: 200, want: []string{`"role":"operator","site":"SHOP","may":["read","move"],"active":false`}},
		{do: "GET /v1/audit/rights?as_at=" + then, status: 200, want: []string{`"name":"boris","full_name":"=Boris","active":true`, `"role":"operator"`, `"as_known":`}, not: []string{`"viewer"`, `"changed"`}},
		{do: "GET /v1/audit/rights?limit=1", status: 200, want: []string{`"amelia"`, `"next"`}, not: []string{"boris"}},
		{do: "GET /v1/audit/rights?as_at=2150-01-01", status: 422, want: []string{`"code":"occurred_in_future"`}},
		{do: "GET /v1/audit/rights/export?all=true", status: 200, want: []string{"user,boris,'=Boris,taken away,operator,,SHOP,read move,", "user,boris,'=Boris,disabled,key,", "station,dock 1,,active,station,,MAIN,"}},
		{do: "GET /v1/audit/rights/export?format=xlsx", status: 200},
		{do: "POST /v1/audit/reviews", body: `{"revoke":[1]}`, status: 422, want: []string{`"field":"revoke[0]"`, `"code":"invalid_value"`}},
		{do: "POST /v1/audit/reviews", body: `{"as_at":"2020-01-01"}`, status: 404, want: []string{`"field":"as_at"`}},
		{do: "POST /v1/audit/reviews", body: `{"as_at":"2020-13-01"}`, status: 422, want: []string{`"field":"as_at"`}},
		{do: "POST /v1/audit/reviews", body: `{"as_at":"` + then + `","right":[` + fmt.Sprintf("%.0f", before["amelia administrator"]) + `]}`, status: 201, want: []string{`"kind":"rights_review"`, `"rest_right":false,"right":[`}},
		{do: fmt.Sprintf("GET /v1/entries/%.0f", made["entry"]), status: 200, want: []string{`"rights_review":{"as_at":`, `"revoke":[`}},
		{do: "GET /v1/audit?kind=rights_review", status: 200, want: []string{`"object":"rights_review"`, `"field":"revoke"`}},
		{do: "GET /v1/audit/reviews?limit=1", status: 200, want: []string{`"changes":0`, `"next"`}},
	})
	page := must(t, remote, 200, "GET /v1/audit/rights?limit=1", "", "Cookie", cookie)
	if rest := must(t, remote, 200, "GET /v1/audit/rights?limit=5&cursor="+page["next"].(string), "", "Cookie", cookie); len(rest["items"].([]any)) != 2 || rest["next"] != nil {
		t.Error(rest)
	}
	_, key := newKey(t, keeper, `{"user":"amelia","name":"all","scopes":["read","audit","review"]}`)
	must(t, remote, 200, "GET /v1/audit/rights", "", "Authorization", key)
	if status, text, _ := ask(remote, "POST /v1/audit/reviews", `{}`, "Authorization", key); status != 403 || !strings.Contains(text, "sign in") {
		t.Error("a key reviewed:", status, text)
	}
	for role, may := range map[auth.Role]int{auth.Viewer: 403, auth.Operator: 403, auth.Quality: 403, auth.Supervisor: 201, auth.Administrator: 201} {
		p := &auth.Principal{Actor: "amelia", Grants: []auth.Grant{{Role: role}}}
		if status, text, _ := ask(as(p, keeper), "POST /v1/audit/reviews", `{}`); status != may {
			t.Errorf("%s: %d %s", role, status, text)
		}
	}
	if used := must(t, remote, 200, "GET /v1/audit/rights", "", "Cookie", cookie)["items"].([]any)[0].(map[string]any)["last_used_at"]; used == nil {
		t.Error("amelia signed in, and was never there")
	}
	report, err := a.Store.Verify(t.Context(), nil)
	if err != nil || !report.Whole() {
		t.Error(report, err)
	}
}

// TestEntries_OfPeople: entries about who may do what are read by those who keep people, audit or review, and by no others.
func TestEntries_OfPeople(t *testing.T) {
	_, keeper, _ := served(t)
	run(t, keeper, business)
	must(t, keeper, 201, "POST /v1/users", `{"name":"amelia"}`)
	grant := fmt.Sprintf("%.0f", must(t, keeper, 201, "POST /v1/grants", `{"user":"amelia","role":"viewer"}`)["entry"])
	for role, may := range map[auth.Role]bool{auth.Viewer: false, auth.Operator: false, auth.Quality: false, auth.Supervisor: true, auth.Administrator: true} {
		h := as(&auth.Principal{Actor: "clerk", Grants: []auth.Grant{{Role: role}}}, keeper)
		_, text, _ := ask(h, "GET /v1/entries?limit=1000", "")
		status, _, _ := ask(h, "GET /v1/entries/"+grant, "")
		if strings.Contains(text, `"kind":"grant"`) != may || strings.Contains(text, `"kind":"user"`) != may || (status == 200) != may {
			t.Errorf("%s: %d %s", role, status, text)
		}
		if !strings.Contains(text, `"kind":"receive"`) {
			t.Errorf("%s does not see what goods do", role)
		}
	}
	key := &auth.Principal{Actor: "clerk", Key: 1, Grants: []auth.Grant{{Role: auth.Administrator}}, Scopes: []auth.Permission{auth.Read}}
	if status, _, _ := ask(as(key, keeper), "GET /v1/entries/"+grant, ""); status != 404 {
		t.Errorf("a key to read: %d", status)
	}
}
