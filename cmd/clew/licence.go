package main

import "clew/internal/app"

type licencesCommand struct {
	reading
	Until string `help:"Only those that run out by this day, or did before." placeholder:"DATE"`
}

// Run lists licences by partner.
func (cmd *licencesCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("until", cmd.Until)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/licences", query, func(p app.PartnerLicences) error { return list.add(p) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "PARTNER", "KIND", "NUMBER", "FROM", "UNTIL")
	err = pages(c, "/v1/licences", query, func(p app.PartnerLicences) error {
		for _, l := range p.Licences {
			t.row(p.Partner, l.Kind, l.Number, l.From.String(), l.Until.String())
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}
