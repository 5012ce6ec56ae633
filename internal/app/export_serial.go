package app

import (
	"strconv"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// serialText writes serial numbers as a cell of units: those that count on from each other as a range.
type serialText struct {
	b      strings.Builder
	first  string // of the range under way
	last   string
	prefix string
	next   int64
	width  int
	count  int
}

// add takes the next serial number.
func (t *serialText) add(serial string) {
	prefix, width, n := cutDigits(serial)
	if t.count > 0 && width > 0 && width == t.width && n == t.next && prefix == t.prefix {
		t.last = serial
		t.next++
		t.count++
		return
	}
	t.end()
	t.first, t.last, t.prefix, t.width, t.next, t.count = serial, serial, prefix, width, n+1, 1
}

// end writes the range under way.
func (t *serialText) end() {
	if t.count == 0 {
		return
	}
	switch {
	case t.count < 3:
		t.one(t.first)
		if t.count == 2 {
			t.one(t.last)
		}
	default:
		t.spec(t.first + "~+" + strconv.Itoa(t.count-1))
	}
	t.count = 0
}

func (t *serialText) one(serial string) {
	if strings.Contains(serial, "..") || strings.Contains(serial, "~+") {
		serial += "~+0" // else it would be read as a range
	}
	t.spec(serial)
}

func (t *serialText) spec(text string) {
	if t.b.Len() > 0 {
		t.b.WriteByte(' ')
	}
	if !strings.ContainsAny(text, `| \`) {
		t.b.WriteString(text)
		return
	}
	for _, c := range []byte(text) {
		if c == '|' || c == ' ' || c == '\\' {
			t.b.WriteByte('\\')
		}
		t.b.WriteByte(c)
	}
}

func (t *serialText) text() string {
	t.end()
	return t.b.String()
}

// cutDigits cuts up to 9 digits off the end of a serial number, which are counted on without growing.
func cutDigits(serial string) (prefix string, width int, n int64) {
	cut := len(serial)
	for cut > 0 && len(serial)-cut < 9 && serial[cut-1] >= '0' && serial[cut-1] <= '9' {
		cut--
	}
	n, _ = strconv.ParseInt(serial[cut:], 10, 64) // digits only, or none
	return serial[:cut], len(serial) - cut, n
}

// serialsOf writes the serial numbers of units, read in pages, as they are called.
func (x *exporter) serialsOf(units stock.Runs, called func(*stock.Unit) string) (string, error) {
	var t serialText
	for after := int64(0); ; {
		page, err := x.app.Store.UnitsOf(x.ctx, units, after, 10_000)
		if err != nil {
			return "", err
		}
		for _, u := range page {
			t.add(called(u))
			after = u.ID
		}
		if len(page) < 10_000 {
			return t.text(), nil
		}
	}
}

// serialsAt writes the serial numbers of a product's units of a lot at a place.
func (x *exporter) serialsAt(product, lot, place int64) (string, error) {
	if x.o.AsAt != (AsAt{}) {
		return x.serialsThen(product, lot, place)
	}
	var t serialText
	for after := int64(0); ; {
		page, err := x.app.Store.Units(x.ctx, store.UnitFilter{Product: product, Lot: lot, Place: place, After: after, Limit: 1000})
		if err != nil {
			return "", err
		}
		for _, u := range page {
			if u.Lot == lot {
				t.add(u.Serial)
			}
			after = u.ID
		}
		if len(page) < 1000 {
			return t.text(), nil
		}
	}
}

// serialsThen writes the serial numbers of units as they were. Those of a place are read together: which they were is worked out from
// those that are there today.
func (x *exporter) serialsThen(product, lot, place int64) (string, error) {
	if x.serials[place] == nil {
		at := map[[2]int64]*serialText{}
		f := store.UnitFilter{Place: place, Limit: 1000}
		if x.goods != nil {
			f.Product = x.goods.ID
		}
		for {
			page, err := x.past.Units(x.ctx, f)
			if err != nil {
				return "", err
			}
			for _, u := range page {
				key := [2]int64{u.Product, u.Lot}
				if at[key] == nil {
					at[key] = &serialText{}
				}
				at[key].add(u.Serial)
				f.After = u.ID
			}
			if len(page) < f.Limit {
				break
			}
		}
		if x.serials == nil {
			x.serials = map[int64]map[[2]int64]*serialText{}
		}
		x.serials[place] = at
	}
	if t := x.serials[place][[2]int64{product, lot}]; t != nil {
		return t.text(), nil
	}
	return "", nil
}
