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
	return show(s, c, cmd.JSON, "/v1/licences", query, []string{"PARTNER", "KIND", "NUMBER", "FROM", "UNTIL"}, func(t *table, p app.PartnerLicences) {
		for _, l := range p.Licences {
			t.row(p.Partner, l.Kind, l.Number, l.From.String(), l.Until.String())
		}
	})
}
