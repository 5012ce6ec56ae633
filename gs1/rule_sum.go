package gs1

// checkSum checks the digit at the end of a GS1 key.
func checkSum(v string) (Code, int, int) {
	if v == "" {
		return all("too_short_for_check_digit", v)
	}
	// Weights are 3 and 1 in turn, from the right, where the check digit itself counts once.
	var odd, even uint
	last := len(v) - 1
	for i := last; i >= 0; i -= 2 {
		c := v[i]
		if !isDigit(c) {
			return checkDigits(v)
		}
		odd += uint(c - '0')
	}
	for i := last - 1; i >= 0; i -= 2 {
		c := v[i]
		if !isDigit(c) {
			return checkDigits(v)
		}
		even += uint(c - '0')
	}
	if (odd+3*even)%10 != 0 {
		return "incorrect_check_digit", last, 1
	}
	return "", 0, 0
}

// CheckDigit gives the check digit that belongs behind digits: of a GTIN, GLN, SSCC or any other GS1 key, without its own.
// It is false when there are none, or other characters.
func CheckDigit(digits string) (byte, bool) {
	if digits == "" || !allDigits(digits) {
		return 0, false
	}
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		sum += weight * int(digits[i]-'0')
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10), true
}

// primes are the weights of the check characters of a global model number.
var primes = [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}

const charset32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// rank82 is the place of a byte in character set 82, or -1.
var rank82 = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range len(charset82) {
		t[charset82[i]] = int8(i)
	}
	return t
}()

// checkPair checks the two characters at the end of a global model number.
func checkPair(v string) (Code, int, int) {
	if len(v) < 2 {
		return all("too_short_for_check_pair", v)
	}
	if len(v) > len(primes)+2 {
		return all("too_long_for_check_pair_implementation", v)
	}
	body, pair := v[:len(v)-2], v[len(v)-2:]
	if i := outside(body, in82); i >= 0 {
		return "invalid_cset82_character", i, letter(body, i)
	}
	if want, _ := CheckPair(body); want != pair {
		return "incorrect_check_pair", len(body), 2
	}
	return "", 0, 0
}

// CheckPair gives the two check characters that belong behind a global model number.
func CheckPair(body string) (string, bool) {
	if len(body) > len(primes) {
		return "", false
	}
	sum := 0
	for i := range len(body) {
		rank := rank82[body[i]]
		if rank < 0 {
			return "", false
		}
		sum += int(rank) * primes[len(body)-1-i]
	}
	sum %= 1021
	return string([]byte{charset32[sum>>5], charset32[sum&31]}), true
}

// prefixDigits is how many digits every GS1 company prefix has at least.
const prefixDigits = 4

func checkPrefix1(v string) (Code, int, int) {
	if len(v) < prefixDigits {
		return all("too_short_for_gcp", v)
	}
	if i := outside(v[:prefixDigits], inN); i >= 0 {
		return "invalid_gcp_prefix", i, 1
	}
	return "", 0, 0
}

func checkPrefix2(v string) (Code, int, int) {
	if v == "" {
		return all("too_short_for_gcp", v)
	}
	code, at, n := checkPrefix1(v[1:])
	if code != "" {
		at++
	}
	return code, at, n
}

// checkIBAN checks an international bank account number.
func checkIBAN(v string) (Code, int, int) {
	const shortest, longest = 11, 34
	switch {
	case len(v) < shortest:
		return all("iban_too_short", v)
	case len(v) > longest:
		return all("iban_too_long", v)
	}
	for i := range len(v) {
		if c := v[i]; !isDigit(c) && (c < 'A' || c > 'Z') {
			return "invalid_iban_character", i, 1
		}
	}
	if !alpha2Countries.has(v[:2]) {
		return "illegal_iban_country_code", 0, 2
	}
	// Country and check digits go to the end; letters count as 10 to 35.
	rest := 0
	for i := range len(v) {
		c := v[(i+4)%len(v)]
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	if rest != 1 {
		return "incorrect_iban_checksum", 2, 2
	}
	return "", 0, 0
}
