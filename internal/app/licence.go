package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// PartnerLicences are a partner's licences of which some run out soon, with whom to ask about them.
type PartnerLicences struct {
	Partner  string          `json:"partner"`
	Name     string          `json:"name"`
	Licences []stock.Licence `json:"licences"`
	Contacts []stock.Contact `json:"contacts,omitempty"`
}

// Licences lists, by partner, the licences that run out by a day, those that ran out before among them; with 0 all.
func (a *App) Licences(ctx context.Context, until stock.Date, page store.Page) (out []PartnerLicences, next string, err error) {
	rows, err := a.Store.LicensedPartners(ctx, page)
	for _, p := range rows {
		v := PartnerLicences{Partner: p.Code, Name: p.Name, Contacts: p.Contacts}
		for _, l := range p.Licences {
			if until == 0 || l.Until != 0 && l.Until <= until {
				v.Licences = append(v.Licences, l)
			}
		}
		if len(v.Licences) > 0 {
			out = append(out, v)
		}
	}
	if len(rows) == page.Limit && len(rows) > 0 {
		next = rows[len(rows)-1].Code
	}
	return out, next, err
}
