package stock

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// render writes a value and all it points to as text, a line for each part, so that two of them can be compared. Of a state it leaves
// out what is no part of the ledger: the clock, the salts and the way back.
func render(v any) string {
	var b strings.Builder
	renderTo(&b, "", reflect.ValueOf(v))
	return b.String()
}

func renderTo(b *strings.Builder, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			renderTo(b, path, v.Elem())
			return
		}
		fmt.Fprintf(b, "%s: nil\n", path)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Location]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Type() == reflect.TypeFor[State]() {
				switch name {
				case "Now", "Salt", "undo":
					continue
				case "Entries": // which never change
					fmt.Fprintf(b, "%s.Entries: %d\n", path, v.Field(i).Len())
					continue
				}
			}
			renderTo(b, path+"."+name, v.Field(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
		fmt.Fprintf(b, "%s: %d\n", path, len(keys))
		for _, k := range keys {
			renderTo(b, fmt.Sprintf("%s[%v]", path, k), v.MapIndex(k))
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%s: %x\n", path, v)
			return
		}
		fmt.Fprintf(b, "%s: %d\n", path, v.Len())
		for i := range v.Len() {
			renderTo(b, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Func:
	default:
		fmt.Fprintf(b, "%s: %v\n", path, v)
	}
}

// difference lists the lines that only one of two renderings has.
func difference(before, after string) string {
	was, is := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(before) {
		was[line] = true
	}
	for line := range strings.Lines(after) {
		is[line] = true
	}
	var b strings.Builder
	for line := range strings.Lines(before) {
		if !is[line] {
			b.WriteString("\n- " + strings.TrimSpace(line))
		}
	}
	for line := range strings.Lines(after) {
		if !was[line] {
			b.WriteString("\n+ " + strings.TrimSpace(line))
		}
	}
	return b.String()
}
