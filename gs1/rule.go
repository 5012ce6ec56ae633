package gs1

import (
	"strings"
	"unicode/utf8"
)

// A rule checks one component of a value. It says what is wrong, from which byte on, and for how many bytes; an empty code
// when nothing is. The rules are those that the syntax dictionary names, and behave as GS1's reference implementation.
type rule func(v string) (code Code, at, n int)

// rules holds every rule under its name in the dictionary.
var rules = map[string]rule{
	"csetnumeric": checkDigits, "cset82": checkCharset82, "cset39": checkCharset39, "cset64": checkCharset64,
	"csum": checkSum, "csumalpha": checkPair, "gcppos1": checkPrefix1, "gcppos2": checkPrefix2,
	"nonzero": checkNonzero, "zero": checkZero, "nozeroprefix": checkNoZeroPrefix, "hasnondigit": checkHasNonDigit,
	"hyphen": checkHyphen, "yesno": checkYesNo, "winding": checkWinding, "pcenc": checkPercent,
	"pieceoftotal": checkPieceOfTotal, "posinseqslash": checkPositionOfEnd,
	"latitude": checkLatitude, "longitude": checkLongitude, "iban": checkIBAN,
	"yymmdd": checkYYMMDD, "yymmd0": checkYYMMD0, "yyyymmdd": checkYYYYMMDD, "yyyymmd0": checkYYYYMMD0,
	"hh": checkHour, "mi": checkMinute, "ss": checkSecond, "hhmi": checkHourMinute,
	"iso3166": checkCountry, "iso3166999": checkCountryOr999, "iso3166alpha2": checkCountryAlpha2, "iso4217": checkCurrency,
	"iso5218": checkSex, "mediatype": checkMediaType, "packagetype": checkPackageType, "importeridx": checkImporterIndex,
	"couponcode": checkCoupon, "couponposoffer": checkPositiveOffer,
}

// CheckRule checks a value by one rule of the syntax dictionary: csum, yymmd0, iso4217 and so on. Offset and Length of the
// *Error are in v. It says false when there is no such rule.
func CheckRule(name, v string) (err error, known bool) {
	check, known := rules[name]
	if !known {
		return nil, false
	}
	if code, at, n := check(v); code != "" {
		return &Error{Code: code, Offset: at, Length: n}, true
	}
	return nil, true
}

// Character classes, one bit each.
const (
	inN      = 1 << iota // digits
	in82                 // GS1 AI encodable character set 82
	in39                 // character set 39
	in64                 // file-safe base 64
	inURI                // what a URI may have
	inURN                // what a URN's field needs not escape
	plain                // what a URI's value needs not escape
	inDomain             // what a domain may have, with a port
)

var classes = func() (t [256]uint8) {
	set := func(bit uint8, chars string) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	const digits, upper, lower = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
	set(inN, digits)
	set(in82, charset82)
	set(in39, "#-/"+digits+upper)
	set(in64, digits+upper+lower+"-_")
	set(inURI, digits+upper+lower+"-._~:/?#[]@!$&'()*+,;=%")
	set(inURN, digits+upper+lower+"!'()*+,-.:;=_")
	set(plain, digits+upper+lower+"-._~")
	set(inDomain, digits+upper+lower+"-.:[]")
	return t
}()

// charset82 in the order that its check characters count it.
const charset82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`

// outside finds the first byte of v that is not in a class, or -1.
func outside(v string, class uint8) int {
	for i := 0; i < len(v); i++ {
		if classes[v[i]]&class == 0 {
			return i
		}
	}
	return -1
}

// letter is how many bytes the letter at i has: what was typed may be UTF-8.
func letter(v string, i int) int {
	_, n := utf8.DecodeRuneInString(v[i:])
	return n
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func allDigits(v string) bool { return outside(v, inN) < 0 }

const notDigit Code = "non_digit_character"

func checkDigits(v string) (Code, int, int) {
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	return "", 0, 0
}

func checkCharset82(v string) (Code, int, int) {
	if i := outside(v, in82); i >= 0 {
		return "invalid_cset82_character", i, letter(v, i)
	}
	return "", 0, 0
}

func checkCharset39(v string) (Code, int, int) {
	if i := outside(v, in39); i >= 0 {
		return "invalid_cset39_character", i, letter(v, i)
	}
	return "", 0, 0
}

func checkCharset64(v string) (Code, int, int) {
	body := strings.TrimRight(v, "=")
	if i := outside(body, in64); i >= 0 {
		return "invalid_cset64_character", i, letter(v, i)
	}
	pads := len(v) - len(body)
	if pads > 0 && (pads > 2 || len(v)%3 != 0) {
		return "invalid_cset64_padding", len(body), pads
	}
	return "", 0, 0
}

// all refuses the whole of v.
func all(code Code, v string) (Code, int, int) { return code, 0, len(v) }

func checkNonzero(v string) (Code, int, int) {
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	if strings.Trim(v, "0") == "" {
		return all("illegal_zero_value", v)
	}
	return "", 0, 0
}

func checkZero(v string) (Code, int, int) {
	if v == "" || strings.Trim(v, "0") != "" {
		return all("not_zero", v)
	}
	return "", 0, 0
}

func checkNoZeroPrefix(v string) (Code, int, int) {
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	if len(v) > 1 && v[0] == '0' {
		return "illegal_zero_prefix", 0, 1
	}
	return "", 0, 0
}

func checkHasNonDigit(v string) (Code, int, int) {
	if allDigits(v) {
		return all("requires_non_digit_character", v)
	}
	return "", 0, 0
}

func checkHyphen(v string) (Code, int, int) {
	if v == "" || strings.Trim(v, "-") != "" {
		return all("not_hyphen", v)
	}
	return "", 0, 0
}

func checkYesNo(v string) (Code, int, int) {
	if v != "0" && v != "1" {
		return all("not_zero_or_one", v)
	}
	return "", 0, 0
}

func checkWinding(v string) (Code, int, int) {
	if v != "0" && v != "1" && v != "9" {
		return all("invalid_winding_direction", v)
	}
	return "", 0, 0
}

func checkSex(v string) (Code, int, int) {
	if v != "0" && v != "1" && v != "2" && v != "9" {
		return all("invalid_biological_sex_code", v)
	}
	return "", 0, 0
}

func checkPercent(v string) (Code, int, int) {
	for i := 0; i < len(v); i++ {
		if v[i] != '%' {
			continue
		}
		if i+2 >= len(v) || hexDigit(v[i+1]) < 0 || hexDigit(v[i+2]) < 0 {
			return "invalid_percent_sequence", i, min(3, len(v)-i)
		}
		i += 2
	}
	return "", 0, 0
}

// hexDigit is the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// checkPieceOfTotal checks the number of a piece and how many there are, in as many digits each.
func checkPieceOfTotal(v string) (Code, int, int) {
	if len(v) == 0 || len(v)%2 != 0 {
		return all("invalid_length_for_piece_of_total", v)
	}
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	half := len(v) / 2
	piece, total := v[:half], v[half:]
	switch {
	case strings.Trim(piece, "0") == "":
		return "zero_piece_number", 0, half
	case strings.Trim(total, "0") == "":
		return "zero_total_pieces", half, half
	case piece > total:
		return all("piece_number_exceeds_total", v)
	}
	return "", 0, 0
}

// checkPositionOfEnd checks "1/3": the first of three.
func checkPositionOfEnd(v string) (Code, int, int) {
	position, end, found := strings.Cut(v, "/")
	if !found || position == "" || end == "" || !allDigits(position) || !allDigits(end) {
		return all("position_in_sequence_malformed", v)
	}
	if position[0] == '0' {
		return "illegal_zero_prefix", 0, len(position)
	}
	if end[0] == '0' {
		return "illegal_zero_prefix", len(position) + 1, len(end)
	}
	if len(position) > len(end) || len(position) == len(end) && position > end {
		return all("position_exceeds_end", v)
	}
	return "", 0, 0
}

func checkLatitude(v string) (Code, int, int) {
	return checkDegrees(v, "1800000000", "latitude_invalid_length", "invalid_latitude")
}

func checkLongitude(v string) (Code, int, int) {
	return checkDegrees(v, "3600000000", "longitude_invalid_length", "invalid_longitude")
}

func checkDegrees(v, most string, length, value Code) (Code, int, int) {
	if len(v) != 10 {
		return all(length, v)
	}
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	if v > most {
		return all(value, v)
	}
	return "", 0, 0
}
