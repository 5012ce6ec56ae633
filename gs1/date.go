package gs1

import (
	"fmt"
	"time"
)

// Date is a date on a label. Day is 0 when the label names only a month.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads the YYMMDD that begins a value of AI 11, 12, 13, 15, 16, 17 and others. Today decides the century: a year is
// never more than 50 years ahead nor 49 behind.
func ParseDate(value string, today time.Time) (Date, error) {
	if len(value) > 6 {
		value = value[:6]
	}
	if code, at, n := checkYYMMD0(value); code != "" {
		return Date{}, &Error{Code: code, Offset: at, Length: n}
	}
	year := two(value)
	century, ahead := today.Year()-today.Year()%100, year-today.Year()%100
	switch {
	case ahead >= 51:
		year += century - 100
	case ahead <= -50:
		year += century + 100
	default:
		year += century
	}
	return Date{year, time.Month(two(value[2:])), two(value[4:])}, nil
}

// LastDay is the day until which goods may be used: the last of the month when no day is given.
func (d Date) LastDay() time.Time {
	day := d.Day
	if day == 0 {
		day = daysIn(d.Year, int(d.Month))
	}
	return time.Date(d.Year, d.Month, day, 0, 0, 0, 0, time.UTC)
}

// String writes 2027-01-31, or 2027-01 when no day is given.
func (d Date) String() string {
	if d.Day == 0 {
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// YYMMDD writes d as labels have it, with day 00 when none is given.
func (d Date) YYMMDD() string { return fmt.Sprintf("%02d%02d%02d", d.Year%100, d.Month, d.Day) }

// Decimal gives the value of a measure, a price or an amount with its decimal point, which the last digit of the AI
// places: (3103) 001250 is 1.250. It says false for other AIs. A currency in front (391n, 393n) is left out.
func (e Element) Decimal() (string, bool) {
	n := number(e.AI)
	v := e.Value
	switch {
	case len(e.AI) != 4 || exactly(e.AI) == nil:
		return "", false
	case n >= 3910 && n <= 3919, n >= 3930 && n <= 3939:
		v = v[min(3, len(v)):]
	case n < 3100 || n > 3699 && n < 3900 || n > 3959:
		return "", false
	}
	places := int(n % 10)
	if !allDigits(v) || v == "" {
		return "", false
	}
	for len(v) <= places {
		v = "0" + v
	}
	whole, rest := v[:len(v)-places], v[len(v)-places:]
	for len(whole) > 1 && whole[0] == '0' {
		whole = whole[1:]
	}
	if places == 0 {
		return whole, true
	}
	return whole + "." + rest, true
}
