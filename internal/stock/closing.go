package stock

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// Closing closes the books up to and including a business date: of one site, or of all. Of the closings that concern a site the newest
// counts, so that one of all sites brings those that were closed on their own into line.
type Closing struct {
	ID    int64 // its entry
	Site  int64 // 0: all of them
	Until Date
}

// Late says that an entry takes effect in books that were closed when it was recorded.
type Late struct {
	Site    int64
	Closing int64
	Day     Date // the earliest business date on which it takes effect there
}

// LateIn lists the closed books that an entry's items reach into, by site: books tells the closing that counts at a site, nil for none,
// and the site's time zone. Entries without items say nothing that the books hold.
func LateIn(e *Entry, siteOf func(place int64) int64, books func(site int64) (*Closing, *time.Location)) []Late {
	var out []Late
	for i := range e.Items {
		it := &e.Items[i]
		for _, place := range [...]int64{it.From, it.To} {
			if site := siteOf(place); site != 0 {
				c, zone := books(site)
				out = addLate(out, c, site, e.Effective(it), zone)
			}
		}
	}
	slices.SortFunc(out, func(a, b Late) int { return cmp.Compare(a.Site, b.Site) })
	return out
}

func addLate(list []Late, c *Closing, site int64, at Time, zone *time.Location) []Late {
	if c == nil {
		return list
	}
	day := DateOf(at, zone)
	if day > c.Until {
		return list
	}
	for i := range list {
		if list[i].Site == site {
			list[i].Day = min(list[i].Day, day)
			return list
		}
	}
	return append(list, Late{site, c.ID, day})
}

// Closed is the closing that counts at a site, of the newest of that site and of all, nil for none.
func Closed(bySite map[int64]*Closing, site int64) *Closing {
	own, all := bySite[site], bySite[0]
	if own == nil || all != nil && all.ID > own.ID {
		return all
	}
	return own
}

// books judges what a draft would record against the closed books: what reaches into them needs a reason, given as its override.
//
// The right to record late is asked here, and nowhere else: by now everybody has it who gives a reason.
func (s *State) books(e *Entry) *Error {
	if len(s.Closings) == 0 {
		return nil
	}
	siteOf := func(place int64) int64 { return s.Places[place].Site }
	zoned := func(site int64) (*Closing, *time.Location) { return Closed(s.Closings, site), s.SiteIDs[site].Zone() }
	e.Late = LateIn(e, siteOf, zoned)
	if len(e.Late) == 0 || e.Override != "" {
		return nil
	}
	for i := range e.Items {
		it := &e.Items[i]
		late := LateIn(&Entry{OccurredAt: e.OccurredAt, Items: e.Items[i : i+1]}, siteOf, zoned)
		switch {
		case len(late) == 0:
		case it.why != "":
			it.Override = it.why
		default:
			c := Closed(s.Closings, late[0].Site)
			err := Errorf(Conflict, CodeBooksClosed, "occurred_at", "the books of %s are closed up to %s, and this takes effect on %s: give an override that says why it comes late, or record it for a later day",
				s.siteCode(late[0].Site), c.Until, late[0].Day)
			err.About = []string{strconv.FormatInt(c.ID, 10)}
			return err
		}
	}
	return nil
}

// ClosingDraft closes the books up to a day, or opens them again from an earlier one on.
type ClosingDraft struct {
	Until  Date   `json:"until" doc:"The last day that is closed, by the calendar of each site. An earlier day than before opens the books again."`
	Site   string `json:"site,omitempty" doc:"Only of this site; of all sites when left out."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Needed where it opens books again."`
	Note   string `json:"note,omitempty" maxLength:"4000"`
}

func (d *ClosingDraft) kind() Kind { return KindClosing }

func (d *ClosingDraft) needs(n *Needs) {
	n.Site(d.Site)
	n.EverySite = true
}

func (d *ClosingDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe("", d.Reason, d.Note, nil); err != nil {
		return err
	}
	if d.Until == 0 {
		return Errorf(Invalid, CodeRequired, "until", "name the last day that is closed")
	}
	c := &Closing{ID: e.ID, Until: d.Until}
	var sites []*Site
	if d.Site != "" {
		site := s.Sites[d.Site] // also one that is no longer active
		if site == nil {
			return Errorf(NotFound, CodeUnknownSite, "site", "there is no site %q", clip(d.Site))
		}
		c.Site, e.Site, sites = site.ID, site.ID, []*Site{site}
	} else {
		for _, site := range s.Sites {
			sites = append(sites, site)
		}
		slices.SortFunc(sites, func(a, b *Site) int { return cmp.Compare(a.Code, b.Code) })
	}
	stands := Closed(s.Closings, c.Site)
	same := stands != nil && stands.Until == c.Until
	if len(sites) == 0 { // there is none yet
		sites = []*Site{{Code: "any site"}}
	}
	for _, site := range sites {
		if today := DateOf(s.Now, site.Zone()); c.Until >= today {
			return Errorf(Invalid, CodeInvalidDate, "until", "%s is not over at %s: the books are closed up to a day that is", c.Until, site.Code)
		}
		was := Closed(s.Closings, site.ID)
		same = same && was.Until == c.Until
		if was != nil && c.Until < was.Until && d.Reason == "" {
			return Errorf(Invalid, CodeReasonRequired, "reason", "the books of %s are closed up to %s: say why they are opened again", site.Code, was.Until)
		}
	}
	if same {
		e.Unchanged(stands.ID)
		return nil
	}
	e.Closing = c
	put(s, s.Closings, c.Site, c)
	return nil
}

// LoadClosing adds to the state the newest closing of a site, or of all.
func (s *State) LoadClosing(c *Closing) { put(s, s.Closings, c.Site, c) }

// closing writes which books the entry closes, and which closed ones it reaches into.
func (w leafWriter) closing(e *Entry) {
	if c := e.Closing; c != nil {
		w.group(tagClosing, func() { w.int(1, c.Site); w.int(2, int64(c.Until)) })
	}
	for _, l := range e.Late {
		w.group(tagClosing, func() { w.int(1, l.Site); w.int(3, l.Closing); w.int(4, int64(l.Day)) })
	}
}
