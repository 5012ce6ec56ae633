package stock

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"clew/internal/tlog"
)

// Erased stands wherever a text was erased.
const Erased = "(erased)"

// MaxErased is how many texts one erasure erases. What is left is erased by the next.
const MaxErased = 100_000

// ErasedName is what a person or a device is called whose name was erased: those who were one stay one.
func ErasedName(id int64) string { return "(erased " + strconv.FormatInt(id, 10) + ")" }

// notErased keeps those names free.
func notErased(field, name string) *Error {
	if strings.HasPrefix(name, "(erased") {
		return Errorf(Invalid, CodeInvalidCode, field, "%q: names that begin like this are of those whose names were erased", clip(name))
	}
	return nil
}

// ErasureOf says of what an erasure erases texts.
type ErasureOf int64

// What can be erased.
const (
	EraseUser ErasureOf = iota + 1
	ErasePartner
	EraseActor
	EraseDevice
	EraseEntry
)

var erasureNames = []string{"", "user", "partner", "actor", "device", "entry"}

func (o ErasureOf) String() string { return erasureNames[o] }

func (o ErasureOf) object() Object {
	switch o {
	case EraseUser:
		return ObjectUser
	case ErasePartner:
		return ObjectPartner
	case EraseActor, EraseDevice:
		return ObjectActor
	}
	return ObjectAny // it is found by what the entry is about
}

// Erasure is what an erasure entry erased: texts of earlier entries, of which the salted hashes are left.
type Erasure struct {
	Of    ErasureOf
	ID    int64 // of the user, partner, actor or device, or the entry
	Count int64 // texts
	Texts []Text
	More  bool // there is more to erase

	Was, Now string // the name of a person or device, before and from here on; empty where it stays
	Actor    int64  // who has that name on entries, 0: nobody
	Name     bool   // the name of the partner goes
	Contacts bool   // those that stand
	Places   []int64
}

// Text is an erasable text with where it is.
type Text struct {
	Entry int64
	Line  int
	Place int64 // the address of a partner that it names, 0: none
	Erasable
}

// TextsOf asks for the texts that are erased of something.
type TextsOf struct {
	Of    ErasureOf
	Name  string
	Entry int64
}

// ErasureDraft erases personal data: one of user, partner, actor, device and entry. What is erased is gone for good; that it was is an entry.
type ErasureDraft struct {
	User    string   `json:"user,omitempty" doc:"Their names, and the addresses that they came from. Disable them first."`
	Partner string   `json:"partner,omitempty" doc:"Names, contacts and addresses, as they stand and as they ever stood."`
	Actor   string   `json:"actor,omitempty" doc:"The name of who recorded something without being a user, and the addresses that they came from."`
	Device  string   `json:"device,omitempty" doc:"The name of a device."`
	Entry   int64    `json:"entry,omitempty" doc:"Free texts of this entry."`
	Fields  []string `json:"fields,omitempty" maxItems:"100" doc:"Of a partner: name, contacts, addresses; of an entry its texts: reason, note, override, origin, name (of a file), items[0].override … Left out, all of them."`
	Former  bool     `json:"former,omitempty" doc:"Of a partner: only what stands no longer."`
	Reason  string   `json:"reason" doc:"Why, such as the request that it answers. Name nobody in it." maxLength:"500"`
}

func (d *ErasureDraft) kind() Kind { return KindErasure }

// subject is what the draft names; zero where that is not one thing.
func (d *ErasureDraft) subject() (key TextsOf) {
	named := 0
	for of, name := range []string{"", d.User, d.Partner, d.Actor, d.Device} {
		if name != "" {
			named++
			key = TextsOf{Of: ErasureOf(of), Name: name}
		}
	}
	if d.Entry != 0 {
		named++
		key = TextsOf{Of: EraseEntry, Entry: d.Entry}
	}
	if named != 1 {
		return TextsOf{}
	}
	return key
}

func (d *ErasureDraft) needs(n *Needs) {
	key := d.subject()
	add(n.Texts, key)
	switch key.Of {
	case EraseUser:
		n.User(d.User)
	case ErasePartner:
		n.Partner(d.Partner)
	case EraseActor:
		n.User(d.Actor)
		add(n.Actors, ActorKey{KindActor, d.Actor})
	case EraseDevice:
		add(n.Actors, ActorKey{KindDevice, d.Device})
	case EraseEntry:
		n.Entry(d.Entry)
		add(n.Exceptions, d.Entry)
	}
}

func (d *ErasureDraft) decide(s *State, e *Entry) *Error {
	key := d.subject()
	if key.Of == 0 {
		return Errorf(Invalid, CodeRequired, "user", "name what to erase: one of user, partner, actor, device and entry")
	}
	if strings.TrimSpace(d.Reason) == "" {
		return Errorf(Invalid, CodeRequired, "reason", "say why it is erased")
	}
	if len(d.Fields) > 0 && key.Of != ErasePartner && key.Of != EraseEntry {
		return Errorf(Invalid, CodeUnsupported, "fields", "of a %s all is erased", key.Of)
	}
	if d.Former && key.Of != ErasePartner {
		return Errorf(Invalid, CodeUnsupported, "former", "this is asked of partners: leave it out")
	}
	v := &Erasure{Of: key.Of}
	texts := s.Texts[key]
	if len(texts) > MaxErased {
		texts, v.More = texts[:MaxErased], true
	}
	var err *Error
	switch key.Of {
	case EraseUser:
		err = d.user(s, v)
	case ErasePartner:
		texts, err = d.partner(s, e, v, texts)
	case EraseActor, EraseDevice:
		err = d.actor(s, v)
	case EraseEntry:
		texts, err = d.entry(s, e, v, texts)
	}
	if err != nil {
		return err
	}
	if len(texts) == 0 {
		return Errorf(Conflict, CodeNothingToErase, key.Of.String(), "there is nothing of it that is not erased yet")
	}
	v.Texts = slices.Clone(texts)
	slices.SortFunc(v.Texts, func(a, b Text) int {
		if a.Entry != b.Entry {
			return sign(a.Entry - b.Entry)
		}
		return a.Line - b.Line
	})
	v.Count = int64(len(v.Texts))
	e.Reason, e.Erasure = d.Reason, v
	return nil
}

func (d *ErasureDraft) user(s *State, v *Erasure) *Error {
	u, err := s.user("user", d.User)
	if err != nil {
		return err
	}
	if u.Active {
		return Errorf(Conflict, CodeStillNeeded, "user", "%s may still sign in: disable the user first", u.Name)
	}
	v.ID, v.Was, v.Now = u.ID, u.Name, ErasedName(u.ID)
	next := *u
	next.Name, next.FullName = v.Now, Erased
	s.putUser(&next)
	if a := s.Actors[ActorKey{KindActor, u.Name}]; a != nil {
		v.Actor = a.ID
		s.renameActor(a, v.Now)
	}
	return nil
}

func (d *ErasureDraft) actor(s *State, v *Erasure) *Error {
	key, field := ActorKey{KindActor, d.Actor}, "actor"
	if v.Of == EraseDevice {
		key, field = ActorKey{KindDevice, d.Device}, "device"
	} else if u := s.Users[UserKey(d.Actor)]; u != nil && u.Name == d.Actor {
		return Errorf(Invalid, CodeUnsupported, field, "%s is a user: erase the user", u.Name)
	}
	a := s.Actors[key]
	if a == nil {
		return Errorf(NotFound, CodeUnknownActor, field, "nobody and nothing called %q recorded anything", clip(key.Name))
	}
	v.ID, v.Actor, v.Was, v.Now = a.ID, a.ID, a.Name, ErasedName(a.ID)
	s.renameActor(a, v.Now)
	return nil
}

// renameActor has an actor called otherwise from here on.
func (s *State) renameActor(a *Actor, name string) {
	old := ActorKey{a.Kind, a.Name}
	delete(s.Actors, old)
	s.onUndo(func() { s.Actors[old] = a })
	next := *a
	next.Name = name
	put(s, s.Actors, ActorKey{a.Kind, name}, &next)
}

var partnerTexts = []string{"name", "contacts", "addresses"}

func (d *ErasureDraft) partner(s *State, e *Entry, v *Erasure, texts []Text) ([]Text, *Error) {
	p := s.Partners[d.Partner]
	if p == nil {
		return nil, Errorf(NotFound, CodeUnknownPartner, "partner", "there is no partner %q", clip(d.Partner))
	}
	for i, f := range d.Fields {
		if !slices.Contains(partnerTexts, f) {
			return nil, Errorf(Invalid, CodeInvalidValue, index("fields", i), "%q: of a partner name, contacts and addresses are erased", clip(f))
		}
	}
	wanted := func(field string) bool { return len(d.Fields) == 0 || slices.Contains(d.Fields, field) }
	v.ID, e.Partner = p.ID, p.ID
	standing := map[TextPlace]*Place{} // names of addresses that stand
	for _, at := range s.Addresses {
		if at.Partner == p.ID {
			standing[TextPlace{at.Entry, at.ID}] = at
		}
	}
	var out []Text
	for _, t := range texts {
		field := t.Field
		if t.Place != 0 {
			field = "addresses"
		}
		place := standing[TextPlace{t.Entry, t.Place}]
		stands := t.Place == 0 && t.Entry == p.Entry || place != nil
		if !wanted(field) || d.Former && stands {
			continue
		}
		out = append(out, t)
		switch {
		case !stands:
		case place != nil:
			next := *place
			next.Name = Erased
			s.putPlace(&next)
			v.Places = append(v.Places, place.ID)
		case field == "name":
			v.Name = true
		default:
			v.Contacts = true
		}
	}
	next := *p
	if v.Name {
		next.Name = Erased
	}
	if v.Contacts {
		next.Contacts = nil
	}
	s.putPartner(&next)
	return out, nil
}

func (d *ErasureDraft) entry(s *State, e *Entry, v *Erasure, texts []Text) ([]Text, *Error) {
	was := s.Entries[d.Entry]
	if was == nil || s.hides(was.Site) {
		return nil, Errorf(NotFound, CodeUnknownEntry, "entry", "there is no entry %d", d.Entry)
	}
	names := map[Kind]string{KindUser: "user", KindPartner: "partner", KindActor: "actor", KindDevice: "device"}
	var out []Text
	for _, t := range texts {
		if names[was.Kind] == "" || t.Field == "origin" || t.Field == "reason" { // whose name it is goes with all that is known of them
			out = append(out, t)
		}
	}
	texts = out
	if len(d.Fields) > 0 {
		out = nil
		for i, f := range d.Fields {
			at := slices.IndexFunc(texts, func(t Text) bool { return t.Field == f })
			switch {
			case at < 0 && names[was.Kind] != "":
				return nil, Errorf(Invalid, CodeUnsupported, index("fields", i), "entry %d sets a %s: erase that", d.Entry, names[was.Kind])
			case at < 0:
				return nil, Errorf(Invalid, CodeInvalidValue, index("fields", i), "entry %d has no text %q that is not erased yet", d.Entry, clip(f))
			case !slices.ContainsFunc(out, func(t Text) bool { return t.Line == texts[at].Line }):
				out = append(out, texts[at])
			}
		}
	}
	if x := s.Exceptions[d.Entry]; x != nil && x.Resolved == 0 && slices.ContainsFunc(out, func(t Text) bool { return t.Field == "draft" }) {
		return nil, Errorf(Conflict, CodeStillNeeded, "entry", "exception %d keeps a movement that nobody has decided on yet: resolve it first", d.Entry)
	}
	v.ID, e.About, e.Site = d.Entry, d.Entry, was.Site
	return out, nil
}

// TextPlace is the address that a text of an entry names.
type TextPlace struct{ Entry, Place int64 }

// TextsRoot is the root over texts of entries, a leaf for each: its entry and its line.
func TextsRoot(texts []Text) [32]byte {
	var buf []byte
	return tlog.UnitRoot(len(texts), func(i int) []byte {
		buf = binary.AppendUvarint(buf[:0], uint64(texts[i].Entry))
		return binary.AppendUvarint(buf, uint64(texts[i].Line))
	})
}

func (w leafWriter) erasure(v *Erasure) {
	w.int(1, int64(v.Of))
	w.int(2, v.ID)
	w.int(3, int64(len(v.Texts)))
	w.Hash(4, TextsRoot(v.Texts))
}

func (g group) erasure() *Erasure {
	of := ErasureOf(g.int(1))
	if of < EraseUser || of > EraseEntry {
		of = 0
	}
	return &Erasure{Of: of, ID: g.int(2), Count: g.int(3)}
}
