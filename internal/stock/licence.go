package stock

import "encoding/json"

// Contact is someone to be reached at a partner. All of it is personal: it can be erased, and leaves hold a salted hash of it.
type Contact struct {
	Name       string `json:"name" maxLength:"200"`
	Role       string `json:"role,omitempty" doc:"Such as quality, orders or recall." maxLength:"100"`
	Phone      string `json:"phone,omitempty" maxLength:"50"`
	OutOfHours string `json:"out_of_hours,omitempty" doc:"Phone at night and on holidays: whom a recall calls first." maxLength:"50"`
	Email      string `json:"email,omitempty" maxLength:"200"`
}

// Licence is a licence or approval that a partner holds: to wholesale medicines, an organic certificate, an approved plant.
type Licence struct {
	Kind      string `json:"kind" doc:"A word of your own, such as wholesale; a product group asks for it by the same word." maxLength:"30"`
	Number    string `json:"number,omitempty" maxLength:"60"`
	Authority string `json:"authority,omitempty" maxLength:"200"`
	From      Date   `json:"from,omitempty" doc:"First day on which it is valid."`
	Until     Date   `json:"until,omitempty" doc:"Last day on which it is valid; none: until it is taken away."`
}

// valid reports whether the licence is valid on the day.
func (l *Licence) valid(day Date) bool { return day >= l.From && (l.Until == 0 || day <= l.Until) }

// maxListed is the most contacts or licences of one partner.
const maxListed = 50

func (c *Contact) check() *Error {
	if c.Name == "" && c.Role == "" {
		return Errorf(Invalid, CodeRequired, "name", "name the contact, or say its role")
	}
	for _, t := range []struct {
		field, text string
		most        int
	}{{"name", c.Name, 200}, {"role", c.Role, 100}, {"phone", c.Phone, 50}, {"out_of_hours", c.OutOfHours, 50}, {"email", c.Email, 200}} {
		if err := checkText(t.field, t.text, t.most); err != nil {
			return err
		}
	}
	return nil
}

func (l *Licence) check() *Error {
	if err := CheckCode("kind", l.Kind, 30); err != nil {
		return err
	}
	if err := checkText("number", l.Number, 60); err != nil {
		return err
	}
	if err := checkText("authority", l.Authority, 200); err != nil {
		return err
	}
	if l.Until != 0 && l.Until < l.From {
		return Errorf(Invalid, CodeInvalidDate, "until", "%s is before its first day, %s", l.Until, l.From)
	}
	return nil
}

// ListText writes contacts or licences as the store keeps them, empty for none.
func ListText[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	text, _ := json.Marshal(list) // strings and dates only
	return string(text)
}

// ParseList reads what ListText writes.
func ParseList[T any](text string) (list []T, err error) {
	if text == "" {
		return nil, nil
	}
	return list, json.Unmarshal([]byte(text), &list)
}

// lists gives the partner the contacts and licences that the draft lists.
func (d *PartnerDraft) lists(p *Partner) *Error {
	if d.Contacts != nil {
		if len(*d.Contacts) > maxListed {
			return Errorf(Invalid, CodeTooMany, "contacts", "%d contacts, at most %d are kept", len(*d.Contacts), maxListed)
		}
		p.Contacts = append([]Contact(nil), *d.Contacts...)
		for i := range p.Contacts {
			if err := p.Contacts[i].check(); err != nil {
				return err.At(index("contacts", i))
			}
		}
	}
	if d.Licences != nil {
		if len(*d.Licences) > maxListed {
			return Errorf(Invalid, CodeTooMany, "licences", "%d licences, at most %d are kept", len(*d.Licences), maxListed)
		}
		p.Licences = append([]Licence(nil), *d.Licences...)
		for i := range p.Licences {
			if err := p.Licences[i].check(); err != nil {
				return err.At(index("licences", i))
			}
		}
	}
	return nil
}

// licensed refuses goods from or for a partner that lacks the licence which the product's group asks for, on the day that they move.
func (m *decision) licensed(p *Product, item *Item, it *ItemDraft) *Error {
	g := m.groupOf(p)
	kind, does := "", ""
	switch m.d.Kind {
	case KindReceive:
		kind, does = g.SupplierLicence, "supply"
	case KindShip:
		kind, does = g.CustomerLicence, "receive"
	}
	if kind == "" {
		return nil
	}
	var last *Licence
	for i := range m.partner.Licences {
		l := &m.partner.Licences[i]
		switch {
		case l.Kind != kind:
		case l.valid(m.day):
			return nil
		case last == nil || l.Until > last.Until:
			last = l
		}
	}
	if last == nil {
		return m.breach(item, it, Errorf(Conflict, CodeLicenceMissing, "product", "partner %s needs a licence of kind %s to %s %s (product group %s), and none is known",
			m.partner.Code, kind, does, p.SKU, g.Code))
	}
	state := "ran out on " + last.Until.String()
	if m.day < last.From {
		state = "begins on " + last.From.String()
	}
	return m.breach(item, it, Errorf(Conflict, CodeLicenceExpired, "product", "the %s licence %s of partner %s %s; the goods move on %s",
		kind, last.Number, m.partner.Code, state, m.day))
}
