package label

import (
	"fmt"
	"strings"
	"time"
)

// Forms are the common ways to write a date.
var Forms = []string{"YYYY-MM-DD", "YYYYMMDD", "DDMMYYYY", "MMDDYYYY", "YYMMDD", "DDMMYY", "MMDDYY", "DD.MM.YYYY", "DD.MM.YY", "DD/MM/YYYY", "MM/DD/YYYY", "DD/MM/YY", "MM/DD/YY",
	"YYYY/MM/DD", "MM/YYYY", "MM.YYYY", "YYYY-MM", "MMYYYY", "MM/YY", "MMYY", "YYMM", "YYJJJ", "YYYYJJJ"}

// readDate reads a date of a form. Without a day it is the last of its month where it ends something, and the first elsewhere.
func readDate(text, form string, ends bool, now int) (string, bool) {
	year, month, day, ofYear := 0, 0, 0, 0
	for form != "" {
		token, to := dateToken(form)
		if to == nil {
			if text == "" || text[0] != form[0] {
				return "", false
			}
			text, form = text[1:], form[1:]
			continue
		}
		if len(text) < len(token) || !digits(text[:len(token)]) {
			return "", false
		}
		n := 0
		for _, c := range []byte(text[:len(token)]) {
			n = n*10 + int(c-'0')
		}
		text, form = text[len(token):], form[len(token):]
		if token == "YY" {
			n = nearest(n, now)
		}
		*to(&year, &month, &day, &ofYear) = n
	}
	if text != "" || year < 1900 || year > 2200 {
		return "", false
	}
	var t time.Time
	switch {
	case ofYear > 0:
		if t = time.Date(year, 1, ofYear, 0, 0, 0, 0, time.UTC); t.Year() != year {
			return "", false
		}
	case month < 1 || month > 12:
		return "", false
	case day == 0 && ends:
		t = time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
	default:
		if t = time.Date(year, time.Month(month), max(day, 1), 0, 0, 0, 0, time.UTC); int(t.Month()) != month {
			return "", false
		}
	}
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), t.Month(), t.Day()), true
}

// dateToken is the letters at the form's beginning that stand for digits, and what they set; nil for a letter that stands for itself.
func dateToken(form string) (string, func(year, month, day, ofYear *int) *int) {
	for _, t := range []struct {
		token string
		to    func(year, month, day, ofYear *int) *int
	}{
		{"YYYY", func(y, _, _, _ *int) *int { return y }}, {"YY", func(y, _, _, _ *int) *int { return y }},
		{"MM", func(_, m, _, _ *int) *int { return m }}, {"DD", func(_, _, d, _ *int) *int { return d }}, {"JJJ", func(_, _, _, j *int) *int { return j }},
	} {
		if strings.HasPrefix(form, t.token) {
			return t.token, t.to
		}
	}
	return "", nil
}

// nearest is the year of two digits that is nearest to now, as GS1 has it: up to 50 years behind, and 49 ahead.
func nearest(yy, now int) int {
	year := now - now%100 + yy
	switch {
	case year-now >= 51:
		return year - 100
	case year-now <= -50:
		return year + 100
	}
	return year
}

// checkForm says what is wrong with a form, empty when nothing is.
func checkForm(form string) string {
	if len(form) > 20 {
		return "it is longer than 20 characters"
	}
	seen := map[string]bool{}
	for rest := form; rest != ""; {
		token, to := dateToken(rest)
		if to == nil {
			if c := rest[0]; c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c > '~' {
				return fmt.Sprintf("%q is none of YYYY, YY, MM, DD and JJJ, nor a mark between them", rest[:1])
			}
			rest = rest[1:]
			continue
		}
		if seen[token[:1]] {
			return fmt.Sprintf("%s is there twice", token)
		}
		seen[token[:1]] = true
		rest = rest[len(token):]
	}
	switch {
	case !seen["Y"]:
		return "it has no year"
	case seen["J"] == seen["M"]:
		return "it needs a month, or the day of the year"
	case seen["J"] && seen["D"]:
		return "a day of the year needs no day"
	}
	return ""
}

// guess is the one common form that a date can have; several are told, to be chosen from.
func guess(text string, year int) (form string, fits []string) {
	for _, f := range Forms {
		if date, ok := readDate(text, f, true, year); ok {
			var y int
			fmt.Sscanf(date, "%d", &y)
			if y > year-30 && y < year+30 {
				fits = append(fits, f)
			}
		}
	}
	if len(fits) == 1 {
		return fits[0], fits
	}
	return "", fits
}
