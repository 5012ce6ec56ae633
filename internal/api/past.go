package api

import "clew/internal/app"

// Past are the parameters of what can be asked of another moment than now.
type Past struct {
	AsAt    string `query:"as_at" maxLength:"40" doc:"What took effect by then: a day, up to its end by the site's calendar or, without a site, UTC's; or a time." example:"2026-06-30"`
	AsKnown string `query:"as_known" maxLength:"40" doc:"Only what was recorded by then: a day, a time or the number of an entry."`
}

func (p Past) asAt() app.AsAt { return app.AsAt{At: p.AsAt, Known: p.AsKnown} }

// PastList is a page of a list of another moment than now; as_at and as_known are absent where it is of now.
type PastList[T any] struct {
	List[T]
	app.Of
}
