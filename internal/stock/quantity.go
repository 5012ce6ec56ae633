package stock

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Quantity is a count of millionths of the product's unit of measure; it is exact, never a float.
type Quantity int64

const (
	// One is the quantity of one unit of measure, in millionths.
	One Quantity = 1_000_000
	// MaxQuantity is the largest quantity, 9,000,000,000,000 units of measure; the smallest is its negative.
	MaxQuantity Quantity = 9_000_000_000_000 * One

	maxDecimals = 6
)

// Units returns the quantity of n whole units; it panics beyond MaxQuantity, which no count of things in memory reaches.
func Units[T int | int64](n T) Quantity {
	if most := int64(MaxQuantity / One); int64(n) > most || int64(n) < -most {
		panic("stock: Units: " + strconv.FormatInt(int64(n), 10) + " is beyond MaxQuantity")
	}
	return Quantity(n) * One
}

// ParseQuantity reads plain decimals such as "12", "0.5" or "-3.25", in units of measure. It fails with over_precise for more
// than six decimals and with invalid_quantity for anything else: an exponent, a plus, a space, a missing digit, a number
// beyond MaxQuantity.
func ParseQuantity(text string) (Quantity, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	if !onlyDigits(whole) || dotted && !onlyDigits(fraction) {
		return 0, Errorf(Invalid, CodeInvalidQuantity, "", "%q is not a plain decimal number", clip(text))
	}
	if len(fraction) > maxDecimals {
		return 0, Errorf(Invalid, CodeOverPrecise, "", "%q has more than %d decimals", clip(text), maxDecimals)
	}
	q, ok := appendDigits(0, whole)
	if ok {
		q, ok = appendDigits(q, fraction)
	}
	for i := len(fraction); ok && i < maxDecimals; i++ {
		q, ok = appendDigits(q, "0")
	}
	if !ok {
		return 0, Errorf(Invalid, CodeInvalidQuantity, "", "%q is beyond %s", clip(text), MaxQuantity)
	}
	if negative {
		q = -q
	}
	return q, nil
}

// appendDigits writes digits behind q and reports whether the result stays within MaxQuantity.
func appendDigits(q Quantity, digits string) (Quantity, bool) {
	for i := range len(digits) {
		d := Quantity(digits[i] - '0')
		if q > (MaxQuantity-d)/10 {
			return 0, false
		}
		q = q*10 + d
	}
	return q, true
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// String returns the shortest decimal in units of measure, such as "12", "0.5" or "-3.25".
func (q Quantity) String() string {
	return string(q.append(make([]byte, 0, 24)))
}

func (q Quantity) append(b []byte) []byte {
	n := uint64(q)
	if q < 0 {
		b = append(b, '-')
		n = -n // unsigned, so that even the smallest int64 has a magnitude
	}
	b = strconv.AppendUint(b, n/uint64(One), 10)
	decimals := q.Decimals()
	if decimals == 0 {
		return b
	}
	b = append(b, '.')
	fraction := n % uint64(One)
	for scale := uint64(One) / 10; decimals > 0; decimals-- {
		b = append(b, '0'+byte(fraction/scale%10))
		scale /= 10
	}
	return b
}

// Decimals returns how many decimals the quantity uses, from 0 to 6, for comparison with what its product allows.
func (q Quantity) Decimals() int {
	rest := q % One
	if rest == 0 {
		return 0
	}
	decimals := maxDecimals
	for rest%10 == 0 {
		rest /= 10
		decimals--
	}
	return decimals
}

// Add returns q + b and true, or 0 and false when the sum is beyond MaxQuantity in either direction.
func (q Quantity) Add(b Quantity) (Quantity, bool) {
	sum := q + b
	// Overflow shows as a sum on the wrong side of q.
	if (sum < q) != (b < 0) || sum > MaxQuantity || sum < -MaxQuantity {
		return 0, false
	}
	return sum, true
}

// MarshalText writes the shortest decimal, which makes the quantity a string in JSON too; it never fails.
func (q Quantity) MarshalText() ([]byte, error) {
	return q.append(nil), nil
}

// UnmarshalText reads what ParseQuantity reads and fails as it does, leaving q as it was.
func (q *Quantity) UnmarshalText(text []byte) error {
	parsed, err := ParseQuantity(string(text))
	if err == nil {
		*q = parsed
	}
	return err
}

// UnmarshalJSON reads a string or a bare number, whose digits are read as text so that nothing is rounded; null leaves q as it
// was. It fails as ParseQuantity does, so a number with an exponent is refused.
func (q *Quantity) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	return q.UnmarshalText([]byte(text))
}
