package gs1

func checkYYMMDD(v string) (Code, int, int)   { return checkDate(v, 2, false) }
func checkYYMMD0(v string) (Code, int, int)   { return checkDate(v, 2, true) }
func checkYYYYMMDD(v string) (Code, int, int) { return checkDate(v, 4, false) }
func checkYYYYMMD0(v string) (Code, int, int) { return checkDate(v, 4, true) }

// checkDate checks a year of two or four digits, a month and a day, which may be 00 when dayless.
func checkDate(v string, yearDigits int, dayless bool) (Code, int, int) {
	switch {
	case len(v) < yearDigits+4:
		return all("date_too_short", v)
	case len(v) > yearDigits+4:
		return all("date_too_long", v)
	}
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	month, day := two(v[yearDigits:]), two(v[yearDigits+2:])
	if month < 1 || month > 12 {
		return "illegal_month", yearDigits, 2
	}
	// Of the years that two digits can mean, all that end in 00 are leap years like 2000.
	year := two(v)
	if yearDigits == 4 {
		year = year*100 + two(v[2:])
	} else {
		year += 2000
	}
	if day == 0 && !dayless || day > daysIn(year, month) {
		return "illegal_day", yearDigits + 2, 2
	}
	return "", 0, 0
}

// two reads two digits.
func two(v string) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

var monthDays = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month-1]
}

func checkHour(v string) (Code, int, int) {
	return checkTwo(v, 23, "hour_too_short", "hour_too_long", "illegal_hour")
}

func checkMinute(v string) (Code, int, int) {
	return checkTwo(v, 59, "minute_too_short", "minute_too_long", "illegal_minute")
}

func checkSecond(v string) (Code, int, int) {
	return checkTwo(v, 59, "second_too_short", "second_too_long", "illegal_second")
}

func checkTwo(v string, most int, short, long, illegal Code) (Code, int, int) {
	switch {
	case len(v) < 2:
		return all(short, v)
	case len(v) > 2:
		return all(long, v)
	}
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	if two(v) > most {
		return all(illegal, v)
	}
	return "", 0, 0
}

func checkHourMinute(v string) (Code, int, int) {
	switch {
	case len(v) < 4:
		return all("hour_with_minute_too_short", v)
	case len(v) > 4:
		return all("hour_with_minute_too_long", v)
	}
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	if two(v) > 23 {
		return "illegal_hour", 0, 2
	}
	if two(v[2:]) > 59 {
		return "illegal_minute", 2, 2
	}
	return "", 0, 0
}
