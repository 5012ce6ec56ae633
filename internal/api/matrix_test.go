package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/auth"
)

// The matrix walks every route of the registry as every sort of caller, about what is theirs, what is at a private site and what is not
// there at all, and looks in every answer for what was planted at the private site. A route without an example fails it.

// planted are the names, codes and quantities of the private site: each occurs nowhere else.
var planted = []string{"ZZPRIV", "ZZNAME", "ZZLOC", "ZZSHELF", "ZZLOT", "ZZALIAS", "ZZSER", "ZZREF", "ZZNOTE", "ZZHELD", "ZZDATED", "7777.777", "333.333", "4444.4", "2087-07-07"}

// callDesk is all that others are told.
const callDesk = "the night desk, 555-0100"

// variant is what a request is about: the words in its text, by their marks.
type variant struct {
	name  string
	words map[string]string
}

// examples are the requests, by route: what follows the route's own path where its parameters stand for nothing, and a body.
var examples = map[string]struct{ target, headers, body string }{
	"GET /v1/products/{sku}":                  {target: "/v1/products/$SKU"},
	"POST /v1/products":                       {body: `{"sku":"NEW$N"}`},
	"PATCH /v1/products/{sku}":                {target: "/v1/products/$SKU", body: `{"name":"Flour $N"}`},
	"POST /v1/products/{sku}/tracking":        {target: "/v1/products/FRESH/tracking", body: `{"tracking":"lot","reason":"asked for"}`},
	"POST /v1/get-started/{step}":             {target: "/v1/get-started/rules", body: `{"state":"done"}`},
	"GET /v1/users/{name}/shown":              {target: "/v1/users/$USER/shown"},
	"POST /v1/users/{name}/shown":             {target: "/v1/users/$USER/shown", body: `{"what":"receiving $N"}`},
	"GET /v1/coverage/gaps":                   {target: "/v1/coverage/gaps?gap=not_scanned"},
	"POST /v1/classification":                 {body: `[{"product":"BOX","class":"A"}]`},
	"GET /v1/product-groups/{code}":           {target: "/v1/product-groups/$GROUP"},
	"POST /v1/product-groups":                 {body: `{"code":"G$N"}`},
	"PATCH /v1/product-groups/{code}":         {target: "/v1/product-groups/$GROUP", body: `{"name":"n$N"}`},
	"POST /v1/product-groups/bulk":            {body: `[{"code":"GB$N"}]`},
	"GET /v1/products/{sku}/barcodes":         {target: "/v1/products/$SKU/barcodes"},
	"POST /v1/products/{sku}/barcodes":        {target: "/v1/products/$SKU/barcodes", body: `{"code":"BAR$N"}`},
	"GET /v1/labels/{code}":                   {target: "/v1/labels/$LABEL"},
	"POST /v1/labels":                         {body: `{"code":"LB$N","example":"X-L$N","product":"FLOUR","marks":[{"text":"L$N","is":"lot"}]}`},
	"PATCH /v1/labels/{code}":                 {target: "/v1/labels/$LABEL", body: `{"name":"n$N"}`},
	"POST /v1/labels/try":                     {body: `{"code":"LT$N","example":"X-L$N","product":"FLOUR","marks":[{"text":"L$N","is":"lot"}],"scans":["X-L2"]}`},
	"GET /v1/formats/{code}":                  {target: "/v1/formats/$FORMAT"},
	"POST /v1/formats":                        {body: `{"code":"F$N","pattern":"A{SEQ:6}"}`},
	"PATCH /v1/formats/{code}":                {target: "/v1/formats/$FORMAT", body: `{"name":"n$N"}`},
	"GET /v1/formats/{code}/preview":          {target: "/v1/formats/$FORMAT/preview"},
	"POST /v1/formats/preview":                {body: `{"code":"FP","pattern":"A{SEQ:6}"}`},
	"POST /v1/formats/{code}/numbers":         {target: "/v1/formats/$FORMAT/numbers", body: `{"product":"BIKE","count":2}`},
	"GET /v1/entries/{entry}/numbers":         {target: "/v1/entries/$ENTRY/numbers"},
	"GET /v1/fields/{code}":                   {target: "/v1/fields/$FIELD"},
	"POST /v1/fields":                         {body: `{"code":"fi$N","on":"lot","type":"text","label":"x"}`},
	"PATCH /v1/fields/{code}":                 {target: "/v1/fields/$FIELD", body: `{"label":"l$N"}`},
	"POST /v1/fields/bulk":                    {body: `[{"code":"fb$N","on":"lot","type":"text","label":"x"}]`},
	"POST /v1/details":                        {body: `{"product":"FLOUR","lot":"$LOT","fields":{"colour":"c$N"}}`},
	"POST /v1/field-sets/{set}":               {target: "/v1/field-sets/pharma"},
	"GET /v1/sites/{code}":                    {target: "/v1/sites/$SITE"},
	"POST /v1/sites":                          {body: `{"code":"S$N"}`},
	"PATCH /v1/sites/{code}":                  {target: "/v1/sites/$SITE", body: `{"gln":""}`},
	"POST /v1/sites/bulk":                     {body: `[{"code":"SB$N"}]`},
	"GET /v1/locations":                       {target: "/v1/locations?site=$SITE"},
	"GET /v1/sites/{site}/locations/{code}":   {target: "/v1/sites/$SITE/locations/$LOC"},
	"POST /v1/locations":                      {body: `{"site":"$SITE","code":"W$N"}`},
	"PATCH /v1/sites/{site}/locations/{code}": {target: "/v1/sites/$SITE/locations/$LOC", body: `{"gln":""}`},
	"POST /v1/locations/bulk":                 {body: `[{"site":"$SITE","code":"WB$N"}]`},
	"GET /v1/partners/{code}":                 {target: "/v1/partners/$PARTNER"},
	"POST /v1/partners":                       {body: `{"code":"P$N"}`},
	"PATCH /v1/partners/{code}":               {target: "/v1/partners/$PARTNER", body: `{"name":"n$N"}`},
	"POST /v1/partners/bulk":                  {body: `[{"code":"PB$N"}]`},
	"POST /v1/products/bulk":                  {body: `[{"sku":"NB$N"}]`},
	"GET /v1/lots":                            {target: "/v1/lots?product=FLOUR"},
	"GET /v1/units":                           {target: "/v1/units?product=BIKE&serial=$UNIT"},
	"GET /v1/stock":                           {target: "/v1/stock?product=FLOUR"},
	"GET /v1/value":                           {target: "/v1/value"},
	"GET /v1/value.csv":                       {target: "/v1/value.csv"},
	"POST /v1/scan":                           {body: `{"scan":"$UNIT","site":"MAIN"}`},
	"POST /v1/movements":                      {body: `{"kind":"move","site":"$SITE","items":[{"product":"FLOUR","lot":"$LOT","quantity":"0.001","from":"$LOC","to":"$SHELF"}]}`},
	"POST /v1/movements/{id}/reversal":        {target: "/v1/movements/$MOVE/reversal", body: `{"reason":"slip","items":[{"item":$ITEM,"quantity":"0.001"}]}`},
	"GET /v1/movements/{id}":                  {target: "/v1/movements/$ENTRY"},
	"POST /v1/movements/bulk":                 {body: `[{"kind":"move","site":"$SITE","items":[{"product":"FLOUR","lot":"$LOT","quantity":"0.001","from":"$LOC","to":"$SHELF"}]}]`},
	"GET /v1/entries":                         {target: "/v1/entries?limit=1000"},
	"GET /v1/entries/{id}":                    {target: "/v1/entries/$ENTRY"},
	"POST /v1/holds":                          {body: `{"product":"BIKE","units":["$SPARE"],"reason":"seen"}`},
	"POST /v1/holds/{id}/release":             {target: "/v1/holds/$HOLD/release", body: `{"reason":"fine","units":["$HELD"]}`},
	"POST /v1/releases":                       {body: `{"site":"$SITE","reason":"fine","items":[{"product":"FLOUR","lot":"$LOT","quantity":"0.001","from":"$QUAR","to":"$LOC"}]}`},
	"POST /v1/cleanings":                      {body: `{"site":"$SITE","location":"$TANK"}`},
	"POST /v1/exceptions/{id}/resolution":     {target: "/v1/exceptions/$EXC/resolution", body: `{"action":"dismiss","reason":"no"}`},
	"POST /v1/corrections":                    {body: `{"product":"FLOUR","lot":"$LOT","set":{"production":"$DAY"},"reason":"misread"}`},
	"GET /v1/corrections/affected":            {target: "/v1/corrections/affected?product=FLOUR&lot=$LOT"},
	"POST /v1/files":                          {headers: formHeader, body: "FORM"},
	"GET /v1/files/{id}/content":              {target: "/v1/files/$FILE/content"},
	"POST /v1/quality-plans":                  {body: `{"product":"FLOUR","measurements":[{"name":"weight","min":"0"}]}`},
	"POST /v1/inspections":                    {body: `{"product":"FLOUR","lot":"$LOT","values":[{"name":"ph","value":"$N"}]}`},
	"POST /v1/closings":                       {body: `{"site":"$SITE","until":"20$DD-01-31","reason":"asked for"}`},
	"GET /v1/closings/{id}/entries":           {target: "/v1/closings/$CLOSING/entries"},
	"GET /v1/lookup/{code}":                   {target: "/v1/lookup/$LOT"},
	"GET /v1/today":                           {target: "/v1/today"},
	"GET /v1/expiry":                          {target: "/v1/expiry"},
	"GET /v1/search":                          {target: "/v1/search?q=$LOT"},
	"GET /v1/trace/{code}":                    {target: "/v1/trace/$LOT"},
	"GET /v1/trace/{code}/units":              {target: "/v1/trace/$UNIT/units"},
	"GET /v1/trace/{code}/graph":              {target: "/v1/trace/$UNIT/graph"},
	"GET /v1/history/{code}":                  {target: "/v1/history/$UNIT"},
	"POST /v1/import/{kind}":                  {target: "/v1/import/opening", headers: asCSV, body: "site,location,product,quantity\n$SITE,$LOC,BOX,3\n"},
	"GET /v1/imports/{id}":                    {target: "/v1/imports/$JOB"},
	"POST /v1/imports/{id}/cancel":            {target: "/v1/imports/$JOB/cancel"},
	"GET /v1/imports/{id}/errors":             {target: "/v1/imports/$JOB/errors"},
	"DELETE /v1/mappings/{code}":              {target: "/v1/mappings/0123456789ab"},
	"POST /v1/compare":                        {target: "/v1/compare?site=$SITE", headers: asCSV, body: "product,quantity\nFLOUR,1\n"},
	"GET /v1/export/{kind}":                   {target: "/v1/export/movements"},
	"POST /v1/watched/{id}/retry":             {target: "/v1/watched/1/retry"},
	"GET /v1/feeds/{name}":                    {target: "/v1/feeds/erp"},
	"POST /v1/feeds":                          {body: `{"name":"f$N","url":"http://127.0.0.1:9/in"}`},
	"PATCH /v1/feeds/{name}":                  {target: "/v1/feeds/erp", body: `{"paused":true}`},
	"POST /v1/feeds/{name}/retry":             {target: "/v1/feeds/erp/retry"},
	"POST /v1/log/pushes":                     {target: "/v1/log/pushes", body: `{}`},
	"POST /v1/log/pushes/{name}/pause":        {target: "/v1/log/pushes/none/pause", body: `{}`},
	"POST /v1/log/pushes/{name}/resume":       {target: "/v1/log/pushes/none/resume", body: `{}`},
	"POST /v1/log/pushes/{name}/retry":        {target: "/v1/log/pushes/none/retry", body: `{}`},
	"DELETE /v1/log/pushes/{name}":            {target: "/v1/log/pushes/none", body: `{}`},
	"PATCH /v1/settings":                      {body: `{"sign":["close"]}`},
	"POST /v1/verify":                         {body: `{}`},
	"DELETE /v1/feeds/{name}":                 {target: "/v1/feeds/gone"},
	"GET /v1/users/{name}":                    {target: "/v1/users/$USER"},
	"POST /v1/users":                          {body: `{"name":"user$N"}`},
	"PATCH /v1/users/{name}":                  {target: "/v1/users/$USER", body: `{"full_name":"n$N"}`},
	"POST /v1/users/{name}/password":          {target: "/v1/users/$USER/password", body: `{}`},
	"POST /v1/users/{name}/badge":             {target: "/v1/users/$USER/badge", body: `{}`},
	"POST /v1/users/{name}/forget":            {target: "/v1/users/$USER/forget", body: `{"sort":"badge"}`},
	"POST /v1/log/keys":                       {body: `{"reason":"a turn"}`},
	"POST /v1/erasures":                       {body: `{"device":"phone$N","reason":"asked for"}`},
	"POST /v1/grants":                         {body: `{"user":"$USER","role":"viewer","site":"$SITE"}`},
	"GET /v1/keys/{code}":                     {target: "/v1/keys/$KEY"},
	"POST /v1/keys":                           {body: `{"user":"$USER","name":"k$N","scopes":["read"]}`},
	"PATCH /v1/keys/{code}":                   {target: "/v1/keys/$KEY", body: `{"name":"k$N"}`},
	"POST /v1/stations":                       {body: `{"name":"station$N","site":"$SITE"}`},
	"PATCH /v1/stations/{name}":               {target: "/v1/stations/$STATION", body: `{"site":"$SITE"}`},
	"POST /v1/audit/reviews":                  {body: `{"note":"n$N"}`},
	"POST /v1/login":                          {body: `{"user":"$USER","password":"not the password"}`},
	"POST /v1/setup":                          {body: `{"token":"none","user":"first","password":"correct horse battery"}`},
	"POST /v1/switch":                         {body: `{"user":"$USER","pin":"123456"}`},
	"POST /v1/logout":                         {body: `{}`},
	"POST /v1/me/password":                    {body: `{"password":"x","new_password":"correct horse battery"}`},
	"POST /v1/me/pin":                         {body: `{"password":"x","pin":"123456"}`},
	"POST /v1/me/one-time-codes":              {body: `{}`},
	"POST /v1/me/one-time-codes/confirm":      {body: `{"password":"x","secret":"x","code":"1"}`},
	"POST /v1/me/one-time-codes/remove":       {body: `{"password":"x"}`},
	"GET /v1/templates/{kind}":                {target: "/v1/templates/products"},
	"GET /v1/symbols/{kind}":                  {target: "/v1/symbols/qr?data=X"},
}

// alsoAsked are further requests of routes that read by many ways.
var alsoAsked = []struct{ do, headers, body string }{
	{do: "GET /v1/stock?site=$SITE"}, {do: "GET /v1/stock?product=FLOUR&as_at=2030-01-01"}, {do: "GET /v1/lots?code=$LOT&product=FLOUR"}, {do: "GET /v1/lots"}, {do: "GET /v1/units"},
	{do: "GET /v1/movements?site=$SITE"}, {do: "GET /v1/movements?reference=$REF"}, {do: "GET /v1/movements?product=FLOUR&lot=$LOT"}, {do: "GET /v1/value?site=$SITE"},
	{do: "GET /v1/lookup/$UNIT"}, {do: "GET /v1/lookup/$REF"}, {do: "GET /v1/lookup/$SITE"}, {do: "GET /v1/lookup/$LOC"}, {do: "GET /v1/lookup/#$ENTRY"}, {do: "GET /v1/trace/$UNIT"}, {do: "GET /v1/trace/$REF"},
	{do: "GET /v1/trace/$LOT/graph"}, {do: "GET /v1/trace/B009/graph"}, {do: "GET /v1/trace/$REF/graph"}, {do: "GET /v1/expiry?site=$SITE"}, {do: "GET /v1/expiry?product=FLOUR"}, {do: "GET /v1/search?q=ZZ"}, {do: "GET /v1/search?q=$UNIT"}, {do: "GET /v1/search?q=$SITE"}, {do: "GET /v1/search?q=$LOC"}, {do: "GET /v1/search?q=$REF"}, {do: "GET /v1/search?q=%23$ENTRY"}, {do: "GET /v1/search?q=b009"},
	{do: "GET /v1/trace/B001"}, {do: "GET /v1/history/$LOT"}, {do: "GET /v1/history/B009"}, {do: "GET /v1/trace/B009"}, {do: "GET /v1/lookup/B009"}, {do: "GET /v1/units?product=BIKE&serial=B009"},
	{do: "GET /v1/export/stock"}, {do: "GET /v1/export/locations"}, {do: "GET /v1/export/sites"}, {do: "GET /v1/files?product=FLOUR&lot=$LOT"}, {do: "GET /v1/holds?all=true"}, {do: "GET /v1/exceptions?all=true"},
	{do: "POST /v1/scan", body: `{"items":[{"scan":"ZZSER2"},{"scan":"ZZLOT"},{"scan":"ZZLOC"},{"scan":"B009"}],"site":"MAIN"}`},
	{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","units":["$UNIT"],"to":"DOCK"}]}`},
	{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BIKE","units":["ZZSER2"]}]}`},
	{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR","lot":"ZZLOT","quantity":"1"}]}`},
	{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: `{"kind":"ship","site":"$SITE","partner":"CAFE","items":[{"product":"FLOUR","lot":"ZZLOT","quantity":"9999"}]}`},
	{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"FLOUR","lot":"L1","quantity":"1","from":"DOCK","to":"ZZLOC"}]}`},
	{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"$LOT","reason":"damp"}`}, {do: "POST /v1/holds", body: `{"site":"$SITE","location":"$LOC","reason":"damp"}`},
	{do: "POST /v1/files", headers: formHeader, body: "FORMENTRY"},
}

// matrix is the ledger that the walk goes over.
type matrix struct {
	t        *testing.T
	h        http.Handler
	app      *app.App
	main     int64 // ids of the sites
	private  int64
	variants []variant
	n        int
	told     map[string]int
	fail     func(format string, args ...any)
}

func (m *matrix) do(p *auth.Principal, target, headers, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	as(p, m.h).ServeHTTP(w, call{do: target, headers: headers, body: body}.request())
	return w
}

// made asks as the machine for what the walk needs, and gives the entry.
func (m *matrix) made(do, body string, headers ...string) string {
	m.t.Helper()
	w := m.do(auth.AtMachine, do, strings.Join(headers, "\n"), body)
	if w.Code >= 300 {
		m.t.Fatalf("%s %s: %d %s", do, body, w.Code, w.Body)
	}
	return entryIn(w.Body.String())
}

func (m *matrix) fill(v variant, text string) string {
	m.n++
	at := func(key, mark, form string) string {
		if text != mark {
			return text
		}
		fields := []string{"product", "FLOUR", "lot", v.words["$LOT"]}
		if form == "entry" {
			fields = []string{"entry", v.words["$ENTRY"]}
		}
		return formOf("a.txt", "about "+key, fields...)
	}
	if text == "FORM" {
		return at("lot", "FORM", "lot")
	} else if text == "FORMENTRY" {
		return at("entry", "FORMENTRY", "entry")
	}
	pairs := []string{"$N", strconv.Itoa(m.n), "$DD", fmt.Sprintf("%02d", m.n%15), "$DAY", fmt.Sprintf("2026-01-%02d", 1+m.n%27)}
	for _, mark := range []string{"$SITE", "$LOC", "$SHELF", "$LOT", "$UNIT", "$ENTRY", "$HOLD", "$HELD", "$EXC", "$FILE", "$REF", "$SKU", "$PARTNER", "$GROUP", "$LABEL", "$FORMAT",
		"$FIELD", "$MOVE", "$ITEM", "$QUAR", "$TANK", "$JOB", "$CLOSING", "$SPARE", "$USER", "$KEY", "$STATION"} {
		pairs = append(pairs, mark, v.words[mark])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
