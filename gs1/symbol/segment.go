package symbol

import (
	"strings"

	"rsc.io/qr/coding"
)

// mode is how a run of characters is written in a QR.
type mode int

const (
	numeric mode = iota
	alphanumeric
	bytewise
	modes
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// holds tells whether a character can be written in the mode. In GS1 QR, % stands for FNC1 in alphanumeric segments.
func (m mode) holds(c byte, gs1 bool) bool {
	switch m {
	case numeric:
		return c >= '0' && c <= '9'
	case alphanumeric:
		if gs1 {
			return c == gs || c != '%' && strings.IndexByte(alphabet, c) >= 0
		}
		return strings.IndexByte(alphabet, c) >= 0
	}
	return true
}

// cost is that of one character in sixths of a bit: digits go by three in 10 bits, alphanumeric by two in 11.
func (m mode) cost() int { return [modes]int{20, 33, 48}[m] }

func (m mode) segment(text string) coding.Encoding {
	switch m {
	case numeric:
		return coding.Num(text)
	case alphanumeric:
		return coding.Alpha(strings.ReplaceAll(text, string(gs), "%"))
	}
	return coding.String(text)
}

// segmentsOf cuts data into the segments that take the fewest bits in symbols of the version's class. A table holds the least
// bits up to each character, by the mode that it is written in, and which mode the one before it had.
func segmentsOf(data string, gs1 bool, class coding.Version) []coding.Encoding {
	const never = 1 << 30
	var head [modes]int
	for m := range modes {
		head[m] = 6 * m.segment("").Bits(class)
	}
	before := make([][modes]mode, len(data))
	least := head
	for i := range len(data) {
		var next [modes]int
		for m := range modes {
			next[m] = never
			if !m.holds(data[i], gs1) {
				continue
			}
			for from := range modes {
				bits := least[from] + m.cost()
				if from != m {
					bits = (bits+5)/6*6 + head[m]
				}
				if (i > 0 || from == m) && bits < next[m] {
					next[m], before[i][m] = bits, from
				}
			}
		}
		least = next
	}
	last := bytewise
	for m := range modes {
		if least[m] < least[last] {
			last = m
		}
	}
	return cut(data, before, last)
}

// cut walks the table back and makes the segments.
func cut(data string, before [][modes]mode, last mode) []coding.Encoding {
	chosen := make([]mode, len(data))
	for i := len(data) - 1; i >= 0; i-- {
		chosen[i] = last
		last = before[i][last]
	}
	var all []coding.Encoding
	start := 0
	for i := 1; i <= len(data); i++ {
		if i == len(data) || chosen[i] != chosen[start] {
			all = append(all, chosen[start].segment(data[start:i]))
			start = i
		}
	}
	return all
}
