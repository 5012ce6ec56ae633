package gs1

// coupon reads the digits of a North American coupon (8110, 8112) from left to right. The first thing wrong stays.
type coupon struct {
	v    string
	i    int // read so far
	code Code
	at   int
	n    int
}

func (c *coupon) left() int { return len(c.v) - c.i }

func (c *coupon) fail(code Code, at, n int) {
	if c.code == "" {
		c.code, c.at, c.n = code, at, n
	}
}

// digits reads n digits. What is too short is wrong from here on, or as a whole when nothing is left.
func (c *coupon) digits(n int, truncated Code) string {
	if c.code != "" {
		return ""
	}
	if c.left() < n {
		if c.left() == 0 {
			c.fail(truncated, 0, len(c.v))
		} else {
			c.fail(truncated, c.i, c.left())
		}
		return ""
	}
	c.i += n
	return c.v[c.i-n : c.i]
}

// one reads a digit that must be among those allowed.
func (c *coupon) one(allowed string, missing, illegal Code) byte {
	d := c.digits(1, missing)
	if d == "" {
		return 0
	}
	for i := range len(allowed) {
		if allowed[i] == d[0] {
			return d[0]
		}
	}
	c.fail(illegal, c.i-1, 1)
	return 0
}

const anyDigit = "0123456789"

// sized reads a digit that says how many digits follow, less base, and those.
func (c *coupon) sized(allowed string, base int, missing, illegal, truncated Code) {
	if size := c.one(allowed, missing, illegal); c.code == "" {
		c.digits(int(size-'0')+base, truncated)
	}
}

// purchase reads what has to be bought: how much, in what measure, of which family of goods.
func (c *coupon) purchase(nth Code) {
	c.sized("12345", 0, "coupon_missing_"+nth+"_purchase_requirement_vli", "coupon_invalid_"+nth+"_purchase_requirement_length",
		"coupon_truncated_"+nth+"_purchase_requirement")
	c.one("012349", "coupon_missing_"+nth+"_purchase_requirement_code", "coupon_invalid_"+nth+"_purchase_requirement_code")
	c.digits(3, "coupon_truncated_"+nth+"_purchase_family_code")
}

// maker reads the company prefix of further goods: 9 stands for the first one again.
func (c *coupon) maker(nth Code) {
	size := c.one("01234569", "coupon_truncated_"+nth+"_purchase_gcp", "coupon_invalid_"+nth+"_purchase_gcp_length")
	if c.code == "" && size != '9' {
		c.digits(int(size-'0')+6, "coupon_truncated_"+nth+"_purchase_gcp")
	}
}

// date reads a date; it is given only when it is right.
func (c *coupon) date(short, illegal Code) string {
	d := c.digits(6, short)
	if d == "" {
		return ""
	}
	if code, _, _ := checkYYMMDD(d); code != "" {
		c.fail(illegal, c.i-6, 6)
	}
	return d
}

// next says whether an optional field begins here, and steps into it.
func (c *coupon) next(field byte) bool {
	if c.code != "" || c.left() == 0 || c.v[c.i] != field {
		return false
	}
	c.i++
	return true
}

// checkCoupon checks AI 8110.
func checkCoupon(v string) (Code, int, int) {
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	c := coupon{v: v}
	c.sized("0123456", 6, "coupon_missing_gcp_vli", "coupon_invalid_gcp_length", "coupon_truncated_gcp")
	c.digits(6, "coupon_truncated_offer_code")
	c.sized("12345", 0, "coupon_missing_save_value_vli", "coupon_invalid_save_value_length", "coupon_truncated_save_value")
	c.purchase("1st")
	if c.next('1') {
		c.one("0123", "coupon_missing_additional_purchase_rules_code", "coupon_invalid_additional_purchase_rules_code")
		c.purchase("2nd")
		c.maker("2nd")
	}
	if c.next('2') {
		c.purchase("3rd")
		c.maker("3rd")
	}
	c.period()
	if c.next('5') {
		c.sized(anyDigit, 6, "coupon_missing_serial_number_vli", "", "coupon_truncated_serial_number")
	}
	if c.next('6') {
		c.sized("1234567", 6, "coupon_missing_retailer_gcp_or_gln_vli", "coupon_invalid_retailer_gcp_or_gln_length",
			"coupon_truncated_retailer_gcp_or_gln")
	}
	if c.next('9') {
		c.one("01256", "coupon_missing_save_value_code", "coupon_invalid_save_value_code")
		c.one("012", "coupon_missing_save_value_applies_to_item", "coupon_invalid_save_value_applies_to_item")
		c.one(anyDigit, "coupon_missing_store_coupon_flag", "")
		c.one("01", "coupon_missing_dont_multiply_flag", "coupon_invalid_dont_multiply_flag")
	}
	if c.left() > 0 {
		c.fail("coupon_excess_data", c.i, c.left())
	}
	return c.code, c.at, c.n
}

// period reads when a coupon ends, and when it begins.
func (c *coupon) period() {
	var end, start string
	from := c.i
	if c.next('3') {
		end = c.date("coupon_too_short_for_expiration_date", "coupon_invalid_exipiration_date") // so spelt by GS1
	}
	if c.next('4') {
		start = c.date("coupon_too_short_for_start_date", "coupon_invalid_start_date")
	}
	if c.code == "" && end != "" && start > end {
		c.fail("coupon_expiration_before_start", from, c.i-from)
	}
}

// checkPositiveOffer checks AI 8112.
func checkPositiveOffer(v string) (Code, int, int) {
	if i := outside(v, inN); i >= 0 {
		return notDigit, i, 1
	}
	c := coupon{v: v}
	c.one("01", "coupon_missing_format_code", "coupon_invalid_format_code")
	c.sized("0123456", 6, "coupon_missing_funder_vli", "coupon_invalid_funder_length", "coupon_truncated_funder")
	c.digits(6, "coupon_truncated_offer_code")
	c.sized(anyDigit, 6, "coupon_missing_serial_number_vli", "", "coupon_truncated_serial_number")
	if c.left() > 0 {
		c.fail("coupon_excess_data", c.i, c.left())
	}
	return c.code, c.at, c.n
}
