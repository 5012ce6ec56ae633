package main

import (
	"cmp"
	"fmt"
	"net/url"

	"clew/internal/app"
	"clew/internal/stock"
)

type eraseCommand struct {
	User    eraseUserCommand    `cmd:"" help:"Erase the names of a disabled user, and the addresses that the user came from."`
	Partner erasePartnerCommand `cmd:"" help:"Erase the names, contacts and addresses of a partner."`
	Actor   eraseActorCommand   `cmd:"" help:"Erase the name of somebody who recorded something without being a user."`
	Device  eraseDeviceCommand  `cmd:"" help:"Erase the name of a device."`
	Entry   eraseEntryCommand   `cmd:"" help:"Erase free texts of an entry, such as its note."`
	List    eraseListCommand    `cmd:"" help:"List what was erased, when, by whom and why."`
}

type erasing struct{ writing }

// erase sends erasures until nothing is left of what is to be erased.
func (w *erasing) erase(s *session, d stock.ErasureDraft) error {
	d.Reason = w.Reason
	c, err := s.client()
	if err != nil {
		return err
	}
	var texts int64
	for {
		var e app.Entry
		if err := c.send("POST", "/v1/erasures", d, &e); err != nil {
			return err
		}
		if texts += e.Erased.Texts; e.Erased.More {
			d.User, d.Actor = e.Erased.User, e.Erased.Actor // as they are called from here on
			continue
		}
		fmt.Fprintf(s.out, "erased %d texts of %s for good (entry %d); backups made before still have them\n", texts, erasedOf(e.Erased), e.Entry)
		return nil
	}
}

func erasedOf(v *app.Erasure) string {
	if v.Entry != 0 {
		return fmt.Sprintf("entry %d", v.Entry)
	}
	switch {
	case v.User != "":
		return "user " + v.User
	case v.Partner != "":
		return "partner " + v.Partner
	}
	return cmp.Or(v.Actor, v.Device)
}

type eraseUserCommand struct {
	erasing
	Name string `arg:""`
}

// Run erases what tells who a user was.
func (cmd *eraseUserCommand) Run(s *session) error {
	return cmd.erase(s, stock.ErasureDraft{User: cmd.Name})
}

type erasePartnerCommand struct {
	erasing
	Field  []string `help:"Only these: name, contacts, addresses." placeholder:"FIELD"`
	Former bool     `help:"Only what stands no longer: earlier names, contacts and addresses."`
	Code   string   `arg:""`
}

// Run erases what tells who a partner is.
func (cmd *erasePartnerCommand) Run(s *session) error {
	return cmd.erase(s, stock.ErasureDraft{Partner: cmd.Code, Fields: cmd.Field, Former: cmd.Former})
}

type eraseActorCommand struct {
	erasing
	Name string `arg:""`
}

// Run erases the name of somebody.
func (cmd *eraseActorCommand) Run(s *session) error {
	return cmd.erase(s, stock.ErasureDraft{Actor: cmd.Name})
}

type eraseDeviceCommand struct {
	erasing
	Name string `arg:""`
}

// Run erases the name of a device.
func (cmd *eraseDeviceCommand) Run(s *session) error {
	return cmd.erase(s, stock.ErasureDraft{Device: cmd.Name})
}

type eraseEntryCommand struct {
	erasing
	Field []string `help:"Only these texts: reason, note, override, origin, name (of a file), items[0].override …" placeholder:"FIELD"`
	Entry int64    `arg:""`
}

// Run erases texts of an entry.
func (cmd *eraseEntryCommand) Run(s *session) error {
	return cmd.erase(s, stock.ErasureDraft{Entry: cmd.Entry, Fields: cmd.Field})
}

type eraseListCommand struct{ reading }

// Run lists erasures.
func (cmd *eraseListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/erasures", url.Values{}, func(r app.ErasureRecord) error { return list.add(r) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "ENTRY", "RECORDED", "BY", "OF", "TEXTS", "WHY")
	err = pages(c, "/v1/erasures", url.Values{}, func(r app.ErasureRecord) error {
		t.row(fmt.Sprint(r.Entry), r.RecordedAt.String(), cell(r.Actor), cell(erasedOf(r.Erased)), fmt.Sprint(r.Erased.Texts), cell(r.Reason))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}
