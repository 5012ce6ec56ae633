package stock

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]Date{
		"1970-01-02": 1, "1969-12-31": -1, "1900-01-01": minDate, "2199-12-31": maxDate, "2000-02-29": 11016, "2024-02-29": 19782,
	} {
		got, err := ParseDate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %d %s, %v", text, got, got, err)
		}
	}
	for _, text := range []string{
		"", "2026-02-30", "2025-02-29", "1900-02-29", "1899-12-31", "2200-01-01", "1970-01-01", "2026-13-01", "2026-00-10", "2026-01-00",
		"2026-1-01", "26-01-01", "20260101", "2026/01/01", " 2026-01-01", "2026-01-01 ", "2026-01-01T00:00:00Z", "-026-01-01", "+026-01-01",
		"2026-+1-01", "2026-01-1a",
	} {
		got, err := ParseDate(text)
		if e, ok := AsError(err); !ok || e.Code != CodeInvalidDate || e.Kind != Invalid || got != 0 {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func TestAddDays(t *testing.T) {
	for _, c := range []struct {
		from Date
		n    int
		want Date
	}{
		{0, 5, 0}, {10, 5, 15}, {10, -5, 5}, {10, -20, -10}, {-1, 1, 1}, {1, -1, 1}, {10, -10, 1}, {maxDate, 1, maxDate}, {minDate, -1, minDate},
		{1, math.MaxInt, maxDate}, {1, math.MinInt, minDate}, {minDate, int(maxDate - minDate), maxDate},
	} {
		if got := c.from.AddDays(c.n); got != c.want {
			t.Errorf("%d + %d: got %d, want %d", c.from, c.n, got, c.want)
		}
	}
}

func TestDateOf(t *testing.T) {
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	newYork := time.FixedZone("New York", -5*60*60)
	at := func(text string) Time {
		got, err := ParseTime(text)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, c := range []struct {
		at   Time
		loc  *time.Location
		want string
	}{
		{at("2026-11-23T15:00:00Z"), time.UTC, "2026-11-23"},
		{at("2026-11-23T15:00:00Z"), tokyo, "2026-11-24"},
		{at("2026-11-23T14:59:59.999Z"), tokyo, "2026-11-23"},
		{at("2026-11-23T04:59:59.999Z"), newYork, "2026-11-22"},
		{at("1969-12-31T23:00:00Z"), time.UTC, "1969-12-31"},
		{at("1969-12-31T23:00:00Z"), tokyo, "1970-01-02"},
		{0, tokyo, ""},
		{math.MaxInt64, time.UTC, "2199-12-31"},
		{math.MinInt64, time.UTC, "1900-01-01"},
	} {
		if got := DateOf(c.at, c.loc).String(); got != c.want {
			t.Errorf("%s in %s: got %s, want %s", c.at, c.loc, got, c.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-23T08:15:00Z":            "2026-11-23T08:15:00.000Z",
		"2026-11-23T08:15:00.5+02:00":     "2026-11-23T06:15:00.500Z",
		"2026-11-23T08:15:00.123999-0500": "",
		"2026-11-23T08:15:00.123999Z":     "2026-11-23T08:15:00.123Z",
		"1969-12-31T23:59:59.9999Z":       "1969-12-31T23:59:59.999Z",
		"1900-01-01T00:00:00Z":            "1900-01-01T00:00:00.000Z",
		"1900-01-01T00:00:00+01:00":       "",
		"2199-12-31T23:59:59.999Z":        "2199-12-31T23:59:59.999Z",
		"2200-01-01T00:00:00Z":            "",
		"1970-01-01T00:00:00Z":            "",
		"1970-01-01T01:00:00.0001+01:00":  "",
		"2026-11-23":                      "",
		"2026-11-23T08:15:00":             "",
		"2026-11-23 08:15:00Z":            "",
		"2026-11-23T8:15:00Z":             "",
		"2026-11-23T08:15:00,5Z":          "",
		"2026-02-30T08:15:00Z":            "",
		"2026-11-23T24:00:00Z":            "",
		"2026-11-23T08:15:00+25:00":       "",
		"":                                "",
	} {
		got, err := ParseTime(text)
		if got.String() != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
		if e, ok := AsError(err); ok != (want == "") || ok && (e.Code != CodeInvalidTime || e.Kind != Invalid) {
			t.Errorf("%q: got error %v", text, err)
		}
	}
}

func TestTimeAndStd(t *testing.T) {
	before := time.Now().UnixMilli()
	now := Now()
	if after := time.Now().UnixMilli(); int64(now) < before || int64(now) > after {
		t.Errorf("now is %s", now)
	}
	if TimeOf(now.Std()) != now || now.Std().Location() != time.UTC {
		t.Errorf("%s does not come back", now)
	}
	if !Time(0).Std().IsZero() || TimeOf(time.Time{}) != 0 {
		t.Error("no time is some time")
	}
}

func TestDateAndTimeJSON(t *testing.T) {
	type body struct {
		Date Date `json:"date"`
		Time Time `json:"time"`
	}
	for _, text := range []string{`{"date":"2026-11-23","time":"2026-11-23T08:15:00.000Z"}`, `{"date":"","time":""}`} {
		b := body{5, 5}
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if out, err := json.Marshal(b); err != nil || string(out) != text {
			t.Errorf("%s: got %s, %v", text, out, err)
		}
	}
	for _, text := range []string{`{"date":"2026-02-30"}`, `{"time":"2026-11-23"}`} {
		b := body{5, 5}
		if _, ok := AsError(json.Unmarshal([]byte(text), &b)); !ok || b != (body{5, 5}) {
			t.Errorf("%s: got %+v", text, b)
		}
	}
}

func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(int32(minDate), int32(maxDate)).Draw(t, "d"))
		var back Date
		text, _ := d.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("%d is written %s and read %d, %v", d, text, back, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	f.Add("2026-11-23")
	f.Add("2024-02-29")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDate(text); err == nil && (d.String() != text || d < minDate || d > maxDate) {
			t.Fatalf("%q is read %s", text, d)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	f.Add("2026-11-23T08:15:00.5+02:00")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := ParseTime(text)
		if err != nil {
			return
		}
		if back, err := ParseTime(at.String()); err != nil || back != at {
			t.Fatalf("%q is read %s, then %s, %v", text, at, back, err)
		}
	})
}
