package stock

// Act is a change of something beside the log, such as a feed or what import remembers of columns: the thing is no entry, that it was
// changed is one. What it was and became are the entry's texts old and new, JSON objects without secrets.
type Act struct {
	Sort string // of the thing: feed, mapping, import, watched_file, …
	Name string // of the thing
	What string // was done: added, changed, removed, …
	Old  string // erasable
	New  string // erasable
}

// Subject is the number by which the thing is found.
func (a *Act) Subject() int64 { return SubjectOf(a.Sort, a.Name) }

// ActDraft records an act that is done in the same breath.
type ActDraft struct {
	Sort string `json:"sort"`
	Name string `json:"name"`
	What string `json:"what"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

func (d *ActDraft) kind() Kind { return KindAct }

func (d *ActDraft) needs(*Needs) {}

func (d *ActDraft) decide(_ *State, e *Entry) *Error {
	for _, t := range []struct{ field, text string }{{"sort", d.Sort}, {"name", d.Name}, {"what", d.What}} {
		if err := CheckCode(t.field, t.text, MaxKey); err != nil {
			return err
		}
	}
	e.Act = &Act{d.Sort, d.Name, d.What, d.Old, d.New}
	return nil
}

func (w leafWriter) act(a *Act) {
	w.text(1, a.Sort)
	w.text(2, a.Name)
	w.text(3, a.What)
}

func (g group) act() *Act { return &Act{Sort: g.text(1), Name: g.text(2), What: g.text(3)} }
