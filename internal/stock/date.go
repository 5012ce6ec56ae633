package stock

import (
	"time"
)

// Date is a calendar day as days since 1970-01-01; 0 is no date, so 1970-01-01 itself cannot be represented. Dates lie
// between 1900-01-01 and 2199-12-31.
type Date int32

const (
	minDate Date = -25567 // 1900-01-01
	maxDate Date = 84005  // 2199-12-31

	secondsPerDay = 24 * 60 * 60
)

// ParseDate reads a date such as "2026-11-23". It fails with invalid_date for another form, a day that does not exist, a year
// outside 1900 to 2199, and 1970-01-01.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text) // takes this one form, and no 30 February
	if err != nil {
		return 0, Errorf(Invalid, CodeInvalidDate, "", "%q is not a day of the calendar written like 2026-11-23", clip(text))
	}
	if t.Year() < 1900 || t.Year() > 2199 {
		return 0, Errorf(Invalid, CodeInvalidDate, "", "%s is outside the years 1900 to 2199", text)
	}
	d := Date(t.Unix() / secondsPerDay)
	if d == 0 {
		return 0, Errorf(Invalid, CodeInvalidDate, "", "1970-01-01 cannot be represented")
	}
	return d, nil
}

// String returns the date as "2026-11-23", and "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// firstOf is the first day of the date's month, or year.
func (d Date) firstOf(month bool) Date {
	t := time.Unix(int64(d)*secondsPerDay, 0).UTC()
	first := time.Date(t.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	if month {
		first = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	return boundDate(first.Unix() / secondsPerDay)
}

// AddDays returns the date n days later, or earlier if n is negative; no date stays no date. The result is kept within the
// bounds of Date, and 1970-01-01 becomes 1970-01-02, so that a date never turns into no date.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	// Beyond the span between the bounds every n has the same effect, and the sum cannot overflow.
	const span = int(maxDate - minDate)
	n = max(-span, min(span, n))
	return boundDate(int64(d) + int64(n))
}

func boundDate(days int64) Date {
	if days == 0 {
		return 1
	}
	return Date(max(int64(minDate), min(int64(maxDate), days)))
}

// MarshalText writes the date as "2026-11-23" and no date as empty text; it never fails.
func (d Date) MarshalText() ([]byte, error) {
	return []byte(d.String()), nil
}

// UnmarshalText reads empty text as no date and else what ParseDate reads, failing as it does and leaving d as it was.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// DateOf returns the day on which t falls in loc, bounded as by AddDays; no time gives no date.
func DateOf(t Time, loc *time.Location) Date {
	if t == 0 {
		return 0
	}
	year, month, day := t.Std().In(loc).Date()
	return boundDate(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// Time is an instant as UTC milliseconds since 1970-01-01T00:00:00Z; 0 is no time.
type Time int64

const timeLayout = "2006-01-02T15:04:05.000Z"

// Now returns the present instant, cut to the millisecond.
func Now() Time {
	return TimeOf(time.Now())
}

// TimeOf returns t cut to the millisecond; the zero time.Time gives no time.
func TimeOf(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMilli())
}

// Std returns the instant as a time.Time in UTC; no time gives the zero time.Time.
func (t Time) Std() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(t)).UTC()
}

// String returns RFC 3339 in UTC with milliseconds, such as "2026-11-23T08:15:00.000Z", and "" for no time.
func (t Time) String() string {
	if t == 0 {
		return ""
	}
	return t.Std().Format(timeLayout)
}

// ParseTime reads RFC 3339 with any zone, cut to the millisecond. It fails with invalid_time for another form, a missing zone, a
// year outside 1900 to 2199, and the first instant of 1970, which stands for no time.
func ParseTime(text string) (Time, error) {
	std, err := time.Parse(time.RFC3339, text)
	// The standard library lets a comma before the fraction and an hour of one digit pass, which RFC 3339 does not.
	if err != nil || text[13] != ':' || text[19] == ',' {
		return 0, Errorf(Invalid, CodeInvalidTime, "", "%q is not a time with zone like 2026-11-23T08:15:00Z", clip(text))
	}
	std = std.UTC()
	if std.Year() < 1900 || std.Year() > 2199 {
		return 0, Errorf(Invalid, CodeInvalidTime, "", "%s is outside the years 1900 to 2199", clip(text))
	}
	t := Time(std.UnixMilli())
	if t == 0 {
		return 0, Errorf(Invalid, CodeInvalidTime, "", "the first instant of 1970 cannot be represented")
	}
	return t, nil
}

// MarshalText writes what String returns, so no time is empty text; it never fails.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(t.String()), nil
}

// UnmarshalText reads empty text as no time and else what ParseTime reads, failing as it does and leaving t as it was.
func (t *Time) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = 0
		return nil
	}
	parsed, err := ParseTime(string(text))
	if err == nil {
		*t = parsed
	}
	return err
}

// Begins is the moment at which the date begins by UTC.
func (d Date) Begins() Time { return Time(int64(d) * secondsPerDay * 1000) }
