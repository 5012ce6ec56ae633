package app

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clew/internal/stock"
)

// erasedText stands for a text that was erased.
const erasedText = stock.Erased

// AuditChange is one field of a record that an entry changed.
type AuditChange struct {
	Object string `json:"object" doc:"What was changed: product, site, location, address, partner, quality_plan, hold, feed …"`
	Name   string `json:"name" doc:"Which one: its code, with that of what it belongs to in front."`
	Field  string `json:"field"`
	Old    string `json:"old,omitempty" doc:"Empty where there was nothing; (erased) where it was erased since."`
	New    string `json:"new,omitempty"`
}

// pairs are the fields of a record by their paths.
type pairs map[string]string

// pairsOf takes what is shown of a record apart: members of objects by their names, those of lists by what tells them apart.
func pairsOf(view any) pairs {
	text, err := json.Marshal(view)
	out := pairs{}
	if err != nil {
		return out
	}
	return pairsIn(string(text))
}

// pairsIn is pairsOf for JSON.
func pairsIn(text string) pairs {
	out := pairs{}
	if text == "" {
		return out
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) == nil {
		out.add("", v)
	}
	delete(out, "entry")
	return out
}

func (f pairs) add(path string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for name, member := range v {
			if path != "" {
				name = path + "." + name
			}
			f.add(name, member)
		}
	case []any:
		f.list(path, v)
	case string:
		f[path] = v
	case bool:
		f[path] = strconv.FormatBool(v)
	case json.Number:
		f[path] = v.String()
	}
}

// list adds a list: one of texts as one value, one of objects by what names each.
func (f pairs) list(path string, list []any) {
	var words []string
	for i, v := range list {
		member, ok := v.(map[string]any)
		if !ok {
			words = append(words, textOf(v))
			continue
		}
		key := strconv.Itoa(i)
		for _, name := range []string{"code", "level", "name", "kind"} {
			if text, is := member[name].(string); is && text != "" {
				key = text
				break
			}
		}
		at := path + "[" + key + "]"
		if _, twice := f[at]; twice {
			at = path + "[" + strconv.Itoa(i) + "]"
		}
		f.add(at, v)
	}
	if len(words) > 0 {
		f[path] = strings.Join(words, ", ")
	}
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	text, _ := json.Marshal(v) // it was read from JSON
	return string(text)
}

// erase marks the fields whose texts were erased.
func (f pairs) erase(texts []stock.Erasable, fields map[string]string) pairs {
	for _, t := range texts {
		if path := fields[t.Field]; path != "" && t.Erased != nil {
			f[path] = erasedText
		}
	}
	return f
}

// changes lists the fields that differ, in the order of their paths.
func (f pairs) changes(object, name string, before pairs) []AuditChange {
	paths := map[string]bool{}
	for path := range f {
		paths[path] = true
	}
	for path := range before {
		paths[path] = true
	}
	var out []AuditChange
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if f[path] != before[path] || f[path] == erasedText {
			out = append(out, AuditChange{Object: object, Name: name, Field: path, Old: before[path], New: f[path]})
		}
	}
	return out
}
