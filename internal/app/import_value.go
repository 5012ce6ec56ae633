package app

import (
	"strconv"
	"strings"
	"time"

	"clew/internal/stock"
)

// cellReader reads the cells of a row as values. The first that cannot be read is kept as its error.
type cellReader struct {
	row *importRow
	err *stock.Error
}

func (c *cellReader) refuse(column string, err error) {
	if c.err != nil || err == nil {
		return
	}
	fault, ok := stock.AsError(err)
	if !ok {
		fault = stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "%v", err)
	}
	named := *fault
	named.Field = column
	c.err = &named
}

func (c *cellReader) text(column string) string { return c.row.text(column) }

// clear is written into a cell to empty what stands; an empty cell leaves it as it is.
const clearMark = "-"

// given is the cell's text, nil where it is empty and leaves what stands.
func (c *cellReader) given(column string) *string {
	text := c.row.text(column)
	if text == "" {
		return nil
	}
	return &text
}

// measure is a unit of measure, also as people write it.
func (c *cellReader) measure(column string) *string {
	text := c.given(column)
	if text != nil {
		*text = stock.CommonUoM(*text)
	}
	return text
}

// clearable is as given, with a hyphen for what is to be empty.
func (c *cellReader) clearable(column string) *string {
	text := c.given(column)
	if text != nil && *text == clearMark {
		*text = ""
	}
	return text
}

func (c *cellReader) list(column string) *[]string {
	text := c.clearable(column)
	if text == nil {
		return nil
	}
	list := splitList(*text, listMarks)
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if list == nil {
		list = []string{}
	}
	return &list
}

// jsonList reads a cell that holds a JSON list; a dash empties it.
func jsonList[T any](c *cellReader, column string) *[]T {
	text := c.clearable(column)
	if text == nil {
		return nil
	}
	list, err := stock.ParseList[T](*text)
	if err != nil {
		c.refuse(column, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "", "the cell holds no JSON list as the API takes it: %v", err))
	}
	return &list
}

// packaging reads the packaging levels of a product; a dash says that it has none.
func (c *cellReader) packaging() *[]stock.Packaging {
	text := c.clearable("packaging")
	if text == nil {
		return nil
	}
	levels, err := stock.ParsePackaging(*text)
	if err != nil {
		c.refuse("packaging", err)
	}
	return &levels
}

// barcodes reads the further codes of a product; those that it does not name stay.
func (c *cellReader) barcodes() (out []stock.BarcodeOf) {
	for _, text := range splitList(c.text("barcodes"), "|") {
		out = append(out, stock.ParseBarcode(strings.TrimSpace(text)))
	}
	return out
}

func (c *cellReader) number(column string) *int {
	text := c.row.text(column)
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		c.refuse(column, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, column, "%q is no whole number", clipped(text)))
	}
	return &n
}

func (c *cellReader) flag(column string) *bool {
	text := c.row.text(column)
	if text == "" {
		return nil
	}
	var yes bool
	switch strings.ToLower(text) {
	case "yes", "true", "1", "y":
		yes = true
	case "no", "false", "0", "n":
	default:
		c.refuse(column, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, column, "%q is neither yes nor no", clipped(text)))
	}
	return &yes
}

func (c *cellReader) quantity(column string) *stock.Quantity {
	text := c.row.text(column)
	if text == "" {
		return nil
	}
	q, err := stock.ParseQuantity(text)
	c.refuse(column, err)
	return &q
}

func (c *cellReader) date(column string) stock.Date {
	var d stock.Date
	c.refuse(column, d.UnmarshalText([]byte(c.row.text(column))))
	return d
}

// time reads RFC 3339, or a day with or without a time of day, which is meant in the zone. A day alone is its beginning.
func (c *cellReader) time(column string, zone *time.Location) stock.Time {
	text := c.row.text(column)
	if text == "" {
		return 0
	}
	t, err := readTime(text, zone)
	c.refuse(column, err)
	return t
}

var localLayouts = []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05"}

func readTime(text string, zone *time.Location) (stock.Time, error) {
	if len(text) == len(time.DateOnly) {
		d, err := stock.ParseDate(text)
		if err != nil {
			return 0, err
		}
		return startOfDay(d, zone), nil
	}
	for _, layout := range localLayouts {
		if len(text) != len(layout) {
			continue
		}
		if wall, err := time.Parse(layout, text); err == nil {
			at, err := onClock(text, wall, zone)
			if err != nil {
				return 0, err
			}
			return stock.ParseTime(at.Format(time.RFC3339))
		}
	}
	t, err := stock.ParseTime(text)
	if err != nil {
		fault, _ := stock.AsError(err)
		if fault.Code == stock.CodeInvalidTime && !strings.Contains(fault.Detail, "outside") {
			return 0, stock.Errorf(stock.Invalid, stock.CodeInvalidTime, "", "%q is no time like 2026-01-31 14:05, 2026-01-31 or 2026-01-31T14:05:00Z", clipped(text))
		}
	}
	return t, err
}

// startOfDay is the first instant of a day in a zone, which is not midnight where the clock skips it.
func startOfDay(d stock.Date, zone *time.Location) stock.Time {
	day := time.Unix(int64(d)*24*60*60, 0).UTC()
	t := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	for stock.DateOf(stock.TimeOf(t), zone) < d {
		t = t.Add(15 * time.Minute)
	}
	return stock.TimeOf(t)
}
