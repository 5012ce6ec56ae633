package stock

import "clew/internal/tlog"

// Master is the master data that one entry set, as its leaf says: what a list of changes shows of the past, when the
// rows show only the present. Names of people and partners are not in leaves; they are among the entry's texts.
type Master struct {
	Product *Product
	Site    *Site
	Partner *Partner
	Group   *ProductGroup
	Format  *Format
	Field   *Field
	Places  []*Place

	Barcodes []*Barcode
	Label    *Label
	Act      *Act
	Settings []Setting
	Erasure  *Erasure // without the texts
	LogKey   *LogKey
	People

	Person int64 // of an actor or device, 0 for none
}

// MasterOf reads the master data out of an entry's leaf.
func MasterOf(leaf []byte) (Master, error) {
	var m Master
	_, _, fields, err := tlog.ParseLeaf(leaf)
	for _, f := range fields {
		g := group(f.Fields)
		switch f.Tag {
		case tagProduct:
			m.Product = g.product()
		case tagSiteChange:
			m.Site = &Site{ID: g.int(1), Code: g.text(2), Name: g.text(3), TimeZone: g.text(4), GLN: g.text(5), Private: g.int(6) != 0, Active: g.int(7) != 0, Contact: g.text(8)}
		case tagPartnerChange:
			m.Partner = &Partner{ID: g.int(1), Code: g.text(2), GLN: g.text(3), Roles: Role(g.int(4)), HoldWhen: HoldWhen(g.int(5)), Active: g.int(6) != 0}
			if m.Partner.Licences, err = ParseList[Licence](g.text(7)); err != nil {
				return m, err
			}
		case tagGroup:
			m.Group = g.productGroup()
		case tagFormat:
			m.Format = g.format()
		case tagField:
			m.Field = g.field()
		case tagBarcode:
			m.Barcodes = append(m.Barcodes, g.barcode())
		case tagLabel:
			if m.Label, err = g.label(); err != nil {
				return m, err
			}
		case tagAct:
			m.Act = g.act()
		case tagSetting:
			m.Settings = append(m.Settings, g.setting())
		case tagErasure:
			m.Erasure = g.erasure()
		case tagLogKey:
			m.LogKey = g.logKey()
		case tagUser, tagGrant, tagAPIKey, tagCredential, tagStation:
			m.People.read(f.Tag, g)
		case tagPerson:
			m.Person = g.int(1)
		case tagPlace:
			m.Places = append(m.Places, &Place{ID: g.int(1), Kind: PlaceKind(g.int(2)), Site: g.int(3), Parent: g.int(4), Partner: g.int(5), ToSite: g.int(6),
				Code: g.text(7), Name: g.text(8), GLN: g.text(9), Blocking: g.int(10) != 0, Mixed: g.int(11) != 0, Zone: g.int(12) != 0, Active: g.int(13) != 0})
		}
	}
	return m, err
}

// group reads the fields of one group by tag.
type group []tlog.Field

func (g group) int(tag uint16) int64 {
	for _, f := range g {
		if f.Tag == tag {
			return f.Int
		}
	}
	return 0
}

func (g group) text(tag uint16) string {
	for _, f := range g {
		if f.Tag == tag {
			return string(f.Data)
		}
	}
	return ""
}

func (g group) product() *Product {
	p := &Product{ID: g.int(1), SKU: g.text(2), GTIN: g.text(3), Name: g.text(4), Tracking: Tracking(g.int(5)), UoM: g.text(6), Decimals: int(g.int(7)),
		Strategy: Strategy(g.int(8)), Tolerance: int(g.int(9)), Requires: DateField(g.int(10)), Past: PastDate(g.int(11)), ShelfLife: int(g.int(12)),
		WarnDays: int(g.int(13)), UnitCost: g.text(14), HoldWhen: HoldWhen(g.int(16)), Active: g.int(17) != 0, Group: g.int(18),
		LotFormat: g.int(20), SerialFormat: g.int(21), Class: Class(g.int(22))}
	for _, f := range g {
		if f.Tag == 15 {
			p.Tags = append(p.Tags, string(f.Data))
		}
	}
	if text := g.text(19); text != "" {
		p.Packaging, _ = ParsePackaging(text)
	}
	return p
}
