package api

import (
	"encoding/base64"
	"encoding/json"

	"clew/internal/stock"
	"clew/internal/store"
)

// Paging are the parameters of every list.
type Paging struct {
	Cursor string `query:"cursor" doc:"The next of the page before. Its form may change: do not take it apart."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"The most items on a page."`
}

// List is a page of a list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last one."`
}

// pageOf makes a page of items; key gives what the next page starts behind.
func pageOf[T, K any](items []T, p Paging, key func(T) K) List[T] {
	list := List[T]{Items: items}
	if items == nil {
		list.Items = []T{}
	}
	if len(items) >= p.Limit && len(items) > 0 {
		list.Next = cursorOf(key(items[len(items)-1]))
	}
	return list
}

func cursorOf(key any) string {
	text, _ := json.Marshal(key) // numbers and strings, which always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// cursorAfter is the cursor behind an id, none where there is no more.
func cursorAfter(id int64) string {
	if id == 0 {
		return ""
	}
	return cursorOf(id)
}

// after reads the cursor into key, which stays as it is where there is none.
func (p Paging) after(key any) error {
	if p.Cursor == "" {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(text, key)
	}
	if err != nil {
		return malformedf("cursor", "this is no cursor of this list")
	}
	return nil
}

// Search is what lists of master data can be searched by.
type Search struct {
	Paging
	Like string `query:"like" maxLength:"200" doc:"Part of the code or name, whatever the case."`
}

func (q Search) page() (store.Page, error) {
	page := store.Page{Like: q.Like, Limit: q.Limit}
	return page, q.after(&page.After)
}

// dateOf reads a parameter that is a date.
func dateOf(field, text string) (d stock.Date, err error) {
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return 0, at(field, err)
	}
	return d, nil
}

// timeOf reads a parameter that is a time.
func timeOf(field, text string) (t stock.Time, err error) {
	if err := t.UnmarshalText([]byte(text)); err != nil {
		return 0, at(field, err)
	}
	return t, nil
}

// at makes an error of the rules one about a parameter, and so of the request.
func at(field string, err error) error {
	fault, ok := stock.AsError(err)
	if !ok {
		return err
	}
	named := *fault
	named.Field = field
	return &malformed{&named}
}
