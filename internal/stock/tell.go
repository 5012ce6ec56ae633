package stock

import "fmt"

// Tell puts an erasable text, read back from the store, where the entry's fields show it.
func (e *Entry) Tell(t Erasable) {
	if t.Erased != nil {
		t.Text = Erased
	}
	switch t.Field {
	case "reason":
		e.Reason = t.Text
	case "note":
		e.Note = t.Text
	case "override":
		e.Override = t.Text
	case "origin":
		e.Origin = ParseOrigin(t.Text)
	case "draft", "detail":
		if e.Exception == nil {
			e.Exception = &Exception{ID: e.ID}
		}
		if t.Field == "draft" {
			if t.Erased == nil {
				e.Exception.Draft = []byte(t.Text)
			}
		} else {
			e.Exception.Detail = t.Text
		}
	}
	var i int
	var field string
	if n, _ := fmt.Sscanf(t.Field, "items[%d].%s", &i, &field); n != 2 || i < 0 || i >= len(e.Items) {
		return
	}
	switch field {
	case "override":
		e.Items[i].Override = t.Text
	case "captured":
		e.Items[i].Captured = t.Text
	}
}
