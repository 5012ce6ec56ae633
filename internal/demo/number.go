package demo

import "fmt"

// The GS1 prefix 952 is set aside for demonstrations: none of these numbers belongs to anybody.
const (
	bakeryPrefix   = "9521101"
	bikesPrefix    = "9521202"
	medicinePrefix = "9521303"
	supplierPrefix = "9521404"

	bakeryBuyers   = "9521505"
	bikesBuyers    = "9521606"
	medicineBuyers = "9521707"
)

// number is a GTIN-13 or GLN: a prefix of seven digits, a running number of five, and the check digit.
func number(prefix string, n int) string {
	digits := fmt.Sprintf("%s%05d", prefix, n)
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}
