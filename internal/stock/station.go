package stock

// Station is a device at a fixed place that people share. They change over at it by PIN or badge.
type Station struct {
	ID     int64
	Entry  int64
	Name   string // the device of what is recorded there
	Site   int64  // 0: of no one site
	Active bool
	Hash   string // of the token that the device holds, when it is made: in no leaf
}

// StationDraft puts up a station or changes it.
type StationDraft struct {
	Name   string   `json:"name" doc:"The device of what is recorded there. Unique and never reused." maxLength:"60"`
	Site   *string  `json:"site,omitempty" doc:"Where it stands."`
	Active *bool    `json:"active,omitempty" doc:"false ends its sessions, and nobody signs in there any more."`
	Hash   string   `json:"-"`
	If     Presence `json:"-"`
}

func (d *StationDraft) kind() Kind { return KindStation }

func (d *StationDraft) needs(n *Needs) {
	if d.Name != "" {
		add(n.Stations, d.Name)
	}
	if d.Site != nil {
		n.Site(*d.Site)
	}
}

func (d *StationDraft) decide(s *State, e *Entry) *Error {
	old := s.Stations[d.Name]
	if d.If == MustExist && old == nil {
		return Errorf(NotFound, CodeUnknownStation, "name", "there is no station %q", clip(d.Name))
	}
	next := Station{Name: d.Name, Active: true}
	if old != nil {
		next = *old
	} else if err := CheckCode("name", d.Name, MaxKey); err != nil {
		return err
	}
	next.Hash = d.Hash
	set(&next.Active, d.Active)
	if d.Site != nil {
		next.Site = 0
		if *d.Site != "" {
			v, err := s.siteNamed("site", *d.Site)
			if err != nil {
				return err
			}
			next.Site = v
		}
	}
	if old != nil && old.Site == next.Site && old.Active == next.Active && next.Hash == "" {
		e.Unchanged(old.Entry)
		return nil
	}
	if old == nil {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	put(s, s.Stations, next.Name, &next)
	e.Station = &next
	return nil
}
