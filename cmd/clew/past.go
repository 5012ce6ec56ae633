package main

import "net/url"

// past are the flags of what can be asked of another moment than now.
type past struct {
	AsAt    string `help:"What took effect by then: a day, such as 2026-06-30, up to its end, or a time." placeholder:"DATE"`
	AsKnown string `help:"Only what was recorded by then: a day, a time or the number of an entry." placeholder:"DATE"`
}

func (p past) ask(query url.Values) {
	for name, value := range map[string]string{"as_at": p.AsAt, "as_known": p.AsKnown} {
		if value != "" {
			query.Set(name, value)
		}
	}
}
